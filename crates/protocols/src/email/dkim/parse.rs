//! Reading a key record tag by tag.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose;

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::email::tags::{Tag, tags};
use crate::email::typo::nearest;

use super::der;
use super::der::Found;
use super::encoding::decode;
use super::record::VERSION;
use super::{
    GOOD_RSA_BITS, Hashes, KeyFault, KeyKind, MAX_RSA_BITS, MIN_RSA_BITS, PublicKey, Record, RsaForm,
};

/// Reads one key record.
pub(crate) fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let mut record = Record {
        text,
        kind: KeyKind::Rsa,
        public_key: PublicKey::Missing,
        hashes: Hashes { sha1: true, sha256: true },
        for_email: true,
        testing: false,
        strict: false,
        notes: None,
        valid: true,
    };
    let mut key = None;
    let mut seen = 0u32;
    let (mut rest, mut next) = (tags(text), 0);
    loop {
        // By reference: to move a tag out of its option costs as much as to find it.
        let found = rest.next();
        let Some(tag) = &found else { break };
        let index = next;
        next += 1;
        let bit = bit(tag.name);
        let is_repeated =
            seen & bit != 0 || (bit == 0 && tags(text).take(index).any(|other| is_same(&other, tag)));
        if is_repeated {
            record.valid = false;
            let message = format!("“{}” stands twice; verifiers then ignore the whole record.", tag.name);
            issues.push(Diagnostic::error("tag-repeated", tag.span, message));
            continue;
        }
        seen |= bit;
        if index >= MAX_TAGS {
            record.valid = false;
            let rest = Span::new(tag.span.start, text.len());
            issues.push(Diagnostic::error("too-many-tags", rest, "No key record has this many tags."));
            break;
        }
        let Some(value) = tag.value else {
            record.valid = false;
            issues.push(no_tag(text, tag));
            continue;
        };
        match tag.name {
            "v" => record.valid &= version(tag, index, &mut issues),
            "p" => key = Some(*tag),
            "k" => record.kind = kind(tag, &mut issues),
            "h" => record.hashes = hashes(tag, &mut issues),
            "s" => record.for_email = services(tag, &mut issues),
            "t" => flags(&mut record, tag, &mut issues),
            "n" => record.notes = Some(value),
            "g" => {
                let message = "“g” is gone since RFC 6376 and ignored.";
                issues.push(Diagnostic::note("tag-historic", tag.span, message));
            }
            _ => unknown(tag, &mut issues),
        }
    }
    match key {
        Some(tag) => record.public_key = public_key(&record, &tag, &mut issues),
        None => {
            let message = "There is no key here: “p=” is missing.";
            issues.push(Diagnostic::error("key-missing", Span::new(text.len(), text.len()), message));
        }
    }
    record.valid &= !matches!(record.public_key, PublicKey::Malformed(_) | PublicKey::Missing);
    (record, issues)
}

/// A bit for each tag that is known.
const fn bit(name: &str) -> u32 {
    match name.as_bytes() {
        b"v" => 1,
        b"p" => 1 << 1,
        b"k" => 1 << 2,
        b"h" => 1 << 3,
        b"s" => 1 << 4,
        b"t" => 1 << 5,
        b"n" => 1 << 6,
        b"g" => 1 << 7,
        _ => 0,
    }
}

fn is_same(one: &Tag<'_>, other: &Tag<'_>) -> bool {
    one.name == other.name && !one.name.is_empty()
}

/// `key-v-tag = %x76 [FWS] "=" [FWS] %x44.4B.49.4D.31`, the first tag if it is there.
fn version(tag: &Tag<'_>, index: usize, issues: &mut Vec<Diagnostic>) -> bool {
    if tag.value() != VERSION {
        let message = format!("“{}” is not a version verifiers know; write v=DKIM1.", tag.value());
        issues.push(Diagnostic::error("version-unknown", tag.value_span, message).replace_by(VERSION));
        return false;
    }
    if index > 0 {
        issues.push(Diagnostic::error("version-not-first", tag.span, "v=DKIM1 must be the first tag."));
        return false;
    }
    true
}

/// `key-k-tag-type = "rsa" / x-key-k-tag-type`
fn kind<'t>(tag: &Tag<'t>, issues: &mut Vec<Diagnostic>) -> KeyKind<'t> {
    let value = tag.value();
    if value.eq_ignore_ascii_case("rsa") {
        KeyKind::Rsa
    } else if value.eq_ignore_ascii_case("ed25519") {
        KeyKind::Ed25519
    } else {
        let message = format!("“{value}” is not a kind of key verifiers know; rsa and ed25519 exist.");
        let issue = Diagnostic::error("kind-unknown", tag.value_span, message);
        issues.push(match nearest(value, &["rsa", "ed25519"]) {
            Some(meant) => issue.replace_by(meant),
            None => issue,
        });
        KeyKind::Unknown(value)
    }
}

/// `key-h-tag = key-h-tag-alg *( [FWS] ":" [FWS] key-h-tag-alg )`
fn hashes(tag: &Tag<'_>, issues: &mut Vec<Diagnostic>) -> Hashes {
    let has = |wanted: &str| words(tag).any(|word| word.eq_ignore_ascii_case(wanted));
    let hashes = Hashes { sha1: has("sha1"), sha256: has("sha256") };
    if !hashes.sha256 {
        let message = "Only sha256 is left to sign with; allow it or remove “h”.";
        issues.push(Diagnostic::error("hash-without-sha256", tag.value_span, message).replace_by("sha256"));
    } else if hashes.sha1 {
        let message = "sha1 must not be used any more; allow sha256 only.";
        issues.push(Diagnostic::note("hash-sha1", tag.value_span, message).replace_by("sha256"));
    }
    hashes
}

/// `key-s-tag = key-s-tag-type *( [FWS] ":" [FWS] key-s-tag-type )`
fn services(tag: &Tag<'_>, issues: &mut Vec<Diagnostic>) -> bool {
    let for_email = words(tag).any(|word| word == "*" || word.eq_ignore_ascii_case("email"));
    // RFC 8460, 3: a key for signed reports about TLS.
    if !for_email && !words(tag).any(|word| word.eq_ignore_ascii_case("tlsrpt")) {
        let message = "The key is not for mail; write s=email or remove “s”.";
        issues.push(Diagnostic::error("service-not-email", tag.value_span, message).replace_by("email"));
    }
    for_email
}

/// `key-t-tag = key-t-tag-flag *( [FWS] ":" [FWS] key-t-tag-flag )`
fn flags(record: &mut Record<'_>, tag: &Tag<'_>, issues: &mut Vec<Diagnostic>) {
    for word in words(tag) {
        match word {
            "y" | "Y" => {
                record.testing = true;
                let message = "t=y says that DKIM is only tested; remove it once mail is signed properly.";
                issues.push(Diagnostic::warning("test-mode", tag.value_span, message));
            }
            "s" | "S" => record.strict = true,
            _ => {
                let message = format!("Verifiers ignore the flag “{word}”.");
                issues.push(Diagnostic::note("flag-unknown", tag.value_span, message));
            }
        }
    }
}

fn words<'t>(tag: &Tag<'t>) -> impl Iterator<Item = &'t str> {
    tag.value().split(':').map(str::trim)
}

fn no_tag(text: &str, tag: &Tag<'_>) -> Diagnostic {
    if tag.span.start == tag.span.end {
        return Diagnostic::error("tag-empty", tag.span, "Nothing stands between two semicolons.");
    }
    let name = tag.name;
    let issue = Diagnostic::error(
        "equals-missing",
        tag.span,
        format!("“{}” is no tag; a tag is a name, = and a value.", short(name)),
    );
    if tag.span.start == 0 && tag.span.end == text.len() && name.starts_with("MI") {
        let message = "The key stands here without its tag; write v=DKIM1; p= before it.";
        return Diagnostic { message: message.into(), ..issue }.replace_by(format!("v=DKIM1; p={name}"));
    }
    match name.split_once([':', ' ']) {
        Some((known, value)) if KNOWN.contains(&known) => {
            issue.replace_by(format!("{known}={}", value.trim_start()))
        }
        _ => issue,
    }
}

fn unknown(tag: &Tag<'_>, issues: &mut Vec<Diagnostic>) {
    let name = tag.name;
    let lower = name.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
    let issue = Diagnostic::note(
        "tag-unknown",
        tag.name_span(),
        format!("Verifiers ignore the tag “{}”.", short(name)),
    );
    issues.push(match KNOWN.iter().find(|known| **known == lower) {
        Some(known) => {
            let message = format!("Verifiers ignore the tag “{name}”; “{known}” was meant.");
            Diagnostic { severity: Severity::Error, message: message.into(), ..issue }.replace_by(*known)
        }
        None => issue,
    });
}

/// As much of a text as fits a sentence.
fn short(text: &str) -> String {
    match text.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

//------------ The key -------------------------------------------------------

/// `key-p-tag = %x70 [ FWS ] "=" [ [ FWS ] base64string ]`
fn public_key(record: &Record<'_>, tag: &Tag<'_>, issues: &mut Vec<Diagnostic>) -> PublicKey {
    let (value, span) = (tag.value(), tag.value_span);
    if value.is_empty() {
        let message = "The key has been withdrawn: “p=” is empty, so nothing signed with it verifies.";
        issues.push(Diagnostic::warning("key-revoked", span, message));
        return PublicKey::Revoked;
    }
    let Some(bytes) = decode(value) else {
        if is_cut(value) {
            issues.push(no_key(record, span, KeyFault::Truncated));
            return PublicKey::Malformed(KeyFault::Truncated);
        }
        issues.push(not_base64(value, span));
        return PublicKey::Malformed(KeyFault::Encoding);
    };
    let key = match record.kind {
        KeyKind::Ed25519 => ed25519(&bytes, span, issues),
        KeyKind::Rsa => rsa(bytes, span, issues),
        KeyKind::Unknown(_) => return PublicKey::Unknown(bytes),
    };
    key.unwrap_or_else(|fault| {
        issues.push(no_key(record, span, fault));
        PublicKey::Malformed(fault)
    })
}

/// Whether one character more than base64 allows is left of a key whose end is missing.
fn is_cut(value: &str) -> bool {
    let Some((last, _)) = value.char_indices().last() else { return false };
    let bytes = value.get(..last).and_then(decode).unwrap_or_default();
    !bytes.is_empty() && der::read(&bytes) == Err(KeyFault::Truncated)
}

fn not_base64(value: &str, span: Span) -> Diagnostic {
    let issue =
        Diagnostic::error("key-not-base64", span, "The key is not base64, so verifiers can not read it.");
    if value.starts_with('-') || value.contains("BEGIN") {
        let body: String = value.split("-----").filter(|part| !part.contains("KEY")).collect();
        let dense: String = body.replace("\\n", "").split_whitespace().collect();
        let message = "The lines “BEGIN” and “END” of the key file do not belong into the record.";
        let issue = Diagnostic { code: "key-pem", message: message.into(), ..issue };
        return if decode(&dense).is_some() { issue.replace_by(dense) } else { issue };
    }
    let cleaned: String = value.chars().filter(|c| !matches!(c, '"' | '\\' | '\'' | ' ' | '\t')).collect();
    if cleaned.len() < value.len() && decode(&cleaned).is_some() {
        let message = "Quotes and backslashes belong to the way the record was entered, not into the key.";
        return Diagnostic { code: "quote", message: message.into(), ..issue }.replace_by(cleaned);
    }
    issue
}

fn rsa(der: Vec<u8>, span: Span, issues: &mut Vec<Diagnostic>) -> Result<PublicKey, KeyFault> {
    let Found::Rsa { bits, form } = der::read(&der)? else { return Err(KeyFault::Structure) };
    if bits < MIN_RSA_BITS {
        let message =
            format!("An RSA key of {bits} bits is too short; verifiers refuse fewer than {MIN_RSA_BITS}.");
        issues.push(Diagnostic::error("key-too-short", span, message));
    } else if bits < GOOD_RSA_BITS {
        let message = if bits == MIN_RSA_BITS {
            // By far the most frequent; formatting would cost more than reading the key.
            Cow::Borrowed("An RSA key of 1024 bits is weak; use 2048 bits.")
        } else {
            format!("An RSA key of {bits} bits is weak; use {GOOD_RSA_BITS} bits.").into()
        };
        issues.push(Diagnostic::warning("key-weak", span, message));
    } else if bits > MAX_RSA_BITS {
        let message =
            format!("Verifiers need not support RSA keys of more than {MAX_RSA_BITS} bits; this has {bits}.");
        issues.push(Diagnostic::warning("key-long", span, message));
    }
    if form == RsaForm::Bare {
        let message = "The key stands without its SubjectPublicKeyInfo; some verifiers do not read that.";
        issues.push(Diagnostic::note("key-bare", span, message));
    }
    Ok(PublicKey::Rsa { bits, form, der })
}

/// RFC 8463, 4: the key itself, without any structure.
fn ed25519(bytes: &[u8], span: Span, issues: &mut Vec<Diagnostic>) -> Result<PublicKey, KeyFault> {
    if let Ok(key) = bytes.try_into() {
        return Ok(PublicKey::Ed25519(key));
    }
    if let Ok(Found::Ed25519(key)) = der::read(bytes) {
        let message = "An Ed25519 key is published as its 32 bytes, without a structure around them.";
        let issue = Diagnostic::error("ed25519-wrapped", span, message);
        issues.push(issue.replace_by(general_purpose::STANDARD.encode(key)));
        // Said already, and better than a general sentence could.
        return Ok(PublicKey::Malformed(KeyFault::Structure));
    }
    Err(if bytes.len() < 32 { KeyFault::Truncated } else { KeyFault::Structure })
}

fn no_key(record: &Record<'_>, span: Span, fault: KeyFault) -> Diagnostic {
    match fault {
        KeyFault::Truncated if record.text.len() == MAX_STRING => Diagnostic::error(
            "key-truncated",
            span,
            "The record was cut off at 255 characters; split it into several strings, or use your DNS provider's \
             way to enter long records.",
        ),
        KeyFault::Truncated => Diagnostic::error(
            "key-truncated",
            span,
            "The end of the key is missing; enter the whole key again.",
        ),
        KeyFault::PrivateKey => Diagnostic::error(
            "private-key-published",
            span,
            "This is the private key! Anyone can sign as this domain: make a new pair and publish the public key.",
        ),
        KeyFault::Encoding | KeyFault::Structure => {
            let kind = if record.kind == KeyKind::Ed25519 { "Ed25519" } else { "RSA" };
            Diagnostic::error("key-malformed", span, format!("This is not an {kind} public key."))
        }
    }
}

/// The registered tags; the last is historic.
const KNOWN: [&str; 8] = ["v", "p", "k", "h", "s", "t", "n", "g"];

/// More would make the search for repeated tags slow, and no key has them.
const MAX_TAGS: usize = 64;

/// [RFC 1035, 3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3)
const MAX_STRING: usize = 255;

const SHORT: usize = 24;
