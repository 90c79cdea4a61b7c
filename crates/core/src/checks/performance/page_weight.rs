//! # Page weight (`page-weight`)
//!
//! ## What it checks
//! How much the home page asks of a phone, as far as its HTML and headers tell: the size of the HTML itself, of the site's own scripts
//! that were looked at, and how many other files it names. Images and style sheets are counted, not fetched.
//!
//! ## Why it matters
//! Each 100 KB of script costs a cheap phone about 0.25 s of work after the download. Heavy pages lose visitors,
//! most of all those who come from ads on their phones.
//!
//! ## How to fix it
//! Leave out what the first screen does not need: split bundles by page, load editors, maps and charts when they are opened, and do
//! not put data into the HTML that only scripts read.
//!
//! ## Sources
//! HTTP Archive, Web Almanac 2024, "Page weight" (the median page's HTML is 18 KB as sent, its scripts 600 KB); Lighthouse, "Avoid an
//! excessive DOM size" (1,400 elements) and "Avoid enormous network payloads" (5,000 KiB), read 2026-11. The limits here are our own of
//! 2026-11, far above the median: 512 KiB of decoded HTML or more than is read, 1 MiB of the site's own scripts, 1,400 elements, 100 files.
//!
//! ## Covers
//! P7
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Light</title><script src="/app.js"></script><img src="/a.webp">
//! GET https://example.com/app.js
//! 200
//! content-length: 45000
//! | run()
//! => light
//! ```
//! What the header says of a compressed file is its weight on the way; what was read of it is less.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Heavy</title><script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! content-length: 2400000
//! | run()
//! => heavy
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-length: 2100000
//! | <title>A catalogue in one page</title>
//! => heavy
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
use crate::http::HttpReply;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "page-weight",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Day, Who::Developer),
    outcomes: &[&LIGHT, &HEAVY, &NO_PAGE],
    run,
};

static LIGHT: Outcome = Outcome::pass("light", "The page is light for phones");
static HEAVY: Outcome = Outcome::warn("heavy", "The page is heavy for phones");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "The home page is not HTML");

/// Bytes of HTML; our own limit, 2026-11.
const MAX_HTML: usize = 512 * 1024;
/// Bytes of the site's own scripts; our own limit, 2026-11.
const MAX_SCRIPTS: usize = 1024 * 1024;
/// Lighthouse, read 2026-11.
const MAX_ELEMENTS: u32 = 1400;
/// Scripts, style sheets, images, frames and media; our own limit, 2026-11.
const MAX_FILES: usize = 100;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let scripts = home.fetch_scripts(target, evidence)?;
    let page = &home.page;
    let html = weight(home.reply);
    let own: Vec<(&str, usize)> =
        scripts.read.iter().map(|(url, reply)| (url.as_str(), weight(reply))).collect();
    let script_bytes: usize = own.iter().map(|(_, bytes)| bytes).sum();
    let sources = page.scripts.iter().filter(|script| script.src.is_some()).count();
    let files = sources + page.styles.len() + page.images.len() + page.frames.len() + page.media.len();
    let mut heavy = Vec::new();
    if html > MAX_HTML {
        heavy.push(format!("the HTML alone has {} KB", html / 1000));
    }
    if script_bytes > MAX_SCRIPTS {
        heavy.push(format!("{} of the site's own scripts have {} KB", own.len(), script_bytes / 1000));
    }
    if page.elements > MAX_ELEMENTS {
        heavy.push(format!("the HTML has {} elements", page.elements));
    }
    if files > MAX_FILES {
        heavy.push(format!("it names {files} files"));
    }
    let mut finding = if heavy.is_empty() { LIGHT.found() } else { HEAVY.found() };
    finding = match heavy.split_first() {
        None => finding.detail(home.cut_note().trim()),
        Some(_) => finding.detail(format!("Too much: {}.{}", heavy.join(", "), home.cut_note())),
    };
    let more = if page.cut { "at least " } else { "" };
    finding = finding.with_evidence(home.url.as_str(), format!("{more}{} KB of HTML, {more}{} elements", html.div_ceil(1000), page.elements)).with_evidence(
        "files named in the HTML",
        format!(
            "{sources} scripts, {} style sheets, {} images, {} frames, {} media; not fetched, but for the site's own scripts below",
            page.styles.len(),
            page.images.len(),
            page.frames.len(),
            page.media.len()
        ),
    );
    for (url, bytes) in own {
        finding = finding.with_evidence(url, format!("{} KB", bytes.div_ceil(1000)));
    }
    Ok(if heavy.is_empty() {
        finding
    } else {
        finding.fix(Fix::step("Load at first only what the first screen needs: split the bundle by page, and cut long lists into pages."))
    })
}

/// Bytes that a file has at least: what was read of it, or what its header says.
fn weight(reply: &HttpReply) -> usize {
    let said = reply.headers.first("content-length").and_then(|length| length.trim().parse().ok());
    reply.body.bytes.len().max(said.unwrap_or(0))
}
