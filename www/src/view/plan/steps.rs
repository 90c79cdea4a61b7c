//! The steps of a fix, in the words of the DNS panel and the host that are in use: where to click, what goes into which box,
//! which lines go into which file. Somebody who uses something else says so, and they are written anew, here.
//!
//! Made by hand: as views, these few boxes weighed ten times as much.

use std::cell::Cell;

use launch_ready_core::checks::fix::Fix;
use launch_ready_core::facts::providers_in_use::{ProvidersInUse, Service};
use launch_ready_core::fixes::{FixInstructions, ProviderOverride, dns_panels, files, hosts, shown};
use launch_ready_core::report::{FindingReport, FixShown};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlSelectElement};

use super::known;
use crate::copying::copying;
use crate::dom::{add, listen};

thread_local! {
    /// What the reader uses, where that is not what was recognised; for every finding alike.
    static CHOSEN: Cell<ProviderOverride<'static>> = const { Cell::new(ProviderOverride { dns: None, host: None }) };
}

/// What the reader says is in use; papers that are written meanwhile are for that, too.
pub(super) fn chosen() -> ProviderOverride<'static> {
    CHOSEN.get()
}

/// Shows the steps of a check's fixes, or puts them away.
pub(super) fn toggle(check: &str) {
    if !close(check) && open(check).is_some() {
        known::announce("The steps are below the button.");
    }
}

/// Shows the steps of a check's fixes, where they are not shown.
pub(super) fn show(check: &str) {
    let shown =
        known::tools(check).is_some_and(|tools| matches!(tools.query_selector(".steps"), Ok(Some(_))));
    if !shown {
        open(check);
    }
}

/// Writes the steps anew where they are to be seen, after the finding has changed.
pub(super) fn renew(finding: &FindingReport) {
    let has_steps = finding.fixes.iter().any(|fix| place_of(&fix.fix).is_some());
    if let Some(button) = button(&finding.check) {
        let _ = button.toggle_attribute_with_force("hidden", !has_steps);
    }
    if close(&finding.check) && has_steps {
        open(&finding.check);
    }
}

fn button(check: &str) -> Option<Element> {
    known::tools(check)?.query_selector("[data-do=steps]").ok()?
}

fn expanded(check: &str, open: &str) {
    if let Some(button) = button(check) {
        let _ = button.set_attribute("aria-expanded", open);
    }
}

fn close(check: &str) -> bool {
    let steps = known::tools(check).and_then(|tools| tools.query_selector(".steps").ok().flatten());
    expanded(check, "false");
    steps.map(|steps| steps.remove()).is_some()
}

fn open(check: &str) -> Option<()> {
    let finding = known::finding(check)?;
    let place = add(&known::tools(check)?, "div", "steps", "")?;
    let in_use = known::report().map(|report| report.in_use.clone()).unwrap_or_default();
    let has = |place: Place| finding.fixes.iter().any(|fix| place_of(&fix.fix) == Some(place));
    if has(Place::Panel) {
        let all = dns_panels::ids().map(|id| (id, dns_panels::of(Some(id)).name)).collect();
        picker(&place, check, Place::Panel, in_use.dns.as_ref(), all);
    }
    if has(Place::Host) {
        let all = hosts::ids().map(|id| (id, hosts::of(Some(id)).name)).collect();
        picker(&place, check, Place::Host, in_use.host.as_ref(), all);
    }
    write(&place, &finding)?;
    expanded(check, "true");
    Some(())
}

/// Where a fix is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Panel,
    Host,
}

fn place_of(fix: &Fix) -> Option<Place> {
    match fix {
        Fix::Record { .. } | Fix::RemoveRecord { .. } => Some(Place::Panel),
        Fix::Header { .. } | Fix::Redirect { .. } => Some(Place::Host),
        Fix::Step { .. } => None,
    }
}

/// What is in use, as it was recognised, and the way to say something else.
fn picker(
    steps: &Element,
    check: &str,
    place: Place,
    recognised: Option<&Service>,
    all: Vec<(&'static str, &'static str)>,
) -> Option<()> {
    let label = add(steps, "label", "steps-pick", "")?;
    let (words, chosen) = match place {
        Place::Panel => ("Your DNS is at", CHOSEN.get().dns),
        Place::Host => ("Your site runs on", CHOSEN.get().host),
    };
    add(&label, "span", "", words);
    let select: HtmlSelectElement = add(&label, "select", "", "")?.dyn_into().ok()?;
    for (id, name) in &all {
        add(&select, "option", "", name)?.set_attribute("value", id).ok()?;
    }
    let known = recognised.and_then(|service| all.iter().find(|(id, _)| *id == service.id));
    let told = match (recognised, known) {
        (Some(service), Some(_)) => format!("Recognized by {}.", service.told_by),
        (Some(service), None) => {
            format!(
                "We recognized {} by {}, and have only general steps for it so far.",
                service.name, service.told_by
            )
        }
        (None, _) => "We didn't recognize yours: choose it, or follow the general steps.".to_owned(),
    };
    add(&label, "small", "", &told);
    select.set_value(chosen.or(known.or(all.last()).map(|(id, _)| *id)).unwrap_or_default());
    let (steps, check, field) = (steps.clone(), check.to_owned(), select.clone());
    let change = move |_: Event| {
        let value = field.value();
        let Some((id, name)) = all.iter().find(|(id, _)| *id == value) else { return };
        let before = CHOSEN.get();
        CHOSEN.set(match place {
            Place::Panel => ProviderOverride { dns: Some(id), ..before },
            Place::Host => ProviderOverride { host: Some(id), ..before },
        });
        if let Some(finding) = known::finding(&check) {
            write(&steps, &finding);
            known::announce(&format!("The steps are for {name} now."));
        }
    };
    listen(select.unchecked_ref::<HtmlElement>(), "change", change);
    Some(())
}

/// Writes the steps of every fix, in place of those that stand there.
fn write(steps: &Element, finding: &FindingReport) -> Option<()> {
    let in_use = known::report().map(|report| report.in_use.clone()).unwrap_or_default();
    while let Ok(Some(before)) = steps.query_selector(":scope > :is(ol, details)") {
        before.remove();
    }
    let list = add(steps, "ol", "steps-list", "")?;
    let mut in_file = false;
    let mut removals = None;
    for FixShown { verb, fix, .. } in &finding.fixes {
        let Some(shown) = shown(fix, &in_use, CHOSEN.get()) else { continue };
        if let Fix::RemoveRecord { .. } = fix {
            removals = removal(&list, removals, &shown);
        } else {
            in_file |= shown.lines.is_some();
            one(&list, verb, &shown);
        }
    }
    if in_file {
        whole_files(steps, &in_use);
    }
    Some(())
}

/// What all findings together want in the host's files, as one text each: snippet by snippet they would be copied over each
/// other.
fn whole_files(steps: &Element, in_use: &ProvidersInUse) -> Option<()> {
    let report = known::report()?;
    let findings: Vec<FindingReport> =
        report.risks.iter().filter_map(|risk| known::finding(&risk.check)).collect();
    let wanted = findings.iter().flat_map(|finding| &finding.fixes).map(|shown| &shown.fix);
    for file in files(wanted, in_use, CHOSEN.get()) {
        let all = add(steps, "details", "steps-all", "")?;
        add(&all, "summary", "", file.title());
        let words = add(&all, "p", "steps-file", "Everything this report asks for in ")?;
        add(&words, "strong", "", &file.file);
        copying(&all, file.text.trim_end(), file.title());
        notes(&all, file.conflicts.iter().chain(&file.notes));
    }
    Some(())
}

fn one(
    list: &Element,
    verb: &str,
    FixInstructions { place, boxes, lines, notes }: &FixInstructions,
) -> Option<()> {
    let item = add(list, "li", "", "")?;
    add(&item, "p", "verb", verb);
    add(&item, "p", "steps-where", place);
    if !boxes.is_empty() {
        let all = add(&item, "dl", "", "")?;
        for entry in boxes {
            let row = add(&all, "div", "", "")?;
            add(&row, "dt", "", &entry.label);
            let value = add(&row, "dd", "", "")?;
            // What stands in parentheses is about the box, not for it; a time to live is chosen from a list or left alone.
            if entry.value.starts_with('(') || entry.label.starts_with("TTL") {
                add(&value, "em", "", &entry.value);
            } else {
                copying(&value, &entry.value, &entry.label);
            }
        }
    }
    if let Some(lines) = lines {
        let file = add(&item, "p", "steps-file", "In ")?;
        add(&file, "strong", "", &lines.file);
        copying(&item, lines.text.trim_end(), &format!("the lines for {}", lines.file));
    }
    self::notes(&item, notes);
    Some(())
}

/// What is to be found in a list and taken out of it needs no boxes; several are one item.
fn removal(list: &Element, item: Option<Element>, shown: &FixInstructions) -> Option<Element> {
    let item = item.or_else(|| {
        let item = add(list, "li", "", "")?;
        add(&item, "p", "verb", "Remove from your DNS records")?;
        add(&item, "p", "steps-where", &shown.place)?;
        Some(item)
    })?;
    let values: Vec<&str> = shown.boxes.iter().map(|entry| entry.value.as_str()).collect();
    add(&item, "p", "steps-gone", "").and_then(|gone| add(&gone, "code", "", &values.join("  ")))?;
    self::notes(&item, &shown.notes);
    Some(item)
}

fn notes<'a>(parent: &Element, notes: impl IntoIterator<Item = &'a String>) {
    // Empty, it is not to be seen.
    let Some(all) = add(parent, "ul", "steps-notes", "") else { return };
    for note in notes {
        add(&all, "li", "", note);
    }
}
