//! `launch-ready-replay FILE` prints the report of a recording. `time RUNS FILE` prints how long each of so many
//! replays took, `floor PRICES FILE` what the recorded scan must at least take, `redirects RUNS LIST` how long it took each time to
//! answer a redirect map; all as JSON.
//!
//! An example, so that building the package for WebAssembly does not build it, too.

mod floor;
mod redirects;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use launch_ready_replay::replay;

const USAGE: &str = "usage: launch-ready-replay [time RUNS | floor PRICES.json | redirects RUNS] FILE";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let printed = match arguments.as_slice() {
        [file] => read(file).and_then(|recording| replay(&recording)),
        ["time", runs, file] => time(runs, file),
        ["redirects", runs, file] => {
            read(file).and_then(|list| timed(runs, || redirects::answer(black_box(&list))))
        }
        ["floor", prices, file] => read(prices)
            .and_then(|prices| floor::of(&read(file)?, &prices))
            .and_then(|floor| serde_json::to_string(&floor).map_err(|error| error.to_string())),
        _ => Err(USAGE.to_owned()),
    };
    match printed {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Microseconds of each replay. Nothing in it waits: this is CPU time, as long as nobody else wants the core.
fn time(runs: &str, file: &str) -> Result<String, String> {
    let recording = read(file)?;
    timed(runs, || replay(black_box(&recording)))
}

/// Microseconds of each of so many runs.
fn timed<T>(runs: &str, mut run: impl FnMut() -> Result<T, String>) -> Result<String, String> {
    let runs: u32 = runs.parse().map_err(|_| USAGE.to_owned())?;
    let mut took = Vec::new();
    for _ in 0..runs {
        let started = Instant::now();
        black_box(run()?);
        took.push(started.elapsed().as_secs_f64() * 1e6);
    }
    serde_json::to_string(&took).map_err(|error| error.to_string())
}

fn read(file: &str) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))
}
