//! A text to copy, with its button; what the button does is in plan.js, once for all of them.

use web_sys::Element;

use super::super::picture::add;

/// Texts of more lines scroll in a box of their own.
const LONG: usize = 16;

/// Adds a text and its button to `parent`. `what` names it for those who do not see it.
pub(super) fn copying(parent: &Element, text: &str, what: &str) {
    let Some(line) = add(parent, "div", "line", "") else { return };
    let long = text.lines().count() > LONG;
    if let Some(code) = add(&line, "code", if long { "long" } else { "" }, text)
        && long
    {
        // A box that scrolls has to be reachable by keyboard.
        for (name, value) in [("tabindex", "0"), ("role", "region"), ("aria-label", what)] {
            let _ = code.set_attribute(name, value);
        }
    }
    if let Some(button) = add(&line, "button", "copy", "Copy") {
        let _ = button.set_attribute("data-copy", "");
        let _ = button.set_attribute("aria-label", &format!("Copy: {what}"));
    }
}
