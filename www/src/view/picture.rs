//! What people would rather look at than read: a chain of redirects, times beside their target, parts of a limit.

use launch_ready_core::checks::chart::{Chart, ChartKind, ChartRow};
use web_sys::Element;

use crate::dom::{add, make, set};

/// Draws something that was seen. A chain is a list of words; what else is drawn stands beside its text, and says nothing to
/// those who listen.
pub(super) fn draw(parent: &Element, picture: &Chart) {
    let (class, hidden) = match picture.kind {
        ChartKind::Chain => ("chain", "false"),
        ChartKind::Shares => ("shares", "true"),
        ChartKind::Times | ChartKind::Validity => ("times", "true"),
    };
    let place = make(parent, "ul", class, "");
    set(&place, "aria-hidden", hidden);
    match picture.kind {
        ChartKind::Chain => picture.rows.iter().for_each(|hop| chain(&place, hop)),
        ChartKind::Shares => shares(&place, picture),
        ChartKind::Times => times(&place, picture),
        ChartKind::Validity => validity(&place, picture),
    }
}

fn chain(place: &Element, ChartRow { text, value, status }: &ChartRow) {
    let tone = match status {
        0 => "fail end",
        200..=299 => "pass",
        300..=399 => "none",
        _ => "fail",
    };
    let Some(item) = add(place, "li", tone, "") else { return };
    if *status > 0 {
        add(&item, "span", "status", &status.to_string());
        add(&item, "span", "ms", &format!("{value} ms"));
    }
    add(&item, "bdi", "", text);
}

/// A bar for each time, and one for the target.
fn times(place: &Element, picture: &Chart) {
    let limit = picture.limit;
    let highest = picture.rows.iter().map(|row| row.value).max().unwrap_or_default().max(limit);
    for &ChartRow { value, .. } in &picture.rows {
        bar(place, if value > limit { "over" } else { "" }, value, highest, &format!("{value} ms"));
    }
    bar(place, "target", limit, highest, &format!("target {limit} ms"));
}

/// How many of the days are left.
fn validity(place: &Element, picture: &Chart) {
    if let [all, left, _] = picture.rows.as_slice() {
        bar(place, "", left.value, all.value, &format!("{} days left", left.value));
    }
}

fn bar(place: &Element, class: &str, value: u32, highest: u32, words: &str) {
    let Some(item) = add(place, "li", class, "") else { return };
    if let Some(bar) = add(&item, "progress", "", "") {
        let _ = bar.set_attribute("max", &highest.to_string());
        let _ = bar.set_attribute("value", &value.to_string());
    }
    add(&item, "span", "", words);
}

/// Places of a part that are drawn at most; beyond it is only more of the same.
const PLACES: u32 = 40;

/// A place for each unit that the limit allows, taken by one part after the other, and what is beyond it.
fn shares(place: &Element, picture: &Chart) {
    let mut at = 0u32;
    let mut row = |class: &str, value: u32, name: &str| {
        let Some(item) = add(place, "li", class, "") else { return };
        let Some(places) = add(&item, "span", "places", "") else { return };
        for _ in 0..value.min(PLACES) {
            at += 1;
            add(&places, "i", if at > picture.limit { "over" } else { "" }, "");
        }
        add(&item, "bdi", "", name);
    };
    picture.rows.iter().for_each(|part| row("taken", part.value, &part.text));
    let taken = picture.rows.iter().map(|part| part.value).fold(0, u32::saturating_add);
    if let Some(free @ 1..) = picture.limit.checked_sub(taken) {
        row("", free, &format!("{free} left"));
    }
}
