//! Why a term of an SPF record is none.

use super::macros::MacroFaultKind;
use crate::diagnostic::Span;

/// Why a term is none. Offsets are into the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// An address that is none.
    Address(Span),
    /// A mechanism that takes no argument has one.
    Argument(Span),
    /// A name that cannot be a domain name.
    Domain(Span, DomainFault),
    /// A macro that is none.
    Macro(usize, MacroFaultKind),
    /// A mechanism that needs an argument has none.
    MissingArgument,
    /// A mechanism nobody knows.
    Name(Span),
    /// A prefix length that is none.
    Prefix(Span),
    /// A qualifier before a modifier.
    QualifiedModifier,
    /// No name, or a name followed by something else.
    Shape,
}

/// Why a name is no domain-spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DomainFault {
    /// The last label has only digits.
    NumericEnd,
    /// No dot and no macro at the end.
    SingleLabel,
    /// The last label holds what no top-level label may.
    TopLabel,
}
