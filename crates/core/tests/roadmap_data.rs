//! Whoever edits a roadmap hears at once what does not fit, with file and line.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

#[path = "../build/roadmaps.rs"]
mod roadmaps;

use std::collections::BTreeMap;
use std::path::Path;

use launch_ready_core::checks;
use launch_ready_core::plan::documents::KINDS;
use roadmaps::{DOCUMENTS, Files, read};
use serde::Deserialize;
use toml::Spanned;

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

/// Whatever a file says of evidence, wherever it stands in it.
#[derive(Deserialize)]
struct References {
    #[serde(default)]
    evidence: Vec<Spanned<String>>,
    #[serde(default)]
    refutes: Vec<Spanned<String>>,
    #[serde(default)]
    seen: Vec<Spanned<String>>,
}

/// `file:line: sentence` for each `check` and `check/outcome` that there is not.
fn unknown_evidence(files: &Files) -> Vec<String> {
    let mut problems = Vec::new();
    for (file, text) in files {
        for reference in references(file, text) {
            let (check, outcome) = match reference.get_ref().split_once('/') {
                Some((check, outcome)) => (check, Some(outcome)),
                None => (reference.get_ref().as_str(), None),
            };
            let line = text[..reference.span().start].matches('\n').count() + 1;
            let problem = match (checks::all().find(|known| known.id == check), outcome) {
                (None, _) => format!("there is no check \"{check}\""),
                (Some(known), Some(outcome)) if !known.outcomes.iter().any(|one| one.code == outcome) => {
                    format!("the check \"{check}\" has no outcome \"{outcome}\"")
                }
                _ => continue,
            };
            problems.push(format!("roadmaps/{file}:{line}: {problem}"));
        }
    }
    problems
}

fn references(file: &str, text: &str) -> Vec<Spanned<String>> {
    #[derive(Deserialize)]
    struct Targets {
        targets: Vec<References>,
    }
    let rows: Vec<References> = match file {
        "items.toml" | "signals.toml" => {
            toml::from_str::<BTreeMap<String, References>>(text).expect("it is TOML").into_values().collect()
        }
        "ai-cases.toml" | "demo-path.toml" | "deliverables.toml" => Vec::new(),
        _ => toml::from_str::<Targets>(text).expect("it is TOML").targets,
    };
    rows.into_iter().flat_map(|row| row.evidence.into_iter().chain(row.refutes).chain(row.seen)).collect()
}

/// The problems after `from` in `file` has become `to`.
fn problems(file: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = shipped();
    let text = files.get_mut(file).expect("the file is there");
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    read(&files).err().unwrap_or_default()
}

#[test]
fn what_is_shipped_fits() {
    assert_eq!(read(&shipped()).err(), None);
}

#[test]
fn what_does_not_fit_is_named_with_file_and_line() {
    for (file, from, to, says) in [
        ("items.toml", "loses = \"sign-ups\"", "loses = \"face\"", "\"face\" is none of downtime"),
        ("items.toml", "by = \"evidence\"", "by = \"oracle\"", "by is \"evidence\" or \"both\""),
        ("items.toml", "by = \"evidence\"\n", "", "say who has the last word"),
        ("items.toml", "text = \"The domain and", "words = \"The domain and", "unknown field `words`"),
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
fn evidence_names_checks_and_outcomes_that_there_are() {
    assert_eq!(unknown_evidence(&shipped()), Vec::<String>::new());
}

#[test]
fn evidence_that_there_is_not_is_named_with_file_and_line() {
    for (file, from, to, says) in [
        ("items.toml", "\"apex-address\"", "\"apex-adress\"", "there is no check \"apex-adress\""),
        (
            "signals.toml",
            "entry-points/leads-nowhere",
            "entry-points/leads-home",
            "the check \"entry-points\" has no outcome \"leads-home\"",
        ),
        ("coach.toml", "\"home-response-time\"", "\"home-speed\"", "there is no check \"home-speed\""),
    ] {
        let mut files = shipped();
        let text = files.get_mut(file).expect("the file is there");
        let at = text.find(from).unwrap_or_else(|| panic!("{file} has no {from}"));
        let line = text[..at].matches('\n').count() + 1;
        *text = text.replacen(from, to, 1);
        assert!(
            unknown_evidence(&files).contains(&format!("roadmaps/{file}:{line}: {says}")),
            "{file}: {:?}",
            unknown_evidence(&files)
        );
    }
}

#[test]
fn a_deliverable_may_name_every_document_that_is_written() {
    let mut written: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
    let mut allowed = DOCUMENTS.to_vec();
    written.sort_unstable();
    allowed.sort_unstable();
    assert_eq!(written, allowed);
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
    let problems = read(&files).expect_err("a file is missing");
    assert!(problems.contains(&"roadmaps/mobile-app.toml: the file is missing".to_owned()), "{problems:?}");
}
