//! What is tried by hand: the walk along the demo path, and the AI cases. Two of the documents are about them.

use launch_ready_core::plan::roadmap::{Case, Devices, Step, Word, ai_cases, demo_path};
use leptos::prelude::*;

use super::item::{Choice, Note};
use super::state::Plan;

/// Both, each behind its heading.
#[component]
pub(super) fn Cases(plan: Plan) -> impl IntoView {
    let walked = move || held(plan, demo_path().iter().map(Step::answered_as));
    let tried = move || held(plan, ai_cases().iter().map(Case::answered_as));
    let steps = demo_path().iter().map(|step| step_view(plan, step)).collect_view();
    let cases = ai_cases().iter().map(|case| case_view(plan, case)).collect_view();
    view! {
        <details class="plan-part" id="plan-demo-path">
            <summary>"Walk the demo path "<span class="plan-done">{walked}</span></summary>
            <p class="plan-hint">"Do this on the live site, in a private window, with new accounts."</p>
            <ul class="plan-items">{steps}</ul>
        </details>
        <details class="plan-part" id="plan-ai-cases">
            <summary>"Test your AI features "<span class="plan-done">{tried}</span></summary>
            <p class="plan-hint">"For products that use AI. Try each by hand with two test accounts, A and B. If one fails, switch the feature off until it is fixed."</p>
            <ul class="plan-items">{cases}</ul>
        </details>
    }
    .into_any()
}

fn held(plan: Plan, ids: impl ExactSizeIterator<Item = String>) -> String {
    let of = ids.len();
    let held = plan.answers.with(|answers| ids.filter(|id| answers.word(id) == Some(Word::Yes)).count());
    format!("{held} of {of} passed")
}

const WORDS: [&str; 3] = ["Passed", "Failed", "Not applicable"];

fn step_view(plan: Plan, step: &'static Step) -> AnyView {
    let on = match step.on {
        Devices::Both => "on a phone and on a computer",
        Devices::Phone => "on a phone",
        Devices::Once => "once, on any device",
    };
    view! {
        <li>
            <p class="plan-text">{step.title.as_str()}<span class="plan-must">{on}</span></p>
            <p>{step.action.as_str()}</p>
            <p class="plan-how"><strong>"See: "</strong>{step.see.as_str()}</p>
            <p class="plan-how"><strong>"Usually fails: "</strong>{step.fails.as_str()}</p>
            <Choice plan id=step.answered_as() words=WORDS label=step.title.as_str() />
            <Note plan id=step.answered_as() />
        </li>
    }
    .into_any()
}

fn case_view(plan: Plan, case: &'static Case) -> AnyView {
    let first = (!case.setup.is_empty())
        .then(|| view! { <p class="plan-how"><strong>"First: "</strong>{case.setup.as_str()}</p> });
    view! {
        <li>
            <p class="plan-text">{case.title.as_str()}<span class="plan-must">{case.kind.title()}</span></p>
            {first}
            <div class="line">
                <code>{case.typed.as_str()}</code>
                <button type="button" class="copy" data-copy="" aria-label=format!("Copy: {}", case.title)>"Copy"</button>
            </div>
            <p class="plan-how"><strong>"Must not happen: "</strong>{case.never.as_str()}</p>
            <p class="plan-how"><strong>"If it does: "</strong>{case.then.as_str()}</p>
            <Choice plan id=case.answered_as() words=WORDS label=case.title.as_str() />
            <Note plan id=case.answered_as() />
        </li>
    }
    .into_any()
}
