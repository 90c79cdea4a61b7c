//! # Page cache (`cache-pages`)
//!
//! ## What it checks
//! Where the home page asks to be kept by a shared cache, whether one answers: the home page is fetched again, and what the
//! caches on the way say of themselves is read (`Age`, `Cache-Status` and the fields of known networks).
//!
//! ## Why it matters
//! A cached page arrives fast and costs the server nothing, even during a traffic spike. A page that should be
//! cached and is not fails on that day.
//!
//! ## How to fix it
//! Look for what keeps the cache from keeping it: cookies in the answer, `Vary: *` or `Vary: Cookie`, a lifetime of zero, a rule
//! of the network that leaves HTML out (Cloudflare's does unless told otherwise).
//!
//! ## Sources
//! RFC 9111 (`Age`, `Cache-Control`), RFC 9211 (`Cache-Status`), RFC 9213 (targeted fields); each network's documentation of its own
//! field, read 2026-11. `cf-cache-status` is not read: where we measure from it may be our own.
//!
//! ## Covers
//! P4
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200 60ms 20ms
//! cache-control: public, max-age=0, s-maxage=300
//! age: 42
//! => cached
//! ```
//! ```evidence
//! GET https://example.com/
//! 200 60ms 20ms
//! x-vercel-cache: HIT
//! age: 0
//! => cached
//! ```
//! ```evidence
//! GET https://example.com/
//! 200 60ms 60ms
//! cache-control: public, s-maxage=300
//! cache-status: edge; fwd=miss
//! => missed
//! ```
//! A page that is made for each visitor asks for no cache, and that is no fault.
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: private, no-store
//! x-cache: Miss from cloudfront
//! => not-asked
//! ```
//! Where the caches say nothing, nothing can be said.
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: public, s-maxage=300
//! cf-cache-status: MISS
//! => silent
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
//! ```

use launch_ready_providers::{cache_control_fields, cache_status_fields};

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::header_value::{caching, holds_nonce};
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::home_page::home_page;
use crate::http::HttpRequest;
use crate::http::cache;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "cache-pages",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Host),
    outcomes: &[&CACHED, &MISSED, &NOT_ASKED, &SILENT, &NO_PAGE],
    run,
};

static CACHED: Outcome = Outcome::pass("cached", "A cache answers for the home page");
static MISSED: Outcome = Outcome::warn("missed", "The home page allows caching, but is not cached");
static NOT_ASKED: Outcome =
    Outcome::not_applicable("not-asked", "The home page does not allow shared caching");
static SILENT: Outcome =
    Outcome::not_measured("silent", "The caches on the way do not say whether they answered");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to cache");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let (field, control) = cache::for_shared(&home.reply.headers, cache_control_fields());
    let asked = control.is_shared();
    let first = cache::hit(home.reply, cache_status_fields());
    if !asked && !first.as_ref().is_some_and(|seen| seen.hit) {
        let said = home.reply.headers.all(field).collect::<Vec<_>>().join(", ");
        let mut finding =
            NOT_ASKED.found().with_evidence(field, if said.is_empty() { "none".into() } else { said });
        // What was seen is the same for everybody, as far as headers tell.
        if home.reply.headers.first("set-cookie").is_none()
            && !control.has("private")
            && !control.has("no-store")
            // A nonce that a cache keeps is everybody's.
            && !home.reply.headers.all("content-security-policy").any(holds_nonce)
        {
            // What holds for this page need not hold for another: an account's page must not be kept for all.
            let sent: Vec<&str> = home.reply.headers.all("cache-control").collect();
            let value = caching(&sent, "public, max-age=0, s-maxage=300, stale-while-revalidate=86400");
            finding = finding
                .detail("If it is the same for everyone, cache it close to visitors.")
                .fix(Fix::header_for(home.url.path(), "Cache-Control", value).instead_of(sent));
        }
        return Ok(finding);
    }
    // The second of the timed requests: the first may be what filled the cache.
    let again = HttpRequest { repeat: 1, body_limit: 0, ..HttpRequest::get(home.url.as_str()) };
    let again = cache::hit(fetched(evidence, Probe::Http(again))?, cache_status_fields());
    let outcome = match (&first, &again) {
        (Some(seen), _) | (_, Some(seen)) if seen.hit => &CACHED,
        (None, None) => &SILENT,
        _ => &MISSED,
    };
    let mut finding = outcome.found();
    for (which, seen) in [("first request", &first), ("second request", &again)] {
        finding =
            finding.with_evidence(which, seen.as_ref().map_or("nothing said", |seen| seen.header.as_str()));
    }
    if outcome.code == "missed" {
        finding = finding.fix(Fix::step("Find out in the network's settings why it does not keep the page: cookies in the answer, Vary, or a rule that leaves HTML out."));
    }
    Ok(finding)
}
