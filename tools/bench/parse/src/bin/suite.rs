//! How long it takes to evaluate one case of the RFC 7208 suite, in nanoseconds, with every answer at hand.
//!
//! `suite FILE RUNS` prints one JSON document: the cases, how many of them come out as the suite prefers, and the time for
//! one case, on average over all, for each run.

#[path = "../../../../../crates/core/tests/suite/mod.rs"]
mod suite;

use std::hint::black_box;
use std::time::Instant;

use launch_ready_core::email::spf::evaluate::check_host;
use serde_json::{Value, json};

/// How often all cases are evaluated for one measurement: some tens of milliseconds' worth.
const PASSES: usize = 50;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(runs)) = (arguments.next(), arguments.next()) else {
        return Err("usage: suite FILE RUNS".into());
    };
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let runs: usize = runs.parse()?;
    let mut preferred = 0;
    let mut ready = Vec::new();
    for case in &cases {
        let (evaluation, evidence) = suite::evaluate(&case["input"]);
        preferred += usize::from(case["expected"]["preferred"] == evaluation.result.word());
        ready.push((suite::session(&case["input"]), evidence));
    }
    let pass = || {
        for (session, evidence) in &ready {
            drop(black_box(check_host(black_box(evidence), black_box(session))));
        }
    };
    pass();
    let time = || {
        let started = Instant::now();
        (0..PASSES).for_each(|_| pass());
        started.elapsed().as_nanos() as f64 / (PASSES * ready.len()) as f64
    };
    let times: Vec<f64> = (0..runs).map(|_| time()).collect();
    println!("{}", json!({ "cases": cases.len(), "preferred": preferred, "ns": times }));
    Ok(())
}
