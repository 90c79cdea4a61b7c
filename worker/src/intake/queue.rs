//! The queue that brings requests for a call to the owner.

use js_sys::futures::JsFuture;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::call::Call;
use crate::{config, platform};

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

/// Puts a request into the queue.
pub(crate) fn announce(call: &Call<'_>, id: String) {
    let queue: Queue = config::binding(call.env, config::LEADS);
    call.context.wait_until(async move {
        // What fails here is found by the sweep.
        let sent = match queue.send(&id) {
            Ok(sending) => JsFuture::from(sending).await.map(drop),
            Err(thrown) => Err(thrown),
        };
        if let Err(thrown) = sent {
            worker::console_error!("{}", platform::message(&thrown));
        }
    });
}
