//! Writes the records that a domain needs for its mail: from the services in use, merged with what is there. One SPF
//! record whatever happens, every key that a service asks for, a DMARC record to begin with.
//!
//! What comes out is data ([`Fix`]), for a zone file or for the pages of a DNS provider.

use crate::check::Fix;
use crate::domain::Domain;

use super::services::{Kind, Publish, Service};
use super::spf::{self, MAX_LOOKUP_TERMS, Mechanism, Modifier, TermKind};
use super::txt::quoted;

/// What to write records for.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The domain that mail is sent from.
    pub domain: &'a Domain,
    /// The services that send or take its mail.
    pub services: &'a [&'static Service],
    /// The SPF records that are there.
    pub spf: &'a [String],
    /// The mail servers that are there.
    pub mail_servers: &'a [String],
    /// The DMARC record that is there.
    pub dmarc: Option<&'a str>,
    /// Whether the domain takes mail.
    pub receives: bool,
}

/// The records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// What to publish, what to replace and what to remove, in order.
    pub fixes: Vec<Fix>,
    /// How many DNS lookups the SPF record itself needs; those behind its includes come on top.
    pub spf_lookups: usize,
}

impl Built {
    /// Whether the SPF record needs more lookups than receivers make, whatever is behind its includes.
    #[must_use]
    pub const fn has_too_many_lookups(&self) -> bool {
        self.spf_lookups > MAX_LOOKUP_TERMS
    }

    /// The records as lines of a zone file; what is no record stands in comments.
    #[must_use]
    pub fn zone_lines(&self) -> String {
        let line = |fix: &Fix| match fix {
            Fix::Record { replaces: Some(old), name, record_type, .. } => {
                format!("; instead of: {name}. {record_type} {old}\n{}\n", fix.line())
            }
            Fix::Record { .. } => format!("{}\n", fix.line()),
            other => format!("; {}: {}\n", other.verb(), other.line()),
        };
        self.fixes.iter().map(line).collect()
    }
}

/// The records for `plan`. What is there already and right is left out.
#[must_use]
pub fn build(plan: Plan<'_>) -> Built {
    let mut fixes = Vec::new();
    if plan.receives && plan.mail_servers.is_empty() {
        let mailboxes = plan.services.iter().find(|service| service.kind == Kind::Mailboxes);
        let records = mailboxes.map(|service| service.records).unwrap_or_default();
        fixes.extend(records.iter().filter(|record| record.record_type == "MX").map(|r| fix(r, plan.domain)));
    }
    let includes: Vec<&str> = plan.services.iter().filter_map(|service| service.include).collect();
    let spf = merged_spf(plan.spf, &includes);
    let spf_lookups = spf::parse(&spf).0.lookup_terms();
    fixes.extend(spf_fixes(plan.domain, plan.spf, &spf));
    for service in plan.services {
        let records =
            service.records.iter().filter(|record| record.record_type != "MX" || record.owner != "@");
        fixes.extend(records.map(|record| fix(record, plan.domain)));
    }
    if plan.dmarc.is_none() {
        fixes.push(first_dmarc(plan.domain));
    }
    fixes.dedup();
    Built { fixes, spf_lookups }
}

/// The records of a domain that sends nothing; and takes nothing either, unless it `receives`.
/// [RFC 7208, 10.1.2](https://www.rfc-editor.org/rfc/rfc7208#section-10.1.2),
/// [RFC 7505, 3](https://www.rfc-editor.org/rfc/rfc7505#section-3)
#[must_use]
pub fn build_silent(domain: &Domain, receives: bool) -> Vec<Fix> {
    let mut fixes = vec![Fix::record(domain.as_str(), "TXT", quoted("v=spf1 -all")), silent_dmarc(domain)];
    if !receives {
        fixes.push(Fix::record(domain.as_str(), "MX", "0 ."));
    }
    fixes
}

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
fn fix(record: &Publish, domain: &Domain) -> Fix {
    let (name, data) = (record.name(domain), record.data(domain));
    if record.is_exact() {
        return Fix::record(name, record.record_type, data);
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
    let name = domain.as_str();
    match there {
        [one] if one == spf => Vec::new(),
        [one] => vec![Fix::Record {
            name: name.to_owned(),
            record_type: "TXT".to_owned(),
            value: quoted(spf),
            replaces: Some(quoted(one)),
        }],
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
                        named.extend(domain.literal().map(crate::probe::dns_name));
                    }
                }
                TermKind::Modifier(Modifier::Redirect(domain)) => {
                    named.extend(domain.literal().map(crate::probe::dns_name));
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

    fn services(ids: &[&str]) -> Vec<&'static Service> {
        ids.iter().map(|id| Service::from_id(id).unwrap()).collect()
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
    fn a_new_domain_gets_everything() {
        let services = services(&["icloud", "resend", "mailersend"]);
        let domain = domain();
        let built = build(Plan {
            domain: &domain,
            services: &services,
            spf: &[],
            mail_servers: &[],
            dmarc: None,
            receives: true,
        });
        let lines = built.zone_lines();
        let records: Vec<&str> = lines.lines().filter(|line| !line.starts_with(';')).collect();
        assert_eq!(
            records,
            [
                "example.com. MX 10 mx01.mail.icloud.com.",
                "example.com. MX 10 mx02.mail.icloud.com.",
                "example.com. TXT \"v=spf1 include:icloud.com ~all\"",
                "sig1._domainkey.example.com. CNAME sig1.dkim.example.com.at.icloudmailadmin.com.",
                "send.example.com. TXT \"v=spf1 include:amazonses.com ~all\"",
                "mta.example.com. CNAME mailersend.net.",
                "mlsend2._domainkey.example.com. CNAME mlsend2._domainkey.mailersend.net.",
                "_dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:dmarc-reports@example.com\"",
            ]
        );
        assert_eq!(built.spf_lookups, 1);
        assert!(
            lines.contains("; Do this: Publish a TXT record at resend._domainkey.example.com"),
            "{lines}"
        );
    }

    #[test]
    fn what_is_there_and_right_is_left_alone() {
        let services = services(&["google-workspace"]);
        let domain = domain();
        let there = ["v=spf1 include:_spf.google.com -all".to_owned()];
        let built = build(Plan {
            domain: &domain,
            services: &services,
            spf: &there,
            mail_servers: &["smtp.google.com".to_owned()],
            dmarc: Some("v=DMARC1; p=none"),
            receives: true,
        });
        assert_eq!(built.fixes.len(), 1, "{:?}", built.fixes);
        assert!(
            matches!(&built.fixes[0], Fix::Step { text } if text.contains("google._domainkey.example.com"))
        );
    }

    #[test]
    fn several_spf_records_become_one() {
        let domain = domain();
        let there = ["v=spf1 mx -all".to_owned(), "v=spf1 include:icloud.com -all".to_owned()];
        let built = build(Plan {
            domain: &domain,
            services: &[],
            spf: &there,
            mail_servers: &[],
            dmarc: Some(""),
            receives: false,
        });
        let lines: Vec<String> = built.fixes.iter().map(Fix::line).collect();
        assert_eq!(lines[0], "example.com. TXT \"v=spf1 mx include:icloud.com -all\"");
        assert_eq!(built.fixes.len(), 3);
        assert!(!built.has_too_many_lookups());
    }

    #[test]
    fn a_domain_without_mail_says_so() {
        let lines: Vec<String> = build_silent(&domain(), false).iter().map(Fix::line).collect();
        assert_eq!(
            lines,
            [
                "example.com. TXT \"v=spf1 -all\"",
                "_dmarc.example.com. TXT \"v=DMARC1; p=reject\"",
                "example.com. MX 0 .",
            ]
        );
        assert_eq!(build_silent(&domain(), true).len(), 2);
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
