//! The queue that brings requests for a call to the owner.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The queue of the binding `LEADS`.
    pub(crate) type Queue;

    /// Puts the id of a request into it.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn send(this: &Queue, message: &str) -> Result<js_sys::Promise, JsValue>;
}

/// Milliseconds after which the sweep looks whether a request was delivered: far more than a queue takes.
pub(crate) const SWEEP_AFTER_MS: f64 = 600_000.0;
