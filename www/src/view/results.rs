//! The region below the form: a heading that stays, and below it where things stand.

use leptos::prelude::*;
use web_sys::Element;

use super::progress::{Listing, ProgressCard, Ticks};
use super::report;
use super::trouble::TroubleCard;
use crate::state::{Phase, Store};

/// Everything about one domain. Its heading stays the same element from the first question to the verdict, so that
/// the focus can rest on it.
#[component]
pub(super) fn Results(store: Store) -> impl IntoView {
    let kicker = move || {
        store.phase.with(|phase| match phase {
            Phase::Idle | Phase::Running => "Checking",
            Phase::Finished(_) => "Launch report",
            Phase::Lost(_) => "No report",
        })
    };
    let status = move || match store.phase.get() {
        Phase::Idle | Phase::Finished(_) => ().into_any(),
        Phase::Running => view! {
            <Ticks store />
            <ProgressCard store />
            <Listing store />
        }
        .into_any(),
        Phase::Lost(trouble) => view! { <TroubleCard store trouble /> }.into_any(),
    };
    let place = NodeRef::<leptos::html::Div>::new();
    place.on_load(move |place| report::hear(&Element::from(place), store));
    view! {
        <div class="board">
            <p class="kicker">{kicker}</p>
            <h2 id="results-title" tabindex="-1">
                <bdi>{store.domain}</bdi>
            </h2>
            {status}
            <div id="report" class="report" node_ref=place></div>
        </div>
    }
}
