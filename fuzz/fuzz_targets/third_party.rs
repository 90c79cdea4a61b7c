//! Services named in scripts: no text panics.
#![no_main]

use launch_ready_core::providers::third_party::{named_in, service};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for service in named_in(&text) {
        assert!(!service.owner.is_empty());
    }
    let _ = service(&text);
});
