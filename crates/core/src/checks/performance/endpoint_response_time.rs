//! # Response time of named paths (`endpoint-response-time`)
//!
//! ## What it checks
//! How long the paths that you named take to answer: login, feed, search, checkout. Each of up to four is asked three times, one
//! after the other.
//!
//! ## Why it matters
//! The home page comes from a cache; the pages people came for often do not. These waits make a product feel slow.
//!
//! ## How to fix it
//! Look at the slowest first: queries without an index, calls to other services one after the other, cold starts.
//!
//! ## Sources
//! Targets per kind of business (launch roadmaps, 2026): for ordinary answers as for the home page; for heavy ones, such as searches,
//! feeds and reports, 800 ms on creator platforms and internal tools and 700 ms in mobile apps; one second behind the sign-in of AI
//! tools. What a path is for is guessed by the words in it. One second is where a visitor's flow of thought breaks (Nielsen, "Response
//! times", 1993). Percentiles are by nearest rank: with three samples the 95th is the slowest.
//!
//! ## Covers
//! P2
//!
//! ## Examples
//! ```evidence
//! target example.com paths=/login,/search
//! GET https://example.com/
//! 200
//! GET https://example.com/login
//! 200 120ms 90ms 95ms
//! GET https://example.com/search
//! 401 80ms 70ms 75ms
//! => fast
//! ```
//! ```evidence
//! target example.com paths=/login segment=creator-platform
//! GET https://example.com/
//! 200
//! GET https://example.com/login
//! 200 420ms 400ms 390ms
//! => slow
//! ```
//! What has to look at much may take longer.
//! ```evidence
//! target example.com paths=/feed segment=creator-platform
//! GET https://example.com/
//! 200
//! GET https://example.com/feed
//! 200 420ms 400ms 390ms
//! => fast
//! ```
//! ```evidence
//! target example.com paths=/search
//! GET https://example.com/
//! 200
//! GET https://example.com/search
//! 200 1900ms 1800ms 1850ms
//! => very-slow
//! ```
//! One slow answer, such as a cold start, proves nothing.
//! ```evidence
//! target example.com paths=/search
//! GET https://example.com/
//! 200
//! GET https://example.com/search
//! 200 1900ms 80ms 90ms
//! => unsteady
//! ```
//! ```evidence
//! target example.com paths=/search
//! GET https://example.com/
//! 200
//! GET https://example.com/search
//! 500 10ms
//! => broken
//! ```
//! ```evidence
//! target example.com paths=/pricing
//! GET https://example.com/
//! 200
//! GET https://example.com/pricing
//! 404 10ms
//! => missing
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! => none-named
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::home_page::home_page;
use crate::http::HttpRequest;
use crate::target::Target;
use crate::timing::{Pace, Timing, Work, target_ms};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "endpoint-response-time",
    area: Area::Performance,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Day, Who::Developer),
    outcomes: &[&FAST, &UNSTEADY, &SLOW, &VERY_SLOW, &BROKEN, &MISSING, &NONE_NAMED],
    run,
};

static FAST: Outcome = Outcome::pass("fast", "The paths you named respond fast");
static UNSTEADY: Outcome = Outcome::not_measured("unsteady", "The response times vary too much to judge");
static SLOW: Outcome = Outcome::warn("slow", "A path you named is slow");
static VERY_SLOW: Outcome = Outcome::fail("very-slow", "A path you named takes more than a second");
static BROKEN: Outcome = Outcome::fail("broken", "A path you named returns a server error")
    .costs(Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Developer))
    .blocks();
static MISSING: Outcome =
    Outcome::not_measured("missing", "A path that you named is not there, so its time says nothing");
static NONE_NAMED: Outcome = Outcome::not_applicable("none-named", "No paths were named");

/// Paths that are timed.
const MAX_PATHS: usize = 4;
/// Requests per path.
const SAMPLES: u8 = 3;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NONE_NAMED.found().detail(why)),
    };
    if target.paths.is_empty() {
        return Ok(NONE_NAMED.found());
    }
    let urls: Vec<_> = target.paths.iter().filter_map(|path| home.own_url(path)).take(MAX_PATHS).collect();
    // One path after the other would be slow for us; side by side they are different requests to the server.
    let timed: Vec<Result<(u16, Vec<u32>), Stop>> = urls
        .iter()
        .map(|url| {
            let first = fetched(evidence, Probe::get(url.as_str()))?;
            let mut samples = vec![first.headers_ms];
            for repeat in 1..SAMPLES {
                let request = HttpRequest { repeat, body_limit: 0, ..HttpRequest::get(url.as_str()) };
                samples.push(fetched(evidence, Probe::Http(request))?.headers_ms);
            }
            Ok((first.status, samples))
        })
        .collect();
    if timed.iter().any(|timed| matches!(timed, Err(Stop::Pending))) {
        return Err(Stop::Pending);
    }
    let mut judged: Vec<(&'static Outcome, String, String)> = Vec::new();
    let mut medians = Vec::new();
    for (url, timed) in urls.iter().zip(timed) {
        let (status, samples) = timed?;
        let (timing, work) = (Timing::of(samples), Work::of(url.path()));
        let goal = target_ms(target.segment, work);
        let outcome = match timing.pace(goal) {
            _ if status >= 500 => &BROKEN,
            // An error page is made quickly, and nobody waits for it.
            _ if matches!(status, 404 | 410) => &MISSING,
            Pace::Unsteady => &UNSTEADY,
            Pace::VerySlow => &VERY_SLOW,
            Pace::Slow => &SLOW,
            Pace::Fast => &FAST,
        };
        medians.push((format!("median response time of {url}"), timing.p50()));
        let target = format!("target {goal} ms, for {}", work.words());
        judged.push((
            outcome,
            format!("edge response time of GET {url}"),
            format!("status {status}; {}; {target}", timing.words()),
        ));
    }
    let worst = judged.iter().map(|(outcome, _, _)| *outcome).min_by_key(|outcome| match outcome.code {
        "broken" => 0,
        "very-slow" => 1,
        "slow" => 2,
        "missing" => 3,
        "unsteady" => 4,
        _ => 5,
    });
    let Some(worst) = worst else { return Ok(NONE_NAMED.found()) };
    let finding =
        judged.iter().fold(worst.found(), |finding, (_, url, said)| finding.with_evidence(url, said));
    let finding =
        medians.into_iter().fold(finding, |finding, (label, p50)| finding.measure(label, p50, "ms"));
    Ok(match worst.code {
        "broken" => finding.fix(Fix::step("Look for this request in the app's log.")),
        "slow" | "very-slow" => finding.fix(Fix::step(
            "Find out what the slowest of these paths waits for: queries, other services, a cold start.",
        )),
        _ => finding,
    })
}
