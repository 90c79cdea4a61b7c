//! A line to copy; what its button does is in copy.js.

use leptos::prelude::*;

use super::icon::Icon;

/// A line with a button that copies it; `what` names it for those who do not see it.
pub(super) fn line(text: String, what: &str) -> AnyView {
    view! {
        <div class="line">
            <code>{text}</code>
            <button type="button" class="copy" data-copy="" aria-label=format!("Copy the line: {what}")>
                <Icon id="i-copy" />
                <span>"Copy"</span>
            </button>
        </div>
    }
    .into_any()
}
