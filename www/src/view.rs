//! What is shown: the results below the form, and the parts of the static page that follow what happens.

#![allow(unreachable_pub, reason = "the component macro repeats what it is given as `pub`")]

mod asking;
mod done;
mod finding;
mod form;
mod handing;
mod icon;
mod picture;
pub mod plan;
mod program;
mod progress;
mod remedies;
mod report;
mod results;
mod seen;
mod spelled;
mod trouble;
mod verdict;

use js_sys::Function;
use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use crate::channel::ToPage;
use crate::dom::{by_id, reveal};
use crate::state::{Phase, Store};
use crate::words;

pub use program::{act, loaded, port};

/// Takes over the page; `load` loads the program on demand. Without its place in the document there is nothing to mount;
/// what the HTML says by itself stays.
pub fn mount(load: Function) {
    let Some(place) = by_id::<HtmlElement>("results") else { return };
    let mounted = mount_to(place, || {
        let store = Store::new();
        program::start(store, load, move |message| match message {
            ToPage::Finding(line) => report::renew(store, &line),
            ToPage::Everything => form::ask_again(store, true),
        });
        follow(store);
        form::enhance(store);
        results::Results(results::ResultsProps { store })
    });
    mounted.forget();
}

/// Keeps what lies outside of the results in step with them: what is announced, the title of the tab, and whether
/// the results or the introduction are to be seen.
fn follow(store: Store) {
    Effect::new(move || {
        if let Some(place) = by_id::<HtmlElement>("announcer") {
            place.set_text_content(Some(&store.announced.get()));
        }
    });
    // Whatever is asked changes all of these together; once there is a report, nothing changes them until something else is asked.
    Effect::new(move || {
        let phase = store.phase.get();
        let is_listed = store.rows.with(|rows| !rows.is_empty());
        show_title(&phase, &store.domain.get());
        show_parts(!matches!(phase, Phase::Idle));
        let asked = store.asked.get();
        if is_listed && !matches!(phase, Phase::Idle) {
            form::keep_address(&asked);
        }
        let Some(place) = by_id::<Element>("report") else { return };
        place.set_text_content(None);
        match phase {
            Phase::Idle | Phase::Running => {}
            Phase::Lost(_) => report::draw_found(&place, &store.found()),
            Phase::Finished(report) => {
                program::know(store);
                report::draw(&place, store, &report);
                lead_to_hash();
            }
        }
    });
}

fn show_title(phase: &Phase, domain: &str) {
    let title = match phase {
        // What the page says of itself.
        Phase::Idle => return,
        Phase::Running => format!("Checking {domain} · Launch Ready"),
        Phase::Finished(report) => {
            format!("{}: {} · Launch Ready", words::decision(report.verdict.decision), report.domain_unicode)
        }
        Phase::Lost(_) => format!("No report: {domain} · Launch Ready"),
    };
    document().set_title(&title);
}

/// Shows the results, or what is there before anything is asked.
fn show_parts(results: bool) {
    let has_summary = by_id::<HtmlElement>("summary").is_some();
    // The summary is what the service put there for those who have only that.
    for (id, hidden) in
        [("results", !results), ("introduction", results || has_summary), ("summary", results)]
    {
        if let Some(part) = by_id::<HtmlElement>(id) {
            part.set_hidden(hidden);
        }
    }
    // asked.js has set it before anything was painted, where the address asks for something.
    if let Some(root) = document().document_element() {
        root.set_class_name(if results || has_summary { "asked" } else { "" });
    }
}

/// Whoever was sent a link to one finding is led there.
fn lead_to_hash() {
    let hash = window().location().hash().unwrap_or_default();
    if let Some(finding) = hash.strip_prefix('#').and_then(by_id::<HtmlElement>) {
        reveal(&finding);
        let _ = finding.focus();
        finding.scroll_into_view();
    }
}
