//! How long it takes to read one record, in nanoseconds: our parsers, spans and issues included, and those of
//! mail-auth, over the same records in the same run.
//!
//! `launch-ready-bench-parse FOLDER RUNS` reads `spf.txt`, `dmarc.txt` and `dkim.txt` in the folder, one record a
//! line, and prints one JSON document. With a third argument such as `spf ours` it does nothing but parse a while,
//! for a profiler to watch.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use launch_ready_core::email::{dkim, dmarc, spf};
use mail_auth::common::parse::TxtRecordParser as _;
use mail_auth::common::verify::DomainKey;
use mail_auth::dmarc::Dmarc;
use mail_auth::spf::Spf;
use serde_json::{Value, json};

/// One kind of record and the two ways to read it.
struct Kind {
    name: &'static str,
    ours: fn(&str),
    theirs: fn(&str),
}

// What is parsed is also dropped: whoever parses a record pays for that, too.
const KINDS: [Kind; 3] = [
    Kind {
        name: "spf",
        ours: |text| drop(black_box(spf::parse(black_box(text)))),
        theirs: |text| drop(black_box(Spf::parse(black_box(text.as_bytes())))),
    },
    Kind {
        name: "dmarc",
        ours: |text| drop(black_box(dmarc::parse(black_box(text)))),
        theirs: |text| drop(black_box(Dmarc::parse(black_box(text.as_bytes())))),
    },
    Kind {
        name: "dkim",
        ours: |text| drop(black_box(dkim::parse(black_box(text)))),
        theirs: |text| drop(black_box(DomainKey::parse(black_box(text.as_bytes())))),
    },
];

/// How often all records are read for one measurement: some milliseconds' worth.
const PASSES: usize = 30;
/// Measurements that are thrown away, while the processor's caches and predictors learn.
const WARM_UP: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(runs)) = (arguments.next(), arguments.next()) else {
        return Err("usage: launch-ready-bench-parse FOLDER RUNS [KIND ours|theirs]".into());
    };
    let runs: usize = runs.parse()?;
    let only = arguments.next().zip(arguments.next());
    let mut document = serde_json::Map::new();
    for kind in &KINDS {
        let records = read(Path::new(&folder), kind.name)?;
        if let Some((name, side)) = &only {
            let parse = if side == "ours" { kind.ours } else { kind.theirs };
            if name == kind.name {
                (0..runs).for_each(|_| pass(&records, parse));
            }
            continue;
        }
        document.insert(kind.name.to_owned(), measure(kind, &records, runs));
    }
    if only.is_none() {
        println!("{}", Value::Object(document));
    }
    Ok(())
}

/// The records of one kind. As in the product, bytes that are not UTF-8 have become U+FFFD before anyone parses.
fn read(folder: &Path, kind: &str) -> Result<Vec<String>, String> {
    let file = folder.join(format!("{kind}.txt"));
    let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}

/// Both sides by turns, so that what else the machine does meets both.
fn measure(kind: &Kind, records: &[String], runs: usize) -> Value {
    let (mut ours, mut theirs) = (Vec::with_capacity(runs), Vec::with_capacity(runs));
    for run in 0..WARM_UP + runs {
        let (our, their) = if run % 2 == 0 {
            let our = time(records, kind.ours);
            (our, time(records, kind.theirs))
        } else {
            let their = time(records, kind.theirs);
            (time(records, kind.ours), their)
        };
        if run >= WARM_UP {
            ours.push(our);
            theirs.push(their);
        }
    }
    json!({ "records": records.len(), "ours": ours, "theirs": theirs })
}

/// Nanoseconds for one record, on average.
fn time(records: &[String], parse: fn(&str)) -> f64 {
    let started = Instant::now();
    for _ in 0..PASSES {
        pass(records, parse);
    }
    started.elapsed().as_nanos() as f64 / (PASSES * records.len()) as f64
}

#[inline(never)]
fn pass(records: &[String], parse: fn(&str)) {
    for record in records {
        parse(record);
    }
}
