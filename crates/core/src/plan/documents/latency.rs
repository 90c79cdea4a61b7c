//! Latency before and after: how long answers take, beside the targets. Only what was measured.

use super::DocumentContext;
use super::context::{capital, moment, seen_line};
use super::model::{cut, gap, plain};
use super::stages;
use super::{Document, Text};
use crate::checks::finding::Level;
use crate::report::diff::{Number, difference};
use crate::report::{FindingReport, Report};

/// The checks that time answers.
const CHECKS: [&str; 2] = ["home-response-time", "endpoint-response-time"];

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.heading("Measured by the checks");
    sheet.paragraph("From request to the first byte, from where the scan ran. Two scans compare only from the same place.");
    let numbers = match (material.before, material.report) {
        (Some(before), Some(after)) => match difference(before, after) {
            Ok(difference) => difference.numbers,
            Err(why) => {
                sheet.paragraph(gap(why.to_string()));
                alone(after)
            }
        },
        (None, Some(after)) => alone(after),
        (_, None) => Vec::new(),
    };
    let rows: Vec<Vec<Text>> = numbers
        .iter()
        .filter(|number| CHECKS.contains(&number.check.as_str()) && number.unit == "ms")
        .map(|number| {
            let earlier =
                if material.before.is_some() { "not measured" } else { "no earlier scan was given" };
            vec![
                plain(capital(&number.label)),
                ms(number.before, earlier),
                ms(number.after, "not measured"),
                change(number.before, number.after),
            ]
        })
        .collect();
    if rows.is_empty() {
        sheet.paragraph(gap("No response time was measured."));
    } else {
        sheet.table(&["What", "Before", "After", "Change"], rows);
    }
    let measured: Vec<Text> = timed(material.report)
        .flat_map(|finding| finding.seen.iter().take(8))
        .map(|seen| plain(cut(&seen_line(seen), 160)))
        .collect();
    if !measured.is_empty() {
        sheet.paragraph("How the last one was measured:");
        sheet.list(measured);
    }
    for finding in timed(material.report).filter(|finding| finding.level == Level::NotMeasured) {
        sheet.paragraph(plain(format!("{}: ", finding.name)).gap(&finding.title));
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
            vec![
                plain(endpoint.name.trim()),
                ms(endpoint.before_p95_ms, "before"),
                ms(endpoint.after_p95_ms, "after"),
                change(endpoint.before_p95_ms, endpoint.after_p95_ms),
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

/// What the checks that time answers came to.
fn timed(report: Option<&Report>) -> impl Iterator<Item = &FindingReport> {
    let findings = report.map(|report| report.findings.as_slice()).unwrap_or_default();
    findings.iter().filter(|finding| CHECKS.contains(&finding.check.as_str()))
}

/// The numbers of one report, as the newer side of a comparison.
fn alone(report: &Report) -> Vec<Number> {
    let number = |finding: &FindingReport, measure: &crate::checks::finding::Measure| Number {
        check: finding.check.clone(),
        label: measure.label.clone(),
        unit: measure.unit.clone(),
        before: None,
        after: Some(measure.value),
    };
    timed(Some(report))
        .flat_map(|finding| finding.measures.iter().map(move |measure| number(finding, measure)))
        .collect()
}

fn ms(value: Option<u32>, missing: &str) -> Text {
    match value {
        Some(ms) => plain(format!("{ms} ms")),
        None => gap(missing),
    }
}

/// How much faster or slower, in milliseconds and of what it was.
fn change(before: Option<u32>, after: Option<u32>) -> Text {
    let (Some(before), Some(after)) = (before.map(i64::from), after.map(i64::from)) else { return plain("") };
    let by = after - before;
    match (by * 100).checked_div(before) {
        Some(percent) => plain(format!("{by:+} ms ({percent:+} %)")),
        None => plain(format!("{by:+} ms")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;
    use crate::checks::finding::Measure;
    use crate::engine::limits::Limits;
    use crate::engine::scan::Scan;
    use crate::fixes::ProviderOverride;
    use crate::plan::documents::write as write_document;
    use crate::plan::documents::{Kind, markdown};
    use crate::plan::roadmap::Answers;
    use crate::report::Run;
    use crate::target::Target;

    fn report(vantage: &str, p50: u32) -> Report {
        let target = Target::parse("example.com").unwrap();
        let mut scan = Scan::new(target, checks::DEFAULT, Limits::default());
        scan.settle(|_| {
            crate::engine::answer::Answer::Failed(crate::answers::Failure::new(
                crate::answers::Cause::Timeout,
            ))
        });
        let run = Run { started: "2026-11-22T09:00:00Z".into(), vantage: vantage.into(), took_ms: 0 };
        let mut report = Report::finish(scan, run).0;
        let home = report.findings.iter_mut().find(|finding| finding.check == CHECKS[0]).unwrap();
        let label = "median response time of https://example.com/".to_owned();
        home.measures = vec![Measure { label, value: p50, unit: "ms".into() }];
        home.level = Level::Pass;
        report
    }

    fn written(before: Option<&Report>, after: &Report) -> String {
        let answers = Answers::default();
        let material = DocumentContext {
            report: Some(after),
            before,
            dns: None,
            answers: &answers,
            assessment: None,
            chosen: ProviderOverride::default(),
        };
        markdown(&write_document(Kind::of("latency").unwrap(), &material))
    }

    #[test]
    fn two_scans_stand_side_by_side_with_the_change_in_numbers() {
        let text = written(Some(&report("FRA", 400)), &report("FRA", 100));
        assert!(text.contains("400 ms | 100 ms | -300 ms (-75 %) |"), "{text}");
        assert!(!text.contains("different places"));
    }

    #[test]
    fn what_is_missing_on_one_side_is_a_gap_and_no_number() {
        let text = written(None, &report("FRA", 100));
        assert!(text.contains("**[open: no earlier scan was given]** | 100 ms |  |"), "{text}");
        let mut unmeasured = report("FRA", 0);
        for finding in &mut unmeasured.findings {
            finding.measures.clear();
        }
        let text = written(Some(&report("FRA", 100)), &unmeasured);
        assert!(text.contains("100 ms | **[open: not measured]** |  |"), "{text}");
    }

    #[test]
    fn scans_that_do_not_compare_say_so() {
        let text = written(Some(&report("FRA", 400)), &report("SIN", 100));
        assert!(text.contains("measured from different places"), "{text}");
        let other = Report { domain: "example.org".into(), ..report("FRA", 400) };
        let text = written(Some(&other), &report("FRA", 100));
        assert!(text.contains("The reports are about two domains") && !text.contains("400 ms"), "{text}");
    }
}
