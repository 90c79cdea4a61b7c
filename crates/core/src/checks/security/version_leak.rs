//! # Version disclosure (`version-leak`)
//!
//! ## What it checks
//! Whether headers or the generator tag tell the exact version of the software that serves the site.
//!
//! ## Why it matters
//! When a hole in a version becomes known, bots find every site that discloses that version within hours. Hiding
//! the version does not close the hole, but takes you off their list.
//!
//! ## How to fix it
//! nginx: `server_tokens off;` Apache: `ServerTokens Prod` PHP: `expose_php = Off` WordPress: a security plugin removes the generator tag. And keep the
//! software up to date: that is what counts.
//!
//! ## Sources
//! RFC 9110 section 10.2.4 (`Server` should not give needless detail); OWASP Web Security Testing Guide, WSTG-INFO-02. Read 2026-11.
//!
//! ## Covers
//! S9
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! server: nginx
//! x-powered-by: Express
//! | <meta name="generator" content="Astro">
//! => none
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! server: Apache/2.4.41 (Ubuntu)
//! => told
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! x-powered-by: PHP/8.1.2
//! => told
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <meta name="generator" content="WordPress 6.4.2">
//! => told
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
    id: "version-leak",
    area: Area::Security,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Host),
    outcomes: &[&NONE, &TOLD, &NO_PAGE],
    run,
};

static NONE: Outcome = Outcome::pass("none", "The site does not disclose version numbers");
static TOLD: Outcome = Outcome::warn("told", "The site discloses its software version");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to look at");

/// Fields that name software.
const FIELDS: [&str; 4] = ["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version"];

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let fields = FIELDS.iter().flat_map(|name| home.reply.headers.all(name).map(move |value| (*name, value)));
    let generators = home.page.metas.iter().filter(|(name, _)| name == "generator");
    let told: Vec<(&str, &str)> = fields
        .filter(|(name, value)| name.ends_with("version") || names_version(value, '/'))
        .chain(
            generators.map(|(_, value)| ("generator", value.as_str())).filter(|(_, v)| names_version(v, ' ')),
        )
        .collect();
    if told.is_empty() {
        let server = home.reply.headers.first("server").unwrap_or("none");
        return Ok(NONE.found().with_evidence("Server", server));
    }
    let finding =
        told.iter().fold(TOLD.found(), |finding, (name, value)| finding.with_evidence(*name, *value));
    Ok(finding.fix(Fix::step("Switch version numbers off in the web server's and the framework's settings.")))
}

/// Whether a product is followed by a version with a dot in it: `nginx/1.18.0`, `WordPress 6.4.2`.
fn names_version(value: &str, separator: char) -> bool {
    value.split([' ', '(', ')', ';', ',']).collect::<Vec<_>>().iter().enumerate().any(|(n, word)| {
        let version = match separator {
            '/' => word.split_once('/').map(|(_, version)| version),
            _ => (n > 0).then_some(*word),
        };
        version
            .is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.'))
    })
}
