//! The roadmap: the stages to the launch, how far each one is, and what not to build yet.

use super::DocumentContext;
use super::model::{gap, plain, strong};
use super::{Document, Text, Tick};
use crate::plan::roadmap;
use crate::plan::roadmap::{DeliverableState, ItemState, Said, SignalState, Source, StageState, State, Word};
use crate::report::words;

pub(crate) fn write(material: &DocumentContext<'_>, mut sheet: Document) -> Document {
    let Some(assessment) = material.assessment else {
        sheet.paragraph(gap("No kind of business was chosen, so there is no roadmap."));
        return sheet;
    };
    let roadmap = roadmap::of(assessment.segment);
    let decision = words::decision(assessment.decision);
    sheet.paragraph(strong(assessment.segment.title()).plain(format!(". {}.", roadmap.journey)));
    sheet.paragraph(strong(format!("{decision}.")).plain(" ").plain(&assessment.reason));
    sheet.paragraph(&*roadmap.summary);
    let rows = assessment.stages.iter().enumerate().map(|(index, stage)| {
        let signs = stage.signals.iter().filter(|signal| signal.present).count();
        vec![
            plain(format!("{}. {}", index + 1, stage.title)),
            plain(stage.stand.words()),
            plain(format!("{} of {}", stage.progress.done, stage.progress.of)),
            plain(if signs == 0 { String::new() } else { signs.to_string() }),
        ]
    });
    sheet.table(&["Stage", "Stands", "Done", "Warning signs"], rows.collect());
    if !assessment.contradictions.is_empty() {
        sheet.heading("Your answers contradict the checks");
        let items = assessment.stages.iter().flat_map(|stage| &stage.items).chain(&assessment.targets);
        let differs = items.filter_map(|item| Some((item.text, item.contradiction.as_ref()?)));
        let signals = assessment.stages.iter().flat_map(|stage| &stage.signals);
        let signs = signals.filter_map(|signal| Some((signal.text, signal.contradiction.as_ref()?)));
        sheet.list(
            differs.chain(signs).map(|(text, said)| plain(text).plain(" ").and(strong(said))).collect(),
        );
    }
    sheet.heading("Targets");
    sheet.ticks(assessment.targets.iter().map(item).collect());
    for (index, stage) in assessment.stages.iter().enumerate() {
        one(&mut sheet, index, stage);
    }
    sheet.heading("What to automate now");
    sheet.table(&["What", "Why"], advice(&roadmap.automate));
    sheet.heading("What not to build yet");
    sheet.table(&["Leave it", "Why"], advice(&roadmap.not_yet));
    sheet
}

fn one(sheet: &mut Document, index: usize, stage: &StageState) {
    sheet.heading(format!("{}. {} ({})", index + 1, stage.title, stage.stand.words()));
    sheet.paragraph(stage.goal);
    sheet.ticks(stage.items.iter().map(item).collect());
    sheet.subheading("Deliverables");
    sheet.ticks(stage.deliverables.iter().map(deliverable).collect());
    sheet.subheading("Signs that it failed");
    sheet.list(stage.signals.iter().map(signal).collect());
}

/// An item with its state, who says so, and the founder's note.
pub(crate) fn item(item: &ItemState) -> Tick {
    let mut text = plain(item.text);
    if item.must {
        text = text.and(strong(" Must-have."));
    }
    let state = match (item.state, item.source) {
        (State::Partly, _) => plain(format!(" {}: ", item.standing())).plain(shown(item)),
        (State::No, Source::Founder) => strong(format!(" {}.", item.standing())),
        (State::No, _) => strong(format!(" {}: ", item.standing())).plain(shown(item)),
        (State::Open, _) => plain(" ").gap(item.standing()),
        (State::Yes | State::NotApplicable, _) => plain(format!(" {}.", item.standing())),
    };
    Tick {
        done: matches!(item.state, State::Yes | State::NotApplicable),
        text: text.and(state).and(said(item.said.as_ref())),
    }
}

/// What the checks hold against it.
fn shown(item: &ItemState) -> String {
    use crate::checks::finding::Level;
    let level = if item.state == State::No { Level::Fail } else { Level::Warn };
    let titles: Vec<&str> =
        item.evidence.iter().filter(|shown| shown.level == level).map(|shown| shown.title.as_str()).collect();
    format!("{}.", titles.join("; "))
}

/// Note, owner and date.
pub(crate) fn said(said: Option<&Said>) -> Text {
    let Some(said) = said else { return Text::default() };
    let mut parts = Vec::new();
    if !said.note.is_empty() {
        parts.push(said.note.clone());
    }
    if !said.owner.is_empty() {
        parts.push(format!("owner: {}", said.owner));
    }
    if !said.date.is_empty() {
        parts.push(said.date.clone());
    }
    if parts.is_empty() { Text::default() } else { plain(format!(" ({})", parts.join("; "))) }
}

fn deliverable(deliverable: &DeliverableState) -> Tick {
    let word = deliverable.said.as_ref().and_then(|said| said.answer);
    let text = plain(deliverable.text);
    let text = match deliverable.document.and_then(super::kind::Kind::of) {
        Some(kind) => text.plain(format!(" Here: {}.", kind.title)),
        None => text,
    };
    Tick { done: word == Some(Word::Yes), text: text.and(said(deliverable.said.as_ref())) }
}

fn signal(signal: &SignalState) -> Text {
    let text = plain(signal.text);
    let text = if signal.present {
        text.and(strong(" Present:")).plain(format!(" {}.", signal.because.trim_end_matches('.')))
    } else {
        text
    };
    text.and(said(signal.said.as_ref()))
}

fn advice(advice: &[roadmap::Advice]) -> Vec<Vec<Text>> {
    advice.iter().map(|advice| vec![plain(&*advice.what), plain(&*advice.why)]).collect()
}
