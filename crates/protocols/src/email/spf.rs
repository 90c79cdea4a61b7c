//! SPF records ([RFC 7208](https://www.rfc-editor.org/rfc/rfc7208)): who may send mail as a domain.
//!
//! [`select`] finds the records, [`parse`] reads one. [`evaluate::check_host`] says what a receiver makes of one
//! message, [`tree::Tree`] what a record draws in, [`senders::Senders`] who may send by all that, and
//! [`savings::savings`] which lookups it can do without.
//!
//! ```
//! use launch_ready_protocols::email::spf;
//!
//! let (record, issues) = spf::parse("v=spf1 include:_spf.example.net ip4:192.0.2.0/24 -all");
//! assert!(record.is_valid() && issues.is_empty());
//! assert_eq!(record.terms.len(), 3);
//!
//! let (record, issues) = spf::parse("v=spf1 include: _spf.example.net -all");
//! assert!(!record.is_valid());
//! assert_eq!(issues[0].code, "space-in-term");
//! ```

mod advice;
pub mod evaluate;
mod expand;
mod fault;
mod idle;
pub mod macros;
mod meaning;
mod meant;
pub mod optimizations;
mod outline;
mod parse;
mod ranges;
mod record;
pub mod senders;
#[cfg(test)]
mod tests;
pub mod tree;

use crate::diagnostic::Diagnostic;

use super::txt::{Selected, resembles};

pub use idle::{Idle, idle};
pub use macros::MacroString;
pub use meant::{Meant, meant};
use record::is_record;
pub use record::{
    Directive, DomainSpec, DualCidr, LONG_RECORD, MAX_LOOKUP_TERMS, Mechanism, Modifier, Qualifier, Record,
    Term, TermKind,
};

/// Finds the SPF records among the TXT records at a name.
///
/// A record is one whose first characters are `v=spf1`, in any letter case, and then a space or the end. More
/// than one is a permanent error to receivers, even if they are the same.
/// [RFC 7208, 4.5](https://www.rfc-editor.org/rfc/rfc7208#section-4.5)
#[must_use]
pub fn select<T: AsRef<[u8]>>(texts: &[T]) -> Selected<'_> {
    Selected::new(texts, is_record, |bytes| {
        resembles(bytes, "vspf") || resembles(bytes, "spf1") || resembles(bytes, "spfv1")
    })
}

/// Reads one SPF record. Never fails; see [`Record::is_valid`] for what a receiver would make of it.
#[must_use]
pub fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    parse::parse(text)
}
