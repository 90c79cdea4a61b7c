//! # Redirects keep path and query (`redirect-path`)
//!
//! ## What it checks
//! Whether the redirect to the site's main address keeps path and query, asked with one made-up deep address on the
//! host that redirects; and whether the redirects between hosts and from http to https are permanent.
//!
//! ## Why it matters
//! Old links, newsletters and search results point to pages, not to the home page. A redirect that drops the path
//! sends them all to the start. One that drops the query loses campaign tags, invitations and sign-ins. A temporary
//! redirect makes search engines keep the old URL.
//!
//! ## How to fix it
//! Redirect with status 301 or 308, and carry the path and the query over: `$request_uri` in nginx, "preserve path" and
//! "preserve query string" in a proxy's redirect rules.
//!
//! ## Sources
//! RFC 9110 sections 15.4.2 and 15.4.9; Google, "Redirects and Google Search" and "Site moves with URL changes" (read
//! 2026-11). The address asked for is `/launch-ready/deep/path?x=1`: it exists nowhere, and only where it would be
//! redirected to counts.
//!
//! ## Covers
//! R4
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://www.example.com/
//! 301
//! location: https://example.com/
//! GET https://www.example.com/launch-ready/deep/path?x=1
//! 301
//! location: https://example.com/launch-ready/deep/path?x=1
//! => kept
//! ```
//! Two steps, a language in front, a slash behind: the path is still there.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://www.example.com/
//! 301
//! location: https://example.com/
//! GET https://www.example.com/launch-ready/deep/path?x=1
//! 308
//! location: /en/launch-ready/deep/path/?x=1
//! GET https://www.example.com/en/launch-ready/deep/path/?x=1
//! 301
//! location: https://example.com/en/launch-ready/deep/path/?x=1
//! => kept
//! ```
//! Without `www` the step from http is asked.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! GET http://example.com/launch-ready/deep/path?x=1
//! 301
//! location: https://example.com/
//! => path-lost
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://www.example.com/
//! 301
//! location: https://example.com/
//! GET https://www.example.com/launch-ready/deep/path?x=1
//! 301
//! location: https://example.com/launch-ready/deep/path
//! => query-lost
//! ```
//! ```evidence
//! GET https://example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 200
//! GET https://example.com/launch-ready/deep/path?x=1
//! 404
//! => not-redirected
//! ```
//! ```evidence
//! GET https://example.com/
//! 302
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 200
//! GET https://example.com/launch-ready/deep/path?x=1
//! 302
//! location: https://www.example.com/launch-ready/deep/path?x=1
//! => temporary
//! ```
//! A start page that is led to within the host may be temporary.
//! ```evidence
//! GET https://example.com/
//! 302
//! location: https://example.com/en
//! GET https://example.com/en
//! 200
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET http://example.com/launch-ready/deep/path?x=1
//! 301
//! location: https://example.com/launch-ready/deep/path?x=1
//! => kept
//! ```
//! ```evidence
//! GET http://example.com/
//! 200
//! GET https://example.com/
//! 200
//! => no-redirect
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! => no-site
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://www.example.com/
//! 301
//! location: https://example.com/
//! GET https://www.example.com/launch-ready/deep/path?x=1
//! timeout
//! => not-measured
//! ```

use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::entry_points::{Entry, entry_points, is_https_closed};
use crate::http::location;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "redirect-path",
    area: Area::Redirects,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Host),
    outcomes: &[&KEPT, &PATH_LOST, &QUERY_LOST, &NOT_REDIRECTED, &TEMPORARY, &NO_REDIRECT, &NO_SITE],
    run,
};

static KEPT: Outcome = Outcome::pass("kept", "Redirects are permanent and keep path and query");
static PATH_LOST: Outcome = Outcome::warn("path-lost", "Deep links redirect to another page");
static QUERY_LOST: Outcome = Outcome::warn("query-lost", "Redirects drop the query");
static NOT_REDIRECTED: Outcome = Outcome::warn("not-redirected", "Only the home page is redirected");
static TEMPORARY: Outcome = Outcome::warn("temporary", "The redirect to the main address is temporary");
static NO_REDIRECT: Outcome = Outcome::not_applicable("no-redirect", "No host redirects to the main address");
static NO_SITE: Outcome = Outcome::not_applicable("no-site", "No public page to redirect to");

/// A path that no site has.
const PATH: &str = "/launch-ready/deep/path";
/// A query that no site reads.
const QUERY: &str = "x=1";
/// Steps that are followed towards the main host: to https, to the host, and one for a language.
const MAX_STEPS: usize = 3;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let entries = entry_points(target, evidence)?;
    // Where the bare name takes no https, the site is on the other one.
    let mut https = entries.iter().filter(|entry| entry.https && !is_https_closed(entry, &entries));
    let main = https.next();
    let Some(home) = main.and_then(|entry| entry.chain.arrived()) else {
        return match main.and_then(|entry| entry.chain.gap()) {
            Some(gap) => Err(Stop::NotMeasured(gap)),
            None => Ok(NO_SITE.found()),
        };
    };
    if !home.host_str().is_some_and(|host| target.domain.as_str() == host || host == target.www()) {
        return Ok(NO_REDIRECT.found().detail(format!("The domain redirects to {home}.")));
    }
    // The step between hosts is the one that old links take; the step from http is taken by all of them.
    let crosses =
        |entry: &&Entry| entry.chain.crossings().next().is_some() && entry.chain.arrived().is_some();
    let start = entries.iter().filter(crosses).min_by_key(|entry| (!entry.https, entry.www));
    let Some(start) = start else { return Ok(NO_REDIRECT.found()) };
    let from = start.url.trim_end_matches('/');
    let asked = format!("{from}{PATH}?{QUERY}");
    let Ok(mut url) = Url::parse(&asked) else { return Ok(NO_REDIRECT.found()) };
    let mut drawn = asked.clone();
    let mut status = 0;
    for _ in 0..MAX_STEPS {
        if url.origin() == home.origin() || !own(target, &url) {
            break;
        }
        let reply = fetched(evidence, Probe::get(url.as_str()))?;
        status = reply.status;
        drawn.push_str(&format!(" → {status}"));
        let Some(next) = location(&url, reply) else { break };
        drawn.push_str(&format!(" → {next}"));
        url = next;
    }
    let fix = || Fix::Redirect { from: from.to_owned(), to: home.origin().ascii_serialization() };
    let show = |outcome: &'static Outcome| outcome.found().with_evidence(&asked, &drawn);
    if url.origin() != home.origin() {
        let detail = format!("{asked} is answered with status {status}, while {from}/ is redirected.");
        return Ok(show(&NOT_REDIRECTED).detail(detail).fix(fix()));
    }
    if !url.path().trim_end_matches('/').ends_with(PATH) {
        return Ok(show(&PATH_LOST).detail(format!("A link to {from}{PATH} ends up at {url}.")).fix(fix()));
    }
    if !url.query_pairs().any(|(name, value)| name == "x" && value == "1") {
        return Ok(show(&QUERY_LOST).detail(format!("?{QUERY} is gone at {url}.")).fix(fix()));
    }
    for entry in &entries {
        let soft = entry.chain.crossings().find(|(hop, _)| matches!(hop.status, 302 | 303 | 307));
        if let Some((hop, to)) = soft {
            let permanent = if hop.status == 307 { 308 } else { 301 };
            return Ok(TEMPORARY
                .found()
                .detail(format!("{} redirects to {} with status {}.", hop.url, to.url, hop.status))
                .with_chain(&entry.url, &entry.chain)
                .fix(Fix::step(format!("Change the status of that redirect to {permanent}."))));
        }
    }
    Ok(show(&KEPT))
}

/// Whether a URL is on the domain or its `www` name: the only hosts that are asked here.
fn own(target: &Target, url: &Url) -> bool {
    url.host_str().is_some_and(|host| host == target.domain.as_str() || host == target.www())
        && url.port().is_none()
}
