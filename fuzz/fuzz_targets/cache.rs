//! Cache-Control and what caches say of themselves: no value panics, spans lie in it.
#![no_main]

use launch_ready_core::http::{Body, Headers, HttpReply};
use launch_ready_core::http::cache;
use libfuzzer_sys::fuzz_target;

include!("sound.rs");

fuzz_target!(|bytes: &[u8]| {
    let value = String::from_utf8_lossy(bytes);
    let (control, issues) = cache::parse(&value);
    assert_in_bounds(&value, &issues);
    for directive in &control.directives {
        assert!(value.get(directive.span.start..directive.span.end).is_some());
    }
    assert!(!(control.is_shared() && control.has("no-store")));
    let _ = control.browser_lifetime();
    for name in ["age", "cache-status", "x-cache"] {
        let headers = Headers::new([(name.to_owned(), value.clone().into_owned())]);
        let reply = HttpReply { status: 200, headers, body: Body::default(), headers_ms: 0, body_ms: 0 };
        let _ = cache::hit(&reply, ["x-my-cache"]);
    }
});
