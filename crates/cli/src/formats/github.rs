//! Annotations of GitHub Actions (GitHub, "Workflow commands for GitHub Actions", read 2026-11): one line for each problem. In a job
//! the report stands in its summary, as Markdown, and the verdict among the step's outputs.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use launch_ready_core::fixes::ProviderOverride;
use launch_ready_core::report::markdown::{self, visible};
use launch_ready_core::report::score::{Decision, Rank};
use launch_ready_core::report::{FindingReport, Report};

use super::message;
use crate::exit::Refused;

/// The most bytes that a step's summary may have.
const MAX_SUMMARY: usize = 1024 * 1024;

/// The lines for the log.
pub(crate) fn annotations(report: &Report) -> String {
    let mut out = String::new();
    for finding in report.findings.iter().filter(|finding| finding.rank.is_some()) {
        let command = match finding.rank {
            Some(Rank::Blocker) => "error",
            Some(Rank::Important) => "warning",
            _ => "notice",
        };
        let title = property(&format!("{}: {}", report.domain, finding.name));
        let _ = writeln!(out, "::{command} title={title}::{}", data(finding));
    }
    let _ = writeln!(out, "{}", visible(&report.verdict.reason));
    out
}

/// Adds the report to the summary of the step and the verdict to its outputs, where the job names their files.
///
/// # Errors
/// A file that cannot be written.
pub(crate) fn tell_job(report: &Report, chosen: ProviderOverride<'_>) -> Result<(), Refused> {
    let summary = markdown::report_for(report, chosen);
    let fits = summary.len() <= MAX_SUMMARY;
    append(
        "GITHUB_STEP_SUMMARY",
        if fits { &summary } else { "The report is too long for this summary.\n" },
    )?;
    append("GITHUB_OUTPUT", &outputs(report))
}

/// One output on each line: words and numbers of ours, so that nothing ends a line early.
fn outputs(report: &Report) -> String {
    let blockers = report.risks.iter().filter(|risk| risk.rank == Rank::Blocker).count();
    let score = report.score.as_ref().map(|score| score.value.to_string()).unwrap_or_default();
    let decision = match report.verdict.decision {
        Decision::Go => "go",
        Decision::NoGo => "no-go",
        Decision::NoVerdict => "no-verdict",
    };
    format!("decision={decision}\nblockers={blockers}\nscore={score}\n")
}

fn append(variable: &str, text: &str) -> Result<(), Refused> {
    let Some(file) = std::env::var_os(variable).filter(|file| !file.is_empty()) else { return Ok(()) };
    let file = Path::new(&file);
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(file);
    opened.and_then(|mut to| to.write_all(text.as_bytes())).map_err(|error| Refused::file(file, &error))
}

/// A message: percent signs and line ends are written out, and nothing else means anything.
fn data(finding: &FindingReport) -> String {
    let lines: Vec<String> = message(finding).lines().map(visible).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, in which colons and commas would end it.
fn property(text: &str) -> String {
    visible(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_ends_where_it_should() {
        assert_eq!(property("a.example: SPF, 100%"), "a.example%3A SPF%2C 100%25");
        assert!(!property("a\n::error::b").contains('\n'));
    }
}
