//! # Gmail and Yahoo sender rules (`sender-requirements`)
//!
//! ## What it checks
//! What Gmail, Yahoo and Outlook.com ask of everybody who sends to their mailboxes, as a table: met, not met, or not to be
//! seen from outside.
//!
//! ## Why it matters
//! Most private mailboxes of your customers are with these three. Mail that does not meet their rules is put into spam or
//! refused, and your sign-up mail with it.
//!
//! ## How to fix it
//! SPF, DKIM and a DMARC record for the domain, and one of SPF and DKIM with your own domain. Put one-click unsubscribe
//! into newsletters, and watch complaints in Google Postmaster Tools.
//!
//! ## Sources
//! - Google, "Email sender guidelines" (<https://support.google.com/a/answer/81126>): in force since 2024-02-01, one-click
//!   unsubscribe since 2024-06-01. DKIM, DMARC and alignment are asked of those with 5000 messages a day to Gmail.
//! - Yahoo, "Sender best practices" (<https://senders.yahooinc.com/best-practices/>): in force since 2024-02, one-click
//!   unsubscribe since 2024-06.
//! - Microsoft, "Strengthening email ecosystem: Outlook's new requirements for high-volume senders": in force since
//!   2025-05-05 for those with 5000 messages a day, refused with 550 5.7.515.
//!
//! All three as of 2026-11. A launch mail to a waiting list makes a bulk sender in a day, so the stricter rules are taken.
//! What is not met is judged with the records themselves; here it counts little.
//!
//! ## Covers
//! E9
//!
//! ## Examples
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! _spf.google.com. TXT "v=spf1 ip4:74.125.0.0/16 ~all"
//! google._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! => met
//! ```
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! _spf.google.com. TXT "v=spf1 ip4:74.125.0.0/16 ~all"
//! google._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => unmet
//! ```
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! _spf.google.com. TXT "v=spf1 ip4:74.125.0.0/16 ~all"
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! => unmet
//! ```
//! An SPF record that leads nowhere is broken to receivers, and so is one with too many lookups.
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.gone.net ~all"
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! => unmet
//! ```
//! Where no DKIM key was found by guessing, nothing is said about DKIM.
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! _spf.google.com. TXT "v=spf1 ip4:74.125.0.0/16 ~all"
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! => partly-seen
//! ```
//! ```evidence
//! target example.com mail=sends
//! example.com. TXT SERVFAIL
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! => partly-seen
//! ```
//! Without the SPF record it is not known whether the domain sends at all.
//! ```evidence
//! example.com. TXT SERVFAIL
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! => not-measured
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! => not-sending
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! target app.example.com
//! app.example.com. SOA TIMEOUT
//! => not-measured
//! ```

use std::fmt;

use crate::answers::{Stop, Unmeasured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::{NOT_SENDING, PLATFORM};
use crate::checks::mail_records;
use crate::dns;
use crate::email::dmarc::discover;
use crate::email::dmarc::discover::Discovered;
use crate::email::spf;
use crate::engine::evidence::Evidence;
use crate::facts::alignment::{Path, Route, routes, usable};
use crate::facts::mail_plan::spf::{Elsewhere, bounces_here, sent_elsewhere};
use crate::facts::mail_plan::{DmarcPlan, SpfPlan};
use crate::facts::mail_profile::{Hold, MailProfile, Spf, lets_nobody_send};
use crate::providers::mail_services::Envelope;
use crate::providers::receivers::{SenderRule, receivers};
use crate::target::{MailUse, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "sender-requirements",
    area: Area::Email,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Hour, Who::DnsPanel),
    outcomes: &[&MET, &UNMET, &PARTLY_SEEN, &NOT_SENDING, &PLATFORM],
    run,
};

static MET: Outcome = Outcome::pass("met", "Gmail, Yahoo and Outlook find the records that they ask for");
static UNMET: Outcome =
    Outcome::fail("unmet", "Gmail, Yahoo or Outlook ask for more than the domain has").optional();
static PARTLY_SEEN: Outcome = Outcome::not_measured(
    "partly-seen",
    "Nothing that Gmail, Yahoo and Outlook ask for is seen missing, but not all could be seen",
);

/// How one requirement stands.
enum State {
    /// The domain has what is asked for.
    Met(String),
    /// It does not.
    NotMet(String),
    /// It cannot be seen from outside.
    NotMeasured(String),
}

impl State {
    fn gap(gap: &Unmeasured) -> Self {
        Self::NotMeasured(format!("{} {}", gap.asked, gap.failure))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Met(why) => write!(f, "met: {why}"),
            Self::NotMet(why) => write!(f, "not met: {why}"),
            Self::NotMeasured(why) => write!(f, "not measured: {why}"),
        }
    }
}

/// What is asked for too, and shows only in messages or in the sender's own figures: what, and where to look.
const UNSEEN: [(SenderRule, &str); 5] = [
    (SenderRule::ReverseDns, "the sending service sees to it"),
    (SenderRule::Tls, "the sending service sees to it"),
    (SenderRule::Unsubscribe, "List-Unsubscribe-Post in each message"),
    (SenderRule::Complaints, "seen only by the receiver"),
    (SenderRule::WellFormed, "seen only in a message"),
];

/// A requirement, who asks for it and since when: `SPF (Gmail, Yahoo: 2024-02; Outlook: 2025-05)`.
fn titled(rule: SenderRule) -> String {
    let mut since: Vec<(&str, Vec<&str>)> = Vec::new();
    for receiver in receivers() {
        let Some((_, month)) = receiver.asks.iter().find(|(asked, _)| *asked == rule) else { continue };
        match since.iter_mut().find(|(known, _)| known == month) {
            Some((_, who)) => who.push(&receiver.mailboxes),
            None => since.push((month, vec![&receiver.mailboxes])),
        }
    }
    let who: Vec<String> = since.iter().map(|(month, who)| format!("{}: {month}", who.join(", "))).collect();
    format!("{} ({})", rule.words(), who.join("; "))
}

/// Where senders see how many of their messages are complained about.
fn complaints_shown_in() -> Option<String> {
    let places: Vec<&str> =
        receivers().filter_map(|receiver| receiver.complaints_shown_in.as_deref()).collect();
    (!places.is_empty()).then(|| format!("shown in {}", places.join(", ")))
}

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let profile = match MailProfile::of_sender(target, evidence)? {
        Ok(profile) => profile,
        Err(outcome) => return Ok(outcome.found()),
    };
    let policy = discover::policy(evidence, profile.zone.as_str());
    let survey = profile.dkim(target, evidence)?;
    let policy = match policy {
        Ok(policy) => Ok(policy),
        Err(Stop::NotMeasured(gap)) => Err(gap),
        Err(Stop::Pending) => return Err(Stop::Pending),
    };
    let record = policy.as_ref().ok().and_then(Discovered::step).and_then(discover::Step::record);
    let in_use = profile.services(&survey.aliases());
    let routes = routes(evidence, &profile, &survey, &in_use, record.as_ref(), target.deep)?;
    let hold = profile.spf_hold(evidence, target.deep)?;
    let dkim = match usable(&survey).next() {
        Some(asked) => State::Met(format!("a key stands at {}", asked.name)),
        None => State::NotMeasured("no key was found by guessing; the selector is not known".to_owned()),
    };
    let has_none = match profile.spf() {
        Spf::Missing => true,
        Spf::One(text) => lets_nobody_send(&text),
        Spf::Several(_) | Spf::Unknown(_) => false,
    };
    let elsewhere = if has_none { sent_elsewhere(evidence, &profile, &survey, &in_use)? } else { None };
    let spf = match elsewhere {
        Some(Elsewhere::Signed) => spf_elsewhere(&routes),
        Some(Elsewhere::At(path)) => State::Met(format!("at {}, where bounces go", path.name)),
        None if matches!(profile.spf(), Spf::Missing)
            && profile.spf_texts().is_empty()
            && target.mail != Some(MailUse::Both)
            && !bounces_here(&profile, &in_use) =>
        {
            State::NotMeasured(
                "no SPF record at the domain; where your service sends bounces is not known".to_owned(),
            )
        }
        None => spf_state(&profile.spf(), &hold),
    };
    let rows = [
        (SenderRule::Spf, spf),
        (SenderRule::Dkim, dkim),
        (SenderRule::Dmarc, dmarc_state(policy.as_ref())),
        (SenderRule::Alignment, aligned(&routes, policy.is_ok())),
    ];
    let finding = judged(&rows);
    if finding.outcome != &UNMET {
        return Ok(finding);
    }
    let mut finding = finding;
    for (rule, _) in rows.iter().filter(|(_, state)| matches!(state, State::NotMet(_))) {
        finding = match (*rule, &policy) {
            (SenderRule::Spf, _) => {
                mail_records::with_spf(finding, &SpfPlan::of(target, evidence, &profile, &[])?)
            }
            (SenderRule::Dmarc, Ok(policy)) => {
                mail_records::with_dmarc(finding, &DmarcPlan::of(target, evidence, &profile, policy)?)
            }
            _ => routes.iter().filter(|route| route.fails()).fold(finding, |finding, route| {
                finding.fix(Fix::step(format!("Turn on DKIM with your own domain in {}.", route.name())))
            }),
        };
    }
    if finding.fixes.is_empty() {
        return Ok(finding
            .fix(Fix::step("Put right what is not met here, as the checks of SPF, DKIM and DMARC say.")));
    }
    Ok(finding)
}

/// The table of requirements as a finding.
fn judged(rows: &[(SenderRule, State)]) -> Finding {
    let is_unmet = rows.iter().any(|(_, state)| matches!(state, State::NotMet(_)));
    let is_unseen = rows.iter().any(|(_, state)| matches!(state, State::NotMeasured(_)));
    let mut finding = match (is_unmet, is_unseen) {
        (true, _) => UNMET.found(),
        (false, true) => PARTLY_SEEN.found(),
        (false, false) => MET.found(),
    };
    for (rule, state) in rows {
        finding = finding.with_evidence(titled(*rule), state.to_string());
    }
    for (rule, why) in UNSEEN {
        let place = (rule == SenderRule::Complaints).then(complaints_shown_in).flatten();
        let why = place.unwrap_or_else(|| why.to_owned());
        finding = finding.with_evidence(titled(rule), State::NotMeasured(why).to_string());
    }
    finding
}

/// SPF where no service uses the domain itself for bounces.
fn spf_elsewhere(routes: &[Route]) -> State {
    let is_theirs =
        |route: &Route| route.service.is_some_and(|service| service.envelope == Envelope::Service);
    match routes.iter().find(|route| !is_theirs(route) && !matches!(route.spf, Path::Passes(_))) {
        Some(route) => State::NotMeasured(format!("{}: {}", route.name(), route.spf)),
        None => State::Met("at the names that bounces go to, not at the domain itself".to_owned()),
    }
}

fn spf_state(spf: &Spf, hold: &Hold) -> State {
    match hold {
        Hold::Breaks(why) => return State::NotMet(why.clone()),
        Hold::Unknown(why) => return State::NotMeasured(why.clone()),
        Hold::Firm => {}
    }
    match spf {
        Spf::Unknown(gap) => State::gap(gap),
        Spf::Missing => State::NotMet("there is no SPF record".to_owned()),
        Spf::One(text) if lets_nobody_send(text) => {
            State::NotMet(format!("{text} refuses all mail of the domain itself"))
        }
        Spf::Several(several) => State::NotMet(format!("there are {} SPF records", several.len())),
        Spf::One(text) if spf::parse(text).0.is_valid() => State::Met(text.clone()),
        Spf::One(_) => State::NotMet("the SPF record cannot be read".to_owned()),
    }
}

fn dmarc_state(policy: Result<&Discovered, &Unmeasured>) -> State {
    let policy = match policy {
        Ok(policy) => policy,
        Err(gap) => return State::gap(gap),
    };
    match (policy.step(), policy.applied(dns::Resolution::Found).and_then(|applied| applied.discovered)) {
        (Some(step), Some(policy)) => State::Met(format!("{policy}, by the record at {}", step.owner())),
        (Some(step), None) => State::NotMet(format!("the record at {} names no policy", step.owner())),
        (None, _) => State::NotMet("there is no DMARC record that counts".to_owned()),
    }
}

fn aligned(routes: &[Route], knows_policy: bool) -> State {
    // How strictly domains must agree stands in the DMARC record.
    if !knows_policy {
        return State::NotMeasured("the DMARC record could not be had".to_owned());
    }
    if let Some(route) = routes.iter().find(|route| route.fails()) {
        return State::NotMet(format!("{}: {route}", route.name()));
    }
    match routes.iter().find(|route| !route.passes()) {
        Some(route) => State::NotMeasured(format!("{}: {route}", route.name())),
        None if routes.is_empty() => State::NotMeasured("nothing shows who sends".to_owned()),
        None => State::Met("every sender that was recognised".to_owned()),
    }
}
