//! Asking ahead for what a check may need, so that the answers come side by side.

use crate::dns;
use crate::dns::RecordType;

use super::{Check, checkable, exchanges, is_within};
use crate::email::spf::{Mechanism, TermKind, parse, select};

impl Check<'_, '_> {
    /// Wishes for what the terms of a record need, and those of the records below it as far as they are known. The
    /// answers change nothing here: what is met in order decides. Never goes beyond the terms that may count.
    pub(crate) fn ask_ahead(&self, domain: &str, left: &mut usize) {
        let Some(name) = checkable(domain) else { return };
        let Ok(lookup) = self.lookup(&name, RecordType::Txt) else { return };
        let texts = dns::texts(&lookup.records);
        let selected = select(&texts);
        let Some(text) = selected.only() else { return };
        let (record, _) = parse(text);
        if !record.is_valid() {
            return;
        }
        let has_all = record.all().is_some();
        for term in &record.terms {
            let mut counted = || left.checked_sub(1).map(|rest| *left = rest).is_some();
            match &term.kind {
                TermKind::Directive(directive) if directive.mechanism == Mechanism::All => return,
                TermKind::Directive(directive) if !directive.mechanism.needs_lookup() => {}
                TermKind::Directive(_) if !counted() => return,
                TermKind::Directive(directive) => {
                    if let Mechanism::Include(target) = &directive.mechanism {
                        if let Ok(target) = self.expand(&target.value, domain) {
                            self.ask_ahead(&target, left);
                        }
                    } else {
                        self.wish(&directive.mechanism, domain, &name);
                    }
                }
                TermKind::Malformed | TermKind::Modifier(_) => {}
            }
        }
        if let Some(target) = record.redirect().filter(|_| !has_all && *left > 0)
            && let Ok(target) = self.expand(&target.value, domain)
        {
            *left -= 1;
            self.ask_ahead(&target, left);
        }
    }

    /// Wishes for what one mechanism needs. Nothing is decided here, so what comes back does not matter.
    fn wish(&self, mechanism: &Mechanism<'_>, domain: &str, name: &str) {
        let Ok(Some(target)) = self.target(mechanism.domain(), domain, name) else { return };
        match mechanism {
            Mechanism::A { .. } => drop(self.addresses(&target)),
            Mechanism::Exists(_) => drop(self.lookup(&target, RecordType::A)),
            Mechanism::Mx { .. } => {
                if let Ok(lookup) = self.lookup(&target, RecordType::Mx) {
                    exchanges(&lookup).iter().for_each(|name| drop(self.addresses(name)));
                }
            }
            Mechanism::Ptr { .. } => {
                if let Ok(Some(names)) = self.host_names() {
                    names
                        .into_iter()
                        .filter(|name| is_within(name, &target))
                        .for_each(|name| drop(self.is_validated(name)));
                }
            }
            Mechanism::All | Mechanism::Include(_) | Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. } => {}
        }
    }
}
