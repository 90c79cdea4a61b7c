//! The order of a report: what to fix first, then what passed, what could not be checked and why, and what does not apply.

use launch_ready_core::checks::check::Area;
use launch_ready_core::checks::finding::{Level, NOT_MEASURED};
use launch_ready_core::report::gaps::Gap;
use launch_ready_core::report::score::Rank;
use launch_ready_core::report::{FindingReport, Report, Risk};

/// Something to fix, with what the report says it costs.
#[derive(Debug, Clone, Copy)]
pub struct Fixable<'r> {
    /// What was found.
    pub finding: &'r FindingReport,
    /// What it costs; absent while there is no report yet.
    pub risk: Option<&'r Risk>,
}

/// Checks without an answer, for one cause.
#[derive(Debug)]
pub struct Unknown<'r> {
    /// What was asked and how that failed, without a full stop: it stands as a heading.
    pub cause: String,
    /// What to do about it; empty where each finding says it.
    pub advice: &'r str,
    /// The checks that needed it.
    pub findings: Vec<&'r FindingReport>,
}

/// Every finding in its one place.
#[derive(Debug, Default)]
pub struct Outline<'r> {
    /// Do not launch with these.
    pub blockers: Vec<Fixable<'r>>,
    /// Fix these in the launch week.
    pub important: Vec<Fixable<'r>>,
    /// Worth doing when there is time.
    pub optional: Vec<Fixable<'r>>,
    /// What is as it should be, by area.
    pub passed: Vec<(Area, Vec<&'r FindingReport>)>,
    /// What could not be checked, by cause: what most checks missed first, then in the order of the checks.
    pub unknown: Vec<Unknown<'r>>,
    /// What does not concern this domain.
    pub not_applicable: Vec<&'r FindingReport>,
}

/// The cause of checks that were asked, answered, and still cannot tell: each says itself what it lacks.
const FROM_OUTSIDE: &str = "Can't be seen from outside";
/// What several different requests came to.
const EACH: &str = "Each request ";
/// What to do about what can't be seen.
const ASK_EACH: &str = "Open each to see what it needs from you.";

impl<'r> Outline<'r> {
    /// The findings of a report.
    #[must_use]
    pub fn of_report(report: &'r Report) -> Self {
        Self::of(&report.findings.iter().collect::<Vec<_>>(), &report.risks, &report.gaps)
    }

    /// The findings in order: what to fix as `risks` order it, and what they do not name behind that. What several could
    /// not have for one cause is said once, as `gaps` say it.
    #[must_use]
    pub fn of(findings: &[&'r FindingReport], risks: &'r [Risk], gaps: &'r [Gap]) -> Self {
        let gap = |gap: &'r Gap| Unknown {
            cause: gap.cause.trim_end_matches('.').to_owned(),
            advice: &gap.advice,
            findings: Vec::new(),
        };
        let mut outline = Self { unknown: gaps.iter().map(gap).collect(), ..Self::default() };
        for risk in risks {
            if let Some(finding) = findings.iter().copied().find(|finding| finding.check == risk.check) {
                outline.list(risk.rank).push(Fixable { finding, risk: Some(risk) });
            }
        }
        let named = |finding: &FindingReport| risks.iter().any(|risk| risk.check == finding.check);
        outline.passed = Area::ALL.into_iter().map(|area| (area, Vec::new())).collect();
        for finding in findings.iter().copied().filter(|finding| !named(finding)) {
            match (finding.level, finding.rank) {
                (_, Some(rank)) => outline.list(rank).push(Fixable { finding, risk: None }),
                (Level::NotMeasured, None) => outline.not_measured(finding, gaps),
                (Level::NotApplicable, None) => outline.not_applicable.push(finding),
                (Level::Pass | Level::Warn | Level::Fail, None) => outline.pass(finding),
            }
        }
        outline.passed.retain(|(_, findings)| !findings.is_empty());
        outline.unknown.retain(|unknown| !unknown.findings.is_empty());
        for Unknown { cause, findings, .. } in &mut outline.unknown {
            if let ([finding], true) = (findings.as_slice(), cause.starts_with(EACH))
                && let Some(seen) = finding.seen.first()
            {
                *cause = format!("{} {}", seen.label, seen.text);
            }
        }
        outline
    }

    fn list(&mut self, rank: Rank) -> &mut Vec<Fixable<'r>> {
        match rank {
            Rank::Blocker => &mut self.blockers,
            Rank::Important => &mut self.important,
            Rank::Optional => &mut self.optional,
        }
    }

    fn pass(&mut self, finding: &'r FindingReport) {
        if let Some((_, findings)) = self.passed.iter_mut().find(|(area, _)| *area == finding.area) {
            findings.push(finding);
        }
    }

    fn not_measured(&mut self, finding: &'r FindingReport, gaps: &[Gap]) {
        let gap = gaps.iter().position(|gap| gap.checks.contains(&finding.check));
        if let Some(unknown) = gap.and_then(|gap| self.unknown.get_mut(gap)) {
            unknown.findings.push(finding);
            return;
        }
        let cause = cause(finding);
        match self.unknown.iter_mut().find(|known| known.cause.eq_ignore_ascii_case(&cause)) {
            Some(known) => known.findings.push(finding),
            None => {
                let advice = if cause == FROM_OUTSIDE { ASK_EACH } else { "" };
                self.unknown.push(Unknown { cause, advice, findings: vec![finding] });
            }
        }
    }
}

/// Why a check has no answer. The engine's own outcome shows the failure as evidence.
fn cause(finding: &FindingReport) -> String {
    let seen = finding.seen.first().filter(|_| finding.outcome == NOT_MEASURED.code);
    seen.map_or_else(|| FROM_OUTSIDE.to_owned(), |seen| format!("{EACH}{}", seen.text))
}

#[cfg(test)]
mod tests {
    use launch_ready_core::report::stream::StreamEvent;

    use super::*;

    fn report(stream: &str) -> Report {
        let last = stream.lines().last().unwrap();
        match serde_json::from_str(last).unwrap() {
            StreamEvent::Report(report) => *report,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn every_finding_has_exactly_one_place() {
        for stream in
            [include_str!("../fixtures/no-go.ndjson"), include_str!("../fixtures/no-verdict.ndjson")]
        {
            let report = report(stream);
            let outline = Outline::of_report(&report);
            let fixes = [&outline.blockers, &outline.important, &outline.optional];
            let mut all: Vec<&str> = fixes
                .into_iter()
                .flatten()
                .map(|fixable| fixable.finding)
                .chain(outline.passed.iter().flat_map(|(_, findings)| findings.iter().copied()))
                .chain(outline.unknown.iter().flat_map(|unknown| unknown.findings.iter().copied()))
                .chain(outline.not_applicable.iter().copied())
                .map(|finding| finding.check.as_str())
                .collect();
            all.sort_unstable();
            let mut wanted: Vec<&str> =
                report.findings.iter().map(|finding| finding.check.as_str()).collect();
            wanted.sort_unstable();
            assert_eq!(all, wanted);
        }
    }

    #[test]
    fn fixes_stand_in_the_reports_order() {
        let report = report(include_str!("../fixtures/no-go.ndjson"));
        let outline = Outline::of_report(&report);
        let shown = [&outline.blockers, &outline.important, &outline.optional].into_iter().flatten();
        let shown: Vec<&str> = shown.map(|fixable| fixable.finding.check.as_str()).collect();
        let wanted: Vec<&str> = report.risks.iter().map(|risk| risk.check.as_str()).collect();
        assert_eq!(shown, wanted);
        assert!(!outline.blockers.is_empty());
    }

    #[test]
    fn what_failed_for_one_cause_is_one_group() {
        let report = report(include_str!("../fixtures/no-verdict.ndjson"));
        let outline = Outline::of_report(&report);
        // The report says it once, with what to do; its widest gap comes first.
        assert!(!report.gaps.is_empty());
        for (gap, unknown) in report.gaps.iter().zip(&outline.unknown) {
            assert_eq!(unknown.cause, gap.cause.trim_end_matches('.'));
            assert_eq!(unknown.advice, gap.advice);
            assert_eq!(unknown.findings.len(), gap.checks.len());
        }
        assert!(outline.unknown[0].findings.len() > 10, "{:?}", outline.unknown[0]);
    }

    #[test]
    fn without_gaps_what_failed_in_one_way_is_one_group() {
        let mut report = report(include_str!("../fixtures/no-verdict.ndjson"));
        report.gaps.clear();
        let outline = Outline::of_report(&report);
        assert!(outline.unknown.iter().any(|unknown| unknown.cause == "Each request got no answer in time"));
        assert!(
            outline.unknown.len() < 8,
            "{:?}",
            outline.unknown.iter().map(|it| &it.cause).collect::<Vec<_>>()
        );
        assert!(
            outline.unknown.iter().all(|unknown| unknown.cause != FROM_OUTSIDE || unknown.advice == ASK_EACH)
        );
    }

    #[test]
    fn without_a_report_the_ranks_alone_order() {
        let report = report(include_str!("../fixtures/no-go.ndjson"));
        let outline = Outline::of(&report.findings.iter().collect::<Vec<_>>(), &[], &[]);
        assert_eq!(outline.blockers.len(), 3);
        assert!(outline.blockers.iter().all(|fixable| fixable.risk.is_none()));
    }
}
