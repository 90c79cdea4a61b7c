//! The AI cases, as a sheet to work through.

use super::DocumentContext;
use super::model::{plain, strong};
use super::stages::said;
use super::{Document, Tick};
use crate::plan::roadmap::{Kind, Word, ai_cases};

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    sheet.paragraph(
        "For products that use AI: run each case by hand against the live product, with two test accounts, A and B. Tick what passed. If one fails, switch the feature off until it is fixed.",
    );
    let count = |word| {
        ai_cases().iter().filter(|case| material.answers.word(&case.answered_as()) == Some(word)).count()
    };
    let (held, failed) = (count(Word::Yes), count(Word::No));
    let open = ai_cases().len() - held - failed - count(Word::NotApplicable);
    sheet.paragraph(format!("{held} passed, {failed} failed, {open} not tested."));
    for kind in Kind::ALL {
        sheet.heading(kind.title());
        for (index, case) in ai_cases().iter().enumerate().filter(|(_, case)| case.kind == kind) {
            let answer = material.answers.said(&case.answered_as());
            let word = answer.and_then(|said| said.answer);
            sheet.subheading(format!("{}. {}", index + 1, case.title));
            if !case.setup.is_empty() {
                sheet.paragraph(strong("First:").plain(" ").plain(&*case.setup));
            }
            sheet.code(&*case.typed);
            sheet.paragraph(strong("Must not happen:").plain(" ").plain(&*case.never));
            sheet.paragraph(strong("If it does:").plain(" ").plain(&*case.then));
            let text = match word {
                Some(Word::No) => strong("Failed."),
                Some(Word::NotApplicable) => plain("Does not apply."),
                Some(Word::Yes) | None => plain("Passed."),
            };
            sheet.ticks(vec![Tick { done: word == Some(Word::Yes), text: text.and(said(answer)) }]);
        }
    }
    sheet
}
