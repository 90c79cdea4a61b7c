//! What a scan must at least take, whoever runs it: its floor.
//!
//! Two things bound it from below. The longest row of probes of which each was asked because of an answer to the one
//! before: no host can ask the next before the last has answered. And all latencies together, shared out among as many
//! places as may wait at once. The floor is the larger of the two.
//!
//! The row is found by running the scan again over its recording, with a clock of our own and places without end: each
//! probe is asked in the moment it is wanted and answered when its price has passed. What the clock then shows is
//! the length of the longest row, exactly, as the checks themselves see it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::checks;
use launch_ready_core::checks::scan::CheckScan;
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::probe::Probe;
use launch_ready_core::report::Recording;
use launch_ready_core::target::Target;
use serde::{Deserialize, Serialize};

/// What answers cost in a scenario of the lab.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prices {
    dns_ms: u64,
    web_ms: u64,
    /// The zones of the scenario. What the lab says about other names is free.
    zones: Vec<String>,
}

/// What a scan must at least take.
#[derive(Debug, Serialize)]
pub(crate) struct Floor {
    /// The larger of the two bounds.
    floor_ms: f64,
    /// The longest row of probes that depend on one another.
    longest_row_ms: u64,
    /// All latencies together, divided by the width.
    shared_out_ms: f64,
    /// What the engine's own order takes with its width and its budget on a host that adds nothing: at least the floor, and the best
    /// that can be had without changing the order.
    engine_ms: u64,
    /// Probes of the scan.
    probes: u32,
    /// Probes in the longest row, by number.
    rounds: u32,
}

/// The floor of a recorded scan.
pub(crate) fn of(recording: &str, prices: &str) -> Result<Floor, String> {
    let recording: Recording = serde_json::from_str(recording).map_err(|error| error.to_string())?;
    let prices: Prices = serde_json::from_str(prices).map_err(|error| error.to_string())?;
    let Recording { target, evidence, .. } = recording;
    let width = Limits::default().width;
    let without = Limits { width: usize::MAX, budget: u32::MAX, ..Limits::default() };
    let endless = run(&target, &evidence, &prices, without);
    let engine = run(&target, &evidence, &prices, Limits::default());
    let shared_out_ms = endless.total_ms as f64 / width as f64;
    Ok(Floor {
        floor_ms: shared_out_ms.max(endless.took_ms as f64),
        longest_row_ms: endless.took_ms,
        shared_out_ms,
        engine_ms: engine.took_ms,
        probes: endless.scan.asked(),
        rounds: endless.scan.rounds(),
    })
}

struct Ran {
    scan: CheckScan,
    took_ms: u64,
    total_ms: u64,
}

/// Runs a scan by a clock that jumps from one answer to the next.
fn run(target: &Target, evidence: &Evidence, prices: &Prices, limits: Limits) -> Ran {
    let mut scan = CheckScan::new(target.clone(), checks::DEFAULT, limits);
    let mut clock = 0;
    let mut total_ms = 0;
    // Answers that are on their way, by the time of their arrival.
    let mut coming = BinaryHeap::new();
    loop {
        while let Some(probe) = scan.next_probe() {
            let price = prices.of(&probe);
            total_ms += price;
            coming.push(Reverse((clock + price, probe)));
        }
        let Some(Reverse((at, probe))) = coming.pop() else { break };
        clock = at;
        scan.place_free();
        let answer = evidence.get(&probe).cloned();
        scan.answered(&probe, answer.unwrap_or_else(|| Answer::Failed(Failure::new(Cause::NotRecorded))));
    }
    Ran { scan, took_ms: clock, total_ms }
}

impl Prices {
    fn of(&self, probe: &Probe) -> u64 {
        match probe {
            Probe::Dns(question) if self.has(&question.name) => self.dns_ms,
            Probe::Dns(_) => 0,
            // A scan only asks web servers of the domain itself and of what it names; in a scenario that is priced, all
            // of them are.
            Probe::Http(_) | Probe::Tls(_) => self.web_ms,
        }
    }

    fn has(&self, name: &str) -> bool {
        self.zones.iter().any(|zone| {
            name.strip_suffix(zone.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}
