//! A recording in, its report out: one function, in WebAssembly for Node, and natively in the program of this package.
//! Tests compare the two byte for byte; benches time both.

use launch_ready_core::report::Recording;
use wasm_bindgen::prelude::wasm_bindgen;

/// The report of a recording, both as JSON: everything that a scan computes but for the wire, in one call.
///
/// # Errors
/// If it is no recording.
#[wasm_bindgen]
pub fn replay(recording: &str) -> Result<String, String> {
    let recording: Recording = serde_json::from_str(recording).map_err(|error| error.to_string())?;
    serde_json::to_string(&recording.replay()).map_err(|error| error.to_string())
}
