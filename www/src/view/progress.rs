//! How far the scan is, from what the service says and from nothing else.

use leptos::prelude::*;

use crate::state::Store;

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
    let title = move || if certain().is_empty() { "Looking…" } else { "Not yet" };
    view! {
        <section class="card running" aria-labelledby="status-title">
            <h3 id="status-title">{title}</h3>
            <p class="certainty">{certain}</p>
            <progress
                aria-label="Questions answered"
                max=move || progress.with(|progress| progress.known.max(1))
                prop:value=move || progress.with(|progress| progress.answered)
            ></progress>
            <p class="counted">{counted}</p>
            <p class="asking">
                {move || asking().map(|probe| view! { "asking "<code>{probe}</code> })}
            </p>
        </section>
    }
}
