//! # Mixed content (`mixed-content`)
//!
//! ## What it checks
//! Whether the home page loads scripts, styles, fonts, frames, images or media over plain http, sends a form there, or calls an
//! interface over http or ws from its own scripts. A policy that
//! makes browsers upgrade such addresses (`upgrade-insecure-requests`) is taken into account.
//!
//! ## Why it matters
//! Browsers block scripts, styles, fonts and frames that load over HTTP on an HTTPS page, so that part of the page
//! is missing. Anyone on the network can read what a form sends over HTTP.
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
//! A button's own address wins over its form's.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <form action="https://example.com/login"><button formaction="http://example.com/login">Sign in</button></form>
//! => form
//! ```
//! Browsers refuse what a script asks for over http, or over a socket without encryption.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! | const api = axios.create({ baseURL: "http://api.example.com/v1" }); const ns = "http://www.w3.org/2000/svg";
//! => active
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>const s = new WebSocket("ws://live.example.com/feed"); fetch("https://api.example.com/")</script>
//! => active
//! ```
//! What old browsers alone read, and what waits in a template, is not loaded.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <h1>Parcelpal</h1><!--[if lt IE 9]><script src="http://a.example.net/shiv.js"></script><![endif]--><template><img srcset="http://a.example.net/b.png 1x"></template>
//! => secure
//! ```
//! A page that was not read to its end may load anything.
//! ```evidence
//! GET https://example.com/
//! 200 cut
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! => unread
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

use memchr::memmem;
use url::{Host, Url};

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::header_value::policy_with;
use crate::domain::Domain;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{Home, home_page};
use crate::facts::scripts::own_scripts;
use crate::http::address;
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
        &UNREAD,
        &NOT_HTTPS,
        &NO_PAGE,
    ],
    run,
};

static SECURE: Outcome = Outcome::pass("secure", "The page loads everything over HTTPS");
static UPGRADED: Outcome = Outcome::pass("upgraded", "Mixed content is upgraded to HTTPS");
static PASSIVE: Outcome = Outcome::warn("passive", "Images or media load over plain HTTP");
static ACTIVE: Outcome =
    Outcome::fail("active", "Browsers block parts of the page: they load over plain HTTP");
static OWN_SCRIPT: Outcome =
    Outcome::fail("own-script", "Browsers block the page's own script: it loads over plain HTTP").blocks();
static OWN_MACHINE_IMAGE: Outcome =
    Outcome::fail("own-machine-image", "Image URLs point to localhost, left over from development");
static FORM: Outcome = Outcome::fail("form", "A form sends what people type over plain http")
    .costs(Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer))
    .blocks();
static OWN_MACHINE: Outcome =
    Outcome::fail("own-machine", "The page loads from localhost, left over from development").blocks();
static UNREAD: Outcome =
    Outcome::not_measured("unread", "The page is too long to tell whether it loads everything over https");
static NOT_HTTPS: Outcome = Outcome::not_applicable("not-https", "The page itself is not served over https");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to look at");

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
    let mut loaded = loaded(&home);
    for script in &home.page.scripts {
        loaded.extend(called(script.text.as_bytes()));
    }
    for script in own_scripts(&home, target, evidence)?.read {
        loaded.extend(called(&script.reply.body.bytes));
    }
    let outcome = judged(&home, target, &loaded);
    Ok(fixes(outcome, &home, shown(outcome, &home, &loaded)))
}

/// What is loaded, what for, and from where.
type Loaded = (Use, &'static str, Url);

fn judged(home: &Home<'_>, target: &Target, loaded: &[Loaded]) -> &'static Outcome {
    let uses = |wanted: Use| insecure(loaded).any(|(used, _, _)| *used == wanted);
    let own =
        |wanted: fn(Use) -> bool| loaded.iter().any(|(used, _, url)| is_own_machine(url) && wanted(*used));
    let is_own_script = |(_, what, url): &Loaded| *what == "script" && home.is_first_party(target, url);
    let scripted = insecure(loaded).any(is_own_script);
    if own(|used| used != Use::Passive) {
        &OWN_MACHINE
    } else if own(|used| used == Use::Passive) {
        &OWN_MACHINE_IMAGE
    } else if insecure(loaded).next().is_none() {
        if home.page.cut { &UNREAD } else { &SECURE }
    } else if upgrades(home) {
        &UPGRADED
    } else if uses(Use::Form) {
        &FORM
    } else if scripted {
        &OWN_SCRIPT
    } else if uses(Use::Active) {
        &ACTIVE
    } else {
        &PASSIVE
    }
}

fn insecure(loaded: &[Loaded]) -> impl Iterator<Item = &Loaded> {
    loaded.iter().filter(|(_, _, url)| matches!(url.scheme(), "http" | "ws") && !is_own_machine(url))
}

/// Whether a policy makes browsers upgrade what is plain.
fn upgrades(home: &Home<'_>) -> bool {
    let in_header = home.reply.headers.all("content-security-policy");
    let in_page = home.page.content_security_policies.iter().map(String::as_str);
    in_header
        .chain(in_page)
        .flat_map(|value| csp::parse(value).0)
        .any(|policy| policy.directives.iter().any(|d| d.name == "upgrade-insecure-requests"))
}

fn shown(outcome: &'static Outcome, home: &Home<'_>, loaded: &[Loaded]) -> Finding {
    let own = loaded.iter().filter(|(_, _, url)| is_own_machine(url));
    let odd: Vec<&Loaded> = own.chain(insecure(loaded)).collect();
    let finding = outcome.found();
    if odd.is_empty() {
        return finding
            .detail(home.cut_note().trim())
            .with_evidence(home.url.as_str(), format!("{} addresses, all over https", loaded.len()));
    }
    let counted = format!("{} of {} URLs on the page.{}", odd.len(), loaded.len(), home.cut_note());
    odd.iter()
        .take(MAX_SHOWN)
        .fold(finding.detail(counted), |finding, (_, what, url)| finding.with_evidence(*what, url.as_str()))
}

fn fixes(outcome: &Outcome, home: &Home<'_>, finding: Finding) -> Finding {
    match outcome.code {
        "secure" | "upgraded" | "unread" => finding,
        "own-machine" | "own-machine-image" => {
            finding.fix(Fix::step("Build the page for production, and deploy that build."))
        }
        _ => finding
            .fix(Fix::step(
                "Write https:// instead of http:// in these addresses, and wss:// instead of ws://.",
            ))
            .fix(policy_with(&home.reply.headers, "upgrade-insecure-requests")),
    }
}

/// The plain addresses that a script calls: every socket's, and those of http that stand where calls and settings have them. Any
/// other text that is an address may be a name.
fn called(script: &[u8]) -> Vec<Loaded> {
    let mut found = Vec::new();
    for scheme in [&b"ws://"[..], b"http://"] {
        for at in memmem::find_iter(script, scheme) {
            let Some((b'"' | b'\'' | b'`', before)) = script.get(..at).and_then(<[u8]>::split_last) else {
                continue;
            };
            let before = before.get(before.len().saturating_sub(MAX_CALL)..).unwrap_or(before);
            let before = String::from_utf8_lossy(before.trim_ascii_end()).into_owned();
            let is_call = scheme == b"ws://" || CALLS.iter().any(|call| before.ends_with(call));
            let rest = script.get(at..script.len().min(at + MAX_ADDRESS)).unwrap_or_default();
            let end = rest.iter().position(|byte| b"\"'` <>$\\".contains(byte) || !byte.is_ascii_graphic());
            let text = String::from_utf8_lossy(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
            let url = address::parse(&text).filter(|url| {
                url.host_str().is_some_and(|host| Domain::from_host(host).is_some()) && !is_own_machine(url)
            });
            if let Some(url) = url.filter(|_| is_call && found.len() < MAX_CALLED) {
                found.push((Use::Active, "called by a script", url));
            }
        }
    }
    found
}

/// What stands before the address of a call, or before that of a setting for calls.
const CALLS: &[&str] = &[
    "fetch(",
    "axios(",
    "axios.get(",
    "axios.post(",
    "ky.get(",
    "ky.post(",
    "$.get(",
    "$.post(",
    "$.getJSON(",
    "http.get(",
    "http.post(",
    ".open(\"GET\",",
    ".open(\"POST\",",
    ".open('GET',",
    ".open('POST',",
    ".sendBeacon(",
    "new EventSource(",
    "importScripts(",
    "baseURL:",
    "baseURL=",
    "baseUrl:",
    "apiUrl:",
    "apiURL:",
    "API_URL:",
    "API_URL=",
    "API_BASE:",
    "API_BASE_URL:",
    "API_BASE_URL=",
];
/// Octets before an address that are looked at, of an address, and how many are kept of a script.
const MAX_CALL: usize = 40;
const MAX_ADDRESS: usize = 300;
const MAX_CALLED: usize = 20;

/// Everything that the page loads or sends to, absolute.
fn loaded(home: &Home<'_>) -> Vec<Loaded> {
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
        form.button_actions.iter().for_each(|action| add(Use::Form, "button of a form", action));
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
