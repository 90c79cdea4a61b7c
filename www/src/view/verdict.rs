//! Whether to launch, why, and the number beside it.

use launch_ready_core::report::Report;
use launch_ready_core::report::score::{Decision, Rank};
use web_sys::Element;

use crate::dom::{icon, make, set};
use crate::{lookalike, words};

/// Reasons that are listed; more are counted. The cards below say them all.
const REASONS: usize = 5;

/// The verdict, big and plain; `id` is where the report stays, empty where that is not known.
pub(super) fn draw(place: &Element, report: &Report, id: &str) {
    let (tone, picture) = match report.verdict.decision {
        Decision::Go => ("go", "i-pass"),
        Decision::NoGo => ("no-go", "i-fail"),
        Decision::NoVerdict => ("no-verdict", "i-unknown"),
    };
    let card = make(place, "section", &format!("card verdict {tone}"), "");
    set(&card, "aria-labelledby", "verdict-title");
    // What embed.js tells the page around it.
    set(&card, "data-verdict", tone);
    if let Some(score) = report.score {
        set(&card, "data-score", &score.value.to_string());
    }
    let said = make(&card, "div", "", "");
    let title = make(&said, "h3", "", "");
    set(&title, "id", "verdict-title");
    icon(&title, picture);
    let _ = make(&title, "span", "", words::decision(report.verdict.decision));
    let _ = make(&said, "p", "reason", &words::reason(report));
    reasons(&said, report);
    let call = make(&said, "a", "call", "Talk it through: book a call");
    let about = if id.is_empty() { format!("domain={}", report.domain) } else { format!("report={id}") };
    set(&call, "href", &format!("/call?{about}"));
    numbers(&card, report);
    name(place, report);
}

/// What the verdict rests on: what stops the launch, or what got no answer.
fn reasons(place: &Element, report: &Report) {
    let all: Vec<(&str, &str)> = match report.verdict.decision {
        Decision::Go => return,
        Decision::NoGo => {
            let blockers = report.risks.iter().filter(|risk| risk.rank == Rank::Blocker);
            blockers.map(|risk| (risk.check.as_str(), risk.title.as_str())).collect()
        }
        Decision::NoVerdict => {
            let behind = &report.verdict.checks;
            let gaps = report.gaps.iter().filter(|gap| gap.checks.iter().any(|check| behind.contains(check)));
            let spoken = |check: &String| report.gaps.iter().any(|gap| gap.checks.contains(check));
            let others = report
                .findings
                .iter()
                .filter(|found| behind.contains(&found.check) && !spoken(&found.check))
                .map(|found| (found.check.as_str(), found.name.as_str()));
            // One cause may be behind all of them.
            let causes = gaps.filter_map(|gap| Some((gap.checks.first()?.as_str(), gap.cause.as_str())));
            causes.chain(others).collect()
        }
    };
    let list = make(place, "ul", "reasons", "");
    for (check, words) in all.iter().take(REASONS) {
        let link = make(&make(&list, "li", "", ""), "a", "", words);
        set(&link, "href", &format!("#check-{check}"));
    }
    if let Some(more @ 1..) = all.len().checked_sub(REASONS) {
        let _ = make(&list, "li", "", &format!("and {more} more"));
    }
}

fn numbers(card: &Element, report: &Report) {
    let numbers = make(card, "div", "numbers", "");
    match report.score {
        None => drop(make(&numbers, "p", "score", "No score")),
        Some(score) => {
            let line = make(&numbers, "p", "score", "");
            let _ = make(&line, "span", "visually-hidden", "Score ");
            let _ = make(&line, "strong", "", &score.value.to_string());
            let _ = make(&line, "span", "", " of 100");
            let scale = make(&numbers, "progress", "scale", "");
            for (name, value) in
                [("aria-hidden", "true"), ("max", "100"), ("value", &score.value.to_string())]
            {
                set(&scale, name, value);
            }
        }
    }
    for (class, text) in [("cap", words::cap(report)), ("coverage", words::coverage(report))] {
        if !text.is_empty() {
            let _ = make(&numbers, "p", class, &text);
        }
    }
}

/// Letters that are not what they seem, and the name that is looked up where it is not what people read.
fn name(place: &Element, report: &Report) {
    if report.domain == report.domain_unicode {
        return;
    }
    let notice = make(place, "p", "notice", "");
    if let Some((reads, letters)) = lookalike::reads_like(&report.domain_unicode) {
        notice.set_class_name("notice warned");
        let letters: Vec<String> =
            letters.chars().map(|letter| format!("\u{201c}{letter}\u{201d}")).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        let _ = make(&notice, "strong", "", &format!("This name is not {reads}. "));
        let _ = make(
            &notice,
            "span",
            "",
            &format!("It only looks like it: {} are letters of another script. ", words::list(&letters)),
        );
    }
    let _ = make(&notice, "span", "", "In DNS: ");
    let _ = make(&notice, "bdi", "", &report.domain);
    let _ = make(
        &notice,
        "span",
        "",
        ". This is the name that is looked up, and that certificates and links carry.",
    );
}
