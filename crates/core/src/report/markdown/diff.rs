//! The difference of two reports as Markdown.

use std::fmt::Write;

use super::{code_span, escaped};
use crate::report::diff::{Change, Difference, Moment, Side};
use crate::report::score::Decision;

/// The whole difference.
#[must_use]
pub fn difference(difference: &Difference) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_difference(&mut out, difference);
    out
}

fn write_difference(out: &mut String, difference: &Difference) -> std::fmt::Result {
    writeln!(out, "# What changed: {}\n", escaped(&difference.domain))?;
    writeln!(out, "| | Before | After |\n|---|---|---|")?;
    let (before, after) = (&difference.before, &difference.after);
    row(out, "Measured", &escaped(&before.run.started), &escaped(&after.run.started))?;
    row(out, "Decision", decision(before), decision(after))?;
    row(out, "Score", &score(before), &score(after))?;
    row(out, "Blockers", &before.blockers.to_string(), &after.blockers.to_string())?;
    row(out, "Checks answered", &before.answered.to_string(), &after.answered.to_string())?;
    for number in &difference.numbers {
        let value = |value: Option<u32>| {
            value.map_or("not measured".to_owned(), |value| format!("{value} {}", escaped(&number.unit)))
        };
        row(out, &escaped(&number.label), &value(number.before), &value(number.after))?;
    }
    writeln!(out, "\n{}", escaped(&after.verdict.reason))?;
    for (title, changes) in difference.lists() {
        if changes.is_empty() {
            continue;
        }
        writeln!(out, "\n## {title}\n")?;
        for change in changes {
            writeln!(
                out,
                "- **{}** ({}): {}",
                escaped(&change.name),
                code_span(&change.check),
                words(change)
            )?;
        }
    }
    let unchanged = difference.unchanged;
    writeln!(out, "\n{unchanged} checks came out as before.")
}

fn row(out: &mut String, label: &str, before: &str, after: &str) -> std::fmt::Result {
    writeln!(out, "| {label} | {before} | {after} |")
}

fn words(change: &Change) -> String {
    let side = |side: &Option<Side>| match side {
        Some(side) => format!("{} ({})", escaped(&side.title), side.level.words()),
        None => "not checked".to_owned(),
    };
    format!("{} → {}", side(&change.before), side(&change.after))
}

fn score(moment: &Moment) -> String {
    moment.score.map_or("none".to_owned(), |score| score.value.to_string())
}

fn decision(moment: &Moment) -> &'static str {
    match moment.verdict.decision {
        Decision::Go => "ready",
        Decision::NoGo => "not ready",
        Decision::NoVerdict => "not enough data",
    }
}
