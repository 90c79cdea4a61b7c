//! Keys in texts: no bytes panic, a masked text keeps its length, gives the same findings and is not masked again.
#![no_main]

use launch_ready_core::providers::keys::rules;
use launch_ready_core::secrets;
use launch_ready_core::secrets::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let found = rules().scan(bytes);
    let mut masked = bytes.to_vec();
    rules().mask(&mut masked);
    assert_eq!(masked.len(), bytes.len());
    let again = rules().scan(&masked);
    let names = |found: &[secrets::Found<'static>]| found.iter().map(|key| (key.rule.id.as_str(), key.span)).collect::<Vec<_>>();
    assert_eq!(names(&again), names(&found));
    for key in again.iter().filter(|key| key.rule.kind == Kind::Secret) {
        assert!(masked[key.secret.start..key.secret.end].iter().all(|byte| *byte == secrets::MASK));
    }
    let mut twice = masked.clone();
    rules().mask(&mut twice);
    assert_eq!(twice, masked);
});
