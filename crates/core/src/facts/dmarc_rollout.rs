//! The way from watching to refusing: one policy after the other, with what to watch at each.
//!
//! RFC 9989 says to begin with `p=none`, to read the reports and to repair every stream of mail that does not pass
//! ([5.1](https://www.rfc-editor.org/rfc/rfc9989#section-5.1)); how long that takes it leaves open. The days here are
//! ours: two weeks show every weekly mail twice, and a month shows monthly invoices once.

use crate::domain::Domain;
use crate::email::dmarc::{Policy, Record};
use crate::email::uri::Destination;

/// One step of the way.
#[derive(Debug, PartialEq, Eq)]
pub struct Rung {
    /// The policy that is published.
    pub policy: Policy,
    /// How long to stay at least.
    pub days: u32,
    /// What to watch meanwhile, and what has to be so before the next step.
    pub watch: &'static str,
}

/// The steps, in order.
pub static LADDER: [Rung; 3] = [
    Rung {
        policy: Policy::None,
        days: 14,
        watch: "Read the reports for two weeks. Every service that sends for you has to appear there and pass through DKIM or SPF with your own domain; set up those that do not. Sources that you do not know are forgers, or somebody in the team.",
    },
    Rung {
        policy: Policy::Quarantine,
        days: 30,
        watch: "For a month, failing mail goes to spam and can still be found there. Ask customers about missing mail, watch forwarded mail and mailing lists in the reports, and wait for one round of whatever you send once a month.",
    },
    Rung {
        policy: Policy::Reject,
        days: 0,
        watch: "Failing mail is refused. Keep the address for reports: a new service that is not set up shows there first.",
    },
];

/// The step that `policy` stands on.
#[must_use]
pub fn rung(policy: Policy) -> &'static Rung {
    let [none, quarantine, reject] = &LADDER;
    match policy {
        Policy::None => none,
        Policy::Quarantine => quarantine,
        Policy::Reject => reject,
    }
}

/// The record of the next step: one policy up, out of test mode, without the tags that are history, and with an address
/// for reports. What else it says stays. `None` at the top.
#[must_use]
pub fn next(record: &Record<'_>, domain: &Domain) -> Option<String> {
    let policy = match record.policy.value() {
        Some(policy) if record.testing.value() == Some(true) => policy,
        Some(Policy::Reject) => return None,
        Some(Policy::Quarantine) => Policy::Reject,
        Some(Policy::None) | None => Policy::Quarantine,
    };
    Some(with_policy(record, policy, &["t"], domain))
}

/// The same record on the first step: for one that nobody has followed yet.
#[must_use]
pub fn first(record: &Record<'_>, domain: &Domain) -> String {
    with_policy(record, Policy::None, &["sp", "np", "t"], domain)
}

/// The same record without weaker policies for names below.
#[must_use]
pub fn with_subdomains(record: &Record<'_>, domain: &Domain) -> String {
    with_policy(record, record.policy.value().unwrap_or(Policy::None), &["sp", "np"], domain)
}

/// The same record, with nothing in it that no receiver reads: for one that is to be written anew.
#[must_use]
pub fn restated(record: &Record<'_>, domain: &Domain) -> String {
    with_policy(record, record.policy.value().unwrap_or(Policy::None), &[], domain)
}

/// The same record with another place for reports.
#[must_use]
pub fn with_reports(record: &Record<'_>, reports: &str) -> String {
    written(record, record.policy.value().unwrap_or(Policy::None), &[], reports)
}

fn with_policy(record: &Record<'_>, policy: Policy, dropped: &[&str], domain: &Domain) -> String {
    let places =
        record.aggregate_reports.iter().filter(|uri| matches!(uri.destination, Destination::Mailto { .. }));
    let mut reports = places.map(|uri| uri.text).collect::<Vec<_>>().join(",");
    if reports.is_empty() {
        reports = format!("mailto:dmarc-reports@{domain}");
    }
    written(record, policy, dropped, &reports)
}

fn written(record: &Record<'_>, policy: Policy, dropped: &[&str], reports: &str) -> String {
    let tags = record
        .tags()
        .filter(|tag| !matches!(tag.name, "" | "v" | "p" | "rua") && !HISTORIC.contains(&tag.name))
        .filter(|tag| !dropped.contains(&tag.name) && tag.value.is_some());
    let rest: String = tags.map(|tag| format!("; {}={}", tag.name, tag.value())).collect();
    format!("v=DMARC1; p={policy}{rest}; rua={reports}")
}

/// Tags of RFC 7489 that RFC 9989 no longer has.
const HISTORIC: [&str; 3] = ["pct", "rf", "ri"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::dmarc::parse;

    #[test]
    fn every_step_leads_to_the_next_and_the_last_to_none() {
        let domain = Domain::from_host("example.com").unwrap();
        let next = |text: &str| next(&parse(text).0, &domain);
        for (text, expected) in [
            ("v=DMARC1; p=none; rua=mailto:d@b.net", Some("v=DMARC1; p=quarantine; rua=mailto:d@b.net")),
            (
                "v=DMARC1; p=none; pct=50; ri=3600; rf=afrf; sp=reject; adkim=s",
                Some("v=DMARC1; p=quarantine; sp=reject; adkim=s; rua=mailto:dmarc-reports@example.com"),
            ),
            ("v=DMARC1; p=quarantine; rua=mailto:d@b.net;", Some("v=DMARC1; p=reject; rua=mailto:d@b.net")),
            ("v=DMARC1; p=reject; t=y; rua=mailto:d@b.net", Some("v=DMARC1; p=reject; rua=mailto:d@b.net")),
            ("v=DMARC1; p=reject", None),
        ] {
            assert_eq!(next(text).as_deref(), expected, "{text}");
            if let Some(text) = expected {
                assert!(parse(text).0.is_valid() && parse(text).1.is_empty(), "{text}");
            }
        }
        let junk =
            parse("v=DMARC1; p=reject; pct=-5; rua=javascript:alert(1),mailto:d@b.net!9t; <b>; adkim=s").0;
        assert_eq!(restated(&junk, &domain), "v=DMARC1; p=reject; adkim=s; rua=mailto:d@b.net");
        let record = parse("v=DMARC1; p=reject; sp=none; np=none; rua=mailto:d@b.net").0;
        assert_eq!(with_subdomains(&record, &domain), "v=DMARC1; p=reject; rua=mailto:d@b.net");
    }

    #[test]
    fn the_ladder_goes_up() {
        assert!(LADDER.windows(2).all(|pair| pair[0].policy < pair[1].policy));
        assert!(LADDER.iter().all(|step| rung(step.policy) == step));
    }
}
