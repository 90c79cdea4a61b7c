//! Elements made and found by hand: what is drawn once and redrawn whole weighs a tenth of what it weighs as a view.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, EventTarget};

/// An element of the document.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Adds an element with that text to `parent`.
pub fn add(parent: &Element, tag: &str, class: &str, text: &str) -> Option<Element> {
    // None of this fails for the names that are used here; where it did, a drawing would lack a stroke.
    let element = document().create_element(tag).ok()?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    parent.append_child(&element).ok()?;
    Some(element)
}

/// The same, for what many are built into: `parent` itself where it could not be made.
#[must_use]
#[inline(never)]
pub fn make(parent: &Element, tag: &str, class: &str, text: &str) -> Element {
    add(parent, tag, class, text).unwrap_or_else(|| parent.clone())
}

/// Sets an attribute.
#[inline(never)]
pub fn set(element: &Element, name: &str, value: &str) {
    // Fails on names that are not allowed only.
    let _ = element.set_attribute(name, value);
}

/// A picture of the sprite, by its id there.
#[inline(never)]
pub fn icon(parent: &Element, id: &str) {
    let made = |tag| document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).ok();
    let (Some(svg), Some(used)) = (made("svg"), made("use")) else { return };
    set(&svg, "class", "icon");
    set(&svg, "aria-hidden", "true");
    set(&svg, "focusable", "false");
    set(&used, "href", &format!("#{id}"));
    let _ = svg.append_child(&used);
    let _ = parent.append_child(&svg);
}

/// Adds text to what an element says already.
#[inline(never)]
pub fn say(parent: &Element, text: &str) {
    let _ = parent.append_with_str_1(text);
}

/// A button of the program on demand: `does` is what `act` in `www/src/view/program.rs` knows it by.
#[must_use]
pub fn doing(parent: &Element, does: &str, words: &str) -> Element {
    let button = make(parent, "button", "", words);
    set(&button, "type", "button");
    set(&button, "data-do", does);
    button
}

/// For as long as the page is open.
pub fn listen(target: &EventTarget, event: &str, handler: impl FnMut(Event) + 'static) {
    let handler = Closure::<dyn FnMut(Event)>::new(handler);
    if target.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref()).is_ok() {
        handler.forget();
    }
}

/// Unfolds everything in which an element lies.
pub fn reveal(element: &Element) {
    let mut around = element.closest("details").ok().flatten();
    while let Some(details) = around {
        set(&details, "open", "");
        around = details.parent_element().and_then(|parent| parent.closest("details").ok().flatten());
    }
}
