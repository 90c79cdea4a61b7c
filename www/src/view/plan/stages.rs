//! The stages of a roadmap.

use launch_ready_core::plan::roadmap;
use launch_ready_core::plan::roadmap::{SignalState, Stage, StageStand, StageState, Word};
use launch_ready_core::target::Segment;
use leptos::prelude::*;

use super::item::{Choice, Item};
use super::state::Plan;
use launch_ready_core::report::words;

/// Every stage, and the targets. Their elements stay while answers change, and so does the focus.
#[component]
pub(super) fn Stages(plan: Plan, segment: Segment) -> impl IntoView {
    let roadmap = roadmap::of(segment);
    let stages = roadmap
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| view! { <StageView plan stage index /> })
        .collect_view();
    let targets = roadmap.targets.iter().map(|item| view! { <Item plan item /> }).collect_view();
    view! {
        <section aria-labelledby="plan-stages-title">
            <h3 id="plan-stages-title">"Stages"</h3>
            <p class="plan-hint">{roadmap.summary.as_str()}</p>
            <ol class="plan-stages">{stages}</ol>
        </section>
        <section aria-labelledby="plan-targets-title">
            <h3 id="plan-targets-title">"Targets"</h3>
            <ul class="plan-items">{targets}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn StageView(plan: Plan, stage: &'static Stage, index: usize) -> impl IntoView {
    let state = Memo::new(move |_| {
        let find = |stages: &[StageState]| {
            stages.iter().find(|known| known.id == stage.id).map(|known| (known.stand, known.progress))
        };
        plan.assessment.with(|assessment| assessment.as_ref().and_then(|assessment| find(&assessment.stages)))
    });
    let stand = move || state.get().map_or(StageStand::NotBegun, |(stand, _)| stand);
    let tone = move || match stand() {
        StageStand::Failing => "plan-stand fail",
        StageStand::Done => "plan-stand pass",
        StageStand::Underway => "plan-stand warn",
        StageStand::NotBegun => "plan-stand unknown",
    };
    let done = move || {
        state
            .get()
            .map(|(_, progress)| format!("{} of {} done", progress.done, progress.of))
            .unwrap_or_default()
    };
    // One stage at a time: the first that is not done, as the plan is opened.
    let is_next = plan.assessment.with_untracked(|assessment| {
        let open = |stage: &&StageState| stage.stand != StageStand::Done;
        assessment.as_ref().and_then(|it| it.stages.iter().find(open)).is_some_and(|next| next.id == stage.id)
    });
    let items = stage.items.iter().map(|item| view! { <Item plan item /> }).collect_view();
    let deliverables = stage
        .deliverables
        .iter()
        .map(|deliverable| {
            let id = deliverable.id.as_str();
            let document =
                deliverable.document.as_deref().and_then(launch_ready_core::plan::documents::Kind::of);
            view! {
                <li>
                    <label>
                        <input
                            type="checkbox"
                            prop:checked=move || plan.word(id) == Some(Word::Yes)
                            on:change=move |event| {
                                let ticked = event_target_checked(&event);
                                plan.change(id, |said| said.answer = ticked.then_some(Word::Yes));
                            }
                        />
                        <span>{deliverable.text.as_str()}</span>
                    </label>
                    {document.map(|kind| view! { <span class="plan-here">"Document below: "{kind.title}</span> })}
                </li>
            }
        })
        .collect_view();
    let signals = stage
        .signals
        .iter()
        .map(|signal| view! { <SignalView plan id=signal.id.as_str() text=signal.text.as_str() /> })
        .collect_view();
    view! {
        <li>
            <details class="plan-stage" name="plan-stage" id=format!("stage-{}", stage.id) open=is_next>
                <summary>
                    <span class="plan-number">{index + 1}</span>
                    <span class="plan-title">{stage.title.as_str()}</span>
                    <span class=tone>{move || words::capital(stand().words())}</span>
                    <span class="plan-done">{done}</span>
                </summary>
                <p class="plan-goal">{stage.goal.as_str()}</p>
                <ul class="plan-items">{items}</ul>
                <h4>"Deliverables"</h4>
                <ul class="plan-ticks">{deliverables}</ul>
                <h4>"Warning signs"</h4>
                <ul class="plan-items plan-signals">{signals}</ul>
            </details>
        </li>
    }
    .into_any()
}

#[component]
fn SignalView(plan: Plan, id: &'static str, text: &'static str) -> impl IntoView {
    let state = Memo::new(move |_| {
        let find = |stages: &[StageState]| -> Option<SignalState> {
            stages.iter().flat_map(|stage| &stage.signals).find(|signal| signal.id == id).cloned()
        };
        plan.assessment.with(|assessment| assessment.as_ref().and_then(|assessment| find(&assessment.stages)))
    });
    let because = move || {
        state
            .get()
            .filter(|signal| signal.present)
            .map(|signal| view! { <p class="plan-evidence fail">"Present: "{signal.because}"."</p> })
    };
    let differs = move || {
        state
            .get()
            .and_then(|signal| signal.contradiction)
            .map(|text| view! { <p class="plan-differs">{text}</p> })
    };
    view! {
        <li id=format!("item-{id}")>
            <p class="plan-text">{text}</p>
            {because}
            {differs}
            <Choice plan id words=["Yes", "No", "Not applicable"] label=text />
        </li>
    }
    .into_any()
}
