//! Words of the core, with their code set as such.

use web_sys::Element;

use crate::dom::{make, say};
use crate::pieces::code_spans;

/// Adds them to `place`.
pub(super) fn spelled(place: &Element, words: &str) {
    for (run, is_code) in code_spans(words) {
        if is_code {
            let _ = make(place, "code", "", run);
        } else {
            say(place, run);
        }
    }
}
