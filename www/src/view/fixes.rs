//! How it is put right: the exact lines, each with a button that copies it.

use std::sync::Arc;

use launch_ready_core::checks::fix::Fix;
use launch_ready_core::report::{FindingReport, FixShown};
use leptos::prelude::*;

use super::copy::line;
use super::finding::spelled;

/// Every fix of a finding.
#[component]
pub(super) fn Fixes(finding: Arc<FindingReport>) -> impl IntoView {
    if finding.fixes.is_empty() {
        return ().into_any();
    }
    let fixes = finding.fixes.iter().map(|fix| one(fix, &finding.name)).collect_view();
    view! {
        <h5>"How to fix it"</h5>
        <ol class="fixes">{fixes}</ol>
    }
    .into_any()
}

fn one(fix: &FixShown, name: &str) -> AnyView {
    if let Fix::Step { .. } = fix.fix {
        return view! { <li class="step"><bdi>{spelled(&fix.line)}</bdi></li> }.into_any();
    }
    let replaced = match &fix.fix {
        Fix::Record { replaces, .. } => replaces.clone(),
        _ => None,
    };
    view! {
        <li>
            <p class="verb">{fix.verb.clone()}</p>
            {replaced
                .map(|old| {
                    view! {
                        <p class="replaced">
                            <span>"Now: "</span>
                            <del><code>{old}</code></del>
                        </p>
                    }
                })}
            {line(fix.line.clone(), &format!("{}, {name}", fix.verb))}
        </li>
    }
    .into_any()
}
