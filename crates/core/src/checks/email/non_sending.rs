//! # Domain without mail (`non-sending`)
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
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! example.com. MX 1 smtp.google.com.
//! => open
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
use crate::dns::RecordData;
use crate::email::dmarc;
use crate::email::dmarc::{Policy, discover};
use crate::email::txt::quoted;
use crate::engine::evidence::Evidence;
use crate::facts::mail_profile::{MailProfile, Spf, lets_nobody_send};
use crate::target::{MailUse, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "non-sending",
    area: Area::Email,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&CLOSED, &PARTLY_CLOSED, &OPEN, &SENDS, &PLATFORM],
    run,
};

static CLOSED: Outcome = Outcome::pass("closed", "Nobody can send as this domain, and everybody is told so");
static PARTLY_CLOSED: Outcome =
    Outcome::warn("partly-closed", "The domain sends no mail, but does not say so in every way");
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
    let posture = MailProfile::ask(target, evidence)?;
    let txt = posture.txt.as_ref().map_err(|gap| Stop::NotMeasured(gap.clone()))?;
    let mx = posture.mx.as_ref().map_err(|gap| Stop::NotMeasured(gap.clone()))?;
    let there = match posture.spf() {
        Spf::One(text) => vec![text],
        Spf::Several(several) => several,
        Spf::Missing | Spf::Unknown(_) => Vec::new(),
    };
    let sends_nothing = matches!(there.as_slice(), [text] if lets_nobody_send(text));
    let takes_none = posture.takes_no_mail();
    if target.mail.is_none() && !(sends_nothing && takes_none) {
        return Ok(SENDS.found());
    }
    let zone = &posture.zone;
    let policy = discover::policy(evidence, zone.as_str())?;
    let applied = policy.applied(dns::Resolution::Found).and_then(|policy| policy.discovered);
    let rejects = applied == Some(Policy::Reject);
    let lacks_null_mx = target.mail != Some(MailUse::Receives) && !takes_none;
    let outcome = match (sends_nothing, applied.unwrap_or(Policy::None)) {
        (true, Policy::Reject) if !lacks_null_mx => &CLOSED,
        (false, Policy::None) => &OPEN,
        _ => &PARTLY_CLOSED,
    };
    let mut finding = outcome.found();
    for text in &there {
        finding = finding.with_evidence(format!("TXT {}", txt.name), text);
    }
    if there.is_empty() {
        finding = finding.with_evidence(format!("TXT {}", txt.name), "no SPF record");
    }
    finding = match (policy.step(), policy.text()) {
        (Some(step), Some(text)) => {
            finding.with_marked_evidence(format!("TXT {}", step.owner()), text, &dmarc::parse(text).1)
        }
        _ => finding.with_evidence(format!("TXT {}", zone.child("_dmarc")), "no DMARC record"),
    };
    finding = finding.with_evidence(format!("MX {}", mx.name), mx.words());
    if !sends_nothing {
        let fixes = mail_records::spf_fixes(zone, &there, "v=spf1 -all");
        finding = fixes.into_iter().fold(finding, Finding::fix);
    }
    if !rejects {
        let own = policy.text().filter(|_| !policy.is_inherited());
        finding = finding.fix(mail_records::silent_dmarc(zone).replacing(own.map(quoted)));
    }
    if lacks_null_mx {
        for record in mx.records.iter().filter(|record| matches!(record.data, RecordData::Mx { .. })) {
            finding = finding.fix(Fix::RemoveRecord {
                name: zone.to_string(),
                record_type: "MX".to_owned(),
                value: record.data.to_string(),
            });
        }
        finding = finding.fix(Fix::record(zone.as_str(), "MX", "0 ."));
    }
    Ok(finding)
}
