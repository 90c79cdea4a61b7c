//! What the lab promises, tried over real sockets on free ports.

// Helpers of tests may fail as loudly as tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod certificates;
mod command;
mod dns;
mod faults;
mod proxy;
mod scenarios;
mod sites;
mod support;
