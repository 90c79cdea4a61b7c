//! # DMARC policy (`dmarc-policy`)
//!
//! ## What it checks
//! Which DMARC record holds for the domain, found as receivers find it, and what it asks them to do with mail that forges
//! the domain's name: from the domain itself, from names below it, and from names that do not exist.
//!
//! ## Why it matters
//! Without a policy, anybody's forged invoice in your name arrives like a real one. The large mailbox providers ask
//! senders for a DMARC record, and treat mail from domains without one worse.
//!
//! ## How to fix it
//! Begin with `p=none` and an address for reports, for two weeks. When the reports show only your own services and all of
//! them pass, go to `p=quarantine`, and a month later to `p=reject`. A domain that never sends goes straight to
//! `p=reject`. To try a step out, publish it with `t=y`: `pct` is history.
//!
//! ## Sources
//! RFC 9989 sections 4.7 and 4.10 (it replaces RFC 7489: `pct`, `ri` and `rf` are gone, `np`, `psd` and `t` are new, and
//! the tree walk took the place of the public suffix list). Google and Yahoo ask bulk senders for a DMARC record (sender
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
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; t=y"
//! => enforced
//! ```
//! Receivers that follow RFC 9989 ignore the share; older ones do not.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; pct=20"
//! => enforced
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; sp=none"
//! => subdomains-open
//! ```
//! Names that do not exist can be forged as well as names that do.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; np=none"
//! => subdomains-open
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; rua=mailto:dmarc@example.com"
//! => no-policy
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=block"
//! => no-policy
//! ```
//! One policy that means nothing spoils the others.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; sp=block"
//! => no-policy
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; sp=block; rua=mailto:dmarc@example.com"
//! => monitoring
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => several
//! ```
//! A tag that stands twice makes a list of tags invalid (RFC 6376 section 3.2): who takes it nevertheless takes the first or the
//! last.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; p=none"
//! => ambiguous
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:a@example.com; rua=mailto:b@example.com"
//! => ambiguous
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
//! A domain whose SPF record lets nobody send has nothing to watch first.
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! => missing
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! => monitoring
//! ```
//! For a name below the registered one, that one's record holds.
//! ```evidence
//! target app.example.com
//! app.example.com. A 76.76.21.21
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => enforced
//! ```
//! A top-level domain may speak for all names that do not speak for themselves.
//! ```evidence
//! target example.bank
//! _dmarc.bank. TXT "v=DMARC1; p=reject; psd=y; rua=mailto:dmarc@nic.bank"
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

use crate::answers::{Stop, if_measured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::checks::mail_records;
use crate::diagnostic::{Span, corrected_throughout};
use crate::dns;
use crate::email::dmarc;
use crate::email::dmarc::{EffectivePolicy, Policy, Record, Subject, discover};
use crate::email::tags::Setting;
use crate::email::txt::quoted;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::facts::dmarc_rollout;
use crate::facts::mail_profile::MailProfile;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "dmarc-policy",
    area: Area::Email,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &ENFORCED,
        &SUBDOMAINS_OPEN,
        &MONITORING,
        &NO_POLICY,
        &SEVERAL,
        &AMBIGUOUS,
        &UNRECOGNISED,
        &MISSING,
        &PLATFORM,
    ],
    run,
};

static ENFORCED: Outcome =
    Outcome::pass("enforced", "Receivers are asked to stop mail that forges your name");
static SUBDOMAINS_OPEN: Outcome =
    Outcome::warn("subdomains-open", "Names below your domain can still be forged");
static MONITORING: Outcome = Outcome::warn("monitoring", "DMARC only watches: forged mail still arrives")
    .costs(Consequences::new(BusinessImpact::Exposure, Effort::Day, Who::DnsPanel));
static NO_POLICY: Outcome =
    Outcome::fail("no-policy", "The DMARC record names no policy that receivers know");
static SEVERAL: Outcome = Outcome::fail("several", "Two DMARC records cancel each other out")
    .costs(Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel));
static AMBIGUOUS: Outcome =
    Outcome::fail("ambiguous", "The DMARC record says something twice, and receivers differ")
        .costs(Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel));
static UNRECOGNISED: Outcome = Outcome::fail("unrecognised", "Receivers do not recognise the DMARC record")
    .costs(Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel));
static MISSING: Outcome = Outcome::fail("missing", "There is no DMARC record").costs(Consequences::new(
    BusinessImpact::Mail,
    Effort::Minutes,
    Who::DnsPanel,
));

/// RFC 9989, section 4.7 and section 4.10.1: so it is unless reports have a place to go.
const READ_IN_TWO_WAYS: &str = "What receivers make of that differs: some only watch, as with p=none, some take it for no record at all.";

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let own = discover::step(evidence, zone.as_str())?;
    let name = own.owner();
    let label = format!("TXT {name}");
    let replace = |old: &str, new: &str| Fix::record(&name, "TXT", quoted(new)).replacing(Some(quoted(old)));
    // A record of its own that enforces a policy is one question: nothing begins anew there.
    let enforces =
        |record: Record<'_>| record.applied_policy(Subject::Domain).discovered > Some(Policy::None);
    let is_silent = !own.record().is_some_and(enforces) && is_silent(target, evidence)?;
    let begin = if is_silent { mail_records::silent_dmarc(&zone) } else { mail_records::first_dmarc(&zone) };
    let begin_instead_of = |old: &str| begin.clone().replacing(Some(quoted(old)));
    if own.records.len() > 1 {
        return Ok(several(&own));
    }
    if let ([], Some(near_miss)) = (own.records.as_slice(), own.near_misses.first()) {
        let (_, issues) = dmarc::parse(near_miss);
        let finding = UNRECOGNISED.found().with_marked_evidence(label, near_miss, &issues);
        let better = corrected_throughout(near_miss, |text| dmarc::parse(text).1);
        let (record, _) = dmarc::parse(&better);
        if !record.is_valid() || is_silent {
            return Ok(finding.fix(begin_instead_of(near_miss)));
        }
        // What a policy that nobody has followed so far would refuse, nobody knows.
        let finding = finding.fix(replace(near_miss, &dmarc_rollout::first(&record, &zone)));
        return Ok(if record.policy.value() > Some(Policy::None) {
            finding.detail("Nobody has followed its policy so far: begin with p=none, and read the reports.")
        } else {
            finding
        });
    }
    // Only a name without a record of its own costs more than one question.
    let discovered = discover::policy(evidence, zone.as_str())?;
    let (Some(step), Some(text)) = (discovered.step(), discovered.text()) else {
        let above = discovered.walk.steps.iter().skip(1);
        let finding = MISSING.found().with_evidence(label, own.words);
        let finding =
            above.fold(finding, |f, step| f.with_evidence(format!("TXT {}", step.owner()), &step.words));
        let finding = finding.fix(begin);
        return Ok(if is_silent {
            finding
        } else {
            finding.fix(Fix::step(dmarc_rollout::rung(Policy::None).watch))
        });
    };
    let (record, issues) = dmarc::parse(text);
    let shown = format!("TXT {}", step.owner());
    let show = |outcome: &'static Outcome| outcome.found().with_marked_evidence(&shown, text, &issues);
    let inherited = discovered.is_inherited();
    let repeated: Vec<Span> =
        issues.iter().filter(|issue| issue.code == "tag-repeated").map(|i| i.span).collect();
    if !repeated.is_empty() && !inherited {
        return Ok(show(&AMBIGUOUS)
            .detail("A tag that stands twice makes the record invalid: some receivers ignore all of it, others take the first or the last.")
            .fix(replace(text, &dmarc_rollout::restated(&dmarc::parse(&without(text, &repeated)).0, &zone))));
    }
    let (Some(applied), Some(below), Some(missing)) = (
        discovered.applied(dns::Resolution::Found),
        discovered.applied_below(dns::Resolution::Found),
        discovered.applied_below(dns::Resolution::NxDomain),
    ) else {
        return Ok(show(&NO_POLICY).detail(READ_IN_TWO_WAYS).fix(begin));
    };
    // A policy for names below that means nothing spoils the whole record; without it, p counts again.
    let is_spoiled = [record.subdomain_policy, record.nonexistent_policy]
        .iter()
        .any(|setting| matches!(setting, Setting::Invalid { .. }))
        && record.policy.value().is_some();
    let mended = || replace(text, &dmarc_rollout::with_subdomains(&record, &zone));
    let Some(policy) = applied.discovered.filter(|_| record.policy.value().is_some()) else {
        let fix = match (inherited, is_spoiled) {
            (true, _) => begin,
            (false, true) => mended(),
            (false, false) => begin_instead_of(text),
        };
        let watches = "Receivers then only watch, as with p=none.";
        let detail = if applied.discovered.is_some() { watches } else { READ_IN_TWO_WAYS };
        return Ok(show(&NO_POLICY).detail(detail).fix(fix));
    };
    let who = in_force(&record, applied, below, missing);
    if policy == Policy::None && is_spoiled && !inherited {
        return Ok(show(&MONITORING).detail(who).fix(mended()));
    }
    if policy == Policy::None {
        let finding = show(&MONITORING).detail(who);
        // Without mail there is nothing to watch.
        if is_silent {
            return Ok(finding.fix(if inherited { begin } else { begin_instead_of(text) }));
        }
        let finding = finding.fix(Fix::step(dmarc_rollout::rung(Policy::None).watch));
        return Ok(match dmarc_rollout::next(&record, &zone) {
            Some(next) if !inherited => finding.fix(replace(text, &next)),
            _ => finding.fix(begin),
        });
    }
    let is_open = |policy: EffectivePolicy| policy.discovered == Some(Policy::None);
    if is_open(below) || is_open(missing) {
        let fix = if inherited { begin } else { mended() };
        return Ok(show(&SUBDOMAINS_OPEN).detail(who).fix(fix));
    }
    Ok(show(&ENFORCED).detail(who))
}

/// Whether the domain sends no mail. What cannot be told is taken for a sender: a policy that is too mild loses no mail.
fn is_silent(target: &Target, evidence: &Evidence) -> Result<bool, Stop> {
    if let Some(mail) = target.mail {
        return Ok(!mail.sends());
    }
    let posture = MailProfile::ask(target, evidence);
    Ok(if_measured(posture.and_then(|posture| posture.sends_nothing()))?.unwrap_or(false))
}

/// The record without the tags at `spans`: of what stands twice, the first is kept.
fn without(text: &str, spans: &[Span]) -> String {
    let mut kept = String::new();
    let mut at = 0;
    for span in spans {
        kept.push_str(text.get(at..span.start).unwrap_or_default().trim_end_matches([' ', '\t', ';']));
        at = span.end;
    }
    kept + text.get(at..).unwrap_or_default()
}

fn several(own: &discover::Step) -> Finding {
    let label = format!("TXT {}", own.owner());
    let mut finding = SEVERAL.found().detail("Receivers that find more than one use none.");
    for text in &own.records {
        let (_, issues) = dmarc::parse(text);
        finding = finding.with_marked_evidence(&label, text, &issues);
    }
    // Which one is meant only the owner knows; the strictest keeps what is protected today.
    let applied = |text: &str| dmarc::parse(text).0.applied_policy(Subject::Domain).defined;
    let keep = own.records.iter().max_by_key(|text| applied(text));
    for text in own.records.iter().filter(|text| Some(*text) != keep) {
        finding = finding.fix(Fix::RemoveRecord {
            name: own.owner(),
            record_type: "TXT".to_owned(),
            value: quoted(text),
        });
    }
    if finding.fixes.is_empty() {
        finding = finding.fix(Fix::step("Delete all but one of the identical records."));
    }
    finding
}

/// What holds for whom, and what of it older receivers read otherwise.
fn in_force(
    record: &Record<'_>,
    applied: EffectivePolicy,
    below: EffectivePolicy,
    missing: EffectivePolicy,
) -> String {
    let of = |policy: EffectivePolicy| policy.discovered.unwrap_or(Policy::None);
    let mut words = format!("In force for the domain itself: {}", of(applied));
    if of(below) == of(missing) {
        words.push_str(&format!("; for names below it: {}.", of(below)));
    } else {
        words.push_str(&format!(
            "; for names below it: {}; for names that do not exist: {}.",
            of(below),
            of(missing)
        ));
    }
    if record.testing.value() == Some(true) {
        words.push_str(" Test mode (t=y) lowers the policy by one level.");
    }
    if let Some(share) = record.percentage.value().filter(|share| *share < 100) {
        words.push_str(&format!(
            " Older receivers (RFC 7489) still apply it to {share} % of the mail only; today's ignore pct, and t=y has its place."
        ));
    }
    // What to watch while the policy is only watched stands among what to do.
    let is_tried = record.testing.value() == Some(true);
    if (of(applied) == Policy::Quarantine && !is_tried)
        || (of(applied) == Policy::Reject && !record.aggregate_reports.is_empty())
    {
        words.push(' ');
        words.push_str(dmarc_rollout::rung(of(applied)).watch);
    }
    if of(applied) == Policy::Quarantine && !is_tried {
        words.push_str(" The next step is p=reject.");
    }
    words
}
