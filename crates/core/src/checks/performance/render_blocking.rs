//! # Render-blocking resources (`render-blocking`)
//!
//! ## What it checks
//! Scripts and style sheets in the head of the home page that a browser has to fetch before it shows anything.
//!
//! ## Why it matters
//! The page stays blank until the last of these files arrives. A file from another company's server waits for that
//! server, too.
//!
//! ## How to fix it
//! Give scripts `defer` or `async`, or move them to the end of the body. Serve style sheets from your own host, few and small.
//!
//! ## Sources
//! HTML standard, "Potentially render-blocking"; Lighthouse, "Eliminate render-blocking resources". Read 2026-11. How many are too many is our own
//! threshold of 2026-11: every script of others, more than two of the site's, more than four style sheets.
//!
//! ## Covers
//! P7
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <head><script type="module" src="/a.js"></script><script defer src="https://x.net/b.js"></script><link rel="stylesheet" href="/a.css"></head>
//! => free
//! ```
//! Style sheets for print, and scripts in the body, hold nothing up.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <head><link rel="stylesheet" href="/p.css" media="print"></head><body><script src="https://x.net/b.js"></script>
//! => free
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <head><script src="https://cdn.example.net/lib.js"></script></head>
//! => blocked
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
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "render-blocking",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Day, Who::Developer),
    outcomes: &[&FREE, &BLOCKED, &NO_PAGE],
    run,
};

static FREE: Outcome = Outcome::pass("free", "Few resources block rendering");
static BLOCKED: Outcome = Outcome::warn("blocked", "The page stays blank until other files load");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to look at");

/// The site's own scripts in the head that still pass; our own threshold, 2026-11.
const MAX_OWN_SCRIPTS: usize = 2;
/// Style sheets in the head that still pass; our own threshold, 2026-11.
const MAX_STYLES: usize = 4;
/// Files that are shown.
const MAX_SHOWN: usize = 10;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let page = &home.page;
    let scripts = page.scripts.iter().filter(|script| {
        script.in_head && !(script.is_async || script.is_deferred || script.is_module || script.is_nomodule)
    });
    let scripts: Vec<_> = scripts.filter_map(|s| home.resolve(s.src.as_deref()?)).collect();
    let styles = page.styles.iter().filter(|style| style.in_head && applies(style.media.as_deref()));
    let styles: Vec<_> = styles.filter_map(|style| home.resolve(&style.href)).collect();
    let (own, foreign): (Vec<_>, Vec<_>) = scripts.iter().partition(|url| home.is_first_party(target, url));
    let blocked = !foreign.is_empty() || own.len() > MAX_OWN_SCRIPTS || styles.len() > MAX_STYLES;
    let mut finding = if blocked { BLOCKED.found() } else { FREE.found() };
    finding = finding.detail(format!(
        "{} scripts and {} style sheets in the head have to come first; {} of the scripts are from other hosts.{}",
        scripts.len(),
        styles.len(),
        foreign.len(),
        home.cut_note()
    ));
    for url in foreign.iter().copied().chain(own.iter().copied()).take(MAX_SHOWN) {
        finding = finding.with_evidence("script", url.as_str());
    }
    for url in styles.iter().take(MAX_SHOWN) {
        finding = finding.with_evidence("style sheet", url.as_str());
    }
    if finding.seen.is_empty() {
        finding = finding.with_evidence(home.url.as_str(), "nothing in the head has to come first");
    }
    Ok(if blocked {
        finding
            .fix(Fix::step("Add defer to these scripts, and serve what is needed first from your own host."))
    } else {
        finding
    })
}

/// Whether a style sheet may be for a screen: anything but `print` and the trick of a media that is switched later.
fn applies(media: Option<&str>) -> bool {
    let media = media.unwrap_or_default().trim().to_ascii_lowercase();
    !matches!(media.as_str(), "print" | "none" | "not all")
}
