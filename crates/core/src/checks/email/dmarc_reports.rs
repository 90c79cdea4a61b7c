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
//! => partly-unauthorised
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=dmarc@example.com"
//! => malformed
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com, mailto:dmarc"
//! => partly-malformed
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! example.com. MX 0 .
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
//! example.com._report._dmarc.reports.mailhost.net. TXT SERVFAIL
//! => not-measured
//! ```

use crate::answers::{Stop, Unmeasured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::email::dmarc;
use crate::email::dmarc::reports::{Authorisation, authorisation};
use crate::email::dmarc::{Policy, discover};
use crate::email::txt::quoted;
use crate::email::uri::{Destination, ReportUri, ReportUris};
use crate::engine::evidence::Evidence;
use crate::facts::dmarc_rollout;
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

/// Hosts whose consent a default scan asks for; RFC 9990 lets receivers stop after two addresses.
const MAX_HOSTS: usize = 2;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let posture = MailProfile::ask(target, evidence);
    let zone = crate::engine::lookup::zone_apex(evidence, &target.domain)?;
    let discovered = discover::policy(evidence, zone.as_str())?;
    let posture = posture?;
    let (Some(step), Some(text)) = (discovered.step(), discovered.text()) else {
        return Ok(NO_RECORD.found());
    };
    let (record, issues) = dmarc::parse(text);
    let label = format!("TXT {}", step.owner());
    let show = |outcome: &'static Outcome| outcome.found().with_marked_evidence(&label, text, &issues);
    let own_address = format!("mailto:dmarc-reports@{zone}");
    let with_address = |address: &str| {
        let value = quoted(&dmarc_rollout::with_reports(&record, address));
        if discovered.is_inherited() {
            return Fix::record(zone.child("_dmarc"), "TXT", value);
        }
        Fix::record(step.owner(), "TXT", value).replacing(Some(quoted(text)))
    };
    let is_mailbox = |uri: &ReportUri<'_>| matches!(uri.destination, Destination::Mailto { .. });
    let mailboxes: Vec<ReportUri<'_>> = record.aggregate_reports.iter().filter(is_mailbox).collect();
    let has_others = record.aggregate_reports.iter().any(|uri| !is_mailbox(&uri));
    if record.aggregate_reports.is_empty() {
        if posture.sends_nothing()? {
            return Ok(NOT_NEEDED.found().with_marked_evidence(label, text, &issues));
        }
        return Ok(show(&NONE)
            .fix(with_address(&own_address))
            .fix(Fix::step(dmarc_rollout::rung(Policy::None).watch)));
    }
    if mailboxes.is_empty() {
        let mended = mended(record.aggregate_reports);
        return Ok(show(&MALFORMED).fix(with_address(mended.as_deref().unwrap_or(&own_address))));
    }
    let mut hosts: Vec<&str> = mailboxes.iter().filter_map(|uri| uri.destination.host()).collect();
    hosts.sort();
    hosts.dedup();
    // All of them before waiting for one.
    let limit = if target.deep { hosts.len() } else { MAX_HOSTS };
    let answers: Vec<(&str, Result<Authorisation, Stop>)> =
        hosts.iter().take(limit).map(|host| (*host, authorisation(evidence, &step.domain, host))).collect();
    let mut finding = show(&REPORTED);
    let (mut lost, mut taken, mut gap): (Vec<&str>, usize, Option<Unmeasured>) = (Vec::new(), 0, None);
    let mut refused: Option<&str> = None;
    for (host, answer) in answers {
        match answer? {
            Authorisation::Internal => {
                // Only what the domain itself says about its own mail is known here for nothing.
                match &posture.mx {
                    _ if !host.eq_ignore_ascii_case(zone.as_str()) => taken += 1,
                    Err(why) => gap = gap.or_else(|| Some(why.clone())),
                    Ok(_) if posture.takes_no_mail() => refused = Some(host),
                    Ok(_) => taken += 1,
                }
            }
            Authorisation::Granted { name, text, stray } => {
                finding = finding.with_evidence(format!("TXT {name}"), text);
                if let Some(stray) = stray {
                    finding = finding
                        .detail(format!("Receivers do not follow {host} to {stray}: that is another host."));
                }
                taken += 1;
            }
            Authorisation::Missing { name, words } => {
                finding = finding.with_evidence(format!("TXT {name}"), words);
                lost.push(host);
            }
            Authorisation::Unknown(why) => gap = gap.or(Some(why)),
        }
    }
    if let Some(host) = refused {
        finding = finding.detail(format!("{host} says that it takes no mail (null MX)."));
        if taken == 0 && lost.is_empty() && gap.is_none() {
            return Ok(Finding { outcome: &NO_MAILBOX, ..finding }.fix(Fix::step(
                "Name an address at a domain that takes mail, or that of a report service.",
            )));
        }
    }
    if let Some(host) = lost.first() {
        if taken == 0
            && let Some(gap) = gap
        {
            return Err(Stop::NotMeasured(gap));
        }
        let outcome = if taken == 0 { &UNAUTHORISED } else { &PARTLY_UNAUTHORISED };
        let consent = format!("{}._report._dmarc.{host}", step.domain);
        return Ok(Finding { outcome, ..finding }
            .detail(format!("{host} does not say that it takes reports about {}.", step.domain))
            .fix(Fix::step(format!(
                "If {host} is a report service, add {} in its settings; it then publishes its consent.",
                step.domain
            )))
            .fix(Fix::step(format!(
                "If {host} is yours, publish this record there: {consent}. TXT \"v=DMARC1\""
            ))));
    }
    if let Some(gap) = gap.filter(|_| taken == 0 || !has_others) {
        return Err(Stop::NotMeasured(gap));
    }
    if has_others {
        let kept: Vec<&str> = mailboxes.iter().map(|uri| uri.text).collect();
        return Ok(Finding { outcome: &PARTLY_MALFORMED, ..finding }.fix(with_address(&kept.join(","))));
    }
    Ok(finding)
}

/// The addresses with `mailto:` where that is all they lack.
fn mended(uris: ReportUris<'_>) -> Option<String> {
    let address = |uri: ReportUri<'_>| {
        let mended = format!("mailto:{}", uri.text);
        let read = format!("v=DMARC1; p=none; rua={mended}");
        let is_good = dmarc::parse(&read).0.aggregate_reports.first().is_some_and(|uri| uri.is_valid());
        is_good.then_some(mended)
    };
    let mended: Vec<String> = uris.iter().filter_map(address).collect();
    (!mended.is_empty()).then(|| mended.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_its_scheme_is_mended() {
        let mend = |text: &str| mended(dmarc::parse(text).0.aggregate_reports);
        assert_eq!(mend("v=DMARC1; p=none; rua=a@b.net").as_deref(), Some("mailto:a@b.net"));
        assert_eq!(mend("v=DMARC1; p=none; rua=somewhere"), None);
    }
}
