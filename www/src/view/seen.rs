//! What was seen, as it was found: text, never markup, with what a parser noticed underlined.

use launch_ready_core::checks::chart::ChartKind;
use launch_ready_core::checks::finding::{EvidenceItem, Mark};
use launch_ready_core::diagnostic::{Severity, Span};
use launch_ready_core::report::FindingReport;
use web_sys::Element;

use super::picture;
use crate::dom::{icon, make, say, set};
use crate::pieces::{Piece, name_of, pieces};

/// Longer texts scroll in a box of their own, in bytes.
const LONG: usize = 1500;

/// Everything that a check saw.
pub(super) fn write(place: &Element, finding: &FindingReport) {
    if finding.seen.is_empty() {
        return;
    }
    let list = make(place, "div", "seen-list", "");
    finding.seen.iter().for_each(|seen| one(&list, seen));
}

fn one(list: &Element, EvidenceItem { label, text, marks, picture }: &EvidenceItem) {
    let figure = make(list, "figure", "seen", "");
    let _ = make(&make(&figure, "figcaption", "", ""), "bdi", "", label);
    if let Some(picture) = picture {
        picture::draw(&figure, picture);
    }
    // A chain is drawn in words of its own.
    if picture.as_ref().is_some_and(|picture| picture.kind == ChartKind::Chain) {
        return;
    }
    let pre = make(&figure, "pre", "", "");
    if text.len() > LONG {
        pre.set_class_name("long");
        // A box that scrolls has to be reachable by keyboard.
        let what = format!("Evidence: {label}");
        for (name, value) in [("tabindex", "0"), ("role", "region"), ("aria-label", what.as_str())] {
            set(&pre, name, value);
        }
    }
    let code = make(&pre, "code", "", "");
    if text.is_empty() {
        let _ = make(&code, "em", "", "(empty)");
    }
    pieces(text, marks).iter().for_each(|one| piece(&code, one));
    if !marks.is_empty() {
        let notes = make(&figure, "ol", "notes", "");
        marks.iter().enumerate().for_each(|(index, mark)| note(&notes, index, mark, text));
    }
}

/// Numbers come by attribute and style, so that selecting the text copies the text and nothing else.
fn piece(place: &Element, piece: &Piece<'_>) {
    let place = match piece.severity {
        None => place.clone(),
        Some(severity) => {
            let class = if piece.text.is_empty() { "between" } else { class_of(severity) };
            let mark = make(place, "mark", class, "");
            let numbers: Vec<String> = piece.ends.iter().map(|index| (index + 1).to_string()).collect();
            if !numbers.is_empty() {
                set(&mark, "data-note", &numbers.join(","));
            }
            mark
        }
    };
    match piece.hidden {
        Some(hidden) => drop(make(&place, "span", "hidden-char", &name_of(hidden))),
        None => say(&place, piece.text),
    }
}

fn note(notes: &Element, index: usize, mark: &Mark, text: &str) {
    let (picture, words) = match mark.severity {
        Severity::Error => ("i-fail", "Error: "),
        Severity::Warning => ("i-warn", "Warning: "),
        Severity::Note => ("i-note", "Note: "),
    };
    let item = make(notes, "li", class_of(mark.severity), "");
    icon(&item, picture);
    let words_place = make(&item, "p", "", "");
    let Span { start, end } = mark.span;
    if text.get(start..end).is_some() {
        set(&words_place, "data-note", &(index + 1).to_string());
    }
    let _ = make(&words_place, "strong", "", words);
    let _ = make(&words_place, "bdi", "", &mark.note);
}

fn class_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
