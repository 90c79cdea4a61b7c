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

use super::txt::{Selected, resembles};

pub use meant::Draft;
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

/// Reads one DMARC record. Never fails; see [`Record::is_valid`] for whether a receiver would take it.
#[must_use]
pub fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    parse::parse(text)
}
