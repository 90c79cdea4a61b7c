//! # Staging sites (`staging`)
//!
//! ## What it checks
//! Whether a name below the domain that marks a copy for testing (staging, dev, test, preview) shows a page to everybody, and
//! whether search engines may list it.
//!
//! ## Why it matters
//! Customers find the staging site in search results, sign up there, and lose their data with the next test. It
//! competes with the real site and shows what is not announced yet. Weak passwords and debug pages make it easy to
//! break into.
//!
//! ## How to fix it
//! Put a password or your company's sign-in in front of every copy. If that is not possible, send `X-Robots-Tag: noindex`
//! from it.
//!
//! ## Sources
//! Google, "Block Search indexing with noindex" (read 2026-11): robots.txt does not keep a page out of the results. The names
//! that mark a copy are our own list. What a wildcard answers is not counted. A default scan looks at two of them, a deep one at six.
//!
//! ## Covers
//! D6
//!
//! ## Examples
//! ```evidence
//! staging.example.com. A 76.76.21.21
//! GET https://staging.example.com/
//! 200
//! | <title>Example (staging)</title>
//! => indexable
//! ```
//! ```evidence
//! GET https://staging.example.com/
//! 200
//! x-robots-tag: noindex
//! => reachable
//! ```
//! ```evidence
//! GET https://dev.example.com/
//! 200
//! | <meta name="robots" content="noindex, nofollow">
//! => reachable
//! ```
//! ```evidence
//! GET https://staging.example.com/
//! 401
//! => closed
//! ```
//! ```evidence
//! GET https://staging.example.com/
//! 302
//! location: https://team.cloudflareaccess.com/cdn-cgi/access/login
//! GET https://team.cloudflareaccess.com/cdn-cgi/access/login
//! 200
//! => closed
//! ```
//! One that leads to the real site is no copy.
//! ```evidence
//! GET https://staging.example.com/
//! 301
//! location: https://example.com/
//! GET https://example.com/
//! 200
//! => closed
//! ```
//! ```evidence
//! dev.example.com. A 10.0.0.4
//! => closed
//! ```
//! ```evidence
//! *.example.com. A 76.76.21.21
//! => none
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => none
//! ```
//! The target itself is looked at by the other checks.
//! ```evidence
//! target staging.example.com
//! => not-asked
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! GET https://staging.example.com/
//! timeout
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::date::Time;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::purpose::marks_staging;
use crate::facts::subdomains::subdomains;
use crate::http::robots::directives;
use crate::http::{Chain, End};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "staging",
    area: Area::Domain,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Host),
    outcomes: &[&NONE, &CLOSED, &REACHABLE, &INDEXABLE, &NOT_ASKED, &PLATFORM],
    run,
};

static NONE: Outcome = Outcome::pass("none", "No staging site found on common subdomains");
static CLOSED: Outcome = Outcome::pass("closed", "Your staging sites are not public");
static REACHABLE: Outcome = Outcome::warn("reachable", "Your staging site is public");
static INDEXABLE: Outcome = Outcome::warn("indexable", "Search engines may list a staging site")
    .costs(Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Host));
static NOT_ASKED: Outcome =
    Outcome::not_applicable("not-asked", "This is a subdomain, so its own subdomains are not checked");
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages its subdomains");

/// Copies that are asked for their page: in a default scan, and in a deep one.
const MAX_ASKED: (usize, usize) = (2, 6);

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    if !target.domain.is_plainly_registered() {
        return Ok(NOT_ASKED.found());
    }
    let subdomains = subdomains(target, evidence)?;
    let most = if target.deep { MAX_ASKED.1 } else { MAX_ASKED.0 };
    let copies: Vec<&str> = subdomains
        .found
        .iter()
        .filter(|subdomain| !subdomain.lookup.records.is_empty() && marks_staging(&subdomain.name).is_some())
        .map(|subdomain| subdomain.name.as_str())
        .take(most)
        .collect();
    if copies.is_empty() {
        let missed = subdomains
            .missed
            .iter()
            .find(|gap| gap.asked.split(' ').any(|word| marks_staging(word).is_some()));
        return match missed {
            Some(gap) => Err(Stop::NotMeasured(gap.clone())),
            None => Ok(NONE.found().with_evidence(
                format!("{} subdomains of {}", subdomains.asked, target.domain),
                "not one marks a copy",
            )),
        };
    }
    let followed: Vec<(String, Result<Chain, Stop>)> = copies
        .iter()
        .map(|name| {
            let url = format!("https://{name}/");
            let chain = follow(evidence, &url);
            (url, chain)
        })
        .collect();
    let mut gap = None;
    let mut closed: Option<Finding> = None;
    let mut open: Option<Finding> = None;
    for (url, chain) in followed {
        let chain = match chain {
            Ok(chain) => chain,
            Err(Stop::Pending) => return Err(Stop::Pending),
            Err(Stop::NotMeasured(missed)) => {
                gap = gap.or(Some(missed));
                continue;
            }
        };
        if let Some(missed) = chain.gap() {
            gap = gap.or(Some(missed));
            continue;
        }
        match judge(evidence, &chain) {
            None => {
                let finding = closed.take().unwrap_or_else(|| CLOSED.found());
                closed = Some(finding.with_chain(&url, &chain));
            }
            Some(outcome) => {
                let worse = open
                    .as_ref()
                    .is_none_or(|finding| finding.outcome == &REACHABLE && *outcome == INDEXABLE);
                if worse {
                    let host = url.trim_start_matches("https://").trim_end_matches('/').to_owned();
                    open = Some(
                        outcome
                            .found()
                            .detail(format!("{host} answers without asking for a password."))
                            .with_chain(&url, &chain)
                            .fix(Fix::step(format!(
                                "Put a password or your company's sign-in in front of {host}."
                            ))),
                    );
                }
            }
        }
    }
    match (open, gap, closed) {
        (Some(open), ..) => Ok(open),
        (None, Some(gap), _) => Err(Stop::NotMeasured(gap)),
        (None, None, closed) => Ok(closed.unwrap_or_else(|| NONE.found())),
    }
}

/// How a copy shows itself; `None` where it does not.
fn judge(evidence: &Evidence, chain: &Chain) -> Option<&'static Outcome> {
    if chain.end != End::Arrived {
        return None;
    }
    let last = chain.hops.last()?;
    // Somewhere else: the real site, or a sign-in.
    marks_staging(last.url.host_str()?)?;
    let reply = evidence.last_reply(chain)?;
    if !(200..300).contains(&reply.status) {
        return None;
    }
    let now = reply.headers.first("date").and_then(Time::from_http);
    let forbids =
        |value: &str| directives(value).iter().any(|d| d.agent.is_none() && d.forbids_indexing(now));
    let header = reply.headers.all("x-robots-tag").any(forbids);
    let page = evidence.page(&Probe::get(last.url.as_str()));
    let tag = page
        .is_some_and(|page| page.robots.iter().any(|(name, content)| name == "robots" && forbids(content)));
    Some(if header || tag { &REACHABLE } else { &INDEXABLE })
}
