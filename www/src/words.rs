//! The page's words for what a report says: one scale for verdicts, fixes and the rest, and the sentences made of them.

use launch_ready_core::checks::consequences::{BusinessImpact, Effort, Who};
use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::score::{Decision, Rank};
use launch_ready_core::report::{Report, Risk};

/// The verdict as a state.
#[must_use]
pub fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Go => "Ready",
        Decision::NoGo => "Not ready",
        Decision::NoVerdict => "Not enough data",
    }
}

/// How urgent a fix is.
#[must_use]
pub fn rank(rank: Rank) -> &'static str {
    match rank {
        Rank::Blocker => "Blocker",
        Rank::Important => "Important",
        Rank::Optional => "Optional",
    }
}

/// How a check stands: by its rank where there is something to fix, by its level otherwise.
#[must_use]
pub fn state(level: Level, urgent: Option<Rank>) -> &'static str {
    match (level, urgent) {
        (_, Some(urgent)) => rank(urgent),
        (Level::Pass, None) => "Passed",
        (Level::NotApplicable, None) => "Not applicable",
        (Level::NotMeasured, None) => "Couldn't check",
        (Level::Warn | Level::Fail, None) => "To fix",
    }
}

/// "1 file", "3 files".
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// "a", "a and b", "a, b and c".
#[must_use]
pub fn list(parts: &[&str]) -> String {
    match parts.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// What the business would lose, as in "You could lose …".
fn lost(impact: BusinessImpact) -> &'static str {
    match impact {
        BusinessImpact::Downtime => "uptime",
        BusinessImpact::SignUps => "sign-ups",
        BusinessImpact::Mail => "email",
        BusinessImpact::Exposure => "private data",
        BusinessImpact::SearchTraffic => "search traffic",
        BusinessImpact::Control => "control of your domain",
    }
}

/// "Could cost sign-ups · a few minutes · your hosting admin".
#[must_use]
pub fn stakes(risk: &Risk) -> String {
    let effort = match risk.effort {
        Effort::Minutes => "a few minutes",
        Effort::Hour => "about an hour",
        Effort::Day => "a day or more",
    };
    let who = match risk.who {
        Who::DnsPanel => "your DNS panel",
        Who::Registrar => "your registrar",
        Who::Host => "your hosting admin",
        Who::MailService => "your email admin",
        Who::Developer => "your developer",
    };
    format!("Could cost {} · {effort} · {who}", lost(risk.loses))
}

/// The sentence behind the verdict; what it rests on is a list below it.
#[must_use]
pub fn reason(report: &Report) -> String {
    let of = |rank: Rank| report.risks.iter().filter(move |risk| risk.rank == rank);
    match report.verdict.decision {
        Decision::NoGo => {
            let at_stake = BusinessImpact::ALL
                .into_iter()
                .filter(|impact| of(Rank::Blocker).any(|risk| risk.loses == *impact));
            let at_stake: Vec<&str> = at_stake.map(lost).collect();
            format!("You could lose {}.", list(&at_stake))
        }
        Decision::Go => match of(Rank::Important).count() {
            0 => "Nothing blocks your launch.".to_owned(),
            1 => "Nothing blocks your launch. Fix one important item soon.".to_owned(),
            n => format!("Nothing blocks your launch. Fix {n} important items soon."),
        },
        Decision::NoVerdict => match report.verdict.checks.len() {
            0 => "Too few checks got an answer.".to_owned(),
            n => format!("{} got no answer.", count(n, "must-have check", "must-have checks")),
        },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_say_them() {
        assert_eq!(list(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(count(1, "file", "files"), "1 file");
        assert_eq!(count(0, "file", "files"), "0 files");
    }

    #[test]
    fn a_check_has_one_state_and_never_two() {
        assert_eq!(state(Level::Fail, Some(Rank::Important)), "Important");
        assert_eq!(state(Level::Pass, None), "Passed");
        assert_eq!(state(Level::NotMeasured, None), "Couldn't check");
    }
}
