//! The walk along the demo path, as a sheet to take along.

use super::DocumentContext;
use super::model::{gap, plain, strong};
use super::stages::said;
use super::{Document, Tick};
use crate::plan::roadmap::{Devices, Word, demo_path};

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.paragraph(
        "Walk it from top to bottom on the live site, in a private window, with new accounts. Put what fails on the backlog and what blocks on the risk list.",
    );
    let done = demo_path()
        .iter()
        .filter(|step| material.answers.word(&step.answered_as()) == Some(Word::Yes))
        .count();
    sheet.paragraph(format!("{done} of {} steps passed.", demo_path().len()));
    for (index, step) in demo_path().iter().enumerate() {
        let answer = material.answers.said(&step.answered_as());
        let held = answer.and_then(|said| said.answer);
        sheet.subheading(format!("{}. {}", index + 1, step.title));
        sheet.paragraph(strong("Do:").plain(" ").plain(&*step.action));
        sheet.paragraph(strong("See:").plain(" ").plain(&*step.see));
        sheet.paragraph(strong("Usually fails:").plain(" ").plain(&*step.fails));
        let boxes: &[&str] = match step.on {
            Devices::Both => &["On a phone", "On a computer"],
            Devices::Phone => &["On a phone"],
            Devices::Once => &["Once, on any device"],
        };
        sheet.ticks(
            boxes.iter().map(|text| Tick { done: held == Some(Word::Yes), text: plain(*text) }).collect(),
        );
        match held {
            Some(Word::No) => sheet.paragraph(strong("Failed.").and(said(answer))),
            Some(Word::NotApplicable) => sheet.paragraph(plain("Does not apply.").and(said(answer))),
            Some(Word::Yes) => {
                if answer.is_some_and(|said| !said.note.is_empty()) {
                    sheet.paragraph(plain("Passed.").and(said(answer)));
                }
            }
            None => sheet.paragraph(gap("Not walked yet.")),
        }
    }
    sheet
}
