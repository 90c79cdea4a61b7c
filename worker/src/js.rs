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

    /// Fills `bytes` with what nobody can guess.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    pub(crate) fn fill_random(bytes: &mut [u8]);

    /// A TCP connection. The `worker` crate's own binding of it comes with an adapter to Tokio's traits and panics where a
    /// property is missing.
    pub(crate) type Socket;

    /// Settles when it stands, or cannot be made.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn opened(this: &Socket) -> Promise;

    /// Settles when it is at its end.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn closed(this: &Socket) -> Promise;

    /// What the other end says.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn readable(this: &Socket) -> ReadableStream;

    /// What is said to the other end.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn writable(this: &Socket) -> WritableStream;

    /// Ends it in both directions.
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Socket) -> Promise;
}

#[wasm_bindgen(module = "cloudflare:sockets")]
extern "C" {
    /// Begins a connection to `host:port`, without TLS.
    #[wasm_bindgen(catch)]
    pub(crate) fn connect(address: &str) -> Result<Socket, JsValue>;
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
