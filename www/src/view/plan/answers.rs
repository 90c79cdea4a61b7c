//! The answers as a file: exported, imported, thrown away.

use js_sys::futures::JsFuture;
use launch_ready_core::plan::roadmap::{Answers, MAX_ANSWERS};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::papers::save;
use super::state::Plan;

/// Export, import, begin anew.
#[component]
pub(super) fn Keep(plan: Plan) -> impl IntoView {
    let problem = RwSignal::new(String::new());
    let notes = RwSignal::new(Vec::<String>::new());
    let input = NodeRef::<Input>::new();
    let export = move |_| {
        let text = plan.answers.with_untracked(Answers::write);
        save(&format!("{}.json", plan.file_name("launch-answers")), "application/json", text.as_bytes());
        plan.say("The answers were saved as a file.");
    };
    let import = move |_| {
        let Some(file) = input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0))
        else {
            return;
        };
        notes.set(Vec::new());
        if file.size() > MAX_ANSWERS as f64 {
            problem.set("This file is too large to be answers.".to_owned());
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
                                    "These answers were about {}; now they are about {}.",
                                    answers.domain, report.domain
                                ));
                            });
                        }
                        answers.domain.clone_from(&report.domain);
                    }
                    plan.answers.set(answers);
                    plan.say("The answers were read.");
                }
                Err(sentence) => {
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
        let sure =
            window().confirm_with_message("Throw away all answers that this browser keeps for this domain?");
        if sure.unwrap_or(false) {
            plan.answers.update(|answers| {
                *answers = Answers {
                    domain: answers.domain.clone(),
                    segment: answers.segment.clone(),
                    ..Answers::default()
                };
            });
            plan.say("All answers are gone.");
        }
    };
    view! {
        <section class="plan-keep" aria-labelledby="plan-keep-title">
            <h3 id="plan-keep-title">"Your answers"</h3>
            <p class="plan-hint">"They stay in this browser. Save them as a file to take them along, to the command line, or to another browser."</p>
            <p class="plan-buttons">
                <button type="button" on:click=export>"Save answers"</button>
                <label class="plan-file">
                    <span>"Open answers"</span>
                    <input type="file" accept="application/json,.json" node_ref=input on:change=import />
                </label>
                <button type="button" on:click=forget>"Begin anew"</button>
            </p>
            {move || (!problem.with(String::is_empty)).then(|| view! { <p class="plan-evidence fail" role="alert">{problem.get()}</p> })}
            {move || notes.get().into_iter().map(|note| view! { <p class="plan-evidence unknown">{note}</p> }).collect_view()}
        </section>
    }
    .into_any()
}
