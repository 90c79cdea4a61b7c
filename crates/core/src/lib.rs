//! Everything in Launch Ready that thinks.
//!
//! The core asks, a host answers: [checks](check) wish for [probes](probe), a [host](drive::Host) turns them into
//! [answers](answer), and what settles becomes a [report]. There is no I/O in here, no clock, no randomness and no
//! runtime, so the same code runs in a Worker, in a browser, on the command line and in a test with a table.

#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod answer;
pub mod api;
pub mod bounds;
pub mod check;
pub mod checks;
pub mod csv;
pub mod date;
pub mod difference;
pub mod dns;
pub mod documents;
pub mod domain;
pub mod drive;
pub mod email;
pub mod evidence;
pub mod explanation;
pub mod fixes;
pub mod http;
pub mod in_use;
pub mod international;
pub mod issue;
pub mod manners;
pub mod markdown;
pub mod order;
pub mod owner_record;
pub mod owner_word;
pub mod ownership;
pub mod platform;
pub mod probe;
pub mod recheck;
pub mod redirect_map;
pub mod registration;
pub mod report;
pub mod roadmap;
pub mod score;
pub mod secrets;
pub mod stakes;
pub mod target;
pub mod timing;
pub mod tls;
