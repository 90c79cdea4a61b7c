//! # Cached scripts (`cache-assets`)
//!
//! ## What it checks
//! For how long browsers may keep the site's own scripts. A file whose name carries a hash of its content never changes, and
//! may be kept for a year; a file with a fixed name has to be asked about again.
//!
//! ## Why it matters
//! Without caching, every visit downloads the same files again. The opposite mistake is worse: if browsers keep a
//! file with a fixed name for a year, your fixes do not reach returning visitors.
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
//! Hashes of Vite are base64url: hyphens and underscores stand in them.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script type="module" src="/assets/index-B_x-9aQ2.js"></script>
//! GET https://example.com/assets/index-B_x-9aQ2.js
//! 200
//! cache-control: public, max-age=31536000, immutable
//! => long-lived
//! ```
//! A library's version in the name makes the next one another file; asking again for it is no fault either.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/lib/jquery-3.7.1.min.js"></script><script src="/lib/bootstrap@5.3.3/bootstrap.js"></script>
//! GET https://example.com/lib/jquery-3.7.1.min.js
//! 200
//! cache-control: max-age=31536000
//! GET https://example.com/lib/bootstrap@5.3.3/bootstrap.js
//! 200
//! cache-control: no-cache
//! etag: "1"
//! => long-lived
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

use launch_ready_providers::hashed_folders;
use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Level, Outcome};
use crate::checks::fix::Fix;
use crate::checks::header_value::caching;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::cache;
use crate::http::cache::CacheControl;
use crate::http::{Headers, HttpReply};
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
static NOT_STORED: Outcome = Outcome::warn("not-stored", "Browsers download the same scripts on every visit");
static STUCK: Outcome = Outcome::warn("stuck", "Returning visitors won't get fixed scripts");
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
    let mut judged: Vec<(&'static Outcome, &Url, String, &HttpReply)> = Vec::new();
    for (url, reply) in &scripts.read {
        let control = CacheControl::of(&reply.headers);
        let lifetime = cache::browser_lifetime(&reply.headers);
        let has_validator = cache::has_validator(&reply.headers);
        let outcome = match (named(url), lifetime) {
            (Named::Version, _) if control.has("no-store") => &NOT_STORED,
            (Named::Version, _) => &LONG_LIVED,
            (name, lifetime) => match (name == Named::Hash, lifetime) {
                (true, _) if control.has("no-store") => &NOT_STORED,
                (true, Some(seconds)) if seconds >= LONG_SECONDS => &LONG_LIVED,
                (true, _) => &SHORT_LIVED,
                (false, Some(seconds)) if seconds > STUCK_SECONDS || control.has("immutable") => &STUCK,
                (false, _) if control.has("no-store") => &NOT_STORED,
                // Asked about again, without a way to answer "not changed".
                (false, Some(0)) if !has_validator => &NOT_STORED,
                (false, _) => &LONG_LIVED,
            },
        };
        let said = reply.headers.all("cache-control").collect::<Vec<_>>().join(", ");
        let said = if said.is_empty() { "no Cache-Control".to_owned() } else { said };
        let validator = if has_validator { "" } else { "; neither ETag nor Last-Modified" };
        judged.push((outcome, url, said + validator, reply));
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
    let odd = judged.iter().filter(|(outcome, ..)| outcome.level != Level::Pass);
    let mut fixes: Vec<Fix> = Vec::new();
    for (_, url, _, reply) in odd {
        let fix = cached(url, &reply.headers);
        if !fixes.contains(&fix) {
            fixes.push(fix);
        }
    }
    Ok(fixes.into_iter().fold(finding, Finding::fix))
}

/// What scripts like this one should say. Hashed files get a rule for their folder: the next build names them anew. Without a way to
/// answer "not changed", asking each time would be downloading each time: a repaired script then reaches everybody within five minutes.
fn cached(url: &Url, headers: &Headers) -> Fix {
    let has_validator = cache::has_validator(headers);
    let value = match (named(url), has_validator) {
        (Named::Hash | Named::Version, _) => "public, max-age=31536000, immutable",
        (Named::Fixed, true) => "no-cache",
        (Named::Fixed, false) => "public, max-age=300",
    };
    let sent: Vec<&str> = headers.all("cache-control").collect();
    let value = caching(&sent, value);
    let folder = url.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    match named(url) {
        Named::Hash if url.query().is_none() && !folder.is_empty() => {
            Fix::header_for(format!("{folder}/*"), "Cache-Control", value).instead_of(sent)
        }
        Named::Hash => Fix::step(format!(
            "Send Cache-Control: {value} with the files whose names, or whose queries, change with their content, such as {}.",
            url.path()
        )),
        Named::Fixed | Named::Version => Fix::header_for(url.path(), "Cache-Control", value).instead_of(sent),
    }
}

/// What a script's address says about its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// It changes with the content: a hash in the name, a query, a folder of a build that is never written again.
    Hash,
    /// It holds a library's version.
    Version,
    /// It stays when the content changes.
    Fixed,
}

fn named(url: &Url) -> Named {
    let path = url.path();
    let file = path.rsplit('/').next().unwrap_or_default();
    let stem = ENDINGS.iter().find_map(|ending| file.strip_suffix(ending)).unwrap_or(file);
    let is_hashed = url.query().is_some_and(|query| !query.is_empty())
        || hashed_folders().any(|folder| path.contains(folder))
        || stem.split(['.', '-', '_', '~']).any(|part| part.len() >= MIN_HASH && is_drawn(part))
        || ends_in_base64url(stem);
    let mut parts = path.split(['/', '-', '_', '@']);
    if is_hashed {
        Named::Hash
    } else if parts.any(holds_version) {
        Named::Version
    } else {
        Named::Fixed
    }
}

/// Endings of scripts, the longer ones first.
const ENDINGS: [&str; 6] = [".min.js", ".bundle.js", ".chunk.js", ".mjs", ".cjs", ".js"];
/// Characters of the shortest hash that a bundler writes: Rollup, esbuild, webpack and Parcel have eight.
const MIN_HASH: usize = 8;

/// Whether a word was drawn and not written: letters and digits mixed, or capitals where no word has them.
fn is_drawn(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let all_capitals = word.bytes().all(|byte| byte.is_ascii_uppercase());
    digits + letters == word.len()
        && digits < word.len()
        && (digits >= 1 || all_capitals || has_odd_capitals(word.as_bytes()))
}

/// Whether the last eight characters, behind a mark, are a hash in base64url, in which `-` and `_` stand for digits (Rollup 4, and what
/// is built on it).
fn ends_in_base64url(stem: &str) -> bool {
    let Some(at) = stem.len().checked_sub(MIN_HASH) else { return false };
    let (Some(hash), Some(before)) = (stem.get(at..), stem.get(..at)) else { return false };
    let is_behind_mark = before.is_empty() || before.ends_with(['-', '.', '_']);
    let has_capital = hash.bytes().any(|byte| byte.is_ascii_uppercase());
    let has_other = hash.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    let words = hash.split(['-', '_']).filter(|word| word.len() > 2);
    // `My-Shop1` has capitals where words have them.
    let odd = words.clone().any(is_drawn) || words.count() == 0 || has_odd_capitals(hash.as_bytes());
    let holds = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    is_behind_mark && hash.bytes().all(holds) && has_capital && has_other && odd
}

/// Whether capitals stand where those of words do not: `qZxAB1` and `DiwrgTda`, not `AppShell`.
fn has_odd_capitals(word: &[u8]) -> bool {
    let begins = (1..word.len()).filter(|at| word.get(*at).is_some_and(u8::is_ascii_uppercase));
    let ends: Vec<usize> = begins.chain([word.len()]).collect();
    let pieces: Vec<&[u8]> = std::iter::once(&0)
        .chain(&ends)
        .zip(&ends)
        .filter_map(|(start, end)| word.get(*start..*end))
        .collect();
    // Words that begin with capitals are long; what was drawn has short pieces, or ones that nobody can say.
    let is_unsayable = |piece: &[u8]| word.len() == MIN_HASH && longest_without_vowel(piece) > 2;
    pieces.len() > 1 && pieces.iter().any(|piece| piece.len() < 3 || is_unsayable(piece))
}

/// Letters of the longest part of a word in which no vowel stands.
fn longest_without_vowel(word: &[u8]) -> usize {
    word.split(|byte| b"aeiouyAEIOUY".contains(byte)).map(<[u8]>::len).max().unwrap_or(0)
}

/// Whether a part of a path is a version, `3.7.1` or `v2.0`, with what may follow it in a file's name.
fn holds_version(part: &str) -> bool {
    let digits = part.strip_prefix('v').unwrap_or(part);
    let mut numbers =
        digits.split('.').take_while(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let first = numbers.next();
    first.is_some_and(|first| first.len() <= 4) && numbers.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_in_names_are_told_from_words() {
        let named = |path: &str| named(&Url::parse("https://a.com").unwrap().join(path).unwrap());
        for path in [
            "/index-4f3a9c1b.js",
            "/a.DiwrgTda.js",
            "/main.js?v=3",
            "/chunk-ABCDEFgh.js",
            "/assets/index-B_x-9aQ2.js",
            "/assets/index-Dk-3_fPz.js",
            "/assets/vendor-C0-_k2dE.js",
            "/assets/app-CqZ_aB-x.js",
            "/_nuxt/DXyz-abc.js",
            "/_next/static/chunks/webpack.js",
            "/_app/immutable/entry/start.BXZ12ab_.js",
            "/chunk-3ZK4QWXY.js",
            "/main.1a2b3c4d5e6f7a8b.chunk.js",
            "/static/base.55e7cbb9ba48.js",
            "/packs/application-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.js",
            "/component---src-pages-index-js-0a1b2c3d4e5f6a7b8c9d.js",
        ] {
            assert_eq!(named(path), Named::Hash, "{path}");
        }
        for path in [
            "/jquery-3.7.1.min.js",
            "/lib/vue/3.5.0/vue.js",
            "/npm/bootstrap@5.3.3/bootstrap.js",
            "/v2.1/app.js",
        ] {
            assert_eq!(named(path), Named::Version, "{path}");
        }
        for path in [
            "/main.js",
            "/bootstrap.min.js",
            "/assets/application.js",
            "/flutter_bootstrap.js",
            "/js/my-settings.js",
            "/js/shop-Settings.js",
            "/js/AppShell.js",
            "/js/my-AppShell.js",
            "/2024/app.js",
        ] {
            assert_eq!(named(path), Named::Fixed, "{path}");
        }
    }
}
