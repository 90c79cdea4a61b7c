//! What can be done with a report as a whole: copied, sent to a developer, run again, looked back at.

use js_sys::encode_uri_component;
use launch_ready_core::report::Report;
use leptos::prelude::window;
use web_sys::Element;

use crate::copying::copying;
use crate::dom::{doing, icon, make, set};
use crate::handoff;

/// A report and where it can be found.
pub(super) struct Whole<'r> {
    /// The report.
    pub(super) report: &'r Report,
    /// Its id, under which it stays; empty where it is not known.
    pub(super) id: &'r str,
    /// Where the service answers the same question.
    pub(super) address: &'r str,
}

/// The row of buttons below the verdict. What "Run again" does is in `www/src/view/report.rs`.
pub(super) fn draw(place: &Element, Whole { report, id, address }: &Whole<'_>) {
    let origin = window().location().origin().unwrap_or_default();
    let link = if id.is_empty() { String::new() } else { format!("{origin}/report/{id}") };
    let actions = make(place, "div", "actions", "");
    let has_fixes = !report.risks.is_empty();
    let all = handoff::fixes(report, &link);
    if has_fixes {
        let copy = make(&actions, "button", "copy primary", "");
        set(&copy, "type", "button");
        // What is copied is the text in the panel beside it.
        set(&copy, "data-copy", "all-fixes");
        icon(&copy, "i-copy");
        let _ = make(&copy, "span", "", "Copy all fixes");
    }
    let again = make(&actions, "button", "", "Run again");
    set(&again, "type", "button");
    set(&again, "id", "run-again");
    let history = doing(&actions, "history", "History");
    set(&history, "aria-controls", "history");
    let send = make(&actions, "details", "send", "");
    let _ = make(&send, "summary", "", if has_fixes { "Send to my developer" } else { "Share" });
    let panel = make(&send, "div", "panel", "");
    if !link.is_empty() {
        let _ = make(&panel, "p", "", "This link stays as it is now. Anyone who has it can read the report.");
        copying(&panel, &link, "link to this report");
        let share = make(&panel, "button", "", "Share this link");
        for (name, value) in [("type", "button"), ("data-share", link.as_str())] {
            set(&share, name, value);
        }
    }
    if has_fixes {
        let _ = make(&panel, "p", "", "Everything to fix, as text:");
        let text = make(&panel, "pre", "long", &all);
        for (name, value) in
            [("id", "all-fixes"), ("tabindex", "0"), ("role", "region"), ("aria-label", "All fixes")]
        {
            set(&text, name, value);
        }
    }
    let ways = make(&panel, "p", "ways", "");
    let mail = format!(
        "mailto:?subject={}&body={}",
        encode_uri_component(&format!("Launch fixes for {}", report.domain_unicode)),
        encode_uri_component(&handoff::heading(report, &link))
    );
    let public = format!("/r/{}", report.domain);
    for (href, words) in
        [(mail.as_str(), "Write an email"), (&public, "Public page"), (address, "Report as JSON")]
    {
        let way = make(&ways, "a", "", words);
        set(&way, "href", href);
    }
    let _ = doing(&actions, "plan", "Launch plan and documents");
}
