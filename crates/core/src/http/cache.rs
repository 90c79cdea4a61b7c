//! `Cache-Control` and what stands beside it: RFC 9111 (HTTP caching), RFC 9213 (targeted cache control), RFC 8246
//! (`immutable`), RFC 5861 (stale content), RFC 9211 (`Cache-Status`).

use crate::answer::{Headers, HttpReply};
use crate::issue::{Issue, Span};

/// The directives of one response, from every `Cache-Control` field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheControl {
    /// In order, duplicates included.
    pub directives: Vec<Directive>,
}

/// One directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// In lower case: `max-age`.
    pub name: String,
    /// Behind the equals sign, without quotes.
    pub value: Option<String>,
    /// Where it stands in the field's value.
    pub span: Span,
}

/// Reads one field's value: a comma-separated list in which a value may be a quoted string (RFC 9111 section 5.2).
#[must_use]
pub fn parse(text: &str) -> (CacheControl, Vec<Issue>) {
    let mut directives: Vec<Directive> = Vec::new();
    let mut issues = Vec::new();
    for (start, end) in items(text) {
        let item = &text[start..end];
        let span = Span::new(start, end);
        let (name, value) = match item.split_once('=') {
            Some((name, value)) => (name.trim(), Some(unquoted(value.trim()))),
            None => (item, None),
        };
        let name = name.to_ascii_lowercase();
        if item.contains(';') {
            issues.push(Issue::error(
                "cache-semicolon",
                span,
                "Directives are set apart by commas, not semicolons; caches do not understand this.",
            ));
        } else if SECONDS.contains(&name.as_str()) && value.as_deref().and_then(seconds).is_none() {
            issues.push(Issue::error(
                "cache-bad-seconds",
                span,
                format!("{name} needs a number of seconds; caches take this as expired."),
            ));
        } else if !KNOWN.contains(&name.as_str()) {
            issues.push(Issue::note(
                "cache-unknown-directive",
                span,
                "Caches do not know this directive and skip it.",
            ));
        }
        if directives.iter().any(|d| d.name == name && d.value != value) {
            issues.push(Issue::warning(
                "cache-duplicate",
                span,
                format!("{name} stands here twice, with different values."),
            ));
        }
        directives.push(Directive { name, value, span });
    }
    (CacheControl { directives }, issues)
}

impl CacheControl {
    /// Those of a reply, all fields together.
    #[must_use]
    pub fn of(headers: &Headers) -> Self {
        Self {
            directives: headers.all("cache-control").flat_map(|value| parse(value).0.directives).collect(),
        }
    }

    /// Whether a directive is given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.directives.iter().any(|directive| directive.name == name)
    }

    /// The seconds of a directive; the first one of that name (RFC 9111 section 4.2.1). One that cannot be read counts as
    /// zero: stale.
    #[must_use]
    pub fn seconds(&self, name: &str) -> Option<u32> {
        let directive = self.directives.iter().find(|directive| directive.name == name)?;
        Some(directive.value.as_deref().and_then(seconds).unwrap_or(0))
    }

    /// For how many seconds a browser may use the response without asking; `None` where nothing is said.
    #[must_use]
    pub fn browser_lifetime(&self) -> Option<u32> {
        if self.has("no-store") || self.has("no-cache") {
            return Some(0);
        }
        self.seconds("max-age")
    }

    /// Whether a cache between the site and many visitors may keep the response and give it to all of them: said
    /// outright, not left to the cache's guess.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        if self.has("no-store") || self.has("private") || self.has("no-cache") {
            return false;
        }
        match self.seconds("s-maxage") {
            Some(seconds) => seconds > 0,
            None => self.seconds("max-age").is_some_and(|seconds| seconds > 0),
        }
    }
}

/// What a reply says about the cache it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whether a shared cache answered.
    pub hit: bool,
    /// The header that says so.
    pub header: String,
}

/// Whether a shared cache in front of the site answered. `cf-*` headers are not looked at: where the scan runs on
/// Cloudflare, they stand on every response. `None` where nothing is said.
#[must_use]
pub fn hit(reply: &HttpReply) -> Option<Seen> {
    let headers = &reply.headers;
    if let Some(age) = headers.first("age").filter(|age| age.trim().parse::<u32>().is_ok_and(|age| age > 0)) {
        return Some(Seen { hit: true, header: format!("age: {age}") });
    }
    for name in STATUS_FIELDS {
        let Some(value) = headers.first(name) else { continue };
        // RFC 9211: members are caches, nearest the visitor last; elsewhere: "HIT", "MISS, HIT", "HIT from cloudfront".
        let words = value.split([',', ';', ' ']).map(str::trim);
        let states: Vec<bool> = words
            .filter_map(|word| match word.to_ascii_lowercase().as_str() {
                "hit" | "stale" | "revalidated" | "prerender" | "tcp_hit" | "tcp_mem_hit" => Some(true),
                "miss" | "bypass" | "expired" | "pass" | "dynamic" | "tcp_miss" => Some(false),
                word => word.starts_with("fwd=").then_some(false),
            })
            .collect();
        if !states.is_empty() {
            return Some(Seen { hit: states.contains(&true), header: format!("{name}: {value}") });
        }
    }
    None
}

/// Fields in which caches say what they did: RFC 9211, and those of Vercel, Fastly and CloudFront, Netlify, bunny.net, nginx,
/// Google. As of 2026-11.
const STATUS_FIELDS: [&str; 8] = [
    "cache-status",
    "x-vercel-cache",
    "x-cache",
    "x-cache-status",
    "cdn-cache",
    "x-proxy-cache",
    "x-litespeed-cache",
    "x-nextjs-cache",
];

/// Where the items of a list lie, without blanks; commas in quotes do not separate.
fn items(text: &str) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    let mut push = |start: usize, end: usize| {
        let item = &text[start..end];
        let begin = start + item.len() - item.trim_start().len();
        let end = begin + item.trim().len();
        if begin < end {
            items.push((begin, end));
        }
    };
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                push(start, at);
                start = at + 1;
            }
            _ => {}
        }
    }
    push(start, text.len());
    items
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').map(|rest| rest.strip_suffix('"').unwrap_or(rest)) {
        Some(inner) => inner.replace('\\', ""),
        None => value.to_owned(),
    }
}

/// Delta seconds (RFC 9111 section 1.2.2): digits; beyond what fits, as long as can be said.
fn seconds(value: &str) -> Option<u32> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| value.parse().unwrap_or(u32::MAX))
}

/// Directives with a number of seconds.
const SECONDS: [&str; 4] = ["max-age", "s-maxage", "stale-if-error", "stale-while-revalidate"];
/// Response directives of the RFCs above, and those of the registry that servers still send. As of 2026-11.
const KNOWN: [&str; 16] = [
    "immutable",
    "max-age",
    "must-revalidate",
    "must-understand",
    "no-cache",
    "no-store",
    "no-transform",
    "post-check",
    "pre-check",
    "private",
    "proxy-revalidate",
    "public",
    "s-maxage",
    "stale-if-error",
    "stale-while-revalidate",
    "no-vary-search",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Body;

    fn one(text: &str) -> CacheControl {
        parse(text).0
    }

    #[test]
    fn directives_are_read_by_grammar() {
        let control = one(r#"Public, MAX-AGE=60 , private="set-cookie, x", s-maxage="120",, immutable"#);
        let names: Vec<&str> = control.directives.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["public", "max-age", "private", "s-maxage", "immutable"]);
        assert_eq!((control.seconds("max-age"), control.seconds("s-maxage")), (Some(60), Some(120)));
        assert_eq!(one("max-age=99999999999").seconds("max-age"), Some(u32::MAX));
        assert_eq!(one("max-age=-1").seconds("max-age"), Some(0), "what cannot be read is stale");
    }

    #[test]
    fn who_may_keep_it_and_how_long() {
        assert!(one("max-age=60").is_shared(), "shared caches may keep it without public");
        assert!(!one("max-age=60, private").is_shared());
        assert!(!one("public, max-age=60, s-maxage=0").is_shared());
        assert!(!one("public").is_shared(), "no lifetime was given");
        assert_eq!(one("no-cache, max-age=60").browser_lifetime(), Some(0));
        assert_eq!(one("").browser_lifetime(), None);
    }

    #[test]
    fn mistakes_are_shown_where_they_stand() {
        let text = "public; max-age=60";
        let (_, issues) = parse(text);
        assert_eq!((issues[0].code, issues[0].span.of(text)), ("cache-semicolon", text));
        let codes = |text: &str| parse(text).1.into_iter().map(|i| i.code).collect::<Vec<_>>();
        assert_eq!(codes("max-age=1h, max-age=60"), ["cache-bad-seconds", "cache-duplicate"]);
        assert_eq!(codes("pubic"), ["cache-unknown-directive"]);
    }

    #[test]
    fn what_caches_say_of_themselves() {
        let hit = |name: &str, value: &str| {
            let headers = Headers::new([(name.to_owned(), value.to_owned())]);
            hit(&HttpReply { status: 200, headers, body: Body::default(), headers_ms: 1, body_ms: 0 })
                .map(|s| s.hit)
        };
        assert_eq!(hit("age", "31"), Some(true));
        assert_eq!(hit("age", "0"), None);
        assert_eq!(hit("cache-status", "ExampleCache; hit; ttl=30"), Some(true));
        assert_eq!(hit("cache-status", "\"Netlify Edge\"; fwd=miss"), Some(false));
        assert_eq!(hit("x-cache", "Miss from cloudfront"), Some(false));
        assert_eq!(hit("x-cache", "MISS, HIT"), Some(true));
        assert_eq!(hit("cf-cache-status", "HIT"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_value_panics_and_spans_lie_in_it(text in "[a-z=\", \\\\;0-9é-]{0,60}") {
            let (control, issues) = parse(&text);
            let spans = control.directives.iter().map(|d| d.span).chain(issues.iter().map(|i| i.span));
            for span in spans {
                proptest::prop_assert!(text.get(span.start..span.end).is_some());
            }
        }
    }
}
