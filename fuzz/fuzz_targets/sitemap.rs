//! Sitemaps: no file panics, and what is kept is bounded.
#![no_main]

use launch_ready_core::http::sitemap::{MAX_ADDRESSES, addresses};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert!(addresses(bytes).len() <= MAX_ADDRESSES);
});
