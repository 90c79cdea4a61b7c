//! DMARC policy records ([RFC 9989](https://www.rfc-editor.org/rfc/rfc9989), which obsoletes RFC 7489): what
//! receivers should do with mail that only claims to come from a domain.
//!
//! [`select`] finds the records at `_dmarc.<domain>`, [`parse`] reads one; [`discover`] tells which one holds for a
//! name.
//!
//! ```
//! use launch_ready_protocols::email::dmarc::{self, Policy, Subject};
//!
//! let (record, issues) = dmarc::parse("v=DMARC1; p=reject; np=none; rua=mailto:dmarc@example.com");
//! assert!(record.is_valid() && issues.is_empty());
//! assert_eq!(record.requested_policy(Subject::Subdomain).discovered, Some(Policy::Reject));
//! assert_eq!(record.requested_policy(Subject::NonExistentSubdomain).discovered, Some(Policy::None));
//! ```

pub mod discover;
mod meant;
mod parse;
mod record;
pub mod reports;
#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostic;

use super::tags::tags;
use super::txt::{Selected, resembles};

pub use meant::{Draft, unheeded_addresses};
pub use record::{Alignment, EffectivePolicy, FailureOptions, Policy, PublicSuffix, Record, Subject};

/// Finds the DMARC records among the TXT records at a name.
///
/// A record is one that begins with the tag `v` and, in this letter case, the value `DMARC1`. If more than one is
/// left at a name, receivers discard them all.
/// [RFC 9989, 4.7 and 4.10](https://www.rfc-editor.org/rfc/rfc9989#section-4.10)
#[must_use]
pub fn select<T: AsRef<[u8]>>(texts: &[T]) -> Selected<'_> {
    Selected::new(texts, parse::is_record, |bytes| resembles(bytes, "vdmarc") || resembles(bytes, "dmarc1"))
}

/// Whether a text that receivers skip was meant as a DMARC record: it looks like one, its version stands behind other tags, or
/// it has a policy or an address for reports and no version at all.
#[must_use]
pub fn is_meant(text: &str) -> bool {
    if resembles(text.as_bytes(), "vdmarc") || resembles(text.as_bytes(), "dmarc1") {
        return true;
    }
    let is_version = |name: &str| resembles(name.as_bytes(), "v") && name.len() == 1;
    match tags(text).find(|tag| is_version(tag.name)) {
        Some(version) => resembles(version.value().as_bytes(), "dmarc"),
        None => tags(text).any(|tag| match tag.name.to_ascii_lowercase().as_str() {
            "p" => {
                ["none", "quarantine", "reject"].iter().any(|policy| policy.eq_ignore_ascii_case(tag.value()))
            }
            "rua" | "ruf" => tag.value().contains('@'),
            _ => false,
        }),
    }
}

/// The texts at a name that were meant as DMARC records and that receivers skip, in the order given.
#[must_use]
pub fn skipped<T: AsRef<[u8]>>(texts: &[T]) -> Vec<String> {
    let texts = texts.iter().map(AsRef::as_ref).filter(|bytes| !parse::is_record(bytes));
    texts.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).filter(|text| is_meant(text)).collect()
}

/// Reads one DMARC record. Never fails; see [`Record::is_valid`] for whether a receiver would take it.
#[must_use]
pub fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    parse::parse(text)
}
