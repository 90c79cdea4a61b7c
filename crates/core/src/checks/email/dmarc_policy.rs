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
//! So is its place, the first.
//! ```evidence
//! _dmarc.example.com. TXT "p=reject; v=DMARC1; rua=mailto:dmarc@example.com"
//! => unrecognised
//! ```
//! A policy holds although another part of the record means nothing.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; adkim=strict; rua=mailto:dmarc@example.com"
//! => part-ignored
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => missing
//! ```
//! A record at another name is none.
//! ```evidence
//! example.com. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
//! => missing
//! ```
//! ```evidence
//! dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
//! => missing
//! ```
//! ```evidence
//! _dmarc.example.com. CNAME example.com.
//! example.com. TXT "v=spf1 -all"
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

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Level, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::checks::mail_records;
use crate::diagnostic::Severity;
use crate::dns;
use crate::email::dmarc;
use crate::email::dmarc::discover::Discovered;
use crate::email::dmarc::{EffectivePolicy, Policy, Record, discover};
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::facts::dmarc_places::{Fate, places};
use crate::facts::dmarc_rollout;
use crate::facts::mail_plan::DmarcPlan;
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
        &PART_IGNORED,
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
static PART_IGNORED: Outcome =
    Outcome::warn("part-ignored", "Receivers ignore part of the DMARC record").important();
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
    let discovered = discovered(evidence, zone.as_str())?;
    let judged = judge(&discovered);
    let finding = shown(judged.outcome.found().detail(judged.detail), &discovered);
    if judged.outcome.level == Level::Pass {
        return Ok(finding);
    }
    let profile = MailProfile::ask(target, evidence)?;
    let plan = DmarcPlan::of(target, evidence, &profile, &discovered)?;
    fixed(target, evidence, finding, &discovered, &plan)
}

/// What receivers find. Where the name itself has several records, or what only looks like one, that has to be put right
/// first, whatever stands above.
fn discovered(evidence: &Evidence, zone: &str) -> Result<Discovered, Stop> {
    let own = discover::step(evidence, zone)?;
    if own.records.is_empty() && own.near_misses.is_empty() || own.records.len() == 1 {
        return discover::policy(evidence, zone);
    }
    Ok(Discovered::alone(own))
}

/// An outcome and what to say about this domain.
struct Judged {
    outcome: &'static Outcome,
    detail: String,
}

fn judge(discovered: &Discovered) -> Judged {
    let say = |outcome, detail: &str| Judged { outcome, detail: detail.to_owned() };
    let own = discovered.walk.steps.first();
    if own.is_some_and(|own| own.records.len() > 1) {
        return say(&SEVERAL, "Receivers that find more than one use none.");
    }
    let (Some(step), Some(text)) = (discovered.step(), discovered.text()) else {
        let is_meant = own.is_some_and(|own| own.records.is_empty() && !own.near_misses.is_empty());
        return say(if is_meant { &UNRECOGNISED } else { &MISSING }, "");
    };
    let (record, issues) = dmarc::parse(text);
    let repeats = issues.iter().any(|issue| issue.code == "tag-repeated");
    if repeats && step.owner() == own.map(discover::Step::owner).unwrap_or_default() {
        return say(
            &AMBIGUOUS,
            "A tag that stands twice makes the record invalid: some receivers ignore all of it, others take the first or the last.",
        );
    }
    let (Some(applied), Some(below), Some(missing)) = (
        discovered.applied(dns::Resolution::Found),
        discovered.applied_below(dns::Resolution::Found),
        discovered.applied_below(dns::Resolution::NxDomain),
    ) else {
        return say(&NO_POLICY, READ_IN_TWO_WAYS);
    };
    let Some(policy) = applied.discovered.filter(|_| record.policy.value().is_some()) else {
        let watches = "Receivers then only watch, as with p=none.";
        return say(&NO_POLICY, if applied.discovered.is_some() { watches } else { READ_IN_TWO_WAYS });
    };
    let is_open = |policy: EffectivePolicy| policy.discovered == Some(Policy::None);
    let in_force = in_force(&record, applied, below, missing);
    // What is ignored in the record of a name above is not this domain's to mend; addresses are for `dmarc-reports`.
    let is_own = !discovered.is_inherited() && dmarc::unheeded_addresses(text).is_empty();
    let ignored = issues.iter().find(|issue| is_own && issue.severity == Severity::Error);
    let outcome = match policy {
        Policy::None => &MONITORING,
        _ if is_open(below) || is_open(missing) => &SUBDOMAINS_OPEN,
        _ if ignored.is_some() => &PART_IGNORED,
        _ => &ENFORCED,
    };
    let detail = match ignored {
        Some(issue) => format!("{} {in_force}", issue.message),
        None => in_force,
    };
    Judged { outcome, detail }
}

/// The finding with every record that was found on the way.
fn shown(finding: Finding, discovered: &Discovered) -> Finding {
    let marked = |finding: Finding, owner: String, text: &str| {
        finding.with_marked_evidence(format!("TXT {owner}"), text, &dmarc::parse(text).1)
    };
    let steps = &discovered.walk.steps;
    if let (Some(step), Some(text)) = (discovered.step(), discovered.text()) {
        return with_alias(marked(finding, step.owner(), text), step);
    }
    steps.iter().fold(finding, |finding, step| {
        let texts = if step.records.is_empty() { &step.near_misses } else { &step.records };
        if texts.is_empty() {
            return finding.with_evidence(format!("TXT {}", step.owner()), &step.words);
        }
        texts.iter().fold(with_alias(finding, step), |finding, text| marked(finding, step.owner(), text))
    })
}

fn with_alias(finding: Finding, step: &discover::Step) -> Finding {
    match &step.alias {
        Some(alias) => finding.with_evidence(format!("CNAME {}", step.owner()), alias),
        None => finding,
    }
}

/// The finding with the record that should be there now, and with what comes after it.
fn fixed(
    target: &Target,
    evidence: &Evidence,
    finding: Finding,
    discovered: &Discovered,
    plan: &DmarcPlan,
) -> Result<Finding, Stop> {
    let finding = plan.misplaced.iter().fold(finding, |finding, place| {
        let label = format!("TXT {}", place.name);
        place.texts.iter().fold(finding, |finding, text| finding.with_evidence(&label, text))
    });
    let finding = mail_records::with_dmarc(finding, plan);
    if finding.outcome == &PART_IGNORED {
        return Ok(finding);
    }
    if finding.outcome == &SUBDOMAINS_OPEN {
        return Ok(if plan.is_silent() {
            finding
        } else {
            finding.fix(Fix::step(plan.then_for_names_below()))
        });
    }
    let held = match discovered.step().and_then(discover::Step::record) {
        Some(record) => lost(evidence, target, discovered, &record)?,
        None => None,
    };
    Ok(plan.then(held).into_iter().map(Fix::step).fold(finding, Finding::fix))
}

/// Why no report arrives, where that is known: then nothing shows whether a stricter policy would do harm.
fn lost(
    evidence: &Evidence,
    target: &Target,
    discovered: &Discovered,
    record: &Record<'_>,
) -> Result<Option<&'static str>, Stop> {
    if record.aggregate_reports.is_empty() {
        return Ok(Some("No reports are asked for yet."));
    }
    let profile = MailProfile::ask(target, evidence)?;
    let destinations = places(evidence, &profile, discovered, record, target.deep)?;
    let is_lost =
        destinations.iter().all(|place| matches!(place.fate, Fate::Lost | Fate::Refused | Fate::Unread));
    Ok(is_lost.then_some("The reports are lost today: see DMARC reports."))
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
