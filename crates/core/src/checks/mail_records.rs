//! Writes what the mail plan wants as fixes, and the records that services ask for.
//!
//! What comes out is data ([`Fix`]), for a zone file or for the pages of a DNS provider.

use crate::checks::finding::Finding;
use crate::checks::fix::Fix;
use crate::domain::Domain;

use crate::email::txt::quoted;
use crate::facts::mail_plan::{Alternative, DmarcPlan, SpfPlan, Wanted};
use crate::providers::mail_services::{Publish, Service};

/// The DKIM records that a service asks for; only that of `selector`, where it is one of them.
#[must_use]
pub fn records_of(service: &Service, domain: &Domain, selector: Option<&str>) -> Vec<Fix> {
    let keys = || service.records.iter().filter(|record| record.owner.split('.').any(|l| l == "_domainkey"));
    let is_it = |record: &&Publish| {
        selector.is_some_and(|selector| {
            record.owner.strip_suffix("._domainkey").is_some_and(|owner| owner == selector)
        })
    };
    if keys().any(|record| is_it(&record)) {
        keys().filter(is_it).map(|record| fix(record, domain)).collect()
    } else {
        keys().map(|record| fix(record, domain)).collect()
    }
}

/// A record where it is complete; otherwise where to copy it from.
pub(crate) fn fix(record: &Publish, domain: &Domain) -> Fix {
    let (name, data) = (record.name(domain.as_str()), record.data(domain.as_str()));
    if record.is_exact() {
        return Fix::record(name, &record.record_type, data);
    }
    let copied = data.trim_matches('"').trim_start_matches('<').trim_end_matches('>');
    Fix::step(format!(
        "Publish a {} record at {name}; its value is shown to you alone: {copied}.",
        record.record_type
    ))
}

/// What turns the texts at a name into one: the first is replaced, the others go.
pub(crate) fn one_text(name: &str, there: &[String], text: &str) -> Vec<Fix> {
    let gone = |old: &String| Fix::RemoveRecord {
        name: name.to_owned(),
        record_type: "TXT".to_owned(),
        value: quoted(old),
    };
    if there.iter().any(|old| old == text) {
        return there.iter().filter(|old| *old != text).map(gone).collect();
    }
    let first = Fix::record(name, "TXT", quoted(text)).replacing(there.first().map(|old| quoted(old)));
    std::iter::once(first).chain(there.iter().skip(1).map(gone)).collect()
}

/// What to do about the SPF record, as the plan has it.
#[must_use]
pub fn spf_fixes(plan: &SpfPlan) -> Vec<Fix> {
    match &plan.wanted {
        Wanted::Ask(steps) => steps.iter().map(Fix::step).collect(),
        Wanted::Choice(alternatives, further) => {
            let one = |alternative: &Alternative| {
                Fix::step(format!(
                    "If you can do without {}: replace the SPF record with “{}”.",
                    alternative.gives_up, alternative.text
                ))
            };
            alternatives.iter().map(one).chain(further.iter().map(Fix::step)).collect()
        }
        Wanted::Keep | Wanted::Nothing => Vec::new(),
        Wanted::Record { text, .. } => one_text(&plan.name, &plan.there, text),
    }
}

/// The finding with what to do about the SPF record, and with what that leaves out or changes.
pub(crate) fn with_spf(finding: Finding, plan: &SpfPlan) -> Finding {
    noting(spf_fixes(plan).into_iter().fold(finding, Finding::fix), plan.notes())
}

/// The finding with what to do about the DMARC record now, and with what that leaves out or changes.
pub(crate) fn with_dmarc(finding: Finding, plan: &DmarcPlan) -> Finding {
    let notes = if plan.text.is_some() { plan.notes.as_slice() } else { &[] };
    noting(dmarc_fixes(plan).into_iter().fold(finding, Finding::fix), notes)
}

/// The finding with further sentences, each once.
fn noting(finding: Finding, notes: &[String]) -> Finding {
    let fresh: Vec<&str> =
        notes.iter().map(String::as_str).filter(|note| !finding.detail.contains(note)).collect();
    let words: Vec<&str> =
        [finding.detail.as_str()].into_iter().chain(fresh).filter(|words| !words.is_empty()).collect();
    let detail = words.join(" ");
    finding.detail(detail)
}

/// What to do about the DMARC record now, as the plan has it.
#[must_use]
pub fn dmarc_fixes(plan: &DmarcPlan) -> Vec<Fix> {
    let Some(text) = &plan.text else { return Vec::new() };
    if let Some(hosted) = &plan.hosted {
        if plan.there.is_empty() {
            return vec![Fix::step(format!(
                "{} is an alias of {hosted}, where no record stands. Add the domain in the settings of the service that runs it, or remove the alias if you don't use it.",
                plan.owner
            ))];
        }
        // A text cannot stand beside an alias, and in its place it would end the service behind it.
        return vec![Fix::step(format!(
            "{} is an alias of {hosted}: change the record in the settings of the service that runs it. It should say “{text}”.",
            plan.owner
        ))];
    }
    let steps = plan.steps.iter().map(Fix::step);
    if let Some(alias) = &plan.own_alias {
        let gone = Fix::RemoveRecord {
            name: plan.owner.clone(),
            record_type: "CNAME".to_owned(),
            value: format!("{alias}."),
        };
        let record = Fix::record(plan.owner.clone(), "TXT", quoted(text));
        return [gone, record].into_iter().chain(steps).collect();
    }
    let gone = plan.misplaced.iter().flat_map(|place| {
        place.texts.iter().map(|text| Fix::RemoveRecord {
            name: place.name.clone(),
            record_type: "TXT".to_owned(),
            value: quoted(text),
        })
    });
    one_text(&plan.owner, &plan.there, text).into_iter().chain(gone).chain(steps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain() -> Domain {
        Domain::from_host("example.com").unwrap()
    }

    #[test]
    fn of_several_texts_one_is_left() {
        let there = ["v=spf1 mx -all".to_owned(), "v=spf1 a -all".to_owned()];
        let lines = |text: &str| -> Vec<String> {
            one_text("example.com", &there, text)
                .iter()
                .map(|fix| format!("{}: {}", fix.verb(), fix.line()))
                .collect()
        };
        assert_eq!(
            lines("v=spf1 mx a -all"),
            [
                "Replace the record with this one: example.com. TXT \"v=spf1 mx a -all\"",
                "Remove this DNS record: example.com. TXT \"v=spf1 a -all\""
            ]
        );
        assert_eq!(lines("v=spf1 a -all"), ["Remove this DNS record: example.com. TXT \"v=spf1 mx -all\""]);
    }

    #[test]
    fn the_keys_of_a_service_are_all_or_the_one_asked_for() {
        let service = Service::from_id("zendesk").unwrap();
        assert_eq!(records_of(service, &domain(), None).len(), 2);
        let one = records_of(service, &domain(), Some("zendesk2"));
        assert_eq!(one[0].line(), "zendesk2._domainkey.example.com. CNAME zendesk2._domainkey.zendesk.com.");
        assert_eq!(one.len(), 1);
        assert_eq!(records_of(service, &domain(), Some("other")).len(), 2);
    }
}
