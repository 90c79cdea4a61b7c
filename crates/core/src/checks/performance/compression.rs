//! # Compression (`compression`)
//!
//! ## What it checks
//! Whether the home page and the site's own scripts are sent compressed to a browser that takes it.
//!
//! ## Why it matters
//! Compression shrinks text to a quarter or less. Without it, visitors on slow connections wait three to five times
//! as long.
//!
//! ## How to fix it
//! Switch on brotli or gzip for HTML, CSS, JavaScript, JSON and SVG at the host or the web server. Files that are built ahead can be
//! compressed ahead.
//!
//! ## Sources
//! RFC 9110 section 8.4 (content codings), RFC 7932 (brotli), RFC 8878 (zstd); Lighthouse, "Enable text compression" (what is smaller than 1.4 KB fits
//! into one packet; read 2026-11). Where we measure, bodies arrive decoded: an answer counts as not compressed only if its
//! `Content-Length` is the length of its decoded text.
//!
//! ## Covers
//! P6
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! content-encoding: br
//! | Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike.
//! => compressed
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-length: 1470
//! | Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike.
//! => uncompressed
//! ```
//! A length that is not the text's, or none, proves nothing.
//! ```evidence
//! GET https://example.com/
//! 200
//! | Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike. Fresh bread by bike.
//! => unknown
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | small
//! => too-small
//! ```
//! ```evidence
//! GET https://example.com/
//! timeout
//! => not-measured
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
    id: "compression",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Host),
    outcomes: &[&COMPRESSED, &UNCOMPRESSED, &UNKNOWN, &TOO_SMALL],
    run,
};

static COMPRESSED: Outcome = Outcome::pass("compressed", "Text is compressed");
static UNCOMPRESSED: Outcome = Outcome::warn("uncompressed", "Text is not compressed");
static UNKNOWN: Outcome =
    Outcome::not_measured("unknown", "We couldn't see whether responses are compressed");
static TOO_SMALL: Outcome = Outcome::not_applicable("too-small", "Too little text to compress");

/// Lighthouse, read 2026-11: one packet.
const MIN_BYTES: usize = 1400;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(TOO_SMALL.found().detail(why)),
    };
    let scripts = home.fetch_scripts(target, evidence)?;
    let mut files = vec![(home.url.clone(), home.reply)];
    files.extend(scripts.read);
    files.retain(|(_, reply)| reply.body.bytes.len() >= MIN_BYTES);
    let states: Vec<Option<bool>> = files.iter().map(|(_, reply)| is_compressed(reply)).collect();
    let outcome = if files.is_empty() {
        &TOO_SMALL
    } else if states.contains(&Some(false)) {
        &UNCOMPRESSED
    } else if states.contains(&Some(true)) {
        &COMPRESSED
    } else {
        &UNKNOWN
    };
    let mut finding = outcome.found();
    for ((url, reply), state) in files.iter().zip(states) {
        let coding = reply.headers.first("content-encoding");
        let said = match state {
            Some(true) => coding.unwrap_or_default().to_owned(),
            Some(false) => format!("none, {} bytes", reply.body.bytes.len()),
            None => "not visible".to_owned(),
        };
        finding = finding.with_evidence(format!("Content-Encoding of {url}"), said);
    }
    if outcome.code == "uncompressed" {
        finding = finding.fix(Fix::step("Switch on brotli or gzip for text at the host or the web server."));
    }
    Ok(finding)
}

/// `None` where the answer does not show it.
fn is_compressed(reply: &HttpReply) -> Option<bool> {
    let coding = reply.headers.first("content-encoding").map(|coding| coding.trim().to_ascii_lowercase());
    if coding.is_some_and(|coding| !coding.is_empty() && coding != "identity") {
        return Some(true);
    }
    let length: usize = reply.headers.first("content-length")?.trim().parse().ok()?;
    (reply.body.cut.is_none() && length == reply.body.bytes.len()).then_some(false)
}
