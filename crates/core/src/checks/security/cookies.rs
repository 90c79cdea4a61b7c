//! # Cookies (`cookies`)
//!
//! ## What it checks
//! The cookies that the home page sets: whether browsers take them, whether they travel over https only, and, for those
//! whose name is that of a session, whether scripts can read them, other sites can cause them to be sent, and every
//! subdomain gets them.
//!
//! ## Why it matters
//! Whoever gets hold of a session cookie is signed in as its owner. A cookie that browsers reject is a sign-in that does
//! not work, and nobody can tell why.
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

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::cookies;
use crate::http::cookies::{Cookie, SameSite};
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
static CROSS_SITE_SESSION: Outcome =
    Outcome::warn("cross-site-session", "Other sites can act with what looks like the session cookie");
static NOT_SECURE: Outcome = Outcome::warn("not-secure", "Cookies travel over plain http, too");
static READABLE_SESSION: Outcome =
    Outcome::warn("readable-session", "Any script in the page can read what looks like the session cookie");
static REJECTED: Outcome = Outcome::fail("rejected", "Browsers throw a cookie of the page away")
    .costs(Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer));
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "There is no home page to look at");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let set: Vec<(&str, Cookie, Vec<Diagnostic>)> = home
        .reply
        .headers
        .all("set-cookie")
        .map(|field| {
            let (cookie, issues) = cookies::parse(field);
            (field, cookie, issues)
        })
        .filter(|(_, cookie, _)| !cookie.is_of_proxy() && !cookie.deleted)
        .collect();
    let host = home.url.host_str().unwrap_or_default();
    let rejected = set.iter().find_map(|(_, cookie, issues)| {
        if !cookie.is_for(host) {
            let domain = cookie.domain.as_deref().unwrap_or_default();
            return Some(format!("{}: browsers take no cookie for {domain} from {host}.", cookie.name));
        }
        let issue = issues.iter().find(|issue| issue.severity == Severity::Error)?;
        Some(format!("{}: {}", cookie.name, issue.message))
    });
    let cross_site = set
        .iter()
        .find(|(_, cookie, _)| cookie.looks_like_session() && cookie.same_site == Some(SameSite::None));
    let shared: Vec<&str> = set
        .iter()
        .filter(|(_, cookie, _)| cookie.looks_like_session() && cookie.domain.is_some())
        .map(|(_, cookie, _)| cookie.name.as_str())
        .collect();
    let readable = set.iter().find(|(_, cookie, _)| cookie.looks_like_session() && !cookie.http_only);
    let insecure = set.iter().find(|(_, cookie, _)| !cookie.secure);
    let (outcome, detail) = if set.is_empty() {
        (&NONE, String::new())
    } else if let Some(why) = rejected {
        (&REJECTED, why)
    } else if let Some((_, cookie, _)) = readable {
        (&READABLE_SESSION, format!("{} has no HttpOnly; by its name it is a session's.", cookie.name))
    } else if let Some((_, cookie, _)) = insecure.filter(|_| home.url.scheme() == "https") {
        (&NOT_SECURE, format!("{} has no Secure.", cookie.name))
    } else if let Some((_, cookie, _)) = cross_site {
        (&CROSS_SITE_SESSION, format!("{} has SameSite=None; by its name it is a session's.", cookie.name))
    } else {
        (&GOOD, String::new())
    };
    let scope = match shared.as_slice() {
        [] => String::new(),
        names => format!(" Every subdomain gets {}: without Domain only this host would.", names.join(", ")),
    };
    let mut finding = outcome.found().detail(format!("{detail}{scope}").trim());
    for (field, cookie, _) in &set {
        finding = finding.with_evidence("Set-Cookie", Cookie::redacted(field));
        let missing: Vec<&str> =
            [("Secure", cookie.secure), ("HttpOnly", cookie.http_only || !cookie.looks_like_session())]
                .into_iter()
                .filter_map(|(name, given)| (!given).then_some(name))
                .collect();
        if matches!(outcome.code, "not-secure" | "readable-session") && !missing.is_empty() {
            finding = finding.fix(Fix::step(format!(
                "Add {} to the cookie {}.",
                missing.join(" and "),
                cookie.name
            )));
        }
    }
    if set.is_empty() {
        finding = finding.with_evidence(format!("Set-Cookie of {}", home.url), "none");
    }
    if outcome.code == "cross-site-session" {
        finding = finding.fix(Fix::step(
            "Set SameSite=Lax, unless other sites have to show yours in a frame while signed in.",
        ));
    }
    if outcome.code == "rejected" {
        finding = finding.fix(Fix::step("Set it as: __Host-name=…; Path=/; Secure; HttpOnly; SameSite=Lax"));
    }
    Ok(finding)
}
