//! # Paths you named (`named-paths`)
//!
//! ## What it checks
//! Where the paths that you named lead (login, callback, checkout, invite): whether they go round in a circle, step back
//! to http, end at an address that is not production, at a missing page, or on a domain that is not yours.
//!
//! ## Why it matters
//! On these pages people become customers. They often work on the developer's machine and break when the domain
//! changes, because a setting still has the old URL.
//!
//! ## How to fix it
//! Put the public https address of the site into the settings of the login or payment service and of your application, and
//! remove test and preview addresses from them.
//!
//! ## Sources
//! RFC 6749 section 3.1.2 (registered redirection addresses); Fetch standard, HTTP-redirect fetch. Services that sign
//! people in or take payments are known by name; the list is in the check, as of 2026-11.
//!
//! ## Covers
//! R7, R5, D6
//!
//! ## Examples
//! ```evidence
//! target example.com paths=/login,/pricing
//! GET https://example.com/login
//! 302
//! location: https://accounts.google.com/o/oauth2/v2/auth?client_id=1
//! GET https://accounts.google.com/o/oauth2/v2/auth?client_id=1
//! 200
//! GET https://example.com/pricing
//! 200
//! => fine
//! ```
//! A callback that is opened without a login may refuse.
//! ```evidence
//! target example.com paths=/auth/callback
//! GET https://example.com/auth/callback
//! 400
//! => fine
//! ```
//! ```evidence
//! target example.com paths=/login
//! GET https://example.com/login
//! 302
//! location: https://app.example.com/login
//! GET https://app.example.com/login
//! 302
//! location: https://example.com/login
//! => loop
//! ```
//! With the cookie that the other host sets, browsers arrive.
//! ```evidence
//! target example.com paths=/app
//! GET https://example.com/app
//! 302
//! location: https://accounts.example.com/silent
//! GET https://accounts.example.com/silent
//! 302
//! location: https://example.com/app
//! set-cookie: seen=1; Domain=example.com; Path=/; Secure
//! GET https://example.com/app cookie: seen=1
//! 200
//! => fine
//! ```
//! ```evidence
//! target example.com paths=/checkout
//! GET https://example.com/checkout
//! 302
//! location: http://example.com/checkout/
//! GET http://example.com/checkout/
//! 301
//! location: https://example.com/checkout/
//! GET https://example.com/checkout/
//! 200
//! => downgrade
//! ```
//! ```evidence
//! target example.com paths=/login
//! GET https://example.com/login
//! 302
//! location: https://staging.example.com/login
//! GET https://staging.example.com/login
//! 200
//! => staging
//! ```
//! ```evidence
//! target example.com paths=/callback
//! GET https://example.com/callback
//! 302
//! location: http://localhost:3000/welcome
//! => staging
//! ```
//! ```evidence
//! target example.com paths=/invite
//! GET https://example.com/invite
//! 302
//! location: https://my-app-git-main.vercel.app/invite
//! GET https://my-app-git-main.vercel.app/invite
//! 200
//! => staging
//! ```
//! The project's address at its login service is where logins go.
//! ```evidence
//! target example.com paths=/login
//! GET https://example.com/login
//! 302
//! location: https://abcdefgh.supabase.co/auth/v1/authorize?provider=google
//! GET https://abcdefgh.supabase.co/auth/v1/authorize?provider=google
//! 200
//! => fine
//! ```
//! ```evidence
//! target example.com paths=/invite
//! GET https://example.com/invite
//! 302
//! location: https://gone.example.net/
//! => nowhere
//! ```
//! ```evidence
//! target example.com paths=/pricing
//! GET https://example.com/pricing
//! 404
//! => missing
//! ```
//! ```evidence
//! target example.com paths=/shop
//! GET https://example.com/shop
//! 302
//! location: https://example.org/
//! GET https://example.org/
//! 200
//! => elsewhere
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! => none-named
//! ```
//! What could not be had for one of them hides nothing about the others.
//! ```evidence
//! target example.com paths=/login,/pricing
//! GET https://example.com/login
//! timeout
//! GET https://example.com/pricing
//! 404
//! => missing
//! ```
//! ```evidence
//! target example.com paths=/login
//! GET https://example.com/login
//! timeout
//! => not-measured
//! ```

use launch_ready_providers::takes_over;
use url::Url;

use crate::answers::Refusal;
use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::chain::{follow, follow_with_cookies};
use crate::engine::evidence::Evidence;
use crate::facts::entry_points::without_challenge;
use crate::facts::purpose::marks_staging;
use crate::http::{Chain, End};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "named-paths",
    area: Area::Redirects,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer),
    outcomes: &[&FINE, &LOOP, &DOWNGRADE, &STAGING, &NOWHERE, &MISSING, &ELSEWHERE, &NONE_NAMED],
    run,
};

static FINE: Outcome = Outcome::pass("fine", "The paths you named lead where they should");
static LOOP: Outcome = Outcome::fail("loop", "A path you named redirects in a loop").blocks();
static DOWNGRADE: Outcome = Outcome::fail("downgrade", "A path you named redirects through plain HTTP");
static STAGING: Outcome =
    Outcome::fail("staging", "A path you named redirects to a non-production URL").blocks();
static NOWHERE: Outcome = Outcome::fail("nowhere", "A path you named cannot be reached").blocks();
static MISSING: Outcome = Outcome::fail("missing", "A path you named returns an error").blocks();
static ELSEWHERE: Outcome = Outcome::warn("elsewhere", "A path you named redirects to another domain");
static NONE_NAMED: Outcome = Outcome::not_applicable("none-named", "No paths were named");

/// Paths that a default scan follows, and a deep one.
const MAX_PATHS: (usize, usize) = (6, 30);

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.paths.is_empty() {
        return Ok(NONE_NAMED.found());
    }
    let most = if target.deep { MAX_PATHS.1 } else { MAX_PATHS.0 };
    let followed: Vec<(String, Result<Chain, Stop>)> = target
        .paths
        .iter()
        .take(most)
        .map(|path| {
            let url = format!("https://{}/{}", target.domain, path.trim_start_matches('/'));
            let chain =
                as_browsers_go(evidence, &url).map(|chain| without_challenge(target, evidence, chain));
            (url, chain)
        })
        .collect();
    let mut gap = None;
    let mut chains = Vec::new();
    for (url, chain) in followed {
        match chain {
            Err(Stop::Pending) => return Err(Stop::Pending),
            Err(Stop::NotMeasured(missed)) => gap = gap.or(Some(missed)),
            Ok(chain) => match chain.gap() {
                Some(missed) if !missed.failure.cause.proves_tls_fault() => gap = gap.or(Some(missed)),
                _ => chains.push((url, chain)),
            },
        }
    }
    let judged: Vec<Option<(&'static Outcome, String)>> =
        chains.iter().map(|(_, chain)| judge(target, chain)).collect();
    // The outcomes stand in the order of their weight.
    let worst = judged
        .iter()
        .enumerate()
        .filter_map(|(n, problem)| problem.as_ref().map(|(outcome, why)| (n, *outcome, why)))
        .min_by_key(|(_, outcome, _)| CHECK.outcomes.iter().position(|known| known == outcome));
    let show = |mut finding: Finding| {
        for (url, chain) in &chains {
            finding = finding.with_chain(url, chain);
        }
        match &gap {
            Some(gap) => finding.with_evidence(&gap.asked, gap.failure.to_string()),
            None => finding,
        }
    };
    if let Some((n, outcome, why)) = worst {
        let url = chains.get(n).map(|(url, _)| url.as_str()).unwrap_or_default();
        return Ok(show(outcome.found()).detail(format!("{url} {why}")).fix(Fix::step(format!(
            "In your app's settings, and those of the service behind it, replace the URL that {url} redirects to with the public HTTPS URL."
        ))));
    }
    match gap {
        Some(gap) => Err(Stop::NotMeasured(gap)),
        None => Ok(show(FINE.found())),
    }
}

/// Where a path leads. What goes round in a circle without cookies may arrive with them: a sign-in that sets one on another host.
fn as_browsers_go(evidence: &Evidence, url: &str) -> Result<Chain, Stop> {
    let chain = follow(evidence, url)?;
    if matches!(chain.end, End::Loop { .. }) { follow_with_cookies(evidence, url) } else { Ok(chain) }
}

/// What is wrong with a chain, as the rest of a sentence that begins with its first URL.
fn judge(target: &Target, chain: &Chain) -> Option<(&'static Outcome, String)> {
    let hosts = chain.hops.iter().filter_map(|hop| hop.url.host_str().map(|host| (host, &hop.url)));
    let copy = hosts
        .filter(|(host, _)| !target.domain.is_within(host))
        .find_map(|(host, url)| marks_staging(host).map(|mark| (url, mark)));
    match &chain.end {
        End::Loop { .. } => return Some((&LOOP, "comes back to an address it has passed.".to_owned())),
        End::TooLong => {
            return Some((&LOOP, "takes more redirects than browsers and crawlers follow.".to_owned()));
        }
        _ => {}
    }
    if chain.crossings().any(|(from, to)| from.url.scheme() == "https" && to.url.scheme() == "http") {
        return Some((&DOWNGRADE, "steps back from https to http on its way.".to_owned()));
    }
    if let Some((url, mark)) = copy {
        return Some((&STAGING, format!("redirects to {url} ({mark}).")));
    }
    match &chain.end {
        End::Refused { location, refusal: Refusal::NotPublic | Refusal::IpLiteral } => {
            return Some((
                &STAGING,
                format!("redirects to {location}, which only one machine or network can reach."),
            ));
        }
        End::PrivateAddress { host, range, .. } => {
            return Some((
                &STAGING,
                format!("redirects to {host}, which is not on the public internet: {range}."),
            ));
        }
        End::Refused { location, refusal: Refusal::Port(_) } => {
            return Some((&ELSEWHERE, format!("redirects to {location}, a port that many networks block.")));
        }
        // An app opens by a scheme of its own.
        End::Refused { refusal: Refusal::Scheme, .. } => return None,
        End::Refused { location, refusal } => {
            return Some((&NOWHERE, format!("redirects to {location}, which {refusal}.")));
        }
        End::NoAddress { host } => {
            return Some((&NOWHERE, format!("redirects to {host}, which has no address.")));
        }
        End::BadLocation(_) => return Some((&NOWHERE, "redirects without saying where to.".to_owned())),
        End::Failed { url, failure } => {
            return Some((&NOWHERE, format!("redirects to {url}, which {failure}.")));
        }
        End::Arrived | End::Loop { .. } | End::TooLong => {}
    }
    let last = chain.hops.last()?;
    let at_home = last.url.host_str().is_some_and(|host| within(host, target.domain.as_str()));
    if matches!(last.status, 404 | 410 | 500 | 501 | 502 | 504) {
        return Some((&MISSING, format!("ends at {} with status {}.", last.url, last.status)));
    }
    (!at_home && !is_service(&last.url)).then(|| (&ELSEWHERE, format!("ends at {}.", last.url)))
}

fn within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether people are sent there to sign in, to pay or to book.
fn is_service(url: &Url) -> bool {
    url.host_str().is_some_and(takes_over)
}
