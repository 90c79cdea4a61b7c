//! # Page metadata (`page-basics`)
//!
//! ## What it checks
//! What the home page's HTML says about itself before any script runs: title, description, language, the viewport for
//! phones, and the title and picture shown when somebody shares the link.
//!
//! ## Why it matters
//! Search results and shared links are the first thing most people see of you. Without a viewport tag, phones show
//! a tiny desktop page.
//!
//! ## How to fix it
//! Put the missing tags into the `<head>` that the server sends. Tags that only a script adds are not seen by most
//! chat apps and social networks.
//!
//! ## Sources
//! HTML standard, "The title element" and "The lang attribute"; Google, "Control your title links" and "Control your snippets"; The Open
//! Graph protocol; MDN, "viewport meta tag". Read 2026-11.
//!
//! ## Covers
//! P7, R8
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <html lang="en"><title>Fresh bread by bike</title><meta name="viewport" content="width=device-width, initial-scale=1">
//! | <meta name="description" content="Baked at five, at your door at seven."><meta property="og:title" content="Fresh bread by bike">
//! | <meta property="og:image" content="https://example.com/bread.jpg">
//! => complete
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <html lang="en"><title>Fresh bread by bike</title><meta name="viewport" content="width=device-width">
//! => incomplete
//! ```
//! What only the team sees needs nothing to share.
//! ```evidence
//! target example.com segment=internal-tool
//! GET https://example.com/
//! 200
//! | <html lang="en"><title>Stock</title><meta name="viewport" content="width=device-width">
//! => complete
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <html lang="en"><title>Vite + React + TS</title><meta name="viewport" content="width=device-width">
//! => template-title
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <html lang="en"><title>Fresh bread by bike</title><meta name="description" content="Baked at five.">
//! => no-viewport
//! ```
//! The title is the founder's; what shared links show is the builder's.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <html lang="en"><title>Chairly</title><meta name="viewport" content="width=device-width"><meta name="description" content="Lovable Generated Project">
//! | <meta property="og:title" content="Chairly"><meta property="og:image" content="https://lovable.dev/opengraph-image-p98pqg.png">
//! => template-card
//! ```
//! What was not read cannot be missed.
//! ```evidence
//! GET https://example.com/
//! 200 cut
//! | <html lang="en"><style>a { color: red }</style>
//! => unread
//! ```
//! A page that only sends visitors on is judged as what it is, a redirect: the page behind it is the home page.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <meta http-equiv="refresh" content="0; url=/start">
//! GET https://example.com/start
//! 200
//! | <html lang="en"><title>Vite App</title><meta name="viewport" content="width=device-width">
//! => template-title
//! ```
//! The title of a drawing in the page is not the page's.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <html lang="en"><meta name="viewport" content="width=device-width"><body><svg><title>Logo</title></svg>
//! => no-title
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: application/json
//! | {}
//! => no-page
//! ```

use launch_ready_providers::unedited;
use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::domain::Domain;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::page::Page;
use crate::target::{Segment, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "page-basics",
    area: Area::Search,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Developer),
    outcomes: &[
        &COMPLETE,
        &INCOMPLETE,
        &TEMPLATE_TITLE,
        &TEMPLATE_CARD,
        &NO_VIEWPORT,
        &NO_TITLE,
        &UNREAD,
        &NO_PAGE,
    ],
    run,
};

static COMPLETE: Outcome = Outcome::pass("complete", "The page's metadata is complete");
static INCOMPLETE: Outcome =
    Outcome::warn("incomplete", "The page lacks metadata for search results or shared links");
static TEMPLATE_TITLE: Outcome = Outcome::warn("template-title", "The page still has its template's title");
static TEMPLATE_CARD: Outcome =
    Outcome::warn("template-card", "Shared links still show the builder's own text or picture");
static UNREAD: Outcome = Outcome::not_measured("unread", "The page's head is too long to read its metadata");
static NO_VIEWPORT: Outcome =
    Outcome::fail("no-viewport", "Phones show a tiny desktop page (no viewport tag)")
        .costs(Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::Developer));
static NO_TITLE: Outcome = Outcome::fail("no-title", "The page has no title");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "The home page is not HTML");

/// What titles are that nobody has changed, whatever wrote the page; what templates and builders call theirs stands in their
/// providers' files. In lower case.
const TITLES: &[&str] = &[
    "blank site",
    "coming soon",
    "document",
    "home",
    "my app",
    "my blog",
    "my site",
    "my website",
    "new site",
    "untitled",
    "untitled page",
    "your site title",
];

/// The same of descriptions, themselves or what they begin with: printers' Latin among them.
const DESCRIPTIONS: &[&str] = &[
    "add a description here",
    "add your description here",
    "lorem ipsum",
    "site description",
    "your description here",
];

/// Hosts of pictures that stand for one.
const PICTURE_HOSTS: &[&str] = &["placehold.co", "via.placeholder.com", "picsum.photos"];

/// Files of such pictures.
const PICTURE_FILES: &[&str] = &["placeholder.svg", "placeholder.png"];

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let page = &home.page;
    let title = page.title.as_deref().unwrap_or_default();
    let given = |name: &str| page.meta(name).is_some_and(|content| !content.is_empty());
    let wanted = [
        (
            "a viewport",
            given("viewport"),
            r#"<meta name="viewport" content="width=device-width, initial-scale=1">"#,
        ),
        (
            "a description",
            given("description"),
            r#"<meta name="description" content="One sentence that makes people want to see the page">"#,
        ),
        ("a language", page.lang.as_ref().is_some_and(|lang| !lang.is_empty()), r#"<html lang="en">"#),
        (
            "a title for shared links",
            given("og:title") || given("twitter:title"),
            r#"<meta property="og:title" content="…">"#,
        ),
        (
            "a picture for shared links",
            given("og:image") || given("twitter:image"),
            r#"<meta property="og:image" content="https://… (1200 × 630)">"#,
        ),
    ];
    // What only the team sees is neither found nor shared.
    let internal = target.segment == Some(Segment::InternalTool);
    let wanted: Vec<_> = wanted
        .into_iter()
        .filter(|(name, _, _)| !internal || matches!(*name, "a viewport" | "a language"))
        .collect();
    let missing: Vec<_> = wanted.iter().filter(|(_, present, _)| !present).collect();
    let left_over = left_over(page);
    let outcome = if page.cut && !page.head_is_whole && (title.is_empty() || !missing.is_empty()) {
        &UNREAD
    } else if title.is_empty() {
        &NO_TITLE
    } else if !given("viewport") {
        &NO_VIEWPORT
    } else if is_template(title) {
        &TEMPLATE_TITLE
    } else if left_over.is_some() && !internal {
        &TEMPLATE_CARD
    } else if missing.is_empty() {
        &COMPLETE
    } else {
        &INCOMPLETE
    };
    let mut finding = outcome.found();
    if let ("template-card", Some((name, content))) = (outcome.code, left_over) {
        finding = finding.detail(format!("{name} is still \"{content}\"."));
    } else if outcome.code == "unread" {
        finding = finding.detail(home.cut_note().trim());
    } else if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|(name, _, _)| *name).collect();
        finding = finding.detail(format!("Missing: {}.", names.join(", ")));
    }
    finding = finding
        .with_evidence(format!("<title> of {}", home.url), if title.is_empty() { "none" } else { title });
    for name in ["description", "viewport", "og:title", "og:image"] {
        if let Some(content) = page.meta(name) {
            finding = finding.with_evidence(name, content);
        }
    }
    if matches!(outcome.code, "no-title" | "template-title") {
        finding = finding.fix(Fix::step("Write a <title>: what it is and for whom, in up to 60 characters."));
    }
    match outcome.code {
        "unread" => return Ok(finding),
        "template-card" => {
            finding = finding.fix(Fix::step("Write a description of your own, and name a picture of yours (1200 × 630) in og:image and twitter:image."));
        }
        _ => {}
    }
    let tags = missing.into_iter().map(|(name, _, tag)| Fix::step(format!("Add {name}: {tag}")));
    Ok(tags.fold(finding, Finding::fix))
}

fn is_template(title: &str) -> bool {
    let title = title.trim().to_lowercase();
    TITLES.contains(&title.as_str())
        || unedited().any(|(_, block)| {
            block.titles.contains(&title) || block.title_ends.iter().any(|end| title.ends_with(end.as_str()))
        })
}

fn is_description(content: &str) -> bool {
    let content = content.trim().to_lowercase();
    DESCRIPTIONS.iter().any(|start| content.starts_with(start))
        || unedited()
            .any(|(_, block)| block.descriptions.iter().any(|start| content.starts_with(start.as_str())))
}

/// Whether a picture's address is one that a builder or a template put there, by its host or its file.
fn is_picture(content: &str) -> bool {
    let url = Url::parse(content.trim()).ok();
    let host = url.as_ref().and_then(Url::host_str).and_then(Domain::from_host);
    let file = content.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let is_host = |known: &str| host.as_ref().is_some_and(|host| host.is_within(known));
    PICTURE_HOSTS.iter().any(|known| is_host(known))
        || PICTURE_FILES.contains(&file)
        || unedited().any(|(_, block)| {
            block.picture_hosts.iter().any(|known| is_host(known))
                || block.picture_files.iter().any(|known| known == file)
        })
}

/// What a shared link shows that is still the builder's or the template's: the name of the tag, and what it says.
fn left_over(page: &Page) -> Option<(&'static str, &str)> {
    let find = |names: &[&'static str], fits: &dyn Fn(&str) -> bool| {
        names.iter().find_map(|name| Some((*name, page.meta(name).filter(|content| fits(content))?)))
    };
    find(&["description", "og:description", "twitter:description"], &is_description)
        .or_else(|| find(&["og:title", "twitter:title"], &is_template))
        .or_else(|| find(&["og:image", "twitter:image"], &is_picture))
}
