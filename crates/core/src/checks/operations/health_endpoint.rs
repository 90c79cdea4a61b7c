//! # Health endpoint (`health-endpoint`)
//!
//! ## What it checks
//! Whether there is an address that says if the app works: the paths with such a name that you gave, or else `/health` and
//! `/api/health`.
//!
//! ## Why it matters
//! A monitor that requests only the home page does not notice when the database is down. A health endpoint tells
//! you before your customers do.
//!
//! ## How to fix it
//! Let `/api/health` try the database with the cheapest query, and answer 200 or 503 with a few words of JSON and
//! `Cache-Control: no-store`. Let it tell no versions, names or settings.
//!
//! ## Sources
//! RFC 9110 section 15.6.4 (503); Kubernetes, "Liveness, Readiness and Startup Probes". The usual paths are our own list of 2026-11.
//!
//! ## Covers
//! O5
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/health
//! 404
//! GET https://example.com/api/health
//! 200
//! content-type: application/json
//! | {"status":"ok"}
//! => found
//! ```
//! A page that answers for every address is no health endpoint.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/health
//! 200
//! content-type: text/html
//! GET https://example.com/api/health
//! 200
//! content-type: text/html
//! => not-found
//! ```
//! ```evidence
//! target example.com paths=/healthz
//! GET https://example.com/
//! 200
//! GET https://example.com/healthz
//! 503
//! content-type: application/json
//! | {"database":"down"}
//! => unhealthy
//! ```
//! ```evidence
//! target example.com paths=/healthz
//! GET https://example.com/
//! 200
//! GET https://example.com/healthz
//! 404
//! => missing
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/health
//! timeout
//! GET https://example.com/api/health
//! timeout
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::home_page::{Home, home_page};
use crate::http::HttpReply;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "health-endpoint",
    area: Area::Operations,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Developer),
    outcomes: &[&FOUND, &UNHEALTHY, &MISSING, &NOT_FOUND],
    run,
};

static FOUND: Outcome = Outcome::pass("found", "The health endpoint works");
static UNHEALTHY: Outcome = Outcome::fail("unhealthy", "The health endpoint reports a failure");
static MISSING: Outcome = Outcome::warn("missing", "The health endpoint you named does not exist");
static NOT_FOUND: Outcome = Outcome::not_applicable("not-found", "No health endpoint at common paths");

/// What such a path is called, as its last part.
const NAMES: [&str; 9] =
    ["health", "healthz", "healthcheck", "health-check", "heartbeat", "livez", "ping", "readyz", "status"];
/// Asked for where no path was given.
const USUAL: [&str; 2] = ["/health", "/api/health"];
/// Paths that are asked for.
const MAX_PATHS: usize = 2;

/// The addresses to ask, and whether they were given.
fn addresses(target: &Target, home: &Home<'_>) -> (Vec<String>, bool) {
    let is_health = |path: &&String| {
        path.split(['?', '#'])
            .next()
            .and_then(|path| path.trim_end_matches('/').rsplit('/').next())
            .is_some_and(|last| NAMES.contains(&last))
    };
    let given: Vec<&str> = target.paths.iter().filter(is_health).map(String::as_str).collect();
    let named = !given.is_empty();
    let paths = if named { given } else { USUAL.to_vec() };
    let urls = paths.into_iter().take(MAX_PATHS).filter_map(|path| home.own_url(path)).map(String::from);
    (urls.collect(), named)
}

/// The replies of the health endpoint's addresses; of interest to whoever looks at error pages, too.
///
/// # Errors
/// Pending until all are there; not measured where none could be had.
pub(in crate::checks) fn replies<'e>(
    target: &Target,
    evidence: &'e Evidence,
    home: &Home<'_>,
) -> Result<Vec<(String, &'e HttpReply)>, Stop> {
    let (urls, _) = addresses(target, home);
    let asked: Vec<_> = urls.iter().map(|url| fetched(evidence, Probe::get(url))).collect();
    if asked.iter().any(|asked| matches!(asked, Err(Stop::Pending))) {
        return Err(Stop::Pending);
    }
    let mut gap = None;
    let mut replies = Vec::new();
    for (url, asked) in urls.into_iter().zip(asked) {
        match asked {
            Ok(reply) => replies.push((url, reply)),
            Err(stop) => gap = Some(stop),
        }
    }
    match gap {
        Some(stop) if replies.is_empty() => Err(stop),
        _ => Ok(replies),
    }
}

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NOT_FOUND.found().detail(why)),
    };
    let named = addresses(target, &home).1;
    let replies = replies(target, evidence, &home)?;
    let is_json = |reply: &HttpReply| {
        let kind = reply.headers.first("content-type").unwrap_or_default().split(';').next();
        kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
    };
    let is_page = |reply: &HttpReply| {
        let kind =
            reply.headers.first("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("text/html") || reply.body.bytes.trim_ascii_start().starts_with(b"<")
    };
    let alive =
        replies.iter().find(|(_, reply)| (200..300).contains(&reply.status) && (named || !is_page(reply)));
    let ill = replies.iter().find(|(_, reply)| {
        // Only what was named, or answers like a health endpoint, may say that the app is ill.
        (500..600).contains(&reply.status) && (named || reply.status == 503 && is_json(reply))
    });
    let (outcome, shown) = match (alive, ill) {
        (Some(alive), _) => (&FOUND, Some(alive)),
        (None, Some(ill)) => (&UNHEALTHY, Some(ill)),
        (None, None) if named => (&MISSING, replies.first()),
        (None, None) => (&NOT_FOUND, None),
    };
    let mut finding = outcome.found();
    if let Some((url, reply)) = shown {
        let body: String = reply.body.text().chars().filter(|c| !c.is_control()).take(120).collect();
        finding = finding.with_evidence(
            format!("GET {url}"),
            format!("status {}, {} ms: {body}", reply.status, reply.headers_ms),
        );
    }
    Ok(match outcome.code {
        "unhealthy" => finding.fix(Fix::step("Look at the app's log: its own health check fails.")),
        "missing" => finding.fix(Fix::step("Add the endpoint, or correct the path.")),
        _ => finding,
    })
}
