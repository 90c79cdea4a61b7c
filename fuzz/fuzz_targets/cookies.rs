//! Set-Cookie: no field panics, spans lie in it, and the value is never shown.
#![no_main]

use launch_ready_core::http::cookies;
use launch_ready_core::http::cookies::Cookie;
use libfuzzer_sys::fuzz_target;

include!("sound.rs");

fuzz_target!(|bytes: &[u8]| {
    let field = String::from_utf8_lossy(bytes);
    let (cookie, issues) = cookies::parse(&field);
    assert_in_bounds(&field, &issues);
    assert!(cookie.is_for("example.com") || cookie.domain.is_some());
    let _ = (cookie.looks_like_session(), cookie.is_of_balancer());
    let pair = field.split(';').next().unwrap_or_default();
    // Of the first part nothing is left but the name.
    let name = pair.split_once('=').map_or("", |(name, _)| name);
    let shown = Cookie::redacted(&field);
    let shown = shown.split(';').next().unwrap_or_default();
    assert_eq!(shown, format!("{}=…", name.trim()));
});
