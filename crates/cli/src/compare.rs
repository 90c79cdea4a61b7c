//! `launch-ready compare`, and `--against` of `check`: what changed between two reports.

use std::fmt::{self, Write};
use std::path::Path;

use launch_ready_core::report::diff::{Change, Difference, Moment, Side, difference};
use launch_ready_core::report::markdown;
use launch_ready_core::report::markdown::visible;
use launch_ready_core::report::score::Decision;
use launch_ready_core::report::{RECORDING_SCHEMA, Recording, Report};

use crate::args::CompareArgs;
use crate::exit::{Exit, Refused};
use crate::terminal::print;
use crate::terminal::{Paint, json_in_print};
use crate::text::write_wrapped;

pub(crate) fn run(args: &CompareArgs, paint: Paint) -> Result<Exit, Refused> {
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let difference = difference(&old, &new).map_err(|problem| Refused::usage(&problem))?;
    print(&printed(&difference, args.json, args.markdown, paint)?)?;
    Ok(if difference.is_alarming() { Exit::NotReady } else { Exit::Ready })
}

/// A report from a file: as `--json` prints it, or from a recording.
pub(crate) fn read(file: &Path) -> Result<Report, Refused> {
    let text = std::fs::read_to_string(file).map_err(|error| Refused::file(file, &error))?;
    let problem = match serde_json::from_str::<Report>(&text) {
        Ok(report) => return Ok(report),
        Err(problem) => problem,
    };
    match serde_json::from_str::<Recording>(&text) {
        Ok(recording) if recording.schema == RECORDING_SCHEMA => Ok(recording.replay()),
        _ => {
            let problem = format!("is no report (--json) and no recording (--record): {problem}");
            Err(Refused::file(file, &problem))
        }
    }
}

/// The difference in the form that was asked for.
pub(crate) fn printed(
    difference: &Difference,
    json: bool,
    as_markdown: bool,
    paint: Paint,
) -> Result<String, Refused> {
    if json {
        let json = serde_json::to_string_pretty(difference).map_err(|error| Refused::io(&error))?;
        return Ok(json_in_print(&json) + "\n");
    }
    if as_markdown {
        return Ok(markdown::difference(difference));
    }
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_difference(&mut out, difference, paint);
    Ok(out)
}

fn write_difference(out: &mut String, difference: &Difference, paint: Paint) -> fmt::Result {
    let (before, after) = (&difference.before, &difference.after);
    writeln!(out, "{}  what changed", paint.strong(&visible(&difference.domain)))?;
    write_wrapped(out, "", &after.verdict.reason)?;
    writeln!(out)?;
    row(out, "Measured", &visible(&before.run.started), &visible(&after.run.started))?;
    row(out, "Decision", decision(before), decision(after))?;
    row(out, "Score", &score(before), &score(after))?;
    row(out, "Blockers", &before.blockers.to_string(), &after.blockers.to_string())?;
    row(out, "Answered", &before.answered.to_string(), &after.answered.to_string())?;
    for number in &difference.numbers {
        let value = |value: Option<u32>| {
            value.map_or("not measured".to_owned(), |value| format!("{value} {}", visible(&number.unit)))
        };
        row(out, &visible(&number.label), &value(number.before), &value(number.after))?;
    }
    for (title, changes) in difference.lists() {
        if !changes.is_empty() {
            writeln!(out, "\n{}", paint.strong(title))?;
        }
        for change in changes {
            let id = paint.quiet(&format!("({})", visible(&change.check)));
            writeln!(out, "  {} {id}", visible(&change.name))?;
            write_wrapped(out, "    ", &words(change))?;
        }
    }
    writeln!(out, "\n{} checks came out as before.", difference.unchanged)
}

fn row(out: &mut String, label: &str, before: &str, after: &str) -> fmt::Result {
    if label.chars().count() > 8 {
        return writeln!(out, "{label}\n{:10}{before} → {after}", "");
    }
    writeln!(out, "{label:8}  {before} → {after}")
}

fn words(change: &Change) -> String {
    let side = |side: &Option<Side>| match side {
        Some(side) => format!("{} ({})", side.title, side.level.words()),
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
