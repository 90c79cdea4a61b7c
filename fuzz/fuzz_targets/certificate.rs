//! X.509: no input panics, and what is shown of a certificate is bounded.
#![no_main]

use launch_ready_core::tls::{Certificate, MAX_NAMES, renewal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(certificate) = Certificate::parse(bytes) else { return };
    assert!(certificate.names.len() <= MAX_NAMES);
    assert_eq!(certificate.is_self_issued(), certificate.issued(&certificate));
    let _ = (certificate.covers("www.example.com"), renewal::is_automatic(&certificate, false));
    assert!(renewal::notice(certificate.lifetime()) <= certificate.lifetime());
});
