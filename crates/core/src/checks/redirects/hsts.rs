//! # HSTS (`hsts`)
//!
//! ## What it checks
//! Whether the domain's https answer carries a `Strict-Transport-Security` header that browsers accept, and for how
//! long.
//!
//! ## Why it matters
//! With it, a browser that has been here once never uses plain http again, whatever a visitor types and whoever
//! controls the network in the café. Without it every first request can be caught and rewritten.
//!
//! ## How to fix it
//! Send the header with every https response. Start with a short time if you are not sure that every subdomain has
//! https, and raise it to a year.
//!
//! ## Sources
//! RFC 6797 sections 6.1 and 8.1. One year is what the browsers' preload list and Lighthouse ask for (hstspreload.org,
//! read 2026-11).
//!
//! ## Covers
//! T3
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=63072000; includeSubDomains
//! => long
//! ```
//! The answer counts even where it only redirects.
//! ```evidence
//! GET https://example.com/
//! 301
//! location: https://www.example.com/
//! Strict-Transport-Security: max-age=31536000
//! => long
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=86400
//! => short
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=0
//! => off
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: includeSubDomains
//! => ignored
//! ```
//! Only the first of several headers counts.
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=60
//! strict-transport-security: max-age=31536000
//! => short
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! => missing
//! ```
//! ```evidence
//! GET https://example.com/
//! untrusted
//! => no-https
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! => no-https
//! ```
//! ```evidence
//! GET https://example.com/
//! timeout
//! => not-measured
//! ```

use crate::check::{Area, Check, Finding, Fix, Impact, Outcome, Stop};
use crate::evidence::Evidence;
use crate::http::hsts::{self, ONE_YEAR};
use crate::http::{End, follow};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "hsts",
    area: Area::Redirects,
    impact: Impact::Important,
    outcomes: &[&LONG, &SHORT, &OFF, &IGNORED, &MISSING, &NO_HTTPS],
    run,
};

static LONG: Outcome = Outcome::pass("long", "Browsers keep to https for a year or longer");
static SHORT: Outcome = Outcome::warn("short", "Browsers keep to https for less than a year");
static OFF: Outcome = Outcome::warn("off", "The header tells browsers to forget about https");
static IGNORED: Outcome = Outcome::fail("ignored", "Browsers ignore the header as it is written");
static MISSING: Outcome = Outcome::warn("missing", "Browsers are not told to keep to https");
static NO_HTTPS: Outcome =
    Outcome::not_applicable("no-https", "There is no https answer that could carry it");

const NAME: &str = "Strict-Transport-Security";

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let url = format!("https://{}/", target.domain);
    let chain = follow(evidence, &url)?;
    let Some(reply) = chain.reply(evidence, 0) else {
        return match &chain.end {
            End::Failed { failure, .. } if !failure.cause.proves_tls_fault() => {
                Err(chain.gap().map_or(Stop::Pending, Stop::NotMeasured))
            }
            _ => Ok(NO_HTTPS.found()),
        };
    };
    // A browser processes the first one only (section 8.1).
    let Some(value) = reply.headers.first(NAME) else {
        let fix = Fix::header(NAME, format!("max-age={ONE_YEAR}"));
        return Ok(MISSING.found().saw(url, format!("status {}, no {NAME} header", reply.status)).fix(fix));
    };
    let (hsts, issues) = hsts::parse(value);
    let show = |outcome: &'static Outcome| outcome.found().saw_marked(NAME, value, &issues);
    let subdomains =
        if hsts.is_some_and(|hsts| hsts.include_subdomains) { "; includeSubDomains" } else { "" };
    let fix = Fix::header(NAME, format!("max-age={ONE_YEAR}{subdomains}"));
    Ok(match hsts {
        None => show(&IGNORED).fix(fix),
        Some(hsts) if hsts.max_age == 0 => show(&OFF).fix(fix),
        Some(hsts) if hsts.max_age < ONE_YEAR => {
            show(&SHORT).detail(format!("{} days.", hsts.max_age / 86_400)).fix(fix)
        }
        Some(_) => show(&LONG),
    })
}
