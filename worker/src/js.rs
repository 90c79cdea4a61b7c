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

    /// An address, as the URL Standard parses it.
    #[wasm_bindgen(js_name = URL)]
    type Url;

    #[wasm_bindgen(constructor, js_class = "URL", catch)]
    fn parse(address: &str) -> Result<Url, JsValue>;

    /// The host in ASCII, without the port.
    #[wasm_bindgen(method, getter)]
    fn hostname(this: &Url) -> String;

    /// Sends a request. What it throws at once is an error like any other.
    #[wasm_bindgen(catch)]
    pub(crate) fn fetch(request: &Request) -> Result<Promise, JsValue>;
}

/// The ASCII form of a Unicode host name, by the runtime's own URL parser: UTS #46 without its tables in our module.
pub(crate) fn unicode_to_ascii(host: &str) -> Option<String> {
    // What ends a host in a URL would be left out of the answer.
    if host.contains(['/', '\\', '?', '#', '@', ':', '%']) {
        return None;
    }
    Url::parse(&format!("https://{host}/")).ok().map(|url| url.hostname())
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
