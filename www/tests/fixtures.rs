//! The streams that the browser tests let the page read, in `www/fixtures`: scans by the real checks, written by the
//! core itself, so that they are what the service sends. `UPDATE_FIXTURES=1 cargo test -p launch-ready-page` writes
//! them anew.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::path::PathBuf;
use std::{env, fs};

use launch_ready_core::answers::Cause;
use launch_ready_core::checks;
use launch_ready_core::checks::check::Area;
use launch_ready_core::engine::limits::{DEEP_BUDGET, Limits};
use launch_ready_core::engine::scan::{Event, Scan};
use launch_ready_core::report::stream::StreamEvent;
use launch_ready_core::report::{Report, Run};
use launch_ready_core::target::{MailUse, Segment};

#[path = "../../crates/core/tests/table/mod.rs"]
mod table;

use table::Table;

/// Everything that a scan of the table sends, one event a line.
fn stream(table: &Table, limits: Limits) -> String {
    let mut events = vec![StreamEvent::started(&table.target, checks::DEFAULT)];
    let mut scan = Scan::new(table.target.clone(), checks::DEFAULT, limits);
    let (mut answered, mut known) = (0, 0);
    let mut waiting = Vec::new();
    loop {
        while let Some(probe) = scan.next_probe() {
            waiting.push(probe);
        }
        while let Some(event) = scan.next_event() {
            if let Event::Answered { answered: a, known: k, .. } = &event {
                (answered, known) = (*a, *k);
            }
            events.push(StreamEvent::from_event(&event, answered, known));
        }
        if waiting.is_empty() {
            break;
        }
        let probe = waiting.remove(0);
        scan.place_free();
        scan.answered(&probe, table.answer(&probe));
    }
    let run =
        Run { started: "2026-11-22T09:30:00Z".to_owned(), vantage: "edge FRA".to_owned(), took_ms: 3240 };
    events.push(StreamEvent::Report(Box::new(Report::finish(scan, run).0)));
    events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect()
}

fn page(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn check(name: &str, table: &Table, limits: Limits) {
    let path = page(&format!("fixtures/{name}.ndjson"));
    let now = stream(table, limits);
    if env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "{} is not what the core writes now; see the top of this file", path.display());
}

fn read(path: &str) -> Table {
    Table::parse(&fs::read_to_string(page(path)).unwrap()).unwrap()
}

#[test]
fn a_domain_that_can_go_live() {
    check("go", &read("../crates/core/tests/fixtures/healthy.txt"), Limits::default());
}

#[test]
fn a_domain_that_cannot() {
    // So much is wrong there that the requests of a plain scan are used up before all of it is asked; the page has to show
    // all of it.
    let limits = Limits { budget: DEEP_BUDGET, ..Limits::default() };
    check("no-go", &read("../crates/core/tests/fixtures/broken.txt"), limits);
}

#[test]
fn a_domain_that_nobody_could_look_at() {
    let mut table = read("../crates/core/tests/fixtures/healthy.txt");
    table.fail_when(|_| Some(Cause::Timeout));
    check("no-verdict", &table, Limits::default());
}

#[test]
fn a_domain_that_writes_more_than_text() {
    check("hostile", &read("fixtures/hostile.txt"), Limits::default());
}

/// The form stands in the HTML, where it works before anything else does; its words are the core's.
#[test]
fn the_form_offers_what_the_core_knows() {
    let html = fs::read_to_string(page("index.html")).unwrap();
    let values: Vec<&str> = html
        .split("<option value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|value| !value.is_empty())
        .collect();
    let segments = Segment::ALL.map(Segment::id);
    let uses = MailUse::ALL.map(MailUse::id);
    assert_eq!(values, [segments.as_slice(), uses.as_slice()].concat());
    for segment in Segment::ALL {
        let option = format!("<option value=\"{}\">{}</option>", segment.id(), segment.title());
        assert!(html.contains(&option), "{option}");
    }
    // What every scan looks at.
    for area in Area::ALL.into_iter().filter(|area| checks::DEFAULT.iter().any(|check| check.area == *area)) {
        assert!(html.contains(&format!("<h3>{}</h3>", area.title())), "{}", area.title());
    }
}
