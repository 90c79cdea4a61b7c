//! Latency before and after: how long answers take, beside the targets. Only what was measured.

use super::material::{Material, moment, seen_line};
use super::model::{Document, Text, cut, gap, plain};
use super::stages;
use crate::check::Level;
use crate::report::Report;

pub(super) fn write(material: &Material<'_>, mut sheet: Document) -> Document {
    sheet.heading("Measured by the checks");
    sheet.paragraph("From request to the first byte, from where the scan ran. Two scans compare only from the same place.");
    let checks = ["home-response-time", "endpoint-response-time"];
    let rows: Vec<Vec<Text>> = checks
        .into_iter()
        .filter(|check| {
            [material.before, material.report].into_iter().flatten().any(|report| has(report, check))
        })
        .map(|check| {
            vec![
                plain(name(material, check)),
                shown(material.before, check, "no earlier scan was given"),
                shown(material.report, check, "not measured"),
            ]
        })
        .collect();
    if rows.is_empty() {
        sheet.paragraph(gap("No response time was measured."));
    } else {
        sheet.table(&["What", "Before", "After"], rows);
    }
    if let (Some(before), Some(after)) = (material.before, material.report) {
        sheet.paragraph(format!(
            "Before: {} from {}. After: {} from {}.",
            moment(&before.run.started),
            before.run.vantage,
            moment(&after.run.started),
            after.run.vantage
        ));
        if before.run.vantage != after.run.vantage {
            sheet.paragraph(gap("The two were measured from different places and do not compare."));
        }
    }
    sheet.heading("Measured by you, at the 95th percentile");
    let told: Vec<Vec<Text>> = material
        .answers
        .latency
        .iter()
        .filter(|endpoint| !endpoint.name.trim().is_empty())
        .map(|endpoint| {
            let ms = |value: Option<u32>, missing: &str| match value {
                Some(ms) => plain(format!("{ms} ms")),
                None => gap(missing),
            };
            let change = match (endpoint.before_p95_ms, endpoint.after_p95_ms) {
                (Some(before), Some(after)) if before > 0 => {
                    let percent = (i64::from(after) - i64::from(before)) * 100 / i64::from(before);
                    plain(format!("{percent:+} %"))
                }
                _ => plain(""),
            };
            vec![
                plain(endpoint.name.trim()),
                ms(endpoint.before_p95_ms, "before"),
                ms(endpoint.after_p95_ms, "after"),
                change,
                plain(endpoint.note.trim()),
            ]
        })
        .collect();
    if told.is_empty() {
        sheet.paragraph(gap(
            "No endpoint was measured by you. Take login, the main list, search and what people pay for.",
        ));
        sheet.table(
            &["Endpoint", "Before", "After", "Change", "How it was measured"],
            (0..6).map(|_| vec![plain(" "), plain(""), plain(""), plain(""), plain("")]).collect(),
        );
    } else {
        sheet.table(&["Endpoint", "Before", "After", "Change", "What was done"], told);
    }
    sheet.heading("Targets");
    match material.assessment {
        Some(assessment) => sheet.ticks(assessment.targets.iter().map(stages::item).collect()),
        None => sheet.paragraph(gap("No kind of business was chosen, so there are no targets.")),
    }
    sheet
}

fn has(report: &Report, check: &str) -> bool {
    report.findings.iter().any(|finding| finding.check == check && finding.level != Level::NotApplicable)
}

fn name(material: &Material<'_>, check: &str) -> String {
    let reports = [material.report, material.before];
    let finding = reports
        .into_iter()
        .flatten()
        .flat_map(|report| &report.findings)
        .find(|finding| finding.check == check);
    finding.map(|finding| finding.name.clone()).unwrap_or_default()
}

fn shown(report: Option<&Report>, check: &str, missing: &str) -> Text {
    let finding = report.and_then(|report| report.findings.iter().find(|finding| finding.check == check));
    let Some(finding) = finding.filter(|finding| !finding.seen.is_empty()) else { return gap(missing) };
    let seen: Vec<String> = finding.seen.iter().take(8).map(|seen| cut(&seen_line(seen), 160)).collect();
    let text = plain(seen.join("; "));
    if finding.level == Level::NotMeasured { text.plain(" ").gap(&finding.title) } else { text }
}
