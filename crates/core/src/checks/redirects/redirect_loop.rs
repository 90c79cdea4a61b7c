//! # Redirect loops (`redirect-loop`)
//!
//! ## What it checks
//! Whether a way into the site goes round in a circle, or through more redirects than crawlers follow.
//!
//! ## Why it matters
//! In a loop visitors see only "too many redirects". It often starts on launch day, when a CDN is switched on and
//! redirects against the host.
//!
//! ## How to fix it
//! Let only one place redirect. Behind Cloudflare, set SSL/TLS to "Full (strict)": with "Flexible" the proxy asks the host
//! over http, the host redirects to https, and so on for ever. For `www`, remove the redirect in one direction.
//!
//! ## Sources
//! Fetch standard, HTTP-redirect fetch (browsers stop after 20); Google, "HTTP status codes, network and DNS errors"
//! (its crawlers follow 10; read 2026-11).
//!
//! ## Covers
//! R3
//!
//! ## Examples
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! => none
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 301
//! location: http://example.com/
//! => loop
//! ```
//! A page that redirects to itself, whatever fragment it adds.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 302
//! location: /#start
//! => loop
//! ```
//! A page that sets a cookie and sends the browser round once more is a loop for crawlers only.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 302
//! location: https://example.com/
//! set-cookie: seen=1; Path=/; Secure
//! GET https://example.com/ cookie: seen=1
//! 200
//! => needs-cookies
//! ```
//! Cookies do not end every loop.
//! ```evidence
//! GET https://example.com/
//! 302
//! location: https://example.com/
//! set-cookie: seen=1
//! GET https://example.com/ cookie: seen=1
//! 302
//! location: https://example.com/
//! => loop
//! ```
//! Only one of the ways in.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! GET http://www.example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 301
//! location: http://www.example.com/
//! => loop
//! ```
//! ```evidence
//! GET https://example.com/
//! 301
//! location: /1
//! GET https://example.com/1
//! 301
//! location: /2
//! GET https://example.com/2
//! 301
//! location: /3
//! GET https://example.com/3
//! 301
//! location: /4
//! GET https://example.com/4
//! 301
//! location: /5
//! GET https://example.com/5
//! 301
//! location: /6
//! GET https://example.com/6
//! 301
//! location: /7
//! GET https://example.com/7
//! 301
//! location: /8
//! GET https://example.com/8
//! 301
//! location: /9
//! GET https://example.com/9
//! 301
//! location: /10
//! GET https://example.com/10
//! 301
//! location: /11
//! => too-long
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! => no-site
//! ```
//! ```evidence
//! GET http://example.com/
//! timeout
//! GET https://example.com/
//! timeout
//! => not-measured
//! ```
//! Where https answers, a plain http that does not is no circle; what is wrong with it has a check of its own.
//! ```evidence
//! GET http://example.com/
//! timeout
//! GET https://example.com/
//! 200
//! => none
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::chain::follow_with_cookies;
use crate::engine::evidence::Evidence;
use crate::facts::entry_points::{Entry, entry_points, is_https_closed, is_https_only};
use crate::http::{End, MAX_HOPS};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "redirect-loop",
    area: Area::Redirects,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Host),
    outcomes: &[&NONE, &LOOP, &TOO_LONG, &NEEDS_COOKIES, &NO_SITE],
    run,
};

static NONE: Outcome = Outcome::pass("none", "No redirect loops");
static LOOP: Outcome = Outcome::fail("loop", "One version of your URL redirects in a loop").blocks();
static TOO_LONG: Outcome =
    Outcome::fail("too-long", "A redirect chain is longer than crawlers follow").blocks();
static NEEDS_COOKIES: Outcome =
    Outcome::warn("needs-cookies", "One version of your URL loops without cookies").important();
static NO_SITE: Outcome = Outcome::not_applicable("no-site", "No public address to test");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let entries = entry_points(target, evidence)?;
    let show =
        |outcome: &'static Outcome, entry: &Entry| outcome.found().with_chain(&entry.url, &entry.chain);
    let mut cookies = None;
    for entry in &entries {
        if let End::Loop { back_to } = entry.chain.end {
            if sets_cookie(entry, evidence, back_to) {
                let kept = follow_with_cookies(evidence, &entry.url)?;
                if !matches!(kept.end, End::Loop { .. } | End::TooLong) {
                    cookies.get_or_insert((entry, kept));
                    continue;
                }
            }
            let circle = entry.chain.hops.get(back_to..).unwrap_or_default();
            let hosts_differ = circle.windows(2).any(|pair| pair[0].url.host_str() != pair[1].url.host_str());
            let schemes_differ = circle.windows(2).any(|pair| pair[0].url.scheme() != pair[1].url.scheme());
            let fix = if schemes_differ {
                "One place redirects to https, another one back to http. Keep the first. Where a network stands in front, let it ask your server by https only (in its settings often \"Full (strict)\")."
            } else if hosts_differ {
                "One place redirects to www, another one away from it. Choose one, and remove the other redirect."
            } else {
                "The page redirects to itself. Remove that redirect, or point it to a page that works."
            };
            return Ok(show(&LOOP, entry).fix(Fix::step(fix)));
        }
    }
    for entry in &entries {
        if entry.chain.end == End::TooLong {
            return Ok(show(&TOO_LONG, entry)
                .detail(format!("After {MAX_HOPS} redirects there is still no page."))
                .fix(Fix::step("Let the first redirect lead straight to the last address.")));
        }
    }
    if let Some((entry, kept)) = cookies {
        if let Some(gap) = kept.gap() {
            return Err(Stop::NotMeasured(gap));
        }
        return Ok(show(&NEEDS_COOKIES, entry)
            .with_evidence("the same with cookies", kept.to_string())
            .detail("Browsers arrive, because they send the cookie back. Crawlers and link previews do not.")
            .fix(Fix::step("Show the page on the first request, and set the cookie with it, instead of redirecting to test it.")));
    }
    if entries.iter().all(|entry| entry.chain.hops.is_empty() && entry.chain.gap().is_none()) {
        return Ok(NO_SITE.found());
    }
    let unanswered = |entry: &&Entry| !(is_https_only(entry, &entries) || is_https_closed(entry, &entries));
    if let Some(gap) = entries.iter().filter(unanswered).find_map(|entry| entry.chain.gap()) {
        // A failed TLS connection ends the way, and is judged by its own check.
        if !gap.failure.cause.proves_tls_fault() {
            return Err(Stop::NotMeasured(gap));
        }
    }
    // Every hop but the one that arrives is a redirect.
    let redirects = |entry: &Entry| entry.chain.hops.len() - usize::from(entry.chain.end == End::Arrived);
    let longest = entries.iter().map(redirects).max().unwrap_or(0);
    let mut finding = NONE.found().detail(match longest {
        0 => "No version of your URL needs a redirect.".to_owned(),
        1 => "The longest chain has one redirect.".to_owned(),
        n => format!("The longest chain has {n} redirects."),
    });
    for entry in &entries {
        finding = finding.with_chain(&entry.url, &entry.chain);
    }
    Ok(finding)
}

/// Whether something in the circle that begins at `back_to` sets a cookie: then a browser may leave it.
fn sets_cookie(entry: &Entry, evidence: &Evidence, back_to: usize) -> bool {
    (back_to..entry.chain.hops.len())
        .filter_map(|index| evidence.reply_to(&entry.chain, index))
        .any(|reply| reply.headers.first("set-cookie").is_some())
}
