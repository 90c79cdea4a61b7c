//! `launch-ready docs`: the part of the documentation that is made from the code. What is committed is compared with
//! it by a test.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use clap::CommandFactory;
use launch_ready_core::checks;
use launch_ready_core::checks::check::{Area, Check};
use launch_ready_core::checks::docs;
use launch_ready_core::checks::finding::{NOT_MEASURED, Outcome};
use launch_ready_core::checks::rank::Rank;
use launch_ready_core::plan::redirect_map::ListFormat;
use launch_ready_core::report::Report;
use launch_ready_core::report::diff::Difference;
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::report::stream::StreamEvent;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

use crate::args::CommandLine;
use crate::exit::{Exit, Refused};
use crate::explain::impact;
use crate::files::{self as written, Existing};
use crate::fix_docs;
use crate::openapi;
use crate::provider_docs;
use crate::strings;

/// The command that writes the files, for whoever finds them out of date.
pub const REGENERATE: &str = "cargo run -p launch-ready -- docs --out docs";

/// The list of everything that is said, by its path in the folder.
pub const STRINGS: &str = "strings.md";

/// The folders in which every file is a generated page.
pub const PAGES: [&str; 2] = ["checks", "providers"];

/// Every generated file by its path in the folder.
///
/// # Errors
/// Where a schema cannot be written as JSON.
pub fn files() -> Result<BTreeMap<String, String>, serde_json::Error> {
    let mut files = BTreeMap::new();
    for check in checks::all() {
        files.insert(format!("checks/{}.md", check.id), page(check));
    }
    files.insert("checks/README.md".to_owned(), index());
    files.extend(provider_docs::pages(&generated()));
    files.insert("CLI.md".to_owned(), command_line());
    files.insert("redirect-maps.md".to_owned(), redirect_maps());
    files.insert("fixes.md".to_owned(), fix_docs::page(&generated()));
    let api = openapi::document();
    files.insert("openapi.json".to_owned(), serde_json::to_string_pretty(&api)? + "\n");
    files.insert("api.html".to_owned(), openapi::page(&api));
    files.insert("report.schema.json".to_owned(), schema::<Report>()?);
    files.insert("difference.schema.json".to_owned(), schema::<Difference>()?);
    files.insert("recheck.schema.json".to_owned(), schema::<Recheck>()?);
    files.insert("stream-event.schema.json".to_owned(), schema::<StreamEvent>()?);
    Ok(files)
}

pub(crate) fn run(out: &Path) -> Result<Exit, Refused> {
    let files = files().map_err(|error| Refused::io(&error))?;
    std::fs::create_dir_all(out).map_err(|error| Refused::file(out, &error))?;
    // The folders of pages are ours: a page without a check or a provider goes.
    for folder in PAGES {
        let pages = out.join(folder);
        written::make_folder(&pages)?;
        for entry in std::fs::read_dir(&pages).map_err(|error| Refused::file(&pages, &error))?.flatten() {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if name.ends_with(".md") && !files.contains_key(&name) {
                std::fs::remove_file(entry.path()).map_err(|error| Refused::file(&entry.path(), &error))?;
            }
        }
    }
    for (name, text) in files {
        let path = out.join(name);
        // All of these are ours: written by this command, and by nothing else.
        written::write(&path, text.as_bytes(), Existing::Replaced)?;
    }
    // Made from the sources, so only beside them.
    let root = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if root.join("crates/core/src/checks").is_dir() {
        let page = strings::page(root).map_err(|error| Refused::file(root, &error))?;
        written::write(&out.join(STRINGS), page.as_bytes(), Existing::Replaced)?;
    }
    Ok(Exit::Ready)
}

fn generated() -> String {
    format!("<!-- Generated: {REGENERATE} -->\n")
}

fn page(check: &Check) -> String {
    let mut out = generated();
    let explanation = docs::of(check.id);
    let name = explanation.map_or(check.id, |explanation| explanation.name);
    let _ = writeln!(out, "# {name} (`{}`)\n", check.id);
    let _ = writeln!(out, "{} · {} · [all checks](README.md)", check.area.title(), impact(check.impact));
    if let Some(explanation) = explanation {
        for (heading, text) in [
            ("What it checks", explanation.what),
            ("Why it matters", explanation.why),
            ("How to fix it", explanation.fix),
        ] {
            let _ = writeln!(out, "\n## {heading}\n\n{text}");
        }
    }
    let stakes = check.stakes;
    let (loses, effort, who) = (stakes.loses.words(), stakes.effort.words(), stakes.who.words());
    let _ = writeln!(
        out,
        "\n## What is at stake\n\nA problem here means {loses}. The fix takes {effort}, by {who}, unless an outcome below says otherwise."
    );
    let _ = writeln!(
        out,
        "\n## What it can say\n\n| Outcome | Level | Rank | Meaning |\n| --- | --- | --- | --- |"
    );
    for outcome in check.outcomes {
        let _ = writeln!(out, "{}", row(outcome));
    }
    let _ = writeln!(out, "{}", row(&NOT_MEASURED));
    if let Some(explanation) = explanation {
        let _ = writeln!(out, "\n## Sources\n\n{}", explanation.sources);
        let _ = writeln!(out, "\n## Covers\n\n{}", explanation.covers);
        let _ = writeln!(out, "\n## Examples\n\nEach of them is a test.\n\n{}", explanation.examples);
        let _ = writeln!(out, "\nThe code: `crates/core/src/checks/{}`.", explanation.file);
    }
    out
}

fn row(outcome: &Outcome) -> String {
    let other = outcome.stakes.map(|stakes| {
        format!(" ({}; {}; {})", stakes.loses.words(), stakes.effort.words(), stakes.who.words())
    });
    let title = outcome.title.replace('|', "\\|");
    let rank = outcome.rank().map_or("", Rank::words);
    format!(
        "| `{}` | {} | {rank} | {title}{} |",
        outcome.code,
        outcome.level.words(),
        other.unwrap_or_default()
    )
}

/// The lists of old addresses that are read, each with an example that a test reads.
fn redirect_maps() -> String {
    let mut out = generated();
    out.push_str(
        "# Redirect maps\n\nA list of old addresses, and where each should lead, is recognised by its form. Files are UTF-8, with or \
         without a byte order mark, UTF-16, or Latin-1 (Windows-1252). Where a list could be either way round, nothing of it is read, and \
         the answer asks which column is which.\n\n\
         A line is a move, a `pattern`, a `rewrite` (status 200), `gone` (answered with 403, 404, 410, 451 or another \
         error, or by closing the connection), `conditional` or `disabled`. Moves become rules for every host, temporary ones as temporary. \
         Patterns are written for every host that can say them, errors for nginx and Apache. What only Netlify has (rewrites, conditions on \
         visitors and on values of the query, errors) is written for Netlify as the list says it. Upper and lower case (`NC`, `~*`) and what \
         becomes of the old query (`QSA`, `QSD`) are kept where the host can. Whatever a host is not given is in `left_out` with its reason, \
         and what a rule says only a part of is in `partly`. A list has at most 10,000 lines.\n\n\
         | Format | Id | Example |\n| --- | --- | --- |\n",
    );
    for format in ListFormat::ALL {
        let id = serde_json::to_value(format).ok();
        let id = id.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        let lines: Vec<String> = format
            .example()
            .lines()
            .map(|line| format!("`{}`", line.trim_end().replace('|', "\\|")))
            .collect();
        let _ = writeln!(out, "| {} | `{id}` | {} |", format.name(), lines.join("<br>"));
    }
    out
}

fn index() -> String {
    let mut out = generated();
    out.push_str("# Checks\n\nWhat Launch Ready looks at, in the order of its reports.\n");
    out.push_str("\nThe weight of a check counts in the score. What blocks a launch is said by each outcome, by one rule:\n\n");
    for rank in Rank::ALL {
        let _ = writeln!(out, "- **{}**: {}", rank.words(), rank.rule());
    }
    out.push_str("\nWhat checks of the home page say depends on [what page it is](../page-kinds.md).\n");
    for area in Area::ALL {
        let mut checks = checks::all().filter(|check| check.area == area).peekable();
        if checks.peek().is_some() {
            let _ = writeln!(
                out,
                "\n## {}\n\n| Check | Weight | Why it matters |\n| --- | --- | --- |",
                area.title()
            );
        }
        for check in checks {
            let explanation = docs::of(check.id);
            let name = explanation.map_or(check.id, |explanation| explanation.name);
            let why = explanation.map_or("", |explanation| explanation.why);
            let why = first_sentence(why).replace('|', "\\|");
            let _ = writeln!(out, "| [{name}]({}.md) | {} | {why} |", check.id, impact(check.impact));
        }
    }
    out
}

/// The first sentence of a text that may go over several lines.
fn first_sentence(text: &str) -> String {
    let paragraph =
        text.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    match paragraph.find(". ") {
        Some(end) => paragraph.get(..=end).unwrap_or(&paragraph).to_owned(),
        None => paragraph,
    }
}

fn command_line() -> String {
    let mut out = generated();
    let mut command = CommandLine::command();
    command.build();
    let _ = writeln!(out, "# The command line\n\n```text\n{}```", plain(&mut command));
    for sub in command.get_subcommands_mut().filter(|sub| sub.get_name() != "help") {
        let _ = writeln!(out, "\n## {}\n\n```text\n{}```", sub.get_name(), plain(&mut sub.clone()));
    }
    out
}

fn plain(command: &mut clap::Command) -> String {
    let help = command.render_long_help().to_string();
    let mut lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    lines.push("");
    lines.join("\n")
}

fn schema<T: JsonSchema>() -> Result<String, serde_json::Error> {
    let generator = SchemaSettings::draft2020_12().into_generator();
    Ok(serde_json::to_string_pretty(&generator.into_root_schema_for::<T>())? + "\n")
}
