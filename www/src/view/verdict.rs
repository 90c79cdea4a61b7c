//! Whether to launch, why, and the number beside it.

use std::sync::Arc;

use js_sys::Date;
use launch_ready_core::report::Report;
use launch_ready_core::report::score::{Decision, Score};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::copy::line;
use super::form::ask_again;
use super::icon::Icon;
use crate::state::{Store, coverage_words, decision_words};

/// The verdict, big and plain.
#[component]
pub(super) fn VerdictCard(store: Store, report: Arc<Report>) -> impl IntoView {
    let decision = report.verdict.decision;
    let (tone, icon) = match decision {
        Decision::Go => ("go", "i-pass"),
        Decision::NoGo => ("no-go", "i-fail"),
        Decision::NoVerdict => ("no-verdict", "i-unknown"),
    };
    let mut cap = report.cap.clone().unwrap_or_default();
    if let Some(Score { value, unblocked, .. }) = report.score
        && unblocked > value
    {
        cap += &format!(" With everything that stops the launch put right, it is {unblocked}.");
    }
    let id = store.link.get_untracked();
    let link = format!("{}/report/{id}", window().location().origin().unwrap_or_default());
    let address = store.asked.with_untracked(crate::asked::Asked::report_address);
    view! {
        <section
            class=format!("card verdict {tone}")
            aria-labelledby="verdict-title"
            // What embed.js tells the page around it.
            data-verdict=tone
            data-score=report.score.map(|score| score.value)
        >
            <h3 id="verdict-title">
                <Icon id=icon />
                {decision_words(decision)}
            </h3>
            <p class="reason">{report.verdict.reason.clone()}</p>
            <div class="numbers">
                {score_view(report.score)}
                <p class="coverage">{coverage_words(&report)}</p>
            </div>
            <p class="cap">{cap}</p>
            <p class="run">
                {format!("Measured from {}, {}, in {}.", report.run.vantage, when(&report.run.started), took(report.run.took_ms))}
            </p>
            <p class="kept">{store.kept}</p>
            <p class="actions">
                <button type="button" on:click=move |_| ask_again(store, true)>"Check everything again"</button>
                <a href=format!("/r/{}", report.domain)>"Page to share"</a>
                <a href=address>"Report as JSON"</a>
            </p>
            <details class="link" hidden=id.is_empty()>
                <summary>"Link to this report"</summary>
                <p>"It stays as it is now, and whoever has the link can read it."</p>
                {line(link, "link to this report")}
            </details>
        </section>
    }
    .into_any()
}

fn score_view(score: Option<Score>) -> AnyView {
    let Some(Score { value, uncapped, .. }) = score else {
        return view! { <p class="score">"No score"</p> }.into_any();
    };
    view! {
        <p class="score">
            <span class="visually-hidden">"Score "</span>
            <strong>{value}</strong>
            " of 100"
        </p>
        <svg class="scale" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="of" width="100" height="4" />
            <rect class="uncapped" width=uncapped height="4" />
            <rect class="value" width=value height="4" />
        </svg>
    }
    .into_any()
}

/// A time of the service in the reader's own.
fn when(started: &str) -> String {
    let date = Date::new(&JsValue::from_str(started));
    if date.get_time().is_nan() {
        return started.to_owned();
    }
    date.to_locale_string("default", &JsValue::UNDEFINED).into()
}

fn took(ms: u32) -> String {
    if ms < 1000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}
