//! Set-Cookie: no field panics, spans lie in it, and the value is never shown.
#![no_main]

use launch_ready_core::http::cookies::{self, Cookie};
use libfuzzer_sys::fuzz_target;

include!("sound.rs");

fuzz_target!(|bytes: &[u8]| {
    let field = String::from_utf8_lossy(bytes);
    let (cookie, issues) = cookies::parse(&field);
    assert_in_bounds(&field, &issues);
    assert!(cookie.is_for("example.com") || cookie.domain.is_some());
    let _ = (cookie.looks_like_session(), cookie.is_of_proxy());
    let pair = field.split(';').next().unwrap_or_default();
    let value = pair.split_once('=').map_or(pair, |(_, value)| value).trim();
    let shown = Cookie::redacted(&field);
    let shown = shown.split(';').next().unwrap_or_default();
    assert!(value.len() < 8 || cookie.name.contains(value) || !shown.contains(value), "{shown}");
});
