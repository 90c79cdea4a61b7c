//! BIMI records and logos: no input panics, spans lie in the text, printing is stable.
#![no_main]

use launch_ready_core::email::bimi;
use libfuzzer_sys::fuzz_target;

include!("sound.rs");

fuzz_target!(|bytes: &[u8]| {
    let _ = bimi::select(&[bytes]);
    let text = String::from_utf8_lossy(bytes);
    let (record, issues) = bimi::parse(&text);
    assert_in_bounds(&text, &issues);
    let printed = record.to_string();
    let (again, _) = bimi::parse(&printed);
    assert_eq!(again.to_string(), printed);
    assert_eq!(again.is_valid(), record.is_valid());
    assert_in_bounds(&text, &bimi::logo::parse(&text).1);
});
