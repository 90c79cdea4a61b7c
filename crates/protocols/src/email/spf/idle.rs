//! Terms that were meant to let somebody send, and that no receiver heeds.

use super::advice;
use super::{Mechanism, Modifier, Qualifier, Record, Term, TermKind};

/// Why no receiver heeds a term that was meant to let somebody send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Idle {
    /// It stands behind `all`. [RFC 7208, 5.1](https://www.rfc-editor.org/rfc/rfc7208#section-5.1)
    BehindAll,
    /// It is a `redirect=`, and there is an `all`. [RFC 7208, 6.1](https://www.rfc-editor.org/rfc/rfc7208#section-6.1)
    BesideAll,
    /// It is a mechanism written as a modifier, which receivers do not know and ignore.
    /// [RFC 7208, 6](https://www.rfc-editor.org/rfc/rfc7208#section-6)
    EqualsSign,
}

impl Idle {
    /// Why, as the end of a sentence about the term.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::BehindAll => "stands behind “all”, where receivers never get",
            Self::BesideAll => "is ignored, because the record has an “all”",
            Self::EqualsSign => "is written with an equals sign, so receivers ignore it",
        }
    }
}

/// The terms of `record` that were meant to let somebody send, and that no receiver heeds.
#[must_use]
pub fn idle<'r, 't>(record: &'r Record<'t>) -> Vec<(&'r Term<'t>, Idle)> {
    let all = record.all().map(|(span, _)| span.start);
    let why = |term: &Term<'_>| match &term.kind {
        TermKind::Directive(directive) => {
            let is_sender = directive.result() == Qualifier::Pass && directive.mechanism != Mechanism::All;
            (is_sender && all.is_some_and(|all| all < term.span.start)).then_some(Idle::BehindAll)
        }
        TermKind::Modifier(Modifier::Redirect(_)) => all.map(|_| Idle::BesideAll),
        TermKind::Modifier(Modifier::Unknown { name, value }) => {
            advice::is_mechanism(name, value.text()).then_some(Idle::EqualsSign)
        }
        TermKind::Modifier(Modifier::Exp(_)) | TermKind::Malformed => None,
    };
    record.terms.iter().filter_map(|term| Some((term, why(term)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_that_receivers_never_get_to_is_idle() {
        for (text, expected) in [
            ("v=spf1 include:a.net -all include:b.net", vec![("include:b.net", Idle::BehindAll)]),
            ("v=spf1 redirect=a.net -all", vec![("redirect=a.net", Idle::BesideAll)]),
            (
                "v=spf1 include=a.net ip4=192.0.2.1 -all",
                vec![("include=a.net", Idle::EqualsSign), ("ip4=192.0.2.1", Idle::EqualsSign)],
            ),
            ("v=spf1 incldue=a.net -all", vec![("incldue=a.net", Idle::EqualsSign)]),
            ("v=spf1 include:a.net -all -include:b.net all x=y", vec![]),
            ("v=spf1 redirect=a.net", vec![]),
        ] {
            let (record, _) = super::super::parse(text);
            let found: Vec<_> =
                idle(&record).into_iter().map(|(term, why)| (term.span.of(text), why)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn only_what_is_reached_and_passes_lets_somebody_send() {
        for (text, expected) in [
            ("v=spf1 include:a.net -all include:b.net", vec!["include:a.net"]),
            ("v=spf1 redirect=a.net -all", vec![]),
            ("v=spf1 -mx ?include:a.net redirect=b.net", vec!["redirect=b.net"]),
            ("v=spf1 +all", vec!["+all"]),
            ("v=spf1 include=a.net -all", vec![]),
        ] {
            let (record, _) = super::super::parse(text);
            assert_eq!(
                record.passing().map(|term| term.span.of(text)).collect::<Vec<_>>(),
                expected,
                "{text}"
            );
        }
    }
}
