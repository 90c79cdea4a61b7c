//! The conformance suite for RFC 7208, where it is at hand: every case gives the result that the suite prefers, and
//! the explanation. What the project promises by itself stands in `spf_vectors.rs`.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod suite;

use std::path::Path;

use serde_json::Value;

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites/rfc7208.json");

#[test]
fn every_case_gives_its_preferred_result() {
    let Ok(text) = std::fs::read_to_string(Path::new(SUITE)) else {
        eprintln!("\n    NOT RUN: the RFC 7208 suite is not at {SUITE}\n");
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&text).expect("the suite is a list");
    let mut wrong = Vec::new();
    for case in &cases {
        let (evaluation, _) = suite::evaluate(&case["input"]);
        let expected = &case["expected"];
        let said = evaluation.explanation.as_ref().map_or("", |explanation| explanation.text.as_str());
        let explained = match expected["explanation"].as_str() {
            None => true,
            Some(text) if expected["explanation_nocase"] == true => text.eq_ignore_ascii_case(said),
            Some(text) => text == said,
        };
        if expected["preferred"] != evaluation.result.word() || !explained {
            wrong.push(format!("{}: wanted {expected}, got {evaluation:#?}", case["id"]));
        }
    }
    eprintln!("RFC 7208 suite: {} of {} cases as preferred", cases.len() - wrong.len(), cases.len());
    assert_eq!(cases.len(), 203);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
