//! One thing that is asked: what the checks say, and what the founder does.

use launch_ready_core::checks::finding::Level;
use launch_ready_core::plan::roadmap;
use launch_ready_core::plan::roadmap::{By, ItemState, Said, State, Word};
use leptos::prelude::*;

use super::state::Plan;
use crate::words;

/// An item of a stage, or a target.
#[component]
pub(super) fn Item(plan: Plan, item: &'static roadmap::Item) -> impl IntoView {
    let id = item.id.as_str();
    let state = Memo::new(move |_| {
        plan.assessment.with(|assessment| {
            let assessment = assessment.as_ref()?;
            let items = assessment.stages.iter().flat_map(|stage| &stage.items).chain(&assessment.targets);
            items.clone().find(|known| known.id == id).cloned()
        })
    });
    let chip = move || {
        let (class, words) = state.get().map_or(("unknown", "Open"), |item| (tone(&item), item.standing()));
        view! { <span class=format!("plan-stand {class}")>{words}</span> }
    };
    let evidence = move || {
        let shown = state.get().map(|item| item.evidence).unwrap_or_default();
        shown
            .into_iter()
            .map(|shown| {
                let class = match shown.level {
                    Level::Fail => "plan-evidence fail",
                    Level::Warn => "plan-evidence warn",
                    Level::Pass => "plan-evidence pass",
                    Level::NotMeasured | Level::NotApplicable => "plan-evidence unknown",
                };
                view! { <p class=class>{shown.name}": "{shown.title}" ("{words::state(shown.level, None)}")"</p> }
            })
            .collect_view()
    };
    let differs = move || {
        state
            .get()
            .and_then(|item| item.contradiction)
            .map(|text| view! { <p class="plan-differs">{text}</p> })
    };
    view! {
        <li id=format!("item-{id}")>
            <p class="plan-text">
                {item.text.as_str()}
                {item.must.then(|| view! { <span class="plan-must">"must-have"</span> })}
                {chip}
            </p>
            {evidence}
            {differs}
            {(!item.how.is_empty()).then(|| view! { <p class="plan-how">{item.how.as_str()}</p> })}
            {(item.by != By::Evidence || !item.evidence.is_empty()).then(|| view! { <Choice plan id words=["Yes", "No", "Not applicable"] label=item.text.as_str() /> })}
            <Note plan id />
        </li>
    }
    .into_any()
}

fn tone(item: &ItemState) -> &'static str {
    match item.state {
        State::Yes => "pass",
        State::Partly => "warn",
        State::No => "fail",
        State::NotApplicable | State::Open => "unknown",
    }
}

/// Yes, no, does not apply; the one that is chosen, chosen once more, is taken back.
#[component]
pub(super) fn Choice(
    plan: Plan,
    #[prop(into)] id: String,
    words: [&'static str; 3],
    label: &'static str,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let buttons = [Word::Yes, Word::No, Word::NotApplicable].into_iter().zip(words).map(|(word, words)| {
        let chosen = move || id.with_value(|id| plan.word(id)) == Some(word);
        view! {
            <button
                type="button"
                class="plan-choice"
                data-word=word.words()
                aria-pressed=move || chosen().to_string()
                on:click=move |_| {
                    let before = id.with_value(|id| plan.answers.with_untracked(|answers| answers.word(id)));
                    let next = (before != Some(word)).then_some(word);
                    id.with_value(|id| plan.change(id, |said| said.answer = next));
                    plan.say(match next {
                        Some(_) => format!("{words}: saved."),
                        None => "Answer removed.".to_owned(),
                    });
                }
            >
                {words}
            </button>
        }
    });
    view! { <div class="plan-choices" role="group" aria-label=label>{buttons.collect_view()}</div> }
        .into_any()
}

/// Note, owner and date.
#[component]
pub(super) fn Note(plan: Plan, #[prop(into)] id: String) -> impl IntoView {
    let id = StoredValue::new(id);
    let filled = plan.answers.with_untracked(|answers| {
        answers
            .said(&id.get_value())
            .is_some_and(|said| !(said.note.is_empty() && said.owner.is_empty() && said.date.is_empty()))
    });
    let field = move |label: &'static str,
                      kind: &'static str,
                      get: fn(&Said) -> &String,
                      set: fn(&mut Said) -> &mut String| {
        view! {
            <label>
                <span>{label}</span>
                <input
                    type=kind
                    prop:value=move || plan.answers.with(|answers| answers.said(&id.get_value()).map(|said| get(said).clone()).unwrap_or_default())
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        id.with_value(|id| plan.change(id, |said| *set(said) = value));
                    }
                />
            </label>
        }
    };
    view! {
        <details class="plan-note" open=filled>
            <summary>"Note, owner, date"</summary>
            <div class="plan-fields">
                {field("Note", "text", |said| &said.note, |said| &mut said.note)}
                {field("Owner", "text", |said| &said.owner, |said| &mut said.owner)}
                {field("Date", "date", |said| &said.date, |said| &mut said.date)}
            </div>
        </details>
    }
    .into_any()
}
