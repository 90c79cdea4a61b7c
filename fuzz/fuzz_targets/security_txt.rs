//! security.txt and the date beside it: no file panics, spans lie in it.
#![no_main]

use launch_ready_core::http::security_txt;
use libfuzzer_sys::fuzz_target;

include!("sound.rs");

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (file, issues) = security_txt::parse(&text);
    assert_in_bounds(&text, &issues);
    let _ = (file.expires(), security_txt::http_date(&text));
});
