//! The form of `index.html`, as it stands in the document: without this it asks by loading the page anew, with this
//! it asks in place. Nothing in it is replaced, so what was typed before stays.

use leptos::ev;
use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{
    Event, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

use crate::asked::Asked;
use crate::dom::{by_id, listen, set};
use crate::problem::NOTHING_TYPED;
use crate::state::{Phase, Store};
use crate::typed;

/// Makes the form ask in place; and asks what the address asks for.
pub(super) fn enhance(store: Store) {
    // Within another page there is no form, only what the address asks for.
    if let Some(form) = by_id::<HtmlFormElement>("scan") {
        take_over(&form, store);
    }
    show_refusals(store);
    if let Some(asked) = of_address() {
        // It may hold what belongs into nobody's history: a password, an email address. What was asked follows with the answer.
        if !typed::is_host(&asked.domain) {
            address(&Asked { domain: String::new(), ..asked.clone() }, false);
        }
        fill(&asked);
        store.ask(asked, false);
        lead_to_results();
    }
}

/// What the page's own address asks for.
fn of_address() -> Option<Asked> {
    let location = window().location();
    let of_path = || Asked::from_path(&location.pathname().unwrap_or_default());
    Asked::from_query(&location.search().unwrap_or_default()).or_else(of_path)
}

fn take_over(form: &HtmlFormElement, store: Store) {
    // What is refused is said in our words, below the field.
    form.set_no_validate(true);
    if let Some(more) = by_id::<HtmlElement>("more-choices") {
        more.set_hidden(false);
    }
    listen(form, "submit", move |event: Event| {
        event.prevent_default();
        ask(store, fields());
    });
    if let Some(button) = by_id::<HtmlElement>("domain-instead") {
        listen(&button, "click", move |_| {
            if let Some(host) = store.refusal.with_untracked(|_| typed::suggestion(&fields().domain)) {
                let asked = Asked { domain: host, ..fields() };
                fill(&asked);
                ask(store, asked);
            }
        });
    }
    // Back and forward lead through what was asked.
    let moves = window_event_listener(ev::popstate, move |_| match of_address() {
        Some(asked) if store.asked.with_untracked(|before| *before == asked) && !is_idle(store) => {}
        Some(asked) => {
            fill(&asked);
            store.ask(asked, false);
        }
        None if is_idle(store) => {}
        None => {
            fill(&Asked::default());
            store.leave();
        }
    });
    on_cleanup(move || moves.remove());
}

fn is_idle(store: Store) -> bool {
    store.phase.with_untracked(|phase| matches!(phase, Phase::Idle))
}

/// Asks what somebody entered.
pub(super) fn ask(store: Store, asked: Asked) {
    if asked.domain.is_empty() {
        store.refuse(NOTHING_TYPED.to_owned());
        return;
    }
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
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

/// Puts what is asked into the address, as soon as the service has taken it: so that it survives a reload, can be sent to
/// somebody, and holds the name of a host and nothing else that was typed.
pub(super) fn keep_address(asked: &Asked) {
    let has_form = by_id::<HtmlElement>("scan").is_some();
    if has_form && typed::is_host(&asked.domain) && of_address().as_ref() != Some(asked) {
        address(asked, true);
    }
}

fn address(asked: &Asked, step: bool) {
    let query = asked.query();
    let address = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
    let Ok(history) = window().history() else { return };
    let nothing = JsValue::NULL;
    // Browsers refuse this when it is done too often; the page works without.
    let _ = match step {
        true => history.push_state_with_url(&nothing, "", Some(&address)),
        false => history.replace_state_with_url(&nothing, "", Some(&address)),
    };
}

/// What the form says now.
fn fields() -> Asked {
    let selected = |id| by_id::<HtmlSelectElement>(id).map(|field| field.value()).unwrap_or_default();
    let typed =
        |id| by_id::<HtmlInputElement>(id).map(|field| field.value().trim().to_owned()).unwrap_or_default();
    Asked {
        domain: typed("domain"),
        segment: selected("segment"),
        mail: selected("mail"),
        selectors: typed("selector"),
        paths: typed("path"),
    }
}

/// Makes the form say what is asked.
pub(super) fn fill(asked: &Asked) {
    for (id, value) in [("domain", &asked.domain), ("selector", &asked.selectors), ("path", &asked.paths)] {
        if let Some(field) = by_id::<HtmlInputElement>(id) {
            field.set_value(value);
        }
    }
    for (id, value) in [("segment", &asked.segment), ("mail", &asked.mail)] {
        if let Some(field) = by_id::<HtmlSelectElement>(id) {
            field.set_value(value);
        }
    }
}

/// Shows why what was typed is refused, in the place of the hint, offers what could be checked instead, and leads back to
/// the field.
fn show_refusals(store: Store) {
    Effect::new(move || {
        let refusal = store.refusal.get();
        let refused = !refusal.is_empty();
        if let Some(words) = by_id::<HtmlElement>("domain-error-words") {
            words.set_text_content(Some(&refusal));
        }
        let instead = typed::suggestion(&fields().domain).filter(|_| refused);
        if let Some(button) = by_id::<HtmlElement>("domain-instead") {
            button.set_text_content(instead.as_ref().map(|host| format!("Check {host}")).as_deref());
        }
        let hidden =
            [("domain-error", !refused), ("domain-hint", refused), ("domain-instead", instead.is_none())];
        for (id, hidden) in hidden {
            if let Some(part) = by_id::<HtmlElement>(id) {
                part.set_hidden(hidden);
            }
        }
        let Some(field) = by_id::<HtmlInputElement>("domain") else { return };
        set(&field, "aria-invalid", if refused { "true" } else { "false" });
        set(&field, "aria-describedby", if refused { "domain-error" } else { "domain-hint" });
        if refused {
            // The page is another one by then: without results.
            request_animation_frame(move || {
                let _ = field.focus();
                field.select();
                let middle = ScrollIntoViewOptions::new();
                middle.set_block(ScrollLogicalPosition::Center);
                field.scroll_into_view_with_scroll_into_view_options(&middle);
            });
        }
    });
}
