//! # TLS reports (`tls-rpt`)
//!
//! ## What it checks
//! Whether the domain asks other mail servers to report when they cannot deliver to it over TLS, and whether those
//! reports have somewhere to go.
//!
//! ## Why it matters
//! When the encryption of your mail servers breaks, or your MTA-STS policy no longer fits them, mail to you is delayed or
//! lost, and a report is the only word you get of it.
//!
//! ## How to fix it
//! Publish one TXT record at `_smtp._tls` below your domain with an address for the reports. Without MTA-STS there is
//! little to report, so its absence is not held against you.
//!
//! ## Sources
//! RFC 8460 section 3 (of several records none counts). That there is no record is one resolver's word; nothing is made
//! of it.
//!
//! ## Covers
//! E6
//!
//! ## Examples
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
//! => reported
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! => none
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=tls@example.com"
//! => invalid
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _smtp._tls.example.com. TXT "v=tlsrptv1; rua=mailto:tls@example.com"
//! => invalid
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
//! _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:other@example.com"
//! => several
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => no-mail
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _smtp._tls.example.com. TXT SERVFAIL
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::checks::single_record::keep_one;
use crate::dns::{RecordType, texts};
use crate::email::tls_rpt::{parse, select};
use crate::email::txt::quoted;
use crate::engine::evidence::Evidence;
use crate::facts::mail_profile::MailProfile;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "tls-rpt",
    area: Area::Email,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&REPORTED, &INVALID, &SEVERAL, &NONE, &NO_MAIL, &PLATFORM],
    run,
};

static REPORTED: Outcome = Outcome::pass("reported", "Failed encryption of mail to you is reported");
static INVALID: Outcome = Outcome::warn("invalid", "Senders cannot use the record for TLS reports");
static SEVERAL: Outcome = Outcome::warn("several", "Two records for TLS reports cancel each other out");
static NONE: Outcome =
    Outcome::not_applicable("none", "The domain does not ask for TLS reports, which does no harm");
static NO_MAIL: Outcome =
    Outcome::not_applicable("no-mail", "The domain has no mail servers to report about");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let posture = MailProfile::ask(target, evidence)?;
    if let Err(gap) = &posture.mx {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    if posture.mail_servers().is_empty() {
        return Ok(NO_MAIL.found());
    }
    let name = posture.zone.child("_smtp._tls");
    let lookup = evidence.lookup_any(&name, RecordType::Txt)?;
    let texts = texts(&lookup.records);
    let selected = select(&texts);
    let label = format!("TXT {name}");
    let instead_of = |old: &str| {
        let new = format!("v=TLSRPTv1; rua=mailto:tls-reports@{}", posture.zone);
        Fix::record(&name, "TXT", quoted(&new)).replacing(Some(quoted(old)))
    };
    Ok(match (selected.records.as_slice(), selected.near_misses.first()) {
        ([], None) => NONE.found().with_evidence(label, format!("{} (one resolver)", lookup.words())),
        ([], Some(near_miss)) => {
            let (_, issues) = parse(near_miss);
            INVALID
                .found()
                .with_marked_evidence(label, near_miss.as_ref(), &issues)
                .fix(instead_of(near_miss))
        }
        ([text], _) => {
            let (record, issues) = parse(text);
            let outcome = if record.is_valid() { &REPORTED } else { &INVALID };
            let finding = outcome.found().with_marked_evidence(label, text.as_ref(), &issues);
            if record.is_valid() { finding } else { finding.fix(instead_of(text)) }
        }
        _ => keep_one(&selected, SEVERAL.found(), &name, |text| parse(text).1),
    })
}
