//! # Server-side redirects (`redirect-method`)
//!
//! ## What it checks
//! Whether a way into the site ends at a page that sends visitors on by itself, with a refresh tag or header or a script, instead
//! of the server redirecting them.
//!
//! ## Why it matters
//! A page that redirects has to load and run first. It is slower, breaks link previews and the back button, and
//! stops crawlers that run no scripts.
//!
//! ## How to fix it
//! Replace the page by a redirect of the server with status 301 or 308. Every host has a setting or a file for it.
//!
//! ## Sources
//! HTML standard section 4.2.5.3 (refresh) and "The `Refresh` header"; Google, "Redirects and Google Search": use server-side redirects, a refresh
//! only where they are impossible, a script as the last resort (read 2026-11). A refresh of more than five seconds, one in
//! `<noscript>`, and a script that decides something are no redirects for this check.
//!
//! ## Covers
//! R5
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Example</title><h1>Open</h1>
//! => server
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <meta http-equiv="refresh" content="0; url=https://app.example.com/">
//! GET https://app.example.com/
//! 200
//! => refresh
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>window.location.replace("https://app.example.com/")</script>
//! GET https://app.example.com/
//! 200
//! => script
//! ```
//! The header does what the tag does.
//! ```evidence
//! GET https://example.com/
//! 200
//! refresh: 0; url=/start
//! GET https://example.com/start
//! 200
//! | <title>Example</title>
//! => refresh
//! ```
//! A page that shows something and reloads itself.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <meta http-equiv="refresh" content="0; url=https://example.com/"><h1>Live</h1>
//! => server
//! ```
//! What is shown without scripts does not redirect with them.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <noscript><meta http-equiv="refresh" content="0; url=/nojs"></noscript><div id="root"></div>
//! => server
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 500
//! => no-page
//! ```
//! ```evidence
//! GET http://example.com/
//! timeout
//! GET https://example.com/
//! timeout
//! => not-measured
//! ```

use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::entry_points::entry_points;
use crate::http::{How, address};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "redirect-method",
    area: Area::Redirects,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Host),
    outcomes: &[&SERVER, &REFRESH, &SCRIPT, &NO_PAGE],
    run,
};

static SERVER: Outcome = Outcome::pass("server", "All redirects are server-side");
static REFRESH: Outcome = Outcome::warn("refresh", "A meta refresh redirects visitors");
static SCRIPT: Outcome = Outcome::warn("script", "A script redirects visitors");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No version of your URL ends at a page");

/// A redirect of the server's in the place of the page's. One page that leads to another is a rule of its own: as a rule for the
/// host it would send every address there.
fn server_redirect(from: &Url, to: &Url) -> Fix {
    if from.path() == "/" && to.path() == "/" && from.origin() != to.origin() {
        Fix::Redirect { from: from.to_string(), to: to.to_string() }
    } else {
        Fix::step(format!("Let the server answer {from} with a redirect (301) to {to}, and nothing else."))
    }
}

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let entries = entry_points(target, evidence)?;
    let mut finding = None;
    for entry in &entries {
        let Some(end) = entry.chain.arrived() else { continue };
        let Some(reply) = evidence.reply_to(&entry.chain, entry.chain.hops.len().saturating_sub(1)) else {
            continue;
        };
        if !(200..300).contains(&reply.status) {
            continue;
        }
        finding = Some(finding.unwrap_or_else(|| SERVER.found()).with_chain(&entry.url, &entry.chain));
        let page = evidence.page(&Probe::get(end.as_str()));
        let Some(redirect) = page.as_ref().and_then(|page| page.redirect.as_ref()) else { continue };
        // A page that leads to itself reloads.
        let Some(to) = address::join(end, &redirect.target) else { continue };
        if to == *end {
            continue;
        }
        let (outcome, how) = match redirect.how {
            How::Refresh => (&REFRESH, "a refresh tag"),
            How::RefreshHeader => (&REFRESH, "a Refresh header"),
            How::Script => (&SCRIPT, "a script"),
        };
        return Ok(outcome
            .found()
            .detail(format!("{end} is a page that only redirects to {to}, by {how}."))
            .with_chain(&entry.url, &entry.chain)
            .with_evidence(how, &redirect.target)
            .fix(server_redirect(end, &to)));
    }
    match (finding, entries.iter().find_map(|entry| entry.chain.gap())) {
        (Some(finding), _) => Ok(finding),
        (None, Some(gap)) => Err(Stop::NotMeasured(gap)),
        (None, None) => Ok(NO_PAGE.found()),
    }
}
