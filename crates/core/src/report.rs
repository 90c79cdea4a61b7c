//! The report: everything a page, a document or a client shows, as plain data. Made from a target and its evidence
//! and from nothing else, so the same evidence gives the same report, byte for byte; and never more than
//! [`bounds::MAX_REPORT`] of them.

pub mod bounds;
pub mod diff;
pub mod dns_map;
pub mod gaps;
pub mod markdown;
pub mod recheck;
pub mod remedy;
pub mod score;
pub mod stream;
pub mod words;

use serde::{Deserialize, Serialize};

use self::score::{BLOCKER_CAP, Decision, Graded, Rank, SCORING_VERSION, Score};
use crate::answers::{Cause, Failure};
use crate::checks;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::docs;
use crate::checks::finding::{EvidenceItem, Finding, Level, Measure};
use crate::checks::fix::Fix;
use crate::checks::scan::CheckScan;
use crate::engine::answer::Answer;
use crate::engine::evidence::Evidence;
use crate::engine::limits::Limits;
use crate::facts::providers_in_use::ProvidersInUse;
use crate::fixes::together;
use crate::target::{MailUse, Segment, Target};

/// The version of the report's JSON; it changes when a field changes its meaning or goes away.
pub const REPORT_SCHEMA: u32 = 1;
/// The version of the evidence file.
pub const RECORDING_SCHEMA: u32 = 1;

/// A scan as it was: what it was about, where and when it ran, and every answer. Replays to the same report.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recording {
    /// [`RECORDING_SCHEMA`] when it was written.
    pub schema: u32,
    /// What the scan was about.
    pub target: Target,
    /// Where and when it ran.
    pub run: Run,
    /// Every answer.
    pub evidence: Evidence,
}

/// Where and when a scan ran, as its host says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Run {
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// Where it was measured from: a Cloudflare location such as `edge FRA`, or `command line`.
    pub vantage: String,
    /// Milliseconds from beginning to end.
    pub took_ms: u32,
}

impl Run {
    /// The same, in bearable length: a recording may come from anybody.
    pub(crate) fn bounded(self) -> Self {
        Self {
            started: crate::shortened::name(&self.started),
            vantage: crate::shortened::name(&self.vantage),
            ..self
        }
    }
}

impl Recording {
    /// Runs the checks over the recorded answers, without a network. What is not recorded is not measured.
    #[must_use]
    pub fn replay(self) -> Report {
        let limits = Limits { budget: u32::MAX, ..Limits::default() };
        let checks = checks::of(&self.target);
        let mut scan = CheckScan::replaying(self.target, &checks, limits);
        let evidence = self.evidence;
        scan.settle(|probe| {
            let missing = || Answer::Failed(Failure::new(Cause::NotRecorded));
            evidence.get(probe).cloned().unwrap_or_else(missing)
        });
        Report::finish(scan, self.run).0
    }
}

/// Everything that is known about a domain's readiness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: u32,
    /// [`SCORING_VERSION`].
    pub scoring: u32,
    /// The domain in ASCII.
    pub domain: String,
    /// The domain as people write it.
    pub domain_unicode: String,
    /// The kind of business, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// What the domain does with mail, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailUse>,
    /// Where and when the scan ran.
    pub run: Run,
    /// What the domain runs on, as far as it could be told: the fixes are for that.
    #[serde(default)]
    pub in_use: ProvidersInUse,
    /// Whether to launch.
    pub verdict: Verdict,
    /// The number; absent where nothing was measured.
    pub score: Option<Score>,
    /// Why the score is capped, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<String>,
    /// How many of the checks were answered.
    pub coverage: Coverage,
    /// What to fix, in this order; see [`Risk`].
    pub risks: Vec<Risk>,
    /// Every check's finding, in the order of the checks.
    pub findings: Vec<FindingReport>,
    /// What several checks could not have, once for each cause, the widest gap first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<gaps::Gap>,
    /// Every DNS record of the domain that was seen, for the DNS map.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dns: Vec<dns_map::Row>,
}

/// Whether to launch, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// One sentence that a founder can forward.
    pub reason: String,
    /// The checks behind it: blockers for no-go, unanswered must-haves for no verdict.
    pub checks: Vec<String>,
}

/// How many of the checks were answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Coverage {
    /// Checks with an answer: passed, a warning, or failed.
    pub answered: u32,
    /// Checks that concern this domain: those with an answer, and those that could not be measured.
    pub of: u32,
    /// Checks that do not concern it.
    #[serde(default)]
    pub not_applicable: u32,
    /// Of those without an answer, how many lack it because the resolvers that we ask failed. That says nothing about the
    /// domain, and a scan a minute later may have them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unheard: u32,
}

impl Coverage {
    fn of(findings: &[FindingReport]) -> Self {
        let count = |wanted: &[Level]| {
            let found = findings.iter().filter(|finding| wanted.contains(&finding.level)).count();
            u32::try_from(found).unwrap_or(u32::MAX)
        };
        let answered = count(&[Level::Pass, Level::Warn, Level::Fail]);
        Self {
            answered,
            of: answered + count(&[Level::NotMeasured]),
            not_applicable: count(&[Level::NotApplicable]),
            unheard: 0,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Something to fix. Risks are in the order in which to fix them: blockers first; within a rank by what the business
/// loses, then by what the fix adds to the score, then the quick ones before the long ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Risk {
    /// How urgent it is. The blockers are the must-fix list.
    pub rank: Rank,
    /// The check that found it.
    pub check: String,
    /// What is so.
    pub title: String,
    /// What the business loses while it stays.
    pub loses: BusinessImpact,
    /// How long it takes to put right.
    pub effort: Effort,
    /// Who can put it right.
    pub who: Who,
    /// Points the score rises when this alone is fixed; nothing while another blocker still holds the score down.
    pub gain: u8,
}

/// A check's finding with everything there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingReport {
    /// The check's id.
    pub check: String,
    /// The check's name for people.
    pub name: String,
    /// Where it belongs.
    pub area: Area,
    /// What it means for a launch.
    pub impact: Weight,
    /// The outcome's code.
    pub outcome: String,
    /// How it is judged.
    pub level: Level,
    /// How urgent it is, where there is something to fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// What the business loses by it, where there is something to fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loses: Option<BusinessImpact>,
    /// What is so.
    pub title: String,
    /// One sentence about this domain; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// What was seen.
    pub seen: Vec<EvidenceItem>,
    /// What was counted or timed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Why it matters, where there is something to fix or to measure.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What puts it right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<FixShown>,
}

/// A fix with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FixShown {
    /// What to do: "Add this DNS record".
    pub verb: String,
    /// The line to copy, or the instruction.
    pub line: String,
    /// The same as data.
    pub fix: Fix,
}

impl FindingReport {
    /// A finding with its check's words, and with as much of what strangers wrote as one finding may hold.
    #[must_use]
    pub fn new(check: &Check, finding: &Finding) -> Self {
        let [most, ..] = bounds::ROOMS;
        Self::of(check, &bounds::finding(finding, most).0)
    }

    /// The findings of a report: each as [`new`](Self::new) gives it, or shorter, where they are too many for that.
    #[must_use]
    pub fn all(found: &[(&'static Check, Finding)]) -> Vec<Self> {
        let mut all = Vec::new();
        for room in bounds::ROOMS {
            all.clear();
            let mut used = 0;
            for (check, finding) in found {
                let (finding, length) = bounds::finding(finding, room);
                let judged = Self::of(check, &finding);
                used += length + judged.own_length();
                all.push(judged);
            }
            if used <= bounds::MAX_FINDINGS {
                break;
            }
        }
        all
    }

    /// Bytes of our own words in JSON, at most.
    fn own_length(&self) -> usize {
        /// Braces, names of fields, and words of a closed list.
        const FRAME: usize = 400;
        // Ours hold no control character but line ends.
        let words = [&self.check, &self.name, &self.outcome, &self.title, &self.why];
        words.into_iter().map(|words| words.len() + words.matches(['"', '\\', '\n']).count()).sum::<usize>()
            + FRAME
    }

    /// The finding, as far as the score looks at it.
    #[must_use]
    pub fn graded(&self) -> Graded<'_> {
        Graded { check: &self.check, impact: self.impact, level: self.level, rank: self.rank }
    }

    /// A finding with its check's words.
    fn of(check: &Check, finding: &Finding) -> Self {
        let level = finding.outcome.level;
        let words = docs::words(check.id);
        let rank = finding.outcome.rank();
        let quiet = matches!(level, Level::Pass | Level::NotApplicable);
        let shown = |fix: &Fix| FixShown { verb: fix.verb().to_owned(), line: fix.line(), fix: fix.clone() };
        Self {
            check: check.id.to_owned(),
            name: words.map_or(check.id, |words| words.name).to_owned(),
            area: check.area,
            impact: check.impact,
            outcome: finding.outcome.code.to_owned(),
            level,
            rank,
            loses: rank.map(|_| finding.outcome.stakes.unwrap_or(check.stakes).loses),
            title: finding.outcome.title.to_owned(),
            detail: finding.detail.clone(),
            seen: finding.seen.clone(),
            measures: finding.measures.clone(),
            why: words.filter(|_| !quiet).map_or("", |words| words.why).to_owned(),
            fixes: finding.fixes.iter().map(shown).collect(),
        }
    }
}

impl Report {
    /// The end of a scan: its report, and the recording that replays to it.
    #[must_use]
    pub fn finish(mut scan: CheckScan, run: Run) -> (Self, Recording) {
        // What is cut off now may be such a check, too.
        scan.cut_off(Cause::Deadline);
        let unheard = scan.unheard();
        let (target, evidence, findings) = scan.finish();
        let mut report = Self::new(&target, run.clone(), ProvidersInUse::of(&target, &evidence), &findings);
        report.dns = bounds::rows(&report.domain, dns_map::rows(&target, &evidence));
        report.coverage.unheard = unheard;
        (report, Recording { schema: RECORDING_SCHEMA, target, run, evidence })
    }

    fn new(target: &Target, run: Run, in_use: ProvidersInUse, found: &[(&'static Check, Finding)]) -> Self {
        // What several findings change of one value, each of them says: doing one after the other undoes none.
        let mut found = found.to_vec();
        together(found.iter_mut().flat_map(|(_, finding)| &mut finding.fixes));
        let found = found.as_slice();
        let findings = FindingReport::all(found);
        let gaps = gaps::gather(target.domain.as_str(), found);
        let graded: Vec<Graded<'_>> = findings.iter().map(FindingReport::graded).collect();
        let (decision, behind) = score::decide(&graded);
        let has_verdict = decision != Decision::NoVerdict;
        let score = if has_verdict { score::score(&graded) } else { None };
        let mut risks: Vec<Risk> = Vec::new();
        for (index, ((check, finding), grade)) in found.iter().zip(&graded).enumerate() {
            let Some(rank) = grade.rank else { continue };
            let stakes = finding.outcome.stakes.unwrap_or(check.stakes);
            risks.push(Risk {
                rank,
                check: check.id.to_owned(),
                title: finding.outcome.title.to_owned(),
                loses: stakes.loses,
                effort: stakes.effort,
                who: stakes.who,
                gain: if has_verdict { score::gain(&graded, index) } else { 0 },
            });
        }
        // Stable: what is equal in all of this stays in the order of the checks.
        risks.sort_by_key(|risk| (risk.rank, risk.loses, std::cmp::Reverse(risk.gain), risk.effort));
        let coverage = Coverage::of(&findings);
        let domain_unicode = target.domain.to_unicode();
        let reason = match decision {
            Decision::Go => go_reason(&domain_unicode, &risks),
            Decision::NoGo => no_go_reason(&domain_unicode, &risks),
            Decision::NoVerdict if behind.is_empty() => {
                format!("Too few checks of {domain_unicode} got an answer.")
            }
            Decision::NoVerdict => no_verdict_reason(&domain_unicode, &behind, &findings, &gaps),
        };
        let cap = score
            .filter(|score| score.value < score.uncapped)
            .map(|score| format!("Score {}, capped at {BLOCKER_CAP} while blockers remain.", score.uncapped));
        // Blockers in the order in which to fix them, as the risks are.
        let checks = match decision {
            Decision::NoGo => blockers(&risks).map(|risk| risk.check.clone()).collect(),
            Decision::Go | Decision::NoVerdict => behind.into_iter().map(str::to_owned).collect(),
        };
        Self {
            schema: REPORT_SCHEMA,
            scoring: SCORING_VERSION,
            domain: target.domain.to_string(),
            domain_unicode,
            segment: target.segment,
            mail: target.mail,
            run: run.bounded(),
            in_use,
            verdict: Verdict { decision, reason, checks },
            score,
            cap,
            coverage,
            risks,
            findings,
            gaps,
            dns: Vec::new(),
        }
    }
}

impl Risk {
    /// What it costs, what it takes, and who can do it.
    #[must_use]
    pub fn consequences(&self) -> Consequences {
        Consequences::new(self.loses, self.effort, self.who)
    }
}

/// What must be fixed before the launch, in this order.
pub fn blockers(risks: &[Risk]) -> impl Iterator<Item = &Risk> {
    risks.iter().filter(|risk| risk.rank == Rank::Blocker)
}

fn go_reason(domain: &str, risks: &[Risk]) -> String {
    let mut important = risks.iter().filter(|risk| risk.rank == Rank::Important);
    let Some(first) = important.next() else {
        return format!("Nothing blocks the launch of {domain}: every must-have was checked.");
    };
    // What costs customers is said where it is said that the site can go live.
    let first = &first.title;
    match important.count() {
        0 => format!("Nothing blocks the launch of {domain}. Fix one important item soon: {first}."),
        more => format!(
            "Nothing blocks the launch of {domain}. Fix {} important items soon. First: {first}.",
            more + 1
        ),
    }
}

/// Why there is no verdict: the one cause behind what was missed and what to do about it, or the names of what was.
fn no_verdict_reason(
    domain: &str,
    behind: &[&str],
    findings: &[FindingReport],
    gaps: &[gaps::Gap],
) -> String {
    let counted = words::count(behind.len(), "must-have check", "must-have checks");
    let begin = format!("{counted} of {domain} got no answer");
    let one = gaps.iter().find(|gap| {
        behind.len() > 1 && behind.iter().all(|check| gap.checks.iter().any(|known| known == check))
    });
    if let Some(gap) = one {
        return format!("{begin}. {} {}", gap.cause, gap.advice);
    }
    let unseen = findings.iter().filter(|finding| behind.contains(&finding.check.as_str()));
    let names: Vec<&str> = unseen.map(|finding| finding.name.as_str()).collect();
    format!("{begin}: {}.", words::list(&names))
}

/// Blockers that the reason names; more are counted. A text that names them all is no longer one to forward.
const NAMED_BLOCKERS: usize = 3;

/// Why not, and what it would cost: each blocker is a sentence.
fn no_go_reason(domain: &str, risks: &[Risk]) -> String {
    let at_stake: Vec<BusinessImpact> = blockers(risks).map(|risk| risk.loses).collect();
    let mut reason = format!("Launch {domain} now, and {}.", words::at_stake_clause(&at_stake));
    for risk in blockers(risks).take(NAMED_BLOCKERS) {
        reason.push(' ');
        reason.push_str(&risk.title);
        reason.push('.');
    }
    match blockers(risks).count().saturating_sub(NAMED_BLOCKERS) {
        0 => {}
        1 => reason.push_str(" One more blocker remains."),
        more => reason.push_str(&format!(" {more} more blockers remain.")),
    }
    reason
}
