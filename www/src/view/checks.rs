//! Every check, grouped by area, from the moment they are known.

use launch_ready_core::checks::check::Area;
use launch_ready_core::checks::finding::Level;
use leptos::prelude::*;

use super::finding::Finding;
use super::icon;
use crate::state::{Row, Store};

/// One stroke for each check, in their order: grey until it is answered.
#[component]
pub(super) fn Ticks(store: Store) -> impl IntoView {
    let tick = |row: Row| {
        view! { <span class=move || icon::of_level(row.level()).1></span> }
    };
    view! {
        <div class="ticks" aria-hidden="true">
            {move || store.rows.get().into_iter().map(tick).collect_view()}
        </div>
    }
}

/// The checks below the heading of their area.
#[component]
pub(super) fn Checks(store: Store) -> impl IntoView {
    let areas = move || {
        let rows = store.rows.get();
        let below = |area| rows.iter().filter(|row| row.listed.area == area).cloned().collect::<Vec<Row>>();
        Area::ALL
            .into_iter()
            .enumerate()
            .map(|(number, area)| (number, area, below(area)))
            .filter(|(_, _, rows)| !rows.is_empty())
            .map(|(number, area, rows)| view! { <AreaChecks store number area rows /> })
            .collect_view()
    };
    view! { <div class="checks">{filters(store)} {areas}</div> }
}

/// Which of the checks are to be seen: the style sheet does the rest.
const FILTERS: [(&str, &str, &[Level]); 3] = [
    ("show-all", "All", &[]),
    ("show-to-fix", "To fix", &[Level::Fail, Level::Warn]),
    ("show-unknown", "Not measured", &[Level::NotMeasured]),
];

fn filters(store: Store) -> AnyView {
    let one = |(id, words, levels): (&'static str, &'static str, &'static [Level])| {
        let count = move || {
            let takes = |row: &&Row| levels.is_empty() || row.level().is_some_and(|l| levels.contains(&l));
            store.rows.with(|rows| format!("{words} {}", rows.iter().filter(takes).count()))
        };
        view! {
            <input type="radio" name="show" id=id checked=levels.is_empty() />
            <label for=id>{count}</label>
        }
        .into_any()
    };
    view! {
        <fieldset class="filters">
            <legend class="visually-hidden">"Which checks to show"</legend>
            {FILTERS.map(one).into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}

#[component]
fn AreaChecks(store: Store, number: usize, area: Area, rows: Vec<Row>) -> impl IntoView {
    let title = format!("area-{number}");
    let labelled_by = title.clone();
    let counted = rows.clone();
    let rows = rows.into_iter().map(|row| view! { <li><Finding store row /></li> }).collect_view();
    view! {
        <section class="area" aria-labelledby=labelled_by>
            <div class="area-head">
                <h3 id=title>{area.title()}</h3>
                <p class="tally">{move || tally(&counted)}</p>
            </div>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

/// How an area stands, in a few words.
fn tally(rows: &[Row]) -> String {
    let levels: Vec<Level> = rows.iter().filter_map(Row::level).collect();
    if levels.len() < rows.len() {
        return format!("{} of {}", levels.len(), rows.len());
    }
    let count = |wanted: &[Level]| levels.iter().filter(|level| wanted.contains(level)).count();
    let to_fix = count(&[Level::Fail, Level::Warn]);
    let unknown = count(&[Level::NotMeasured]);
    let parts = [(to_fix, "to fix"), (unknown, "not measured")];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
    if parts.is_empty() { "All fine".to_owned() } else { parts.join(" · ") }
}
