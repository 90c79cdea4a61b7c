//! What each clause about key records means, and what authors get wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;
use crate::diagnostic::corrected;
use crate::email::tests::{assert_in_bounds, codes, corpus};

const RSA_512: &str = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALxK5tjnkfhMyZl52fqJx2z+zcKTVAJ83w9Qv13wzYW3ogb5nz6nN9BqfG6d4YqV\
     uk/jzj77dGdjkXRFPgdbomsCAwEAAQ==";
const RSA_1024: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDGnqgpeDEPeMvHqHxjcDjdNkgHC41E0k+U1VBq3bwTquoyFfZiuU8MLD0Q\
     WcabTdCB1l96sC1ClBLVUPSQRLg2859ddf/RwaSjbnQKyl9wa5tH9bwr1Wq1JalvEuX9o3r3shuZgywDZb+nwmEderFjgidcpNphEvg5JXPRgPdx\
     AwIDAQAB";
const RSA_1024_BARE: &str = "MIGJAoGBAMaeqCl4MQ94y8eofGNwON02SAcLjUTST5TVUGrdvBOq6jIV9mK5TwwsPRBZxptN0IHWX3qwLUKUEtVQ\
     9JBEuDbzn111/9HBpKNudArKX3Brm0f1vCvVarUlqW8S5f2jeveyG5mDLANlv6fCYR16sWOCJ1yk2mES+Dklc9GA93EDAgMBAAE=";
const RSA_2048: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAhKzGKlbwYkajKZAamdhwlzVKoUKsx2A2RtIOUa8smICQPJjJO8gA\
     ZeYp6nTLneWIuu1n7oZafy4L3NgaZgT0pv3QR9be+3mSNiAy/UN6mpOVLlnhiMRwYFci69twx45gIYjPvC3kWVLjc0wn/AdQqDfLZjA+lUekC2O6\
     qWxlxvmio42gnB9YeJwWNWtm294TAEWHoDDH9c1LOpzWlc7knWH6ZAm7VVe7Fl6AVzYqfAu4CbvTD1E92UdpF3ZvZ/AWYSlXX3e4gts8WhGvZ9wh\
     3fBk/jpKOJlObGJsjoHT8Yo0CGJVmWfp3r6dbCHcGrGc3xUicv/6CMVfkbGLNxkzawIDAQAB";
const ED25519: &str = "YLvVrsQyC+JeaSg3va0qejYmE0RB4zQtL+XVjvBQbAI=";
const ED25519_WRAPPED: &str = "MCowBQYDK2VwAyEAYLvVrsQyC+JeaSg3va0qejYmE0RB4zQtL+XVjvBQbAI=";

fn bits(text: &str) -> Option<usize> {
    match parse(text).0.public_key {
        PublicKey::Rsa { bits, .. } => Some(bits),
        _ => None,
    }
}

//------------ Which records are keys ----------------------------------------

#[test]
fn whatever_holds_a_key_is_a_record() {
    for text in ["p=", "k=rsa; p=abc", "v=DKIM1", "v=DKIM1; k=rsa; p=abc", "n=x; p=y"] {
        assert_eq!(select(&[text]).only(), Some(text), "{text}");
    }
    let texts = ["v=dkim1; k=rsa", RSA_1024, "v=spf1 -all", "site-verification=p"];
    let selected = select(&texts);
    assert!(selected.records.is_empty());
    assert_eq!(selected.near_misses, texts[..2]);
}

//------------ Tags (RFC 6376, 3.6.1) ----------------------------------------

#[test]
fn every_tag_is_read() {
    let text = format!("v=DKIM1; h=sha1:sha256; k=rsa; n=a note; s=email:other; t=y:s:z; p={RSA_2048}; x=y");
    let (record, issues) = parse(&text);
    assert!(record.is_valid() && record.is_usable());
    assert_eq!(record.kind, KeyKind::Rsa);
    assert_eq!(record.hashes, Hashes { sha1: true, sha256: true });
    assert_eq!((record.for_email, record.testing, record.strict), (true, true, true));
    assert_eq!(record.notes, Some("a note"));
    assert_eq!(bits(&text), Some(2048));
    assert_eq!(codes(&issues), ["hash-sha1", "test-mode", "flag-unknown", "tag-unknown"]);
    assert_eq!(record.to_string(), text);
}

#[test]
fn the_version_is_optional_but_first_and_exact() {
    for (text, valid) in [
        (format!("p={RSA_2048}"), true),
        (format!("v=DKIM1;p={RSA_2048}"), true),
        (format!("v = DKIM1 ; p = {RSA_2048}"), true),
        (format!("p={RSA_2048}; v=DKIM1"), false),
        (format!("v=dkim1; p={RSA_2048}"), false),
        (format!("v=DKIM2; p={RSA_2048}"), false),
    ] {
        assert_eq!(parse(&text).0.is_valid(), valid, "{text}");
    }
}

#[test]
fn an_empty_key_is_revoked_and_a_missing_one_is_an_error() {
    let (record, issues) = parse("v=DKIM1; k=rsa; p=");
    assert_eq!((record.is_valid(), record.is_usable()), (true, false));
    assert_eq!((&record.public_key, codes(&issues)), (&PublicKey::Revoked, vec!["key-revoked"]));
    assert_eq!(parse("p= ;").0.public_key, PublicKey::Revoked);

    let (record, issues) = parse("v=DKIM1; k=rsa");
    assert!(!record.is_valid());
    assert_eq!((&record.public_key, codes(&issues)), (&PublicKey::Missing, vec!["key-missing"]));
}

#[test]
fn an_unknown_kind_makes_the_key_unusable() {
    let text = format!("v=DKIM1; k=rsaa; p={RSA_2048}");
    let (record, issues) = parse(&text);
    assert_eq!(record.kind, KeyKind::Unknown("rsaa"));
    assert!(record.is_valid() && !record.is_usable());
    assert_eq!(codes(&issues), ["kind-unknown"]);
}

#[test]
fn a_repeated_tag_voids_the_list() {
    for text in [format!("k=rsa; k=rsa; p={RSA_2048}"), format!("p={RSA_2048}; x=1; x=2")] {
        let (record, issues) = parse(&text);
        assert!(!record.is_valid(), "{text}");
        assert!(codes(&issues).contains(&"tag-repeated"), "{text}");
    }
}

#[test]
fn names_are_case_sensitive() {
    let text = format!("v=DKIM1; P={RSA_2048}");
    let (record, issues) = parse(&text);
    assert_eq!(record.public_key, PublicKey::Missing);
    assert_eq!(codes(&issues), ["tag-unknown", "key-missing"]);
    assert!(parse(&corrected(&text, &issues)).0.is_usable());
}

#[test]
fn a_key_may_be_limited_to_services_and_hashes() {
    for (tags, usable, code) in [
        ("s=email", true, None),
        ("s=*", true, None),
        ("s=other : email", true, None),
        ("s=other", false, Some("service-not-email")),
        ("s=tlsrpt", false, None),
        ("h=sha256", true, None),
        ("h=sha1 : sha256", true, Some("hash-sha1")),
        ("h=sha1", false, Some("hash-without-sha256")),
        ("g=*", true, Some("tag-historic")),
    ] {
        let text = format!("v=DKIM1; {tags}; p={RSA_2048}");
        let (record, issues) = parse(&text);
        assert!(record.is_valid());
        assert_eq!(record.is_usable(), usable, "{tags}");
        assert_eq!(issues.first().map(|issue| issue.code), code, "{tags}");
    }
}

//------------ Keys (RFC 6376, 8301, 8463) -----------------------------------

#[test]
fn the_size_of_an_rsa_key_is_read_from_the_key() {
    for (key, size, usable, code) in [
        (RSA_512, 512, false, Some("key-too-short")),
        (RSA_1024, 1024, true, Some("key-weak")),
        (RSA_1024_BARE, 1024, true, Some("key-weak")),
        (RSA_2048, 2048, true, None),
    ] {
        let text = format!("v=DKIM1; p={key}");
        let (record, issues) = parse(&text);
        assert_eq!(bits(&text), Some(size));
        assert_eq!(record.is_usable(), usable);
        assert_eq!(issues.first().map(|issue| issue.code), code);
    }
    assert!(codes(&parse(&format!("p={RSA_1024_BARE}")).1).contains(&"key-bare"));
}

#[test]
fn blanks_inside_a_key_are_legal_and_padding_may_be_missing() {
    let (head, tail) = RSA_512.split_at(50);
    for key in [format!("{head} \t\r\n {tail}"), RSA_512.trim_end_matches('=').to_owned()] {
        assert_eq!(bits(&format!("p={key}")), Some(512), "{key}");
    }
}

#[test]
fn an_ed25519_key_is_its_32_bytes() {
    let text = format!("v=DKIM1; k=ed25519; p={ED25519}");
    let (record, issues) = parse(&text);
    assert!(matches!(record.public_key, PublicKey::Ed25519(key) if key[0] == 0x60));
    assert!(record.is_usable() && issues.is_empty());

    let text = format!("v=DKIM1; k=ed25519; p={ED25519_WRAPPED}");
    let (record, issues) = parse(&text);
    assert!(!record.is_usable());
    assert_eq!(codes(&issues), ["ed25519-wrapped"]);
    assert!(parse(&corrected(&text, &issues)).0.is_usable());
}

#[test]
fn a_key_cut_off_at_255_characters_is_truncated() {
    let text = format!("v=DKIM1; k=rsa; p={RSA_2048}");
    let cut = &text[..255];
    let (record, issues) = parse(cut);
    assert_eq!(record.public_key, PublicKey::Malformed(KeyFault::Truncated));
    assert_eq!(codes(&issues), ["key-truncated"]);
    assert!(issues[0].message.contains("255"));
    for length in 40..text.len() - 4 {
        assert!(!parse(&text[..length]).0.is_usable(), "{length}");
    }
}

#[test]
fn mistakes_around_the_key_get_a_code_and_an_edit() {
    for (text, code, usable) in [
        (RSA_2048.to_owned(), "equals-missing", true),
        (format!("v=DKIM1; p:{RSA_2048}"), "equals-missing", true),
        (format!("v=DKIM1; p=-----BEGIN PUBLIC KEY-----{RSA_2048}-----END PUBLIC KEY-----"), "key-pem", true),
        (format!("v=DKIM1; p={}\" \"{}", &RSA_2048[..100], &RSA_2048[100..]), "quote", true),
        (format!("v=DKIM1; p={RSA_2048}\\"), "quote", true),
        ("v=DKIM1; p=!!!".to_owned(), "key-not-base64", false),
        ("v=DKIM1; p=aGVsbG8gd29ybGQ=".to_owned(), "key-malformed", false),
        (format!("v=DKIM1; k=ed25519; p={RSA_2048}"), "key-malformed", false),
        (format!("v=dkim1; p={RSA_2048}"), "version-unknown", true),
        (format!("v=DKIM1; k=rsaa; p={RSA_2048}"), "kind-unknown", true),
    ] {
        let (_, issues) = parse(&text);
        assert_eq!(issues.first().map(|issue| issue.code), Some(code), "{text}");
        let fixed = corrected(&text, &issues);
        assert_eq!(parse(&fixed).0.is_usable(), usable, "{fixed}");
    }
}

#[test]
fn a_private_key_is_called_one() {
    // SEQUENCE { INTEGER 0, INTEGER 0x5555, INTEGER 0x5555 }: the shape of a private key, and none.
    let der = [0x30, 11, 2, 1, 0, 2, 2, 0x55, 0x55, 2, 2, 0x55, 0x55];
    let text = format!("v=DKIM1; p={}", STANDARD.encode(der));
    assert_eq!(codes(&parse(&text).1), ["private-key-published"]);
}

//------------ Hostile input -------------------------------------------------

fn assert_sound(text: &str) {
    let (record, issues) = parse(text);
    assert_in_bounds(text, &issues);
    let printed = record.to_string();
    let (again, _) = parse(&printed);
    assert_eq!(again.to_string(), printed, "from {text:?}");
    assert_eq!(again.public_key, record.public_key, "{printed:?} from {text:?}");
    assert_eq!(again.is_usable(), record.is_usable(), "{printed:?} from {text:?}");
}

proptest! {
    #[test]
    fn any_text_is_read_soundly(text in any::<String>()) {
        assert_sound(&text);
        assert_sound(&format!("v=DKIM1; {text}"));
    }

    #[test]
    fn anything_like_a_key_is_read_soundly(tags in prop::collection::vec(
        ("(v|p|k|h|s|t|n|g|[a-z]{0,2})", "[ =:]{1,2}",
         "(rsa|ed25519|DKIM1|email|sha256|y:s|MI[A-Za-z0-9+/]{0,40}={0,2}|\\PC{0,4})", "[; ]{0,2}"), 0..7)) {
        let mut text = String::new();
        for (a, b, c, d) in tags {
            text.extend([a, b, c, d]);
        }
        assert_sound(&text);
    }

    #[test]
    fn any_bytes_in_a_key_are_read_soundly(bytes in any::<Vec<u8>>(), kind in "(rsa|ed25519|x)") {
        assert_sound(&format!("k={kind}; p={}", STANDARD.encode(bytes)));
    }
}

#[test]
fn keys_from_the_wild_are_read_soundly() {
    let lines = corpus("dkim.txt");
    for line in &lines {
        assert_sound(line);
    }
    let usable = lines.iter().filter(|line| parse(line).0.is_usable()).count();
    assert!(usable * 100 >= lines.len() * 80, "{usable} of {}", lines.len());
}
