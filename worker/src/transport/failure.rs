//! What the runtime throws where an answer should be.

use launch_ready_core::answers::{Cause, Failure};
use wasm_bindgen::JsValue;

use crate::platform;

/// The failure behind an exception. Most failures of a site are responses; what is thrown is a connection that broke,
/// and what the platform itself refuses.
pub(super) fn broken(thrown: &JsValue) -> Failure {
    let message = platform::message(thrown);
    if message.starts_with("Too many subrequests") {
        return Failure::new(Cause::Budget);
    }
    // "internal error; reference = …": a number that nobody else can look up.
    let telling = if message.starts_with("internal error") { "" } else { &message };
    Failure::new(Cause::Unreachable).detailed(telling)
}
