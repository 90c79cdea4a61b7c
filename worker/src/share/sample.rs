//! What a report in a file says, for a page that shows it without scripts.

use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::Report;
use launch_ready_core::report::score::Decision;

use crate::message::{ReportSummary, RiskSummary};

/// The summary of a report, from the line of a stream that brings it: a report with one more field. Reading it as an event of
/// the stream would hold all of it a second time.
pub(crate) fn summary(line: &str) -> Option<ReportSummary> {
    serde_json::from_str(line).ok().map(summarised)
}

fn summarised(report: Report) -> ReportSummary {
    let at = |level: Level| report.findings.iter().filter(move |finding| finding.level == level);
    let missing = |check: &String| report.verdict.checks.contains(check);
    let unanswered = at(Level::NotMeasured)
        .filter(|finding| report.verdict.decision == Decision::NoVerdict && missing(&finding.check))
        .map(|finding| (finding.check.clone(), finding.name.clone()))
        .collect();
    let told = |check: &String| report.gaps.iter().any(|gap| gap.checks.contains(check));
    let unknown = at(Level::NotMeasured)
        .filter(|finding| !told(&finding.check))
        .map(|finding| finding.name.clone())
        .collect();
    let counted = |level| u32::try_from(at(level).count()).unwrap_or(u32::MAX);
    let (passed, not_applicable) = (counted(Level::Pass), counted(Level::NotApplicable));
    let risks = report
        .risks
        .iter()
        .filter_map(|risk| {
            let found = report.findings.iter().find(|found| found.check == risk.check)?;
            Some(RiskSummary {
                rank: risk.rank,
                loses: risk.loses,
                effort: risk.effort,
                who: risk.who,
                name: found.name.clone(),
                title: risk.title.clone(),
                detail: found.detail.clone(),
                fixes: found.fixes.clone(),
            })
        })
        .collect();
    ReportSummary {
        id: String::new(),
        at: 0,
        decision: report.verdict.decision,
        reason: report.verdict.reason,
        score: report.score.map(|score| score.value.into()),
        answered: report.coverage.answered,
        of: report.coverage.of,
        risks,
        unanswered,
        gaps: report.gaps,
        unknown,
        passed,
        not_applicable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_report_is_summarised() {
        let line = include_str!("../../../www/fixtures/no-go.ndjson").lines().last().unwrap();
        let summary = summary(line).unwrap();
        assert_eq!(summary.decision, Decision::NoGo);
        assert!(summary.passed > 0 && summary.answered <= summary.of);
        let first = summary.risks.first().unwrap();
        assert!(!first.name.is_empty() && !first.title.is_empty() && !first.fixes.is_empty());
    }

    #[test]
    fn what_is_no_report_has_no_summary() {
        for line in ["", "[]", "{\"event\":\"asked\"}"] {
            assert!(summary(line).is_none(), "{line}");
        }
    }
}
