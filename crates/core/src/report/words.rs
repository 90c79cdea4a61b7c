//! The words for what a report says, wherever people read it: one scale for verdicts, fixes and the rest, and the sentences
//! made of them.

use std::iter;

use super::score::{Decision, Rank};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::Level;

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

/// The same with a capital letter. Our words begin with ASCII; for other letters the page would carry a table of 12 KB.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| iter::once(first.to_ascii_uppercase()).chain(letters).collect())
        .unwrap_or_default()
}

/// What one problem could do, as the beginning of a line: "Could cost sign-ups".
#[must_use]
pub fn could(loses: BusinessImpact) -> &'static str {
    match loses {
        BusinessImpact::Downtime => "Could cause downtime",
        BusinessImpact::SignUps => "Could cost sign-ups",
        BusinessImpact::Mail => "Could cost email",
        BusinessImpact::Exposure => "Could expose private data",
        BusinessImpact::SearchTraffic => "Could cost search traffic",
        BusinessImpact::Control => "Could cost you the domain",
    }
}

/// "Could cost sign-ups · a few minutes · your hosting admin".
#[must_use]
pub fn stakes(Consequences { loses, effort, who }: Consequences) -> String {
    let effort = match effort {
        Effort::Minutes => "a few minutes",
        Effort::Hour => "about an hour",
        Effort::Day => "a day or more",
    };
    let who = match who {
        Who::DnsPanel => "your DNS panel",
        Who::Registrar => "your registrar",
        Who::Host => "your hosting admin",
        Who::MailService => "your email admin",
        Who::Developer => "your developer",
    };
    format!("{} · {effort} · {who}", could(loses))
}

/// What is at stake with all blockers together, each by what it loses, as a sentence: "You could lose sign-ups and email."
#[must_use]
pub fn at_stake(blockers: &[BusinessImpact]) -> String {
    match at_stake_clause(blockers) {
        clause if clause.is_empty() => clause,
        clause => format!("{}.", capital(&clause)),
    }
}

/// The same as the end of a sentence: "you could lose sign-ups and email".
#[must_use]
pub fn at_stake_clause(blockers: &[BusinessImpact]) -> String {
    let (mut clauses, mut lost) = (Vec::new(), Vec::new());
    for loss in BusinessImpact::ALL.into_iter().filter(|loss| blockers.contains(loss)) {
        match loss {
            BusinessImpact::Downtime => clauses.push("your site could go down".to_owned()),
            BusinessImpact::Exposure => clauses.push("private data could be exposed".to_owned()),
            BusinessImpact::SignUps => lost.push("sign-ups"),
            BusinessImpact::Mail => lost.push("email"),
            BusinessImpact::SearchTraffic => lost.push("search traffic"),
            BusinessImpact::Control => lost.push("control of your domain"),
        }
    }
    if !lost.is_empty() {
        clauses.insert(0, format!("you could lose {}", list(&lost)));
    }
    let clauses: Vec<&str> = clauses.iter().map(String::as_str).collect();
    match clauses.as_slice() {
        // A list inside the first clause takes a comma before the second.
        [first, rest @ ..] if !rest.is_empty() => format!("{first}, and {}", list(rest)),
        all => list(all),
    }
}

/// What is to be done soon where nothing blocks the launch.
#[must_use]
pub fn unblocked(important: usize) -> String {
    match important {
        0 => "Nothing blocks your launch.".to_owned(),
        1 => "Nothing blocks your launch. Fix one important item soon.".to_owned(),
        n => format!("Nothing blocks your launch. Fix {n} important items soon."),
    }
}

/// How many must-haves got no answer, where that leaves no verdict.
#[must_use]
pub fn unanswered(must_haves: usize) -> String {
    match must_haves {
        0 => "Too few checks got an answer.".to_owned(),
        n => format!("{} got no answer.", count(n, "must-have check", "must-have checks")),
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

    #[test]
    fn what_is_at_stake_is_a_sentence_for_every_loss() {
        use BusinessImpact::{Control, Downtime, Exposure, Mail, SearchTraffic, SignUps};
        for (losses, sentence) in [
            (vec![SignUps, Mail], "You could lose sign-ups and email."),
            (vec![Downtime], "Your site could go down."),
            (
                vec![SignUps, Downtime, Mail],
                "You could lose sign-ups and email, and your site could go down.",
            ),
            (
                vec![Exposure, Downtime, Control],
                "You could lose control of your domain, and your site could go down and private data could be exposed.",
            ),
            (
                vec![Exposure, SearchTraffic],
                "You could lose search traffic, and private data could be exposed.",
            ),
            (vec![Exposure], "Private data could be exposed."),
            (vec![], ""),
        ] {
            assert_eq!(at_stake(&losses), sentence);
        }
    }
}
