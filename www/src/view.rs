//! What is shown: the results below the form, and the parts of the static page that follow what happens.

#![allow(unreachable_pub, reason = "the component macro repeats what it is given as `pub`")]

mod checks;
mod copy;
mod finding;
mod fixes;
mod form;
mod icon;
mod picture;
pub mod plan;
mod progress;
mod results;
mod risks;
mod seen;
mod tools;
mod trouble;
mod verdict;

use js_sys::Reflect;
use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::state::{Phase, Store, decision_words};

/// Takes over the page. Without its place in the document there is nothing to mount; what the HTML says by itself
/// stays.
pub fn mount() {
    let Some(place) = by_id::<HtmlElement>("results") else { return };
    let mounted = mount_to(place, || {
        let store = Store::new();
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
    // Once everything is there: what can be done about it; and whoever was sent a link to one finding is led there.
    Effect::new(move || {
        if let Phase::Finished(report) = store.phase.get() {
            let hash = window().location().hash().unwrap_or_default();
            request_animation_frame(move || {
                tools::offer(&report);
                if let Some(finding) = hash.strip_prefix('#').and_then(by_id::<HtmlElement>) {
                    let _ = finding.focus();
                    finding.scroll_into_view();
                }
            });
        }
    });
    // What the program on demand brings: a finding that was asked for again.
    if let Some(place) = by_id::<HtmlElement>("results") {
        form::listen(&place, "finding", move |event| {
            let line = Reflect::get(&event, &"detail".into()).ok().and_then(|line| line.as_string());
            store.renew(&line.unwrap_or_default());
        });
    }
    let has_results = Memo::new(move |_| store.phase.with(|phase| !matches!(phase, Phase::Idle)));
    Effect::new(move || {
        let shown = has_results.get();
        // The summary is what the service put there for those who have only that.
        for (id, hidden) in [("results", !shown), ("introduction", shown), ("summary", shown)] {
            if let Some(part) = by_id::<HtmlElement>(id) {
                part.set_hidden(hidden);
            }
        }
    });
    Effect::new(move || {
        let domain = store.domain.get();
        let title = store.phase.with(|phase| match phase {
            Phase::Idle => None,
            Phase::Running => Some(format!("Checking {domain}")),
            Phase::Finished(report) => {
                Some(format!("{}: {}", decision_words(report.verdict.decision), report.domain_unicode))
            }
            Phase::Lost(_) => Some(format!("No report: {domain}")),
        });
        document()
            .set_title(&title.map_or("Launch Ready".to_owned(), |title| format!("{title} · Launch Ready")));
    });
}

/// An element of the static page.
fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
