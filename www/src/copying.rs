//! A text to copy, with its button; what the button does is in copy.js, once for all of them.

use web_sys::Element;

use crate::dom::{icon, make, set};

/// Texts of more lines scroll in a box of their own.
const LONG: usize = 16;

/// Adds a text and its button to `parent`. `what` names it for those who do not see it.
pub fn copying(parent: &Element, text: &str, what: &str) {
    // A file has the whole width, and its button a line of its own where there is little.
    let class = if text.contains('\n') { "line file" } else { "line" };
    let line = make(parent, "div", class, "");
    let code = make(&line, "code", "", text);
    if text.lines().count() > LONG {
        code.set_class_name("long");
        // A box that scrolls has to be reachable by keyboard.
        for (name, value) in [("tabindex", "0"), ("role", "region"), ("aria-label", what)] {
            set(&code, name, value);
        }
    }
    let button = make(&line, "button", "copy", "");
    set(&button, "type", "button");
    set(&button, "data-copy", "");
    set(&button, "aria-label", &format!("Copy: {what}"));
    icon(&button, "i-copy");
    let _ = make(&button, "span", "", "Copy");
}
