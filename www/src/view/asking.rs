//! What a check has to be told before it can say more, with its field where the finding is.

use launch_ready_core::report::FindingReport;
use web_sys::Element;

use crate::dom::{make, set};

/// What can be said, by the name of the service's parameter.
const SELECTOR: (&str, &str, &str) = ("selector", "Your DKIM selector", "s1");
const PATH: (&str, &str, &str) = ("path", "A path to check", "/login");

/// Adds the field, where the finding asks for something. Who sends it is `www/src/view/report.rs`.
pub(super) fn field(place: &Element, finding: &FindingReport) {
    let (name, words, example) = match (finding.check.as_str(), finding.outcome.as_str()) {
        ("dkim-keys", "selector-unknown" | "only-withdrawn" | "wildcard") => SELECTOR,
        (_, "none-named") => PATH,
        _ => return,
    };
    let form = make(place, "form", "asking", "");
    let label = make(&form, "label", "", "");
    let _ = make(&label, "span", "", words);
    let input = make(&label, "input", "", "");
    for (attribute, value) in [
        ("name", name),
        ("placeholder", example),
        ("autocapitalize", "none"),
        ("autocomplete", "off"),
        ("spellcheck", "false"),
        ("maxlength", "200"),
        ("required", ""),
    ] {
        set(&input, attribute, value);
    }
    let _ = make(&form, "button", "", "Check");
}
