//! The badge: what the newest report says, in a few words. It never says more than that, and nothing about a report that
//! is old.

use launch_ready_core::report::score::Decision;
use maud::{Markup, html};

use crate::message::ReportSummary;
use crate::platform;
use crate::share::words;

/// Days after which a report says nothing about today: a month in which records, certificates and deployments change.
const DAYS: f64 = 30.0;
const DAY_MS: f64 = 86_400_000.0;

/// Width of a character of 11 pixels, on average, for the width of a box; what is in it is fitted to that.
const CHARACTER: usize = 7;
const LABEL: &str = "launch ready";

/// The picture.
pub(crate) fn svg(summary: Option<&ReportSummary>) -> String {
    let young = summary.filter(|summary| platform::now() - (summary.at as f64) < DAYS * DAY_MS);
    let (words, colour, meaning) = match young {
        None => ("unknown", "#5b6270", "There is no report of the last 30 days.".to_owned()),
        Some(summary) => {
            let (words, colour) = match summary.decision {
                Decision::Go => ("ready", "#1b6e44"),
                Decision::NoGo => ("not ready", "#a3271f"),
                Decision::NoVerdict => ("not enough data", "#5b6270"),
            };
            (
                words,
                colour,
                format!(
                    "{} on {}. {}.",
                    words::verdict(summary.decision),
                    words::day(summary),
                    words::measure(summary)
                ),
            )
        }
    };
    let left = LABEL.len() * CHARACTER + 12;
    let right = words.len() * CHARACTER + 12;
    let width = left + right;
    let title = format!("{LABEL}: {words}. {meaning}");
    let inner = right - 3;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height="20" viewBox={ "0 0 " (width) " 20" } role="img" aria-label=(title) {
            title { (title) }
            rect width=(width) height="20" rx="3" fill="#3b414d" {}
            path d={ "M" (left) " 0h" (inner) "a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H" (left) "z" } fill=(colour) {}
            g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle" {
                (part(0, left, LABEL))
                (part(left, right, words))
            }
        }
    }
    .into_string()
}

fn part(x: usize, width: usize, words: &str) -> Markup {
    html! {
        text x=(x + width / 2) y="14" textLength=(width - 12) lengthAdjust="spacingAndGlyphs" { (words) }
    }
}
