//! # Home page response time (`home-response-time`)
//!
//! ## What it checks
//! How long the home page takes from request to the first byte of the answer, over three requests one after the other, five in a deep scan.
//! The figure is the edge response time: from where we measure, connection included, without the time a browser needs
//! to show the page.
//!
//! ## Why it matters
//! Every visitor waits at least this long before anything appears. On launch day the server has more to do, not
//! less.
//!
//! ## How to fix it
//! Let a cache close to the visitors answer public pages, render them ahead of time instead of at each request, and look
//! at what the server does before it answers: queries, cold starts, calls to other services.
//!
//! ## Sources
//! Targets per kind of business: 300 ms for reads on creator platforms, mobile apps and internal tools, 400 ms for
//! critical requests of coach sites, 500 ms for light requests of AI tools (launch roadmaps, 2026); 500 ms where the kind
//! is not known. One second is where a visitor's flow of thought breaks (Nielsen, "Response times", 1993). Percentiles are by
//! nearest rank, which makes up no value between two samples: with so few, the 95th is the slowest. Where the slowest is beyond
//! the target and more than three times the median, the samples are not of one kind, and nothing is said (our own rule, 2026-11).
//!
//! ## Covers
//! P1
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200 120ms 80ms 85ms 90ms 82ms
//! => fast
//! ```
//! ```evidence
//! GET https://example.com/
//! 200 700ms 650ms 640ms 660ms 655ms
//! => slow
//! ```
//! A kind of business has its own target.
//! ```evidence
//! target example.com segment=creator-platform
//! GET https://example.com/
//! 200 420ms 410ms 400ms 405ms 410ms
//! => slow
//! ```
//! ```evidence
//! target example.com segment=ai-tool
//! GET https://example.com/
//! 200 420ms 410ms 400ms 405ms 410ms
//! => fast
//! ```
//! ```evidence
//! GET https://example.com/
//! 200 1900ms 1800ms 1850ms 1820ms 1810ms
//! => very-slow
//! ```
//! One slow answer among fast ones proves nothing.
//! ```evidence
//! GET https://example.com/
//! 200 900ms 80ms 85ms 90ms 82ms
//! => unsteady
//! ```
//! ```evidence
//! GET https://example.com/
//! 500 20ms
//! => no-page
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! => no-page
//! ```
//! ```evidence
//! GET https://example.com/
//! timeout
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::chart::{Chart, ChartKind, ChartRow};
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
    id: "home-response-time",
    area: Area::Performance,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Day, Who::Developer),
    outcomes: &[&FAST, &SLOW, &VERY_SLOW, &UNSTEADY, &NO_PAGE],
    run,
};

static FAST: Outcome = Outcome::pass("fast", "The home page responds fast");
static SLOW: Outcome = Outcome::warn("slow", "The home page responds slowly");
static VERY_SLOW: Outcome = Outcome::fail("very-slow", "The home page takes more than a second to respond");
static UNSTEADY: Outcome =
    Outcome::not_measured("unsteady", "The home page's response time varies too much to judge");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to measure");

/// Requests that are timed, the first one included; few, because they are somebody else's server's.
const SAMPLES: u8 = 3;
/// The same in a deep scan.
const DEEP_SAMPLES: u8 = 5;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let (url, first) = (home.url, home.reply);
    let mut samples = vec![first.headers_ms];
    let count = if target.deep { DEEP_SAMPLES } else { SAMPLES };
    for repeat in 1..count {
        // One after the other: side by side they would slow each other down. The body is of no interest.
        let request = HttpRequest { repeat, body_limit: 0, ..HttpRequest::get(url.as_str()) };
        samples.push(fetched(evidence, Probe::Http(request))?.headers_ms);
    }
    let rows = samples.iter().map(|ms| ChartRow { value: *ms, ..ChartRow::default() }).collect();
    let timing = Timing::of(samples);
    let goal = target_ms(target.segment, Work::Light);
    let picture = Chart { kind: ChartKind::Times, rows, limit: goal };
    let outcome = match timing.pace(goal) {
        Pace::Fast => &FAST,
        Pace::Slow => &SLOW,
        Pace::VerySlow => &VERY_SLOW,
        Pace::Unsteady => &UNSTEADY,
    };
    let (p50, p95) = (timing.p50(), timing.p95());
    let finding = outcome
        .found()
        .detail(format!("Half of {count} requests were answered within {p50} ms, the slowest took {p95} ms; the target is {goal} ms."))
        .with_charted_evidence(format!("edge response time of GET {url}"), timing.words(), picture)
        .measure(format!("median response time of {url}"), p50, "ms")
        .measure(format!("slowest response of {url}"), p95, "ms");
    Ok(match outcome.code {
        "slow" | "very-slow" => finding.fix(Fix::step(
            "If the page is the same for everyone, cache it close to visitors: send Cache-Control: public, s-maxage=300, stale-while-revalidate=86400. Then find what the server waits for before it responds.",
        )),
        _ => finding,
    })
}
