//! The order of a report: what to fix first, then what passed, what could not be checked and why, and what does not apply.

use launch_ready_core::checks::check::Area;
use launch_ready_core::checks::finding::{Level, NOT_MEASURED};
use launch_ready_core::report::score::Rank;
use launch_ready_core::report::{FindingReport, Risk};

/// Something to fix, with what the report says it costs.
#[derive(Debug, Clone, Copy)]
pub struct Fixable<'r> {
    /// What was found.
    pub finding: &'r FindingReport,
    /// What it costs; absent while there is no report yet.
    pub risk: Option<&'r Risk>,
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
    /// What could not be checked, by cause, in the order of the checks.
    pub unknown: Vec<(String, Vec<&'r FindingReport>)>,
    /// What does not concern this domain.
    pub not_applicable: Vec<&'r FindingReport>,
}

/// The cause of checks that were asked, answered, and still cannot tell: each says itself what it lacks.
const FROM_OUTSIDE: &str = "Can't be seen from outside";

impl<'r> Outline<'r> {
    /// The findings in order: what to fix as `risks` order it, and what they do not name behind that.
    #[must_use]
    pub fn of(findings: &[&'r FindingReport], risks: &'r [Risk]) -> Self {
        let mut outline = Self::default();
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
                (Level::NotMeasured, None) => outline.not_measured(finding),
                (Level::NotApplicable, None) => outline.not_applicable.push(finding),
                (Level::Pass | Level::Warn | Level::Fail, None) => outline.pass(finding),
            }
        }
        outline.passed.retain(|(_, findings)| !findings.is_empty());
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

    fn not_measured(&mut self, finding: &'r FindingReport) {
        let cause = cause(finding);
        match self.unknown.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&cause)) {
            Some((_, findings)) => findings.push(finding),
            None => self.unknown.push((cause, vec![finding])),
        }
    }
}

/// Why a check has no answer. The engine's own outcome shows the failure as evidence.
fn cause(finding: &FindingReport) -> String {
    let seen = finding.seen.first().filter(|_| finding.outcome == NOT_MEASURED.code);
    let words = seen.map_or(FROM_OUTSIDE, |seen| seen.text.as_str());
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use launch_ready_core::report::Report;
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
            let outline = Outline::of(&report.findings.iter().collect::<Vec<_>>(), &report.risks);
            let fixes = [&outline.blockers, &outline.important, &outline.optional];
            let mut all: Vec<&str> = fixes
                .into_iter()
                .flatten()
                .map(|fixable| fixable.finding)
                .chain(outline.passed.iter().flat_map(|(_, findings)| findings.iter().copied()))
                .chain(outline.unknown.iter().flat_map(|(_, findings)| findings.iter().copied()))
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
        let outline = Outline::of(&report.findings.iter().collect::<Vec<_>>(), &report.risks);
        let shown = [&outline.blockers, &outline.important, &outline.optional].into_iter().flatten();
        let shown: Vec<&str> = shown.map(|fixable| fixable.finding.check.as_str()).collect();
        let wanted: Vec<&str> = report.risks.iter().map(|risk| risk.check.as_str()).collect();
        assert_eq!(shown, wanted);
        assert!(!outline.blockers.is_empty());
    }

    #[test]
    fn what_failed_for_one_cause_is_one_group() {
        let report = report(include_str!("../fixtures/no-verdict.ndjson"));
        let outline = Outline::of(&report.findings.iter().collect::<Vec<_>>(), &report.risks);
        let found = outline.unknown.iter().find(|(cause, _)| cause == "Got no answer in time");
        let (_, findings) = found.unwrap();
        assert!(findings.len() > 10, "{}", findings.len());
        assert!(
            outline.unknown.len() < 8,
            "{:?}",
            outline.unknown.iter().map(|(c, _)| c).collect::<Vec<_>>()
        );
    }

    #[test]
    fn without_a_report_the_ranks_alone_order() {
        let report = report(include_str!("../fixtures/no-go.ndjson"));
        let outline = Outline::of(&report.findings.iter().collect::<Vec<_>>(), &[]);
        assert_eq!(outline.blockers.len(), 3);
        assert!(outline.blockers.iter().all(|fixable| fixable.risk.is_none()));
    }
}
