//! Two reports of one domain compared: what got better, what got worse, what is new and what is gone. A pure function on
//! reports: for a recheck, a history, an alert.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::checks::finding::Level;
use crate::report::score::{Rank, Score};
use crate::report::{FindingReport, Report, Run, Verdict};

/// What changed between two reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference {
    /// The domain in ASCII.
    pub domain: String,
    /// The older report in numbers.
    pub before: Moment,
    /// The newer report in numbers.
    pub after: Moment,
    /// Problems that were not there: of a pass, or of what could not be measured before.
    pub new: Vec<Change>,
    /// Problems that grew: a warning that is a failure now.
    pub worse: Vec<Change>,
    /// Problems that shrank.
    pub better: Vec<Change>,
    /// Problems that are put right.
    pub gone: Vec<Change>,
    /// As bad as before, for another reason.
    pub other: Vec<Change>,
    /// Could be told in one of the two only, and is no problem in that: nothing follows from it.
    pub unclear: Vec<Change>,
    /// Checks that came out as before.
    pub unchanged: u32,
    /// What was counted or timed in both, or in one.
    pub numbers: Vec<Number>,
}

/// A report in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Moment {
    /// Where and when it ran.
    pub run: Run,
    /// The decision and its reason.
    pub verdict: Verdict,
    /// The number; absent where nothing was measured.
    pub score: Option<Score>,
    /// Checks that were answered.
    pub answered: u32,
    /// Things that stop the launch.
    pub blockers: u32,
}

/// A check that came out differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// The check's id.
    pub check: String,
    /// The check's name for people.
    pub name: String,
    /// How it came out before; absent where the older report does not have the check.
    pub before: Option<Side>,
    /// How it comes out now; absent where the newer report does not have the check.
    pub after: Option<Side>,
}

/// How a check came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Side {
    /// The outcome's code.
    pub outcome: String,
    /// How it is judged.
    pub level: Level,
    /// How urgent it is, where there is something to fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// What is so.
    pub title: String,
}

/// Something that was counted or timed, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Number {
    /// The check that measured it.
    pub check: String,
    /// What it is: `response time of https://example.com/`.
    pub label: String,
    /// `ms`, or what is counted.
    pub unit: String,
    /// Before; absent where it was not measured.
    pub before: Option<u32>,
    /// Now; absent where it was not measured.
    pub after: Option<u32>,
}

/// Why two reports do not compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incomparable {
    /// They are about two domains.
    Domain(String, String),
    /// They say what they say in two versions.
    Schema(u32, u32),
    /// They score by two sets of rules.
    Scoring(u32, u32),
}

impl fmt::Display for Incomparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(old, new) => write!(f, "The reports are about two domains, {old} and {new}."),
            Self::Schema(old, new) => write!(
                f,
                "The reports are written in two versions, {old} and {new}. Scan again and compare with that."
            ),
            Self::Scoring(old, new) => write!(
                f,
                "The reports are scored by two versions of the rules, {old} and {new}: their numbers do not compare. Scan again and compare with that."
            ),
        }
    }
}

impl std::error::Error for Incomparable {}

/// What changed from `old` to `new`.
///
/// # Errors
/// Reports of two domains, two schemas or two scoring versions do not compare.
pub fn difference(old: &Report, new: &Report) -> Result<Difference, Incomparable> {
    if old.domain != new.domain {
        return Err(Incomparable::Domain(old.domain.clone(), new.domain.clone()));
    }
    if old.schema != new.schema {
        return Err(Incomparable::Schema(old.schema, new.schema));
    }
    if old.scoring != new.scoring {
        return Err(Incomparable::Scoring(old.scoring, new.scoring));
    }
    let mut difference = Difference {
        domain: new.domain.clone(),
        before: moment(old),
        after: moment(new),
        new: Vec::new(),
        worse: Vec::new(),
        better: Vec::new(),
        gone: Vec::new(),
        other: Vec::new(),
        unclear: Vec::new(),
        unchanged: 0,
        numbers: numbers(old, new),
    };
    for now in &new.findings {
        let was = old.findings.iter().find(|finding| finding.check == now.check);
        match kind(was, Some(now)) {
            None => difference.unchanged += 1,
            Some(kind) => difference.list(kind).push(change(was, Some(now), now)),
        }
    }
    for was in &old.findings {
        if !new.findings.iter().any(|finding| finding.check == was.check)
            && let Some(kind) = kind(Some(was), None)
        {
            difference.list(kind).push(change(Some(was), None, was));
        }
    }
    for list in [&mut difference.new, &mut difference.worse] {
        // The worst first; the rest in the order of the checks.
        list.sort_by_key(|change| change.after.as_ref().map(|side| (side.rank.is_none(), side.rank)));
    }
    Ok(difference)
}

/// How a change is told.
#[derive(Clone, Copy)]
enum Kind {
    New,
    Worse,
    Better,
    Gone,
    Other,
    Unclear,
}

/// How a check changed; `None` where it came out as before.
fn kind(was: Option<&FindingReport>, now: Option<&FindingReport>) -> Option<Kind> {
    let known =
        |side: Option<&FindingReport>| side.map(|j| j.level).filter(|level| *level != Level::NotMeasured);
    let problem = |level: Level| matches!(level, Level::Fail | Level::Warn);
    Some(match (known(was), known(now)) {
        // Neither says anything.
        (None, None) if was.is_some() == now.is_some() => return None,
        (None, None) => Kind::Unclear,
        (None, Some(level)) if problem(level) => Kind::New,
        // A problem of which nobody knows whether it is still there is not gone.
        (None, Some(_)) | (Some(_), None) => Kind::Unclear,
        (Some(before), Some(after)) => match (problem(before), problem(after)) {
            (false, true) => Kind::New,
            (true, false) => Kind::Gone,
            // Levels are in order, the worst first.
            (true, true) if after < before => Kind::Worse,
            (true, true) if before < after => Kind::Better,
            (true, true) if was.map(|j| &j.outcome) != now.map(|j| &j.outcome) => Kind::Other,
            _ => return None,
        },
    })
}

impl Difference {
    fn list(&mut self, kind: Kind) -> &mut Vec<Change> {
        match kind {
            Kind::New => &mut self.new,
            Kind::Worse => &mut self.worse,
            Kind::Better => &mut self.better,
            Kind::Gone => &mut self.gone,
            Kind::Other => &mut self.other,
            Kind::Unclear => &mut self.unclear,
        }
    }

    /// The lists of changes with their headings, in the order in which to read them.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[Change]); 6] {
        [
            ("New problems", &self.new),
            ("Worse", &self.worse),
            ("Better", &self.better),
            ("Fixed", &self.gone),
            ("As bad as before, for another reason", &self.other),
            ("Could be told in one of the two only", &self.unclear),
        ]
    }

    /// Whether somebody should hear about it: something is new or worse.
    #[must_use]
    pub fn is_alarming(&self) -> bool {
        !self.new.is_empty() || !self.worse.is_empty()
    }

    /// Whether every check came out as before.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.new, &self.worse, &self.better, &self.gone, &self.other, &self.unclear]
            .iter()
            .all(|list| list.is_empty())
    }
}

fn change(was: Option<&FindingReport>, now: Option<&FindingReport>, named: &FindingReport) -> Change {
    let side = |judged: &FindingReport| Side {
        outcome: judged.outcome.clone(),
        level: judged.level,
        rank: judged.rank,
        title: judged.title.clone(),
    };
    Change {
        check: named.check.clone(),
        name: named.name.clone(),
        before: was.map(side),
        after: now.map(side),
    }
}

fn moment(report: &Report) -> Moment {
    let blockers = report.risks.iter().filter(|risk| risk.rank == Rank::Blocker).count();
    Moment {
        run: report.run.clone(),
        verdict: report.verdict.clone(),
        score: report.score,
        answered: report.coverage.answered,
        blockers: u32::try_from(blockers).unwrap_or(u32::MAX),
    }
}

fn numbers(old: &Report, new: &Report) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    for (report, is_new) in [(old, false), (new, true)] {
        for finding in &report.findings {
            for measure in &finding.measures {
                let same = |n: &&mut Number| {
                    n.check == finding.check && n.label == measure.label && n.unit == measure.unit
                };
                let (before, after) =
                    if is_new { (None, Some(measure.value)) } else { (Some(measure.value), None) };
                match numbers.iter_mut().find(same) {
                    Some(number) => number.after = after,
                    None => numbers.push(Number {
                        check: finding.check.clone(),
                        label: measure.label.clone(),
                        unit: measure.unit.clone(),
                        before,
                        after,
                    }),
                }
            }
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Cause, Failure};
    use crate::checks;
    use crate::engine::answer::Answer;
    use crate::engine::limits::Limits;
    use crate::engine::scan::Scan;
    use crate::target::Target;

    /// A report in which nothing could be measured, to be changed by each test.
    fn report() -> Report {
        let target = Target::parse("example.com").unwrap();
        let mut scan = Scan::new(target, checks::DEFAULT, Limits::default());
        scan.settle(|_| Answer::Failed(Failure::new(Cause::Timeout)));
        let run = Run { started: "2026-11-22T09:00:00Z".into(), vantage: "table".into(), took_ms: 0 };
        Report::finish(scan, run).0
    }

    fn with(check: &str, level: Level, outcome: &str) -> Report {
        let mut report = report();
        let finding = report.findings.iter_mut().find(|finding| finding.check == check).unwrap();
        (finding.level, finding.outcome) = (level, outcome.to_owned());
        report
    }

    /// The list that the change of `mx` is in.
    fn listed(old: &Report, new: &Report) -> &'static str {
        let difference = difference(old, new).unwrap();
        let all = difference.lists();
        let lists: Vec<_> = all.iter().filter(|(_, list)| list.iter().any(|c| c.check == "mx")).collect();
        assert!(lists.len() <= 1, "a change is told once");
        lists.first().map_or("", |(title, _)| *title)
    }

    #[test]
    fn a_change_is_told_by_what_it_is_to_the_founder() {
        use Level::{Fail, NotApplicable, NotMeasured, Pass, Warn};
        let mx = |level| with("mx", level, "x");
        for (was, now, told) in [
            (Pass, Fail, "New problems"),
            (NotMeasured, Warn, "New problems"),
            (NotApplicable, Warn, "New problems"),
            (Warn, Fail, "Worse"),
            (Fail, Warn, "Better"),
            (Fail, Pass, "Fixed"),
            (Warn, NotApplicable, "Fixed"),
            // Nobody knows whether it is still there.
            (Fail, NotMeasured, "Could be told in one of the two only"),
            (NotMeasured, Pass, "Could be told in one of the two only"),
            (Fail, Fail, ""),
            (Pass, NotApplicable, ""),
        ] {
            assert_eq!(listed(&mx(was), &mx(now)), told, "{was} → {now}");
        }
        assert_eq!(
            listed(&with("mx", Fail, "a"), &with("mx", Fail, "b")),
            "As bad as before, for another reason"
        );
    }

    #[test]
    fn what_did_not_change_is_counted_and_a_report_has_no_difference_to_itself() {
        let report = report();
        let same = difference(&report, &report).unwrap();
        assert!(same.is_empty() && !same.is_alarming());
        assert_eq!(same.unchanged as usize, report.findings.len());
        let worse = difference(&report, &with("mx", Level::Fail, "x")).unwrap();
        assert!(worse.is_alarming());
        assert_eq!(worse.unchanged as usize, report.findings.len() - 1);
    }

    #[test]
    fn numbers_stand_side_by_side_where_either_was_measured() {
        let (mut old, mut new) = (report(), report());
        let measure = |label: &str, value| crate::checks::finding::Measure {
            label: label.into(),
            value,
            unit: "ms".into(),
        };
        old.findings[0].measures = vec![measure("a", 300), measure("b", 1)];
        new.findings[0].measures = vec![measure("a", 120), measure("c", 2)];
        let numbers = difference(&old, &new).unwrap().numbers;
        let sides: Vec<_> = numbers.iter().map(|n| (n.label.as_str(), n.before, n.after)).collect();
        assert_eq!(sides, [("a", Some(300), Some(120)), ("b", Some(1), None), ("c", None, Some(2))]);
    }

    #[test]
    fn what_does_not_compare_says_why() {
        let report = report();
        let other = Report { scoring: report.scoring + 1, ..report.clone() };
        assert!(matches!(difference(&report, &other), Err(Incomparable::Scoring(..))));
        let other = Report { schema: report.schema + 1, ..report.clone() };
        assert!(matches!(difference(&report, &other), Err(Incomparable::Schema(..))));
        let other = Report { domain: "example.org".into(), ..report.clone() };
        let sentence = difference(&report, &other).unwrap_err().to_string();
        assert_eq!(sentence, "The reports are about two domains, example.com and example.org.");
    }
}
