//! One check asked again: what a fix has changed, without a whole scan. The answer is a finding and no verdict.

use gloo_net::http::Request;
use js_sys::futures::spawn_local;
use js_sys::{Array, JSON, Reflect};
use launch_ready_core::checks::finding::Level;
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::report::diff::{Difference, difference};
use launch_ready_core::report::{FindingReport, Report};
use wasm_bindgen::JsCast;
use web_sys::{AbortController, Element};

use super::{known, steps};
use crate::asked::REPORT;
use crate::channel::ToPage;
use crate::decode;
use crate::dom::{add, listen, set};
use crate::problem::Trouble;
use crate::stream::{offline, within};

/// Asks `check` again about what the report answers.
pub(super) fn ask(check: &str) {
    let Some(tools) = known::tools(check) else { return };
    // A second click while it runs asks nothing.
    if tools.has_attribute("aria-busy") {
        return;
    }
    let _ = tools.set_attribute("aria-busy", "true");
    say(&tools, "", "Checking again…", "");
    let (check, query) = (check.to_owned(), known::asked());
    spawn_local(async move {
        match answer(&check, &query).await {
            Ok((finding, line)) => take(&tools, finding, &line),
            Err(trouble) => {
                let title = trouble.title();
                say(
                    &tools,
                    "fail",
                    &format!("{title}."),
                    &format!("{} The report stays as it is.", trouble.detail(0, 0)),
                );
            }
        }
        let _ = tools.remove_attribute("aria-busy");
    });
}

async fn answer(check: &str, query: &str) -> Result<(FindingReport, String), Trouble> {
    let broken = || Trouble::Broken { offline: offline() };
    let abort = AbortController::new().map_err(|_| broken())?;
    let request = Request::get(&format!("{REPORT}?{query}"))
        .query([("check", check)])
        .header("accept", "application/json")
        .abort_signal(Some(&abort.signal()));
    let response =
        within(&abort, request.send()).await.map_err(|_| Trouble::Unreachable { offline: offline() })?;
    let body = within(&abort, response.text()).await.map_err(|_| broken())?;
    if !response.ok() {
        return Err(Trouble::from_answer(response.status(), decode::problem(&body)));
    }
    // The page reads the same line.
    let found = || -> Option<(FindingReport, String)> {
        let answer = JSON::parse(&body).ok()?;
        let all: Array = Reflect::get(&answer, &"recheck".into()).ok()?.dyn_into().ok()?;
        let line = String::from(JSON::stringify(&all.get(0)).ok()?);
        let finding: FindingReport = serde_json::from_str(&line).ok()?;
        (finding.check == check).then(|| (finding, line.replacen('{', "{\"event\":\"finding\",", 1)))
    };
    found().ok_or_else(broken)
}

/// Hands the finding to the page, and says how it compares.
fn take(tools: &Element, now: FindingReport, line: &str) {
    let was = known::finding(&now.check);
    let compared = known::report().zip(was).and_then(|(report, was)| compared(&report, &was, &now));
    known::renew(now.clone());
    known::tell(ToPage::Finding(line.to_owned()));
    steps::renew(&now);
    let Some((tone, words, more)) = compared else {
        return say(tools, "", "Checked again.", &now.title);
    };
    say(tools, tone, words, &more);
    // Only a whole check makes a verdict.
    if !tone.is_empty()
        && let Some(said) = tools.query_selector(".said").ok().flatten()
    {
        add(&said, "span", "", " Only a full check tells if you can launch.");
        if let Some(button) = add(&said, "button", "", "Run the full check again") {
            set(&button, "type", "button");
            listen(&button, "click", |_| known::tell(ToPage::Everything));
        }
    }
}

/// Says something beside the buttons, and to those who listen.
pub(super) fn say(tools: &Element, tone: &str, strong: &str, more: &str) {
    if let Ok(Some(before)) = tools.query_selector(".said") {
        before.remove();
    }
    let steps = tools.query_selector(".steps").ok().flatten();
    if let Some(said) = add(tools, "p", &format!("said {tone}"), "") {
        // The answer stands beside the button, before long steps.
        let _ = tools.insert_before(&said, steps.as_deref());
        add(&said, "strong", "", strong);
        add(&said, "span", "", &format!(" {more}"));
    }
    known::announce(&format!("{strong} {more}"));
}

/// How a finding compares with the one before: its tone (none where nothing changed), in a word, and what there is to add.
fn compared(
    report: &Report,
    was: &FindingReport,
    now: &FindingReport,
) -> Option<(&'static str, &'static str, String)> {
    let with = |finding: &FindingReport| Report { findings: vec![finding.clone()], ..report.clone() };
    let found = difference(&with(was), &with(now)).ok()?;
    let Difference { new, worse, better, gone, other, unclear, .. } = &found;
    let is = |list: &Vec<_>| !list.is_empty();
    let (tone, word) = match () {
        () if is(gone) => ("pass", "Fixed."),
        () if is(better) => ("pass", "Better, but not fixed yet."),
        () if is(new) && was.level == Level::NotMeasured => ("fail", "Checked now: there is a problem."),
        () if is(new) => ("fail", "Worse: this passed before."),
        () if is(worse) => ("fail", "Worse than before."),
        () if is(other) => ("warn", "Still a problem, for another reason than before."),
        () if is(unclear) && now.level == Level::NotMeasured => {
            ("unknown", "Couldn't check this time. This says nothing about what you changed.")
        }
        () if is(unclear) => ("pass", "Checked now."),
        () => ("", "No change."),
    };
    let mut more = format!("{}.", now.title.trim_end_matches('.'));
    for number in found.numbers.iter().filter(|number| number.before != number.after) {
        if let (Some(before), Some(after)) = (number.before, number.after) {
            more += &format!(" {}: {before} before, {after} now ({}).", number.label, number.unit);
        }
    }
    let in_dns = |fix: &Fix| matches!(fix, Fix::Record { .. } | Fix::RemoveRecord { .. });
    if tone.is_empty() && now.fixes.iter().any(|fix| in_dns(&fix.fix)) {
        more += " Changed a DNS record? It shows once the old one's TTL has passed: try again then.";
    }
    Some((tone, word, more))
}
