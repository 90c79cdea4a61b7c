//! `Cache-Control` and what stands beside it: RFC 9111 (HTTP caching), RFC 9213 (targeted cache control), RFC 8246
//! (`immutable`), RFC 5861 (stale content), RFC 9211 (`Cache-Status`), RFC 9110 (`Vary`, `ETag`, `Last-Modified`).
//!
//! ```
//! use launch_ready_protocols::http::cache;
//!
//! let (directives, _) = cache::parse("public, max-age=60, s-maxage=600");
//! assert_eq!(directives.seconds("s-maxage"), Some(600));
//! assert!(directives.is_shared());
//! ```

use crate::date::{Day, Time};
use crate::diagnostic::{Diagnostic, Span};
use crate::http::{Headers, HttpReply};

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
pub fn parse(text: &str) -> (CacheControl, Vec<Diagnostic>) {
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
            issues.push(Diagnostic::error(
                "cache-semicolon",
                span,
                "Directives are set apart by commas, not semicolons; caches do not understand this.",
            ));
        } else if SECONDS.contains(&name.as_str()) && value.as_deref().and_then(seconds).is_none() {
            issues.push(Diagnostic::error(
                "cache-bad-seconds",
                span,
                format!("{name} needs a number of seconds; caches take this as expired."),
            ));
        } else if !KNOWN.contains(&name.as_str()) {
            issues.push(Diagnostic::note(
                "cache-unknown-directive",
                span,
                "Caches do not know this directive and skip it.",
            ));
        }
        if directives.iter().any(|d| d.name == name && d.value != value) {
            issues.push(Diagnostic::warning(
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

/// For how many seconds a browser may use a reply without asking (RFC 9111 section 4.2.1): what `Cache-Control` says, else what
/// lies between `Date` and `Expires`; `None` where neither says anything, and browsers guess.
#[must_use]
pub fn browser_lifetime(headers: &Headers) -> Option<u32> {
    if let Some(seconds) = CacheControl::of(headers).browser_lifetime() {
        return Some(seconds);
    }
    let expires = headers.first("expires")?;
    // What cannot be read, such as 0, is in the past (section 5.3).
    let Some(expires) = Time::from_http(expires) else { return Some(0) };
    let date = headers.first("date").and_then(Time::from_http)?;
    Some(u32::try_from((expires.unix() - date.unix()).max(0)).unwrap_or(u32::MAX))
}

/// What caches in front of a site are told: the field for caches of one kind where there is one, which outranks the rest
/// there (RFC 9213), else `Cache-Control`. With the name of the field. `special` are fields that one provider's caches obey; they
/// come before the one for all of them.
#[must_use]
pub fn for_shared<'n>(
    headers: &Headers,
    special: impl IntoIterator<Item = &'n str>,
) -> (&'n str, CacheControl) {
    let mut targeted = special.into_iter().chain(["cdn-cache-control"]);
    let told = targeted.find_map(|name| Some((name, parse(headers.first(name)?).0)));
    told.unwrap_or_else(|| ("cache-control", CacheControl::of(headers)))
}

/// Whether a browser can ask if what it has is still good, instead of downloading it again: an `ETag` or a `Last-Modified` that
/// can be read (RFC 9110 section 13.1).
#[must_use]
pub fn has_validator(headers: &Headers) -> bool {
    headers.first("etag").is_some_and(|value| entity_tag(value).is_some())
        || headers.first("last-modified").is_some_and(|value| Day::from_http(value).is_some())
}

/// An entity tag (RFC 9110 section 8.8.3): whether it is weak, and what stands in its quotes.
#[must_use]
pub fn entity_tag(value: &str) -> Option<(bool, &str)> {
    let value = value.trim();
    let (weak, quoted) = value.strip_prefix("W/").map_or((false, value), |rest| (true, rest));
    let opaque = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let holds = |byte: u8| byte == 0x21 || (0x23..=0x7e).contains(&byte) || byte >= 0x80;
    opaque.bytes().all(holds).then_some((weak, opaque))
}

/// Whether an answer may differ by a field of the request (`Vary`, RFC 9110 section 12.5.5).
#[must_use]
pub fn varies_by(headers: &Headers, field: &str) -> bool {
    headers.all("vary").flat_map(|value| value.split(',')).any(|name| {
        let name = name.trim();
        name == "*" || name.eq_ignore_ascii_case(field)
    })
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
/// Cloudflare, they stand on every response. `special` are fields of one provider's caches. `None` where nothing is said.
#[must_use]
pub fn hit<'n>(reply: &HttpReply, special: impl IntoIterator<Item = &'n str>) -> Option<Seen> {
    let headers = &reply.headers;
    if let Some(age) = headers.first("age").filter(|age| age.trim().parse::<u32>().is_ok_and(|age| age > 0)) {
        return Some(Seen { hit: true, header: format!("age: {age}") });
    }
    for name in [CACHE_STATUS].into_iter().chain(special).chain(STATUS_FIELDS) {
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

/// RFC 9211.
const CACHE_STATUS: &str = "cache-status";
/// Fields in which caches of several makers say what they did. As of 2026-11.
const STATUS_FIELDS: [&str; 5] =
    ["x-cache", "x-cache-status", "cdn-cache", "x-proxy-cache", "x-nextjs-cache"];

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
    use crate::http::Body;

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

    fn fields(fields: &[(&str, &str)]) -> Headers {
        Headers::new(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn expires_counts_where_nothing_better_is_said() {
        let date = ("date", "Sun, 22 Nov 2026 10:00:00 GMT");
        let lifetime = |expires: &str, control: &str| {
            browser_lifetime(&fields(&[date, ("expires", expires), ("cache-control", control)]))
        };
        assert_eq!(lifetime("Sun, 22 Nov 2026 11:00:30 GMT", "public"), Some(3630));
        assert_eq!(lifetime("Sat, 21 Nov 2026 11:00:00 GMT", "public"), Some(0));
        assert_eq!(lifetime("Sunday, 22-Nov-26 11:00:30 GMT", "public"), Some(3630));
        assert_eq!(lifetime("Sun Nov 22 11:00:30 2026", "public"), Some(3630));
        assert_eq!(lifetime("0", "public"), Some(0), "what cannot be read is in the past");
        assert_eq!(lifetime("0", "max-age=60"), Some(60), "max-age outranks it");
        assert_eq!(
            browser_lifetime(&fields(&[("expires", "Sun, 22 Nov 2026 11:00:00 GMT")])),
            None,
            "since when?"
        );
        assert_eq!(browser_lifetime(&fields(&[])), None);
    }

    #[test]
    fn a_field_for_caches_of_one_kind_outranks_the_rest() {
        let headers = fields(&[("cache-control", "max-age=0"), ("cdn-cache-control", "max-age=300")]);
        let (name, control) = for_shared(&headers, []);
        assert_eq!((name, control.is_shared()), ("cdn-cache-control", true));
        assert_eq!(for_shared(&fields(&[("cache-control", "max-age=0")]), []).0, "cache-control");
        let headers = fields(&[("cdn-cache-control", "max-age=300"), ("my-cdn-cache-control", "no-store")]);
        assert_eq!(for_shared(&headers, ["my-cdn-cache-control"]).0, "my-cdn-cache-control");
    }

    #[test]
    fn validators_and_vary_are_read_by_grammar() {
        assert_eq!(entity_tag("W/\"abc\""), Some((true, "abc")));
        assert_eq!(entity_tag("\"\""), Some((false, "")));
        for bad in ["abc", "\"a b\"", "w/\"abc\"", "\"", "\"a\"b\""] {
            assert_eq!(entity_tag(bad), None, "{bad}");
        }
        assert!(has_validator(&fields(&[("last-modified", "Sun, 22 Nov 2026 10:00:00 GMT")])));
        assert!(!has_validator(&fields(&[("last-modified", "yesterday"), ("etag", "unquoted")])));
        assert!(varies_by(&fields(&[("vary", "Accept, accept-encoding")]), "Accept-Encoding"));
        assert!(varies_by(&fields(&[("vary", "*")]), "cookie"));
        assert!(!varies_by(&fields(&[("vary", "X-Accept-Encoding")]), "accept-encoding"));
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
            hit(
                &HttpReply { status: 200, headers, body: Body::default(), headers_ms: 1, body_ms: 0 },
                ["x-my-cache"],
            )
            .map(|s| s.hit)
        };
        assert_eq!(hit("age", "31"), Some(true));
        assert_eq!(hit("age", "0"), None);
        assert_eq!(hit("cache-status", "ExampleCache; hit; ttl=30"), Some(true));
        assert_eq!(hit("cache-status", "\"Netlify Edge\"; fwd=miss"), Some(false));
        assert_eq!(hit("x-cache", "Miss from cloudfront"), Some(false));
        assert_eq!(hit("x-cache", "MISS, HIT"), Some(true));
        assert_eq!(hit("x-my-cache", "HIT"), Some(true));
        assert_eq!(hit("cf-cache-status", "HIT"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_value_panics_and_spans_lie_in_it(text in "[a-z=\", \\\\;0-9é-]{0,60}") {
            let (control, issues) = parse(&text);
            let _ = entity_tag(&text);
            let spans = control.directives.iter().map(|d| d.span).chain(issues.iter().map(|i| i.span));
            for span in spans {
                proptest::prop_assert!(text.get(span.start..span.end).is_some());
            }
        }
    }
}
