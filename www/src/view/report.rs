//! The report, drawn whole when it is there: the verdict, what to fix first, and everything else behind one line each.

use std::sync::Arc;

use launch_ready_core::checks::fix::Fix;
use launch_ready_core::report::score::Decision;
use launch_ready_core::report::{FindingReport, Report, Risk};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::finding::{self, Beside};
use super::handing::{self, Whole};
use super::spelled::spelled;
use super::{asking, done, form, program, verdict};
use crate::channel::ToProgram;
use crate::dom::{by_id, listen, make, reveal, set};
use crate::moment::local;
use crate::outline::{Fixable, Outline, Unknown};
use crate::state::{Phase, Store};
use crate::words;

/// Draws a report into `place`.
pub(super) fn draw(place: &Element, store: Store, report: &Report) {
    verdict::draw(place, report, &store.link.get_untracked());
    let kept = make(place, "p", "kept", &store.kept.get_untracked());
    set(&kept, "role", "note");
    let (id, address) =
        (store.link.get_untracked(), store.asked.with_untracked(crate::asked::Asked::report_address));
    handing::draw(place, &Whole { report, id: &id, address: &address });
    for (id, class) in [("changes", "changes"), ("history", "history")] {
        // The program on demand writes here.
        set(&make(place, "div", class, ""), "id", id);
    }
    let outline = Outline::of_report(report);
    sections(place, &outline, Some(report));
    let run = &report.run;
    let words = format!("Checked from {} on {}, in {}.", run.vantage, local(&run.started), took(run.took_ms));
    let _ = make(place, "p", "run", &words);
    done::restore(place, &report.domain, &run.started);
    // The steps at what is in use stand in what is open; where the program does not load, the lines alone do.
    let steps: Vec<ToProgram> = outline
        .blockers
        .iter()
        .filter(|fixable| fixable.finding.fixes.iter().any(|fix| !matches!(fix.fix, Fix::Step { .. })))
        .map(|fixable| ToProgram::Steps(fixable.finding.check.clone()))
        .collect();
    if !steps.is_empty() && by_id::<Element>("scan").is_some() {
        program::ask(steps);
    }
}

/// Draws what was found before something went wrong.
pub(super) fn draw_found(place: &Element, findings: &[Arc<FindingReport>]) {
    let findings: Vec<&FindingReport> = findings.iter().map(|finding| &**finding).collect();
    sections(place, &Outline::of(&findings, &[], &[]), None);
}

/// Writes a finding that was asked for again, in its place.
pub(super) fn renew(store: Store, line: &str) {
    let Some(found) = store.renew(line) else { return };
    let Phase::Finished(report) = store.phase.get_untracked() else { return };
    let Some(article) = by_id::<Element>(&format!("check-{}", found.check)) else { return };
    let heading = article.query_selector("h4").ok().flatten().map_or("h5", |_| "h4");
    let risk = report.risks.iter().find(|risk| risk.check == found.check);
    finding::write(&article, &found, Beside { risk, in_use: Some(&report.in_use), heading });
    if let Ok(Some(kept)) = document().query_selector(".kept") {
        kept.set_text_content(Some(&store.kept.get_untracked()));
    }
}

/// What belongs to a finding in this report.
fn beside<'r>(report: Option<&'r Report>, risk: Option<&'r Risk>, heading: &'static str) -> Beside<'r> {
    Beside { risk, in_use: report.map(|report| &report.in_use), heading }
}

fn sections(place: &Element, outline: &Outline<'_>, report: Option<&Report>) {
    let Outline { blockers, important, optional, passed, unknown, not_applicable } = outline;
    if !blockers.is_empty() {
        let section = section(place, "fix-first", "Fix first", "");
        for Fixable { finding, risk } in blockers {
            finding::card(&section, finding, beside(report, *risk, "h4"));
        }
    }
    if !important.is_empty() {
        let section = section(place, "fix-important", "Important", &important.len().to_string());
        let list = make(&section, "div", "lines", "");
        for Fixable { finding, risk } in important {
            finding::line(&list, finding, beside(report, *risk, "h4"));
        }
    }
    // Where too little was seen for a verdict, that nothing was found is no news.
    let is_known = report.is_some_and(|report| report.verdict.decision != Decision::NoVerdict);
    if is_known && blockers.is_empty() && important.is_empty() && optional.is_empty() {
        let words =
            if unknown.is_empty() { "Nothing to fix." } else { "Nothing to fix in what we could check." };
        let _ = make(place, "p", "nothing", words);
    }
    if !optional.is_empty() {
        let list = folded(place, "fix-optional", "Optional", &optional.len().to_string());
        for Fixable { finding, risk } in optional {
            finding::line(&list, finding, beside(report, *risk, "h4"));
        }
    }
    if !unknown.is_empty() {
        let section = section(place, "unknown", "Couldn't check", "");
        let list = make(&section, "div", "lines", "");
        for Unknown { cause, advice, findings } in unknown {
            let inner = group(&list, cause, &named(findings), findings, report);
            if !advice.is_empty()
                && let Some(first) = inner.first_element_child()
            {
                let words = make(&inner, "p", "advice", "");
                let _ = make(&words, "strong", "", "What to do: ");
                spelled(&make(&words, "span", "", ""), advice);
                let _ = inner.insert_before(&words, Some(&first));
            }
        }
    }
    if !passed.is_empty() {
        let all: usize = passed.iter().map(|(_, findings)| findings.len()).sum();
        let section = section(place, "passed", "Passed", &all.to_string());
        let list = make(&section, "div", "lines", "");
        for (area, findings) in passed {
            let _ = group(&list, area.title(), &findings.len().to_string(), findings, report);
        }
    }
    if !not_applicable.is_empty() {
        let list = folded(place, "not-applicable", "Not applicable", &not_applicable.len().to_string());
        for finding in not_applicable {
            finding::line(&list, finding, beside(report, None, "h4"));
        }
    }
}

/// A section under its heading.
fn section(place: &Element, id: &str, title: &str, tally: &str) -> Element {
    let section = make(place, "section", "part", "");
    set(&section, "id", id);
    let head = make(&section, "div", "part-head", "");
    let heading = make(&head, "h3", "", title);
    let named = format!("{id}-title");
    set(&heading, "id", &named);
    set(&section, "aria-labelledby", &named);
    let _ = make(&head, "p", "tally", tally);
    section
}

/// A section behind its heading.
fn folded(place: &Element, id: &str, title: &str, tally: &str) -> Element {
    let section = make(place, "details", "part", "");
    set(&section, "id", id);
    let head = make(&section, "summary", "part-head", "");
    let _ = make(&head, "h3", "", title);
    let _ = make(&head, "span", "tally", tally);
    make(&section, "div", "lines", "")
}

/// Findings that share something, behind one line.
fn group(
    list: &Element,
    title: &str,
    tally: &str,
    findings: &[&FindingReport],
    report: Option<&Report>,
) -> Element {
    let details = make(list, "details", "group", "");
    let head = make(&details, "summary", "", "");
    let _ = make(&head, "h4", "", title);
    let _ = make(&head, "span", "tally", tally);
    let inner = make(&details, "div", "lines", "");
    for finding in findings {
        finding::line(&inner, finding, beside(report, None, "h5"));
    }
    inner
}

/// The names of a few checks, and how many more there are.
fn named(findings: &[&FindingReport]) -> String {
    const FEW: usize = 4;
    let mut names: Vec<&str> = findings.iter().take(FEW).map(|finding| finding.name.as_str()).collect();
    let more = findings.len().checked_sub(FEW).filter(|more| *more > 0).map(|more| format!("{more} more"));
    names.extend(more.as_deref());
    words::list(&names)
}

/// Another one of several in a field.
fn add_to(field: &mut String, value: &str) {
    if !field.is_empty() {
        field.push(' ');
    }
    field.push_str(value);
}

fn took(ms: u32) -> String {
    if ms < 1000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}

/// Hears what is done within a report, for as long as the page is open.
pub(super) fn hear(place: &Element, store: Store) {
    let shown = move || match store.phase.get_untracked() {
        Phase::Finished(report) => Some(report),
        _ => None,
    };
    let inside = place.clone();
    listen(place, "change", move |event| {
        let tick = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let (Some(tick), Some(report)) = (tick.filter(|tick| tick.has_attribute("data-done")), shown()) {
            done::change(&inside, &tick, &report.domain, &report.run.started);
        }
    });
    listen(place, "click", move |event| {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        if target.id() == "run-again" {
            form::ask_again(store, true);
        }
        // What a link leads to may be folded away.
        let link = target.closest("a[href^='#']").ok().flatten().and_then(|link| link.get_attribute("href"));
        if let Some(there) = link.and_then(|link| by_id::<Element>(link.strip_prefix('#')?)) {
            reveal(&there);
        }
    });
    // What a check asks for goes with the question from then on.
    listen(place, "submit", move |event| {
        event.prevent_default();
        let form = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some((name, value)) = form.and_then(|form| asking::said(&form)) else { return };
        let mut asked = store.asked.get_untracked();
        match name.as_str() {
            "segment" => asked.segment = value,
            "mail" => asked.mail = value,
            "selector" => add_to(&mut asked.selectors, &value),
            _ => add_to(&mut asked.paths, &value),
        }
        form::fill(&asked);
        form::ask(store, asked);
    });
}
