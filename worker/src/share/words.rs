//! What is said of a report in a few words.

use launch_ready_core::report::score::Decision;

use crate::message::ReportSummary;
use crate::platform;

/// The verdict as a report has it.
pub(crate) fn id(decision: Decision) -> &'static str {
    match decision {
        Decision::Go => "go",
        Decision::NoGo => "no-go",
        Decision::NoVerdict => "no-verdict",
    }
}

/// The verdict in a word or two.
pub(crate) fn verdict(decision: Decision) -> &'static str {
    match decision {
        Decision::Go => "Ready",
        Decision::NoGo => "Not ready",
        Decision::NoVerdict => "Not enough data",
    }
}

/// The day of the report: `2026-11-25`.
pub(crate) fn day(report: &ReportSummary) -> String {
    platform::iso(report.at as f64).chars().take(10).collect()
}

/// "Score 82 of 100, 61 of 64 checks answered".
pub(crate) fn measure(report: &ReportSummary) -> String {
    let answered = format!("{} of {} checks answered", report.answered, report.of);
    match report.score {
        Some(score) => format!("Score {score} of 100, {answered}"),
        None => answered,
    }
}
