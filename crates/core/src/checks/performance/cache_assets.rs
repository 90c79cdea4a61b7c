//! # Cached scripts (`cache-assets`)
//!
//! ## What it checks
//! For how long browsers may keep the site's own scripts. A file whose name carries a hash of its content never changes, and
//! may be kept for a year; a file with a fixed name has to be asked about again.
//!
//! ## Why it matters
//! Without it every visit downloads the same files again, on the phone's data plan. The opposite mistake is worse: a
//! file with a fixed name that browsers keep for a year goes on running after you have repaired it.
//!
//! ## How to fix it
//! Send the header below with hashed files (most hosts have a rule per folder), and `Cache-Control: no-cache` with files of fixed
//! names, which still answers "not changed" without a download.
//!
//! ## Sources
//! RFC 9111 section 5.2; RFC 8246 (`immutable`); Lighthouse, "Serve static assets with an efficient cache policy" (30 days is where its
//! curve of benefit is nearly flat; read 2026-11); web.dev, "HTTP cache" (a year for versioned files, read 2026-11).
//!
//! ## Covers
//! P3
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script type="module" src="/assets/index-4f3a9c1b.js"></script>
//! GET https://example.com/assets/index-4f3a9c1b.js
//! 200
//! cache-control: public, max-age=31536000, immutable
//! => long-lived
//! ```
//! A fixed name that is asked about again is as it should be.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! cache-control: no-cache
//! etag: "1"
//! => long-lived
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/_next/static/chunks/main-app-3c1f0d5e7a9b2c4d.js"></script>
//! GET https://example.com/_next/static/chunks/main-app-3c1f0d5e7a9b2c4d.js
//! 200
//! cache-control: public, max-age=0, must-revalidate
//! => short-lived
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/assets/index-4f3a9c1b.js"></script>
//! GET https://example.com/assets/index-4f3a9c1b.js
//! 200
//! cache-control: no-store
//! => not-stored
//! ```
//! Asked about at each visit, with nothing by which the server could say "not changed".
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! date: Sun, 22 Nov 2026 10:00:00 GMT
//! expires: Thu, 01 Jan 1970 00:00:00 GMT
//! => not-stored
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/main.js"></script>
//! GET https://example.com/main.js
//! 200
//! cache-control: max-age=31536000
//! => stuck
//! ```
//! A version in the query makes a fixed name a new one each time.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/main.js?ver=6.7.1"></script>
//! GET https://example.com/main.js?ver=6.7.1
//! 200
//! cache-control: max-age=31536000
//! => long-lived
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>document.title</script>
//! => no-scripts
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/main.js"></script>
//! GET https://example.com/main.js
//! timeout
//! => not-measured
//! ```

use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Level, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::cache;
use crate::http::cache::CacheControl;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "cache-assets",
    area: Area::Performance,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Host),
    outcomes: &[&LONG_LIVED, &SHORT_LIVED, &NOT_STORED, &STUCK, &NO_SCRIPTS],
    run,
};

static LONG_LIVED: Outcome =
    Outcome::pass("long-lived", "Browsers keep the site's scripts as long as they may");
static SHORT_LIVED: Outcome =
    Outcome::warn("short-lived", "Browsers ask again for scripts that never change");
static NOT_STORED: Outcome = Outcome::warn("not-stored", "Browsers download the same scripts at every visit");
static STUCK: Outcome = Outcome::warn("stuck", "Repaired scripts do not reach people who were here before");
static NO_SCRIPTS: Outcome = Outcome::not_applicable("no-scripts", "The page loads no scripts of its own");

/// Lighthouse, read 2026-11: beyond thirty days there is next to nothing to win.
const LONG_SECONDS: u32 = 30 * 24 * 3600;
/// A fixed name that is kept for longer than a week keeps a broken version alive for longer than a launch.
const STUCK_SECONDS: u32 = 7 * 24 * 3600;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_SCRIPTS.found().detail(why)),
    };
    if home.own_scripts(target).is_empty() {
        return Ok(NO_SCRIPTS.found());
    }
    let scripts = home.fetch_scripts(target, evidence)?;
    let mut judged: Vec<(&'static Outcome, &Url, String, bool)> = Vec::new();
    for (url, reply) in &scripts.read {
        let control = CacheControl::of(&reply.headers);
        let lifetime = cache::browser_lifetime(&reply.headers);
        let has_validator = cache::has_validator(&reply.headers);
        let outcome = match (is_versioned(url), lifetime) {
            (true, _) if control.has("no-store") => &NOT_STORED,
            (true, Some(seconds)) if seconds >= LONG_SECONDS => &LONG_LIVED,
            (true, _) => &SHORT_LIVED,
            (false, Some(seconds)) if seconds > STUCK_SECONDS || control.has("immutable") => &STUCK,
            (false, _) if control.has("no-store") => &NOT_STORED,
            // Asked about again, without a way to answer "not changed".
            (false, Some(0)) if !has_validator => &NOT_STORED,
            (false, _) => &LONG_LIVED,
        };
        let said = reply.headers.all("cache-control").collect::<Vec<_>>().join(", ");
        let said = if said.is_empty() { "no Cache-Control".to_owned() } else { said };
        let validator = if has_validator { "" } else { "; neither ETag nor Last-Modified" };
        judged.push((outcome, url, said + validator, has_validator));
    }
    let rank = |outcome: &Outcome| match outcome.code {
        "stuck" => 0,
        "not-stored" => 1,
        "short-lived" => 2,
        _ => 3,
    };
    judged.sort_by_key(|(outcome, ..)| rank(outcome));
    let Some((worst, ..)) = judged.first() else {
        return match scripts.gaps.into_iter().next() {
            Some(gap) => Err(Stop::NotMeasured(gap)),
            None => Ok(NO_SCRIPTS.found().detail("The scripts that the page names are not there.")),
        };
    };
    let finding = judged.iter().fold(worst.found(), |finding, (_, url, said, _)| {
        finding.with_evidence(format!("Cache-Control of {url}"), said)
    });
    Ok(match worst.code {
        // Each script with what its own name allows: one rule for all would keep the others for too long.
        "stuck" | "not-stored" | "short-lived" => judged
            .iter()
            .filter(|(outcome, ..)| outcome.level != Level::Pass)
            .fold(finding, |finding, (_, url, _, has_validator)| finding.fix(cached(url, *has_validator))),
        _ => finding,
    })
}

/// What a script's responses should say. Without a way to answer "not changed", asking each time would be downloading each
/// time: a repaired script then reaches everybody within five minutes.
fn cached(url: &Url, has_validator: bool) -> Fix {
    let value = match (is_versioned(url), has_validator) {
        (true, _) => "public, max-age=31536000, immutable",
        (false, true) => "no-cache",
        (false, false) => "public, max-age=300",
    };
    Fix::header_for(url.path(), "Cache-Control", value)
}

/// Whether the address changes with the content: a part of the file's name that looks like a hash (eight or more
/// letters and digits, mixed, or hexadecimal digits), or a query.
fn is_versioned(url: &Url) -> bool {
    let file = url.path().rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    url.query().is_some_and(|query| !query.is_empty())
        || stem.split(['.', '-', '_', '~']).any(|part| {
            let digits = part.bytes().filter(u8::is_ascii_digit).count();
            let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
            let mixed_case =
                part.bytes().any(|b| b.is_ascii_uppercase()) && part.bytes().any(|b| b.is_ascii_lowercase());
            part.len() >= 8 && digits + letters == part.len() && (digits >= 1 && letters >= 1 || mixed_case)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_in_names_are_told_from_words() {
        let versioned = |path: &str| is_versioned(&Url::parse("https://a.com").unwrap().join(path).unwrap());
        for path in ["/index-4f3a9c1b.js", "/a.DiwrgTda.js", "/main.js?v=3", "/chunk-ABCDEFgh.js"] {
            assert!(versioned(path), "{path}");
        }
        for path in ["/main.js", "/bootstrap.min.js", "/jquery-3.7.1.min.js", "/assets/application.js"] {
            assert!(!versioned(path), "{path}");
        }
    }
}
