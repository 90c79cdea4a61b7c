//! What the runtime offers and no crate binds in a form that cannot panic.

use js_sys::{Error, JsString, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Request;

#[wasm_bindgen]
extern "C" {
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
