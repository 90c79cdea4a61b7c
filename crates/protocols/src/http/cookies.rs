//! `Set-Cookie` as browsers read it (RFC 6265bis, draft-ietf-httpbis-rfc6265bis-22 of 2025).
//!
//! ```
//! use launch_ready_protocols::http::cookies;
//!
//! let (cookie, diagnostics) = cookies::parse("__Host-session=secret; Secure; HttpOnly; Path=/; SameSite=Lax");
//! assert!(cookie.looks_like_session() && cookie.secure && cookie.http_only);
//! assert!(diagnostics.is_empty());
//! ```

use crate::date::Time;
use crate::diagnostic::{Diagnostic, Span};
use crate::dns::name::is_registry_suffix;

/// One cookie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cookie {
    /// Its name; may be empty.
    pub name: String,
    /// How long its value is: the value itself is nobody's business.
    pub value_len: usize,
    /// `Secure`.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
    /// `SameSite`, the last one that browsers know.
    pub same_site: Option<SameSite>,
    /// `Domain`, in lower case, without leading dot; empty counts as not given.
    pub domain: Option<String>,
    /// `Path`.
    pub path: Option<String>,
    /// Whether it stays when the browser is closed.
    pub persistent: bool,
    /// Whether it is being deleted: no life left, or one that ended before this was written.
    pub deleted: bool,
    /// When it ends, by `Expires`, where no `Max-Age` says otherwise.
    pub expires: Option<Time>,
    has_max_age: bool,
    /// `Partitioned` (CHIPS).
    pub partitioned: bool,
}

/// When a browser sends a cookie along with requests that other sites cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// When a link leads here.
    Lax,
    /// Always.
    None,
    /// Never.
    Strict,
}

/// Reads one field's value (section 5.6). Never fails: browsers do not either.
#[must_use]
pub fn parse(field: &str) -> (Cookie, Vec<Diagnostic>) {
    let mut cookie = Cookie::default();
    let mut issues = Vec::new();
    let mut start = 0;
    for (n, part) in field.split(';').enumerate() {
        let begin = start + part.len() - part.trim_start_matches(BLANKS).len();
        let text = part.trim_matches(BLANKS);
        let span = Span::new(begin, begin + text.len());
        start += part.len() + 1;
        if n == 0 {
            let (name, value) = text.split_once('=').unwrap_or(("", text));
            cookie.name = name.trim_matches(BLANKS).to_owned();
            cookie.value_len = value.trim_matches(BLANKS).len();
            continue;
        }
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        attribute(&mut cookie, name.trim_matches(BLANKS), value.trim_matches(BLANKS), span, &mut issues);
    }
    // Section 5.7, step 6: Max-Age comes before Expires, wherever it stands.
    if cookie.has_max_age {
        cookie.expires = None;
    }
    let ended = cookie.expires.is_some_and(|expires| expires.unix() < WRITTEN);
    cookie.deleted |= ended;
    let whole = Span::new(0, field.len());
    let lower = cookie.name.to_ascii_lowercase();
    // Section 5.7, steps 20 and 21: browsers throw such a cookie away.
    if lower.starts_with("__secure-") && !cookie.secure {
        issues.push(Diagnostic::error(
            "cookie-prefix-without-secure",
            whole,
            "Browsers reject a __Secure- cookie without Secure.",
        ));
    }
    if lower.starts_with("__host-")
        && !(cookie.secure && cookie.domain.is_none() && cookie.path.as_deref() == Some("/"))
    {
        issues.push(Diagnostic::error(
            "cookie-host-prefix-broken",
            whole,
            "Browsers reject a __Host- cookie unless it has Secure, Path=/ and no Domain.",
        ));
    }
    if cookie.same_site == Some(SameSite::None) && !cookie.secure {
        issues.push(Diagnostic::error(
            "cookie-none-without-secure",
            whole,
            "Browsers reject SameSite=None without Secure.",
        ));
    }
    if cookie.partitioned && !cookie.secure {
        issues.push(Diagnostic::error(
            "cookie-partitioned-without-secure",
            whole,
            "Browsers reject a Partitioned cookie without Secure.",
        ));
    }
    if cookie.name.len() + cookie.value_len > MAX_PAIR {
        issues.push(Diagnostic::error(
            "cookie-too-long",
            whole,
            "Browsers reject a cookie whose name and value are longer than 4096 octets.",
        ));
    }
    (cookie, issues)
}

fn attribute(cookie: &mut Cookie, name: &str, value: &str, span: Span, issues: &mut Vec<Diagnostic>) {
    match name.to_ascii_lowercase().as_str() {
        "" => {}
        "secure" => cookie.secure = true,
        "httponly" => cookie.http_only = true,
        "partitioned" => cookie.partitioned = true,
        "path" => cookie.path = value.starts_with('/').then(|| value.to_owned()),
        "domain" => {
            let domain = value.strip_prefix('.').unwrap_or(value).to_ascii_lowercase();
            cookie.domain = (!domain.is_empty()).then_some(domain);
        }
        "samesite" => match value.to_ascii_lowercase().as_str() {
            "lax" => cookie.same_site = Some(SameSite::Lax),
            "none" => cookie.same_site = Some(SameSite::None),
            "strict" => cookie.same_site = Some(SameSite::Strict),
            _ => issues.push(Diagnostic::warning(
                "cookie-unknown-samesite",
                span,
                "Browsers know Strict, Lax and None; this counts as not given.",
            )),
        },
        "max-age" => {
            let seconds = value.strip_prefix('-').unwrap_or(value);
            if seconds.is_empty() || !seconds.bytes().all(|byte| byte.is_ascii_digit()) {
                issues.push(Diagnostic::warning(
                    "cookie-bad-max-age",
                    span,
                    "Max-Age needs a number of seconds; browsers skip this.",
                ));
            } else {
                cookie.persistent = true;
                cookie.has_max_age = true;
                cookie.deleted = value.starts_with('-') || seconds.bytes().all(|byte| byte == b'0');
            }
        }
        "expires" => {
            // What browsers cannot read counts as not given.
            if let Some(expires) = Time::from_cookie(value) {
                cookie.persistent = true;
                cookie.expires = Some(expires);
            }
        }
        "priority" => {}
        _ => issues.push(Diagnostic::note(
            "cookie-unknown-attribute",
            span,
            "Browsers do not know this attribute and skip it.",
        )),
    }
}

impl Cookie {
    /// Whether browsers take it from `host` (section 5.7): its `Domain` is that name or one above it ("domain-match"), and not one below
    /// which others have names, as far as its shape tells.
    #[must_use]
    pub fn is_for(&self, host: &str) -> bool {
        self.domain.as_deref().is_none_or(|domain| {
            let matches =
                host.strip_suffix(domain).is_some_and(|left| left.is_empty() || left.ends_with('.'));
            matches && (host == domain || !is_registry_suffix(domain))
        })
    }

    /// Whether nothing is left of it at `now`, the time of the answer that sets it.
    #[must_use]
    pub fn is_gone(&self, now: Option<Time>) -> bool {
        self.deleted || self.expires.zip(now).is_some_and(|(expires, now)| expires <= now)
    }

    /// Whether a load balancer sets it that anybody may run, to send a visitor to the same machine again. Those of hosts are known where
    /// hosts are.
    #[must_use]
    pub fn is_of_balancer(&self) -> bool {
        BALANCERS.contains(&self.name.as_str())
            || BALANCER_BEGINNINGS.iter().any(|begin| self.name.starts_with(begin))
    }

    /// Whether the name is one that frameworks and sign-in services give to a cookie that lets somebody in. A hint: a
    /// cookie may be called anything.
    #[must_use]
    pub fn looks_like_session(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let bare = name.strip_prefix("__host-").or_else(|| name.strip_prefix("__secure-")).unwrap_or(&name);
        SESSIONS.contains(&bare)
            || SESSION_WORDS.iter().any(|word| bare.split(['-', '_', '.']).any(|part| part == *word))
            || bare.starts_with("sb-") && bare.contains("-auth-token")
    }

    /// The cookie without its value: `id=…; Secure; HttpOnly`.
    #[must_use]
    pub fn redacted(field: &str) -> String {
        let (pair, attributes) =
            field.split_once(';').map_or((field, None), |(pair, rest)| (pair, Some(rest)));
        let name = pair.split_once('=').map_or("", |(name, _)| name).trim();
        match attributes {
            Some(attributes) => format!("{name}=…;{attributes}"),
            None => format!("{name}=…"),
        }
    }
}

const BLANKS: [char; 2] = [' ', '\t'];
/// Section 5.6 step 5.
const MAX_PAIR: usize = 4096;
/// Names that frameworks give to their session, from their documentation, as of 2026-11.
const SESSIONS: &[&str] = &[
    "asp.net_sessionid",
    ".aspnetcore.session",
    "ci_session",
    "connect.sid",
    "jsessionid",
    "laravel_session",
    "phpsessid",
    "sessionid",
    "sid",
    "_rails_session",
    "auth_session_id",
    ".aspxauth",
    ".aspnetcore.identity.application",
    "better-auth.session_token",
    "next-auth.session-token",
    "authjs.session-token",
    "wos-session",
    "appsession",
];
const SESSION_WORDS: &[&str] =
    &["session", "sess", "auth", "jwt", "sessiontoken", "accesstoken", "refreshtoken"];
/// Load balancers and ingresses of whoever runs them: Traefik, HAProxy, Kemp; from their documentation, as of 2026-11.
const BALANCERS: &[&str] = &["SERVERID", "SRVNAME", "sticky", "KEMPID", "INGRESSCOOKIE"];
/// HAProxy as many set it up, F5, Citrix.
const BALANCER_BEGINNINGS: [&str; 4] = ["SERVERID", "BIGipServer", "NSC_", "citrix_ns_id"];
/// When this was written, in seconds since 1970: 2026-11-01. What ended before is gone, whatever the time is now.
const WRITTEN: i64 = 1_793_491_200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_as_browsers_do() {
        let (cookie, issues) = parse(
            "id = a=b ; SECURE; httponly=x; SameSite=None; SameSite=lax; Path=x; Domain=.Example.com; Max-Age=60",
        );
        assert_eq!((cookie.name.as_str(), cookie.value_len), ("id", 3));
        assert!(cookie.secure && cookie.http_only && cookie.persistent && !cookie.deleted);
        assert_eq!(
            (cookie.same_site, cookie.path, cookie.domain.as_deref()),
            (Some(SameSite::Lax), None, Some("example.com"))
        );
        assert_eq!(issues, []);
    }

    #[test]
    fn what_browsers_reject_is_an_error() {
        let codes = |field: &str| parse(field).1.into_iter().map(|issue| issue.code).collect::<Vec<_>>();
        assert_eq!(codes("__Host-a=1; Secure; Path=/; Domain=example.com"), ["cookie-host-prefix-broken"]);
        assert_eq!(codes("__host-a=1; Secure; Path=/"), Vec::<&str>::new());
        assert_eq!(codes("__Secure-a=1"), ["cookie-prefix-without-secure"]);
        assert_eq!(codes("a=1; SameSite=None"), ["cookie-none-without-secure"]);
        assert_eq!(codes("a=1; SameSite=Sometimes"), ["cookie-unknown-samesite"]);
        assert_eq!(codes("a=1; Partitioned"), ["cookie-partitioned-without-secure"]);
        assert_eq!(codes(&format!("a={}", "x".repeat(4096))), ["cookie-too-long"]);
    }

    #[test]
    fn a_cookie_for_another_host_is_not_taken() {
        let is_for = |field: &str, host: &str| parse(field).0.is_for(host);
        assert!(is_for("a=1", "example.com"));
        assert!(is_for("a=1; Domain=.Example.com", "app.example.com"));
        assert!(!is_for("a=1; Domain=app.example.com", "example.com"));
        assert!(!is_for("a=1; Domain=ample.com", "example.com"));
    }

    #[test]
    fn browsers_take_no_cookie_for_names_of_others() {
        let is_for = |field: &str, host: &str| parse(field).0.is_for(host);
        assert!(!is_for("a=1; Domain=.co.uk", "shop.co.uk"));
        assert!(!is_for("a=1; Domain=com", "example.com"));
        assert!(is_for("a=1; Domain=shop.co.uk", "www.shop.co.uk"));
    }

    #[test]
    fn a_cookie_with_an_end_in_the_past_is_gone() {
        let gone = |field: &str| parse(field).0.is_gone(Time::from_http("Mon, 30 Nov 2026 12:00:00 GMT"));
        for field in [
            "a=; expires=Tue, 12-Oct-1999 00:00:00 GMT",
            "a=; Expires=Sun, 29 Nov 2026 12:00:00 GMT",
            "a=; Max-Age=0",
            "a=; Expires=Fri, 31 Dec 2027 00:00:00 GMT; Max-Age=-1",
        ] {
            assert!(gone(field), "{field}");
        }
        for field in [
            "a=1",
            "a=1; Expires=Fri, 31 Dec 2027 00:00:00 GMT",
            "a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=1; Expires=0",
        ] {
            assert!(!gone(field), "{field}");
        }
        assert!(parse("a=; expires=Sun, 29-Nov-2020 10:00:00 GMT").0.is_gone(None));
    }

    #[test]
    fn what_a_load_balancer_sets_is_the_hosts() {
        for name in ["SERVERID12", "KEMPID", "INGRESSCOOKIE", "BIGipServerpool"] {
            assert!(parse(&format!("{name}=1")).0.is_of_balancer(), "{name}");
        }
        assert!(!parse("server=1").0.is_of_balancer());
    }

    #[test]
    fn sessions_are_guessed_by_whole_words() {
        let session = |name: &str| parse(&format!("{name}=1")).0.looks_like_session();
        for name in [
            "PHPSESSID",
            "__Host-session",
            "connect.sid",
            "sb-abc-auth-token",
            "my_session",
            "__Secure-next-auth.session-token",
        ] {
            assert!(session(name), "{name}");
        }
        for name in ["theme", "_ga", "author", "obsession", "locale", "XSRF-TOKEN"] {
            assert!(!session(name), "{name}");
        }
    }

    #[test]
    fn values_are_left_out() {
        assert_eq!(Cookie::redacted("id=abc; Secure"), "id=…; Secure");
        assert_eq!(Cookie::redacted("abc"), "=…");
    }

    proptest::proptest! {
        #[test]
        fn no_field_panics_and_spans_lie_in_it(field in "\\PC{0,80}") {
            let (_, issues) = parse(&field);
            for issue in issues {
                proptest::prop_assert!(field.get(issue.span.start..issue.span.end).is_some());
            }
            let _ = Cookie::redacted(&field);
        }
    }
}
