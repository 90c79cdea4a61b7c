//! # Subdomains use HTTPS (`subdomain-https`)
//!
//! ## What it checks
//! Whether the names below the domain that show pages (app, api, staging, what the home page links to) answer over https with
//! a certificate that is trusted, and lead there from plain http.
//!
//! ## Why it matters
//! Customers sign in and pay on subdomains, not on the home page. An untrusted certificate blocks the app for
//! everyone, and over plain HTTP passwords can be read.
//!
//! ## How to fix it
//! Add the name to the site at your host, let it issue a certificate for exactly this name, and switch on "force https".
//!
//! ## Sources
//! RFC 9110 section 15.4; at the edge a certificate that is not trusted shows as status 526 and a failed handshake as 525
//! (Cloudflare, 5xx errors, read 2026-11). A default scan looks at one name, a deep one at ten. A name that does not answer is no
//! fault: it may be there for something else than pages. Names for mail alone are not asked.
//!
//! ## Covers
//! R1, T1
//!
//! ## Examples
//! ```evidence
//! GET http://app.example.com/
//! 301
//! location: https://app.example.com/
//! GET https://app.example.com/
//! 200
//! => secure
//! ```
//! ```evidence
//! GET http://app.example.com/
//! 301
//! location: https://app.example.com/
//! GET https://app.example.com/
//! untrusted
//! => sign-in-broken
//! ```
//! ```evidence
//! GET http://staging.example.com/
//! 301
//! location: https://staging.example.com/
//! GET https://staging.example.com/
//! untrusted
//! => broken
//! ```
//! ```evidence
//! GET http://app.example.com/
//! 200
//! GET https://app.example.com/
//! 200
//! => serves-http
//! ```
//! ```evidence
//! GET http://api.example.com/
//! 200
//! GET https://api.example.com/
//! unreachable
//! => serves-http
//! ```
//! An API that refuses plain http does the right thing.
//! ```evidence
//! GET http://api.example.com/
//! 403
//! GET https://api.example.com/
//! 401
//! => secure
//! ```
//! The certificate of a mail server is not a browser's business.
//! ```evidence
//! GET https://mail.example.com/
//! untrusted
//! => none
//! ```
//! ```evidence
//! app.example.com. A 76.76.21.21
//! => silent
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => none
//! ```
//! ```evidence
//! dev.example.com. A 10.0.0.4
//! => none
//! ```
//! ```evidence
//! target app.example.com
//! => not-asked
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! launch-ready-wildcard-check.example.com. A TIMEOUT
//! => not-measured
//! ```

use crate::answers::{Stop, if_measured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::facts::purpose::{is_behind_sign_in, purpose};
use crate::facts::subdomains::subdomains;
use crate::http::{Chain, End};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "subdomain-https",
    area: Area::Tls,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::Host),
    outcomes: &[&SECURE, &SIGN_IN_BROKEN, &BROKEN, &SERVES_HTTP, &SILENT, &NONE, &NOT_ASKED, &PLATFORM],
    run,
};

static SECURE: Outcome = Outcome::pass("secure", "Subdomains use HTTPS");
static SIGN_IN_BROKEN: Outcome =
    Outcome::fail("sign-in-broken", "Browsers show a warning on the subdomain where people sign in")
        .costs(Consequences::new(BusinessImpact::Downtime, Effort::Minutes, Who::Host))
        .blocks();
static BROKEN: Outcome = Outcome::fail("broken", "Browsers show a warning on a subdomain");
static SERVES_HTTP: Outcome = Outcome::warn("serves-http", "A subdomain is served without encryption");
static SILENT: Outcome = Outcome::not_applicable("silent", "No subdomain serves a page");
static NONE: Outcome = Outcome::not_applicable("none", "No subdomain to request a page from");
static NOT_ASKED: Outcome =
    Outcome::not_applicable("not-asked", "This is a subdomain, so its own subdomains are not checked");
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages its subdomains");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    if !target.domain.is_plainly_registered() {
        return Ok(NOT_ASKED.found());
    }
    let subdomains = subdomains(target, evidence)?;
    let asked: Vec<_> = subdomains
        .web(target)
        .map(|subdomain| {
            let name = subdomain.name.as_str();
            let chain = |scheme: &str| follow(evidence, &format!("{scheme}://{name}/"));
            (name, chain("http"), chain("https"))
        })
        .collect();
    if asked.is_empty() {
        return Ok(NONE.found());
    }
    let mut chains: Vec<(&str, Option<Chain>, Option<Chain>)> = Vec::new();
    for (name, http, https) in asked {
        chains.push((name, if_measured(http)?, if_measured(https)?));
    }
    let mut seen = SECURE.found();
    for (name, http, https) in &chains {
        for (scheme, chain) in [("http", http), ("https", https)] {
            let label = format!("{scheme}://{name}/");
            seen = match chain {
                Some(chain) => seen.with_chain(label, chain),
                None => seen.with_evidence(label, "could not be asked"),
            };
        }
    }
    // Where people sign in goes first.
    let behind =
        |name: &str| purpose(name.split('.').next().unwrap_or_default()).is_some_and(is_behind_sign_in);
    chains.sort_by_key(|(name, ..)| !behind(name));
    for (name, _, https) in &chains {
        if let Some(Chain { hops, end: End::Failed { failure, .. } }) = https
            && hops.is_empty()
            && failure.cause.proves_tls_fault()
        {
            let outcome = if behind(name) { &SIGN_IN_BROKEN } else { &BROKEN };
            return Ok(Finding { outcome, ..seen }
                .detail(format!("https://{name}/ {failure}."))
                .fix(Fix::step(format!("Add {name} to the site at your host, so that it issues a certificate for this name. Not in use any more? Remove its DNS record."))));
        }
    }
    for (name, http, _) in &chains {
        let end = http.as_ref().and_then(|chain| chain.hops.last().filter(|_| chain.end == End::Arrived));
        if end.is_some_and(|hop| hop.url.scheme() == "http" && (200..300).contains(&hop.status)) {
            return Ok(Finding { outcome: &SERVES_HTTP, ..seen }
                .detail(format!("http://{name}/ shows a page instead of leading to https."))
                .fix(Fix::Redirect { from: format!("http://{name}"), to: format!("https://{name}") }));
        }
    }
    let answered = |chain: &Option<Chain>| chain.as_ref().is_some_and(|chain| !chain.hops.is_empty());
    if chains.iter().any(|(_, _, https)| answered(https)) {
        return Ok(seen);
    }
    // What was not asked is not silent.
    let gaps = chains.iter().flat_map(|(_, http, https)| [http, https]).flatten().filter_map(Chain::gap);
    if let Some(gap) = gaps.into_iter().find(|gap| gap.failure.cause.is_ours()) {
        return Err(Stop::NotMeasured(gap));
    }
    Ok(Finding { outcome: &SILENT, ..seen })
}
