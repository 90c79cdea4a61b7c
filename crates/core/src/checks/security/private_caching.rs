//! # Private responses not cached (`private-caching`)
//!
//! ## What it checks
//! Whether the home page allows shared caches to keep an answer that carries a cookie for one visitor, and whether a
//! compressed answer says so (`Vary`), as caches need to know.
//!
//! ## Why it matters
//! A cache that stores a sign-in cookie gives it to the next visitor, who is then signed in as someone else. It
//! happens when a CDN or a cache is added to a site.
//!
//! ## How to fix it
//! Answers that set cookies or depend on who asks: `Cache-Control: private, no-store`. Pages that are the same for everybody should
//! set no cookies.
//!
//! ## Sources
//! RFC 9111 sections 3, 3.5 and 7.3 (a cookie does not keep a response from being stored); RFC 9110 section 12.5.5 (`Vary`).
//!
//! ## Covers
//! P5
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: public, s-maxage=600
//! => safe
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: private, max-age=60
//! set-cookie: session=abc; Secure; HttpOnly
//! => safe
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: public, max-age=600
//! set-cookie: session=abc; Secure; HttpOnly
//! => shared-session
//! ```
//! A lifetime is enough: "public" need not be said.
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: max-age=600
//! set-cookie: theme=dark
//! => shared-cookie
//! ```
//! What only the network in front is told counts as well.
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: private, no-store
//! cdn-cache-control: max-age=600
//! set-cookie: session=abc; Secure; HttpOnly
//! => shared-session
//! ```
//! What a protection in front sets for itself it does not store.
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: public, max-age=600
//! set-cookie: __cf_bm=abc; Secure; HttpOnly
//! => safe
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! cache-control: public, max-age=600
//! content-encoding: br
//! => no-vary
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
//! ```

use launch_ready_providers::cache_control_fields;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::header_value::{caching, changed};
use crate::date::Time;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::cache;
use crate::http::cache::CacheControl;
use crate::http::cookies;
use crate::http::cookies::Cookie;
use crate::providers::cookies::{is_of_proxy, looks_like_session};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "private-caching",
    area: Area::Security,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer),
    outcomes: &[&SAFE, &NO_VARY, &SHARED_COOKIE, &SHARED_SESSION, &NO_PAGE],
    run,
};

static SAFE: Outcome = Outcome::pass("safe", "Shared caches store no private responses");
static NO_VARY: Outcome = Outcome::warn("no-vary", "Compressed responses lack Vary: Accept-Encoding");
static SHARED_COOKIE: Outcome =
    Outcome::warn("shared-cookie", "Shared caches may serve one visitor's cookie to everyone");
static SHARED_SESSION: Outcome =
    Outcome::fail("shared-session", "Shared caches may give one visitor's session to all").blocks();
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to look at");

/// What a page that is for one visitor says to caches.
const PRIVATE: &str = "private, no-store";

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let headers = &home.reply.headers;
    // A field for caches of one kind says what those do; Cache-Control, what any other on the way does.
    let shared = CacheControl::of(headers).is_shared()
        || cache::for_shared(headers, cache_control_fields()).1.is_shared();
    let said: Vec<&str> = headers.all("cache-control").collect();
    let now = headers.first("date").and_then(Time::from_http);
    let set: Vec<(&str, Cookie)> = headers
        .all("set-cookie")
        .map(|field| (field, cookies::parse(field).0))
        .filter(|(_, cookie)| !is_of_proxy(cookie) && !cookie.is_gone(now))
        .collect();
    // That a session's cookie is meant for all takes a word to shared caches; most of them keep no cookies without it.
    let (for_them, control) = cache::for_shared(headers, cache_control_fields());
    let said_outright = control.is_shared()
        && (control.has("public")
            || control.has("s-maxage")
            || !for_them.eq_ignore_ascii_case("cache-control"));
    let session = set.iter().find(|(_, cookie)| looks_like_session(cookie));
    // A cache that keeps an answer for each visitor's cookies gives nobody that of another one.
    let outcome = if !shared || cache::varies_by(headers, "cookie") {
        &SAFE
    } else if session.is_some() && said_outright {
        &SHARED_SESSION
    } else if !set.is_empty() {
        &SHARED_COOKIE
    } else if headers.first("content-encoding").is_some() && !cache::varies_by(headers, "accept-encoding") {
        &NO_VARY
    } else {
        &SAFE
    };
    let mut finding = outcome.found();
    for value in &said {
        finding = finding.with_marked_evidence("Cache-Control", *value, &cache::parse(value).1);
    }
    if said.is_empty() {
        finding = finding.with_evidence("Cache-Control", "none");
    }
    for (field, _) in &set {
        finding = finding.with_evidence("Set-Cookie", Cookie::redacted(field));
    }
    Ok(match outcome.code {
        "no-vary" => {
            let sent: Vec<&str> = headers.all("vary").collect();
            finding.fix(Fix::header("Vary", changed("Vary", &sent, ["Accept-Encoding"])).instead_of(sent))
        }
        "shared-cookie" | "shared-session" => {
            let private = |name: &str| {
                let sent: Vec<&str> = headers.all(name).collect();
                Fix::header_for(home.url.path(), name, caching(&sent, PRIVATE)).instead_of(sent)
            };
            let finding = finding.fix(private("Cache-Control"));
            match cache::for_shared(headers, cache_control_fields()) {
                // The cache that has a field of its own does not look at the other one.
                (own, control) if control.is_shared() && !own.eq_ignore_ascii_case("cache-control") => {
                    finding.fix(private(own))
                }
                _ => finding,
            }
        }
        _ => finding,
    })
}
