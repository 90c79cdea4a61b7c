//! What the runtime offers and no crate binds in a form that cannot panic.

use js_sys::{Error, JsString, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ReadableStream, Request, WritableStream};

#[wasm_bindgen]
extern "C" {
    /// A pipe of bytes that the runtime itself carries on to the client. Unlike with a stream of our own, whoever writes
    /// always learns when nobody reads any more.
    pub(crate) type IdentityTransformStream;

    #[wasm_bindgen(constructor, catch)]
    pub(crate) fn new() -> Result<IdentityTransformStream, JsValue>;

    /// The end that is read.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn readable(this: &IdentityTransformStream) -> ReadableStream;

    /// The end that is written.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn writable(this: &IdentityTransformStream) -> WritableStream;

    /// A random identifier (RFC 9562, version 4).
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    pub(crate) fn random_uuid() -> String;

    /// Sends a request. What it throws at once is an error like any other.
    #[wasm_bindgen(catch)]
    pub(crate) fn fetch(request: &Request) -> Result<Promise, JsValue>;
}

/// Milliseconds since 1970. At the edge, clocks advance at I/O only.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

/// Whole milliseconds since `start`.
pub(crate) fn elapsed_ms(start: f64) -> u32 {
    // The cast saturates, and a clock that was set back gives zero.
    (now() - start) as u32
}

/// What a thrown value says.
pub(crate) fn message(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => thrown.dyn_ref::<JsString>().map(String::from).unwrap_or_default(),
    }
}
