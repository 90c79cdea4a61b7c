//! What is passed on to whoever fixes it: every fix as plain text, and a message around it.

use std::fmt::Write;

use launch_ready_core::report::Report;

use crate::outline::Outline;
use crate::remedy::{Remedy, remedies};
use crate::words;

/// Every fix of a report in order, as text; `link` is where the report stays, empty where nobody knows.
#[must_use]
pub fn fixes(report: &Report, link: &str) -> String {
    let outline = Outline::of_report(report);
    let mut text = heading(report, link);
    let all = [&outline.blockers, &outline.important, &outline.optional];
    for (at, fixable) in all.into_iter().flatten().enumerate() {
        let finding = fixable.finding;
        let state = words::state(finding.level, finding.rank);
        // Writing to a text does not fail.
        let _ = write!(text, "\n{}. {} [{state}]\n", at + 1, finding.title);
        if !finding.detail.is_empty() {
            let _ = writeln!(text, "{}", finding.detail);
        }
        for remedy in remedies(&finding.fixes) {
            match remedy {
                Remedy::Step(step) => {
                    let _ = writeln!(text, "- {step}");
                }
                Remedy::Lines { verb, replaced, lines } => {
                    let _ = writeln!(text, "- {verb}:");
                    for old in replaced {
                        let _ = writeln!(text, "  (now: {old})");
                    }
                    for (label, line) in lines {
                        let colon = if label.is_empty() { "" } else { ": " };
                        for line in line.lines() {
                            let _ = writeln!(text, "  {label}{colon}{line}");
                        }
                    }
                }
            }
        }
    }
    text
}

/// The first lines: what it is about, how it stands, where it stays.
#[must_use]
pub fn heading(report: &Report, link: &str) -> String {
    let verdict = words::decision(report.verdict.decision);
    let mut text =
        format!("Launch report for {}: {verdict}. {}\n", report.domain_unicode, words::reason(report));
    if !link.is_empty() {
        let _ = writeln!(text, "Full report: {link}");
    }
    text
}

#[cfg(test)]
mod tests {
    use launch_ready_core::report::stream::StreamEvent;

    use super::*;

    #[test]
    fn every_fix_is_passed_on_with_its_lines() {
        let last = include_str!("../fixtures/no-go.ndjson").lines().last().unwrap();
        let StreamEvent::Report(report) = serde_json::from_str(last).unwrap() else { unreachable!() };
        let text = fixes(&report, "https://launch.example/report/1");
        assert!(text.starts_with("Launch report for example.com: Not ready. You could lose sign-ups and email.\nFull report: https://launch.example/report/1\n"));
        for risk in &report.risks {
            assert!(text.contains(&risk.title), "{}", risk.title);
        }
        assert!(text.contains("\n1. The site is served without encryption [Blocker]\n"), "{text}");
        assert!(text.contains("- Replace both records with this one:\n  (now: example.com. TXT"), "{text}");
        assert!(!text.contains("→"), "lines can be pasted");
    }
}
