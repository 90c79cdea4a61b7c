//! Everything in Launch Ready that thinks.
//!
//! The core asks, a host answers: checks wish for [probes](probe), a host turns them into answers, and what
//! settles becomes a [report]. There is no I/O in here, no clock, no randomness and no runtime, so the same
//! code runs in a Worker, in a browser, on the command line and in a test with a table.

pub mod email;
pub mod issue;
