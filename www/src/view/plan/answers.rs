//! The answers as a file: exported, imported, thrown away.

use js_sys::futures::JsFuture;
use launch_ready_core::plan::roadmap::{Answers, MAX_ANSWERS};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::papers::save;
use super::state::Plan;

/// Export, import, start over.
#[component]
pub(super) fn Keep(plan: Plan) -> impl IntoView {
    let problem = RwSignal::new(String::new());
    let notes = RwSignal::new(Vec::<String>::new());
    let input = NodeRef::<Input>::new();
    let export = move |_| {
        let text = plan.answers.with_untracked(Answers::write);
        save(&format!("{}.json", plan.file_name("launch-answers")), "application/json", text.as_bytes());
        plan.say("Answers exported.");
    };
    let import = move |_| {
        let Some(file) = input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0))
        else {
            return;
        };
        notes.set(Vec::new());
        if file.size() > MAX_ANSWERS as f64 {
            problem.set(format!(
                "{} is too large to be a file of answers: {} KB, and at most {} KB are read.",
                file.name(),
                (file.size() / 1000.0) as u64,
                MAX_ANSWERS / 1000
            ));
            return;
        }
        spawn_local(async move {
            let text =
                JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
            match Answers::read(&text) {
                Ok(reading) => {
                    problem.set(String::new());
                    notes.set(reading.notes);
                    let mut answers = reading.answers;
                    if let Some(report) = plan.report.get_untracked() {
                        if !answers.domain.is_empty() && answers.domain != report.domain {
                            notes.update(|notes| {
                                notes.push(format!(
                                    "These answers were for {}. They are now used for {}.",
                                    answers.domain, report.domain
                                ));
                            });
                        }
                        answers.domain.clone_from(&report.domain);
                    }
                    plan.answers.set(answers);
                    plan.say("Answers imported.");
                }
                Err(sentence) => {
                    let sentence = format!("{} was not imported. {sentence}", file.name());
                    plan.say(sentence.clone());
                    problem.set(sentence);
                }
            }
            if let Some(input) = input.get_untracked() {
                // The same file can be chosen again.
                input.set_value("");
            }
        });
    };
    let forget = move |_| {
        let sure = window().confirm_with_message("Delete all answers for this domain from this browser?");
        if sure.unwrap_or(false) {
            plan.answers.update(|answers| {
                *answers = Answers {
                    domain: answers.domain.clone(),
                    segment: answers.segment.clone(),
                    ..Answers::default()
                };
            });
            plan.say("All answers deleted.");
        }
    };
    view! {
        <section class="plan-keep" aria-labelledby="plan-keep-title">
            <h3 id="plan-keep-title">"Your answers"</h3>
            <p class="plan-hint">"Your answers stay in this browser. Export them as a file to use them in another browser or on the command line."</p>
            <p class="plan-buttons">
                <button type="button" on:click=export>"Export answers"</button>
                <label class="plan-file">
                    <span>"Import answers"</span>
                    <input type="file" accept="application/json,.json" node_ref=input on:change=import />
                </label>
                <button type="button" on:click=forget>"Start over"</button>
            </p>
            {move || (!problem.with(String::is_empty)).then(|| view! { <p class="plan-evidence fail" role="alert">{problem.get()}</p> })}
            {move || notes.get().into_iter().map(|note| view! { <p class="plan-evidence unknown">{note}</p> }).collect_view()}
        </section>
    }
    .into_any()
}
