//! # Cookies (`cookies`)
//!
//! ## What it checks
//! The cookies that the home page sets: whether browsers take them, whether they travel over https only, and, for those
//! whose name is that of a session, whether scripts can read them, other sites can cause them to be sent, and every
//! subdomain gets them.
//!
//! ## Why it matters
//! Anyone who gets a session cookie is signed in as its owner. A cookie that browsers reject is a sign-in that
//! fails without a visible reason.
//!
//! ## How to fix it
//! `Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax` for sessions. Cookies that scripts have to read leave out
//! HttpOnly.
//!
//! ## Sources
//! RFC 6265bis (draft-ietf-httpbis-rfc6265bis-22, 2025) sections 4.1.3, 5.6 and 5.7. Which cookie is a session is guessed from its name, so this
//! never fails the check.
//!
//! ## Covers
//! S5
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! => none
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: __Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax
//! set-cookie: theme=dark; Secure
//! => good
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: __Host-id=abc; Secure; Path=/; Domain=example.com
//! => rejected
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: tracker=1; SameSite=None
//! => rejected
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: connect.sid=abc; Path=/; Secure
//! => readable-session
//! ```
//! Left over from a development host, which is another one.
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: id=abc; Secure; Domain=staging.example.net
//! => rejected
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: theme=dark; Path=/
//! => not-secure
//! ```
//! Sent along with whatever another site makes a visitor's browser do.
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: session=abc; Secure; HttpOnly; SameSite=None
//! => cross-site-session
//! ```
//! Without SameSite browsers take Lax.
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: session=abc; Secure; HttpOnly
//! => good
//! ```
//! The redirect to the sign-in page sets the session.
//! ```evidence
//! GET https://example.com/
//! 302
//! location: /login
//! set-cookie: connect.sid=abc; Path=/; HttpOnly
//! GET https://example.com/login
//! 200
//! => not-secure
//! ```
//! What a sign-in service's page sets is the service's.
//! ```evidence
//! GET https://example.com/
//! 302
//! location: https://login.example.net/
//! set-cookie: __Host-txn=abc; Path=/; Secure; HttpOnly
//! GET https://login.example.net/
//! 200
//! set-cookie: session=abc
//! => good
//! ```
//! A domain below which others have their sites.
//! ```evidence
//! target shop.co.uk
//! GET https://shop.co.uk/
//! 200
//! set-cookie: cart=1; Domain=.co.uk; Secure
//! => rejected
//! ```
//! ```evidence
//! target acme.vercel.app
//! GET https://acme.vercel.app/
//! 200
//! set-cookie: cart=1; Domain=vercel.app; Secure
//! => rejected
//! ```
//! A date in the past deletes, whichever it is, and a load balancer's cookie is the host's.
//! ```evidence
//! GET https://example.com/
//! 200
//! date: Mon, 30 Nov 2026 12:00:00 GMT
//! set-cookie: .ASPXAUTH=; expires=Tue, 12-Oct-1999 00:00:00 GMT; path=/
//! set-cookie: ASP.NET_SessionId=; expires=Sun, 29-Nov-2026 12:00:00 GMT; path=/
//! set-cookie: ARRAffinity=abc; Path=/; HttpOnly
//! => none
//! ```
//! Deleting a cookie, and what a protection in front sets for itself, are no risk.
//! ```evidence
//! GET https://example.com/
//! 200
//! set-cookie: session=; Max-Age=0
//! set-cookie: __cf_bm=abc; HttpOnly; Secure
//! => none
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
//! ```

use url::Url;

use crate::answers::{Stop, if_measured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::date::Time;
use crate::diagnostic::{Diagnostic, Severity};
use crate::dns::name::{is_registry_suffix, is_within};
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{Home, home_page};
use crate::http::HttpReply;
use crate::http::cookies;
use crate::http::cookies::{Cookie, SameSite};
use crate::providers::cookies::{is_of_proxy, looks_like_session};
use crate::providers::platforms;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "cookies",
    area: Area::Security,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer),
    outcomes: &[&NONE, &GOOD, &CROSS_SITE_SESSION, &NOT_SECURE, &READABLE_SESSION, &REJECTED, &NO_PAGE],
    run,
};

static NONE: Outcome = Outcome::pass("none", "The page sets no cookies");
static GOOD: Outcome = Outcome::pass("good", "Cookies are protected");
static CROSS_SITE_SESSION: Outcome = Outcome::warn(
    "cross-site-session",
    "Other sites can use what looks like the session cookie (no SameSite)",
);
static NOT_SECURE: Outcome = Outcome::warn("not-secure", "Cookies are sent over plain HTTP, too");
static READABLE_SESSION: Outcome =
    Outcome::warn("readable-session", "Any script in the page can read what looks like the session cookie");
static REJECTED: Outcome = Outcome::fail("rejected", "Browsers reject one of the page's cookies")
    .costs(Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer));
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to look at");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let set = gathered(target, evidence, &home)?;
    let (outcome, detail) = judged(&set);
    let names = set.iter().filter(|set| looks_like_session(&set.cookie) && set.cookie.domain.is_some());
    let scope = match names.map(|set| set.cookie.name.as_str()).collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        names => format!(" Every subdomain gets {}: without Domain only this host would.", names.join(", ")),
    };
    let finding = outcome.found().detail(format!("{detail}{scope}").trim());
    let finding = set.iter().fold(finding, |finding, set| {
        finding.with_evidence(format!("Set-Cookie of {}", set.url), Cookie::redacted(&set.field))
    });
    let finding = if set.is_empty() {
        finding.with_evidence(format!("Set-Cookie of {}", home.url), "none")
    } else {
        finding
    };
    Ok(fixes(outcome, &set).into_iter().fold(finding, Finding::fix))
}

/// A cookie, and which answer of the site sets it.
struct Set {
    url: Url,
    field: String,
    cookie: Cookie,
    issues: Vec<Diagnostic>,
}

/// The cookies that the site's own answers set on the way to its home page and there; what a protection or a load balancer sets for
/// itself, and what is only deleted, is left out. A page of a sign-in service that the way leads to sets cookies of its own.
fn gathered(target: &Target, evidence: &Evidence, home: &Home<'_>) -> Result<Vec<Set>, Stop> {
    let mut set: Vec<Set> = Vec::new();
    let mut note = |url: &Url, reply: &HttpReply| {
        let now = reply.headers.first("date").and_then(Time::from_http);
        let is_own = url.host_str().is_some_and(|host| is_within(host, target.domain.as_str()));
        for field in reply.headers.all("set-cookie").filter(|_| is_own) {
            let (cookie, issues) = cookies::parse(field);
            // Browsers keep no Secure cookie of a plain answer; the encrypted one behind it sets its own.
            let is_void =
                is_of_proxy(&cookie) || cookie.is_gone(now) || cookie.secure && url.scheme() != "https";
            if !is_void && !set.iter().any(|known| known.field == field) {
                set.push(Set { url: url.clone(), field: field.to_owned(), cookie, issues });
            }
        }
    };
    let ways = ["https", "http"].map(|scheme| follow(evidence, &format!("{scheme}://{}/", target.domain)));
    for way in ways {
        let Some(chain) = if_measured(way)? else { continue };
        for (index, hop) in chain.hops.iter().enumerate() {
            if let Some(reply) = evidence.reply_to(&chain, index) {
                note(&hop.url, reply);
            }
        }
    }
    note(&home.url, home.reply);
    Ok(set)
}

fn judged(set: &[Set]) -> (&'static Outcome, String) {
    let session = |set: &&Set| looks_like_session(&set.cookie);
    if set.is_empty() {
        return (&NONE, String::new());
    }
    if let Some(why) = set.iter().find_map(rejected) {
        return (&REJECTED, why);
    }
    if let Some(Set { cookie, .. }) = set.iter().filter(session).find(|set| !set.cookie.http_only) {
        return (
            &READABLE_SESSION,
            format!("{} has no HttpOnly; by its name it is a session's.", cookie.name),
        );
    }
    if let Some(Set { cookie, .. }) = set.iter().find(|set| !set.cookie.secure) {
        return (&NOT_SECURE, format!("{} has no Secure.", cookie.name));
    }
    let cross_site = |set: &&Set| set.cookie.same_site == Some(SameSite::None);
    match set.iter().filter(session).find(cross_site) {
        Some(Set { cookie, .. }) => (
            &CROSS_SITE_SESSION,
            format!("{} has SameSite=None; by its name it is a session's.", cookie.name),
        ),
        None => (&GOOD, String::new()),
    }
}

/// Why browsers throw a cookie away, where they do.
fn rejected(set: &Set) -> Option<String> {
    let host = set.url.host_str().unwrap_or_default();
    let name = &set.cookie.name;
    let domain = set.cookie.domain.as_deref().unwrap_or(host);
    // A platform's own name is a public suffix: what lies below it belongs to its customers.
    let is_platform = domain != host
        && platforms::hosting(&format!("any.{domain}")).is_some_and(|platform| platform.suffix == domain);
    if is_platform || domain != host && is_registry_suffix(domain) {
        return Some(format!(
            "{name}: browsers take no cookie for {domain}, below which others have their sites."
        ));
    }
    if !set.cookie.is_for(host) {
        return Some(format!("{name}: browsers take no cookie for {domain} from {host}."));
    }
    let issue = set.issues.iter().find(|issue| issue.severity == Severity::Error)?;
    Some(format!("{name}: {}", issue.message))
}

fn fixes(outcome: &Outcome, set: &[Set]) -> Vec<Fix> {
    match outcome.code {
        "not-secure" | "readable-session" => {
            let lacking = set.iter().filter_map(|Set { cookie, .. }| {
                let wanted = [
                    ("Secure", cookie.secure),
                    ("HttpOnly", cookie.http_only || !looks_like_session(cookie)),
                ];
                let missing: Vec<&str> =
                    wanted.into_iter().filter_map(|(name, given)| (!given).then_some(name)).collect();
                (!missing.is_empty()).then(|| {
                    Fix::step(format!("Add {} to the cookie {}.", missing.join(" and "), cookie.name))
                })
            });
            lacking.collect()
        }
        "cross-site-session" => vec![Fix::step(
            "Set SameSite=Lax, unless other sites have to show yours in a frame while signed in.",
        )],
        "rejected" => vec![Fix::step("Set it as: __Host-name=…; Path=/; Secure; HttpOnly; SameSite=Lax")],
        _ => Vec::new(),
    }
}
