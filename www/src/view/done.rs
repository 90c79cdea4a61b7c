//! What somebody ticked off as done: kept in this browser, by domain, until a newer report says otherwise.

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, Storage};

use crate::dom::{by_id, make, say, set};

/// Adds the box to tick.
pub(super) fn tick(place: &Element, check: &str) {
    let label = make(place, "label", "tick", "");
    let tick = make(&label, "input", "", "");
    set(&tick, "type", "checkbox");
    set(&tick, "data-done", check);
    say(&label, "Done");
}

/// Ticks what was ticked for this very report, and says where something was ticked before and is still there.
pub(super) fn restore(place: &Element, domain: &str, started: &str) {
    let ticked = read(domain);
    for (check, when) in &ticked {
        let Some(article) = by_id::<Element>(&format!("check-{check}")) else { continue };
        let Ok(Some(tick)) = article.query_selector("[data-done]") else { continue };
        if when == started {
            if let Some(tick) = tick.dyn_ref::<HtmlInputElement>() {
                tick.set_checked(true);
            }
            mark(&article, true);
        } else if let Ok(Some(head)) = article.query_selector(".what") {
            let _ =
                make(&head, "p", "still", "You marked this as done before this check. It is still there.");
        }
    }
    count(place);
}

/// Takes over a box that was ticked, or is no longer.
pub(super) fn change(place: &Element, tick: &HtmlInputElement, domain: &str, started: &str) {
    let check = tick.get_attribute("data-done").unwrap_or_default();
    let mut ticked = read(domain);
    ticked.retain(|(other, _)| *other != check);
    if tick.checked() {
        ticked.push((check, started.to_owned()));
    }
    let lines: Vec<String> = ticked.into_iter().map(|(check, when)| format!("{check} {when}")).collect();
    if let Some(storage) = storage() {
        // Private windows and full disks refuse; then it lasts as long as the page.
        let _ = storage.set_item(&key(domain), &lines.join("\n"));
    }
    if let Ok(Some(article)) = tick.closest(".finding") {
        mark(&article, tick.checked());
    }
    count(place);
}

fn mark(article: &Element, done: bool) {
    let _ = article.class_list().toggle_with_force("done", done);
}

/// How many of the blockers are done, beside their heading.
fn count(place: &Element) {
    let Ok(Some(words)) = place.query_selector("#fix-first .tally") else { return };
    let of = |selector: &str| place.query_selector_all(selector).map(|all| all.length()).unwrap_or_default();
    let (done, all) = (of("#fix-first .finding.done"), of("#fix-first .finding"));
    words.set_text_content(Some(&format!("{done} of {all} done")));
}

fn read(domain: &str) -> Vec<(String, String)> {
    let text = storage().and_then(|storage| storage.get_item(&key(domain)).ok()?).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(check, when)| (check.to_owned(), when.to_owned()))
        .collect()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn key(domain: &str) -> String {
    format!("launch-ready:done:{domain}")
}
