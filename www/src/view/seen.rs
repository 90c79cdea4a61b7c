//! What was seen, as it was found: text, never markup, with what a parser noticed underlined.

use launch_ready_core::checks::chart::ChartKind;
use launch_ready_core::checks::finding::{EvidenceItem, Mark};
use launch_ready_core::diagnostic::{Severity, Span};
use leptos::prelude::*;

use super::icon::Icon;
use super::picture;
use crate::pieces::{Piece, name_of, pieces};

/// Longer texts scroll in a box of their own, in bytes.
const LONG: usize = 1500;

/// Everything that a check saw.
#[component]
pub(super) fn SeenList(seen: Vec<EvidenceItem>) -> impl IntoView {
    let seen = seen.into_iter().map(one).collect_view();
    view! { <div class="seen-list">{seen}</div> }
}

fn one(EvidenceItem { label, text, marks, picture }: EvidenceItem) -> AnyView {
    // A chain is drawn in words of its own.
    let is_drawn = picture.as_ref().is_some_and(|picture| picture.kind == ChartKind::Chain);
    let drawn = picture.map(picture::draw);
    let shown = pieces(&text, &marks).iter().map(piece).collect_view();
    let notes = marks.iter().enumerate().map(|(index, mark)| note(index, mark, &text)).collect_view();
    let long = text.len() > LONG;
    let scrolling = format!("What was seen: {label}");
    let shown = if text.is_empty() { view! { <em>"(empty)"</em> }.into_any() } else { shown.into_any() };
    view! {
        <figure class="seen">
            <figcaption><bdi>{label}</bdi></figcaption>
            {drawn}
            // A box that scrolls has to be reachable by keyboard.
            <pre
                hidden=is_drawn
                class:long=long
                tabindex=long.then_some("0")
                role=long.then_some("region")
                aria-label=long.then_some(scrolling)
            >
                <code>{shown}</code>
            </pre>
            {(!marks.is_empty()).then(|| view! { <ol class="notes">{notes}</ol> })}
        </figure>
    }
    .into_any()
}

/// Numbers come by attribute and style, so that selecting the text copies the text and nothing else.
fn piece(piece: &Piece<'_>) -> AnyView {
    let text = match piece.hidden {
        Some(hidden) => view! { <span class="hidden-char">{name_of(hidden)}</span> }.into_any(),
        None => piece.text.to_owned().into_any(),
    };
    let Some(severity) = piece.severity else { return text };
    let numbers: Vec<String> = piece.ends.iter().map(|index| (index + 1).to_string()).collect();
    let class = if piece.text.is_empty() { "between" } else { class_of(severity) };
    view! {
        <mark class=class data-note=(!numbers.is_empty()).then(|| numbers.join(","))>
            {text}
        </mark>
    }
    .into_any()
}

fn note(index: usize, mark: &Mark, text: &str) -> AnyView {
    let (icon, words) = match mark.severity {
        Severity::Error => ("i-fail", "Error"),
        Severity::Warning => ("i-warn", "Warning"),
        Severity::Note => ("i-note", "Note"),
    };
    let Span { start, end } = mark.span;
    let lies_in_text = text.get(start..end).is_some();
    view! {
        <li class=class_of(mark.severity)>
            <Icon id=icon />
            <p data-note=lies_in_text.then(|| index + 1)><strong>{words}": "</strong><bdi>{mark.note.clone()}</bdi></p>
        </li>
    }
    .into_any()
}

fn class_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
