//! The command line of Launch Ready: `launch-ready check DOMAIN`, and tools for single records.
//!
//! Here is what the core does not have: a network, a clock, files and a terminal. What is thought about a domain is
//! thought in the core.

pub mod args;
mod check;
mod compare;
pub mod docs;
mod explain;
mod files;
pub mod host;
pub mod lint;
pub mod network;
pub mod openapi;
pub mod papers;
mod progress;
pub mod records;
mod redirects;
pub mod spf;
pub mod terminal;
pub mod text;
mod typed;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use launch_ready_core::markdown::visible;

use crate::args::{Command, CommandLine};
use crate::terminal::Paint;

/// How the command ends; scripts rely on the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The domain is ready, or what was asked for was done.
    Ready = 0,
    /// The domain is not ready.
    NotReady = 1,
    /// Too little could be measured.
    NoVerdict = 2,
    /// The command line was refused (`EX_USAGE` of sysexits).
    Usage = 64,
    /// A file could not be read or written (`EX_IOERR` of sysexits).
    Io = 74,
    /// The owner of the domain has opted out (`EX_NOPERM` of sysexits).
    OptedOut = 77,
}

/// Why nothing was done: the exit code, and a sentence.
#[derive(Debug)]
pub(crate) struct Refused {
    exit: Exit,
    sentence: String,
}

impl Refused {
    pub(crate) fn usage(problem: &(impl Display + ?Sized)) -> Self {
        Self { exit: Exit::Usage, sentence: problem.to_string() }
    }

    pub(crate) fn io(problem: &(impl Display + ?Sized)) -> Self {
        Self { exit: Exit::Io, sentence: problem.to_string() }
    }

    pub(crate) fn opted_out(domain: &str, record: &str) -> Self {
        let sentence = format!(
            "The owner of {domain} does not want it to be checked: the DNS record {record} says so. Nothing was sent to the site. If the domain is yours, say --mine."
        );
        Self { exit: Exit::OptedOut, sentence }
    }

    pub(crate) fn file(file: &Path, problem: &(impl Display + ?Sized)) -> Self {
        Self { exit: Exit::Io, sentence: format!("{}: {problem}", file.display()) }
    }
}

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
                Command::Answers { segment } => papers::blank(segment),
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

/// Prints to standard output. Whoever reads it may stop reading.
pub(crate) fn print(text: &str) -> Result<(), Refused> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Refused::io(&error)),
        _ => Ok(()),
    }
}
