//! Permissions-Policy and structured fields: no value panics, spans lie in it.
#![no_main]

use launch_ready_core::http::{permissions_policy, structured};
use libfuzzer_sys::fuzz_target;

include!("sound.rs");

fuzz_target!(|bytes: &[u8]| {
    let value = String::from_utf8_lossy(bytes);
    let (features, issues) = permissions_policy::parse(&value);
    assert_in_bounds(&value, &issues);
    for feature in &features {
        assert!(value.get(feature.span.start..feature.span.end).is_some());
        let _ = feature.gives_away();
    }
    let (members, issues) = structured::dictionary(&value);
    assert_in_bounds(&value, &issues);
    assert!(members.is_empty() || issues.is_empty());
    let _ = structured::item(&value);
});
