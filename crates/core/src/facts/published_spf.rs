//! The SPF record of a target, for the checks that look into it.

use crate::answers::Stop;
use crate::dns;
use crate::dns::RecordType;
use crate::domain::Domain;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
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
    let selected = crate::email::spf::select(&texts);
    let readable = selected.only().filter(|text| crate::email::spf::parse(text).0.is_valid());
    Ok(readable.map(|text| Published { name, text: text.to_owned() }))
}
