//! When a client leaves.

use futures_channel::oneshot::{self, Receiver};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{AbortSignal, Request};

/// Tells when the client that sent a request no longer waits for the answer.
pub(crate) struct Departure {
    signal: AbortSignal,
    left: Receiver<()>,
    /// Kept for as long as the signal may call it.
    _listener: Closure<dyn FnMut(JsValue)>,
}

impl Departure {
    /// Watches the client that sent `request`.
    pub(crate) fn of(request: &Request) -> Self {
        let signal = request.signal();
        let (sender, left) = oneshot::channel();
        let mut sender = Some(sender);
        let listener = Closure::new(move |_| drop(sender.take()));
        signal.set_onabort(Some(listener.as_ref().unchecked_ref()));
        Self { signal, left, _listener: listener }
    }

    /// Resolves when the client has left.
    pub(crate) async fn wait(&mut self) {
        if !self.signal.aborted() {
            // Dropping the sender is the message.
            let _ = (&mut self.left).await;
        }
    }
}

impl Drop for Departure {
    fn drop(&mut self) {
        self.signal.set_onabort(None);
    }
}
