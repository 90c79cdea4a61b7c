//! `Content-Security-Policy` (CSP Level 3, <https://www.w3.org/TR/CSP3/>, working draft of 2026).

use crate::issue::{Issue, Span};

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
pub fn parse(value: &str) -> (Vec<Policy>, Vec<Issue>) {
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

fn policy(serialized: &str, offset: usize, issues: &mut Vec<Issue>) -> Policy {
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
            issues.push(Issue::warning(
                "csp-duplicate-directive",
                span,
                format!("{name} stands here twice; browsers use the first. Merge them into one."),
            ));
            continue;
        }
        if !KNOWN.contains(&name.as_str()) {
            issues.push(Issue::warning(
                "csp-unknown-directive",
                span,
                "Browsers do not know this directive and skip it.",
            ));
        }
        let sources: Vec<Source> = words.map(|word| source(word, begin, text, issues)).collect();
        if sources.len() > 1 && sources.contains(&Source::None) {
            issues.push(Issue::warning(
                "csp-none-with-others",
                span,
                "'none' does nothing beside other sources. Keep one or the other.",
            ));
        }
        directives.push(Directive { name, sources, span });
    }
    Policy { directives }
}

fn source(word: &str, begin: usize, directive: &str, issues: &mut Vec<Issue>) -> Source {
    // `word` is a slice of `directive`, which begins at `begin`.
    let at = begin + (word.as_ptr() as usize).saturating_sub(directive.as_ptr() as usize);
    let span = Span::new(at, at + word.len());
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
            _ if lower.starts_with("nonce-") => Source::Nonce(keyword["nonce-".len()..].to_owned()),
            _ if ["sha256-", "sha384-", "sha512-"].iter().any(|hash| lower.starts_with(hash)) => {
                Source::Hash(keyword.to_owned())
            }
            _ => Source::OtherKeyword(keyword.to_owned()),
        };
    }
    let unquoted = word.to_ascii_lowercase();
    if ["self", "none", "unsafe-inline", "unsafe-eval", "strict-dynamic"].contains(&unquoted.as_str()) {
        issues.push(
            Issue::error(
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
        let Some(directive) = self.governing("script-src-elem") else { return true };
        let vouched =
            |source: &Source| matches!(source, Source::Nonce(_) | Source::Hash(_) | Source::StrictDynamic);
        directive.sources.contains(&Source::UnsafeInline) && !directive.sources.iter().any(vouched)
    }

    /// Whether a script from any host at all may be loaded.
    #[must_use]
    pub fn allows_scripts_from_anywhere(&self) -> bool {
        let Some(directive) = self.governing("script-src-elem") else { return true };
        let anywhere = |source: &Source| match source {
            Source::Host(host) => host == "*" || host == "https://*" || host == "http://*",
            Source::Scheme(scheme) => matches!(scheme.as_str(), "http" | "https" | "data"),
            _ => false,
        };
        !directive.sources.contains(&Source::StrictDynamic) && directive.sources.iter().any(anywhere)
    }

    /// The sources in this policy that let a script of an attacker's choice in although they look like a limit: hosts
    /// that serve whatever anybody publishes there, or answer with a callback of the caller's choice. Spans are those of
    /// the directive.
    #[must_use]
    pub fn bypasses(&self) -> Vec<Issue> {
        let Some(directive) = self.governing("script-src-elem") else { return Vec::new() };
        // With 'strict-dynamic' browsers do not look at hosts (section 6.7.1.1).
        if directive.sources.contains(&Source::StrictDynamic) {
            return Vec::new();
        }
        let hosts = directive.sources.iter().filter_map(|source| match source {
            Source::Host(host) => Some(host),
            _ => None,
        });
        let open = hosts.filter(|source| {
            let rest = source.split_once("://").map_or(source.as_str(), |(_, rest)| rest);
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            // A path limits what may be loaded from there.
            path.is_empty() && OPEN_HOSTS.contains(&host.to_ascii_lowercase().as_str())
        });
        open.map(|host| {
            Issue::warning(
                "csp-open-host",
                directive.span,
                format!("From {host} anybody's script can be loaded: the policy does not stop an attacker. Allow the exact file, or use a nonce."),
            )
        })
        .collect()
    }

    /// Whether the policy says who may put the page into a frame.
    #[must_use]
    pub fn limits_framing(&self) -> bool {
        let anyone = |source: &Source| match source {
            Source::Host(host) => host == "*",
            Source::Scheme(scheme) => matches!(scheme.as_str(), "http" | "https"),
            _ => false,
        };
        self.governing("frame-ancestors").is_some_and(|directive| !directive.sources.iter().any(anyone))
    }
}

const ASCII_BLANKS: [char; 5] = [' ', '\t', '\n', '\r', '\u{c}'];

/// Hosts that serve any package or answer with a callback: from "CSP Is Dead, Long Live CSP!" (Weichselbaum and others, 2016)
/// and what these services say of themselves, read 2026-11.
const OPEN_HOSTS: &[&str] = &[
    "ajax.googleapis.com",
    "cdn.jsdelivr.net",
    "cdnjs.cloudflare.com",
    "esm.sh",
    "raw.githack.com",
    "unpkg.com",
];

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
    use super::*;

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
        assert!(one("script-src https:").allows_scripts_from_anywhere());
        assert!(!one("script-src https: 'strict-dynamic' 'nonce-a'").allows_scripts_from_anywhere());
        assert!(!one("script-src https://cdn.example.com").allows_scripts_from_anywhere());
    }

    #[test]
    fn hosts_that_serve_anything_are_named() {
        let open = |value: &str| one(value).bypasses().len();
        assert_eq!(open("script-src 'self' https://cdn.jsdelivr.net unpkg.com"), 2);
        assert_eq!(open("script-src https://cdn.jsdelivr.net/npm/vue@3.5.0/dist/vue.js"), 0);
        assert_eq!(open("script-src 'nonce-a' 'strict-dynamic' https://unpkg.com"), 0);
        assert_eq!(open("img-src https://unpkg.com"), 0);
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
            for span in spans.chain(issues.iter().map(|issue| issue.span)) {
                proptest::prop_assert!(value.get(span.start..span.end).is_some());
            }
        }
    }
}
