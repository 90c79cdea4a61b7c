//! Records that are published, as evidence and as what a fix takes the place of.

use crate::checks::finding::Finding;
use crate::checks::fix::Fix;
use crate::email::dkim::parse;
use crate::email::txt::quoted;
use crate::facts::dkim_selectors::{State, Survey};

impl Survey {
    /// A record in the place of what stands at its selector: an alias stands alone, and of two keys receivers pick either.
    #[must_use]
    pub fn in_place(&self, fix: Fix) -> Vec<Fix> {
        let Fix::Record { name, record_type, .. } = &fix else { return vec![fix] };
        let Some(asked) = self.asked.iter().find(|asked| asked.name == *name) else { return vec![fix] };
        let old: Vec<(&str, String)> = match (asked.alias(), &asked.state) {
            (Some(alias), _) => vec![("CNAME", format!("{alias}."))],
            (None, State::Keys { texts, .. }) => texts.iter().map(|text| ("TXT", quoted(text))).collect(),
            _ => Vec::new(),
        };
        match old.as_slice() {
            [(same, old)] if same == record_type => vec![fix.replacing(Some(old.clone()))],
            _ => {
                let removed = old.into_iter().map(|(record_type, value)| Fix::RemoveRecord {
                    name: name.clone(),
                    record_type: record_type.to_owned(),
                    value,
                });
                removed.chain([fix.clone()]).collect()
            }
        }
    }

    /// `finding` with every key that was found, and what is to be noticed in it.
    pub(crate) fn shown(&self, mut finding: Finding) -> Finding {
        for (asked, _) in self.found() {
            let alias = asked.alias().map(|alias| format!(" (alias of {alias})")).unwrap_or_default();
            let label = format!("TXT {}{alias}", asked.name);
            if let State::Dangling { .. } = asked.state {
                finding = finding.with_evidence(&label, "there is no key where the CNAME points");
            }
            for text in asked.texts() {
                let (_, issues) = parse(text);
                finding = finding.with_marked_evidence(&label, text, &issues);
            }
        }
        finding
    }
}
