//! # CORS (`cors`)
//!
//! ## What it checks
//! What the site answers to a request that says it comes from another site: the home page, and the first API path that
//! you named. The requests are ordinary ones with an `Origin` that nobody owns, and for the home page one more with the origin
//! "null".
//!
//! ## Why it matters
//! If any site may read your responses with the visitor's cookies, any page your customers open can read their
//! accounts. It is a single line, often added because something "does not work because of CORS".
//!
//! ## How to fix it
//! Allow the origins that you know by a list, and send `Access-Control-Allow-Credentials` to no others. Never copy the request's
//! `Origin` into the answer unchecked.
//!
//! ## Sources
//! Fetch standard, "CORS protocol" and "CORS check" (a star with credentials is refused by browsers). Read 2026-11.
//!
//! ## Covers
//! S3
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! => closed
//! ```
//! A list that does not hold us.
//! ```evidence
//! GET https://example.com/
//! 200
//! access-control-allow-origin: https://app.example.com
//! access-control-allow-credentials: true
//! => closed
//! ```
//! What is public without cookies may be public.
//! ```evidence
//! GET https://example.com/
//! 200
//! access-control-allow-origin: *
//! => public
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! access-control-allow-origin: https://cors-check.invalid
//! => public
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! access-control-allow-origin: https://cors-check.invalid
//! access-control-allow-credentials: true
//! vary: Origin
//! => any-site-reads
//! ```
//! Anybody can have the origin "null": a frame in a sandbox is enough.
//! ```evidence
//! GET https://example.com/
//! 200
//! access-control-allow-origin: null
//! access-control-allow-credentials: true
//! => any-site-reads
//! ```
//! ```evidence
//! target example.com paths=/login,/api/me
//! GET https://example.com/
//! 200
//! GET https://example.com/api/me
//! 401
//! access-control-allow-origin: https://cors-check.invalid
//! access-control-allow-credentials: true
//! => any-site-reads
//! ```
//! Browsers refuse this pair: what it was meant for does not work.
//! ```evidence
//! GET https://example.com/
//! 200
//! access-control-allow-origin: *
//! access-control-allow-credentials: true
//! => contradiction
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
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

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "cors",
    area: Area::Security,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer),
    outcomes: &[&CLOSED, &PUBLIC, &CONTRADICTION, &ANY_SITE_READS, &NO_PAGE],
    run,
};

static CLOSED: Outcome = Outcome::pass("closed", "Other sites cannot read responses");
static PUBLIC: Outcome = Outcome::pass("public", "Other sites can read responses, without cookies");
static CONTRADICTION: Outcome =
    Outcome::warn("contradiction", "CORS allows any origin with cookies, which browsers refuse");
static ANY_SITE_READS: Outcome =
    Outcome::fail("any-site-reads", "Any other site can read the answers with the visitor's cookies")
        .blocks();
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to test");

/// Nobody can own it (RFC 6761 section 6.4).
const ORIGIN: &str = "https://cors-check.invalid";
/// The origin of a frame in a sandbox, of a file, of a data: address.
const NULL: &str = "null";

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let mut asked = vec![(home.url.to_string(), ORIGIN), (home.url.to_string(), NULL)];
    let api = target.paths.iter().find(|path| path.split('/').nth(1).is_some_and(|first| first == "api"));
    asked.extend(api.and_then(|path| home.own_url(path)).map(|url| (String::from(url), ORIGIN)));
    // All questions go out before the first answer is needed.
    let replies: Vec<_> = asked
        .iter()
        .map(|(url, from)| {
            let headers = vec![("origin".to_owned(), (*from).to_owned())];
            fetched(evidence, Probe::Http(HttpRequest { headers, body_limit: 0, ..HttpRequest::get(url) }))
        })
        .collect();
    let mut judged = Vec::new();
    for ((url, from), reply) in asked.iter().zip(replies) {
        let reply = reply?;
        let origin = reply.headers.first("access-control-allow-origin").map(str::trim);
        let credentials = reply
            .headers
            .first("access-control-allow-credentials")
            .is_some_and(|value| value.trim() == "true");
        let outcome = match origin {
            // Anybody can have the origin "null", whoever asked here.
            Some(origin) if credentials && (origin == *from || origin == NULL) => &ANY_SITE_READS,
            Some("*") if credentials => &CONTRADICTION,
            Some(origin) if origin == "*" || origin == *from => &PUBLIC,
            _ => &CLOSED,
        };
        let said = match (origin, credentials) {
            (None, _) => "no Access-Control-Allow-Origin".to_owned(),
            (Some(origin), true) => format!("{origin}, with credentials"),
            (Some(origin), false) => origin.to_owned(),
        };
        judged.push((outcome, format!("Access-Control-Allow-Origin of {url} for {from}"), said));
    }
    let worst = judged.iter().map(|(outcome, _, _)| *outcome).min_by_key(|outcome| match outcome.code {
        "any-site-reads" => 0,
        "contradiction" => 1,
        "public" => 2,
        _ => 3,
    });
    let finding = judged.iter().fold(worst.unwrap_or(&CLOSED).found(), |finding, (_, label, said)| {
        finding.with_evidence(label, said)
    });
    Ok(match finding.outcome.code {
        "any-site-reads" => finding.fix(Fix::step(
            "Compare the request's Origin with a list of your own origins, and send Access-Control-Allow-Origin and -Credentials only when it is among them.",
        )),
        "contradiction" => finding.fix(Fix::step(
            "Take Access-Control-Allow-Credentials away, or name the origins that may read with cookies.",
        )),
        _ => finding,
    })
}
