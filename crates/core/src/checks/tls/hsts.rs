//! # HSTS (`hsts`)
//!
//! ## What it checks
//! Whether the domain's https answer carries a `Strict-Transport-Security` header that browsers accept, and for how
//! long.
//!
//! ## Why it matters
//! With HSTS, a browser that has visited once never uses plain HTTP again. Without it, the first request on a
//! public network can be intercepted and changed.
//!
//! ## How to fix it
//! Send the header with every https response. Start with a short time if you are not sure that every subdomain has
//! https, and raise it to a year.
//!
//! ## Sources
//! RFC 6797 sections 6.1, 8.1 and 8.2. One year is what the browsers' preload list and Lighthouse ask for. The rules of the list
//! (hstspreload.org, read 2026-11): a trusted certificate, a step from http to https on the same host, https on `www`
//! where that exists, a year, `includeSubDomains` and `preload` on the domain's own answer, a redirect included; and it takes
//! whole registered domains alone (the list's own check, "domain.is_subdomain").
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
//! The edge joins the two with a comma; nothing else in this header has one.
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=31536000, max-age=60
//! => long
//! ```
//! A comma in the place of a semicolon is no second header: browsers take none of it.
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=31536000, includeSubDomains
//! => ignored
//! ```
//! Who asks for the browsers' built-in list must meet its rules, and go on meeting them.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=63072000; includeSubDomains; preload
//! => long
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=63072000; preload
//! => preload-incomplete
//! ```
//! The step from http must stay on the host, or browsers never see the header there.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 200
//! strict-transport-security: max-age=63072000; includeSubDomains; preload
//! GET https://example.com/
//! 301
//! location: https://www.example.com/
//! strict-transport-security: max-age=63072000; includeSubDomains; preload
//! => preload-incomplete
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=63072000; includeSubDomains; preload
//! GET https://www.example.com/
//! untrusted
//! => preload-incomplete
//! ```
//! A name below a registered one is on the list with that one or not at all, whatever its own header says.
//! ```evidence
//! target app.example.com
//! example.com. SOA ns1.example.net. host.example.net. 1 2 3 4 5
//! GET https://app.example.com/
//! 200
//! strict-transport-security: max-age=63072000; preload
//! => not-listed-alone
//! ```
//! ```evidence
//! target app.example.com
//! example.com. SOA ns1.example.net. host.example.net. 1 2 3 4 5
//! GET https://app.example.com/
//! 200
//! strict-transport-security: max-age=63072000
//! => long
//! ```
//! A closed port 80 breaks no rule, and what could not be seen is not held against anybody.
//! ```evidence
//! GET http://example.com/
//! timeout
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=63072000; includeSubDomains; preload
//! => long
//! ```
//! The domain sends the header, but the site is on `www`, which does not.
//! ```evidence
//! GET https://example.com/
//! 301
//! location: https://www.example.com/
//! strict-transport-security: max-age=31536000
//! GET https://www.example.com/
//! 200
//! => not-on-main-host
//! ```
//! The domain's header covers `www` where it says so.
//! ```evidence
//! GET https://example.com/
//! 301
//! location: https://www.example.com/
//! strict-transport-security: max-age=31536000; includeSubDomains
//! GET https://www.example.com/
//! 200
//! => long
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

use crate::answers::{Stop, if_measured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::header_value::changed;
use crate::domain::Domain;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::facts::entry_points::has_www;
use crate::facts::home_page::front_door;
use crate::http::End;
use crate::http::hsts;
use crate::http::hsts::{Hsts, ONE_YEAR};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "hsts",
    area: Area::Tls,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::Host),
    outcomes: &[
        &LONG,
        &NOT_LISTED_ALONE,
        &SHORT,
        &OFF,
        &IGNORED,
        &MISSING,
        &PRELOAD_INCOMPLETE,
        &NOT_ON_MAIN_HOST,
        &NO_HTTPS,
    ],
    run,
};

static LONG: Outcome = Outcome::pass("long", "HSTS lasts a year or longer");
static NOT_LISTED_ALONE: Outcome =
    Outcome::pass("not-listed-alone", "HSTS is enabled; the preload list accepts only registered domains");
static SHORT: Outcome = Outcome::warn("short", "HSTS lasts less than a year");
static OFF: Outcome = Outcome::warn("off", "The HSTS header turns HSTS off (max-age=0)");
static IGNORED: Outcome =
    Outcome::fail("ignored", "The HSTS header is invalid, and browsers ignore it").optional();
static MISSING: Outcome = Outcome::warn("missing", "HSTS is not enabled");
static PRELOAD_INCOMPLETE: Outcome = Outcome::warn(
    "preload-incomplete",
    "HSTS asks for preload, but the site does not meet the preload rules",
);
static NOT_ON_MAIN_HOST: Outcome =
    Outcome::warn("not-on-main-host", "The host that shows the site does not send the header");
static NO_HTTPS: Outcome =
    Outcome::not_applicable("no-https", "There is no https answer that could carry it");

const NAME: &str = "Strict-Transport-Security";

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let chain = match front_door(target, evidence) {
        Err(Stop::NotMeasured(gap)) if gap.failure.cause.proves_tls_fault() => return Ok(NO_HTTPS.found()),
        chain => chain?,
    };
    let Some(reply) = evidence.reply_to(&chain, 0) else { return Ok(NO_HTTPS.found()) };
    let url = chain.hops.first().map(|hop| hop.url.to_string()).unwrap_or_default();
    // A browser processes the first one only (section 8.1).
    let Some(value) = reply.headers.first(NAME) else {
        let fix = Fix::header(NAME, format!("max-age={ONE_YEAR}"));
        return Ok(MISSING
            .found()
            .with_evidence(url, format!("status {}, no {NAME} header", reply.status))
            .fix(fix));
    };
    let mut sent: Vec<&str> = reply.headers.all(NAME).collect();
    let (mut value, mut read) = (value, hsts::parse(value));
    // No directive holds a comma outside quotes: what the edge has joined is taken apart again.
    if let (None, Some((first, _))) = (read.0, value.split_once(','))
        && value.split(',').all(|part| hsts::parse(part).0.is_some())
    {
        let parsed = hsts::parse(first);
        sent = value.split(',').map(str::trim).collect();
        (value, read) = (first, parsed);
    }
    let (hsts, issues) = read;
    let show = |outcome: &'static Outcome| {
        let finding = outcome.found().with_marked_evidence(NAME, value, &issues);
        match sent.get(1..) {
            Some([]) | None => finding,
            Some(others) => {
                finding.with_evidence("sent again, and ignored by browsers", others.join(" and "))
            }
        }
    };
    // What a header says that cannot be read is not kept; of one that can be read, everything but the age.
    let kept: &[&str] = if hsts.is_some() { &[value] } else { &[] };
    let year = format!("max-age={ONE_YEAR}");
    let fix = Fix::header(NAME, changed(NAME, kept, [year.as_str()])).instead_of(sent.iter().copied());
    let Some(hsts) = hsts else { return Ok(show(&IGNORED).fix(fix)) };
    if hsts.max_age == 0 {
        return Ok(show(&OFF).fix(fix));
    }
    if hsts.max_age < ONE_YEAR {
        return Ok(show(&SHORT).detail(format!("{} days.", hsts.max_age / 86_400)).fix(fix));
    }
    if hsts.preload {
        if let Some(zone) = lies_below(target, evidence)? {
            return Ok(show(&NOT_LISTED_ALONE).detail(format!(
                "{} is on the list with {zone} or not at all: preload counts in the header of the registered domain.",
                target.domain
            )));
        }
        if let Some((why, fix)) = refused(target, evidence, hsts, value)? {
            return Ok(show(&PRELOAD_INCOMPLETE).detail(why).fix(fix));
        }
    }
    if !hsts.include_subdomains
        && let Some(main) = chain.arrived().filter(|end| end.host_str() != Some(target.domain.as_str()))
        && main.host_str().is_some_and(|host| host == target.www())
    {
        let last = evidence.last_reply(&chain);
        let covered = last.and_then(|reply| reply.headers.first(NAME)).and_then(|value| hsts::parse(value).0);
        if covered.is_none_or(|hsts| hsts.max_age == 0) {
            // As the other host sends it, and in the place of what cannot be read here.
            let there = last.map(|reply| reply.headers.all(NAME).collect::<Vec<_>>()).unwrap_or_default();
            let fix = Fix::header(NAME, value).instead_of(there);
            return Ok(show(&NOT_ON_MAIN_HOST)
                .detail(format!(
                    "{main} is where the site is, and sends no such header that browsers accept."
                ))
                .with_chain("the way to the site", &chain)
                .fix(fix));
        }
    }
    Ok(show(&LONG))
}

/// The zone in which the domain is only a name; `None` where the domain is registered itself, or that cannot be told. Names below a
/// platform's count as registered (Public Suffix List, private section).
fn lies_below(target: &Target, evidence: &Evidence) -> Result<Option<Domain>, Stop> {
    if target.domain.is_plainly_registered() || target.domain.platform().is_some() {
        return Ok(None);
    }
    Ok(if_measured(zone_apex(evidence, &target.domain))?.filter(|zone| *zone != target.domain))
}

/// Why the browsers' list would refuse the domain, as far as that was seen.
fn refused(
    target: &Target,
    evidence: &Evidence,
    hsts: Hsts,
    value: &str,
) -> Result<Option<(String, Fix)>, Stop> {
    // Both are ways in, which other checks ask for: they cost nothing here. What could not be had is held against nobody.
    let http = if_measured(follow(evidence, &format!("http://{}/", target.domain)));
    let www = if has_www(target, evidence)? {
        if_measured(follow(evidence, &format!("https://{}/", target.www())))
    } else {
        Ok(None)
    };
    let (http, www) = (http?, www?);
    if !hsts.include_subdomains {
        let fix = Fix::header(NAME, changed(NAME, &[value], ["includeSubDomains"])).instead_of([value]);
        return Ok(Some(("The list takes domains with includeSubDomains alone.".to_owned(), fix)));
    }
    if let Some(chain) = http
        && let Some(next) = chain.hops.get(1)
        && (next.url.scheme() != "https" || next.url.host_str() != Some(target.domain.as_str()))
    {
        let (from, to) = (format!("http://{}", target.domain), format!("https://{}", target.domain));
        let why = format!("{from}/ redirects to {} first, not to HTTPS on the same host.", next.url);
        return Ok(Some((why, Fix::Redirect { from, to })));
    }
    if let Some(chain) = www
        && let End::Failed { failure, .. } = &chain.end
        && chain.hops.is_empty()
        && failure.cause.proves_tls_fault()
    {
        let fix = Fix::step(format!("Let your host issue a certificate for {}.", target.www()));
        return Ok(Some((format!("https://{}/ {failure}.", target.www()), fix)));
    }
    Ok(None)
}
