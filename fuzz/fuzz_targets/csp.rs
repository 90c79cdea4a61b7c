//! Content-Security-Policy: no value panics, spans lie in it, and what a policy allows has an answer.
#![no_main]

use launch_ready_core::http::csp;
use launch_ready_core::providers::open_hosts::open_hosts;
use libfuzzer_sys::fuzz_target;

include!("sound.rs");

fuzz_target!(|bytes: &[u8]| {
    let value = String::from_utf8_lossy(bytes);
    let (policies, issues) = csp::parse(&value);
    assert_in_bounds(&value, &issues);
    for policy in &policies {
        for judged in [policy.open_hosts(open_hosts()), policy.bypasses(), policy.notes(), policy.ignored_in_page()] {
            assert_in_bounds(&value, &judged);
        }
        if policy.forbids_every_script() {
            assert!(!policy.allows_any_inline_script() && !policy.allows_scripts_from_anywhere());
        }
        let _ = (policy.allows_any_handler(), policy.limits_framing(), policy.nonces().count());
    }
});
