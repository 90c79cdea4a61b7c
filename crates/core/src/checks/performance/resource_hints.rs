//! # Fonts and resource hints (`resource-hints`)
//!
//! ## What it checks
//! What the home page tells browsers to fetch or connect to ahead of time: whether fonts that are asked for early are asked for in the way
//! in which they are used, whether the host of Google's fonts is named in time, and whether too many hosts are.
//!
//! ## Why it matters
//! Text waits for its font. A preload without `crossorigin` downloads the font twice. A font from another host
//! costs an extra connection: about 0.5 s on a slow phone.
//!
//! ## How to fix it
//! Keep fonts on your own host and preload the one of the first screen:
//! `<link rel="preload" as="font" type="font/woff2" href="/font.woff2" crossorigin>`. Or connect to their host ahead:
//! `<link rel="preconnect" href="https://fonts.gstatic.com" crossorigin>`.
//!
//! ## Sources
//! HTML standard, "preload" and "preconnect" (fonts are always fetched with CORS, so a preload without it is another request); Google Fonts,
//! "Get started" (preconnect); RFC 8297 (Early Hints). More than six early connections is our own threshold of 2026-11. Early Hints
//! themselves cannot be seen from where we measure: only the answer that follows them. A `Link` header, which networks make them of, can.
//!
//! ## Covers
//! P6, P7
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! link: </site.css>; rel=preload; as=style
//! | <link rel="preload" as="font" href="/a.woff2" crossorigin><link rel="preconnect" href="https://api.example.com">
//! => good
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="preconnect" href="https://fonts.gstatic.com" crossorigin><link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Inter">
//! => good
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="preload" as="font" type="font/woff2" href="/a.woff2">
//! => font-twice
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Inter">
//! => late-fonts
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel=preconnect href=//a.net><link rel=preconnect href=//b.net><link rel=preconnect href=//c.net><link rel=preconnect href=//d.net>
//! | <link rel=preconnect href=//e.net><link rel=preconnect href=//f.net><link rel=preconnect href=//g.net>
//! => too-many
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <p>Nothing is asked for ahead, and nothing has to be.</p>
//! => none
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
    id: "resource-hints",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer),
    outcomes: &[&GOOD, &FONT_TWICE, &LATE_FONTS, &TOO_MANY, &NONE],
    run,
};

static GOOD: Outcome = Outcome::pass("good", "Critical resources are requested early");
static FONT_TWICE: Outcome = Outcome::warn("font-twice", "Browsers download a font twice");
static LATE_FONTS: Outcome = Outcome::warn("late-fonts", "Text waits for fonts from another host");
static TOO_MANY: Outcome = Outcome::warn("too-many", "The page preconnects to too many hosts");
static NONE: Outcome = Outcome::not_applicable("none", "The page uses no resource hints");

/// Early connections that help; our own threshold, 2026-11.
const MAX_PRECONNECTS: usize = 6;
/// Hints that are shown.
const MAX_SHOWN: usize = 10;
/// Where Google's style sheets get their fonts from.
const FONT_HOST: &str = "fonts.gstatic.com";

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NONE.found().detail(why)),
    };
    let host = |address: &str| home.resolve(address).and_then(|url| url.host_str().map(str::to_owned));
    let hints: Vec<_> = home.page.hints.iter().filter(|hint| hint.rel != "icon").collect();
    let twice = hints.iter().find(|hint| hint.rel == "preload" && hint.what == "font" && !hint.is_cors);
    let connects = hints.iter().filter(|hint| hint.rel == "preconnect").count();
    let google =
        home.page.styles.iter().find(|style| host(&style.href).as_deref() == Some("fonts.googleapis.com"));
    let early = hints.iter().any(|hint| {
        matches!(hint.rel, "preconnect" | "preload") && host(&hint.href).as_deref() == Some(FONT_HOST)
    });
    let links: Vec<&str> = home.reply.headers.all("link").filter(|value| asks_ahead(value)).collect();
    let (outcome, fix) = if twice.is_some() {
        (&FONT_TWICE, Some("Add crossorigin to the preload of each font."))
    } else if google.is_some() && !early && !links.iter().any(|value| value.contains(FONT_HOST)) {
        (
            &LATE_FONTS,
            Some(
                r#"Add <link rel="preconnect" href="https://fonts.gstatic.com" crossorigin> before the style sheet, or keep the fonts on your own host."#,
            ),
        )
    } else if connects > MAX_PRECONNECTS {
        (&TOO_MANY, Some("Keep the early connections that the first screen needs, and take out the rest."))
    } else if hints.is_empty() && links.is_empty() {
        (&NONE, None)
    } else {
        (&GOOD, None)
    };
    let mut finding = outcome.found().detail(home.cut_note().trim());
    if let Some(hint) = twice {
        finding = finding.detail(format!("{} has no crossorigin.{}", hint.href, home.cut_note()));
    }
    for hint in hints.iter().take(MAX_SHOWN) {
        let cors = if hint.is_cors { ", crossorigin" } else { "" };
        let what = if hint.what.is_empty() { String::new() } else { format!(" as {}", hint.what) };
        finding = finding.with_evidence(format!("{}{what}", hint.rel), format!("{}{cors}", hint.href));
    }
    if let Some(style) = google {
        finding = finding.with_evidence("style sheet", &style.href);
    }
    for value in links {
        finding = finding.with_evidence("Link", value.chars().take(200).collect::<String>());
    }
    Ok(fix.into_iter().fold(finding, |finding, text| finding.fix(Fix::step(text))))
}

/// Whether a `Link` field (RFC 8288) holds a preload or preconnect.
fn asks_ahead(value: &str) -> bool {
    value.split(';').any(|parameter| {
        let Some((name, rest)) = parameter.split_once('=') else { return false };
        let relations = rest.split(',').next().unwrap_or_default().trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("rel")
            && relations.split(' ').any(|rel| matches!(rel, "preload" | "modulepreload" | "preconnect"))
    })
}
