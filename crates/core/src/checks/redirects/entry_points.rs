//! # Home page URLs (`entry-points`)
//!
//! ## What it checks
//! Where `http://` and `https://` lead, on the domain and on its `www` name: whether all of them end at one address,
//! whether the page there answers, and whether a copy for testing or another domain lies on the way.
//!
//! ## Why it matters
//! Whatever URL a visitor types or clicks should show the same site. Two URLs split search ranking, sign-ins and
//! analytics. One that ends in an error loses everyone who used it.
//!
//! ## How to fix it
//! Choose one address, with or without `www`, as the primary domain at your host, and redirect the other one to it
//! permanently, keeping path and query.
//!
//! ## Sources
//! RFC 9110 sections 15.4 to 15.6; Google, "How to specify a canonical URL" (read 2026-11).
//!
//! Names that mark a copy for testing are our own list (2026-11); the name is all that was seen, so it fails nothing.
//!
//! ## Covers
//! D2, D6, R2, R5
//!
//! ## Examples
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! GET http://www.example.com/
//! 301
//! location: https://example.com/
//! GET https://www.example.com/
//! 308
//! location: https://example.com/
//! => one-address
//! ```
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
//! 200
//! => split
//! ```
//! The page that everything leads to is broken.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 500
//! => error-page
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! GET http://www.example.com/
//! 404
//! GET https://www.example.com/
//! 404
//! => error-page
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 302
//! location: http://127.0.0.1:3000/
//! => leads-nowhere
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 302
//! => leads-nowhere
//! ```
//! Two different targets in one answer: browsers follow neither.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 301
//! location: https://example.com/start
//! location: https://example.com/en
//! => leads-nowhere
//! ```
//! A port of its own is open to visitors, but closed by many company networks. It is not asked from here.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 302
//! location: https://example.com:8443/
//! => other-port
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 301
//! location: https://example.org/
//! GET https://example.org/
//! 200
//! => elsewhere
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 302
//! location: https://staging.example.com/
//! GET https://staging.example.com/
//! 200
//! => staging
//! ```
//! A short link that was made before the domain moved.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://short.example.net/x
//! GET https://short.example.net/x
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! => detour
//! ```
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 401
//! => asks-password
//! ```
//! For an internal tool that is as it should be; its page is not seen from here.
//! ```evidence
//! target example.com segment=internal-tool
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 401
//! => refuses-us
//! ```
//! The registrar's forwarder listens on port 80 alone, and the site is on `www`.
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
//! => https-closed
//! ```
//! Plain http that is refused serves nothing.
//! ```evidence
//! GET http://example.com/
//! 403
//! GET https://example.com/
//! 200
//! => one-address
//! ```
//! The page of a host in the place of the site is said by the check of the home page.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 404
//! | <title>Site not found · GitHub Pages</title><p>There isn't a GitHub Pages site here.</p>
//! => not-your-site
//! ```
//! A protection answers with an error that no visitor sees.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 405
//! x-amzn-waf-action: captcha
//! => not-measured
//! ```
//! A refusal may be meant for us alone; visitors were not seen being refused.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 403
//! => refuses-us
//! ```
//! A loop is the business of its own check.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 301
//! location: http://example.com/
//! => loops
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

use url::Url;

use crate::answers::{Cause, Refusal, Stop, if_measured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::entry_points::{Entry, entry_points, is_http_refused, is_https_closed, is_https_only};
use crate::facts::home_page::HomePage;
use crate::facts::purpose::marks_staging;
use crate::http::{End, HttpRequest};
use crate::target::{Segment, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "entry-points",
    area: Area::Redirects,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Host),
    outcomes: &[
        &ONE_ADDRESS,
        &SPLIT,
        &ERROR_PAGE,
        &LEADS_NOWHERE,
        &STAGING,
        &OTHER_PORT,
        &ELSEWHERE,
        &DETOUR,
        &ASKS_PASSWORD,
        &HTTPS_CLOSED,
        &NOT_YOUR_SITE,
        &REFUSES_US,
        &LOOPS,
        &NO_SITE,
    ],
    run,
};

static ONE_ADDRESS: Outcome = Outcome::pass("one-address", "All versions of your URL end at one address");
static SPLIT: Outcome = Outcome::warn("split", "The site loads at more than one URL")
    .costs(Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Host))
    .important();
static ERROR_PAGE: Outcome = Outcome::fail("error-page", "One version of your URL ends at an error page")
    .costs(Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Developer))
    .blocks();
static LEADS_NOWHERE: Outcome = Outcome::fail("leads-nowhere", "One version of your URL doesn't work")
    .costs(Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Host))
    .blocks();
static STAGING: Outcome =
    Outcome::warn("staging", "One version of your URL leads to a staging site").important();
static OTHER_PORT: Outcome =
    Outcome::warn("other-port", "One version of your URL leads to a separate port").important();
static ELSEWHERE: Outcome = Outcome::warn("elsewhere", "The domain redirects to another domain").important();
static DETOUR: Outcome =
    Outcome::warn("detour", "One version of your URL redirects through another domain").important();
static HTTPS_CLOSED: Outcome =
    Outcome::fail("https-closed", "HTTPS does not work on one of the site's names").blocks();
static NOT_YOUR_SITE: Outcome =
    Outcome::not_applicable("not-your-site", "What answers is not your site's page: see the home page");
static ASKS_PASSWORD: Outcome =
    Outcome::fail("asks-password", "The site asks every visitor for a password").blocks();
static REFUSES_US: Outcome = Outcome::not_measured("refuses-us", "The site blocked our request");
static LOOPS: Outcome = Outcome::not_applicable("loops", "The versions of your URL redirect in a loop");
static NO_SITE: Outcome = Outcome::not_applicable("no-site", "No public address to test");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let entries = entry_points(target, evidence)?;
    let unaddressed = |entry: &&Entry| {
        entry.chain.hops.is_empty()
            && matches!(entry.chain.end, End::NoAddress { .. } | End::PrivateAddress { .. })
    };
    let reachable: Vec<&Entry> = entries.iter().filter(|entry| !unaddressed(entry)).collect();
    if reachable.is_empty() {
        return Ok(NO_SITE.found());
    }
    let show =
        |outcome: &'static Outcome, entry: &Entry| outcome.found().with_chain(&entry.url, &entry.chain);
    // The worst first: what loses visitors, then what could not be seen, then what could be better.
    for entry in &reachable {
        let why = match &entry.chain.end {
            End::Refused { refusal: Refusal::Port(_), .. } => continue,
            End::BadLocation(_) => "The redirect does not say where to.".to_owned(),
            End::Refused { location, refusal } => format!("It redirects to {location}, which {refusal}."),
            End::NoAddress { host } => format!("It redirects to {host}, which has no address."),
            End::PrivateAddress { host, range, .. } => {
                format!("It redirects to {host}, which is not on the public internet: {range}.")
            }
            End::Arrived | End::Failed { .. } | End::Loop { .. } | End::TooLong => continue,
        };
        return Ok(show(&LEADS_NOWHERE, entry).detail(why).fix(Fix::step(format!(
            "Change the redirect of {} to your site's public HTTPS URL.",
            last_url(entry)
        ))));
    }
    if let Some(home) = if_measured(HomePage::of(target, evidence))?
        && home.judgement.kind.is_somebody_elses()
    {
        let whose = home.judgement.provider.unwrap_or("someone else");
        let found = NOT_YOUR_SITE.found().detail(format!("It is a page of {whose}."));
        return Ok(reachable
            .iter()
            .fold(found, |finding, entry| finding.with_chain(&entry.url, &entry.chain)));
    }
    // Plain http that is refused serves nobody anything, and keeps nobody out who asks for https.
    let refused = |entry: &&&Entry| is_http_refused(entry, &entries);
    let reachable: Vec<&Entry> = reachable.iter().filter(|entry| !refused(entry)).copied().collect();
    for entry in &reachable {
        let Some((url, status)) = arrived(entry) else { continue };
        if matches!(status, 400..=599) && !matches!(status, 401 | 403 | 407 | 429 | 503) {
            return Ok(show(&ERROR_PAGE, entry)
                .detail(format!("{url} answers with status {status}."))
                .fix(Fix::step(format!("Open {url} in a private window. Add this host name to the site at your host if it is unknown there, or repair what fails in its logs."))));
        }
    }
    if let Some(entry) =
        reachable.iter().find(|entry| matches!(entry.chain.end, End::Loop { .. } | End::TooLong))
    {
        return Ok(show(&LOOPS, entry));
    }
    if let Some(entry) = reachable.iter().find(|entry| is_https_closed(entry, &entries)) {
        // One lost connection is none: the port is called closed when it stays closed.
        let again = HttpRequest { repeat: 1, ..HttpRequest::get(&entry.url) };
        return match fetched(evidence, Probe::Http(again)) {
            Err(Stop::Pending) => Err(Stop::Pending),
            Err(Stop::NotMeasured(gap)) if gap.failure.cause != Cause::Unreachable => {
                Err(Stop::NotMeasured(gap))
            }
            Err(Stop::NotMeasured(_)) => Ok(https_closed(target, entry)),
            Ok(_) => Err(entry.chain.gap().map_or(Stop::Pending, Stop::NotMeasured)),
        };
    }
    let gap =
        reachable.iter().filter(|entry| !is_https_only(entry, &entries)).find_map(|entry| entry.chain.gap());
    if let Some(gap) = gap {
        return Err(Stop::NotMeasured(gap));
    }
    for entry in &reachable {
        let Some((url, status)) = arrived(entry) else { continue };
        let is_internal = target.segment == Some(Segment::InternalTool);
        if matches!(status, 401 | 407) && !is_internal {
            return Ok(show(&ASKS_PASSWORD, entry)
                .fix(Fix::step(format!("Take the password off {url} when you launch."))));
        }
        if matches!(status, 401 | 403 | 407 | 429 | 503) {
            return Ok(show(&REFUSES_US, entry)
                .detail(format!("{url} answers with status {status}; visitors may see something else.")));
        }
    }
    for entry in &reachable {
        let hosts = entry.chain.hops.iter().filter_map(|hop| hop.url.host_str());
        // A target that is a copy itself was meant.
        let copy = hosts
            .filter(|host| !target.domain.is_within(host))
            .find_map(|host| marks_staging(host).map(|mark| (host, mark)));
        if let Some((host, mark)) = copy {
            return Ok(show(&STAGING, entry)
                .detail(format!("It leads through {host}, whose name says \"{mark}\"."))
                .fix(Fix::step(format!(
                    "Set the public address of the site as the target of that redirect, instead of {host}."
                ))));
        }
    }
    for entry in &reachable {
        if let End::Refused { location, refusal: Refusal::Port(port) } = &entry.chain.end {
            return Ok(show(&OTHER_PORT, entry)
                .detail(format!("It redirects to {location}. Many networks allow only ports 80 and 443; we did not request port {port}."))
                .fix(Fix::step(format!("Serve the site on the standard port, and let {} lead there.", last_url(entry)))));
        }
    }
    let mut finding = ONE_ADDRESS.found();
    for entry in &reachable {
        finding = finding.with_chain(&entry.url, &entry.chain);
    }
    let mut ends: Vec<&Url> = reachable.iter().filter_map(|entry| entry.chain.arrived()).collect();
    ends.sort();
    ends.dedup();
    let main = ends.iter().find(|end| end.scheme() == "https").or(ends.first());
    if let Some(end) = ends.iter().find(|end| !at_home(target, end)) {
        return Ok(Finding { outcome: &ELSEWHERE, ..finding }
            .detail(format!("Visitors end up at {end}. If that is the site, check that domain instead."))
            .fix(Fix::step(format!(
                "If {end} is not meant, change the redirect of {} to your site's own address.",
                target.domain
            ))));
    }
    for entry in &reachable {
        let away = entry.chain.hops.iter().find(|hop| !at_home(target, &hop.url));
        if let Some(hop) = away {
            return Ok(Finding { outcome: &DETOUR, ..finding }
                .detail(format!("{} redirects through {} before it comes back. Whoever runs that domain controls where your visitors go.", entry.url, hop.url))
                .fix(Fix::Redirect { from: entry.url.trim_end_matches('/').to_owned(), to: main.map_or_else(|| format!("https://{}", target.domain), |end| end.origin().ascii_serialization()) }));
        }
    }
    // Different paths of one host are one site: a language or a start page.
    let mut hosts: Vec<String> = ends.iter().map(|end| end.origin().ascii_serialization()).collect();
    hosts.dedup();
    if let ([first, second, ..], Some(main)) = (hosts.as_slice(), main) {
        let other = if main.origin().ascii_serialization() == *first { second } else { first };
        return Ok(Finding { outcome: &SPLIT, ..finding }
            .detail(format!("Both {first} and {second} show a page."))
            .fix(Fix::Redirect { from: other.clone(), to: main.origin().ascii_serialization() }));
    }
    Ok(finding)
}

/// The finding for a name that takes no https while its sister name does.
fn https_closed(target: &Target, entry: &Entry) -> Finding {
    let closed = entry.url.trim_end_matches('/');
    let open = if entry.www { target.domain.to_string() } else { target.www() };
    let name = closed.trim_start_matches("https://");
    HTTPS_CLOSED
        .found()
        .with_chain(&entry.url, &entry.chain)
        .detail(format!("{closed} gets no connection, while https://{open} shows the site. Browsers try https first, and links that say https end in an error."))
        .fix(Fix::step(format!("Point {name} at the host of the site instead of a forwarder without https, add {name} to the site there, and redirect it to https://{open}. If your DNS provider offers only a forwarder for it, choose one with https.")))
}

/// Where an entry arrives, and with which status.
fn arrived(entry: &Entry) -> Option<(&Url, u16)> {
    entry.chain.arrived().zip(entry.chain.hops.last().map(|hop| hop.status))
}

fn last_url(entry: &Entry) -> String {
    entry.chain.hops.last().map_or_else(|| entry.url.clone(), |hop| hop.url.to_string())
}

/// Whether a URL is on the domain or below it.
fn at_home(target: &Target, url: &Url) -> bool {
    let domain = target.domain.as_str();
    url.host_str().is_some_and(|host| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}
