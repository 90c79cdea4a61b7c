//! One check: waiting, cut off, or with all there is to say about it.

use std::sync::Arc;

use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::FindingReport;
use leptos::prelude::*;

use super::fixes::Fixes;
use super::icon::{self, Icon};
use super::risks::class_of;
use super::seen::SeenList;
use crate::pieces::code_spans;
use crate::state::{Phase, Row, Store};

/// A check in the list, under the address that the risks lead to.
#[component]
pub(super) fn Finding(store: Store, row: Row) -> impl IntoView {
    let Row { listed, finding } = row;
    let id = format!("check-{}", listed.check);
    let title_id = format!("{id}-title");
    let lost = Memo::new(move |_| store.phase.with(|phase| matches!(phase, Phase::Lost(_))));
    let level = {
        let finding = finding.clone();
        move || finding.with(|finding| finding.as_ref().map(|finding| finding.level))
    };
    let name = listed.name;
    let labelled_by = title_id.clone();
    let content = move || match finding.get() {
        Some(finding) => view! { <Settled finding title_id=title_id.clone() /> }.into_any(),
        None => waiting(lost.get(), name.clone(), title_id.clone()),
    };
    view! {
        <article
            class=move || format!("finding {}", icon::of_level(level()).1)
            id=id
            tabindex="-1"
            aria-labelledby=labelled_by
        >
            {content}
        </article>
    }
    .into_any()
}

fn waiting(lost: bool, name: String, title_id: String) -> AnyView {
    let (icon, words) = if lost { ("i-unknown", "Not answered") } else { ("i-wait", "Waiting") };
    view! {
        <Icon id=icon />
        <div class="head">
            <h4 id=title_id><bdi class="name">{name}</bdi></h4>
            <p class="chips"><span class="chip quiet">{words}</span></p>
        </div>
    }
    .into_any()
}

#[component]
fn Settled(finding: Arc<FindingReport>, title_id: String) -> impl IntoView {
    let rank = finding.rank.map(|rank| {
        view! { <span class=format!("chip {}", class_of(rank))>{rank.words()}</span> }
    });
    let level = finding.level;
    let level_class = if level == Level::Fail || level == Level::Warn { "" } else { "quiet" };
    view! {
        <Icon id=icon::of_level(Some(level)).0 />
        <div class="head">
            <h4 id=title_id>
                <bdi class="name">{finding.name.clone()}</bdi>
                <span class="visually-hidden">": "</span>
                <bdi class="title">{finding.title.clone()}</bdi>
            </h4>
            <p class="chips">
                <span class=format!("chip level {level_class}")>{level.words()}</span>
                {rank}
            </p>
            <a
                class="permalink"
                href=format!("#check-{}", finding.check)
                aria-label=format!("Link to {}", finding.name)
            >
                "#"
            </a>
        </div>
        <div class="body">
            {text("detail", &finding.detail)} {evidence(&finding)}
            {(!finding.why.is_empty())
                .then(|| view! { <h5>"Why it matters"</h5> })} {text("why", &finding.why)}
            <Fixes finding=finding.clone() />
        </div>
    }
    .into_any()
}

fn text(class: &'static str, words: &str) -> Option<AnyView> {
    (!words.is_empty()).then(|| view! { <p class=class><bdi>{spelled(words)}</bdi></p> }.into_any())
}

/// Words of the core, with its code set as such.
pub(super) fn spelled(words: &str) -> AnyView {
    let run = |(run, is_code): (&str, bool)| {
        let run = run.to_owned();
        if is_code { view! { <code>{run}</code> }.into_any() } else { run.into_any() }
    };
    code_spans(words).into_iter().map(run).collect_view().into_any()
}

/// What was seen: at once where there is something to do, behind a click where all is well.
fn evidence(finding: &FindingReport) -> Option<AnyView> {
    if finding.seen.is_empty() {
        return None;
    }
    let seen = finding.seen.clone();
    Some(match finding.level {
        Level::Pass | Level::NotApplicable => view! {
            <details open=finding.check == "certificate">
                <summary>
                    "What was seen"<span class="visually-hidden">": "{finding.name.clone()}</span>
                </summary>
                <SeenList seen />
            </details>
        }
        .into_any(),
        Level::Fail | Level::Warn | Level::NotMeasured => view! {
            <h5>"What was seen"</h5>
            <SeenList seen />
        }
        .into_any(),
    })
}
