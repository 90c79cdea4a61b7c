//! A report for people on a terminal.

use std::fmt::{self, Write};

use launch_ready_core::checks::check::Area;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::facts::providers_in_use::ProvidersInUse;
use launch_ready_core::fixes;
use launch_ready_core::fixes::{FixInstructions, ProviderOverride};
use launch_ready_core::report::markdown::{FIX_NEXT, MUST_FIX, gain, once_unblocked, rows, visible};
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::report::score::Decision;
use launch_ready_core::report::{FindingReport, FixShown, Report, blockers};

use crate::terminal::Paint;

/// Characters of a line; what is wider is hard to read.
pub(crate) const WIDTH: usize = 96;
/// Characters of a box's label for which the others are moved to the right.
const MAX_LABEL: usize = 20;
/// Characters before what belongs to a finding.
const INDENT: &str = "      ";

/// The whole report.
#[must_use]
pub fn report(report: &Report, chosen: ProviderOverride<'_>, paint: Paint) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_report(&mut out, report, chosen, paint);
    out
}

/// The findings of some checks, and no verdict.
#[must_use]
pub fn recheck(recheck: &Recheck, chosen: ProviderOverride<'_>, paint: Paint) -> String {
    let mut out =
        format!("{}  checked again, in parts: no verdict\n\n", paint.strong(&visible(&recheck.domain)));
    for finding in &recheck.recheck {
        // Writing to a string does not fail.
        let _ = write_finding(&mut out, finding, &recheck.in_use, chosen, paint);
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn write_report(
    out: &mut String,
    report: &Report,
    chosen: ProviderOverride<'_>,
    paint: Paint,
) -> fmt::Result {
    let verdict = match report.verdict.decision {
        Decision::Go => "READY",
        Decision::NoGo => "NOT READY",
        Decision::NoVerdict => "NOT ENOUGH DATA",
    };
    let domain = paint.strong(&visible(&report.domain_unicode));
    writeln!(out, "{domain}  {}", paint.decision(report.verdict.decision, verdict))?;
    write_wrapped(out, "", &report.verdict.reason)?;
    writeln!(out)?;
    match report.score {
        Some(score) => writeln!(out, "Score     {} of 100", paint.strong(&score.value.to_string()))?,
        None => writeln!(out, "Score     none without a verdict")?,
    }
    if let Some(sentence) = once_unblocked(report) {
        write_wrapped(out, "          ", &sentence)?;
    }
    if let Some(cap) = &report.cap {
        write_wrapped(out, "          ", cap)?;
    }
    writeln!(out, "Answered  {} of {} checks", report.coverage.answered, report.coverage.of)?;
    for gap in &report.gaps {
        let sentence =
            format!("{} checks missed the same answer. {} {}", gap.checks.len(), gap.cause, gap.advice);
        write_wrapped(out, "          ", &sentence)?;
    }
    for (what, service) in [("DNS     ", &report.in_use.dns), ("Host    ", &report.in_use.host)] {
        if let Some(service) = service {
            writeln!(
                out,
                "{what}  {} {}",
                visible(&service.name),
                paint.quiet(&format!("({})", visible(&service.told_by)))
            )?;
        }
    }
    let (started, vantage) = (visible(&report.run.started), visible(&report.run.vantage));
    writeln!(out, "Measured  {started}, from {vantage}, in {} ms", report.run.took_ms)?;

    write_risks(out, report, paint)?;
    for area in Area::ALL {
        let mut findings = report.findings.iter().filter(|finding| finding.area == area).peekable();
        if findings.peek().is_some() {
            // What needs attention is followed by an empty line already.
            let gap = if out.ends_with("\n\n") { "" } else { "\n" };
            writeln!(out, "{gap}{}", paint.strong(area.title()))?;
        }
        for finding in findings {
            // What one cause keeps from many checks is said once, above.
            if report.gaps.iter().any(|gap| gap.speaks_for(&finding.check)) {
                write_heading(out, finding, paint)?;
                continue;
            }
            write_finding(out, finding, &report.in_use, chosen, paint)?;
        }
    }
    if out.ends_with("\n\n") {
        out.pop();
    }
    Ok(())
}

/// The must-fix list, and what comes after it.
fn write_risks(out: &mut String, report: &Report, paint: Paint) -> fmt::Result {
    let must = blockers(&report.risks).count();
    for (index, risk) in report.risks.iter().enumerate() {
        let blocker = index < must;
        if index == 0 || index == must {
            let heading = if blocker { MUST_FIX } else { FIX_NEXT };
            writeln!(out, "\n{}", paint.strong(heading))?;
        }
        let rank = paint.rank(risk.rank, &format!("{:9}", risk.rank.words()));
        writeln!(
            out,
            "{:4}. {rank}  {} {}",
            index + 1,
            visible(&risk.title),
            paint.quiet(&format!("({})", visible(&risk.check)))
        )?;
        let about = format!(
            "{}; {}; {}{}",
            risk.loses.words(),
            risk.effort.words(),
            risk.who.words(),
            gain(risk.gain)
        );
        writeln!(out, "{:17}{}", "", paint.quiet(&about))?;
    }
    Ok(())
}

/// How a check came out, on one line.
fn write_heading(out: &mut String, finding: &FindingReport, paint: Paint) -> fmt::Result {
    let mark = match finding.level {
        Level::Fail => "✗",
        Level::Warn => "!",
        Level::Pass => "✓",
        Level::NotMeasured => "?",
        Level::NotApplicable => "–",
    };
    let level = paint.level(finding.level, &format!("{mark} {:14}", finding.level.words()));
    let id = paint.quiet(&format!("({})", visible(&finding.check)));
    writeln!(out, "  {level}  {}: {} {id}", visible(&finding.name), visible(&finding.title))
}

fn write_finding(
    out: &mut String,
    finding: &FindingReport,
    in_use: &ProvidersInUse,
    chosen: ProviderOverride<'_>,
    paint: Paint,
) -> fmt::Result {
    write_heading(out, finding, paint)?;
    if !finding.detail.is_empty() {
        write_wrapped(out, INDENT, &finding.detail)?;
    }
    // What is as it should be is said in a line.
    if matches!(finding.level, Level::Pass | Level::NotApplicable) {
        return Ok(());
    }
    if finding.level != Level::NotMeasured {
        for seen in &finding.seen {
            writeln!(out, "{INDENT}{} {}", paint.quiet("Seen"), paint.quiet(&visible(&seen.label)))?;
            for row in rows(seen, WIDTH - INDENT.len() - 2) {
                writeln!(out, "{INDENT}  {}", row.text)?;
                for under in row.under {
                    writeln!(out, "{INDENT}  {}", paint.level(Level::Warn, &under.line()))?;
                }
            }
        }
    }
    if !finding.why.is_empty() {
        writeln!(out, "{INDENT}{}", paint.quiet("Why it matters"))?;
        write_wrapped(out, &format!("{INDENT}  "), finding.why.split("\n\n").next().unwrap_or_default())?;
    }
    for fix in &finding.fixes {
        write_fix(out, fix, paint)?;
        if let Some(shown) = fixes::shown(&fix.fix, in_use, chosen) {
            write_shown(out, &shown, paint)?;
        }
    }
    writeln!(out)
}

fn write_fix(out: &mut String, shown: &FixShown, paint: Paint) -> fmt::Result {
    writeln!(out, "{INDENT}{}", paint.quiet(&visible(&shown.verb)))?;
    if let Fix::Step { .. } = shown.fix {
        // A file to copy stands in lines of its own.
        return shown.line.lines().try_for_each(|line| write_wrapped(out, &format!("{INDENT}  "), line));
    }
    // In one line, however long: it is there to be copied.
    writeln!(out, "{INDENT}  {}", paint.strong(&visible(&shown.line)))?;
    for old in shown.fix.replaced() {
        writeln!(out, "{INDENT}  {} {}", paint.quiet("in the place of"), visible(old))?;
    }
    Ok(())
}

/// The same where it is done: the way there, the boxes or the lines, and what else there is to know.
fn write_shown(out: &mut String, shown: &FixInstructions, paint: Paint) -> fmt::Result {
    let indent = format!("{INDENT}  ");
    match &shown.lines {
        Some(lines) => {
            write_wrapped(out, &indent, &format!("{}: {}", shown.place, lines.file))?;
            for line in lines.text.lines() {
                writeln!(out, "{indent}  {}", paint.strong(&visible(line)))?;
            }
        }
        None => write_wrapped(out, &indent, &shown.place)?,
    }
    let width = shown.boxes.iter().map(|entry| entry.label.chars().count()).max().unwrap_or(0).min(MAX_LABEL);
    for entry in &shown.boxes {
        let label = paint.quiet(&format!("{:width$}", visible(&entry.label)));
        writeln!(out, "{indent}  {label}  {}", visible(&entry.value))?;
    }
    for note in &shown.notes {
        write_wrapped(out, &indent, note)?;
    }
    Ok(())
}

/// A text broken between words, every line behind `indent`.
pub(crate) fn write_wrapped(out: &mut String, indent: &str, text: &str) -> fmt::Result {
    let mut line = String::new();
    for word in text.split_whitespace().map(visible) {
        let full = !line.is_empty() && indent.len() + line.chars().count() + 1 + word.chars().count() > WIDTH;
        if full {
            writeln!(out, "{indent}{line}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if line.is_empty() { Ok(()) } else { writeln!(out, "{indent}{line}") }
}
