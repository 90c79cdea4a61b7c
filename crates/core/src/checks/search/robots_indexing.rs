//! # Search engines let in (`robots-indexing`)
//!
//! ## What it checks
//! Whether search engines may fetch and show the home page: `robots.txt`, the page's robots meta tags and its
//! `X-Robots-Tag` header.
//!
//! ## Why it matters
//! A "noindex" from the time of building keeps the site out of every search result, without any sign of it. It is the
//! fault that nobody sees until weeks after the launch.
//!
//! ## How to fix it
//! Remove the noindex tag or header from production, and the `Disallow: /` line from `robots.txt`. Builders have a switch for
//! it: "discourage search engines", "hide from search".
//!
//! ## Sources
//! RFC 9309 sections 2.2 and 2.3; Google, "Robots meta tag, data-nosnippet and X-Robots-Tag specifications" (read 2026-11).
//!
//! ## Covers
//! R8, D6
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Welcome</title>
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: *
//! | Disallow: /admin
//! => indexable
//! ```
//! A missing robots.txt allows everything.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/robots.txt
//! 404
//! => indexable
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <meta name="robots" content="noindex, nofollow">
//! GET https://example.com/robots.txt
//! 404
//! => noindex
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! x-robots-tag: googlebot: noindex
//! GET https://example.com/robots.txt
//! 404
//! => noindex
//! ```
//! What stands in a comment is not a tag; what is for another crawler is not for search.
//! ```evidence
//! GET https://example.com/
//! 200
//! x-robots-tag: otherbot: noindex
//! | <!-- <meta name="robots" content="noindex"> -->
//! GET https://example.com/robots.txt
//! 404
//! => indexable
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: *
//! | Disallow: /
//! => disallowed
//! ```
//! A group of its own lets Google in.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: *
//! | Disallow: /
//! |
//! | User-agent: Googlebot
//! | Allow: /
//! => indexable
//! ```
//! A server error for robots.txt counts as "keep out" for as long as it lasts.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/robots.txt
//! 500
//! => robots-error
//! ```
//! An internal tool has no business in a search engine.
//! ```evidence
//! target example.com segment=internal-tool
//! GET https://example.com/
//! 200
//! => internal
//! ```
//! ```evidence
//! GET https://example.com/
//! 500
//! => no-page
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/robots.txt
//! timeout
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::robots::{Robots, forbids_indexing, split_agent};
use crate::target::{Segment, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "robots-indexing",
    area: Area::Search,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Developer),
    outcomes: &[&INDEXABLE, &NOINDEX, &DISALLOWED, &ROBOTS_ERROR, &INTERNAL, &NO_PAGE],
    run,
};

static INDEXABLE: Outcome = Outcome::pass("indexable", "Search engines may show the site");
static NOINDEX: Outcome = Outcome::fail("noindex", "The home page tells search engines to leave it out");
static DISALLOWED: Outcome = Outcome::fail("disallowed", "robots.txt keeps search engines out");
static ROBOTS_ERROR: Outcome =
    Outcome::warn("robots-error", "robots.txt answers with an error, which keeps search engines out")
        .important();
static INTERNAL: Outcome =
    Outcome::not_applicable("internal", "An internal tool has no business in a search engine");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "There is no home page to find");

/// The crawler whose rules decide; where it has none of its own, those for everybody do.
const AGENT: &str = "Googlebot";

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.segment == Some(Segment::InternalTool) {
        return Ok(INTERNAL.found());
    }
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let (url, reply) = (&home.url, home.reply);
    let robots_url = url.join("/robots.txt").map_or_else(|_| url.to_string(), |url| url.to_string());
    let robots_chain = follow(evidence, &robots_url);

    for value in reply.headers.all("x-robots-tag") {
        let (agent, directives) = split_agent(value);
        if agent.is_none_or(|agent| agent.eq_ignore_ascii_case(AGENT)) && forbids_indexing(directives) {
            let finding = NOINDEX.found().with_evidence(format!("X-Robots-Tag on {url}"), value);
            return Ok(finding.fix(Fix::step("Remove the X-Robots-Tag header from the production site.")));
        }
    }
    if let Some((name, content)) = home.page.robots.iter().find(|(_, content)| forbids_indexing(content)) {
        let finding = NOINDEX.found().with_evidence(format!("<meta name=\"{name}\"> on {url}"), content);
        return Ok(finding.fix(Fix::step("Remove this meta tag from the production page, or switch off the builder's \"hide from search engines\".")));
    }

    let chain = robots_chain?;
    if let Some(gap) = chain.gap() {
        return Err(Stop::NotMeasured(gap));
    }
    let label = format!("GET {robots_url}");
    // RFC 9309 section 2.3.1: not there or refused means no rules, a server error means keep out.
    let robots = match chain.arrived().and(evidence.last_reply(&chain)) {
        Some(reply) if (200..300).contains(&reply.status) => reply,
        Some(reply) if (500..600).contains(&reply.status) => {
            return Ok(ROBOTS_ERROR
                .found()
                .with_evidence(label, format!("status {}", reply.status))
                .fix(Fix::step("Let /robots.txt answer with a file, or with status 404.")));
        }
        _ => {
            home.whole_head()?;
            return Ok(INDEXABLE.found().with_chain(label, &chain));
        }
    };
    let file = Robots::parse(&robots.body.text());
    match file.rule_for(AGENT, url.path()) {
        Some(rule) if !rule.allow => {
            Ok(DISALLOWED.found().with_evidence(label, &rule.line).fix(Fix::step(format!(
                "Remove the line \"{}\" from robots.txt, or limit it to the paths that should stay out.",
                rule.line
            ))))
        }
        rule => {
            home.whole_head()?;
            let said = rule.map_or("no rule against the home page", |rule| rule.line.as_str());
            Ok(INDEXABLE.found().with_evidence(label, said))
        }
    }
}
