//! # Permissions-Policy (`permissions-policy`)
//!
//! ## What it checks
//! Whether the home page's Permissions-Policy, if it sends one, can be read by browsers, and whether it gives camera, place or
//! payment to every frame in the page.
//!
//! ## Why it matters
//! Browsers ignore the whole header if it has one mistake. A value of `*` lets an ad in a frame ask for the camera
//! in your name.
//!
//! ## How to fix it
//! Name what you use and close the rest: `Permissions-Policy: camera=(), microphone=(), geolocation=(self)`. Without the header
//! browsers keep these features from frames of others anyway: it is no fault not to send it.
//!
//! ## Sources
//! Permissions Policy (W3C, working draft of 2025) sections 5.1 and 9.1, and its list of features; RFC 9651 (structured fields, 2024).
//! Read 2026-11.
//!
//! ## Covers
//! S4
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! permissions-policy: camera=(), microphone=(), geolocation=(self "https://maps.example.com")
//! => set
//! ```
//! Not all that every frame may do is the visitor's own.
//! ```evidence
//! GET https://example.com/
//! 200
//! permissions-policy: fullscreen=*, camera=()
//! => set
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! permissions-policy: camera 'none'; microphone 'none'
//! => ignored
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! permissions-policy: geolocation=(https://maps.example.com)
//! => ignored
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! permissions-policy: camera=*, fullscreen=(self)
//! => open
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! => absent
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::header_value::changed;
use crate::diagnostic::Severity;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::permissions_policy;
use crate::http::permissions_policy::Feature;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "permissions-policy",
    area: Area::Security,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::Host),
    outcomes: &[&SET, &OPEN, &IGNORED, &ABSENT],
    run,
};

static SET: Outcome = Outcome::pass("set", "A Permissions-Policy limits browser features");
static OPEN: Outcome = Outcome::warn("open", "Every frame may ask for camera, microphone or location");
static IGNORED: Outcome =
    Outcome::warn("ignored", "The Permissions-Policy header is invalid, and browsers ignore it");
static ABSENT: Outcome =
    Outcome::not_applicable("absent", "No Permissions-Policy (optional: browser defaults are safe)");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(ABSENT.found().detail(why)),
    };
    let value = home.reply.headers.all("permissions-policy").collect::<Vec<_>>().join(", ");
    if value.is_empty() {
        return Ok(ABSENT.found());
    }
    let (features, issues) = permissions_policy::parse(&value);
    let away: Vec<&str> = features.iter().filter(|f| f.gives_away()).map(|f| f.name.as_str()).collect();
    let outcome = if issues.iter().any(|issue| issue.severity >= Severity::Warning) {
        &IGNORED
    } else if away.is_empty() {
        &SET
    } else {
        &OPEN
    };
    let mut finding = outcome.found().with_marked_evidence("Permissions-Policy", &value, &issues);
    match outcome.code {
        "open" => {
            finding = finding.detail(format!("Allowed for every frame: {}.", away.join(", ")));
            let sent: Vec<&str> = home.reply.headers.all("permissions-policy").collect();
            let closed = Fix::header("Permissions-Policy", closed(&sent, &features)).instead_of(sent);
            finding = finding.fix(closed);
        }
        "ignored" => {
            let closed = Fix::header("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
                .instead_of(home.reply.headers.all("permissions-policy"));
            finding = finding.fix(closed);
        }
        _ => {}
    }
    Ok(finding)
}

/// The policy that is sent, with what was given to everybody kept to the page itself.
fn closed(sent: &[&str], features: &[Feature]) -> String {
    let parts = features
        .iter()
        .filter(|feature| feature.gives_away())
        .map(|feature| format!("{}=(self)", feature.name));
    let parts: Vec<String> = parts.collect();
    changed("Permissions-Policy", sent, parts.iter().map(String::as_str))
}
