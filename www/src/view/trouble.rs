//! There is no report: why, what is kept, and trying again.

use leptos::prelude::*;

use super::form::ask_again;
use super::icon::Icon;
use crate::problem::Trouble;
use crate::state::Store;

/// What stands where the verdict would be.
#[component]
pub(super) fn TroubleCard(store: Store, trouble: Trouble) -> impl IntoView {
    let (settled, of) = untrack(|| store.settled());
    let reference = trouble.reference().to_owned();
    let again = if trouble == Trouble::Stopped { "Check again" } else { "Try again" };
    view! {
        <section class="card trouble" aria-labelledby="trouble-title">
            <h3 id="trouble-title">
                <Icon id="i-cut" />
                {trouble.title()}
            </h3>
            <p>{trouble.detail(settled, of)}</p>
            {(!reference.is_empty())
                .then(|| view! { <p class="reference">"Reference: "<code>{reference}</code></p> })}
            <p class="actions">
                <button type="button" class="primary" on:click=move |_| ask_again(store, false)>{again}</button>
            </p>
        </section>
    }
    .into_any()
}
