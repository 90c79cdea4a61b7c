//! # Third-party scripts (`third-party-scripts`)
//!
//! ## What it checks
//! Which other companies' scripts the home page loads, and what for.
//!
//! ## Why it matters
//! Each third-party script slows your page, can read everything on it, and may need your visitors' consent. Sites
//! built quickly often load more of them than their owners know.
//!
//! ## How to fix it
//! Remove what nobody looks at. Load the rest after the page is there, and name it in your privacy notice.
//!
//! ## Sources
//! Our own table of services by host, 2026-11. Ten owners is our own threshold of 2026-11, above what the median page of the HTTP Archive's
//! Web Almanac has.
//!
//! ## Covers
//! P7
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script><script src="https://cdn.example.com/own.js"></script>
//! => none
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <h1>Fresh bread</h1><script src="https://js.stripe.com/v3/"></script><script src="https://www.googletagmanager.com/gtm.js"></script>
//! => few
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="https://js.stripe.com/"></script><script src="https://www.googletagmanager.com/"></script><script src="https://plausible.io/a.js"></script>
//! | <script src="https://static.hotjar.com/"></script><script src="https://www.clarity.ms/"></script><script src="https://cdn.mxpnl.com/"></script>
//! | <script src="https://widget.intercom.io/"></script><script src="https://connect.facebook.net/"></script><script src="https://snap.licdn.com/"></script>
//! | <script src="https://js.sentry-cdn.com/"></script><script src="https://a.unknown.net/"></script>
//! => many
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
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::providers::third_party::service;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "third-party-scripts",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer),
    outcomes: &[&NONE, &FEW, &MANY, &NO_PAGE],
    run,
};

static NONE: Outcome = Outcome::pass("none", "The page loads no third-party scripts");
static FEW: Outcome = Outcome::pass("few", "The page loads few third-party scripts");
static MANY: Outcome = Outcome::warn("many", "The page loads many third-party scripts");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to look at");

/// Owners that still pass; our own threshold, 2026-11.
const MAX_OWNERS: usize = 10;
/// Owners that are shown.
const MAX_SHOWN: usize = 20;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let mut owners: Vec<((String, &str), usize)> = Vec::new();
    for src in home.page.scripts.iter().filter_map(|script| script.src.as_deref()) {
        let Some(url) = home.resolve(src).filter(|url| !home.is_first_party(target, url)) else { continue };
        let host = url.host_str().unwrap_or_default();
        let key = match service(host) {
            Some(service) => (service.owner.to_owned(), service.purpose.words()),
            None => (host.to_owned(), "an unknown purpose"),
        };
        match owners.iter_mut().find(|(known, _)| *known == key) {
            Some((_, count)) => *count += 1,
            None => owners.push((key, 1)),
        }
    }
    owners.sort();
    let outcome = match owners.len() {
        0 => &NONE,
        count if count > MAX_OWNERS => &MANY,
        _ => &FEW,
    };
    let mut finding =
        outcome.found().detail(format!("Scripts of {} others.{}", owners.len(), home.cut_note()));
    for ((owner, purpose), count) in owners.iter().take(MAX_SHOWN) {
        finding = finding.with_evidence(owner, format!("{count}, for {purpose}"));
    }
    if owners.is_empty() {
        finding = finding
            .detail(home.cut_note().trim())
            .with_evidence(home.url.as_str(), format!("{} scripts, all its own", home.page.scripts.len()));
    }
    Ok(if outcome.code == "many" {
        finding.fix(Fix::step("Remove what is not used, and load the rest after the page is shown."))
    } else {
        finding
    })
}
