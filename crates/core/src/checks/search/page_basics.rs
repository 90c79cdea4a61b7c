//! # Page basics (`page-basics`)
//!
//! ## What it checks
//! What the home page's HTML says about itself before any script runs: title, description, language, the viewport for
//! phones, and the title and picture shown when somebody shares the link.
//!
//! ## Why it matters
//! Search results and shared links are the first thing that most people see of you. A page without a viewport shows on
//! phones as a tiny desktop page.
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

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::target::{Segment, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "page-basics",
    area: Area::Search,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Developer),
    outcomes: &[&COMPLETE, &INCOMPLETE, &TEMPLATE_TITLE, &NO_VIEWPORT, &NO_TITLE, &NO_PAGE],
    run,
};

static COMPLETE: Outcome = Outcome::pass("complete", "The page says what it is");
static INCOMPLETE: Outcome =
    Outcome::warn("incomplete", "The page leaves out what search results or shared links show");
static TEMPLATE_TITLE: Outcome = Outcome::warn("template-title", "The page still has its template's title");
static NO_VIEWPORT: Outcome = Outcome::fail("no-viewport", "Phones show the page as a tiny desktop page")
    .costs(Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::Developer));
static NO_TITLE: Outcome = Outcome::fail("no-title", "The page has no title");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "There is no home page in HTML");

/// What templates and builders put there, in lower case; read from their newest versions in 2026-11.
const TEMPLATES: &[&str] = &[
    "astro",
    "astro basics",
    "create next app",
    "document",
    "expo",
    "home",
    "lovable app",
    "my app",
    "my blog",
    "nuxt app",
    "react app",
    "react router app",
    "remix app",
    "svelte app",
    "untitled",
    "untitled page",
    "v0 app",
    "vite + react",
    "vite + react + ts",
    "vite + vue",
    "vite app",
    "vite_react_shadcn_ts",
];

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
    let outcome = if title.is_empty() {
        &NO_TITLE
    } else if !given("viewport") {
        &NO_VIEWPORT
    } else if TEMPLATES.contains(&title.to_ascii_lowercase().as_str()) {
        &TEMPLATE_TITLE
    } else if missing.is_empty() {
        &COMPLETE
    } else {
        &INCOMPLETE
    };
    // What is not in the head is missing only where the head was read to its end.
    if outcome != &COMPLETE && outcome != &TEMPLATE_TITLE {
        home.whole_head()?;
    }
    let mut finding = outcome.found();
    if !missing.is_empty() {
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
    let tags = missing.into_iter().map(|(name, _, tag)| Fix::step(format!("Add {name}: {tag}")));
    Ok(tags.fold(finding, Finding::fix))
}
