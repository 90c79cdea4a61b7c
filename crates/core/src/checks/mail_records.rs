//! Writes records for a domain's mail: single ones, which findings offer as fixes, and with [`plan`] the full set from the
//! services in use, merged with what is there.
//!
//! What comes out is data ([`Fix`]), for a zone file or for the pages of a DNS provider.

use crate::checks::fix::Fix;
use crate::domain::Domain;

use crate::email::spf;
use crate::email::spf::{Mechanism, Modifier, TermKind};
use crate::email::txt::quoted;
use crate::providers::mail_services::{Publish, Service};

/// The DMARC record to begin with: it asks for reports and for nothing else.
#[must_use]
pub fn first_dmarc(domain: &Domain) -> Fix {
    let text = format!("v=DMARC1; p=none; rua=mailto:dmarc-reports@{domain}");
    Fix::record(domain.child("_dmarc"), "TXT", quoted(&text))
}

/// The DMARC record of a domain that sends nothing.
#[must_use]
pub fn silent_dmarc(domain: &Domain) -> Fix {
    Fix::record(domain.child("_dmarc"), "TXT", quoted("v=DMARC1; p=reject"))
}

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

/// What turns the SPF records that are there into `spf`.
#[must_use]
pub fn spf_fixes(domain: &Domain, there: &[String], spf: &str) -> Vec<Fix> {
    spf_fixes_at(domain.as_str(), there, spf)
}

/// The same at any name.
pub(crate) fn spf_fixes_at(name: &str, there: &[String], spf: &str) -> Vec<Fix> {
    match there {
        [one] if one == spf => Vec::new(),
        [one] => vec![Fix::record(name, "TXT", quoted(spf)).replacing(Some(quoted(one)))],
        several => {
            let keeps = several.iter().any(|old| old == spf);
            let added = (!keeps).then(|| Fix::record(name, "TXT", quoted(spf)));
            let removed = several.iter().filter(|old| *old != spf).map(|old| Fix::RemoveRecord {
                name: name.to_owned(),
                record_type: "TXT".to_owned(),
                value: quoted(old),
            });
            added.into_iter().chain(removed).collect()
        }
    }
}

/// One SPF record with every term of those that are there, once each and in their order, and the names to include in
/// front of its end. Nobody new is let in but who is named in `includes`: where several records do not agree about
/// everyone else, the end is `~all`; so is a new one, under which a forgotten sender is not lost.
#[must_use]
pub fn merged_spf(there: &[String], includes: &[&str]) -> String {
    let mut terms: Vec<String> = Vec::new();
    let mut named: Vec<String> = Vec::new();
    let (mut endings, mut redirect): (Vec<String>, Option<String>) = (Vec::new(), None);
    for text in there {
        let (record, _) = spf::parse(text);
        for term in &record.terms {
            let written = term.span.of(text).to_owned();
            match &term.kind {
                TermKind::Directive(directive) if directive.mechanism == Mechanism::All => {
                    endings.push(directive.to_string());
                    continue;
                }
                TermKind::Directive(directive) => {
                    if let Mechanism::Include(domain) = &directive.mechanism {
                        named.extend(domain.literal().map(crate::dns::dns_name));
                    }
                }
                TermKind::Modifier(Modifier::Redirect(domain)) => {
                    named.extend(domain.literal().map(crate::dns::dns_name));
                    redirect = redirect.or(Some(written));
                    continue;
                }
                TermKind::Modifier(_) | TermKind::Malformed => {}
            }
            if !terms.iter().any(|known| known.eq_ignore_ascii_case(&written)) {
                terms.push(written);
            }
        }
    }
    for include in includes {
        if !named.iter().any(|known| known == include) {
            terms.push(format!("include:{include}"));
            named.push((*include).to_owned());
        }
    }
    let first = endings.first().filter(|first| endings.iter().all(|ending| ending == *first));
    let end = match (first, redirect) {
        (Some(ending), _) if ending != "all" && ending != "+all" => ending.clone(),
        (None, Some(redirect)) if endings.is_empty() => redirect,
        _ => "~all".to_owned(),
    };
    let terms: String = terms.iter().map(|term| format!("{term} ")).collect();
    format!("v=spf1 {terms}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain() -> Domain {
        Domain::from_host("example.com").unwrap()
    }

    fn merge(there: &[&str], includes: &[&str]) -> String {
        let there: Vec<String> = there.iter().map(|text| (*text).to_owned()).collect();
        merged_spf(&there, includes)
    }

    #[test]
    fn spf_is_one_record_that_keeps_what_is_there() {
        let google = ["_spf.google.com"];
        for (there, includes, merged) in [
            (vec![], &google[..], "v=spf1 include:_spf.google.com ~all"),
            (vec!["v=spf1 mx -all"], &google[..], "v=spf1 mx include:_spf.google.com -all"),
            (vec!["v=spf1 include:_SPF.google.com -all"], &google[..], "v=spf1 include:_SPF.google.com -all"),
            (
                vec!["v=spf1 include:a.net ~all", "v=spf1 ip4:192.0.2.1 include:a.net -all"],
                &[][..],
                "v=spf1 include:a.net ip4:192.0.2.1 ~all",
            ),
            (
                vec!["v=spf1 a redirect=_spf.b.net"],
                &google[..],
                "v=spf1 a include:_spf.google.com redirect=_spf.b.net",
            ),
            (vec!["v=spf1 redirect=_spf.google.com"], &google[..], "v=spf1 redirect=_spf.google.com"),
            (vec!["v=spf1 +all"], &[][..], "v=spf1 ~all"),
            (vec!["v=spf1 mx"], &[][..], "v=spf1 mx ~all"),
            (vec!["v=spf1 mx ?all"], &[][..], "v=spf1 mx ?all"),
        ] {
            assert_eq!(merge(&there, includes), merged, "{there:?}");
            assert!(spf::parse(merged).0.is_valid());
        }
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
