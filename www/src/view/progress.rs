//! How far the scan is, from what the service says and from nothing else.

use leptos::prelude::*;

use super::icon;
use crate::state::{Row, Store};

/// What stands where the verdict will be.
#[component]
pub(super) fn ProgressCard(store: Store) -> impl IntoView {
    let progress = store.progress;
    let counted = move || {
        progress.with(|progress| match progress.known {
            0 => "Asking the first questions".to_owned(),
            known => format!("{} of {known} questions answered", progress.answered),
        })
    };
    let asking = move || progress.with(|progress| progress.open.last().cloned());
    // One confirmed blocker settles it, whatever else comes.
    let certain = move || store.first_blocker().unwrap_or_default();
    let title = move || if certain().is_empty() { "Checking…" } else { "Not ready" };
    view! {
        <section class="card running" aria-labelledby="status-title">
            <h3 id="status-title">{title}</h3>
            <p class="certainty">{certain}</p>
            <progress
                aria-label="Questions answered"
                max=move || progress.with(|progress| progress.known.max(1))
                prop:value=move || progress.with(|progress| progress.answered)
            ></progress>
            <p class="counted">
                <span>{counted}</span>
                <button type="button" class="quiet" on:click=move |_| store.stop()>"Stop"</button>
            </p>
            <p class="asking">
                {move || asking().map(|probe| view! { "asking "<code>{probe}</code> })}
            </p>
        </section>
    }
}

/// One stroke for each check, in their order: grey until it is answered.
#[component]
pub(super) fn Ticks(store: Store) -> impl IntoView {
    let tick = |row: Row| {
        view! { <span class=move || icon::of_level(row.level()).1></span> }
    };
    view! {
        <div class="ticks" aria-hidden="true">
            {move || store.rows.get().into_iter().map(tick).collect_view()}
        </div>
    }
}

/// Every check by its name, ticked off as it comes to a finding.
#[component]
pub(super) fn Listing(store: Store) -> impl IntoView {
    let one = |row: Row| {
        let name = row.listed.name.clone();
        let class = move || format!("listed {}", icon::of_level(row.level()).1);
        view! { <li class=class><bdi>{name}</bdi></li> }
    };
    view! {
        <ul class="listing">{move || store.rows.get().into_iter().map(one).collect_view()}</ul>
    }
}
