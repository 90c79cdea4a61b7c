//! Reports in the formats of other people's pipelines, and when a pipeline is to stop.
//!
//! One file each: [`sarif`] for code scanning, [`junit`] for test reports, [`github`] for annotations. What strangers wrote
//! is text in each of them, without control characters.

pub(crate) mod github;
pub(crate) mod junit;
pub(crate) mod sarif;

use clap::ValueEnum;
use launch_ready_core::report::score::{Decision, Rank};
use launch_ready_core::report::{FindingReport, Report};

use crate::exit::Exit;

/// How a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, in a terminal.
    Text,
    /// The report as data.
    Json,
    /// For a pull request or a ticket.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for test reports.
    Junit,
    /// Annotations of GitHub Actions; in a job the summary is written, too.
    Github,
}

/// From which rank on a problem ends with exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Only what must not be launched with.
    Blocker,
    /// Also what is to be fixed in the launch week.
    Important,
    /// Everything that there is to fix.
    Optional,
}

impl FailOn {
    fn reaches(self, rank: Rank) -> bool {
        let least = match self {
            Self::Blocker => Rank::Blocker,
            Self::Important => Rank::Important,
            Self::Optional => Rank::Optional,
        };
        rank <= least
    }

    /// How `check` ends: a problem that counts is 1, however little was measured beside it.
    pub(crate) fn exit(self, report: &Report) -> Exit {
        if report.risks.iter().any(|risk| self.reaches(risk.rank)) {
            return Exit::NotReady;
        }
        match report.verdict.decision {
            Decision::Go => Exit::Ready,
            Decision::NoGo => Exit::NotReady,
            Decision::NoVerdict => Exit::NoVerdict,
        }
    }
}

/// What there is to say about a finding in one message: what is so, what was seen of it here, and how to put it right.
fn message(finding: &FindingReport) -> String {
    let mut parts = vec![ended(&finding.title)];
    if !finding.detail.is_empty() {
        parts.push(ended(&finding.detail));
    }
    for fix in &finding.fixes {
        parts.push(format!("{}: {}", fix.verb, fix.line));
    }
    parts.join("\n")
}

fn ended(sentence: &str) -> String {
    match sentence.ends_with(['.', '?', '!']) {
        true => sentence.to_owned(),
        false => format!("{sentence}."),
    }
}
