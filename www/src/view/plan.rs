//! The plan: the roadmap of a kind of business with its answers, and the papers; and within the page, the steps of a fix and
//! a check asked again. A program of its own (`launch-ready-plan`), loaded when somebody asks for one of these: the first load
//! of the page carries none of it.
//!
//! Everything happens here, in the core that the service runs, too: ticking an answer or choosing another kind of business
//! asks nobody anything. Answers stay in this browser until somebody exports them.

mod again;
mod answers;
mod cases;
mod changes;
mod entries;
mod facts;
mod history;
mod item;
mod known;
mod papers;
mod redirects;
mod stages;
mod state;
mod steps;
mod trying;

use std::cell::Cell;

use launch_ready_core::plan::roadmap;
use launch_ready_core::plan::roadmap::Assessment;
use launch_ready_core::report::score::Decision;
use launch_ready_core::target::Segment;
use leptos::prelude::*;
use web_sys::{HtmlElement, MessagePort};

use self::state::Plan;
use crate::channel::{ToProgram, receive};
use crate::dom::{by_id, set};
use crate::words;

thread_local! {
    /// The plan, once it was opened.
    static OPEN: Cell<Option<Plan>> = const { Cell::new(None) };
}

/// Does from now on what the page says at the other end of `page`.
pub fn connect(page: MessagePort) {
    known::connect(page.clone());
    receive(&page, |message| match message {
        ToProgram::Report { asked, line } => {
            known::take(asked, &line);
            // A plan that is shown already keeps its place.
            if let Some(plan) = OPEN.get() {
                plan.take(known::report());
            }
        }
        ToProgram::Changes(before) => changes::show(&before),
        ToProgram::History => history::toggle(),
        ToProgram::Plan => open(),
        ToProgram::Toggle(check) => steps::toggle(&check),
        ToProgram::Steps(check) => steps::show(&check),
        ToProgram::Again(check) => again::ask(&check),
    });
}

/// Shows the plan, and leads to it where it is a part of the page.
pub fn open() {
    if OPEN.get().is_none() {
        mount();
    }
    if let (Some(title), Some(_)) = (by_id::<HtmlElement>("plan-title"), by_id::<HtmlElement>("plan-open")) {
        set(&title, "tabindex", "-1");
        let _ = title.focus();
        title.scroll_into_view();
    }
}

fn mount() {
    let Some(place) = by_id::<HtmlElement>("plan-place") else { return };
    if let Some(button) = by_id::<HtmlElement>("plan-open") {
        button.set_hidden(true);
    }
    let mounted = mount_to(place, move || {
        let plan = Plan::new(known::report());
        OPEN.set(Some(plan));
        plan.keep();
        PlanView(PlanViewProps { plan })
    });
    mounted.forget();
}

/// Everything about the plan.
#[component]
fn PlanView(plan: Plan) -> impl IntoView {
    view! {
        <div class="plan">
            {move || plan.report.with(Option::is_none).then(|| view! {
                <p class="plan-hint plan-unchecked">"Not checked yet. This plan uses your answers only; unknowns are marked. "<a href="/">"Check your domain"</a></p>
            })}
            <Kind plan />
            {move || match plan.segment.get() {
                None => view! { <p class="plan-hint">"Choose what you are launching to see its roadmap. The documents work without it, too."</p> }.into_any(),
                Some(segment) => view! {
                    <Standing plan />
                    {stages::Stages(stages::StagesProps { plan, segment })}
                    <Leave segment />
                }.into_any(),
            }}
            {cases::Cases(cases::CasesProps { plan })}
            {facts::Facts(facts::FactsProps { plan })}
            {answers::Keep(answers::KeepProps { plan })}
            {redirects::Redirects(redirects::RedirectsProps { plan })}
            {papers::Papers(papers::PapersProps { plan })}
            <p class="visually-hidden" role="status">{move || plan.said.get()}</p>
        </div>
    }
    .into_any()
}

/// What kind of business it is.
#[component]
fn Kind(plan: Plan) -> impl IntoView {
    let choices = Segment::ALL.map(|segment| {
        view! {
            <label class="plan-kind">
                <input
                    type="radio"
                    name="plan-segment"
                    value=segment.id()
                    prop:checked=move || plan.segment.get() == Some(segment)
                    on:change=move |_| plan.choose(segment)
                />
                <span>{segment.title()}</span>
            </label>
        }
    });
    view! {
        <fieldset class="plan-kinds">
            <legend>"What are you launching?"</legend>
            {choices.into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}

/// Reasons that are listed; more are counted. The stages say them all.
const REASONS: usize = 5;

/// Whether a business of this kind can launch, and what that rests on.
#[component]
fn Standing(plan: Plan) -> impl IntoView {
    let with = move |show: fn(&Assessment) -> String| {
        plan.assessment.with(|assessment| assessment.as_ref().map(show).unwrap_or_default())
    };
    let tone = move || {
        with(|assessment| {
            let tone = match assessment.decision {
                Decision::Go => "go",
                Decision::NoGo => "no-go",
                Decision::NoVerdict => "no-verdict",
            };
            format!("plan-standing {tone}")
        })
    };
    let words = move || with(|assessment| words::decision(assessment.decision).to_owned());
    let reasons = move || {
        let all = plan
            .assessment
            .with(|assessment| assessment.as_ref().map(|it| it.reasons.clone()).unwrap_or_default());
        let more = all.len().checked_sub(REASONS).filter(|more| *more > 0);
        let items = all.into_iter().take(REASONS).map(|reason| view! { <li>{reason}</li> }).collect_view();
        view! { <ul class="reasons">{items}{more.map(|more| view! { <li>{format!("and {more} more")}</li> })}</ul> }
    };
    let differing = move || {
        plan.assessment.with(|assessment| assessment.as_ref().map_or(0, |it| it.contradictions.len()))
    };
    view! {
        <section class=tone aria-label="Verdict of the plan">
            <h3>{words}</h3>
            <p class="reason">{move || with(|assessment| assessment.summary.clone())}</p>
            {reasons}
            <p class="progress-words">
                {move || with(|assessment| format!("{} of {} items done.", assessment.progress.done, assessment.progress.of))}
                {move || match differing() {
                    0 => String::new(),
                    1 => " One answer contradicts the checks.".to_owned(),
                    n => format!(" {n} answers contradict the checks."),
                }}
            </p>
        </section>
    }
    .into_any()
}

/// What not to build yet.
#[component]
fn Leave(segment: Segment) -> impl IntoView {
    let rows = |advice: &'static [roadmap::Advice]| {
        advice
            .iter()
            .map(|row| view! { <li><strong>{row.what.as_str()}</strong>" "{row.why.as_str()}</li> })
            .collect_view()
    };
    let roadmap = roadmap::of(segment);
    view! {
        <details class="plan-part">
            <summary>"What not to build yet"</summary>
            <ul class="plan-advice">{rows(&roadmap.not_yet)}</ul>
        </details>
        <details class="plan-part">
            <summary>"What to automate now"</summary>
            <ul class="plan-advice">{rows(&roadmap.automate)}</ul>
        </details>
    }
    .into_any()
}
