//! # Security headers (`security-headers`)
//!
//! ## What it checks
//! What the home page tells browsers to forbid: framing by other sites, guessing of content types, and scripts from
//! places that nobody vouched for. The Content-Security-Policy is read as browsers read it, all policies together, and judged
//! by what it really stops: ways around it are named.
//!
//! ## Why it matters
//! Any site can put your page in a frame and trick visitors into clicks and payments. A script injected through a
//! form field or a hacked third party can read everything your visitors type.
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
//! A middleware's default policy on a page whose scripts stand in it, or come from other hosts: none of them runs.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! content-security-policy: default-src 'self';script-src 'self';script-src-attr 'none';frame-ancestors 'self'
//! x-content-type-options: nosniff
//! | <h1>Parcelpal</h1><script src=https://cdn.example.net/widget.js></script><script>start()</script>
//! => scripts-forbidden
//! ```
//! The policy that stands in the page stops the app's only script.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! x-frame-options: DENY
//! x-content-type-options: nosniff
//! | <meta http-equiv=content-security-policy content="script-src 'self'"><div id=root></div>
//! | <script type=module src=https://files.example.net/assets/index-4f2a.js></script>
//! => scripts-forbidden
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! content-security-policy: script-src 'self'; frame-ancestors 'self'
//! x-content-type-options: nosniff
//! | <h1>Parcelpal</h1><script src=/app.js></script><script>start()</script>
//! => some-scripts-forbidden
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

use launch_ready_providers::is_added;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::header_value::{changed, holds_nonce, policy_with};
use crate::diagnostic::Diagnostic;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::facts::home_page::{Home, PageKind, home_page, is_entry};
use crate::http::HttpRequest;
use crate::http::csp;
use crate::http::csp::{Policy, ScriptElement};
use crate::http::page::Page;
use crate::http::{Headers, HttpReply};
use crate::providers::open_hosts::open_hosts;
use crate::providers::third_party::{Purpose, service};
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
        &SOME_SCRIPTS_FORBIDDEN,
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

static STRONG: Outcome = Outcome::pass("strong", "The security headers are in place");
static NO_SCRIPT_POLICY: Outcome =
    Outcome::warn("no-script-policy", "No Content-Security-Policy limits which scripts run");
static OPEN_SCRIPT_HOST: Outcome = Outcome::warn(
    "open-script-host",
    "The Content-Security-Policy allows a host that serves anyone's scripts",
);
static NONCE_REUSED: Outcome =
    Outcome::warn("nonce-reused", "The Content-Security-Policy nonce never changes, so it protects nothing");
static POLICY_BYPASSED: Outcome =
    Outcome::warn("policy-bypassed", "The Content-Security-Policy can be bypassed");
static SCRIPTS_FORBIDDEN: Outcome =
    Outcome::fail("scripts-forbidden", "The Content-Security-Policy blocks the page's own scripts")
        .costs(Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer))
        .blocks();
static SOME_SCRIPTS_FORBIDDEN: Outcome =
    Outcome::warn("some-scripts-forbidden", "The script policy stops some of the page's scripts")
        .costs(Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer))
        .important();
static ADDRESSES_TOLD: Outcome =
    Outcome::warn("addresses-told", "Other sites see the full URL of every page that links to them");
static INCOMPLETE: Outcome = Outcome::warn("incomplete", "Some security headers are missing");
static ABSENT: Outcome = Outcome::fail("absent", "The page sends no security headers");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to protect");

/// Hosts in a policy that let a script of an attacker's choice in.
fn open(policy: &Policy) -> Vec<Diagnostic> {
    policy.open_hosts(open_hosts())
}

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let sent = Sent::gathered(evidence, &home)?;
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
    home: &'e Home<'e>,
    /// The policies of the headers.
    in_headers: Vec<Policy>,
    /// Those that stand in the page.
    in_page: Vec<Policy>,
    /// Another answer of the same address, where the policy holds a nonce.
    again: Option<&'e HttpReply>,
    /// The page's own scripts that the policies keep from running.
    stopped: Stopped,
}

impl<'e> Sent<'e> {
    fn gathered(evidence: &'e Evidence, home: &'e Home<'e>) -> Result<Self, Stop> {
        let values = home.reply.headers.all("content-security-policy");
        let in_headers: Vec<Policy> = values.flat_map(|value| csp::parse(value).0).collect();
        let in_page: Vec<Policy> =
            home.page.content_security_policies.iter().flat_map(|value| csp::parse(value).0).collect();
        // One of the timed requests, which every scan makes. Without it nothing is said about nonces.
        let again = if in_headers.iter().any(|policy| policy.nonces().next().is_some()) {
            let again = HttpRequest { repeat: 1, body_limit: 0, ..HttpRequest::get(home.url.as_str()) };
            match fetched(evidence, Probe::Http(again)) {
                Err(Stop::Pending) => return Err(Stop::Pending),
                answered => answered.ok(),
            }
        } else {
            None
        };
        let stopped = Stopped::by(home, &in_headers, &in_page);
        Ok(Self { home, in_headers, in_page, again, stopped })
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
            frame_options(self.home.reply)
        }
    }

    fn forbids_sniffing(&self) -> bool {
        self.home.reply.headers.first("x-content-type-options").is_some_and(|value| {
            value.split(',').next().unwrap_or_default().trim().eq_ignore_ascii_case("nosniff")
        })
    }

    /// Whether something limits scripts: every policy has to allow one for it to run.
    fn limits_scripts(&self) -> bool {
        self.policies().any(|policy| !policy.allows_any_inline_script())
            && self.policies().any(|policy| !policy.allows_scripts_from_anywhere())
    }

    /// Whether every policy about scripts has such a way around it: a second one without would stop it.
    fn all(&self, open: fn(&Policy) -> Vec<Diagnostic>) -> bool {
        let scripted = self.scripted();
        !scripted.is_empty() && scripted.iter().all(|policy| !open(policy).is_empty())
    }

    fn judged(&self) -> &'static Outcome {
        let faults = usize::from(!self.limits_framing()) + usize::from(!self.forbids_sniffing());
        match (faults, self.limits_scripts()) {
            _ if self.stopped.is_fatal => &SCRIPTS_FORBIDDEN,
            _ if !self.stopped.scripts.is_empty() => &SOME_SCRIPTS_FORBIDDEN,
            (0, true) if referrer(&self.home.reply.headers, &self.home.page).is_some() => &ADDRESSES_TOLD,
            (0, true) if self.again.is_some_and(|again| repeats_nonce(&self.in_headers, again)) => {
                &NONCE_REUSED
            }
            (0, true) if self.all(open) => &OPEN_SCRIPT_HOST,
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
            let headers = &self.home.reply.headers;
            let is_spoken_of =
                self.in_headers.iter().any(|policy| policy.governing("frame-ancestors").is_some());
            fixes.push(match is_spoken_of {
                true => policy_with(headers, "frame-ancestors 'self'"),
                false => self.header("X-Frame-Options", "SAMEORIGIN"),
            });
        }
        if !self.forbids_sniffing() {
            missing.push("browsers may guess content types");
            fixes.push(self.header("X-Content-Type-Options", "nosniff"));
        }
        match outcome.code {
            "addresses-told" => {
                missing.push(match referrer(&self.home.reply.headers, &self.home.page) {
                    Some("unsafe-url") => "the referrer policy is unsafe-url",
                    _ => "the referrer policy is no-referrer-when-downgrade",
                });
                if referrer(&self.home.reply.headers, &Page::default()).is_some() {
                    fixes.push(self.header("Referrer-Policy", "strict-origin-when-cross-origin"));
                }
                if referrer(&Headers::default(), &self.home.page).is_some() {
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
                let hosts = self.scripted().into_iter().flat_map(open);
                fixes.extend(hosts.map(|host| Fix::step(host.message.into_owned())));
            }
            "scripts-forbidden" | "some-scripts-forbidden" => {
                missing.push(match self.stopped.is_fatal {
                    true => "none of the page's own scripts runs",
                    false => "some of the page's scripts do not run",
                });
                if self.policies().any(Policy::forbids_every_script) {
                    missing.push("'strict-dynamic' has no nonce or hash");
                }
                fixes.push(Fix::step(self.stopped.remedy()));
            }
            _ => {}
        }
        if !self.limits_scripts() {
            missing.push("no policy limits scripts");
            fixes.extend(self.reported());
            fixes.push(Fix::step(match self.in_headers.is_empty() {
                true => "Add the hosts that the browser's console names. When it has been quiet for a week, send the same value as Content-Security-Policy.",
                false => "Add the hosts that the browser's console names. When it has been quiet for a week, put the same directives into the Content-Security-Policy that is sent already.",
            }));
        }
        (missing, fixes)
    }

    /// A header in the place of what is sent of it.
    fn header(&self, name: &str, value: &str) -> Fix {
        Fix::header(name, value).instead_of(self.home.reply.headers.all(name))
    }

    /// A policy to try: what one says already that only reports stays, and what it does not speak of is added. `None` where it says
    /// all of it.
    fn reported(&self) -> Option<Fix> {
        const NAME: &str = "Content-Security-Policy-Report-Only";
        let sent: Vec<&str> = self.home.reply.headers.all(NAME).collect();
        let there: Vec<Policy> = sent.iter().flat_map(|value| csp::parse(value).0).collect();
        let says = |name: &str| {
            there.iter().any(|policy| policy.directives.iter().any(|directive| directive.name == name))
        };
        let wanted = ["default-src 'self'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'self'"];
        let missing: Vec<&str> = wanted
            .into_iter()
            .filter(|part| part.split(' ').next().is_some_and(|name| !says(name)))
            .collect();
        if missing.is_empty() {
            return None;
        }
        Some(match sent.iter().any(|value| holds_nonce(value)) {
            true => Fix::step(format!(
                "Add what is missing to the {NAME} that the app writes: {}.",
                missing.join("; ")
            )),
            false => Fix::header(NAME, changed(NAME, &sent, missing)).instead_of(sent),
        })
    }

    fn shown(&self, finding: Finding) -> Finding {
        let mut finding =
            self.stopped.scripts.iter().fold(finding, |finding, script| {
                finding.with_evidence("a script that the policy stops", script)
            });
        let mut shown = false;
        for name in [
            "content-security-policy",
            "content-security-policy-report-only",
            "x-frame-options",
            "x-content-type-options",
            "referrer-policy",
        ] {
            for value in self.home.reply.headers.all(name) {
                let marks = if name.starts_with("content") { marks(value, false) } else { Vec::new() };
                finding = finding.with_marked_evidence(name, value, &marks);
                shown = true;
            }
        }
        for value in &self.home.page.content_security_policies {
            let label = "content-security-policy in the page";
            finding = finding.with_marked_evidence(label, value, &marks(value, true));
            shown = true;
        }
        if let Some(value) = self.home.page.meta("referrer") {
            finding = finding.with_evidence("<meta name=\"referrer\">", value);
        }
        if !shown {
            let status = format!("status {}, none of the headers", self.home.reply.status);
            finding = finding.with_evidence(format!("GET {}", self.home.url), status);
        }
        finding
    }
}

/// The page's own scripts that its policies keep from running.
struct Stopped {
    /// Each as it stands in the page.
    scripts: Vec<String>,
    /// Whether nothing of what the page does runs: all of them, or what an app begins with.
    is_fatal: bool,
    /// Whether one of them stands in the page itself.
    has_inline: bool,
    /// Hosts that a policy would have to name.
    hosts: Vec<String>,
}

impl Stopped {
    fn by(home: &Home<'_>, in_headers: &[Policy], in_page: &[Policy]) -> Self {
        let upgrades = in_headers
            .iter()
            .chain(in_page)
            .any(|policy| policy.directives.iter().any(|d| d.name == "upgrade-insecure-requests"));
        let mut stopped = Self { scripts: Vec::new(), is_fatal: false, has_inline: false, hosts: Vec::new() };
        let (mut own, mut entry) = (0, false);
        for script in home.page.scripts.iter().filter(|script| !script.is_nomodule) {
            let mut src = script.src.as_deref().and_then(|src| home.resolve(src));
            if let Some(url) = src.as_mut().filter(|url| upgrades && url.scheme() == "http") {
                let _ = url.set_scheme("https");
            }
            // What a service counts or adds is missed by nobody, and a host adds scripts that the page does not know of.
            let foreign = src
                .as_ref()
                .is_some_and(|url| is_added(url.path()) || url.host_str().is_some_and(serves_itself));
            if foreign || script.src.is_none() && script.text.trim().is_empty() {
                continue;
            }
            own += 1;
            let text = (!script.text_is_cut && !is_masked(&script.text)).then_some(script.text.as_str());
            let element = ScriptElement {
                page: &home.url,
                src: src.as_ref(),
                text,
                nonce: script.nonce.as_deref(),
                integrity: script.integrity.as_deref(),
            };
            let runs = in_headers.iter().all(|policy| policy.allows_script(&element, false))
                && in_page.iter().all(|policy| policy.allows_script(&element, true));
            if runs {
                continue;
            }
            entry |= src.as_ref().is_some_and(is_entry);
            stopped.has_inline |= src.is_none();
            stopped.hosts.extend(src.as_ref().map(|url| url.origin().ascii_serialization()));
            stopped.scripts.push(match &src {
                Some(url) => url.to_string(),
                None => format!("<script>{}…", script.text.trim().chars().take(60).collect::<String>()),
            });
        }
        stopped.hosts.dedup();
        stopped.is_fatal =
            own > 0 && stopped.scripts.len() == own || home.kind == PageKind::AppShell && entry;
        stopped.scripts.truncate(MAX_SHOWN);
        stopped
    }

    /// What lets them run.
    fn remedy(&self) -> String {
        let hosts = self.hosts.iter().take(MAX_SHOWN).cloned().collect::<Vec<_>>().join(" ");
        let mut steps = Vec::new();
        if !hosts.is_empty() {
            steps.push(format!("Add {hosts} to script-src."));
        }
        if self.has_inline {
            steps.push("Move scripts that stand in the page into files of your own host, or give each a new nonce in every answer and name it in script-src as 'nonce-…'.".to_owned());
        }
        steps.push(
            "Then open the page with the browser's console: it names what is still stopped.".to_owned(),
        );
        steps.join(" ")
    }
}

/// Whether something in a text was masked, so that its hash is not that of what was sent.
fn is_masked(text: &str) -> bool {
    text.contains("~~~~") || text.contains("****")
}

/// Whether a host is that of a service that counts, measures or loads other scripts: a page works without it.
fn serves_itself(host: &str) -> bool {
    service(host).is_some_and(|service| {
        matches!(
            service.purpose,
            Purpose::Ads
                | Purpose::Analytics
                | Purpose::Errors
                | Purpose::Tags
                | Purpose::Vitals
                | Purpose::Consent
                | Purpose::Chat
        )
    })
}

/// Scripts that are shown which do not run.
const MAX_SHOWN: usize = 8;

/// What there is to see in a policy.
fn marks(value: &str, in_page: bool) -> Vec<Diagnostic> {
    let (policies, mut issues) = csp::parse(value);
    for policy in &policies {
        issues.extend(open(policy));
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
