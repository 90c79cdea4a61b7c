//! # SPF record (`spf-record`)
//!
//! ## What it checks
//! Whether the domain publishes exactly one SPF record, and whether receivers can read it.
//!
//! ## Why it matters
//! SPF tells mailbox providers which servers send mail for you. With two records, or one with a typing error, every
//! message you send fails the test, and sign-up mails land in spam.
//!
//! ## How to fix it
//! Publish one TXT record that begins with `v=spf1`, lists the services you send with, and ends in `~all` or `-all`. Merge
//! two records into one.
//!
//! ## Sources
//! RFC 7208 sections 3.2 (one record), 3.4 (size), 4.5 and 4.6. Google and Yahoo ask every sender for SPF or DKIM (sender
//! guidelines, in force since 2024-02).
//!
//! ## Covers
//! E1
//!
//! ## Examples
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! => valid
//! ```
//! The strings of one record join without a blank; other TXT records do not count.
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.goo" "gle.com -all"
//! example.com. TXT "google-site-verification=v=spf1"
//! => valid
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 redirect=_spf.example.net"
//! => valid
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! => sends-nothing
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! example.com. TXT "v=spf1 include:amazonses.com ~all"
//! => several
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include: _spf.google.com ~all"
//! => invalid
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 ipv4:76.76.21.21 -all"
//! => invalid
//! ```
//! What it says about strangers is another check's business.
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.google.com +all"
//! => valid
//! ```
//! ```evidence
//! example.com. TXT "google-site-verification=abc"
//! => missing
//! ```
//! `v=spf10` is not SPF.
//! ```evidence
//! example.com. TXT "v=spf10 -all"
//! => missing
//! ```
//! ```evidence
//! target example.com mail=both
//! example.com. A 76.76.21.21
//! => missing-for-sender
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. TXT TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::dns::{RecordType, texts};
use crate::email::spf;
use crate::email::spf::{Mechanism, Qualifier};
use crate::email::txt::quoted;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::target::{MailUse, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "spf-record",
    area: Area::Email,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&VALID, &SENDS_NOTHING, &SEVERAL, &INVALID, &MISSING, &MISSING_FOR_SENDER, &PLATFORM],
    run,
};

static VALID: Outcome = Outcome::pass("valid", "One SPF record that receivers can read");
static SENDS_NOTHING: Outcome = Outcome::pass("sends-nothing", "The domain says that it sends no mail");
static SEVERAL: Outcome = Outcome::fail("several", "Two SPF records cancel each other out").blocks();
static INVALID: Outcome = Outcome::fail("invalid", "Receivers cannot read the SPF record").blocks();
static MISSING: Outcome = Outcome::warn("missing", "There is no SPF record").important();
static MISSING_FOR_SENDER: Outcome =
    Outcome::fail("missing-for-sender", "The domain sends mail without an SPF record").blocks();

/// Octets of an answer that resolvers and name servers pass on over UDP: the EDNS size of DNS Flag Day 2020. RFC 7208
/// section 3.4 still says 512.
const LARGE_ANSWER: usize = 1232;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let name = zone.as_str();
    let lookup = evidence.lookup(name, RecordType::Txt)?;
    if lookup.records.is_empty() && !lookup.is_missing() {
        return Err(Stop::NotMeasured(lookup.gap()));
    }
    let texts = texts(&lookup.records);
    let selected = spf::select(&texts);
    let label = format!("TXT {name}");
    let replace =
        |value: String, by: &str| Fix::record(name, "TXT", quoted(by)).replacing(Some(quoted(&value)));
    match selected.records.as_slice() {
        [] => {
            let outcome =
                if target.mail.is_some_and(MailUse::sends) { &MISSING_FOR_SENDER } else { &MISSING };
            let mut finding = outcome.found();
            for near_miss in &selected.near_misses {
                let (_, issues) = spf::parse(near_miss);
                finding = finding.with_marked_evidence(&label, near_miss.as_ref(), &issues);
            }
            if selected.near_misses.is_empty() {
                finding = finding.with_evidence(
                    &label,
                    if texts.is_empty() {
                        lookup.words()
                    } else {
                        "none of the TXT records begins with v=spf1".to_owned()
                    },
                );
            }
            let nothing = Fix::record(name, "TXT", quoted("v=spf1 -all"));
            Ok(match target.mail {
                Some(MailUse::Sends | MailUse::Both) => finding.fix(Fix::step(
                    "Publish a TXT record that lists your sending services, such as \"v=spf1 include:_spf.google.com ~all\" for Google Workspace.",
                )),
                Some(MailUse::Neither | MailUse::Receives) => finding.fix(nothing),
                None => finding
                    .detail("If you send mail from this domain, list your sending services; if you never do, say so.")
                    .fix(Fix::step("Sending with Google Workspace: publish a TXT record \"v=spf1 include:_spf.google.com ~all\"; other services name theirs in their domain settings."))
                    .fix(nothing),
            })
        }
        [text] => {
            let (record, issues) = spf::parse(text);
            let show = |outcome: &'static Outcome| {
                outcome.found().with_marked_evidence(&label, text.as_ref(), &issues)
            };
            if !record.is_valid() {
                let first = issues.iter().find(|issue| issue.severity == crate::diagnostic::Severity::Error);
                let finding =
                    show(&INVALID).detail(first.map(|issue| issue.message.clone()).unwrap_or_default());
                return Ok(match corrected(text, &issues) {
                    Some(better) => finding.fix(replace(text.to_string(), &better)),
                    None => finding.fix(Fix::step("Correct the marked part of the record.")),
                });
            }
            let only_all = record.directives().all(|(_, directive)| directive.mechanism == Mechanism::All);
            let fails_all = record.all().is_some_and(|(_, all)| all.result() == Qualifier::Fail);
            let finding = show(if only_all && fails_all { &SENDS_NOTHING } else { &VALID });
            // With all that surrounds the records, about as many octets as they have, and a dozen for each.
            let size = lookup.records.iter().map(|record| record.data.to_string().len() + 12).sum::<usize>();
            Ok(if size > LARGE_ANSWER {
                finding.detail(format!(
                    "All TXT records of {name} together make an answer of some {size} octets. Above {LARGE_ANSWER}, \
                     receivers have to ask a second time over TCP; move records that a service no longer needs away."
                ))
            } else {
                finding
            })
        }
        several => {
            let mut finding = SEVERAL.found().detail(format!(
                "{} records begin with v=spf1; receivers then use none of them.",
                several.len()
            ));
            for text in several {
                let (_, issues) = spf::parse(text);
                finding = finding.with_marked_evidence(&label, text.as_ref(), &issues);
            }
            finding = finding.fix(Fix::record(name, "TXT", quoted(&merged(several))));
            for text in several {
                let (name, record_type) = (name.to_owned(), "TXT".to_owned());
                finding = finding.fix(Fix::RemoveRecord { name, record_type, value: quoted(text) });
            }
            Ok(finding)
        }
    }
}

/// One record with the terms of all, in their order, once each, and the strictest of their endings that lets nobody
/// new in: `~all` where they do not agree.
fn merged<T: AsRef<str>>(records: &[T]) -> String {
    let mut terms: Vec<String> = Vec::new();
    let mut endings: Vec<Qualifier> = Vec::new();
    for text in records {
        let (record, _) = spf::parse(text.as_ref());
        for term in &record.terms {
            let written = term.span.of(record.text).to_owned();
            match &term.kind {
                spf::TermKind::Directive(directive) if directive.mechanism == Mechanism::All => {
                    endings.push(directive.result());
                }
                _ if !terms.contains(&written) => terms.push(written),
                _ => {}
            }
        }
    }
    let all_strict = !endings.is_empty() && endings.iter().all(|ending| *ending == Qualifier::Fail);
    let ending = if all_strict { "-all" } else { "~all" };
    let terms = terms.iter().map(|term| format!("{term} ")).collect::<String>();
    format!("v=spf1 {terms}{ending}")
}

/// The record with every suggested edit made, where receivers can read it then.
fn corrected(text: &str, issues: &[crate::diagnostic::Diagnostic]) -> Option<String> {
    let better = crate::diagnostic::corrected(text, issues);
    spf::parse(&better).0.is_valid().then_some(better)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_every_sender_and_makes_nobody_new() {
        let records =
            ["v=spf1 include:a.com ip4:76.76.21.21 -all", "v=spf1 include:b.com include:a.com ~all"];
        assert_eq!(merged(&records), "v=spf1 include:a.com ip4:76.76.21.21 include:b.com ~all");
        assert_eq!(merged(&["v=spf1 -all", "v=spf1 include:b.com -all"]), "v=spf1 include:b.com -all");
        assert_eq!(merged(&["v=spf1 +all", "v=spf1"]), "v=spf1 ~all");
    }

    #[test]
    fn a_correction_is_offered_only_where_it_works() {
        let correct = |text: &str| corrected(text, &spf::parse(text).1);
        assert_eq!(
            correct("v=spf1 include: _spf.google.com ~all").as_deref(),
            Some("v=spf1 include:_spf.google.com ~all")
        );
        assert_eq!(correct("v=spf1 ipv4:76.76.21.21 -all").as_deref(), Some("v=spf1 ip4:76.76.21.21 -all"));
        assert_eq!(correct("v=spf1 \u{1}\u{1} -all"), None);
    }
}
