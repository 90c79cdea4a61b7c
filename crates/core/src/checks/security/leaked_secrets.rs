//! # Secrets in the page (`leaked-secrets`)
//!
//! ## What it checks
//! Whether the home page, or the site's own scripts, contain keys that must stay secret: payment, AI, mail, database,
//! hosting, chat bots, private keys. Up to three scripts are read, those first that hold the site's own code. Keys that
//! are made for browsers, such as Stripe's publishable key or Supabase's anon key, are told apart and are no fault.
//!
//! ## Why it matters
//! What a browser downloads, everybody can read, and programs search new sites for keys within hours. A leaked AI key is
//! a bill, a leaked payment or database key is your customers' data.
//!
//! ## How to fix it
//! Replace the key at the provider first: it counts as stolen, and deleting it from the code does not take it back. Then
//! move the call that needs it to a server or a function, and keep the new key in that server's environment. Variables that
//! begin with `VITE_`, `NEXT_PUBLIC_`, `REACT_APP_` or `PUBLIC_` end up in the page.
//!
//! ## Sources
//! Each provider's documentation of its keys, as of 2026-11; GitHub, "Behind GitHub's new authentication token formats" (2021), for the
//! checksum that GitHub's and npm's tokens carry.
//!
//! ## Covers
//! S1
//!
//! ## Examples
//! A tilde stands for each character of a secret: that is how they are kept here, too.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>const stripe = new Stripe("sk_live_~~~~~~~~~~~~~~~~~~~~~~~~")</script>
//! => leaked
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/jquery.min.js"></script><script src="/assets/index-4f3a9c1b.js"></script>
//! GET https://example.com/jquery.min.js
//! 200
//! GET https://example.com/assets/index-4f3a9c1b.js
//! 200
//! | const ai = new Anthropic({ apiKey: "sk-ant-api03-~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~" })
//! => leaked
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>const db = "postgres://app:~~~~~~~~~~~~@db.host.net:5432/app"</script>
//! => leaked
//! ```
//! A Supabase key tells its role: this one is the service role's.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>createClient(url, "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJzZXJ2aWNlX3JvbGUifQ.~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~")</script>
//! => leaked
//! ```
//! And this one is made for browsers.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>createClient(url, "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJhbm9uIn0.c2lnbmF0dXJlIG9mIHRoZSBhbm9uIGtleSBpbiB0ZXN0")</script>
//! => public-keys
//! ```
//! Placeholders, and libraries that know how a key begins, are no leak.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <code>STRIPE_KEY=sk_live_your_secret_key_goes_here</code><script>if (pem.startsWith("-----BEGIN PRIVATE KEY-----")) {}</script>
//! => clean
//! ```
//! Where a page only sends visitors on, the one behind it is searched.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>location.replace("/app")</script>
//! GET https://example.com/app
//! 200
//! | <script>const stripe = new Stripe("sk_live_~~~~~~~~~~~~~~~~~~~~~~~~")</script>
//! => leaked
//! ```
//! Scripts of others are others' business.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="https://cdn.other.net/app.js"></script>
//! => clean
//! ```
//! A script that cannot be read may hold anything.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! timeout
//! => not-measured
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{home_page, script_probe};
use crate::http::HttpReply;
use crate::secrets::{Found, Kind};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "leaked-secrets",
    area: Area::Security,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer),
    outcomes: &[&CLEAN, &PUBLIC_KEYS, &LEAKED, &NO_PAGE],
    run,
};

static CLEAN: Outcome = Outcome::pass("clean", "No keys in the page or its scripts");
static PUBLIC_KEYS: Outcome =
    Outcome::pass("public-keys", "The page holds only keys that are meant to be public");
static LEAKED: Outcome = Outcome::fail("leaked", "Everybody can read a secret key in the page").blocks();
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "There is no home page to search");

/// Findings that are shown; whoever has more starts with these.
const MAX_SHOWN: usize = 8;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let scripts = home.fetch_scripts(target, evidence)?;
    let mut files: Vec<(String, &HttpReply, &[Found])> =
        vec![(home.url.to_string(), home.reply, evidence.keys(&home.probe))];
    files.extend(scripts.read.iter().map(|(url, reply)| {
        let keys = evidence.keys(&script_probe(url));
        (url.to_string(), *reply, keys)
    }));
    let mut found: Vec<(&str, &Found, usize)> = Vec::new();
    for (url, reply, keys) in &files {
        for key in *keys {
            let seen = found
                .iter()
                .any(|(_, other, _)| other.rule.id == key.rule.id && other.redacted == key.redacted);
            if !seen {
                let before = reply.body.bytes.get(..key.span.start).unwrap_or_default();
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                found.push((url, key, line));
            }
        }
    }
    // Secrets before what is only noted.
    found.sort_by_key(|(_, key, _)| key.rule.kind);
    let leaks = found.iter().filter(|(_, key, _)| key.rule.kind == Kind::Secret).count();
    if leaks == 0
        && let Some(gap) = scripts.gaps.into_iter().next()
    {
        return Err(Stop::NotMeasured(gap));
    }
    let cut: Vec<&str> =
        files.iter().filter(|(_, reply, _)| reply.body.cut.is_some()).map(|(url, ..)| url.as_str()).collect();
    let limits = match cut.as_slice() {
        [] => String::new(),
        cut => format!(" Only the beginning was read of {}.", cut.join(", ")),
    };
    let mut finding = match (leaks, found.len()) {
        (0, 0) => CLEAN.found(),
        (0, _) => PUBLIC_KEYS.found(),
        _ => LEAKED.found(),
    };
    finding = match found.first() {
        Some((url, key, _)) if leaks > 0 => {
            finding.detail(format!("{} in {url}. {}{limits}", key.rule.name, key.rule.note))
        }
        _ => finding.detail(format!("{} files were searched.{limits}", files.len())),
    };
    for (url, key, line) in found.iter().take(MAX_SHOWN) {
        let label = format!("{} in {url}, line {line}", key.rule.name);
        finding = finding.with_evidence(label, format!("{}: {}", key.redacted, key.rule.note));
    }
    if found.is_empty() {
        let names: Vec<&str> = files.iter().map(|(url, ..)| url.as_str()).collect();
        finding = finding.with_evidence("searched", names.join(", "));
    }
    let mut told = Vec::new();
    for (_, key, _) in found.iter().take(leaks) {
        if !told.contains(&key.rule.id) {
            told.push(key.rule.id);
            finding = finding.fix(Fix::step(format!(
                "{}: make a new one at the provider, delete this one there, and use the new one only on a server.",
                key.rule.name
            )));
        }
    }
    Ok(finding)
}
