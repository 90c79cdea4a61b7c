//! Whoever edits a roadmap hears at once what does not fit, with file and line.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

#[path = "../build/roadmaps.rs"]
mod roadmaps;

use std::collections::BTreeSet;
use std::path::Path;

use launch_ready_core::checks;
use roadmaps::{Checks, Files, generate};

const DOCUMENTS: [&str; 13] = [
    "roadmap",
    "risk-list",
    "backlog",
    "dns-map",
    "redirect-map",
    "environment",
    "deployment",
    "monitoring",
    "accounts",
    "runbooks",
    "latency",
    "demo-path",
    "handover",
];

fn shipped() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("roadmaps");
    let files = std::fs::read_dir(folder).expect("the roadmaps are there").flatten();
    files
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "toml"))
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).expect("a roadmap can be read");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect()
}

fn known_checks() -> Checks {
    let codes = |check: &launch_ready_core::checks::check::Check| -> BTreeSet<String> {
        check.outcomes.iter().map(|outcome| outcome.code.to_owned()).collect()
    };
    checks::all().map(|check| (check.id.to_owned(), codes(check))).collect()
}

/// The problems after `from` in `file` has become `to`.
fn problems(file: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = shipped();
    let text = files.get_mut(file).expect("the file is there");
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    generate(&files, &known_checks(), &DOCUMENTS).err().unwrap_or_default()
}

#[test]
fn what_is_shipped_fits() {
    assert_eq!(generate(&shipped(), &known_checks(), &DOCUMENTS).err(), None);
}

#[test]
fn what_does_not_fit_is_named_with_file_and_line() {
    for (file, from, to, says) in [
        ("items.toml", "\"apex-address\"", "\"apex-adress\"", "there is no check \"apex-adress\""),
        ("items.toml", "loses = \"sign-ups\"", "loses = \"face\"", "\"face\" is none of downtime"),
        ("items.toml", "by = \"evidence\"", "by = \"oracle\"", "by is \"evidence\" or \"both\""),
        ("items.toml", "by = \"evidence\"\n", "", "say who has the last word"),
        ("items.toml", "text = \"The domain and", "words = \"The domain and", "unknown field `words`"),
        (
            "signals.toml",
            "entry-points/leads-nowhere",
            "entry-points/leads-home",
            "has no outcome \"leads-home\"",
        ),
        ("signals.toml", "items = [\"production-known\"]", "items = [\"x\"]", "there is no item \"x\""),
        ("deliverables.toml", "\"risk-list\"", "\"risk-novel\"", "there is no document \"risk-novel\""),
        ("coach.toml", "  \"cors-limited\",", "  \"cors-unlimited\",", "there is no item \"cors-unlimited\""),
        (
            "coach.toml",
            "  \"cors-limited\",",
            "  \"cors-limited\", \"cors-limited\",",
            "stands in this roadmap twice",
        ),
        ("coach.toml", "id = \"demo\"", "id = \"edge\"", "there are two stages \"edge\""),
        (
            "coach.toml",
            "signals = [\"onboarding-needs-help\", \"mail-spam-demo\", \"mobile-hidden-actions\"]",
            "signals = []",
            "this stage has no signals",
        ),
        (
            "coach.toml",
            "bar = [\n",
            "bar = [\n  \"access-documented\",",
            "no stage has the item \"access-documented\"",
        ),
        ("coach.toml", "segment = \"coach\"", "segment = \"couch\"", "the segment of this file is \"coach\""),
        ("coach.toml", "id = \"lighthouse-80\"", "id = \"cors-limited\"", "stands in this roadmap twice"),
        (
            "coach.toml",
            "deliverables = [\"demo-checklist\", ",
            "deliverables = [",
            "no roadmap uses the deliverable \"demo-checklist\"",
        ),
        ("demo-path.toml", "on = \"both\"", "on = \"fridge\"", "\"fridge\" is none of both, phone, once"),
        (
            "ai-cases.toml",
            "never = \"It takes the new role, or says what its rules are.\"",
            "never = \"\"",
            "a text is empty",
        ),
        ("ai-cases.toml", "[reveal-prompt]", "[ignore-instructions]", "duplicate key"),
    ] {
        let problems = problems(file, from, to);
        let named = problems.iter().any(|problem| {
            let place = problem.strip_prefix(&format!("roadmaps/{file}:"));
            let line =
                place.and_then(|place| place.split(':').next()).and_then(|line| line.parse::<usize>().ok());
            // Where something is not used any more, another file may name it.
            problem.contains(says) && (line.is_some() || problem.starts_with("roadmaps/deliverables.toml:"))
        });
        assert!(named, "{file}: {from} → {to}: {problems:?}");
    }
}

#[test]
fn the_line_is_the_right_one() {
    let problems = problems("coach.toml", "  \"cors-limited\",", "  \"cors-unlimited\",");
    let text = &shipped()["coach.toml"];
    let line = text.lines().position(|line| line == "  \"cors-limited\",").expect("it is there") + 1;
    assert!(
        problems.iter().any(|problem| problem.starts_with(&format!("roadmaps/coach.toml:{line}: "))),
        "{problems:?}"
    );
}

#[test]
fn a_missing_file_is_named() {
    let mut files = shipped();
    files.remove("mobile-app.toml");
    let problems = generate(&files, &known_checks(), &DOCUMENTS).expect_err("a file is missing");
    assert!(problems.contains(&"roadmaps/mobile-app.toml: the file is missing".to_owned()), "{problems:?}");
}
