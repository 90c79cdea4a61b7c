//! # HTTPS everywhere (`https-redirect`)
//!
//! ## What it checks
//! Whether the site answers over https with a certificate that is trusted, and whether every plain http address of
//! the domain and its `www` name leads there, without a step back to http on the way. A host that answers over https alone
//! keeps everything encrypted; old http links to it lead nowhere.
//!
//! ## Why it matters
//! Browsers mark plain HTTP as "not secure". Anyone on the network can read and change passwords, form entries and
//! sessions sent over it.
//!
//! ## How to fix it
//! Switch on the certificate for the domain and the `www` name at your host, and its "force https" setting: a permanent
//! redirect from http to https on every path.
//!
//! ## Sources
//! RFC 9110 section 15.4; Lighthouse "Redirects HTTP traffic to HTTPS"; at the edge a certificate that is not trusted
//! shows as status 526 and a failed handshake as 525 (Cloudflare, 5xx errors, read 2026-11).
//!
//! ## Covers
//! R1, R5, T1
//!
//! ## Examples
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! => redirects
//! ```
//! ```evidence
//! GET http://example.com/
//! 200
//! GET https://example.com/
//! 200
//! => serves-http
//! ```
//! A page that only answers over http is no better off.
//! ```evidence
//! GET http://example.com/
//! 200
//! GET https://example.com/
//! untrusted
//! => https-broken
//! ```
//! At the edge a failed connection arrives as a response.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 526
//! => https-broken
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 301
//! location: http://www.example.com/
//! GET http://www.example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 200
//! => downgrade
//! ```
//! A port 80 that is closed, or drops what is sent to it, on a host whose https answers.
//! ```evidence
//! GET http://example.com/
//! timeout
//! GET https://example.com/
//! 200
//! => https-only
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! => https-only
//! ```
//! Plain http that is refused, as IIS does with 403.4 where it requires SSL: nothing is served without encryption.
//! ```evidence
//! GET http://example.com/
//! 403
//! GET https://example.com/
//! 200
//! => http-refused
//! ```
//! https that is closed on one of two names has its own finding.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://www.example.com/
//! GET https://example.com/
//! unreachable
//! GET http://www.example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 200
//! => no-arrival
//! ```
//! Where https does not answer either, nothing can be said about http.
//! ```evidence
//! GET http://example.com/
//! timeout
//! GET https://example.com/
//! timeout
//! => not-measured
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! => no-site
//! ```
//! A way in that arrives nowhere is no way to https; what is wrong with it has a check of its own.
//! ```evidence
//! GET http://example.com/
//! 302
//! location: http://127.0.0.1/
//! GET https://example.com/
//! 200
//! => no-arrival
//! ```
//! A server that requires encryption refuses plain http: nothing is served without.
//! ```evidence
//! GET http://example.com/
//! 403
//! GET https://example.com/
//! 200
//! => http-refused
//! ```
//! Protection in front of the site answers; the site was not seen.
//! ```evidence
//! GET http://example.com/
//! challenged
//! GET https://example.com/
//! challenged
//! => not-measured
//! ```

use crate::answers::Cause;
use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::entry_points::{Entry, entry_points, is_http_refused, is_https_closed, is_https_only};
use crate::http::End;
use crate::http::HttpRequest;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "https-redirect",
    area: Area::Tls,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::Host),
    outcomes: &[
        &REDIRECTS,
        &SERVES_HTTP,
        &HTTPS_BROKEN,
        &DOWNGRADE,
        &HTTPS_ONLY,
        &HTTP_REFUSED,
        &NO_ARRIVAL,
        &NO_SITE,
    ],
    run,
};

static REDIRECTS: Outcome = Outcome::pass("redirects", "All versions of your URL redirect to HTTPS");
static SERVES_HTTP: Outcome = Outcome::fail("serves-http", "The site is served without encryption").blocks();
static HTTPS_BROKEN: Outcome = Outcome::fail("https-broken", "Browsers show a warning instead of the site")
    .costs(Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Host))
    .blocks();
static DOWNGRADE: Outcome = Outcome::fail("downgrade", "A redirect goes from HTTPS back to HTTP").blocks();
static HTTPS_ONLY: Outcome = Outcome::pass("https-only", "The site answers over HTTPS only");
static HTTP_REFUSED: Outcome =
    Outcome::warn("http-refused", "Plain http is refused instead of leading to https").optional();
static NO_ARRIVAL: Outcome = Outcome::not_applicable("no-arrival", "One version of your URL never arrives");
static NO_SITE: Outcome = Outcome::not_applicable("no-site", "No public address to test");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let entries = entry_points(target, evidence)?;
    let reachable: Vec<&Entry> = entries
        .iter()
        .filter(|entry| {
            !(entry.chain.hops.is_empty()
                && matches!(entry.chain.end, End::NoAddress { .. } | End::PrivateAddress { .. }))
        })
        .collect();
    if reachable.is_empty() {
        return Ok(NO_SITE.found());
    }
    let show =
        |outcome: &'static Outcome, entry: &Entry| outcome.found().with_chain(&entry.url, &entry.chain);
    for entry in &reachable {
        if let End::Failed { url, failure } = &entry.chain.end
            && failure.cause.proves_tls_fault()
        {
            let host = url.host_str().unwrap_or_default();
            let what = if failure.cause == Cause::TlsUntrusted {
                "the certificate is not one that browsers trust for this name"
            } else {
                "the server did not accept an encrypted connection"
            };
            return Ok(show(&HTTPS_BROKEN, entry)
                .detail(format!("On {host} {what}."))
                .fix(Fix::step(format!("Add {host} to the site at your host, and let it issue a certificate for exactly this name. If you install certificates yourself, check expiry, name and the intermediate certificates."))));
        }
    }
    for entry in &reachable {
        let schemes: Vec<&str> = entry.chain.hops.iter().map(|hop| hop.url.scheme()).collect();
        if schemes.windows(2).any(|pair| pair == ["https", "http"]) {
            return Ok(show(&DOWNGRADE, entry)
                .detail("What is sent over that step can be read and changed on the way.")
                .fix(Fix::step("Change the target of that redirect to begin with https://.")));
        }
    }
    for entry in &reachable {
        let shows = entry.chain.hops.last().is_some_and(|hop| hop.status < 400);
        if shows && entry.chain.arrived().is_some_and(|end| end.scheme() == "http") {
            let from = entry.url.trim_end_matches('/');
            let to = from.replacen("http://", "https://", 1);
            return Ok(show(&SERVES_HTTP, entry)
                .detail(format!("{} answers without redirecting to https.", entry.url))
                .fix(Fix::Redirect { from: from.to_owned(), to }));
        }
    }
    if let Some(entry) = reachable.iter().find(|entry| is_https_closed(entry, &entries)) {
        return Ok(show(&NO_ARRIVAL, entry).detail("https is closed on this name; see the home page URLs."));
    }
    let https_only = |entry: &&&Entry| is_https_only(entry, &entries);
    if let Some(gap) = reachable.iter().filter(|e| !https_only(e)).find_map(|entry| entry.chain.gap()) {
        return Err(Stop::NotMeasured(gap));
    }
    let silent: Vec<&&Entry> = reachable.iter().filter(https_only).collect();
    // One lost answer is none: port 80 is called closed when it stays silent twice.
    let again = |entry: &&&Entry| {
        fetched(evidence, Probe::Http(HttpRequest { repeat: 1, ..HttpRequest::get(&entry.url) }))
    };
    let asked: Vec<_> = silent.iter().map(|entry| (entry, again(entry))).collect();
    for (entry, again) in asked {
        match again {
            Err(Stop::NotMeasured(_)) => {}
            Err(Stop::Pending) => return Err(Stop::Pending),
            Ok(_) => return Err(entry.chain.gap().map_or(Stop::Pending, Stop::NotMeasured)),
        }
    }
    if let Some(entry) = silent.first() {
        let https = entry.url.replacen("http://", "https://", 1);
        return Ok(show(&HTTPS_ONLY, entry)
            .with_evidence(https, "answers")
            .detail("Plain http got no answer, twice. Browsers try https first when a name is typed; old links that say http get an error."));
    }
    if let Some(entry) = reachable.iter().find(|entry| is_http_refused(entry, &entries)) {
        let from = entry.url.trim_end_matches('/');
        return Ok(show(&HTTP_REFUSED, entry)
            .detail("Nothing is served without encryption. Old links that say http get an error.")
            .fix(Fix::Redirect { from: from.to_owned(), to: from.replacen("http://", "https://", 1) }));
    }
    if let Some(entry) = reachable.iter().find(|entry| entry.chain.end != End::Arrived) {
        return Ok(show(&NO_ARRIVAL, entry));
    }
    let mut finding = REDIRECTS.found();
    for entry in reachable {
        finding = finding.with_chain(&entry.url, &entry.chain);
    }
    Ok(finding)
}
