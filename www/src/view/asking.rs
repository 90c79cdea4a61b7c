//! What a check has to be told before it can say more, with its field where the finding is.

use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::FindingReport;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};

use crate::dom::{by_id, make, set};

/// What can be said, by the name of the service's parameter: the words for it, and an example of what is typed. What is
/// chosen from a list has its list in the form above.
const SELECTOR: (&str, &str, &str) = ("selector", "Your DKIM selector", "s1");
const PATH: (&str, &str, &str) = ("path", "A path to check", "/login");
const MAIL: (&str, &str, &str) = ("mail", "Email on this domain", "");
const SEGMENT: (&str, &str, &str) = ("segment", "What are you launching?", "");

/// What is judged by what the domain does with mail, by check and outcome.
const BY_MAIL: [(&str, &str); 4] = [
    ("mx", "none"),
    ("mx", "null-beside-others"),
    ("spf-record", "missing"),
    ("non-sending", "seems-to-send"),
];
/// Checks whose outcome depends on the kind of business.
const BY_SEGMENT: [&str; 1] = ["home-response-time"];

/// Adds the field, where the finding asks for something. Who sends it is `www/src/view/report.rs`.
pub(super) fn field(place: &Element, finding: &FindingReport) {
    let is_to_fix = matches!(finding.level, Level::Warn | Level::Fail);
    let check = finding.check.as_str();
    let (name, words, example) = match (check, finding.outcome.as_str()) {
        ("dkim-keys", "selector-unknown" | "only-withdrawn" | "wildcard") => SELECTOR,
        (_, "none-named") => PATH,
        asked if BY_MAIL.contains(&asked) => MAIL,
        _ if is_to_fix && BY_SEGMENT.contains(&check) => SEGMENT,
        _ => return,
    };
    let list = by_id::<HtmlSelectElement>(name);
    // Within another page there is no form to take the list from.
    if example.is_empty() && list.is_none() {
        return;
    }
    let form = make(place, "form", "asking", "");
    let label = make(&form, "label", "", "");
    let _ = make(&label, "span", "", words);
    match list {
        Some(list) => {
            let Ok(field) = list.clone_node_with_deep(true) else { return };
            let _ = label.append_child(&field);
            if let Ok(field) = field.dyn_into::<HtmlSelectElement>() {
                let _ = field.remove_attribute("id");
                field.set_value(&list.value());
            }
        }
        None => {
            let field = make(&label, "input", "", "");
            for (attribute, value) in [
                ("name", name),
                ("placeholder", example),
                ("autocapitalize", "none"),
                ("autocomplete", "off"),
                ("spellcheck", "false"),
                ("maxlength", "200"),
                ("required", ""),
            ] {
                set(&field, attribute, value);
            }
        }
    }
    let _ = make(&form, "button", "", "Check");
}

/// What was said in such a form, by the name of the service's parameter.
pub(super) fn said(form: &Element) -> Option<(String, String)> {
    let field = form.query_selector("input, select").ok()??;
    let value = match field.dyn_ref::<HtmlInputElement>() {
        Some(field) => field.value(),
        None => field.dyn_ref::<HtmlSelectElement>()?.value(),
    };
    Some((field.get_attribute("name")?, value.trim().to_owned()))
}
