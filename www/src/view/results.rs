//! The region below the form: where things stand at the left, every check at the right; one column on a phone.

use leptos::prelude::*;

use super::checks::{Checks, Ticks};
use super::progress::ProgressCard;
use super::risks::Risks;
use super::trouble::TroubleCard;
use super::verdict::VerdictCard;
use crate::state::{Phase, Store};

/// Everything about one domain. Its heading stays the same element from the first question to the verdict, so that
/// the focus can rest on it.
#[component]
pub(super) fn Results(store: Store) -> impl IntoView {
    let kicker = move || {
        store.phase.with(|phase| match phase {
            Phase::Idle | Phase::Running => "Checking",
            Phase::Finished(_) => "Launch report",
            Phase::Lost(_) => "Interrupted",
        })
    };
    // The name that is looked up, where it is not what people read: letters of other scripts can look the same.
    let ascii = move || {
        store.phase.with(|phase| match phase {
            Phase::Finished(report) if report.domain != report.domain_unicode => {
                Some(view! { <p class="ascii">"In DNS: "<bdi>{report.domain.clone()}</bdi></p> })
            }
            _ => None,
        })
    };
    let status = move || match store.phase.get() {
        Phase::Idle => ().into_any(),
        Phase::Running => view! { <ProgressCard store /> }.into_any(),
        Phase::Finished(report) => view! {
            <VerdictCard store report=report.clone() />
            <Risks report />
        }
        .into_any(),
        Phase::Lost(trouble) => view! { <TroubleCard store trouble /> }.into_any(),
    };
    view! {
        <div class="board" class:running=move || store.phase.with(|phase| matches!(phase, Phase::Running))>
            <div class="lead">
                <p class="kicker">{kicker}</p>
                <h2 id="results-title" tabindex="-1">
                    <bdi>{store.domain}</bdi>
                </h2>
                {ascii}
                <Ticks store />
                {status}
            </div>
            <Checks store />
        </div>
    }
}
