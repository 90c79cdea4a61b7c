//! The command line of Launch Ready: `launch-ready check DOMAIN`, and tools for single records.
//!
//! Here is what the core does not have: a network, a clock, files and a terminal. What is thought about a domain is
//! thought in the core.

pub mod args;
mod check;
mod compare;
pub mod docs;
pub mod documents;
mod exit;
mod explain;
mod files;
mod fix_docs;
mod formats;
pub mod lint;
pub mod network;
pub mod openapi;
mod progress;
mod provider_docs;
pub mod records;
mod redirects;
pub mod spf;
pub mod strings;
pub mod terminal;
pub mod text;
pub mod transport;
mod typed;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use launch_ready_core::report::markdown::visible;

use crate::args::{Command, CommandLine};
use crate::terminal::Paint;
pub use exit::Exit;

/// Does what the arguments say, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let done = match CommandLine::try_parse_from(arguments) {
        Ok(line) => {
            let paint = Paint::for_stdout(line.color);
            match &line.command {
                Command::Check(args) => check::run(args, paint),
                Command::Redirects(args) => redirects::run(args, paint),
                Command::Compare(args) => compare::run(args, paint),
                Command::Spf(args) => spf::run(args, paint),
                Command::Records(args) => records::run(args, paint),
                Command::Lint(args) => lint::run(args, paint),
                Command::Answers { segment } => documents::blank(segment),
                Command::Explain { check } => explain::run(check.as_deref(), paint),
                Command::Docs { out } => docs::run(out),
            }
        }
        Err(error) => {
            // Help and version are no errors, and clap knows where they belong.
            let _ = error.print();
            Ok(if error.use_stderr() { Exit::Usage } else { Exit::Ready })
        }
    };
    let exit = done.unwrap_or_else(|refused| {
        let _ = writeln!(io::stderr(), "launch-ready: {}", visible(&refused.sentence));
        refused.exit
    });
    ExitCode::from(exit as u8)
}
