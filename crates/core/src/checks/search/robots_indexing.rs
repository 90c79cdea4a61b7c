//! # Indexing (`robots-indexing`)
//!
//! ## What it checks
//! Whether search engines may fetch and show the home page: `robots.txt`, the page's robots meta tags and its
//! `X-Robots-Tag` header. And whether `robots.txt` lets them fetch the pages that it leads to, and the script of an app.
//!
//! ## Why it matters
//! A "noindex" left over from development keeps the site out of all search results, with no visible sign. It is
//! usually found weeks after the launch.
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
//! A crawler's name holds up to the next one, and a day that has passed is as good as noindex.
//! ```evidence
//! GET https://example.com/
//! 200
//! x-robots-tag: otherbot: nofollow, googlebot: noindex
//! GET https://example.com/robots.txt
//! 404
//! => noindex
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! date: Mon, 30 Nov 2026 12:00:00 GMT
//! x-robots-tag: unavailable_after: 25 Jun 2026 15:00:00 GMT
//! GET https://example.com/robots.txt
//! 404
//! => noindex
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! date: Mon, 30 Nov 2026 12:00:00 GMT
//! x-robots-tag: unavailable_after: 25 Jun 2040 15:00:00 GMT
//! GET https://example.com/robots.txt
//! 404
//! => indexable
//! ```
//! A version behind the crawler's name, a forgotten colon and the usual misspellings: search engines read all of that.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: Googlebot/2.1
//! | Dissallow /
//! => disallowed
//! ```
//! The home page alone is let in, and every page behind it is kept out.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Welcome</title><a href=/pricing>Pricing</a> <a href=/blog/first>Blog</a>
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: *
//! | Disallow: /*
//! | Allow: /$
//! => pages-disallowed
//! ```
//! Pages that are named are let in.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Welcome</title><a href=/pricing>Pricing</a> <a href=/blog/first>Blog</a>
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: *
//! | Disallow: /
//! | Allow: /$
//! | Allow: /pricing
//! | Allow: /blog/
//! => indexable
//! ```
//! What only customers see may be kept out.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Welcome</title><a href=/login>Sign in</a>
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: *
//! | Disallow: /login
//! | Disallow: /*?
//! => indexable
//! ```
//! A site of one page has no others.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Welcome</title><a href="#prices">Prices</a>
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: *
//! | Disallow: /
//! | Allow: /$
//! => indexable
//! ```
//! An app of which search engines may not fetch the script is an empty page to them.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Welcome</title><div id=root></div><script type=module src=/assets/index-4f2a.js></script>
//! GET https://example.com/robots.txt
//! 200
//! | User-agent: *
//! | Disallow: /assets/
//! => script-disallowed
//! ```
//! A head that was not read to its end may say anything.
//! ```evidence
//! GET https://example.com/
//! 200 cut
//! | <title>Welcome</title>
//! GET https://example.com/robots.txt
//! 404
//! => unread
//! ```
//! A sign-in service's page is not the founder's.
//! ```evidence
//! GET https://example.com/
//! 302
//! location: https://login.example.net/
//! GET https://login.example.net/
//! 200
//! x-robots-tag: none
//! => elsewhere
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

use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::date::Time;
use crate::domain::Domain;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{Home, PageKind, home_page};
use crate::http::HttpReply;
use crate::http::page::Page;
use crate::http::robots::{Directive, Robots, directives};
use crate::target::{Segment, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "robots-indexing",
    area: Area::Search,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Developer),
    outcomes: &[
        &INDEXABLE,
        &NOINDEX,
        &DISALLOWED,
        &PAGES_DISALLOWED,
        &SCRIPT_DISALLOWED,
        &ROBOTS_ERROR,
        &UNREAD,
        &INTERNAL,
        &ELSEWHERE,
        &NO_PAGE,
    ],
    run,
};

static INDEXABLE: Outcome = Outcome::pass("indexable", "Search engines may index the site");
static NOINDEX: Outcome = Outcome::fail("noindex", "The home page blocks search engines (noindex)");
static DISALLOWED: Outcome = Outcome::fail("disallowed", "robots.txt blocks search engines");
static PAGES_DISALLOWED: Outcome =
    Outcome::fail("pages-disallowed", "robots.txt blocks search engines from every page but the home page");
static SCRIPT_DISALLOWED: Outcome = Outcome::fail(
    "script-disallowed",
    "robots.txt blocks search engines from the app's script, so they see an empty page",
);
static ROBOTS_ERROR: Outcome =
    Outcome::warn("robots-error", "robots.txt returns an error, which blocks search engines").important();
static UNREAD: Outcome =
    Outcome::not_measured("unread", "The page's head is too long to tell whether search engines are let in");
static ELSEWHERE: Outcome = Outcome::not_applicable("elsewhere", "The start page redirects to another site");
static INTERNAL: Outcome =
    Outcome::not_applicable("internal", "An internal tool has no business in a search engine");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to index");

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
    if is_of_others(target, evidence, url)? {
        return Ok(ELSEWHERE.found().detail(format!(
            "{url} is not on your domain: what it tells search engines is about that site."
        )));
    }
    let robots_url = url.join("/robots.txt").map_or_else(|_| url.to_string(), |url| url.to_string());
    let robots_chain = follow(evidence, &robots_url);

    if let Some(finding) = noindex(url.as_str(), reply, &home.page) {
        return Ok(finding);
    }
    if !home.page.head_is_whole {
        return Ok(UNREAD.found().with_evidence(url.as_str(), "the head goes on behind what was read"));
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
            if let Some(finding) = behind(target, &home, &file, &label) {
                return Ok(finding);
            }
            let said = rule.map_or("no rule against the home page", |rule| rule.line.as_str());
            Ok(INDEXABLE.found().with_evidence(label, said))
        }
    }
}

/// What is kept out although the home page is let in: every page that it leads to, or the script that fills it.
fn behind(target: &Target, home: &Home<'_>, file: &Robots, label: &str) -> Option<Finding> {
    let line =
        |path: &str| file.rule_for(AGENT, path).filter(|rule| !rule.allow).map(|rule| rule.line.clone());
    let is_app = home.kind == PageKind::AppShell;
    let script = home.own_scripts(target).into_iter().find(|url| is_app && url.origin() == home.url.origin());
    if let Some(script) = script
        && let Some(line) = line(script.path())
    {
        let finding = SCRIPT_DISALLOWED.found().with_evidence(label, &line);
        return Some(finding.detail(format!("It keeps out {script}.")).fix(Fix::step(format!(
            "Add \"Allow: {}\" to robots.txt, or remove the line \"{line}\".",
            folder(script.path())
        ))));
    }
    let closing = file.closing_rule(AGENT)?;
    let linked = home.page.links.iter().filter_map(|href| home.resolve(href));
    let paths: Vec<String> = linked
        .filter(|url| url.origin() == home.url.origin() && url.path() != home.url.path())
        .map(|url| url.path().to_owned())
        .take(MAX_LINKED)
        .collect();
    // Where an app's links lead is not known before its script has run.
    if paths.is_empty() && !is_app || paths.iter().any(|path| line(path).is_none()) {
        return None;
    }
    let said = paths.first().and_then(|path| line(path)).unwrap_or_else(|| closing.line.clone());
    let finding = PAGES_DISALLOWED.found().with_evidence(label, &said).detail(match paths.first() {
        None => "Every path but the home page is kept out.".to_owned(),
        Some(first) => format!("Every page that the home page leads to is kept out, {first} among them."),
    });
    Some(finding.fix(Fix::step(format!(
        "Remove the line \"{said}\" from robots.txt, or limit it to the paths that should stay out."
    ))))
}

/// The folder of a file.
fn folder(path: &str) -> &str {
    path.rfind('/').and_then(|slash| path.get(..=slash)).unwrap_or("/")
}

/// Links of the home page that are held against robots.txt.
const MAX_LINKED: usize = 100;

/// Whether the start page sends visitors, for the moment, to a page on another domain: a sign-in service's, a shop's. A permanent
/// redirect says that the site is there now.
fn is_of_others(target: &Target, evidence: &Evidence, url: &Url) -> Result<bool, Stop> {
    let is_own =
        |host: &str| Domain::from_host(host).is_some_and(|host| host.is_within(target.domain.as_str()));
    if url.host_str().is_some_and(is_own) {
        return Ok(false);
    }
    let chain = follow(evidence, &format!("https://{}/", target.domain))?;
    let leaving = chain
        .crossings()
        .find(|(from, to)| from.url.host_str().is_some_and(is_own) && !to.url.host_str().is_some_and(is_own));
    Ok(leaving.is_some_and(|(from, _)| matches!(from.status, 302 | 303 | 307)))
}

/// What in the page or its headers keeps search engines from showing it.
fn noindex(url: &str, reply: &HttpReply, page: &Page) -> Option<Finding> {
    let now = reply.headers.first("date").and_then(Time::from_http);
    let forbids = |directive: &Directive| {
        let is_for_us = directive.agent.as_deref().is_none_or(|agent| agent.eq_ignore_ascii_case(AGENT));
        is_for_us && directive.forbids_indexing(now)
    };
    let header = reply.headers.all("x-robots-tag").find(|value| directives(value).iter().any(forbids));
    if let Some(value) = header {
        let finding = NOINDEX.found().with_evidence(format!("X-Robots-Tag on {url}"), value);
        return Some(finding.fix(Fix::step("Remove the X-Robots-Tag header from the production site.")));
    }
    let in_page =
        |(_, content): &&(String, String)| directives(content).iter().any(|d| d.forbids_indexing(now));
    let (name, content) = page.robots.iter().find(in_page)?;
    let finding = NOINDEX.found().with_evidence(format!("<meta name=\"{name}\"> on {url}"), content);
    Some(finding.fix(Fix::step("Remove this meta tag from the production page, or switch off the builder's \"hide from search engines\".")))
}
