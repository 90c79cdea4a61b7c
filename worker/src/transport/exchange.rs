//! What `exchange.js` offers.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Headers, Response};

#[wasm_bindgen(module = "/src/transport/exchange.js")]
extern "C" {
    /// One request with its clock.
    pub(super) type Exchange;

    /// One that has so many milliseconds.
    #[wasm_bindgen(constructor)]
    pub(super) fn new(ms: u32) -> Exchange;

    /// Gives what follows so many milliseconds from now.
    #[wasm_bindgen(method)]
    pub(super) fn within(this: &Exchange, ms: u32);

    /// Whether it ended because its time was over.
    #[wasm_bindgen(method, getter, js_name = isLate)]
    pub(super) fn is_late(this: &Exchange) -> bool;

    /// Sends the request.
    #[wasm_bindgen(method, catch)]
    pub(super) fn send(
        this: &Exchange,
        url: &str,
        method: &str,
        headers: &Headers,
        body: Option<&Uint8Array>,
    ) -> Result<Promise, JsValue>;

    /// Reads at most so many bytes of a body: a [`Read`].
    #[wasm_bindgen(method)]
    pub(super) fn read(this: &Exchange, response: &Response, limit: u32) -> Promise;

    /// Takes back what is still on its way.
    #[wasm_bindgen(method)]
    pub(super) fn end(this: &Exchange);

    /// Every header field, name and value by turns.
    pub(super) fn fields(response: &Response) -> Vec<String>;

    /// What was read of a body.
    pub(super) type Read;

    /// The bytes.
    #[wasm_bindgen(method, getter)]
    pub(super) fn chunks(this: &Read) -> Vec<Uint8Array>;

    /// What ended it early: `limit`, `time` or `broken`.
    #[wasm_bindgen(method, getter)]
    pub(super) fn cut(this: &Read) -> Option<String>;
}
