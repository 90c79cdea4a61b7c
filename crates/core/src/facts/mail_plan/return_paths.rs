//! Names below a domain that a service's bounces go to: SPF is checked there, and not at the domain itself.

use crate::answers::Stop;
use crate::dns::{Lookup, RecordData, RecordType, texts};
use crate::email::dmarc::discover;
use crate::email::spf;
use crate::engine::evidence::Evidence;
use crate::facts::mail_profile::{MailProfile, spf_names};
use crate::providers::mail_services::{
    Envelope, Kind, Publish, Published, Service, mail_services, recognise,
};

/// Labels that a default scan looks at: those of services that leave no other trace, and those that guides use as the example
/// where the service leaves the choice. One question each, and only where the domain itself has no SPF record that lets anybody
/// send. As of 2026-11.
const USUAL: [&str; 6] = ["send", "mail", "bounce", "mg", "pm-bounces", "lm-bounces"];

/// Labels that a deep scan looks at, at most: those, and every label that a service fixes.
pub const MAX_DEEP_LABELS: usize = 14;

/// The labels that are looked at.
fn usual(deep: bool) -> Vec<&'static str> {
    let mut labels = USUAL.to_vec();
    for service in mail_services().filter(|_| deep) {
        let Envelope::Below(label) = &service.envelope else { continue };
        if !label.is_empty() && !labels.contains(&label.as_str()) && labels.len() < MAX_DEEP_LABELS {
            labels.push(label);
        }
    }
    labels
}

/// A name that bounces go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath {
    /// The name.
    pub name: String,
    /// Whose servers its SPF record lets send.
    pub service: &'static Service,
}

/// The usual names below the domain whose SPF record lets a service send.
///
/// # Errors
/// Pending until the answers are there; not measured where none was found, and one of the names could not be asked about.
pub fn return_paths(evidence: &Evidence, profile: &MailProfile<'_>) -> Result<Vec<ReturnPath>, Stop> {
    // What every receiver asks for comes before what is guessed: a scan has so many questions.
    if matches!(discover::policy(evidence, profile.zone.as_str()), Err(Stop::Pending)) {
        return Err(Stop::Pending);
    }
    // All of them before waiting for one.
    let asked: Vec<Result<Option<ReturnPath>, Stop>> =
        usual(profile.deep).into_iter().map(|label| ask(evidence, profile.zone.child(label))).collect();
    if asked.iter().any(|answer| matches!(answer, Err(Stop::Pending))) {
        return Err(Stop::Pending);
    }
    let mut gap = None;
    let mut found = Vec::new();
    for answer in asked {
        match answer {
            Ok(path) => found.extend(path),
            Err(stop) => gap = gap.or(Some(stop)),
        }
    }
    match gap {
        Some(stop) if found.is_empty() => Err(stop),
        _ => Ok(found),
    }
}

fn ask(evidence: &Evidence, name: String) -> Result<Option<ReturnPath>, Stop> {
    let answer = evidence.lookup_any(&name, RecordType::Txt);
    if let Some(service) = handed_over(evidence, &name, &answer)? {
        return Ok(Some(ReturnPath { name, service }));
    }
    let lookup = answer?;
    let texts = texts(&lookup.records);
    let selected = spf::select(&texts);
    let Some(text) = selected.only() else { return Ok(None) };
    let mut names = spf_names(text);
    names.extend(lookup.aliases.iter().map(|alias| (*alias).to_owned()));
    let found = recognise(Published { spf: &names, ..Published::default() });
    // A server of one's own may have a record of the kind for its greeting.
    let sends = found.into_iter().find(|one| one.service.kind != Kind::Mailboxes);
    Ok(sends.map(|one| ReturnPath { name, service: one.service }))
}

/// The service that a name is handed over to: an alias of the very name that the service asks its customers for. What stands
/// there is the service's to keep, whether it can be seen or not. `answer`: what DNS says about the texts at the name; where it
/// says nothing, the alias is asked for by itself.
///
/// # Errors
/// Pending until the answers are there.
pub fn handed_over(
    evidence: &Evidence,
    name: &str,
    answer: &Result<Lookup<'_>, Stop>,
) -> Result<Option<&'static Service>, Stop> {
    let aliases: Vec<String> = match answer {
        Ok(lookup) => lookup.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        Err(Stop::Pending) => return Err(Stop::Pending),
        Err(Stop::NotMeasured(_)) => match evidence.lookup_any(name, RecordType::Cname) {
            Ok(lookup) => lookup.records.iter().filter_map(|record| alias_of(&record.data)).collect(),
            Err(Stop::Pending) => return Err(Stop::Pending),
            Err(Stop::NotMeasured(_)) => Vec::new(),
        },
    };
    let asks_for = |service: &Service| {
        return_aliases(service).any(|(_, wanted)| aliases.iter().any(|alias| is_same(alias, wanted)))
    };
    Ok(mail_services().find(|service| asks_for(service)))
}

fn alias_of(data: &RecordData) -> Option<String> {
    match data {
        RecordData::Cname(alias) => Some(alias.clone()),
        _ => None,
    }
}

/// The aliases for bounces that a service asks its customers for: label and target. The label may be the customer's to choose;
/// an alias for a key is none for bounces.
fn return_aliases(service: &Service) -> impl Iterator<Item = (&str, &str)> {
    let is_for_bounces = |record: &&Publish| {
        let is_key = record.owner.split('.').any(|label| label == "_domainkey");
        record.record_type == "CNAME" && !is_key && !record.value.contains(['<', '{'])
    };
    let sends_below = matches!(service.envelope, Envelope::Below(_));
    let records = service.records.iter().filter(move |_| sends_below).filter(is_for_bounces);
    records.map(|record| (record.owner.as_str(), record.value.as_str()))
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_a_service_fixes_for_its_alias_is_looked_at() {
        let (usual, mut fixed) = (usual(true), 0);
        for service in mail_services() {
            for (label, _) in return_aliases(service).filter(|(label, _)| !label.contains('<')) {
                assert!(usual.contains(&label), "{}: {label}", service.id);
                fixed += 1;
            }
        }
        assert!(fixed > 2, "{fixed}");
    }

    #[test]
    fn every_label_that_a_service_fixes_has_room() {
        let usual = usual(true);
        for service in mail_services() {
            let Envelope::Below(label) = &service.envelope else { continue };
            assert!(label.is_empty() || usual.contains(&label.as_str()), "{}: {label}", service.id);
        }
        assert_eq!(usual.len(), MAX_DEEP_LABELS);
    }
}
