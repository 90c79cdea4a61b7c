//! The risk list: what to repair, the costliest first, with what was seen and the line that repairs it.

use super::DocumentContext;
use super::context::{capital, seen_line};
use super::model::{code, cut, gap, plain, prose, strong};
use super::{Document, Text};
use crate::checks::finding::Level;
use crate::checks::fix::Fix;
use crate::facts::providers_in_use::ProvidersInUse;
use crate::fixes;
use crate::fixes::{FixInstructions, ProviderOverride};
use crate::plan::roadmap::{ItemState, State};
use crate::report::score::Rank;
use crate::report::words;
use crate::report::{FindingReport, Risk};

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    let Some(report) = material.report else {
        sheet.paragraph(gap("The domain was not checked yet."));
        said(material, &mut sheet);
        return sheet;
    };
    let decision = words::decision(report.verdict.decision);
    sheet.paragraph(strong(format!("{decision}.")).plain(" ").plain(&report.verdict.reason));
    let score = report.score.map_or("none".to_owned(), |score| format!("{} of 100", score.value));
    let (answered, of) = (report.coverage.answered, report.coverage.of);
    sheet.paragraph(format!("Score: {score}. {answered} of {of} checks were answered."));

    if report.risks.is_empty() {
        sheet.paragraph("The checks found nothing to fix.");
    } else {
        let rows = report.risks.iter().enumerate().map(|(index, risk)| row(index, risk));
        sheet.table(&["", "Urgency", "What is so", "It costs you", "Takes", "Who", "Points"], rows.collect());
    }
    for (rank, heading) in [
        (Rank::Blocker, "Fix before launch"),
        (Rank::Important, "Fix in launch week"),
        (Rank::Optional, "Worth doing when there is time"),
    ] {
        let mut risks = report.risks.iter().enumerate().filter(|(_, risk)| risk.rank == rank).peekable();
        if risks.peek().is_some() {
            sheet.heading(heading);
        }
        for (index, risk) in risks {
            if let Some(finding) = material.finding(&risk.check) {
                one(&mut sheet, index, finding, (&report.in_use, material.chosen));
            }
        }
    }
    whole_files(material, &mut sheet);
    said(material, &mut sheet);
    let unmeasured: Vec<Text> = report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::NotMeasured)
        .map(|finding| {
            strong(&finding.name)
                .plain(": ")
                .gap(&finding.title)
                .plain(format!(" {}", cut(&finding.detail, 240)))
        })
        .collect();
    if !unmeasured.is_empty() {
        sheet.heading("Not measured");
        sheet.paragraph("These got no answer. That says nothing about the domain, good or bad.");
        sheet.list(unmeasured);
    }
    sheet
}

fn row(index: usize, risk: &Risk) -> Vec<Text> {
    let urgency = capital(risk.rank.words());
    let urgency = if risk.rank == Rank::Blocker { strong(urgency) } else { plain(urgency) };
    let points = if risk.gain == 0 { String::new() } else { format!("+{}", risk.gain) };
    vec![
        plain((index + 1).to_string()),
        urgency,
        plain(&risk.title),
        plain(risk.loses.words()),
        plain(risk.effort.words()),
        plain(risk.who.words()),
        plain(points),
    ]
}

fn one(
    sheet: &mut Document,
    index: usize,
    finding: &FindingReport,
    (in_use, chosen): (&ProvidersInUse, ProviderOverride<'_>),
) {
    sheet.subheading(format!("{}. {}: {}", index + 1, finding.name, finding.title));
    if !finding.detail.is_empty() {
        sheet.paragraph(finding.detail.as_str());
    }
    for seen in finding.seen.iter().take(MAX_SEEN) {
        sheet.paragraph(plain("Seen: ").code(cut(&seen_line(seen), 300)));
    }
    if !finding.why.is_empty() {
        sheet.paragraph(prose(&finding.why));
    }
    for fix in &finding.fixes {
        if let Fix::Step { .. } = fix.fix {
            sheet.paragraph(strong("Do this:").plain(" ").plain(&fix.line));
        } else {
            sheet.paragraph(strong(format!("{}:", fix.verb)));
            sheet.code(&fix.line);
            place(sheet, fixes::shown(&fix.fix, in_use, chosen));
            for old in fix.fix.replaced() {
                sheet.paragraph(plain("It takes the place of: ").and(code(cut(old, 300))));
            }
        }
    }
}

/// Where that is done at what is in use: the way there, or the file with its lines, and what else there is to know.
fn place(sheet: &mut Document, shown: Option<FixInstructions>) {
    let Some(shown) = shown else { return };
    let mut text = match &shown.lines {
        Some(lines) => plain(format!("As lines for {}.", lines.file)),
        None => plain(format!("Place: {}.", shown.place)),
    };
    for (index, filled) in shown.boxes.iter().enumerate() {
        let end = if index + 1 == shown.boxes.len() { "." } else { ";" };
        text = text.plain(format!(" {}: ", filled.label)).code(cut(&filled.value, 600)).plain(end);
    }
    sheet.paragraph(shown.notes.iter().fold(text, |text, note| text.plain(format!(" {note}"))));
    if let Some(lines) = shown.lines {
        sheet.code(lines.text.trim_end());
    }
}

/// What several of them want in one file of the host, as that file.
fn whole_files(material: &DocumentContext<'_>, sheet: &mut Document) {
    let Some(report) = material.report else { return };
    let findings = report.risks.iter().filter_map(|risk| material.finding(&risk.check));
    let wanted = findings.flat_map(|finding| &finding.fixes).map(|shown| &shown.fix);
    for file in fixes::files(wanted, &report.in_use, material.chosen) {
        sheet.heading(file.title());
        let text = plain(format!("What the fixes above want in {}, each line once.", file.file));
        sheet.paragraph(file.notes.iter().fold(text, |text, note| text.plain(format!(" {note}"))));
        sheet.code(file.text.trim_end());
        if !file.conflicts.is_empty() {
            sheet.list(file.conflicts.iter().map(|sentence| plain(cut(sentence, 600))).collect());
        }
    }
}

/// What only the founder knows, and said.
fn said(material: &DocumentContext<'_>, sheet: &mut Document) {
    let Some(assessment) = material.assessment else { return };
    let items = || assessment.stages.iter().flat_map(|stage| &stage.items).chain(&assessment.targets);
    let missing: Vec<&ItemState> = items().filter(|item| item.must && item.state == State::No).collect();
    if !missing.is_empty() {
        sheet.heading("Must-haves of your roadmap that are not met");
        sheet.list(
            missing
                .iter()
                .map(|item| plain(item.text).plain(format!(" It costs you: {}.", item.loses.words())))
                .collect(),
        );
    }
    let present: Vec<Text> = assessment
        .stages
        .iter()
        .flat_map(|stage| &stage.signals)
        .filter(|signal| signal.present)
        .map(|signal| plain(signal.text).plain(format!(" ({})", signal.because)))
        .collect();
    if !present.is_empty() {
        sheet.heading("Warning signs that are there");
        sheet.list(present);
    }
}

/// Things seen that are shown for one risk; the report has them all.
const MAX_SEEN: usize = 3;
