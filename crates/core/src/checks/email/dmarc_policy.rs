//! # DMARC policy (`dmarc-policy`)
//!
//! ## What it checks
//! Whether the domain publishes one DMARC record that receivers take, and what it asks them to do with mail that
//! forges the domain's name.
//!
//! ## Why it matters
//! Without a policy, anybody's forged invoice in your name arrives like a real one. The large mailbox providers ask
//! senders for a DMARC record, and treat mail from domains without one worse.
//!
//! ## How to fix it
//! Begin with `p=none` and an address for reports. When the reports show only your own services and all of them pass,
//! move to `p=quarantine`, then to `p=reject`. A domain that never sends goes straight to `p=reject`.
//!
//! ## Sources
//! RFC 9989 sections 4.7 and 4.10 (it replaces RFC 7489). Google and Yahoo ask bulk senders for a DMARC record (sender
//! guidelines, in force since 2024-02).
//!
//! ## Covers
//! E3
//!
//! ## Examples
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
//! => enforced
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=quarantine"
//! => enforced
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! => monitoring
//! ```
//! A stricter policy for subdomains leaves the domain itself open.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; sp=reject"
//! => monitoring
//! ```
//! Test mode lowers the policy by one level.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=quarantine; t=y"
//! => monitoring
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; rua=mailto:dmarc@example.com"
//! => no-policy
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=block"
//! => no-policy
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => several
//! ```
//! The version is compared letter by letter.
//! ```evidence
//! _dmarc.example.com. TXT "v=dmarc1; p=reject"
//! => unrecognised
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => missing
//! ```
//! For a name below the registered one, that one's record holds.
//! ```evidence
//! target app.example.com
//! app.example.com. A 76.76.21.21
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => enforced
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! _dmarc.example.com. TXT SERVFAIL
//! => not-measured
//! ```

use crate::check::{Area, Check, Finding, Fix, Impact, Outcome, Stop};
use crate::dns::{CharacterString, RecordType, texts, zone_apex};
use crate::email::dmarc::{self, Policy, Subject};
use crate::evidence::Evidence;
use crate::target::{MailUse, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "dmarc-policy",
    area: Area::Email,
    impact: Impact::Important,
    outcomes: &[&ENFORCED, &MONITORING, &NO_POLICY, &SEVERAL, &UNRECOGNISED, &MISSING, &PLATFORM],
    run,
};

static ENFORCED: Outcome =
    Outcome::pass("enforced", "Receivers are asked to stop mail that forges your name");
static MONITORING: Outcome = Outcome::warn("monitoring", "DMARC only watches: forged mail still arrives");
static NO_POLICY: Outcome =
    Outcome::fail("no-policy", "The DMARC record names no policy that receivers know");
static SEVERAL: Outcome = Outcome::fail("several", "Two DMARC records cancel each other out");
static UNRECOGNISED: Outcome = Outcome::fail("unrecognised", "Receivers do not recognise the DMARC record");
static MISSING: Outcome = Outcome::fail("missing", "There is no DMARC record");
static PLATFORM: Outcome =
    Outcome::not_applicable("platform", "Mail at this name is the platform's business");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let name = zone.child("_dmarc");
    let lookup = evidence.lookup(&name, RecordType::Txt)?;
    if lookup.records.is_empty() && !lookup.is_missing() {
        return Err(Stop::NotMeasured(lookup.gap()));
    }
    let texts = texts(&lookup.records);
    let selected = dmarc::select(&texts);
    let label = format!("TXT {name}");
    let quoted = |text: &str| format!("\"{}\"", CharacterString::from(text));
    let replace = |old: &str, new: String| Fix::Record {
        name: name.clone(),
        record_type: "TXT".to_owned(),
        value: quoted(&new),
        replaces: Some(quoted(old)),
    };
    let start = if matches!(target.mail, Some(MailUse::Neither | MailUse::Receives)) {
        "v=DMARC1; p=reject".to_owned()
    } else {
        format!("v=DMARC1; p=none; rua=mailto:dmarc-reports@{zone}")
    };
    let text = match selected.records.as_slice() {
        [text] => text.as_ref(),
        [] => {
            return Ok(match selected.near_misses.first() {
                Some(near_miss) => {
                    let (_, issues) = dmarc::parse(near_miss);
                    UNRECOGNISED
                        .found()
                        .saw_marked(label, near_miss.as_ref(), &issues)
                        .fix(replace(near_miss, start))
                }
                None => {
                    MISSING.found().saw(label, lookup.words()).fix(Fix::record(&name, "TXT", quoted(&start)))
                }
            });
        }
        several => {
            let mut finding = SEVERAL.found().detail("Receivers that find more than one use none.");
            for text in several {
                finding = finding.saw(&label, text.as_ref());
            }
            // Which one is meant only the owner knows; the strictest keeps what is protected today.
            let applied = |text: &str| dmarc::parse(text).0.applied_policy(Subject::Domain).defined;
            let keep = several.iter().max_by_key(|text| applied(text));
            for text in several.iter().filter(|text| Some(*text) != keep) {
                finding = finding.fix(Fix::RemoveRecord {
                    name: name.clone(),
                    record_type: "TXT".to_owned(),
                    value: quoted(text),
                });
            }
            if finding.fixes.is_empty() {
                finding = finding.fix(Fix::step("Delete all but one of the identical records."));
            }
            return Ok(finding);
        }
    };
    let (record, issues) = dmarc::parse(text);
    let show = |outcome: &'static Outcome| outcome.found().saw_marked(&label, text, &issues);
    if record.policy.value().is_none() {
        return Ok(show(&NO_POLICY)
            .detail(
                "What receivers make of that differs: some only watch, some take it for no record at all.",
            )
            .fix(replace(text, start)));
    }
    let applied = record.applied_policy(Subject::Domain);
    Ok(match applied.discovered.unwrap_or(applied.defined) {
        Policy::Quarantine | Policy::Reject => show(&ENFORCED),
        Policy::None => {
            let finding = show(&MONITORING);
            let finding = if record.testing.value() == Some(true) {
                finding.detail("Test mode (t=y) lowers the policy by one level.")
            } else {
                finding
            };
            let reports = if record.aggregate_reports.is_empty() {
                format!("; rua=mailto:dmarc-reports@{zone}")
            } else {
                String::new()
            };
            let tags = record.tags().filter(|tag| !matches!(tag.name, "v" | "p" | "t" | "pct"));
            let rest: String = tags.map(|tag| format!("; {}={}", tag.name, tag.value())).collect();
            finding
                .fix(Fix::step("Read the reports for two weeks. When every service that sends for you passes, publish the next record."))
                .fix(replace(text, format!("v=DMARC1; p=quarantine{rest}{reports}")))
        }
    })
}
