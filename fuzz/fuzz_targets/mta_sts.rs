//! MTA-STS records and policies: no input panics, spans lie in the text, printing is stable.
#![no_main]

use launch_ready_core::email::mta_sts;
use launch_ready_core::email::mta_sts::policy;
use libfuzzer_sys::fuzz_target;

include!("sound.rs");

fuzz_target!(|bytes: &[u8]| {
    let _ = mta_sts::select(&[bytes]);
    let text = String::from_utf8_lossy(bytes);
    let (record, issues) = mta_sts::parse(&text);
    assert_in_bounds(&text, &issues);
    let printed = record.to_string();
    assert_eq!(mta_sts::parse(&printed).0.to_string(), printed);

    let (policy, issues) = policy::parse(&text);
    assert_in_bounds(&text, &issues);
    let printed = policy.to_string();
    let (again, _) = policy::parse(&printed);
    assert_eq!(again.to_string(), printed);
    assert_eq!(again.is_valid(), policy.is_valid());
});
