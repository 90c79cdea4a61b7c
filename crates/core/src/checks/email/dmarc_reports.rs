//! # DMARC reports (`dmarc-reports`)
//!
//! ## What it checks
//! Whether the DMARC record names an address for reports, whether reports can reach it, and, where it belongs to somebody
//! else, whether they say that they take them.
//!
//! ## Why it matters
//! The daily reports are the only way to see who sends in your name, and whether your own services pass. Receivers send
//! no report to a stranger who has not agreed, and tell nobody: the reports are lost in silence.
//!
//! ## How to fix it
//! Name one mailbox, or the address that a report service gave you: `rua=mailto:…`. If the service publishes no consent
//! for your domain, add the domain in its settings, or let reports come to your own domain.
//!
//! ## Sources
//! RFC 9989 section 4.7 (`rua`, `ruf`); RFC 9990 section 4 (consent of other organizations, and only `mailto:` has to be
//! supported). `ruf` is optional, and few receivers send such reports.
//!
//! ## Covers
//! E3
//!
//! ## Examples
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! => reported
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:x1@reports.mailhost.net"
//! example.com._report._dmarc.reports.mailhost.net. TXT "v=DMARC1;"
//! => reported
//! ```
//! Report services agree for everybody.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:x1@reports.mailhost.net"
//! *._report._dmarc.reports.mailhost.net. TXT "v=DMARC1"
//! => reported
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:x1@reports.mailhost.net"
//! => unauthorised
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com,mailto:x1@reports.mailhost.net"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! => partly-unauthorised
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=dmarc@example.com"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! => malformed
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com, mailto:dmarc"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! => partly-malformed
//! ```
//! Addresses stand in one list, with commas between them.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com; mailto:reports@example.com"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! => partly-malformed
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com; ruf=forensic@example.com"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! => partly-malformed
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! example.com. MX 0 .
//! => no-mailbox
//! ```
//! Without any mail server they go to the web server, where nobody takes them.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! example.com. A 76.76.21.21
//! => no-mailbox
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! => none
//! ```
//! A domain that sends nothing, and says so, has nothing to watch.
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => not-needed
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => no-record
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:x1@reports.mailhost.net"
//! example.com._report._dmarc.reports.mailhost.net. TXT SERVFAIL
//! => not-measured
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com,mailto:x1@reports.mailhost.net"
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! example.com._report._dmarc.reports.mailhost.net. TXT SERVFAIL
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::checks::mail_records;
use crate::email::dmarc;
use crate::email::dmarc::discover;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::facts::dmarc_places::{Fate, Place, places};
use crate::facts::mail_plan::DmarcPlan;
use crate::facts::mail_profile::MailProfile;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "dmarc-reports",
    area: Area::Email,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &REPORTED,
        &NONE,
        &PARTLY_MALFORMED,
        &PARTLY_UNAUTHORISED,
        &MALFORMED,
        &UNAUTHORISED,
        &NO_MAILBOX,
        &NOT_NEEDED,
        &NO_RECORD,
        &PLATFORM,
    ],
    run,
};

static REPORTED: Outcome = Outcome::pass("reported", "DMARC reports have somewhere to go");
static NONE: Outcome = Outcome::warn("none", "Nobody sees the DMARC reports: there is no address for them");
static PARTLY_MALFORMED: Outcome =
    Outcome::warn("partly-malformed", "One of the addresses for DMARC reports cannot be read");
static PARTLY_UNAUTHORISED: Outcome = Outcome::warn(
    "partly-unauthorised",
    "One of the addresses for DMARC reports has not agreed to take them",
);
static MALFORMED: Outcome =
    Outcome::fail("malformed", "DMARC reports are lost: their address cannot be read").optional();
static UNAUTHORISED: Outcome =
    Outcome::fail("unauthorised", "DMARC reports are lost: their recipient has not agreed to take them")
        .optional();
static NO_MAILBOX: Outcome =
    Outcome::fail("no-mailbox", "DMARC reports are lost: their address is at a domain that takes no mail")
        .optional();
static NOT_NEEDED: Outcome =
    Outcome::not_applicable("not-needed", "The domain sends no mail, so there is nothing to report");
static NO_RECORD: Outcome =
    Outcome::not_applicable("no-record", "There is no DMARC record to send reports for");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let profile = MailProfile::ask(target, evidence);
    let zone = zone_apex(evidence, &target.domain)?;
    let discovered = discover::policy(evidence, zone.as_str())?;
    let profile = profile?;
    let (Some(step), Some(text)) = (discovered.step(), discovered.text()) else {
        return Ok(NO_RECORD.found());
    };
    let (record, issues) = dmarc::parse(text);
    let found = |outcome: &'static Outcome| {
        outcome.found().with_marked_evidence(format!("TXT {}", step.owner()), text, &issues)
    };
    // What is written wrong in the record of a name above is not this domain's to mend.
    let unheeded = if discovered.is_inherited() { Vec::new() } else { dmarc::unheeded_addresses(text) };
    let is_silent = record.aggregate_reports.is_empty() && profile.sends_nothing(target, evidence)?;
    if is_silent && unheeded.is_empty() {
        return Ok(found(&NOT_NEEDED));
    }
    let places = places(evidence, &profile, &discovered, &record, target.deep)?;
    let finding = if is_silent {
        found(&PARTLY_MALFORMED)
    } else {
        judge(&places, &step.domain, !unheeded.is_empty(), found)?
    };
    if finding.outcome == &REPORTED {
        return Ok(finding);
    }
    let plan = DmarcPlan::of(target, evidence, &profile, &discovered)?;
    Ok(fixed(finding, &plan, &places, &step.domain))
}

/// `is_partly_unheeded`: the record has an address that receivers ignore, in a list or outside of any.
fn judge(
    places: &[Place<'_>],
    domain: &str,
    is_partly_unheeded: bool,
    found: impl Fn(&'static Outcome) -> Finding,
) -> Result<Finding, Stop> {
    let count = |is_meant: fn(&Fate) -> bool| places.iter().filter(|place| is_meant(&place.fate)).count();
    let arrive = count(|fate| matches!(fate, Fate::Arrives { .. }));
    let unread = count(|fate| matches!(fate, Fate::Unread));
    let first = |is_meant: fn(&Fate) -> bool| places.iter().find(|place| is_meant(&place.fate));
    let gap = places.iter().find_map(|place| match &place.fate {
        Fate::Unknown(gap) => Some(gap),
        _ => None,
    });
    let lost = first(|fate| matches!(fate, Fate::Lost));
    let refused = first(|fate| matches!(fate, Fate::Refused));
    let (outcome, detail) = match (lost, refused) {
        _ if places.is_empty() => (&NONE, String::new()),
        _ if unread == places.len() => (&MALFORMED, String::new()),
        (Some(_), _) | (_, Some(_)) if arrive == 0 && gap.is_some() => {
            return Err(gap.map_or(Stop::Pending, |gap| Stop::NotMeasured(gap.clone())));
        }
        (Some(place), _) => {
            let outcome = if arrive == 0 { &UNAUTHORISED } else { &PARTLY_UNAUTHORISED };
            (outcome, format!("{} does not say that it takes reports about {domain}.", place.name))
        }
        (None, Some(place)) if arrive == 0 => {
            (&NO_MAILBOX, format!("{} has no mail server that takes mail.", place.name))
        }
        _ => match gap.filter(|_| !is_partly_unheeded && (arrive == 0 || unread == 0)) {
            Some(gap) => return Err(Stop::NotMeasured(gap.clone())),
            None if unread > 0 || is_partly_unheeded => (&PARTLY_MALFORMED, String::new()),
            None => (
                &REPORTED,
                refused
                    .map(|place| format!("{} takes no mail; the others do.", place.name))
                    .unwrap_or_default(),
            ),
        },
    };
    let mut finding = found(outcome).detail(detail);
    for place in places {
        let Fate::Arrives { consent, stray } = &place.fate else { continue };
        if let Some((name, text)) = consent {
            finding = finding.with_evidence(format!("TXT {name}"), text);
        }
        if let Some(stray) = stray.as_ref().filter(|_| finding.detail.is_empty()) {
            finding = finding
                .detail(format!("Receivers do not follow {} to {stray}: that is another host.", place.name));
        }
    }
    for place in places.iter().filter(|place| matches!(place.fate, Fate::Lost)) {
        finding = finding.with_evidence(format!("TXT {}", consent(domain, place.name)), "no such record");
    }
    Ok(finding)
}

/// The name at which a host agrees to take the reports about a domain.
fn consent(domain: &str, host: &str) -> String {
    format!("{domain}._report._dmarc.{host}")
}

/// The finding with the record that the plan has, and with what the record alone does not put right.
fn fixed(finding: Finding, plan: &DmarcPlan, places: &[Place<'_>], domain: &str) -> Finding {
    let finding = mail_records::with_dmarc(finding, plan);
    let finding = match places.iter().find(|place| matches!(place.fate, Fate::Lost)) {
        Some(place) => finding
            .fix(Fix::step(format!(
                "If {} is a report service, add {domain} in its settings; it then publishes its consent.",
                place.name
            )))
            .fix(Fix::step(format!(
                "If {} is yours, publish this record there: {}. TXT \"v=DMARC1\"",
                place.name,
                consent(domain, place.name)
            ))),
        None => finding,
    };
    if finding.outcome == &NO_MAILBOX {
        return finding.fix(Fix::step(
            "Name an address at a domain that takes mail, or that of a report service; or set up mail for this domain.",
        ));
    }
    if finding.fixes.is_empty()
        && let Some(place) = places.iter().find(|place| matches!(place.fate, Fate::Unread))
    {
        return finding.fix(Fix::step(format!(
            "Receivers send reports by email only. Replace {} with a mailto: address that you read, or remove it.",
            place.name
        )));
    }
    if finding.fixes.is_empty() {
        return finding.fix(Fix::step("Add rua=mailto: and an address that you read to the record."));
    }
    finding
}
