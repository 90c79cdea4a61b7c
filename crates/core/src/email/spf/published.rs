//! The SPF record of a target, for the checks that look into it.

use crate::check::{Fix, Stop};
use crate::dns::{self, RecordType, zone_apex};
use crate::domain::Domain;
use crate::email::txt::quoted;
use crate::evidence::Evidence;
use crate::target::Target;

/// A domain's one SPF record, which receivers can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The name it stands at: the top of the target's zone.
    pub name: Domain,
    /// The record.
    pub text: String,
}

impl Published {
    /// What a finding calls the record.
    #[must_use]
    pub fn label(&self) -> String {
        format!("TXT {}", self.name)
    }

    /// Publishing `better` in the place of this record.
    #[must_use]
    pub fn replace_by(&self, better: &str) -> Fix {
        Fix::record(self.name.as_str(), "TXT", quoted(better)).replacing(Some(quoted(&self.text)))
    }
}

/// The target's SPF record. `None` where there is none to look into: the name was given out by a platform, there is
/// no record or more than one, or receivers cannot read it. The check `spf-record` says which.
///
/// # Errors
/// Pending until the answers are there; not measured where they could not be had.
pub fn published(target: &Target, evidence: &Evidence) -> Result<Option<Published>, Stop> {
    if target.domain.platform().is_some() {
        return Ok(None);
    }
    let name = zone_apex(evidence, &target.domain)?;
    let lookup = evidence.lookup(name.as_str(), RecordType::Txt)?;
    if lookup.records.is_empty() && !lookup.is_missing() {
        return Err(Stop::NotMeasured(lookup.gap()));
    }
    let texts = dns::texts(&lookup.records);
    let selected = super::select(&texts);
    let readable = selected.only().filter(|text| super::parse(text).0.is_valid());
    Ok(readable.map(|text| Published { name, text: text.to_owned() }))
}
