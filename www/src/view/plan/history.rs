//! The last reports of the domain: when, how they came out, the score over time, and what changed from one to the next.

use gloo_net::http::Request;
use js_sys::futures::spawn_local;
use launch_ready_core::report::Report;
use launch_ready_core::report::diff::difference;
use serde::Deserialize;
use web_sys::{AbortController, Element};

use super::{changes, known};
use crate::decode;
use crate::dom::{by_id, make, set};
use crate::moment::local;
use crate::problem::Trouble;
use crate::stream::{offline, within};
use crate::words;

/// What `/api/v1/history` answers.
#[derive(Deserialize)]
struct History {
    /// The newest first.
    reports: Vec<Report>,
}

/// Shows the last reports, or puts them away.
pub(super) fn toggle() {
    let Some(place) = by_id::<Element>("history") else { return };
    if place.has_child_nodes() {
        place.set_text_content(None);
        return;
    }
    let section = make(&place, "section", "changed", "");
    set(&section, "aria-labelledby", "history-title");
    let title = make(&section, "h3", "", "Last reports");
    set(&title, "id", "history-title");
    let words = make(&section, "p", "", "Loading…");
    spawn_local(async move {
        match answer().await {
            Ok(reports) => {
                words.remove();
                draw(&section, &reports);
                known::announce(&words::count(reports.len(), "report", "reports"));
            }
            Err(trouble) => {
                words.set_text_content(Some(&format!("{}. {}", trouble.title(), trouble.detail(0, 0))));
                known::announce(&trouble.title());
            }
        }
    });
}

async fn answer() -> Result<Vec<Report>, Trouble> {
    let broken = || Trouble::Broken { offline: offline() };
    let abort = AbortController::new().map_err(|_| broken())?;
    let request = Request::get(&format!("/api/v1/history?{}", known::asked()))
        .header("accept", "application/json")
        .abort_signal(Some(&abort.signal()));
    let response =
        within(&abort, request.send()).await.map_err(|_| Trouble::Unreachable { offline: offline() })?;
    let body = within(&abort, response.text()).await.map_err(|_| broken())?;
    if !response.ok() {
        return Err(Trouble::from_answer(response.status(), decode::problem(&body)));
    }
    serde_json::from_str(&body).map(|History { reports }| reports).map_err(|_| broken())
}

fn draw(place: &Element, reports: &[Report]) {
    if reports.len() < 2 {
        let _ = make(
            place,
            "p",
            "",
            "This is the first report about this question. Run it again after a fix to see what changed.",
        );
        return;
    }
    let list = make(place, "ol", "history-list", "");
    for (at, report) in reports.iter().enumerate() {
        let item = make(&list, "li", "", "");
        let _ = make(&item, "span", "when", &local(&report.run.started));
        let _ = make(&item, "strong", "", words::decision(report.verdict.decision));
        let score = report.score.map(|score| score.value);
        let bar = make(&item, "progress", "", "");
        for (name, value) in
            [("max", "100"), ("value", &score.unwrap_or_default().to_string()), ("aria-hidden", "true")]
        {
            set(&bar, name, value);
        }
        let _ = make(
            &item,
            "span",
            "points",
            &score.map_or("No score".to_owned(), |score| format!("{score} of 100")),
        );
        let changed = reports.get(at + 1).map(|before| difference(before, report));
        let words = match &changed {
            None => "First of these".to_owned(),
            Some(Ok(found)) => {
                let all = changes::summary(found);
                all.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
            }
            Some(Err(_)) => "Not comparable: the checks changed".to_owned(),
        };
        let _ = make(&item, "span", "difference", &words);
    }
}
