//! What to fix, the worst first.

use std::sync::Arc;

use launch_ready_core::report::score::Rank;
use launch_ready_core::report::{Report, Risk};
use leptos::prelude::*;

/// Every risk as a link to its finding, in the report's order.
#[component]
pub(super) fn Risks(report: Arc<Report>) -> impl IntoView {
    if report.risks.is_empty() {
        let words = if report.coverage.answered == report.coverage.of {
            "Nothing to fix."
        } else {
            "Nothing to fix in what could be measured."
        };
        return view! { <p class="nothing">{words}</p> }.into_any();
    }
    let risks = report.risks.iter().map(risk).collect_view();
    view! {
        <nav class="risks" aria-labelledby="risks-title">
            <h3 id="risks-title">"What to fix, in this order"</h3>
            <ol>{risks}</ol>
        </nav>
    }
    .into_any()
}

fn risk(risk: &Risk) -> AnyView {
    let gain = match risk.gain {
        0 => None,
        1 => Some("+1 point when fixed".to_owned()),
        points => Some(format!("+{points} points when fixed")),
    };
    let stakes =
        format!("Risks {}. Takes {}: {}.", risk.loses.words(), risk.effort.words(), risk.who.words());
    view! {
        <li>
            <a href=format!("#check-{}", risk.check)>
                <span class=format!("chip {}", class_of(risk.rank))>{risk.rank.words()}</span>
                <bdi class="title">{risk.title.clone()}</bdi>
                <span class="stakes">{stakes}</span>
                {gain.map(|gain| view! { <span class="gain">{gain}</span> })}
            </a>
        </li>
    }
    .into_any()
}

/// The style class of a rank.
pub(super) fn class_of(rank: Rank) -> &'static str {
    match rank {
        Rank::Blocker => "blocker",
        Rank::Important => "important",
        Rank::Optional => "optional",
    }
}
