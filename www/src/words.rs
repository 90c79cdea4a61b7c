//! The page's words for a report as a whole. What people read of a report elsewhere, too, is said by the core.

use launch_ready_core::report::score::{Decision, Rank};
use launch_ready_core::report::words::{at_stake, unanswered, unblocked};
pub use launch_ready_core::report::words::{count, decision, list, stakes, state};
use launch_ready_core::report::{Report, blockers};

/// The sentence behind the verdict; what it rests on is a list below it.
#[must_use]
pub fn reason(report: &Report) -> String {
    match report.verdict.decision {
        Decision::NoGo => at_stake(&blockers(&report.risks).map(|risk| risk.loses).collect::<Vec<_>>()),
        Decision::Go => unblocked(report.risks.iter().filter(|risk| risk.rank == Rank::Important).count()),
        Decision::NoVerdict => unanswered(report.verdict.checks.len()),
    }
}

/// "12 of 13 checks answered".
#[must_use]
pub fn coverage(report: &Report) -> String {
    format!("{} of {} checks answered", report.coverage.answered, report.coverage.of)
}

/// The verdict as it is read out.
#[must_use]
pub fn spoken(report: &Report) -> String {
    let score = report.score.map(|score| format!("Score {} of 100, ", score.value)).unwrap_or_default();
    format!("{}. {} {score}{}.", decision(report.verdict.decision), reason(report), coverage(report))
}

/// Why the score is lower than the checks add up to, and what fixing the blockers would make it.
#[must_use]
pub fn cap(report: &Report) -> String {
    match report.score {
        Some(score) if score.value < score.unblocked => {
            format!("Capped while blockers remain. With them fixed: {}.", score.unblocked)
        }
        _ => String::new(),
    }
}
