//! # Cross-origin isolation (`cross-origin-policy`)
//!
//! ## What it checks
//! The headers that set a page apart from other sites' pages: Cross-Origin-Opener-Policy (COOP), Cross-Origin-Embedder-Policy (COEP) and
//! Cross-Origin-Resource-Policy (CORP). They are optional; what is judged is whether those that are sent can work, alone and
//! together.
//!
//! ## Why it matters
//! An invalid value protects nothing, and COEP without COOP blocks third-party images and frames for no benefit.
//! COOP `same-origin` cuts the link to pop-ups, so sign-in and payment windows never report back.
//!
//! ## How to fix it
//! `Cross-Origin-Opener-Policy: same-origin-allow-popups` suits most pages. COEP is needed only for shared memory and precise
//! clocks, and then together with COOP `same-origin`.
//!
//! ## Sources
//! HTML standard, "Cross-origin opener policies" and "Cross-origin embedder policies"; Fetch standard, "Cross-Origin-Resource-Policy header";
//! RFC 9651 (structured fields). Read 2026-11.
//!
//! ## Covers
//! S4
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! cross-origin-opener-policy: same-origin-allow-popups; report-to="default"
//! cross-origin-resource-policy: same-site
//! => set
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! cross-origin-opener-policy: same-origin
//! cross-origin-embedder-policy: require-corp
//! => set
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! cross-origin-opener-policy: "same-origin"
//! => unknown-word
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! cross-origin-resource-policy: same-origin, same-site
//! => unknown-word
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! cross-origin-embedder-policy: require-corp
//! => half
//! ```
//! A window of Google's that cannot tell the page who signed in.
//! ```evidence
//! GET https://example.com/
//! 200
//! cross-origin-opener-policy: same-origin
//! | <script src="https://accounts.google.com/gsi/client"></script>
//! => cuts-pop-ups
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! => absent
//! ```

use launch_ready_providers::pop_up;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::structured;
use crate::http::structured::Item;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "cross-origin-policy",
    area: Area::Security,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::Host),
    outcomes: &[&SET, &UNKNOWN_WORD, &HALF, &CUTS_POP_UPS, &ABSENT],
    run,
};

static SET: Outcome = Outcome::pass("set", "The page is isolated from other sites");
static UNKNOWN_WORD: Outcome =
    Outcome::warn("unknown-word", "A cross-origin header is invalid, and browsers ignore it");
static HALF: Outcome = Outcome::warn("half", "Third-party files are blocked, with no benefit from it");
static CUTS_POP_UPS: Outcome =
    Outcome::warn("cuts-pop-ups", "Sign-in or payment in a pop-up window may not find its way back")
        .costs(Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::Host));
static ABSENT: Outcome =
    Outcome::not_applicable("absent", "None of these headers is sent; they are optional");

const OPENER: &str = "cross-origin-opener-policy";
const EMBEDDER: &str = "cross-origin-embedder-policy";
const RESOURCE: &str = "cross-origin-resource-policy";
/// The words that browsers know.
const KNOWN: [(&str, &[&str]); 3] = [
    (OPENER, &["noopener-allow-popups", "same-origin", "same-origin-allow-popups", "unsafe-none"]),
    (EMBEDDER, &["credentialless", "require-corp", "unsafe-none"]),
    (RESOURCE, &["cross-origin", "same-origin", "same-site"]),
];

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(ABSENT.found().detail(why)),
    };
    let mut sent: Vec<(&str, String, Option<String>)> = Vec::new();
    for (name, known) in KNOWN {
        let value = home.reply.headers.all(name).collect::<Vec<_>>().join(", ");
        if !value.is_empty() {
            // CORP is no structured field, but has the same words, and no parameters.
            let word = match structured::item(&value) {
                Some(Item::Token(word)) if known.contains(&word.as_str()) => Some(word),
                _ => None,
            };
            sent.push((name, value, word));
        }
    }
    let word = |wanted: &str| {
        sent.iter()
            .find(|(name, ..)| *name == wanted)
            .and_then(|(.., word)| word.as_deref())
            .unwrap_or_default()
    };
    let mut scripts = home.page.scripts.iter().filter_map(|script| home.resolve(script.src.as_deref()?));
    let opens = scripts.find_map(|url| pop_up(url.host_str()?));
    let embeds = matches!(word(EMBEDDER), "require-corp" | "credentialless");
    let (outcome, fix) = if sent.is_empty() {
        (&ABSENT, None)
    } else if let Some((name, ..)) = sent.iter().find(|(.., word)| word.is_none()) {
        let wanted = if *name == RESOURCE { "same-site" } else { "same-origin-allow-popups" };
        let wanted = if *name == EMBEDDER { "require-corp" } else { wanted };
        (&UNKNOWN_WORD, Some(Fix::header(name, wanted).instead_of(home.reply.headers.all(name))))
    } else if word(OPENER) == "same-origin" && !embeds && opens.is_some() {
        let sent = home.reply.headers.all(OPENER);
        let fix = Fix::header("Cross-Origin-Opener-Policy", "same-origin-allow-popups").instead_of(sent);
        (&CUTS_POP_UPS, Some(fix))
    } else if embeds && word(OPENER) != "same-origin" {
        (
            &HALF,
            Some(Fix::step(
                "Take Cross-Origin-Embedder-Policy away; or, if the page needs shared memory, send Cross-Origin-Opener-Policy: same-origin as well.",
            )),
        )
    } else {
        (&SET, None)
    };
    let mut finding = outcome.found();
    if let Some(service) = opens.filter(|_| outcome.code == "cuts-pop-ups") {
        finding = finding.detail(format!("The page uses {service}."));
    }
    for (name, value, _) in sent {
        finding = finding.with_evidence(name, value);
    }
    Ok(fix.into_iter().fold(finding, Finding::fix))
}
