//! # Images (`images`)
//!
//! ## What it checks
//! The images in the home page's HTML: whether the page says how large they are, whether those far down wait until they are
//! needed, and whether photographs come in a modern format.
//!
//! ## Why it matters
//! Images make up most of a page's weight. Without dimensions the text jumps while they load, and people tap the
//! wrong thing.
//!
//! ## How to fix it
//! Give each image `width` and `height`, those below the first screen `loading="lazy"`, and let your host or build make AVIF or WebP
//! of JPEG and PNG.
//!
//! ## Sources
//! HTML standard, "Dimension attributes" and "Lazy loading attributes"; web.dev, "Optimize Cumulative Layout Shift" and "Use WebP images", read 2026-11. The
//! thresholds are our own of 2026-11: a fault of one image is no finding, one of most images is.
//!
//! ## Covers
//! P8
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <img src="/a.webp" width="800" height="600"><img src="/b.avif" style="width:100%;aspect-ratio:4/3">
//! => good
//! ```
//! A service that makes the format of an image as needed keeps its name.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <img src="/_next/image?url=a.jpg&w=640" width="1" height="1"><picture><source type="image/avif" srcset="/b.avif"><img src="/b.jpg" width="1" height="1"></picture>
//! => good
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <img src="/a.webp"><img src="/b.webp"><img src="/c.webp"><img src="/d.webp" width="1" height="1">
//! => no-dimensions
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <img src="/a.jpg" width="1" height="1"><img src="/b.jpg" width="1" height="1"><img src="/c.png" width="1" height="1">
//! => old-formats
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <img src="/1.webp" width=1 height=1><img src="/2.webp" width=1 height=1><img src="/3.webp" width=1 height=1><img src="/4.webp" width=1 height=1>
//! | <img src="/5.webp" width=1 height=1><img src="/6.webp" width=1 height=1><img src="/7.webp" width=1 height=1><img src="/8.webp" width=1 height=1>
//! | <img src="/9.webp" width=1 height=1><img src="/10.webp" width=1 height=1><img src="/11.webp" width=1 height=1><img src="/12.webp" width=1 height=1>
//! => eager
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <i></i>
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
    id: "images",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer),
    outcomes: &[&GOOD, &EAGER, &OLD_FORMATS, &NO_DIMENSIONS, &NONE],
    run,
};

static GOOD: Outcome = Outcome::pass("good", "Images are optimized");
static EAGER: Outcome = Outcome::warn("eager", "Images far down the page load too early");
static OLD_FORMATS: Outcome =
    Outcome::warn("old-formats", "Most images come in formats that weigh more than they need to");
static NO_DIMENSIONS: Outcome = Outcome::warn("no-dimensions", "The page shifts while images load");
static NONE: Outcome = Outcome::not_applicable("none", "The page's HTML holds no images");

/// Images with a fault, below which nothing is said; our own threshold, 2026-11.
const MIN_FAULTY: usize = 3;
/// Images that may be on the first screens: lazy ones among them would come late. Our own threshold, 2026-11.
const FIRST_SCREENS: usize = 6;
/// Images that are shown.
const MAX_SHOWN: usize = 6;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NONE.found().detail(why)),
    };
    let images = &home.page.images;
    if images.is_empty() {
        return Ok(NONE.found());
    }
    let unsized_ones: Vec<&str> = images.iter().filter(|i| !i.has_size).map(|i| i.src.as_str()).collect();
    let old: Vec<&str> =
        images.iter().filter(|i| !i.has_modern_source && is_old(&i.src)).map(|i| i.src.as_str()).collect();
    let below = images.get(FIRST_SCREENS..).unwrap_or_default();
    let eager: Vec<&str> = below.iter().filter(|i| !i.is_lazy).map(|i| i.src.as_str()).collect();
    let many_eager = eager.len() >= FIRST_SCREENS && eager.len() * 2 > below.len();
    let most = |faulty: &[&str]| faulty.len() >= MIN_FAULTY && faulty.len() * 2 > images.len();
    let (outcome, faulty) = if most(&unsized_ones) {
        (&NO_DIMENSIONS, unsized_ones.as_slice())
    } else if most(&old) {
        (&OLD_FORMATS, old.as_slice())
    } else if many_eager {
        (&EAGER, eager.as_slice())
    } else {
        (&GOOD, [].as_slice())
    };
    let lazy = images.iter().filter(|image| image.is_lazy).count();
    let mut finding = outcome.found().detail(format!(
        "{} images: {} without dimensions, {} in JPEG, PNG or GIF alone, {lazy} loaded when needed.{}",
        images.len(),
        unsized_ones.len(),
        old.len(),
        home.cut_note()
    ));
    for src in faulty.iter().take(MAX_SHOWN) {
        finding = finding.with_evidence("image", src.chars().take(200).collect::<String>());
    }
    if faulty.is_empty() {
        finding = finding.with_evidence(home.url.as_str(), format!("{} images", images.len()));
    }
    Ok(match outcome.code {
        "no-dimensions" => finding.fix(Fix::step("Write width and height, in pixels, into each <img>.")),
        "eager" => finding.fix(Fix::step(r#"Write loading="lazy" into each <img> below the first screen."#)),
        "old-formats" => {
            finding.fix(Fix::step("Let the build or the host make AVIF or WebP of these images."))
        }
        _ => finding,
    })
}

/// Whether the path itself ends in an old format; with a query behind it a service may answer with another one.
fn is_old(src: &str) -> bool {
    let lower = src.to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff"].iter().any(|ending| lower.ends_with(ending))
}
