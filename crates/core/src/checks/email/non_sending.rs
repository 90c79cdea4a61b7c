//! # Domains that send no mail (`non-sending`)
//!
//! ## What it checks
//! For a domain that sends no mail, as you said or as its own records say: whether it tells so to everybody, by an SPF
//! record that lets nobody send, by DMARC with `p=reject`, and, where it takes no mail either, by a null MX.
//!
//! ## Why it matters
//! A domain that never sends is the best one to forge: nobody notices. Three records close it for good, and nothing of
//! yours can break.
//!
//! ## How to fix it
//! Publish `v=spf1 -all` at the domain, `v=DMARC1; p=reject` at `_dmarc`, and the MX record `0 .` if no mail is taken. Do
//! the same for the domains that you keep beside your main one.
//!
//! ## Sources
//! RFC 7208 section 10.1.2 (a domain that sends no mail), RFC 7505 (null MX), RFC 9989 section 4.7. M3AAWG, "Protecting
//! Parked Domains Best Common Practices".
//!
//! ## Covers
//! E1, E3, E5
//!
//! ## Examples
//! ```evidence
//! target example.com mail=neither
//! example.com. TXT "v=spf1 -all"
//! example.com. MX 0 .
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => closed
//! ```
//! ```evidence
//! target example.com mail=receives
//! example.com. TXT "v=spf1 -all"
//! example.com. MX 10 mx.mailhost.net.
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
//! => closed
//! ```
//! What its records say counts, where you said nothing.
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! example.com. MX 0 .
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! => partly-closed
//! ```
//! ```evidence
//! target example.com mail=neither
//! example.com. TXT "v=spf1 -all"
//! example.com. MX 10 mx.mailhost.net.
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => partly-closed
//! ```
//! ```evidence
//! target example.com mail=receives
//! example.com. TXT "v=spf1 include:_spf.mailhost.net ~all"
//! example.com. MX 10 mx.mailhost.net.
//! => open
//! ```
//! What would stop mail that is sent is not offered.
//! ```evidence
//! target example.com mail=receives
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! example.com. MX 1 smtp.google.com.
//! => seems-to-send
//! ```
//! A service that forwards mail sends it on with an address of the domain for bounces.
//! ```evidence
//! target example.com mail=receives
//! example.com. TXT "v=spf1 include:_spf.mx.cloudflare.net ~all"
//! example.com. MX 10 route1.mx.cloudflare.net.
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => forwards
//! ```
//! ```evidence
//! target example.com mail=receives
//! example.com. TXT "v=spf1 -all"
//! example.com. MX 10 route1.mx.cloudflare.net.
//! => forwarding-refused
//! ```
//! ```evidence
//! target example.com mail=neither
//! example.com. A 76.76.21.21
//! => open
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! => sends
//! ```
//! ```evidence
//! target example.com mail=both
//! example.com. TXT "v=spf1 -all"
//! => sends
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! target example.com mail=neither
//! _dmarc.example.com. TXT TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::checks::mail_records;
use crate::dns;
use crate::dns::{Lookup, RecordData};
use crate::email::dmarc;
use crate::email::dmarc::{Policy, discover};
use crate::engine::evidence::Evidence;
use crate::facts::mail_plan::{DmarcPlan, SpfPlan, Wanted};
use crate::facts::mail_profile::{MailProfile, lets_nobody_send};
use crate::target::{MailUse, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "non-sending",
    area: Area::Email,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &CLOSED,
        &FORWARDS,
        &PARTLY_CLOSED,
        &SEEMS_TO_SEND,
        &FORWARDING_REFUSED,
        &OPEN,
        &SENDS,
        &PLATFORM,
    ],
    run,
};

static CLOSED: Outcome = Outcome::pass("closed", "Nobody can send as this domain, and everybody is told so");
static FORWARDS: Outcome =
    Outcome::pass("forwards", "Only the service that forwards your mail can send as this domain");
static PARTLY_CLOSED: Outcome =
    Outcome::warn("partly-closed", "The domain sends no mail, but does not say so in every way");
static SEEMS_TO_SEND: Outcome = Outcome::warn(
    "seems-to-send",
    "You say that the domain sends no mail, and its records show that it does",
)
.important();
static FORWARDING_REFUSED: Outcome = Outcome::fail(
    "forwarding-refused",
    "The SPF record refuses the mail that your forwarding service sends on",
)
.blocks();
static OPEN: Outcome = Outcome::fail("open", "Anybody can send as this domain, which never sends itself");
static SENDS: Outcome =
    Outcome::not_applicable("sends", "The domain sends mail, or does not say that it never does");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    if target.mail.is_some_and(MailUse::sends) {
        return Ok(SENDS.found());
    }
    let profile = MailProfile::ask(target, evidence)?;
    if let Err(gap) = &profile.txt {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    let mx = profile.mx.as_ref().map_err(|gap| Stop::NotMeasured(gap.clone()))?;
    let there = profile.spf_texts();
    let closes = matches!(there.as_slice(), [text] if lets_nobody_send(text));
    let takes_none = profile.takes_no_mail();
    if target.mail.is_none() && !(closes && takes_none && profile.sends_nothing(target, evidence)?) {
        return Ok(SENDS.found());
    }
    let policy = discover::policy(evidence, profile.zone.as_str())?;
    let spf = SpfPlan::of(target, evidence, &profile, &[])?;
    let dmarc = DmarcPlan::of(target, evidence, &profile, &policy)?;
    let applied = policy.applied(dns::Resolution::Found).and_then(|policy| policy.discovered);
    let rejects = applied == Some(Policy::Reject);
    let lacks_null_mx = target.mail != Some(MailUse::Receives) && !takes_none;
    let outcome = match &spf.wanted {
        Wanted::Ask(_) => &SEEMS_TO_SEND,
        Wanted::Record { .. } if closes => &FORWARDING_REFUSED,
        wanted => judge(
            *wanted == Wanted::Keep || (target.mail.is_none() && closes),
            closes,
            applied,
            lacks_null_mx,
        ),
    };
    let mut finding =
        shown(outcome.found(), &profile, &policy).with_evidence(format!("MX {}", mx.name), mx.words());
    finding = mail_records::with_spf(finding, &spf);
    if outcome == &SEEMS_TO_SEND {
        return Ok(finding);
    }
    if !rejects {
        finding = mail_records::with_dmarc(finding, &dmarc);
    }
    Ok(if lacks_null_mx { null_mx(finding, &profile, mx) } else { finding })
}

/// `is_as_planned`: the SPF record is the one that a domain like this should have.
fn judge(
    is_as_planned: bool,
    closes: bool,
    applied: Option<Policy>,
    lacks_null_mx: bool,
) -> &'static Outcome {
    match (is_as_planned, applied.unwrap_or(Policy::None)) {
        (true, Policy::Reject) if !lacks_null_mx && closes => &CLOSED,
        (true, Policy::Reject | Policy::Quarantine) if !lacks_null_mx && !closes => &FORWARDS,
        (false, Policy::None) => &OPEN,
        _ => &PARTLY_CLOSED,
    }
}

fn shown(mut finding: Finding, profile: &MailProfile<'_>, policy: &discover::Discovered) -> Finding {
    let label = format!("TXT {}", profile.zone);
    let there = profile.spf_texts();
    for text in &there {
        finding = finding.with_evidence(&label, text);
    }
    if there.is_empty() {
        finding = finding.with_evidence(&label, "no SPF record");
    }
    match (policy.step(), policy.text()) {
        (Some(step), Some(text)) => {
            finding.with_marked_evidence(format!("TXT {}", step.owner()), text, &dmarc::parse(text).1)
        }
        _ => finding.with_evidence(format!("TXT {}", profile.zone.child("_dmarc")), "no DMARC record"),
    }
}

/// A null MX in the place of the mail servers.
fn null_mx(mut finding: Finding, profile: &MailProfile<'_>, mx: &Lookup<'_>) -> Finding {
    for record in mx
        .records
        .iter()
        .filter(|record| matches!(&record.data, RecordData::Mx { exchange, .. } if !exchange.is_empty()))
    {
        finding = finding.fix(Fix::RemoveRecord {
            name: profile.zone.to_string(),
            record_type: "MX".to_owned(),
            value: record.data.to_string(),
        });
    }
    let has_null = mx
        .records
        .iter()
        .any(|record| matches!(&record.data, RecordData::Mx { exchange, .. } if exchange.is_empty()));
    if has_null { finding } else { finding.fix(Fix::record(profile.zone.as_str(), "MX", "0 .")) }
}
