//! When a client leaves.

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{AbortSignal, Request};

/// Notices that the client of a request does not wait any more, for as long as this is kept.
pub(crate) struct ClientDisconnect {
    signal: AbortSignal,
    /// Kept for as long as the signal may call it.
    _listener: Closure<dyn FnMut(JsValue)>,
}

impl ClientDisconnect {
    /// Watches the client that sent `request`, and calls `left` when it has gone. What is called must not drop this.
    pub(crate) fn of(request: &Request, mut left: impl FnMut() + 'static) -> Self {
        let signal = request.signal();
        let listener = Closure::new(move |_| left());
        signal.set_onabort(Some(listener.as_ref().unchecked_ref()));
        Self { signal, _listener: listener }
    }
}

impl Drop for ClientDisconnect {
    fn drop(&mut self) {
        self.signal.set_onabort(None);
    }
}
