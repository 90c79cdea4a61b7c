//! The form of `index.html`, as it stands in the document: without this it asks by loading the page anew, with this
//! it asks in place. Nothing in it is replaced, so what was typed before stays.

use leptos::ev;
use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, MouseEvent,
};

use super::by_id;
use crate::asked::Asked;
use crate::problem::NOTHING_TYPED;
use crate::state::Store;

/// Makes the form, and the links that ask for an example, ask in place; and asks what the address asks for.
pub(super) fn enhance(store: Store) {
    // Within another page there is no form, only what the address asks for.
    if let Some(form) = by_id::<HtmlFormElement>("scan") {
        take_over(&form, store);
    }
    show_refusals(store);
    let location = window().location();
    let of_path = || Asked::from_path(&location.pathname().unwrap_or_default());
    if let Some(asked) = Asked::from_query(&location.search().unwrap_or_default()).or_else(of_path) {
        fill(&asked);
        // The address says it already, and may name a finding.
        store.ask(asked, false);
        lead_to_results();
    }
}

fn take_over(form: &HtmlFormElement, store: Store) {
    // What is refused is said in our words, below the field.
    form.set_no_validate(true);
    listen(form, "submit", move |event: Event| {
        event.prevent_default();
        ask(store, fields());
    });
    let clicks = window_event_listener(ev::click, move |event| {
        if let Some(asked) = example_of(&event) {
            event.prevent_default();
            fill(&asked);
            ask(store, asked);
        }
    });
    on_cleanup(move || clicks.remove());
}

fn ask(store: Store, asked: Asked) {
    if asked.domain.is_empty() {
        store.refuse(NOTHING_TYPED.to_owned());
        return;
    }
    remember(&asked);
    store.ask(asked, false);
    lead_to_results();
}

/// Asks the same again.
pub(super) fn ask_again(store: Store, fresh: bool) {
    store.ask(store.asked.get_untracked(), fresh);
    // What was clicked is about to go away, and the focus with it.
    lead_to_results();
}

fn lead_to_results() {
    // They are rendered by then.
    request_animation_frame(|| {
        if let Some(title) = by_id::<HtmlElement>("results-title") {
            // Nothing is lost where the focus cannot be moved: the results are announced, too.
            let _ = title.focus();
            title.scroll_into_view();
        }
    });
}

/// Puts what was asked into the address, so that it survives a reload and can be sent to somebody.
fn remember(asked: &Asked) {
    let address = format!("/?{}", asked.query());
    let history = window().history();
    // Browsers refuse this when it is done too often; the page works without.
    let _ = history.and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
}

/// What the form says now.
fn fields() -> Asked {
    let selected = |id| by_id::<HtmlSelectElement>(id).map(|field| field.value()).unwrap_or_default();
    let typed = by_id::<HtmlInputElement>("domain").map(|field| field.value()).unwrap_or_default();
    Asked { domain: typed.trim().to_owned(), segment: selected("segment"), mail: selected("mail") }
}

/// Makes the form say what is asked.
fn fill(asked: &Asked) {
    if let Some(field) = by_id::<HtmlInputElement>("domain") {
        field.set_value(&asked.domain);
    }
    for (id, value) in [("segment", &asked.segment), ("mail", &asked.mail)] {
        if let Some(field) = by_id::<HtmlSelectElement>(id) {
            field.set_value(value);
        }
    }
    if let (Some(details), false) =
        (by_id::<Element>("details"), asked.segment.is_empty() && asked.mail.is_empty())
    {
        // It only shows what is set anyway.
        let _ = details.set_attribute("open", "");
    }
}

/// What a click on an example asks for. Clicks that open a new tab are left to the browser.
fn example_of(event: &MouseEvent) -> Option<Asked> {
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0 {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    let link = target.closest("a[href^='/?']").ok()??;
    Asked::from_query(link.get_attribute("href")?.split_once('?')?.1)
}

/// Shows why what was typed is refused, in the place of the hint, and leads back to the field.
fn show_refusals(store: Store) {
    Effect::new(move || {
        let refusal = store.refusal.get();
        let refused = !refusal.is_empty();
        if let Some(words) = by_id::<HtmlElement>("domain-error-words") {
            words.set_text_content(Some(&refusal));
        }
        for (id, hidden) in [("domain-error", !refused), ("domain-hint", refused)] {
            if let Some(part) = by_id::<HtmlElement>(id) {
                part.set_hidden(hidden);
            }
        }
        let Some(field) = by_id::<HtmlInputElement>("domain") else { return };
        // These two fail on names and values that are not allowed; these are.
        let _ = field.set_attribute("aria-invalid", if refused { "true" } else { "false" });
        let _ = field.set_attribute("aria-describedby", if refused { "domain-error" } else { "domain-hint" });
        if refused {
            let _ = field.focus();
            field.select();
        }
    });
}

/// For as long as the page is open.
pub(super) fn listen(element: &HtmlElement, event: &str, handler: impl Fn(Event) + 'static) {
    let handler = Closure::<dyn Fn(Event)>::new(handler);
    if element.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref()).is_ok() {
        handler.forget();
    }
}
