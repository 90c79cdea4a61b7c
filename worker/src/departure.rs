//! When a client leaves.

use futures_util::future::AbortHandle;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{AbortSignal, Request};

/// Ends work when the client that it is for no longer waits, for as long as this is kept.
pub(crate) struct Departure {
    signal: AbortSignal,
    /// Kept for as long as the signal may call it.
    _listener: Closure<dyn FnMut(JsValue)>,
}

impl Departure {
    /// Watches the client that sent `request`, and ends `work` when it leaves.
    pub(crate) fn ends(work: AbortHandle, request: &Request) -> Self {
        let signal = request.signal();
        if signal.aborted() {
            work.abort();
        }
        let listener = Closure::new(move |_| work.abort());
        signal.set_onabort(Some(listener.as_ref().unchecked_ref()));
        Self { signal, _listener: listener }
    }
}

impl Drop for Departure {
    fn drop(&mut self) {
        self.signal.set_onabort(None);
    }
}
