//! Small pictures. Their shapes differ, not only their colours; beside each stands a word.

use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::score::Rank;
use leptos::prelude::*;

/// A picture of the sprite in `index.html`, by its id there.
#[component]
pub(super) fn Icon(id: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use_ href=format!("#{id}") />
        </svg>
    }
}

/// The picture and the style class of a level; of a check that has none yet, without it.
pub(super) fn of_level(level: Option<Level>) -> (&'static str, &'static str) {
    match level {
        Some(Level::Fail) => ("i-fail", "fail"),
        Some(Level::Warn) => ("i-warn", "warn"),
        Some(Level::NotMeasured) => ("i-unknown", "unknown"),
        Some(Level::Pass) => ("i-pass", "pass"),
        Some(Level::NotApplicable) => ("i-none", "none"),
        None => ("i-wait", "wait"),
    }
}

/// The picture and the style class of a finding: by how urgent it is where there is something to fix, so that a list of one
/// rank has one picture; by its level otherwise.
pub(super) fn of_finding(level: Level, rank: Option<Rank>) -> (&'static str, &'static str) {
    match rank {
        Some(Rank::Blocker) => ("i-fail", "fail"),
        Some(Rank::Important) => ("i-warn", "warn"),
        Some(Rank::Optional) => ("i-note", "none"),
        None => of_level(Some(level)),
    }
}

/// The style class of a rank.
pub(super) fn of_rank(rank: Rank) -> &'static str {
    match rank {
        Rank::Blocker => "blocker",
        Rank::Important => "important",
        Rank::Optional => "optional",
    }
}
