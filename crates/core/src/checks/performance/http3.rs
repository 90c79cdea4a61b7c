//! # HTTP/3 (`http3`)
//!
//! ## What it checks
//! Whether the home page's answer announces HTTP/3. Which version a request of ours used says nothing about browsers, and is not
//! looked at; Early Hints (103) come before the answer and are not visible from where we measure.
//!
//! ## Why it matters
//! HTTP/3 connects faster and stalls less on mobile networks. It is a bonus, never a must.
//!
//! ## How to fix it
//! Nothing has to be fixed. Networks such as Cloudflare, Fastly and CloudFront have a switch for it.
//!
//! ## Sources
//! RFC 9114 section 3.1, RFC 7838 (`Alt-Svc`).
//!
//! ## Covers
//! P6
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! alt-svc: h3=":443"; ma=86400, h3-29=":443"
//! => offered
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! alt-svc: h3-29=":443"; ma=86400
//! => not-announced
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "http3",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::Host),
    outcomes: &[&OFFERED, &NOT_ANNOUNCED],
    run,
};

static OFFERED: Outcome = Outcome::pass("offered", "HTTP/3 is enabled");
static NOT_ANNOUNCED: Outcome = Outcome::not_applicable("not-announced", "HTTP/3 is not enabled (optional)");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NOT_ANNOUNCED.found().detail(why)),
    };
    let offers = |value: &&str| {
        value.split(',').any(|service| service.split_once('=').is_some_and(|(name, _)| name.trim() == "h3"))
    };
    Ok(match home.reply.headers.all("alt-svc").find(offers) {
        Some(value) => OFFERED.found().with_evidence("Alt-Svc", value),
        None => NOT_ANNOUNCED.found(),
    })
}
