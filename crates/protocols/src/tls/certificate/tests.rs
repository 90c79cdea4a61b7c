//! Certificates that OpenSSL 3.0 issued, in `tests/fixtures/certificates`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

fn der(pem: &str) -> Vec<u8> {
    STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap()
}

fn leaf() -> Vec<u8> {
    der(include_str!("../../../tests/fixtures/certificates/leaf.pem"))
}

fn sub() -> Vec<u8> {
    der(include_str!("../../../tests/fixtures/certificates/sub.pem"))
}

/// Version 1, RSA with 1024 bits, SHA-1, signed by itself, until 2055.
fn old() -> Vec<u8> {
    der(include_str!("../../../tests/fixtures/certificates/old.pem"))
}

#[test]
fn a_servers_certificate_says_for_whom_by_whom_and_until_when() {
    let leaf = Certificate::parse(&leaf()).unwrap();
    assert_eq!(leaf.subject.to_string(), "example.com");
    assert_eq!(leaf.issuer.to_string(), "R99 (Authority Example)");
    assert_eq!(leaf.names, ["example.com", "*.example.com", "192.0.2.1", "2001:db8::1"]);
    // date -u -d "2026-10-01 12:00:00" +%s, and 2026-12-30 11:59:59.
    assert_eq!((leaf.not_before, leaf.not_after), (1_790_856_000, 1_798_631_999));
    assert_eq!((leaf.key, leaf.signature.name), (Key::Curve("ECDSA P-256"), "SHA-256 with RSA"));
    assert_eq!(leaf.serial, "0a1b2c3d4f");
    assert_eq!(leaf.issuer_url.as_deref(), Some("http://authority.example/r99.der"));
    assert!(!leaf.is_authority && !leaf.is_self_issued() && !leaf.signature.broken);
}

#[test]
fn an_issuer_is_told_from_what_it_issued() {
    let (leaf, sub) = (Certificate::parse(&leaf()).unwrap(), Certificate::parse(&sub()).unwrap());
    assert!(sub.is_authority && sub.issued(&leaf) && !leaf.issued(&sub) && !sub.is_self_issued());
    assert_eq!((sub.key, sub.names.len()), (Key::Rsa(2048), 0));
}

#[test]
fn old_and_new_kinds_are_read() {
    let old = Certificate::parse(&old()).unwrap();
    assert_eq!(old.subject.organisation.as_deref(), Some("Old Router Ltd"));
    assert_eq!((old.key, old.signature), (Key::Rsa(1024), &broken("SHA-1 with RSA")));
    // 2055-12-31 23:59:59, which only the longer form of time can say.
    assert_eq!(old.not_after, 2_713_910_399);
    assert!(old.is_self_issued() && old.names.is_empty() && !old.covers("router.example"));
    let ed = Certificate::parse(&der(include_str!("../../../tests/fixtures/certificates/ed.pem"))).unwrap();
    assert_eq!((ed.key, ed.signature.name), (Key::Curve("Ed25519"), "Ed25519"));
}

#[test]
fn a_wildcard_stands_for_one_label() {
    let leaf = Certificate::parse(&leaf()).unwrap();
    for host in ["example.com", "www.example.com", "192.0.2.1"] {
        assert!(leaf.covers(host), "{host}");
    }
    for host in ["a.b.example.com", "example.org", "notexample.com", "*.com", "com", ""] {
        assert!(!leaf.covers(host), "{host}");
    }
}

#[test]
fn what_is_no_certificate_is_none() {
    for bytes in [&b""[..], b"0", b"\x30\x00", b"\x30\x80\x00\x00", b"not der at all", &leaf()[..200]] {
        assert_eq!(Certificate::parse(bytes), None);
    }
    let mut behind = leaf();
    behind.truncate(behind.len() - 1);
    assert_eq!(Certificate::parse(&behind), None);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in any::<Vec<u8>>()) {
        let _ = Certificate::parse(&bytes);
    }

    #[test]
    fn no_change_to_a_certificate_panics(
        which in 0usize..3, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = [leaf(), sub(), old()][which].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(read) = Certificate::parse(&bytes) {
            let _ = (read.covers("www.example.com"), read.lifetime(), read.issuer.to_string());
            prop_assert!(read.names.len() <= MAX_NAMES);
        }
    }
}
