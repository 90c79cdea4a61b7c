//! # Redirect chains (`redirect-length`)
//!
//! ## What it checks
//! Whether a way into the site takes more redirects than it needs, and what the shortest chain would be.
//!
//! ## Why it matters
//! Every redirect adds a round trip before anything shows: 0.2 s or more on a phone. Every step is also one more
//! place where a setting can get lost.
//!
//! ## How to fix it
//! Let each rule lead to the last address. Keep one step from http to https on the same host, which browsers need for HSTS,
//! and one from there to the main host.
//!
//! ## Sources
//! A way in needs at most one step for each thing that changes: scheme, host, path. The step from http to https on the
//! same host comes first because hstspreload.org asks for it (read 2026-11). Google, "Site moves with URL changes"
//! (read 2026-11): avoid chains, ideally no more than three and fewer than five steps. Lighthouse, "Avoid multiple page
//! redirects", counts a chain from two steps on.
//!
//! ## Covers
//! R3
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
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 301
//! location: https://example.com/
//! => short
//! ```
//! From http on one host to https on the other through http: one step too many.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: http://www.example.com/
//! GET http://www.example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 302
//! location: https://www.example.com/home
//! GET https://www.example.com/home
//! 302
//! location: https://www.example.com/home/
//! GET https://www.example.com/home/
//! 200
//! GET https://example.com/
//! 301
//! location: https://www.example.com/home/
//! => long
//! ```
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

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::entry_points::{Entry, entry_points};
use crate::http::End;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "redirect-length",
    area: Area::Redirects,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Host),
    outcomes: &[&SHORT, &LONG, &LOOPS, &NO_SITE],
    run,
};

static SHORT: Outcome = Outcome::pass("short", "No redirect chain is longer than it needs to be");
static LONG: Outcome = Outcome::warn("long", "A redirect chain is longer than it needs to be");
static LOOPS: Outcome = Outcome::not_applicable("loops", "The versions of your URL redirect in a loop");
static NO_SITE: Outcome = Outcome::not_applicable("no-site", "No public page to redirect to");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let entries = entry_points(target, evidence)?;
    let arrived: Vec<(&Entry, &Url)> =
        entries.iter().filter_map(|entry| Some((entry, entry.chain.arrived()?))).collect();
    if arrived.is_empty() {
        if let Some(gap) = entries.iter().find_map(|entry| entry.chain.gap()) {
            return Err(Stop::NotMeasured(gap));
        }
        let loops = entries.iter().any(|entry| matches!(entry.chain.end, End::Loop { .. } | End::TooLong));
        return Ok(if loops { LOOPS.found() } else { NO_SITE.found() });
    }
    let surplus = |(entry, end): &(&Entry, &Url)| {
        let shortest = shortest(&entry.url, end).len();
        (entry.chain.hops.len()).checked_sub(shortest).filter(|surplus| *surplus > 0)
    };
    let worst =
        arrived.iter().filter_map(|way| Some((surplus(way)?, way))).max_by_key(|(surplus, _)| *surplus);
    if let Some((surplus, (entry, end))) = worst {
        let spent: u32 =
            entry.chain.hops.iter().rev().skip(1).map(|hop| hop.headers_ms).fold(0, u32::saturating_add);
        let drawn = shortest(&entry.url, end).join(" → ");
        return Ok(counted(LONG.found(), &arrived)
            .detail(format!(
                "{} redirects, {spent} ms before the page is asked for; {surplus} of them can go.",
                entry.chain.hops.len().saturating_sub(1)
            ))
            .with_chain(&entry.url, &entry.chain)
            .with_evidence("the shortest chain that would do", &drawn)
            .fix(Fix::step(format!("Redirect straight to the final URL: {drawn}"))));
    }
    let mut finding = counted(SHORT.found(), &arrived);
    for (entry, _) in arrived {
        finding = finding.with_chain(&entry.url, &entry.chain);
    }
    Ok(finding)
}

/// The finding with the redirects of each way in.
fn counted(finding: Finding, arrived: &[(&Entry, &Url)]) -> Finding {
    arrived.iter().fold(finding, |finding, (entry, _)| {
        let redirects = u32::try_from(entry.chain.hops.len().saturating_sub(1)).unwrap_or(u32::MAX);
        finding.measure(format!("redirects from {}", entry.url), redirects, "redirects")
    })
}

/// The shortest chain from one address to another: to https on the same host, to the host, to the page.
fn shortest(start: &str, end: &Url) -> Vec<String> {
    let mut chain = vec![start.to_owned()];
    let Ok(mut at) = Url::parse(start) else { return chain };
    if at.scheme() != end.scheme() && at.set_scheme(end.scheme()).is_ok() && at != *end {
        chain.push(at.to_string());
    }
    if at.host_str() != end.host_str() && at.set_host(end.host_str()).is_ok() && at != *end {
        chain.push(at.to_string());
    }
    if start != end.as_str() {
        chain.push(end.to_string());
    }
    chain
}
