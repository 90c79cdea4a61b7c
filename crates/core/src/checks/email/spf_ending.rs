//! # SPF ending (`spf-ending`)
//!
//! ## What it checks
//! What your SPF record says about every server that it does not list: the `all` at its end, or at the end of the record
//! that it redirects to.
//!
//! ## Why it matters
//! The list of senders protects nobody without an ending: `+all` lets anybody send in your name, and without an ending, or
//! with `?all`, receivers are told to think nothing of strangers.
//!
//! ## How to fix it
//! End the record in `~all`, or in `-all` once all your services are listed. With a DMARC policy that is enforced, both
//! protect alike; `~all` is kinder to forwarded mail.
//!
//! ## Sources
//! RFC 7208 sections 4.7 (no match is neutral), 5.1 (all), 6.1 (redirect) and 8 (what receivers do with the results).
//! RFC 7489 section 10.1 (with `-all` mail may be refused before DMARC is looked at).
//!
//! ## Covers
//! E1
//!
//! ## Examples
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.mailhost.net -all"
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.30 ?all"
//! => strict
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 ip4:76.76.21.21 ~all"
//! => soft
//! ```
//! The record that a redirect leads to has the last word.
//! ```evidence
//! example.com. TXT "v=spf1 redirect=_spf.mailhost.net"
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.30 -all"
//! => strict
//! ```
//! Unless there is an `all` before it.
//! ```evidence
//! example.com. TXT "v=spf1 ip4:76.76.21.21 ~all redirect=_spf.mailhost.net"
//! _spf.mailhost.net. TXT "v=spf1 +all"
//! => soft
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.google.com +all"
//! _spf.google.com. TXT "v=spf1 ip4:76.76.21.30 ~all"
//! => open-to-all
//! ```
//! A bare `all` is the same.
//! ```evidence
//! example.com. TXT "v=spf1 all"
//! => open-to-all
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 ip4:76.76.21.21 redirect=_spf.mailhost.net"
//! _spf.mailhost.net. TXT "v=spf1 +all"
//! => open-to-all
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 ip4:76.76.21.21"
//! => no-ending
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 ip4:76.76.21.21 ?all"
//! => no-ending
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 redirect=_spf.mailhost.net"
//! _spf.mailhost.net. TXT "v=spf1 ip4:76.76.21.30"
//! => no-ending
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 redirect=%{l}._spf.mailhost.net"
//! => per-message
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 redirect=_spf.mailhost.net"
//! => no-record
//! ```
//! ```evidence
//! example.com. TXT "v=spf10 +all"
//! => no-record
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 redirect=_spf.mailhost.net"
//! _spf.mailhost.net. TXT TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_records;
use crate::dns::RecordType;
use crate::email::spf;
use crate::email::spf::Qualifier;
use crate::email::spf::tree::{Reach, State, Tree};
use crate::engine::evidence::Evidence;
use crate::facts::mail_plan::SpfPlan;
use crate::facts::mail_profile::MailProfile;
use crate::facts::published_spf::{Published, published};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "spf-ending",
    area: Area::Email,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&STRICT, &SOFT, &OPEN_TO_ALL, &NO_ENDING, &PER_MESSAGE, &NO_RECORD],
    run,
};

static STRICT: Outcome = Outcome::pass("strict", "Mail from servers you did not list fails SPF");
static SOFT: Outcome = Outcome::pass("soft", "Mail from servers you did not list is suspicious");
static OPEN_TO_ALL: Outcome =
    Outcome::fail("open-to-all", "The SPF record lets anybody send as you").blocks();
static NO_ENDING: Outcome =
    Outcome::warn("no-ending", "The SPF record says nothing about strangers").important();
static PER_MESSAGE: Outcome =
    Outcome::not_applicable("per-message", "What is said about strangers depends on the message");
static NO_RECORD: Outcome =
    Outcome::not_applicable("no-record", "There is no readable SPF record that could say it");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let Some(published) = published(target, evidence)? else { return Ok(NO_RECORD.found()) };
    let (record, issues) = spf::parse(&published.text);
    let show = |outcome: &'static Outcome| {
        outcome.found().with_marked_evidence(published.label(), &published.text, &issues)
    };
    // Most records say it themselves, and need nothing else to be looked up.
    let finding = match record.all().map(|(_, all)| all.result()) {
        Some(Qualifier::Fail) => return Ok(show(&STRICT)),
        Some(Qualifier::SoftFail) => return Ok(show(&SOFT)),
        Some(Qualifier::Pass) => show(&OPEN_TO_ALL)
            .detail("The record says that every server on the internet may send mail as the domain."),
        Some(Qualifier::Neutral) => show(&NO_ENDING),
        None if record.redirect().is_none() => show(&NO_ENDING),
        None => {
            let tree = Tree::resolve(evidence, published.name.as_str(), Reach::of(target.deep))?;
            return redirected(evidence, &published, &tree, show);
        }
    };
    let profile = MailProfile::ask(target, evidence)?;
    let plan = SpfPlan::of(target, evidence, &profile, &[])?;
    Ok(mail_records::with_spf(finding, &plan))
}

/// What the record at the end of the redirects says.
fn redirected(
    evidence: &Evidence,
    published: &Published,
    tree: &Tree,
    show: impl Fn(&'static Outcome) -> Finding,
) -> Result<Finding, Stop> {
    let ending = tree.ending();
    let Some(last) = tree.nodes.get(ending.node) else { return Ok(show(&NO_RECORD)) };
    let text = match &last.state {
        State::Found { text } => text,
        State::PerMessage => return Ok(show(&PER_MESSAGE)),
        // The same question once more says how it failed.
        State::Unknown { .. } | State::Unreachable { .. } => {
            let lookup = evidence.lookup(&last.name, RecordType::Txt)?;
            return Err(Stop::NotMeasured(lookup.gap()));
        }
        State::Cut
        | State::Circle
        | State::Invalid { .. }
        | State::Missing { .. }
        | State::Several { .. } => {
            return Ok(show(&NO_RECORD));
        }
    };
    let (_, issues) = spf::parse(text);
    let show = |outcome: &'static Outcome| {
        show(outcome).with_marked_evidence(format!("TXT {}", last.name), text.as_str(), &issues)
    };
    let ask = || Fix::step(format!("Have whoever runs {} end that record in ~all or -all.", last.name));
    Ok(match ending.all {
        Some(Qualifier::Fail) => show(&STRICT),
        Some(Qualifier::SoftFail) => show(&SOFT),
        Some(Qualifier::Pass) => show(&OPEN_TO_ALL)
            .detail(format!("The redirect leads to {}, which lets every server send.", last.name))
            .fix(ask())
            .fix(Fix::step(format!(
                "Or list your senders in the record of {} itself, ending in ~all, without the redirect.",
                published.name
            ))),
        Some(Qualifier::Neutral) | None => {
            let finding =
                show(&NO_ENDING).detail(format!("The last word is in the record of {}.", last.name));
            finding.fix(ask())
        }
    })
}
