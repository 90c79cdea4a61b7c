//! # Security headers (`security-headers`)
//!
//! ## What it checks
//! What the home page tells browsers to forbid: framing by other sites, guessing of content types, and scripts from
//! places that nobody vouched for. The Content-Security-Policy is read as browsers read it, all policies together, and judged
//! by what it really stops: ways around it are named.
//!
//! ## Why it matters
//! A page that anybody may frame can be dressed up to steal clicks and payments. A script that slips in through a form
//! field or a hacked third party can read everything that your visitors type.
//!
//! ## How to fix it
//! Send the headers below with every page. The policy that holds best allows scripts by a nonce that is new in every answer:
//! `script-src 'nonce-…' 'strict-dynamic'; object-src 'none'; base-uri 'none'`. Try a stricter Content-Security-Policy first as
//! Content-Security-Policy-Report-Only, and switch it on when the browser's console stays quiet.
//!
//! ## Sources
//! CSP Level 3 (W3C); "CSP Is Dead, Long Live CSP!" (Weichselbaum and others, 2016) and the lists of Google's CSP Evaluator for hosts
//! that let anything in; RFC 7034 (X-Frame-Options), Fetch standard "X-Content-Type-Options", Referrer Policy (W3C); without a
//! header browsers use strict-origin-when-cross-origin, which is good.
//!
//! ## Covers
//! S4
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! => strong
//! ```
//! Two policies hold both.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=' 'unsafe-inline'; base-uri 'none'
//! content-security-policy: frame-ancestors 'self'
//! x-content-type-options: NoSniff
//! => strong
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! x-frame-options: DENY
//! x-content-type-options: nosniff
//! => no-script-policy
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: default-src 'self' 'unsafe-inline'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! => no-script-policy
//! ```
//! A policy that only reports forbids nothing; a policy in the page cannot forbid framing.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy-report-only: default-src 'self'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! | <meta http-equiv="Content-Security-Policy" content="script-src 'self'; frame-ancestors 'none'">
//! => incomplete
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: frame-ancestors *
//! x-content-type-options: nosniff
//! => incomplete
//! ```
//! A host that serves anybody's files limits nothing.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'self' https://unpkg.com; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! => open-script-host
//! ```
//! A nonce that stands in two answers is known to everybody who looked at one of them.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'nonce-r4nd0mr4nd0mr4nd0mr4nd0m' 'strict-dynamic'; base-uri 'none'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! => nonce-reused
//! ```
//! Event handlers are scripts, too.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'self'; script-src-attr 'unsafe-inline'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! => policy-bypassed
//! ```
//! With 'strict-dynamic' only nonces and hashes count, and here there are none.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'self' 'strict-dynamic'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! | <script src="/app.js"></script>
//! => scripts-forbidden
//! ```
//! A ready-made policy on a page whose scripts stand in it or come from elsewhere: none of them runs.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: default-src 'self'; script-src 'self'; frame-ancestors 'self'
//! x-content-type-options: nosniff
//! | <script src="https://js.payments.net/v3/"></script><script>pay()</script>
//! => scripts-forbidden
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: default-src 'self'; script-src 'self'; frame-ancestors 'self'
//! x-content-type-options: nosniff
//! | <script src="/app.js"></script><script src="https://js.payments.net/v3/"></script>
//! => scripts-blocked
//! ```
//! A port or a scheme makes a star no less a star.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src https://*:443; frame-ancestors https://*:*
//! x-content-type-options: nosniff
//! => incomplete
//! ```
//! A template that was not filled in is no nonce, so 'unsafe-inline' holds.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'self' 'unsafe-inline' 'nonce-{{nonce}}'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! => no-script-policy
//! ```
//! A path limits what a host serves.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'self' https://www.google.com/recaptcha/; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! => strong
//! ```
//! What stands in the page comes before the header; the old default tells every site with https the whole address.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'self'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! referrer-policy: same-origin
//! | <meta name="referrer" content="no-referrer-when-downgrade">
//! => addresses-told
//! ```
//! The last value that browsers know counts; this one gives away every address, reset links included.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-security-policy: script-src 'self'; frame-ancestors 'none'
//! x-content-type-options: nosniff
//! referrer-policy: no-referrer, unsafe-url
//! => addresses-told
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! => absent
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
//! ```
//! ```evidence
//! GET https://example.com/
//! timeout
//! => not-measured
//! ```

use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::diagnostic::Diagnostic;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::home_page::home;
use crate::http::HttpRequest;
use crate::http::address;
use crate::http::csp;
use crate::http::csp::Policy;
use crate::http::page::{Page, Script};
use crate::http::{Headers, HttpReply};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "security-headers",
    area: Area::Security,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Host),
    outcomes: &[
        &STRONG,
        &SCRIPTS_FORBIDDEN,
        &SCRIPTS_BLOCKED,
        &NONCE_REUSED,
        &OPEN_SCRIPT_HOST,
        &POLICY_BYPASSED,
        &ADDRESSES_TOLD,
        &NO_SCRIPT_POLICY,
        &INCOMPLETE,
        &ABSENT,
        &NO_PAGE,
    ],
    run,
};

static STRONG: Outcome = Outcome::pass("strong", "Browsers are told what to forbid");
static NO_SCRIPT_POLICY: Outcome =
    Outcome::warn("no-script-policy", "Nothing limits which scripts run on the page");
static OPEN_SCRIPT_HOST: Outcome = Outcome::warn(
    "open-script-host",
    "The script policy allows a host from which anybody's script can be loaded",
);
static NONCE_REUSED: Outcome = Outcome::warn(
    "nonce-reused",
    "The script policy's nonce is the same in every answer, so it keeps nobody out",
);
static POLICY_BYPASSED: Outcome = Outcome::warn("policy-bypassed", "There is a way around the script policy");
static SCRIPTS_FORBIDDEN: Outcome =
    Outcome::fail("scripts-forbidden", "The script policy keeps the page's own scripts from running")
        .costs(Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer));
static SCRIPTS_BLOCKED: Outcome =
    Outcome::warn("scripts-blocked", "The script policy keeps some of the page's own scripts from running")
        .costs(Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer));
static ADDRESSES_TOLD: Outcome =
    Outcome::warn("addresses-told", "Other sites are told the full address of every page that links to them");
static INCOMPLETE: Outcome = Outcome::warn("incomplete", "Some protective headers are missing");
static ABSENT: Outcome = Outcome::fail("absent", "The page sends no protective headers at all");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "There is no home page to protect");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let Some((url, probe)) = home(target, evidence)? else { return Ok(NO_PAGE.found()) };
    let reply = fetched(evidence, probe.clone())?;
    if !(200..300).contains(&reply.status) {
        return Ok(NO_PAGE.found().detail(format!("{url} answers with status {}.", reply.status)));
    }
    let page = evidence.page(&probe).unwrap_or_default();
    let sent = Sent::gathered(evidence, &url, reply, &page)?;
    let outcome = sent.judged();
    let (missing, fixes) = sent.fixes(outcome);
    let mut finding = outcome.found();
    if !missing.is_empty() {
        let mut sentence = missing.join(", ");
        if let Some(first) = sentence.get(..1).map(str::to_ascii_uppercase) {
            sentence.replace_range(..1, &first);
        }
        finding = finding.detail(sentence + ".");
    }
    Ok(fixes.into_iter().fold(sent.shown(finding), Finding::fix))
}

/// What the page's headers, and its own tags, tell browsers.
struct Sent<'e> {
    url: &'e Url,
    reply: &'e HttpReply,
    page: &'e Page,
    /// The policies of the headers.
    in_headers: Vec<Policy>,
    /// Those that stand in the page.
    in_page: Vec<Policy>,
    /// Another answer of the same address, where the policy holds a nonce.
    again: Option<&'e HttpReply>,
    /// The page's scripts, as they are called, that a header keeps from running, and how many it has.
    blocked: Vec<String>,
    scripts: usize,
}

impl<'e> Sent<'e> {
    fn gathered(
        evidence: &'e Evidence,
        url: &'e Url,
        reply: &'e HttpReply,
        page: &'e Page,
    ) -> Result<Self, Stop> {
        let values = reply.headers.all("content-security-policy");
        let in_headers: Vec<Policy> = values.flat_map(|value| csp::parse(value).0).collect();
        let in_page = page.content_security_policies.iter().flat_map(|value| csp::parse(value).0).collect();
        // One of the timed requests, which every scan makes. Without it nothing is said about nonces.
        let again = if in_headers.iter().any(|policy| policy.nonces().next().is_some()) {
            let again = HttpRequest { repeat: 1, body_limit: 0, ..HttpRequest::get(url.as_str()) };
            match fetched(evidence, Probe::Http(again)) {
                Err(Stop::Pending) => return Err(Stop::Pending),
                answered => answered.ok(),
            }
        } else {
            None
        };
        let base = page.base_url(url);
        let running: Vec<&Script> = page.scripts.iter().filter(|script| !script.is_nomodule).collect();
        let is_blocked = |script: &&&Script| {
            let src = script.src.as_deref().map(|src| address::join(&base, src));
            // What is no address loads nothing, with a policy or without.
            let Some(src) = src.map_or(Some(None), |src| src.map(Some)) else { return false };
            let nonce = script.nonce.as_deref();
            let integrity = script.integrity.is_some();
            in_headers.iter().any(|policy| !policy.allows_script(url, src.as_ref(), nonce, integrity))
        };
        let named =
            |script: &&Script| script.src.clone().unwrap_or_else(|| "a script in the page".to_owned());
        let blocked = running.iter().filter(is_blocked).map(named).collect();
        let scripts = running.len();
        Ok(Self { url, reply, page, in_headers, in_page, again, blocked, scripts })
    }

    fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.in_headers.iter().chain(&self.in_page)
    }

    /// Those that say something about scripts.
    fn scripted(&self) -> Vec<&Policy> {
        self.policies().filter(|policy| policy.governing("script-src-elem").is_some()).collect()
    }

    /// Whether framing by other sites is forbidden. frame-ancestors is ignored in a <meta> (CSP section 3.3), and outranks
    /// X-Frame-Options (section 6.4.2).
    fn limits_framing(&self) -> bool {
        if self.in_headers.iter().any(|policy| policy.governing("frame-ancestors").is_some()) {
            self.in_headers.iter().any(Policy::limits_framing)
        } else {
            frame_options(self.reply)
        }
    }

    fn forbids_sniffing(&self) -> bool {
        self.reply.headers.first("x-content-type-options").is_some_and(|value| {
            value.split(',').next().unwrap_or_default().trim().eq_ignore_ascii_case("nosniff")
        })
    }

    /// Whether something limits scripts: every policy has to allow one for it to run.
    fn limits_scripts(&self) -> bool {
        self.policies().any(|policy| !policy.allows_any_inline_script())
            && self.policies().any(|policy| !policy.allows_scripts_from_anywhere())
    }

    /// Whether no script of the page runs.
    fn forbids_all(&self) -> bool {
        let every = self.scripted().iter().any(|policy| policy.forbids_every_script());
        self.scripts > 0 && (every || self.blocked.len() == self.scripts)
    }

    /// Whether every policy about scripts has such a way around it: a second one without would stop it.
    fn all(&self, open: fn(&Policy) -> Vec<Diagnostic>) -> bool {
        let scripted = self.scripted();
        !scripted.is_empty() && scripted.iter().all(|policy| !open(policy).is_empty())
    }

    fn judged(&self) -> &'static Outcome {
        let faults = usize::from(!self.limits_framing()) + usize::from(!self.forbids_sniffing());
        match (faults, self.limits_scripts()) {
            _ if self.forbids_all() => &SCRIPTS_FORBIDDEN,
            _ if !self.blocked.is_empty() => &SCRIPTS_BLOCKED,
            (0, true) if referrer(&self.reply.headers, self.page).is_some() => &ADDRESSES_TOLD,
            (0, true) if self.again.is_some_and(|again| repeats_nonce(&self.in_headers, again)) => {
                &NONCE_REUSED
            }
            (0, true) if self.all(Policy::open_hosts) => &OPEN_SCRIPT_HOST,
            (0, true) if self.all(Policy::bypasses) => &POLICY_BYPASSED,
            (0, true) => &STRONG,
            (0, false) => &NO_SCRIPT_POLICY,
            (2, false) if self.in_headers.is_empty() && self.in_page.is_empty() => &ABSENT,
            _ => &INCOMPLETE,
        }
    }

    /// What is missing, in words, and what puts it right.
    fn fixes(&self, outcome: &Outcome) -> (Vec<&'static str>, Vec<Fix>) {
        let mut missing = Vec::new();
        let mut fixes = Vec::new();
        if !self.limits_framing() {
            missing.push("framing by other sites is not forbidden");
            // Where the policy speaks of framing, X-Frame-Options is not looked at.
            fixes.push(match own_frames_only(self.reply) {
                Some(policy) => Fix::header("Content-Security-Policy", policy),
                None => Fix::header("X-Frame-Options", "SAMEORIGIN"),
            });
        }
        if !self.forbids_sniffing() {
            missing.push("browsers may guess content types");
            fixes.push(Fix::header("X-Content-Type-Options", "nosniff"));
        }
        match outcome.code {
            "addresses-told" => {
                missing.push(match referrer(&self.reply.headers, self.page) {
                    Some("unsafe-url") => "the referrer policy is unsafe-url",
                    _ => "the referrer policy is no-referrer-when-downgrade",
                });
                if referrer(&self.reply.headers, &Page::default()).is_some() {
                    fixes.push(Fix::header("Referrer-Policy", "strict-origin-when-cross-origin"));
                }
                if referrer(&Headers::default(), self.page).is_some() {
                    fixes.push(Fix::step(
                        "Take the tag <meta name=\"referrer\"> out of the page: it comes before the header.",
                    ));
                }
            }
            "nonce-reused" => {
                missing.push("two answers carry the same nonce");
                fixes.push(Fix::step("Make a new random nonce for every answer, and let no cache keep the page with it; for pages from a cache use hashes instead."));
            }
            "policy-bypassed" => {
                let ways = self.scripted().into_iter().flat_map(Policy::bypasses);
                fixes.extend(ways.map(|way| Fix::step(way.message.into_owned())));
            }
            "open-script-host" => {
                missing.push("the script policy allows a host that serves anybody's scripts");
                let hosts = self.scripted().into_iter().flat_map(Policy::open_hosts);
                fixes.extend(hosts.map(|host| Fix::step(host.message.into_owned())));
            }
            "scripts-forbidden" if self.blocked.is_empty() => {
                missing.push("'strict-dynamic' stands without a nonce or a hash");
                fixes.push(Fix::step(
                    "Give every script a nonce and name it in script-src, or take 'strict-dynamic' out.",
                ));
            }
            "scripts-forbidden" | "scripts-blocked" => {
                missing.push(match outcome.code {
                    "scripts-forbidden" => "none of the page's scripts runs",
                    _ => "some of the page's scripts do not run",
                });
                fixes.push(Fix::step("Name the hosts of these scripts in script-src, and give those in the page a nonce or a hash; or move them to files of your own."));
            }
            _ => {}
        }
        if !self.limits_scripts() {
            missing.push("no policy limits scripts");
            fixes.push(Fix::header(
                "Content-Security-Policy-Report-Only",
                "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
            ));
            fixes.push(Fix::step("Add the hosts that the browser's console names. When it has been quiet for a week, send the same value as Content-Security-Policy."));
        }
        (missing, fixes)
    }

    fn shown(&self, finding: Finding) -> Finding {
        let mut finding = self
            .blocked
            .iter()
            .take(MAX_SHOWN)
            .fold(finding, |finding, script| finding.with_evidence("kept from running", script));
        let mut shown = false;
        for name in [
            "content-security-policy",
            "content-security-policy-report-only",
            "x-frame-options",
            "x-content-type-options",
            "referrer-policy",
        ] {
            for value in self.reply.headers.all(name) {
                let marks = if name.starts_with("content") { marks(value, false) } else { Vec::new() };
                finding = finding.with_marked_evidence(name, value, &marks);
                shown = true;
            }
        }
        for value in &self.page.content_security_policies {
            let label = "content-security-policy in the page";
            finding = finding.with_marked_evidence(label, value, &marks(value, true));
            shown = true;
        }
        if let Some(value) = self.page.meta("referrer") {
            finding = finding.with_evidence("<meta name=\"referrer\">", value);
        }
        if !shown {
            let status = format!("status {}, none of the headers", self.reply.status);
            finding = finding.with_evidence(format!("GET {}", self.url), status);
        }
        finding
    }
}

/// Scripts that are shown which do not run.
const MAX_SHOWN: usize = 8;

/// The policies of the reply with `frame-ancestors 'self'` for what they say about framing; `None` where they say nothing.
/// Commas separate policies, semicolons directives (CSP section 2.2), whatever stands between them.
fn own_frames_only(reply: &HttpReply) -> Option<String> {
    let is_framing = |directive: &str| {
        directive
            .split_ascii_whitespace()
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("frame-ancestors"))
    };
    let value = reply.headers.all("content-security-policy").collect::<Vec<_>>().join(", ");
    if !value.split([',', ';']).any(is_framing) {
        return None;
    }
    let rewritten = |policy: &str| {
        let directives = policy.split(';').map(str::trim).filter(|directive| !directive.is_empty());
        let directives = directives
            .map(|directive| if is_framing(directive) { "frame-ancestors 'self'" } else { directive });
        directives.collect::<Vec<_>>().join("; ")
    };
    Some(value.split(',').map(rewritten).collect::<Vec<_>>().join(", "))
}

/// What there is to see in a policy.
fn marks(value: &str, in_page: bool) -> Vec<Diagnostic> {
    let (policies, mut issues) = csp::parse(value);
    for policy in &policies {
        issues.extend(policy.open_hosts());
        issues.extend(policy.bypasses());
        issues.extend(policy.notes());
        if in_page {
            issues.extend(policy.ignored_in_page());
        }
    }
    issues
}

/// Whether a nonce of these policies stands in another answer, too.
fn repeats_nonce(policies: &[Policy], again: &HttpReply) -> bool {
    let others: Vec<Policy> =
        again.headers.all("content-security-policy").flat_map(|value| csp::parse(value).0).collect();
    policies
        .iter()
        .flat_map(Policy::nonces)
        .any(|nonce| others.iter().any(|p| p.nonces().any(|n| n == nonce)))
}

/// The policy that gives whole addresses away, where such a one holds: the last value that browsers know of the header (Referrer
/// Policy, section 4.1), and that of the last tag in the page, which comes before it (section 4.2).
fn referrer(headers: &Headers, page: &Page) -> Option<&'static str> {
    let header = headers.all("referrer-policy").flat_map(|value| value.split(','));
    let tags = page.metas.iter().filter(|(name, _)| name == "referrer").map(|(_, content)| content.as_str());
    let values = header.chain(tags).map(|value| value.trim().to_ascii_lowercase());
    // What browsers still read of an earlier draft.
    let named = values.map(|value| match value.as_str() {
        "never" => "no-referrer".to_owned(),
        "default" => "strict-origin-when-cross-origin".to_owned(),
        "always" => "unsafe-url".to_owned(),
        "origin-when-crossorigin" => "origin-when-cross-origin".to_owned(),
        _ => value,
    });
    let last = named.filter(|value| REFERRER.contains(&value.as_str())).last()?;
    ["unsafe-url", "no-referrer-when-downgrade"].into_iter().find(|weak| *weak == last)
}

/// The values of Referrer Policy (W3C, 2017), section 3.
const REFERRER: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// Whether `X-Frame-Options` limits framing: DENY or SAMEORIGIN, and no conflicting values (HTML standard, "check
/// a navigation response's adherence to X-Frame-Options"). ALLOW-FROM does nothing in today's browsers.
fn frame_options(reply: &HttpReply) -> bool {
    let mut values: Vec<String> = reply
        .headers
        .all("x-frame-options")
        .flat_map(|value| value.split(','))
        .map(|value| value.trim().to_ascii_lowercase())
        .collect();
    values.sort();
    values.dedup();
    match values.as_slice() {
        [one] => matches!(one.as_str(), "deny" | "sameorigin"),
        // Conflicting values forbid framing where one of them is meant to.
        several => several.iter().any(|value| matches!(value.as_str(), "deny" | "sameorigin")),
    }
}
