//! # Everything over https (`mixed-content`)
//!
//! ## What it checks
//! Whether the home page loads scripts, styles, fonts, frames, images or media over plain http, or sends a form there. A policy that
//! makes browsers upgrade such addresses (`upgrade-insecure-requests`) is taken into account.
//!
//! ## Why it matters
//! Browsers refuse scripts, styles, fonts and frames over http on an https page: that part of the page is missing. What a form sends
//! over http, everybody on the way can read.
//!
//! ## How to fix it
//! Write https in these addresses; where a host has no https, keep a copy on your own site.
//!
//! ## Sources
//! Mixed Content (W3C, Level 2 of 2023): blockable and upgradeable content, section 4; Upgrade Insecure Requests (W3C, 2015), section 3; CSP Level 3.
//!
//! ## Covers
//! T4
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script><img src="//cdn.example.com/a.png"><a href="http://old.example.net/">a link is only a link</a>
//! => secure
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="http://cdn.example.net/lib.js"></script>
//! => active
//! ```
//! A base address changes what is relative to it.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <base href="http://example.com/"><link rel="stylesheet" href="site.css">
//! => active
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: upgrade-insecure-requests
//! | <script src="http://cdn.example.net/lib.js"></script><img srcset="http://cdn.example.net/a.png 2x">
//! => upgraded
//! ```
//! A policy that only reports upgrades nothing.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy-report-only: upgrade-insecure-requests
//! | <iframe src="http://video.example.net/1"></iframe>
//! => active
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <form action="http://example.com/login"><input type="password"></form>
//! => form
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <img src="http://cdn.example.net/b.png">
//! => passive
//! ```
//! Browsers upgrade a plain image by themselves, but not one of a set.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <img src="/a.png" srcset="/a.png 1x, http://cdn.example.net/b.png 2x">
//! => active
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <style>body { background: url("http://cdn.example.net/bg.jpg") }</style>
//! => passive
//! ```
//! Fonts, and style sheets that another one imports, they refuse.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <style>@font-face { font-family: a; src: local(a), url(http://fonts.example.net/a.woff2) format("woff2") }</style>
//! => active
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <style>@import "http://cdn.example.net/base.css"; body { margin: 0 }</style>
//! => active
//! ```
//! What stands in a comment, or names a namespace, is not loaded.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <style>/* @import "http://a.example.net/a.css"; */ @namespace svg url(http://www.w3.org/2000/svg);</style>
//! => secure
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="http://localhost:5173/src/main.tsx"></script>
//! => own-machine
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <h1>Example</h1><img src="http://localhost:3000/logo.png">
//! => own-machine-image
//! ```
//! The page's own script, over http: the browser refuses it.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <div id=app></div><script src="http://example.com/app.js"></script>
//! => own-script
//! ```
//! ```evidence
//! GET https://example.com/
//! 301
//! location: http://example.com/start
//! GET http://example.com/start
//! 200
//! => not-https
//! ```
//! ```evidence
//! GET https://example.com/
//! 500
//! => no-page
//! ```

use url::{Host, Url};

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{Home, home_page};
use crate::http::csp;
use crate::http::page::{CssUse, srcset_urls};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "mixed-content",
    area: Area::Security,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer),
    outcomes: &[
        &SECURE,
        &UPGRADED,
        &PASSIVE,
        &ACTIVE,
        &OWN_SCRIPT,
        &OWN_MACHINE_IMAGE,
        &FORM,
        &OWN_MACHINE,
        &NOT_HTTPS,
        &NO_PAGE,
    ],
    run,
};

static SECURE: Outcome = Outcome::pass("secure", "The page loads everything over https");
static UPGRADED: Outcome = Outcome::pass("upgraded", "Browsers are told to load everything over https");
static PASSIVE: Outcome = Outcome::warn("passive", "Images or media are loaded over plain http");
static ACTIVE: Outcome =
    Outcome::fail("active", "Browsers refuse parts of the page: they come over plain http");
static OWN_SCRIPT: Outcome =
    Outcome::fail("own-script", "Browsers refuse the page's own script: it comes over plain http").blocks();
static OWN_MACHINE_IMAGE: Outcome = Outcome::fail(
    "own-machine-image",
    "Images come from the visitor's own machine: a left-over of development",
);
static FORM: Outcome = Outcome::fail("form", "A form sends what people type over plain http")
    .costs(Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer))
    .blocks();
static OWN_MACHINE: Outcome =
    Outcome::fail("own-machine", "The page loads from the visitor's own machine: a left-over of development")
        .blocks();
static NOT_HTTPS: Outcome = Outcome::not_applicable("not-https", "The page itself is not served over https");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "There is no home page to look at");

/// Addresses that are shown.
const MAX_SHOWN: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Active,
    Form,
    Passive,
}

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    if home.url.scheme() != "https" {
        return Ok(NOT_HTTPS.found().detail(format!("The page is at {}.", home.url)));
    }
    let loaded = loaded(&home);
    let own: Vec<_> = loaded.iter().filter(|(_, _, url)| is_own_machine(url)).collect();
    let insecure: Vec<_> =
        loaded.iter().filter(|(_, _, url)| url.scheme() == "http" && !is_own_machine(url)).collect();
    let in_header = home.reply.headers.all("content-security-policy");
    let in_page = home.page.content_security_policies.iter().map(String::as_str);
    let upgrades = in_header
        .chain(in_page)
        .flat_map(|value| csp::parse(value).0)
        .any(|policy| policy.directives.iter().any(|d| d.name == "upgrade-insecure-requests"));
    let uses = |wanted: Use| insecure.iter().any(|(used, _, _)| *used == wanted);
    let scripted =
        insecure.iter().any(|(_, what, url)| *what == "script" && home.is_first_party(target, url));
    let outcome = if own.iter().any(|(used, _, _)| *used != Use::Passive) {
        &OWN_MACHINE
    } else if !own.is_empty() {
        &OWN_MACHINE_IMAGE
    } else if insecure.is_empty() {
        home.whole()?;
        &SECURE
    } else if upgrades {
        &UPGRADED
    } else if uses(Use::Form) {
        &FORM
    } else if scripted {
        &OWN_SCRIPT
    } else if uses(Use::Active) {
        &ACTIVE
    } else {
        &PASSIVE
    };
    let mut finding = outcome.found();
    let shown: Vec<_> = own.iter().chain(&insecure).take(MAX_SHOWN).collect();
    for (_, what, url) in &shown {
        finding = finding.with_evidence(*what, url.as_str());
    }
    if shown.is_empty() {
        finding = finding
            .detail(home.cut_note().trim())
            .with_evidence(home.url.as_str(), format!("{} addresses, all over https", loaded.len()));
    } else {
        finding = finding.detail(format!(
            "{} of {} addresses.{}",
            own.len() + insecure.len(),
            loaded.len(),
            home.cut_note()
        ));
    }
    Ok(match outcome.code {
        "secure" | "upgraded" => finding,
        "own-machine" | "own-machine-image" => {
            finding.fix(Fix::step("Build the page for production, and deploy that build."))
        }
        _ => finding
            .fix(Fix::step("Write https:// instead of http:// in these addresses."))
            .fix(Fix::header("Content-Security-Policy", "upgrade-insecure-requests")),
    })
}

/// Everything that the page loads or sends to, absolute.
fn loaded(home: &Home<'_>) -> Vec<(Use, &'static str, Url)> {
    let page = &home.page;
    let mut loaded = Vec::new();
    let mut add = |used: Use, what: &'static str, address: &str| {
        loaded.extend(home.resolve(address).map(|url| (used, what, url)));
    };
    for script in page.scripts.iter().filter(|script| !script.is_nomodule) {
        script.src.iter().for_each(|src| add(Use::Active, "script", src));
    }
    page.styles.iter().for_each(|style| add(Use::Active, "style sheet", &style.href));
    page.frames.iter().for_each(|src| add(Use::Active, "frame", src));
    for form in &page.forms {
        form.action.iter().for_each(|action| add(Use::Form, "form", action));
    }
    for image in &page.images {
        // With no address there is nothing to load; relative to the base it would be the base.
        if !image.src.is_empty() {
            add(Use::Passive, "image", &image.src);
        }
        // Sets are not upgradeable: Mixed Content, section 4.1, initiator "imageset".
        image
            .srcset
            .iter()
            .flat_map(|set| srcset_urls(set))
            .for_each(|url| add(Use::Active, "image of a set", url));
    }
    page.media.iter().for_each(|src| add(Use::Passive, "media", src));
    // Fonts and imported style sheets are not among what is upgradeable: Mixed Content, section 4.1.
    for (used, url) in &page.css_urls {
        match used {
            CssUse::Import => add(Use::Active, "style sheet", url),
            CssUse::Font => add(Use::Active, "font", url),
            CssUse::Image => add(Use::Passive, "image in a style", url),
        }
    }
    loaded
}

fn is_own_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
