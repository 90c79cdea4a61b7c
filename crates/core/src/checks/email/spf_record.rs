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
//! A record that lets nobody send belongs to a domain that sends nothing.
//! ```evidence
//! target example.com mail=both
//! example.com. TXT "v=spf1 -all"
//! => nobody-may-send
//! ```
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 -all"
//! => nobody-may-send
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include=_spf.google.com -all"
//! => nobody-may-send
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 redirect=_spf.mailhost.net -all"
//! => nobody-may-send
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 -all include:_spf.google.com"
//! => nobody-may-send
//! ```
//! Unless every service has a return path of its own, and signs: then receivers look at no SPF record of the domain itself.
//! ```evidence
//! target example.com mail=sends
//! example.com. TXT "v=spf1 -all"
//! send.example.com. TXT "v=spf1 include:amazonses.com ~all"
//! resend._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => sent-elsewhere
//! ```
//! ```evidence
//! target example.com mail=sends
//! send.example.com. TXT "v=spf1 include:amazonses.com ~all"
//! resend._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => sent-elsewhere
//! ```
//! Amazon SES signs with names that nobody can guess; the name that bounces go to shows it.
//! ```evidence
//! target example.com mail=sends
//! bounce.example.com. TXT "v=spf1 include:amazonses.com ~all"
//! => sent-elsewhere
//! ```
//! A name that is handed over to a service by the alias that its guide asks for is that service's, whatever can be seen there.
//! ```evidence
//! target example.com mail=sends selectors=20260101pm
//! example.com. TXT "v=spf1 -all"
//! pm-bounces.example.com. CNAME pm.mtasv.net.
//! 20260101pm._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => sent-elsewhere
//! ```
//! ```evidence
//! target example.com mail=sends selectors=20260101pm
//! pm-bounces.example.com. CNAME pm.mtasv.net.
//! pm-bounces.example.com. TXT SERVFAIL
//! 20260101pm._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => sent-elsewhere
//! ```
//! Another alias shows nobody.
//! ```evidence
//! target example.com mail=sends
//! example.com. TXT "v=spf1 -all"
//! pm-bounces.example.com. CNAME mx.mailhost.net.
//! => nobody-may-send
//! ```
//! Receivers refuse whoever stands behind the ending.
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net -all include:spf.protection.outlook.com"
//! => sender-ignored
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net ip4=76.76.21.21 ~all"
//! => term-ignored
//! ```
//! The mailboxes are with one service, and the record names another.
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 include:sendgrid.net -all"
//! sendgrid.net. TXT "v=spf1 ip4:167.89.0.0/17 -all"
//! => sender-unlisted
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
use crate::checks::finding::{Finding, Level, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::checks::mail_records;
use crate::diagnostic::Severity;
use crate::email::spf;
use crate::email::spf::tree::{Reach, Tree};
use crate::email::spf::{Idle, Qualifier};
use crate::engine::evidence::Evidence;
use crate::facts::mail_plan::SpfPlan;
use crate::facts::mail_plan::spf::{Elsewhere, bounces_here, sent_elsewhere, shut_out};
use crate::facts::mail_profile::{MailProfile, Sending, lets_nobody_send};
use crate::target::{MailUse, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "spf-record",
    area: Area::Email,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &VALID,
        &SENDS_NOTHING,
        &SENT_ELSEWHERE,
        &NOBODY_MAY_SEND,
        &SENDER_IGNORED,
        &TERM_IGNORED,
        &SENDER_UNLISTED,
        &SEVERAL,
        &INVALID,
        &MISSING,
        &MISSING_FOR_SENDER,
        &PLATFORM,
    ],
    run,
};

static VALID: Outcome = Outcome::pass("valid", "One SPF record that receivers can read");
static SENDS_NOTHING: Outcome = Outcome::pass("sends-nothing", "The domain says that it sends no mail");
static SENT_ELSEWHERE: Outcome =
    Outcome::pass("sent-elsewhere", "Your services have SPF at their own return paths");
static NOBODY_MAY_SEND: Outcome =
    Outcome::fail("nobody-may-send", "The SPF record refuses all of the domain's own mail").blocks();
static SENDER_IGNORED: Outcome =
    Outcome::fail("sender-ignored", "The SPF record refuses a sender that it was meant to list").blocks();
static TERM_IGNORED: Outcome =
    Outcome::warn("term-ignored", "Receivers ignore a sender in the SPF record").important();
static SENDER_UNLISTED: Outcome =
    Outcome::warn("sender-unlisted", "The SPF record leaves out the service that your mailboxes are with")
        .important();
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
    let profile = MailProfile::ask(target, evidence)?;
    if let Err(gap) = &profile.txt {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    let texts = profile.texts();
    let selected = spf::select(&texts);
    let finding = match selected.records.as_slice() {
        [] => missing(target, evidence, &profile)?,
        [text] => single(target, evidence, &profile, text)?,
        several => SEVERAL
            .found()
            .detail(format!("{} records begin with v=spf1; receivers then use none of them.", several.len())),
    };
    let finding = shown(finding, &profile);
    if finding.outcome.level == Level::Pass {
        return Ok(finding);
    }
    let plan = SpfPlan::of(target, evidence, &profile, &[])?;
    let finding = mail_records::with_spf(finding, &plan);
    Ok(if finding.fixes.is_empty() {
        finding.fix(Fix::step("List every service that sends for you, each by the include that it names."))
    } else {
        finding
    })
}

/// The finding with every text that is there as SPF, or that was meant as such.
fn shown(finding: Finding, profile: &MailProfile<'_>) -> Finding {
    let label = format!("TXT {}", profile.zone);
    let there = profile.spf_texts();
    if there.is_empty() {
        let words = match &profile.txt {
            Ok(lookup) if lookup.records.is_empty() => lookup.words(),
            _ => "none of the TXT records begins with v=spf1".to_owned(),
        };
        return finding.with_evidence(label, words);
    }
    there
        .iter()
        .fold(finding, |finding, text| finding.with_marked_evidence(&label, text, &spf::parse(text).1))
}

/// There is no record, or none that receivers take for one.
fn missing(target: &Target, evidence: &Evidence, profile: &MailProfile<'_>) -> Result<Finding, Stop> {
    let mut is_needed = true;
    if target.mail.is_none_or(MailUse::sends) && profile.spf_texts().is_empty() {
        let survey = profile.dkim(target, evidence)?;
        let in_use = profile.services(&survey.aliases());
        // Who reads mail here writes here.
        is_needed = bounces_here(profile, &in_use) || target.mail == Some(MailUse::Both);
        if let Some(elsewhere) = sent_elsewhere(evidence, profile, &survey, &in_use)? {
            return Ok(SENT_ELSEWHERE.found().detail(format!(
                "No SPF record is needed at {}: {}.",
                profile.zone,
                where_to(&elsewhere)
            )));
        }
    }
    if target.mail.is_some_and(MailUse::sends) && !is_needed {
        return Ok(MISSING.found().detail(format!(
            "Nothing shows which service sends for {}. Most services for apps and newsletters use a subdomain for bounces; then {} itself needs no SPF record.",
            profile.zone, profile.zone
        )));
    }
    let outcome = if target.mail.is_some_and(MailUse::sends) { &MISSING_FOR_SENDER } else { &MISSING };
    Ok(outcome.found())
}

/// One record that receivers take for SPF.
fn single(
    target: &Target,
    evidence: &Evidence,
    profile: &MailProfile<'_>,
    text: &str,
) -> Result<Finding, Stop> {
    let (record, issues) = spf::parse(text);
    if !record.is_valid() {
        let first = issues.into_iter().find(|issue| issue.severity == Severity::Error);
        return Ok(INVALID.found().detail(first.map(|issue| issue.message).unwrap_or_default()));
    }
    let idle = spf::idle(&record).into_iter().map(|(term, why)| (term.span.of(text), why)).next();
    if lets_nobody_send(text) {
        return closed(target, evidence, profile, idle);
    }
    if let Some(ignored) = idle {
        let refuses = record.all().is_some_and(|(_, all)| all.result() == Qualifier::Fail);
        let outcome = if refuses { &SENDER_IGNORED } else { &TERM_IGNORED };
        return Ok(outcome.found().detail(named(ignored)));
    }
    if target.mail.is_none_or(MailUse::sends)
        && record.all().is_some_and(|(_, all)| all.result() == Qualifier::Fail)
    {
        if let Err(gap) = &profile.mx {
            return Err(Stop::NotMeasured(gap.clone()));
        }
        let in_use = profile.services(&[]);
        let tree = Tree::resolve(evidence, profile.zone.as_str(), Reach::of(target.deep))?;
        if let Some((name, include)) = shut_out(text, &in_use, &tree) {
            return Ok(SENDER_UNLISTED
                .found()
                .detail(format!("Mail from {name} fails SPF: the record lacks include:{include}.")));
        }
    }
    Ok(VALID.found().detail(large(profile)))
}

/// The record lets nobody send.
fn closed(
    target: &Target,
    evidence: &Evidence,
    profile: &MailProfile<'_>,
    idle: Option<(&str, Idle)>,
) -> Result<Finding, Stop> {
    let why = match profile.sending(target, evidence)? {
        Sending::Closed | Sending::Denied => return Ok(SENDS_NOTHING.found()),
        Sending::Said => "you said the domain sends mail".to_owned(),
        Sending::Shown(why) => why,
        Sending::NotSaid => String::new(),
    };
    let survey = profile.dkim(target, evidence)?;
    let in_use = profile.services(&survey.aliases());
    if idle.is_none()
        && let Some(elsewhere) = sent_elsewhere(evidence, profile, &survey, &in_use)?
    {
        return Ok(SENT_ELSEWHERE.found().detail(format!(
            "No service uses {} for bounces, so “-all” is right there: {}.",
            profile.zone,
            where_to(&elsewhere)
        )));
    }
    Ok(NOBODY_MAY_SEND.found().detail(match idle {
        Some(ignored) => named(ignored),
        None => format!("“-all” alone tells receivers to refuse all your mail, but {why}."),
    }))
}

/// Where receivers look instead of the domain itself.
fn where_to(elsewhere: &Elsewhere) -> String {
    match elsewhere {
        Elsewhere::Signed => "receivers look at the names that your services' bounces go to".to_owned(),
        Elsewhere::At(path) => format!("bounces go to {}, where {} may send", path.name, path.service.name),
    }
}

/// A term that no receiver heeds, and why.
fn named((term, why): (&str, Idle)) -> String {
    format!("“{term}” {}.", why.words())
}

/// What to say where the answer with the record is too large for one packet.
fn large(profile: &MailProfile<'_>) -> String {
    let Ok(lookup) = &profile.txt else { return String::new() };
    // With all that surrounds the records, about as many octets as they have, and a dozen for each.
    let size = lookup.records.iter().map(|record| record.data.to_string().len() + 12).sum::<usize>();
    if size <= LARGE_ANSWER {
        return String::new();
    }
    format!(
        "All TXT records of {} together make an answer of some {size} octets. Above {LARGE_ANSWER}, receivers have to ask a \
         second time over TCP; move records that a service no longer needs away.",
        profile.zone
    )
}
