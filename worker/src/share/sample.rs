//! What a report in a file says, for a page that shows it without scripts.

use launch_ready_core::report::score::Decision;
use serde_json::Value;

use crate::message::{ReportSummary, RiskSummary};

/// The summary of a report, from the line of a stream that brings it.
pub(crate) fn summary(line: &str) -> Option<ReportSummary> {
    let report: Value = serde_json::from_str(line).ok()?;
    let decision: Decision = serde_json::from_value(report.pointer("/verdict/decision")?.clone()).ok()?;
    let number = |pointer: &str| {
        report.pointer(pointer).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok())
    };
    let list =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let findings = list(&report, "findings");
    let risks = list(&report, "risks")
        .iter()
        .map(|risk| {
            let found = findings
                .iter()
                .find(|found| found.get("check") == risk.get("check"))
                .cloned()
                .unwrap_or_default();
            let fixes = list(&found, "fixes");
            RiskSummary {
                rank: text(risk, "rank"),
                name: text(&found, "name"),
                title: text(risk, "title"),
                detail: text(&found, "detail"),
                fixes: fixes.iter().map(|fix| (text(fix, "verb"), text(fix, "line"))).collect(),
            }
        })
        .collect();
    Some(ReportSummary {
        id: String::new(),
        at: 0,
        decision,
        reason: report.pointer("/verdict/reason").and_then(Value::as_str).unwrap_or_default().to_owned(),
        score: number("/score/value"),
        answered: number("/coverage/answered").unwrap_or_default(),
        of: number("/coverage/of").unwrap_or_default(),
        risks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_report_is_summarised() {
        let line = r#"{"event":"report","verdict":{"decision":"no-go","reason":"Not ready."},"score":{"value":49},
            "coverage":{"answered":3,"of":4},"risks":[{"check":"spf","rank":"blocker","title":"No SPF"}],
            "findings":[{"check":"spf","name":"SPF","detail":"None.","fixes":[{"verb":"Add","line":"v=spf1 -all"}]}]}"#;
        let summary = summary(line).unwrap();
        assert_eq!(
            (summary.decision, summary.score, summary.answered, summary.of),
            (Decision::NoGo, Some(49), 3, 4)
        );
        let risk = summary.risks.first().unwrap();
        assert_eq!((risk.name.as_str(), risk.title.as_str()), ("SPF", "No SPF"));
        assert_eq!(risk.fixes, [("Add".to_owned(), "v=spf1 -all".to_owned())]);
    }

    #[test]
    fn what_is_no_report_has_no_summary() {
        for line in ["", "[]", "{\"event\":\"asked\"}"] {
            assert!(summary(line).is_none(), "{line}");
        }
    }
}
