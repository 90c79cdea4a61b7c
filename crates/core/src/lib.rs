//! The shared core of Launch Ready: evidence in, report out. The page, the Worker and the command line stand on it.
//!
//! The core asks, a transport answers: [checks] want [probes](engine::probe), a [transport](engine::transport) turns them
//! into [answers](engine::answer), and what settles becomes a [report]. No I/O, no clock, no randomness and no runtime, so
//! the same code runs in a Worker, in a browser, on the command line and in a test with a table.
//!
//! The modules stand in the order of the data: [`engine`] ← [`facts`] ← [`checks`] ← [`fixes`] ← [`report`] ← [`plan`].

pub use launch_ready_protocols::{
    answers, csv, date, diagnostic, dns, email, http, idna, rdap, secrets, tls,
};

pub mod checks;
pub mod domain;
pub mod engine;
pub mod facts;
pub mod fixes;
pub mod owner_record;
pub mod plan;
pub mod providers;
pub mod redirect_pattern;
pub mod redirect_rule;
pub mod report;
pub(crate) mod shortened;
pub mod target;
pub mod timing;
