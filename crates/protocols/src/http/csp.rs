//! `Content-Security-Policy` (CSP Level 3, <https://www.w3.org/TR/CSP3/>, working draft of 2026).
//!
//! ```
//! use launch_ready_protocols::http::csp;
//!
//! let (policies, _) = csp::parse("default-src 'self'; script-src 'self' 'unsafe-inline'");
//! assert!(policies[0].allows_any_inline_script());
//! assert!(!policies[0].limits_framing());
//! ```

mod matching;

use crate::diagnostic::{Diagnostic, Span};
use crate::dns::name::is_registry_suffix;
use crate::email::typo::nearest;

pub use matching::ScriptElement;

/// One policy: its directives in order, the first of each name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The directives.
    pub directives: Vec<Directive>,
}

/// One directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// In lower case: `script-src`.
    pub name: String,
    /// What is allowed; for directives without a source list, its tokens as hosts.
    pub sources: Vec<Source>,
    /// Where each of them stands in the text.
    pub source_spans: Vec<Span>,
    /// Where it stands in the text.
    pub span: Span,
}

/// A source expression (section 2.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `'sha256-…'`, `'sha384-…'`, `'sha512-…'`.
    Hash(String),
    /// A host with or without scheme, port and path, `*` included.
    Host(String),
    /// `'none'`.
    None,
    /// `'nonce-…'`.
    Nonce(String),
    /// Any other word in quotes, such as `'report-sample'`.
    OtherKeyword(String),
    /// `https:`, `data:`.
    Scheme(String),
    /// `'self'`.
    SelfOrigin,
    /// `'strict-dynamic'`.
    StrictDynamic,
    /// `'unsafe-eval'`.
    UnsafeEval,
    /// `'unsafe-hashes'`.
    UnsafeHashes,
    /// `'unsafe-inline'`.
    UnsafeInline,
    /// `'wasm-unsafe-eval'`.
    WasmUnsafeEval,
}

/// Reads one header field's value: a comma-separated list of policies (section 2.2.2). Spans are offsets into
/// `value`.
#[must_use]
pub fn parse(value: &str) -> (Vec<Policy>, Vec<Diagnostic>) {
    let mut policies = Vec::new();
    let mut issues = Vec::new();
    let mut start = 0;
    for serialized in value.split(',') {
        let policy = policy(serialized, start, &mut issues);
        if !policy.directives.is_empty() {
            policies.push(policy);
        }
        start += serialized.len() + 1;
    }
    (policies, issues)
}

fn policy(serialized: &str, offset: usize, issues: &mut Vec<Diagnostic>) -> Policy {
    let mut directives: Vec<Directive> = Vec::new();
    let mut start = offset;
    for token in serialized.split(';') {
        let text = token.trim_matches(ASCII_BLANKS);
        let begin = start + token.len() - token.trim_start_matches(ASCII_BLANKS).len();
        start += token.len() + 1;
        if text.is_empty() {
            continue;
        }
        let span = Span::new(begin, begin + text.len());
        let mut words = text.split(ASCII_BLANKS).filter(|word| !word.is_empty());
        let name = words.next().unwrap_or_default().to_ascii_lowercase();
        if directives.iter().any(|directive| directive.name == name) {
            issues.push(Diagnostic::warning(
                "csp-duplicate-directive",
                span,
                format!("{name} stands here twice; browsers use the first. Merge them into one."),
            ));
            continue;
        }
        if !KNOWN.contains(&name.as_str()) {
            let name_span = Span::new(begin, begin + name.len());
            let meant = nearest(&name, KNOWN);
            let hint = meant.map(|meant| format!(" Did you mean {meant}?")).unwrap_or_default();
            let issue = Diagnostic::warning(
                "csp-unknown-directive",
                name_span,
                format!("Browsers do not know this directive and skip it.{hint}"),
            );
            issues.push(match meant {
                Some(meant) => issue.replace_by(meant),
                None => issue,
            });
        }
        let (sources, source_spans): (Vec<Source>, Vec<Span>) = words
            .take(MAX_SOURCES)
            .map(|word| {
                // `word` is a slice of `text`, which begins at `begin`.
                let at = begin + (word.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
                let span = Span::new(at, at + word.len());
                (source(word, span, issues), span)
            })
            .unzip();
        if sources.len() > 1 && sources.contains(&Source::None) {
            issues.push(Diagnostic::warning(
                "csp-none-with-others",
                span,
                "'none' does nothing beside other sources. Keep one or the other.",
            ));
        }
        directives.push(Directive { name, sources, source_spans, span });
    }
    Policy { directives }
}

fn source(word: &str, span: Span, issues: &mut Vec<Diagnostic>) -> Source {
    if let Some(keyword) = word.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        let lower = keyword.to_ascii_lowercase();
        return match lower.as_str() {
            "none" => Source::None,
            "self" => Source::SelfOrigin,
            "strict-dynamic" => Source::StrictDynamic,
            "unsafe-eval" => Source::UnsafeEval,
            "unsafe-hashes" => Source::UnsafeHashes,
            "unsafe-inline" => Source::UnsafeInline,
            "wasm-unsafe-eval" => Source::WasmUnsafeEval,
            _ if lower.starts_with("nonce-") && is_base64(&keyword["nonce-".len()..]) => {
                Source::Nonce(keyword["nonce-".len()..].to_owned())
            }
            _ if HASHES.iter().any(|hash| lower.starts_with(hash) && is_base64(&keyword[hash.len()..])) => {
                Source::Hash(keyword.to_owned())
            }
            _ => {
                issues.extend(unknown_keyword(keyword, &lower, span));
                Source::OtherKeyword(keyword.to_owned())
            }
        };
    }
    if KNOWN.contains(&word.to_ascii_lowercase().as_str()) {
        issues.push(
            Diagnostic::error(
                "csp-missing-semicolon",
                span,
                format!("Here {word} is a host's name. A directive begins behind a semicolon."),
            )
            .replace_by(format!("; {word}")),
        );
    }
    let unquoted = word.to_ascii_lowercase();
    if ["self", "none", "unsafe-inline", "unsafe-eval", "strict-dynamic"].contains(&unquoted.as_str()) {
        issues.push(
            Diagnostic::error(
                "csp-keyword-without-quotes",
                span,
                format!("Without quotes this is a host named “{unquoted}”. Write '{unquoted}'."),
            )
            .replace_by(format!("'{unquoted}'")),
        );
    }
    match word.strip_suffix(':') {
        Some(scheme) if scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) => {
            Source::Scheme(scheme.to_ascii_lowercase())
        }
        _ => Source::Host(word.to_owned()),
    }
}

/// What is wrong with a word in quotes that browsers skip.
fn unknown_keyword(keyword: &str, lower: &str, span: Span) -> Option<Diagnostic> {
    if lower.starts_with("nonce-") {
        return Some(Diagnostic::warning(
            "csp-malformed-nonce",
            span,
            "This is no nonce: browsers take letters, digits, + / - _ and = at the end, and skip anything else. A template may not have been filled in.",
        ));
    }
    if HASHES.iter().any(|hash| lower.starts_with(hash)) {
        return Some(Diagnostic::warning(
            "csp-malformed-hash",
            span,
            "This is no hash in base64, and browsers skip it.",
        ));
    }
    if KEYWORDS.contains(&lower) {
        return None;
    }
    let meant = nearest(lower, KEYWORDS);
    let hint = meant.map(|meant| format!(" Did you mean '{meant}'?")).unwrap_or_default();
    let issue = Diagnostic::warning(
        "csp-unknown-keyword",
        span,
        format!("Browsers do not know '{keyword}' and skip it.{hint}"),
    );
    Some(match meant {
        Some(meant) => issue.replace_by(format!("'{meant}'")),
        None => issue,
    })
}

/// Section 2.3.1, "base64-value".
fn is_base64(value: &str) -> bool {
    let letters = value.trim_end_matches('=');
    let holds = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    !letters.is_empty() && value.len() - letters.len() <= 2 && letters.bytes().all(holds)
}

/// How hashes begin.
const HASHES: [&str; 3] = ["sha256-", "sha384-", "sha512-"];
/// Words in quotes of CSP Level 3 and of the specifications that extend it. As of 2026-11.
const KEYWORDS: &[&str] = &[
    "allow-duplicates",
    "inline-speculation-rules",
    "none",
    "report-sample",
    "script",
    "self",
    "strict-dynamic",
    "trusted-types-eval",
    "unsafe-allow-redirects",
    "unsafe-eval",
    "unsafe-hashes",
    "unsafe-inline",
    "wasm-unsafe-eval",
];

impl Policy {
    /// The directive that governs `name`, after its fallbacks (section 6.8.3).
    #[must_use]
    pub fn governing(&self, name: &str) -> Option<&Directive> {
        let find = |name: &str| self.directives.iter().find(|directive| directive.name == name);
        let fallbacks: &[&str] = match name {
            "script-src-elem" | "script-src-attr" => &["script-src", "default-src"],
            "style-src-elem" | "style-src-attr" => &["style-src", "default-src"],
            "worker-src" => &["child-src", "script-src", "default-src"],
            "frame-src" => &["child-src", "default-src"],
            // Navigation and document directives fall back to nothing.
            "base-uri" | "form-action" | "frame-ancestors" | "sandbox" | "report-to" | "report-uri" => &[],
            _ => &["default-src"],
        };
        find(name).or_else(|| fallbacks.iter().find_map(|fallback| find(fallback)))
    }

    /// Whether a script that stands in the page itself runs although nobody vouched for it (section 6.7.3.2): with
    /// a nonce, a hash or 'strict-dynamic' beside it, 'unsafe-inline' counts for nothing.
    #[must_use]
    pub fn allows_any_inline_script(&self) -> bool {
        self.governing("script-src-elem").is_none_or(Directive::allows_any_inline)
    }

    /// Whether what stands in an attribute such as `onclick` runs although nobody vouched for it.
    #[must_use]
    pub fn allows_any_handler(&self) -> bool {
        self.governing("script-src-attr").is_none_or(Directive::allows_any_inline)
    }

    /// Whether a script from any host at all may be loaded.
    #[must_use]
    pub fn allows_scripts_from_anywhere(&self) -> bool {
        let Some(directive) = self.governing("script-src-elem") else { return true };
        // What stands in a data: or blob: address is whatever its author writes there.
        let written = |source: &Source| matches!(source, Source::Scheme(s) if s == "data" || s == "blob");
        let anywhere = |source: &Source| source.is_anywhere() || written(source);
        !directive.sources.contains(&Source::StrictDynamic) && directive.sources.iter().any(anywhere)
    }

    /// Whether no script of any kind can run: with 'strict-dynamic' hosts and 'self' count for nothing (section 6.7.1.1), and
    /// nobody is vouched for.
    #[must_use]
    pub fn forbids_every_script(&self) -> bool {
        self.governing("script-src-elem").is_some_and(|directive| {
            let vouched = directive.sources.iter().any(Source::vouches);
            !vouched && directive.sources.contains(&Source::StrictDynamic)
        })
    }

    /// The nonces that scripts may carry.
    pub fn nonces(&self) -> impl Iterator<Item = &str> {
        let directive = self.governing("script-src-elem");
        directive.into_iter().flat_map(|directive| &directive.sources).filter_map(|source| match source {
            Source::Nonce(nonce) => Some(nonce.as_str()),
            _ => None,
        })
    }

    /// Hosts in this policy that let a script of an attacker's choice in although they look like a limit: they serve whatever
    /// anybody publishes there, or answer with a callback of the caller's choice.
    #[must_use]
    pub fn open_hosts(&self, known: &[OpenHost<'_>]) -> Vec<Diagnostic> {
        let Some(directive) = self.governing("script-src-elem") else { return Vec::new() };
        // With 'strict-dynamic' browsers do not look at hosts (section 6.7.1.1).
        if directive.sources.contains(&Source::StrictDynamic) {
            return Vec::new();
        }
        let sources = directive.sources.iter().zip(&directive.source_spans);
        sources
            .filter_map(|(source, span)| {
                let Source::Host(host) = source else { return None };
                Some(Diagnostic::warning("csp-open-host", *span, why_open(host, known)?))
            })
            .collect()
    }

    /// Other ways around what this policy says about scripts: event handlers that anybody writes, a base address that moves
    /// vouched scripts to another host, nonces that can be guessed.
    #[must_use]
    pub fn bypasses(&self) -> Vec<Diagnostic> {
        let Some(directive) = self.governing("script-src-elem") else { return Vec::new() };
        let mut issues = Vec::new();
        if !self.allows_any_inline_script() && self.allows_any_handler() {
            let span = self.governing("script-src-attr").map_or(directive.span, |attr| attr.span);
            issues.push(Diagnostic::warning(
                "csp-inline-handlers",
                span,
                "Attributes such as onclick run whatever is written into them. Take 'unsafe-inline' out of script-src-attr.",
            ));
        }
        // A list of hosts holds for where <base> leads, too; a nonce on a relative address does not.
        let moves = directive.sources.iter().any(|s| matches!(s, Source::Nonce(_) | Source::StrictDynamic));
        let base = self.governing("base-uri");
        if moves && base.is_none_or(|base| base.sources.iter().any(Source::is_anywhere)) {
            issues.push(Diagnostic::warning(
                "csp-no-base-uri",
                base.map_or(directive.span, |base| base.span),
                "A <base> tag that slips into the page sends the vouched scripts to another host. Add base-uri 'none'.",
            ));
        }
        for (source, span) in directive.sources.iter().zip(&directive.source_spans) {
            match source {
                Source::Nonce(nonce) if nonce.len() < MIN_NONCE => issues.push(Diagnostic::warning(
                    "csp-short-nonce",
                    *span,
                    "A nonce this short can be guessed: at least 128 random bits, 22 characters of base64, new for each answer.",
                )),
                _ => {}
            }
        }
        issues
    }

    /// What can be said of the policy and changes nothing about whether it holds.
    #[must_use]
    pub fn notes(&self) -> Vec<Diagnostic> {
        let Some(directive) = self.governing("script-src") else { return Vec::new() };
        let sources = directive.sources.iter().zip(&directive.source_spans);
        sources
            .filter_map(|(source, span)| match source {
                Source::UnsafeEval => Some(Diagnostic::note(
                    "csp-unsafe-eval",
                    *span,
                    "Text may be run as code: harmless until a script of yours does so with what a visitor wrote.",
                )),
                Source::UnsafeInline if !directive.allows_any_inline() => Some(Diagnostic::note(
                    "csp-unsafe-inline-ignored",
                    *span,
                    "Beside a nonce or hash, browsers of today skip this; it is there for those before 2016.",
                )),
                Source::Host(_) | Source::SelfOrigin if directive.sources.contains(&Source::StrictDynamic) => {
                    Some(Diagnostic::note(
                        "csp-host-ignored",
                        *span,
                        "Beside 'strict-dynamic', browsers skip this; it is there for older ones.",
                    ))
                }
                _ => None,
            })
            .collect()
    }

    /// What browsers skip in a policy that stands in the page (section 3.3).
    #[must_use]
    pub fn ignored_in_page(&self) -> Vec<Diagnostic> {
        let skipped = self
            .directives
            .iter()
            .filter(|d| matches!(d.name.as_str(), "frame-ancestors" | "report-uri" | "sandbox"));
        skipped
            .map(|directive| {
                let message = format!("Browsers skip {} in a <meta>; send it as a header.", directive.name);
                Diagnostic::warning("csp-ignored-in-meta", directive.span, message)
            })
            .collect()
    }

    /// Whether the policy says who may put the page into a frame.
    #[must_use]
    pub fn limits_framing(&self) -> bool {
        self.governing("frame-ancestors")
            .is_some_and(|directive| !directive.sources.iter().any(Source::is_anywhere))
    }
}

impl Directive {
    fn allows_any_inline(&self) -> bool {
        let sources = &self.sources;
        sources.contains(&Source::UnsafeInline)
            && !sources.iter().any(|source| source.vouches() || *source == Source::StrictDynamic)
    }
}

impl Source {
    /// Whether it names single scripts, by what they carry or what they hold.
    fn vouches(&self) -> bool {
        matches!(self, Self::Nonce(_) | Self::Hash(_))
    }

    /// Whether it holds for hosts of anybody's: by whatever scheme, port or path it is limited, everybody can have such an address.
    fn is_anywhere(&self) -> bool {
        match self {
            Self::Host(host) => {
                let (_, host, ..) = host_parts(host);
                host == "*"
                    || host
                        .strip_prefix("*.")
                        .is_some_and(|parent| is_registry_suffix(&parent.to_ascii_lowercase()))
            }
            Self::Scheme(scheme) => matches!(scheme.as_str(), "http" | "https"),
            _ => false,
        }
    }
}

/// Scheme, host, port and path of a host source.
fn host_parts(source: &str) -> (Option<&str>, &str, Option<&str>, &str) {
    let (scheme, rest) =
        source.split_once("://").map_or((None, source), |(scheme, rest)| (Some(scheme), rest));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) =
        authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    (scheme, host, port, path)
}

/// Why a host source (section 2.3.1) lets anybody's script in, and what to do about it; `None` where it does not.
fn why_open(source: &str, known: &[OpenHost<'_>]) -> Option<String> {
    let (_, host, _, path) = host_parts(source);
    let host = host.to_ascii_lowercase();
    let below = host.strip_prefix("*.");
    let covers = |name: &str| match below {
        Some(parent) => name.strip_suffix(parent).is_some_and(|left| left.ends_with('.')),
        None => host == name,
    };
    for OpenHost { host: name, how } in known.iter().filter(|open| covers(open.host)) {
        match how {
            // The folders below which everything lies; one package, or one file, is a limit.
            Open::Packages if EVERY_PACKAGE.contains(&path.trim_matches('/')) => {
                return Some(format!(
                    "{name} serves every package that anybody publishes, so the policy does not stop an attacker. Allow the exact file, keep a copy on your own host, or use a nonce."
                ));
            }
            // A path below the host leaves out what answers anybody.
            Open::Service { why, allow } if matches!(path, "" | "/") => {
                return Some(format!(
                    "{name} {why}, so the policy does not stop an attacker. Allow only {allow}, or use a nonce."
                ));
            }
            Open::Packages | Open::Service { .. } | Open::Names => {}
        }
    }
    // A name of one's own below these is a limit; all names below them are not.
    let parent = below?;
    let mut shared = known.iter().filter(|open| open.how == Open::Names).map(|open| open.host);
    let shared = shared.find(|domain| {
        *domain == parent || domain.strip_suffix(parent).is_some_and(|left| left.ends_with('.'))
    })?;
    Some(format!(
        "Anybody can have a name below {shared}, so the policy does not stop an attacker. Allow your own name there."
    ))
}

const ASCII_BLANKS: [char; 5] = [' ', '\t', '\n', '\r', '\u{c}'];
/// Sources of one directive that are read.
const MAX_SOURCES: usize = 500;
/// Characters of base64 in 128 bits, which a nonce should have at least (section 7.1).
const MIN_NONCE: usize = 22;

/// A host from which a script of anybody's choice can be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenHost<'o> {
    /// Its name.
    pub host: &'o str,
    /// How it lets anybody's script in.
    pub how: Open<'o>,
}

/// How a host lets anybody's script in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open<'o> {
    /// It serves every package that anybody publishes; what is used of it can be kept on one's own host.
    Packages,
    /// It serves one thing that a site needs, which stays where it is, beside something that answers anybody.
    Service {
        /// What answers anybody, behind the host's name: `answers with a callback of the caller's choice`.
        why: &'o str,
        /// What to allow instead.
        allow: &'o str,
    },
    /// Anybody can have a name below it.
    Names,
}

/// Folders of package hosts below which everything lies.
const EVERY_PACKAGE: [&str; 7] = ["", "npm", "gh", "combine", "ajax", "ajax/libs", "wp"];

/// Directives of CSP Level 3 and of the specifications that extend it (upgrade-insecure-requests, Trusted Types),
/// and those that older browsers still read. As of 2026-11.
const KNOWN: &[&str] = &[
    "base-uri",
    "block-all-mixed-content",
    "child-src",
    "connect-src",
    "default-src",
    "fenced-frame-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "plugin-types",
    "prefetch-src",
    "report-to",
    "report-uri",
    "require-trusted-types-for",
    "sandbox",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
    "upgrade-insecure-requests",
    "worker-src",
];

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    /// One of each kind.
    const OPEN: &[OpenHost<'_>] = &[
        OpenHost { host: "cdn.packages.test", how: Open::Packages },
        OpenHost { host: "packages.test", how: Open::Packages },
        OpenHost {
            host: "api.service.test",
            how: Open::Service { why: "answers with a callback", allow: "https://api.service.test/part/" },
        },
        OpenHost { host: "platform.test", how: Open::Names },
        OpenHost { host: "files.platform.test", how: Open::Names },
    ];

    fn one(value: &str) -> Policy {
        parse(value).0.remove(0)
    }

    #[test]
    fn the_first_of_each_directive_counts_and_names_have_no_case() {
        let (policies, issues) =
            parse("Script-Src 'self';; script-src *; img-src https: , default-src 'none'");
        assert_eq!(policies.len(), 2);
        assert_eq!(policies[0].directives.len(), 2);
        assert_eq!(policies[0].governing("script-src").unwrap().sources, [Source::SelfOrigin]);
        assert_eq!(policies[1].governing("img-src").unwrap().sources, [Source::None]);
        assert_eq!(issues.iter().map(|i| i.code).collect::<Vec<_>>(), ["csp-duplicate-directive"]);
    }

    #[test]
    fn inline_scripts_run_only_where_nothing_better_is_said() {
        assert!(one("img-src 'self'").allows_any_inline_script());
        assert!(one("script-src 'self' 'unsafe-inline'").allows_any_inline_script());
        assert!(one("default-src 'unsafe-inline'").allows_any_inline_script());
        assert!(!one("script-src 'self'").allows_any_inline_script());
        assert!(!one("script-src 'unsafe-inline' 'nonce-abc'").allows_any_inline_script());
        assert!(!one("script-src 'unsafe-inline' 'sha256-abc='").allows_any_inline_script());
        assert!(!one("default-src 'unsafe-inline'; script-src 'self'").allows_any_inline_script());
    }

    #[test]
    fn scripts_from_anywhere_are_no_protection() {
        assert!(one("script-src *").allows_scripts_from_anywhere());
        for anywhere in
            ["https:", "https://*", "https://*:443", "*:*", "http://*:*/", "*.com", "https://*.co.uk"]
        {
            assert!(one(&format!("script-src {anywhere}")).allows_scripts_from_anywhere(), "{anywhere}");
            assert!(!one(&format!("frame-ancestors {anywhere}")).limits_framing(), "{anywhere}");
        }
        assert!(!one("script-src https: 'strict-dynamic' 'nonce-a'").allows_scripts_from_anywhere());
        assert!(!one("script-src https://cdn.example.com").allows_scripts_from_anywhere());
    }

    #[test]
    fn hosts_that_serve_anything_are_named() {
        let open = |value: &str| one(value).open_hosts(OPEN).len();
        assert_eq!(open("script-src 'self' https://cdn.packages.test packages.test"), 2);
        assert_eq!(open("script-src https://cdn.packages.test/npm/vue@3.5.0/dist/vue.js"), 0);
        assert_eq!(open("script-src https://cdn.packages.test/npm/"), 1, "all of npm lies below");
        assert_eq!(open("script-src https://cdn.packages.test/npm/vue@3.5.0/"), 0);
        assert_eq!(open("script-src https://cdn.packages.test/ajax/libs/"), 1);
        assert_eq!(
            open("script-src https://*.service.test:443"),
            1,
            "among them is one that answers anybody"
        );
        assert_eq!(open("script-src https://api.service.test https://api.service.test/"), 2);
        assert_eq!(open("script-src https://api.service.test/part/ https://api.service.test/other"), 0);
        assert_eq!(open("script-src *.platform.test *.files.platform.test *.test"), 3);
        assert_eq!(open("script-src https://shop.platform.test https://js.other.test *.example.com"), 0);
        assert_eq!(open("script-src 'nonce-a' 'strict-dynamic' https://packages.test"), 0);
        assert_eq!(open("img-src https://packages.test"), 0);
    }

    #[test]
    fn the_source_that_is_open_is_shown() {
        let value = "img-src *; script-src 'self' https://packages.test";
        let issues = one(value).open_hosts(OPEN);
        assert_eq!(issues[0].span.of(value), "https://packages.test");
        assert!(issues[0].message.starts_with("packages.test serves every package"), "{}", issues[0].message);
    }

    #[test]
    fn ways_around_a_policy_are_named() {
        let nonce = "'nonce-r4nd0mr4nd0mr4nd0mr4nd0m'";
        let codes =
            |value: &str| one(value).bypasses().into_iter().map(|issue| issue.code).collect::<Vec<_>>();
        assert_eq!(
            codes(&format!("script-src {nonce} 'strict-dynamic'; base-uri 'none'")),
            Vec::<&str>::new()
        );
        assert_eq!(codes(&format!("script-src {nonce}")), ["csp-no-base-uri"]);
        assert_eq!(codes(&format!("script-src {nonce}; base-uri *")), ["csp-no-base-uri"]);
        assert_eq!(codes("script-src 'self'"), Vec::<&str>::new(), "hosts hold wherever <base> leads");
        assert_eq!(codes("script-src 'self'; script-src-attr 'unsafe-inline'"), ["csp-inline-handlers"]);
        assert_eq!(codes("script-src 'nonce-abc'; base-uri 'self'"), ["csp-short-nonce"]);
        assert!(codes("img-src 'self'").is_empty(), "it says nothing about scripts");
    }

    #[test]
    fn strict_dynamic_alone_lets_nothing_run() {
        assert!(one("script-src 'self' 'strict-dynamic' https://cdn.example.com").forbids_every_script());
        assert!(!one("script-src 'strict-dynamic' 'nonce-a'").forbids_every_script());
        assert!(!one("script-src 'strict-dynamic' 'sha256-abc='").forbids_every_script());
        assert!(!one("script-src 'none'").forbids_every_script(), "that is what its author wants");
    }

    #[test]
    fn what_browsers_skip_is_told() {
        let notes = |value: &str| one(value).notes().into_iter().map(|issue| issue.code).collect::<Vec<_>>();
        assert_eq!(notes("script-src 'unsafe-inline' 'nonce-a'"), ["csp-unsafe-inline-ignored"]);
        assert_eq!(notes("script-src 'strict-dynamic' 'nonce-a' https:"), Vec::<&str>::new());
        assert_eq!(
            notes("script-src 'strict-dynamic' 'nonce-a' 'self' a.com"),
            ["csp-host-ignored", "csp-host-ignored"]
        );
        assert_eq!(notes("default-src 'self' 'unsafe-eval'"), ["csp-unsafe-eval"]);
        let page = one("script-src 'self'; frame-ancestors 'none'; sandbox");
        assert_eq!(page.ignored_in_page().len(), 2);
    }

    #[test]
    fn what_is_no_nonce_and_no_hash_counts_for_nothing() {
        for word in [
            "nonce-",
            "nonce-{{nonce}}",
            "nonce-%NONCE%",
            "nonce-${n}",
            "sha256-",
            "sha256-{{hash}}",
            "nonce-a===",
        ] {
            let value = format!("script-src 'unsafe-inline' '{word}'");
            assert!(one(&value).allows_any_inline_script(), "{word}");
            assert_eq!(one(&value).nonces().count(), 0, "{word}");
            assert_eq!(parse(&value).1.len(), 1, "{word}");
        }
    }

    #[test]
    fn misspelt_words_and_missing_semicolons_are_told() {
        let edit = |value: &str| {
            let issue = parse(value).1.remove(0);
            (issue.code, issue.edit.map(|edit| edit.text))
        };
        assert_eq!(edit("script-scr 'self'"), ("csp-unknown-directive", Some("script-src".to_owned())));
        assert_eq!(
            edit("upgrade-insecure-request"),
            ("csp-unknown-directive", Some("upgrade-insecure-requests".to_owned()))
        );
        assert_eq!(edit("script-src 'slef'"), ("csp-unknown-keyword", Some("'self'".to_owned())));
        assert_eq!(
            edit("script-src 'unsafe-inlin'"),
            ("csp-unknown-keyword", Some("'unsafe-inline'".to_owned()))
        );
        assert_eq!(
            edit("default-src 'self' script-src 'self'"),
            ("csp-missing-semicolon", Some("; script-src".to_owned()))
        );
        assert!(parse("script-src 'self' 'report-sample'").1.is_empty());
    }

    #[test]
    fn script_tags_are_let_in_as_browsers_do() {
        let page = Url::parse("https://shop.example.com/start").unwrap();
        let allowed = |policy: &str, src: &str| {
            let url = page.join(src).unwrap();
            let src = (!src.is_empty()).then_some(&url);
            let script = ScriptElement { page: &page, src, text: None, nonce: Some("abc"), integrity: None };
            one(policy).allows_script(&script, false)
        };
        for (policy, src) in [
            ("img-src 'self'", "https://a.net/x.js"),
            ("script-src 'self'", "/app.js"),
            ("default-src https:", "https://a.net/x.js"),
            ("script-src a.net", "https://a.net/x.js"),
            ("script-src *.a.net", "https://cdn.a.net/x.js"),
            ("script-src https://a.net/lib/", "https://a.net/lib/x.js"),
            ("script-src http://a.net:80", "https://a.net/x.js"),
            ("script-src 'nonce-abc' 'strict-dynamic'", "https://a.net/x.js"),
            ("script-src 'nonce-abc'", ""),
            ("script-src 'unsafe-inline'", ""),
            ("script-src 'sha256-abc='", ""),
        ] {
            assert!(allowed(policy, src), "{policy} {src}");
        }
        for (policy, src) in [
            ("script-src 'self'", "https://a.net/x.js"),
            ("script-src 'self'", ""),
            ("script-src 'none'", "/app.js"),
            ("script-src *.a.net", "https://a.net/x.js"),
            ("script-src https://a.net/lib/", "https://a.net/x.js"),
            ("script-src https://a.net:8443", "https://a.net/x.js"),
            ("script-src 'nonce-abd' 'strict-dynamic' a.net", "https://a.net/x.js"),
            ("script-src 'nonce-abd' 'unsafe-inline'", ""),
        ] {
            assert!(!allowed(policy, src), "{policy} {src}");
        }
    }

    #[test]
    fn framing_has_no_fallback() {
        assert!(!one("default-src 'none'").limits_framing());
        assert!(one("frame-ancestors 'self'").limits_framing());
        assert!(!one("frame-ancestors *").limits_framing());
    }

    #[test]
    fn a_keyword_without_quotes_is_shown_where_it_stands() {
        let value = "default-src  self";
        let (_, issues) = parse(value);
        assert_eq!((issues[0].code, issues[0].span.of(value)), ("csp-keyword-without-quotes", "self"));
        assert_eq!(issues[0].edit.as_ref().unwrap().text, "'self'");
    }

    proptest::proptest! {
        #[test]
        fn no_value_panics_and_spans_lie_in_it(value in "[ ;,'a-zA-Z:*é-]{0,60}") {
            let (policies, issues) = parse(&value);
            let spans = policies.iter().flat_map(|policy| &policy.directives).map(|d| d.span);
            let judged = policies.iter().flat_map(|policy| {
                [policy.open_hosts(OPEN), policy.bypasses(), policy.notes(), policy.ignored_in_page()].concat()
            });
            for span in spans.chain(issues.iter().map(|issue| issue.span)).chain(judged.map(|issue| issue.span)) {
                proptest::prop_assert!(value.get(span.start..span.end).is_some());
            }
        }
    }
}
