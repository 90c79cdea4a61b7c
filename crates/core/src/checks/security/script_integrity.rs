//! # Subresource integrity (`script-integrity`)
//!
//! ## What it checks
//! Whether scripts and style sheets that the home page loads from public libraries' hosts, in a version that never changes,
//! carry the hash of what they should be (`integrity`), and whether the hashes that are there can work.
//!
//! ## Why it matters
//! Anyone who gets into such a host can change the code on your page, including your checkout. With an integrity
//! hash, browsers reject a changed file.
//!
//! ## How to fix it
//! Best keep a copy of the file on your own host. Or copy the tag with `integrity` and `crossorigin="anonymous"` from the library's
//! site. Scripts that their owners change at will, such as Stripe's or a tag manager's, cannot carry one, and are no fault.
//!
//! ## Sources
//! Subresource Integrity (W3C, Level 1 of 2016, Level 2 draft of 2025), sections 3.3 and 3.5: a file of another origin that is loaded
//! without CORS is refused when it carries a hash; hashes that browsers do not know are skipped. The hosts are our own list of 2026-11.
//!
//! ## Covers
//! S4, P7
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="https://cdn.jsdelivr.net/npm/vue@3.5.0/dist/vue.js" crossorigin="anonymous"
//! |   integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"></script>
//! => held
//! ```
//! What its owner changes at will cannot be held fast.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <h1>Fresh bread</h1><script src="https://js.stripe.com/v3/"></script><script src="https://www.googletagmanager.com/gtm.js?id=GTM-1"></script>
//! => none
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! => none
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="https://code.jquery.com/jquery-3.7.1.min.js"></script>
//! => loose
//! ```
//! A version that moves is worse: nobody has seen tomorrow's.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="https://unpkg.com/alpinejs"></script>
//! => moving
//! ```
//! A hash in a notation that browsers do not know is none.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="stylesheet" crossorigin href="https://cdnjs.cloudflare.com/ajax/libs/normalize/8.0.1/normalize.min.css" integrity="md5-1B2M2Y8AsgTpgAmY7PhCfg==">
//! => unreadable
//! ```
//! Without CORS browsers cannot look into the file, and refuse it.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="https://cdn.jsdelivr.net/npm/vue@3.5.0/dist/vue.js"
//! |   integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"></script>
//! => refused
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
//! ```

use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::providers::third_party::{Purpose, service};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "script-integrity",
    area: Area::Security,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer),
    outcomes: &[&NONE, &HELD, &LOOSE, &MOVING, &UNREADABLE, &REFUSED, &NO_PAGE],
    run,
};

static NONE: Outcome = Outcome::pass("none", "The page loads no third-party libraries");
static HELD: Outcome = Outcome::pass("held", "Third-party libraries are pinned with integrity hashes");
static LOOSE: Outcome =
    Outcome::warn("loose", "Third-party libraries could change unnoticed (no integrity hash)");
static MOVING: Outcome = Outcome::warn("moving", "Third-party libraries load without a fixed version");
static UNREADABLE: Outcome =
    Outcome::warn("unreadable", "Browsers do not understand the hash of a file, and skip it");
static REFUSED: Outcome =
    Outcome::fail("refused", "Browsers refuse a file: it has a hash, but is loaded without CORS")
        .costs(Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::Developer));
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to look at");

/// Files that are shown.
const MAX_SHOWN: usize = 8;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let scripts = home.page.scripts.iter().filter(|script| !script.is_nomodule);
    let scripts = scripts.filter_map(|script| {
        // A module is always loaded with CORS.
        let is_cors = script.is_cors || script.is_module;
        Some((home.resolve(script.src.as_deref()?)?, script.integrity.as_deref(), is_cors))
    });
    let styles =
        home.page.styles.iter().filter_map(|style| {
            Some((home.resolve(&style.href)?, style.integrity.as_deref(), style.is_cors))
        });
    let mut judged: Vec<(&'static Outcome, Url, &str)> = Vec::new();
    for (url, integrity, is_cors) in scripts.chain(styles) {
        if url.origin() == home.url.origin() {
            continue;
        }
        let outcome = match integrity {
            Some(integrity) if !is_understood(integrity) => &UNREADABLE,
            Some(_) if !is_cors => &REFUSED,
            Some(_) => &HELD,
            None if home.is_first_party(target, &url) || !is_library(&url) => continue,
            None if names_version(&url) => &LOOSE,
            None => &MOVING,
        };
        judged.push((outcome, url, integrity.unwrap_or("no integrity")));
    }
    let rank = |outcome: &Outcome| match outcome.code {
        "refused" => 0,
        "unreadable" => 1,
        "moving" => 2,
        "loose" => 3,
        _ => 4,
    };
    judged.sort_by_key(|(outcome, ..)| rank(outcome));
    let Some((worst, ..)) = judged.first() else {
        let finding = NONE.found().detail(home.cut_note().trim());
        return Ok(finding.with_evidence(home.url.as_str(), format!("{} scripts", home.page.scripts.len())));
    };
    let faulty = judged.iter().filter(|(outcome, ..)| outcome.code != "held").count();
    let mut finding = worst.found().detail(match faulty {
        0 => home.cut_note().trim().to_owned(),
        faulty => format!("{faulty} of {} files.{}", judged.len(), home.cut_note()),
    });
    for (_, url, said) in judged.iter().take(MAX_SHOWN) {
        finding = finding.with_evidence(url.as_str(), said.chars().take(120).collect::<String>());
    }
    Ok(match worst.code {
        "refused" => finding.fix(Fix::step(r#"Add crossorigin="anonymous" to the tag."#)),
        "unreadable" => finding.fix(Fix::step("Take sha384- and the hash in base64 from the library's site.")),
        "moving" => finding.fix(Fix::step("Name the version in the address, and keep a copy of the file on your own host or add its integrity.")),
        "loose" => finding.fix(Fix::step(r#"Keep a copy on your own host, or add integrity and crossorigin="anonymous" as the library's site gives them."#)),
        _ => finding,
    })
}

/// Whether one of the hashes is of a kind that browsers know, with the length that it has (section 3.3).
fn is_understood(integrity: &str) -> bool {
    integrity.split_ascii_whitespace().any(|hash| {
        let hash = hash.split('?').next().unwrap_or_default();
        let Some((kind, value)) = hash.split_once('-') else { return false };
        let length = match kind.to_ascii_lowercase().as_str() {
            "sha256" => 43,
            "sha384" => 64,
            "sha512" => 86,
            _ => return false,
        };
        let digits = value.trim_end_matches('=');
        digits.len() == length && digits.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_".contains(&b))
    })
}

/// Whether the address is one of a file in a library's host, not of a service that makes files as it likes.
fn is_library(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    service(host).is_some_and(|service| {
        // Fonts' style sheets differ by browser, kits and builds by the customer's settings.
        service.purpose == Purpose::Delivery && !service.made_to_order
    })
}

/// Whether a part of the path is a whole version: `vue@3.5.0`, `3.7.1`, `jquery-3.7.1.min.js`.
fn names_version(url: &Url) -> bool {
    url.path().split(['/', '@', '-']).any(|part| {
        let mut numbers =
            part.split('.').take_while(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        numbers.next().is_some() && numbers.next().is_some() && numbers.next().is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_versions_are_told_from_moving_ones() {
        let fixed = |url: &str| names_version(&Url::parse(url).unwrap());
        for url in [
            "https://cdn.jsdelivr.net/npm/vue@3.5.0/dist/vue.js",
            "https://cdnjs.cloudflare.com/ajax/libs/normalize/8.0.1/normalize.min.css",
            "https://code.jquery.com/jquery-3.7.1.min.js",
            "https://esm.sh/react@19.0.0-rc.1",
        ] {
            assert!(fixed(url), "{url}");
        }
        for url in [
            "https://unpkg.com/alpinejs",
            "https://unpkg.com/vue@3",
            "https://cdn.jsdelivr.net/npm/vue@3.5/vue.js",
        ] {
            assert!(!fixed(url), "{url}");
        }
    }

    #[test]
    fn hashes_have_a_kind_and_a_length() {
        let sha256 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert!(is_understood(sha256));
        assert!(is_understood(&format!("md5-x {sha256}?ct=application/javascript")));
        for bad in ["", "sha256-abc", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "47DEQpj8HBSa"] {
            assert!(!is_understood(bad), "{bad}");
        }
    }
}
