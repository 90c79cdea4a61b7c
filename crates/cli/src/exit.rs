//! How the command ends: exit codes, and why nothing was done.

use std::fmt::Display;
use std::path::Path;

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
    pub(crate) exit: Exit,
    pub(crate) sentence: String,
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
