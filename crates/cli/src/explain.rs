//! `launch-ready explain`.

use std::fmt::Write;

use launch_ready_core::checks;
use launch_ready_core::checks::check::{Area, Check, Weight};
use launch_ready_core::checks::docs;

use crate::exit::{Exit, Refused};
use crate::terminal::Paint;
use crate::terminal::print;
use crate::text::write_wrapped;

pub(crate) fn run(id: Option<&str>, paint: Paint) -> Result<Exit, Refused> {
    let text = match id {
        None => list(paint),
        Some(id) => {
            let check = checks::all().find(|check| check.id == id).ok_or_else(|| {
                Refused::usage(&format!("there is no check {id}; `launch-ready explain` lists all"))
            })?;
            explain(check, paint)
        }
    };
    print(&text)?;
    Ok(Exit::Ready)
}

fn list(paint: Paint) -> String {
    let mut out = String::new();
    let width = checks::all().map(|check| check.id.len()).max().unwrap_or(0);
    for area in Area::ALL {
        let mut checks = checks::all().filter(|check| check.area == area).peekable();
        if checks.peek().is_some() {
            let _ = writeln!(out, "{}{}", if out.is_empty() { "" } else { "\n" }, paint.strong(area.title()));
        }
        for check in checks {
            let name = docs::of(check.id).map_or(check.id, |explanation| explanation.name);
            let _ = writeln!(out, "  {:width$}  {name} ({})", check.id, impact(check.impact));
        }
    }
    out
}

fn explain(check: &Check, paint: Paint) -> String {
    let mut out = String::new();
    let explanation = docs::of(check.id);
    let name = explanation.map_or(check.id, |explanation| explanation.name);
    let about = format!("({}, {}, {})", check.id, check.area.title(), impact(check.impact));
    let _ = writeln!(out, "{} {}", paint.strong(name), paint.quiet(&about));
    if let Some(explanation) = explanation {
        for (heading, text) in [
            ("What it checks", explanation.what),
            ("Why it matters", explanation.why),
            ("How to fix it", explanation.fix),
            ("Sources", explanation.sources),
        ] {
            let _ = writeln!(out, "\n{}", paint.strong(heading));
            // Paragraphs and list items stand by themselves.
            for line in text.lines() {
                let _ = write_wrapped(&mut out, "  ", line);
            }
        }
    }
    let _ = writeln!(out, "\n{}", paint.strong("What it can say"));
    for outcome in check.outcomes {
        let level = paint.level(outcome.level, &format!("{:14}", outcome.level.words()));
        let _ = writeln!(out, "  {level}  {} {}", outcome.title, paint.quiet(&format!("({})", outcome.code)));
    }
    out
}

pub(crate) fn impact(impact: Weight) -> &'static str {
    match impact {
        Weight::Critical => "must-have",
        Weight::Important => "important",
        Weight::Minor => "good practice",
    }
}
