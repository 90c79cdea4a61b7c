//! SARIF 2.1.0 (OASIS, 2020), as GitHub's code scanning takes it ("SARIF support for code scanning", read 2026-11): a place is
//! a path and never an address with a scheme, so it is `domain/check`; a result is known again by its fingerprint.

use launch_ready_core::checks;
use launch_ready_core::checks::docs;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::markdown::visible;
use launch_ready_core::report::score::Rank;
use launch_ready_core::report::{FindingReport, Report};
use serde_json::{Value, json};

use super::message;

/// The report as a log with one run. Rules are all checks; results what there is to fix; notifications what could not be
/// measured.
pub(crate) fn log(report: &Report) -> Value {
    let ids: Vec<&str> = checks::all().map(|check| check.id).collect();
    let rules: Vec<Value> = checks::all().map(|check| rule(check.id)).collect();
    let risks = report.findings.iter().filter(|finding| finding.rank.is_some());
    let results: Vec<Value> = risks.map(|finding| result(finding, report, &ids)).collect();
    let unmeasured = report.findings.iter().filter(|finding| finding.level == Level::NotMeasured);
    let notifications: Vec<Value> = unmeasured
        .map(|finding| json!({ "level": "note", "message": { "text": lines(&format!("{}: {}", finding.name, message(finding))) } }))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "Launch Ready", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "automationDetails": { "id": format!("launch-ready/{}/", report.domain) },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notifications }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(id: &str) -> Value {
    let words = docs::of(id);
    let (name, why, fix) = words.map_or((id, "", ""), |words| (words.name, words.why, words.fix));
    json!({
        "id": id,
        "name": name,
        "shortDescription": { "text": name },
        "fullDescription": { "text": if why.is_empty() { name } else { why } },
        "help": { "text": if fix.is_empty() { name } else { fix }, "markdown": if fix.is_empty() { name } else { fix } },
    })
}

fn result(finding: &FindingReport, report: &Report, ids: &[&str]) -> Value {
    let level = match finding.rank {
        Some(Rank::Blocker) => "error",
        Some(Rank::Important) => "warning",
        _ => "note",
    };
    let index = ids.iter().position(|id| *id == finding.check);
    let fingerprint = format!("{}/{}/{}", report.domain, finding.check, finding.outcome);
    let mut result = json!({
        "ruleId": finding.check,
        "level": level,
        "message": { "text": lines(&message(finding)) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": format!("{}/{}", report.domain, finding.check) },
                "region": { "startLine": 1 },
            },
        }],
        "partialFingerprints": { "primaryLocationLineHash": fingerprint },
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    result
}

/// Each line with nothing in it that cannot be seen.
fn lines(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}
