//! The cookies that a browser holds while a chain of redirects is followed (RFC 6265bis, sections 5.7 and 5.8).

use url::Url;

use super::HttpReply;
use super::cookies;
use crate::date::Time;
use crate::diagnostic::Severity;

/// Cookies, each for the hosts and paths that it was set for. Values are kept as long as the chain is followed, and no longer.
#[derive(Debug, Default)]
pub(super) struct Jar(Vec<Kept>);

#[derive(Debug)]
struct Kept {
    name: String,
    value: String,
    domain: String,
    /// Whether it is for that host alone, and not for the names below.
    is_host_only: bool,
    path: String,
    is_secure: bool,
}

impl Jar {
    /// Keeps what a reply sets, and throws away what it deletes.
    pub(super) fn keep(&mut self, url: &Url, reply: &HttpReply) {
        let host = url.host_str().unwrap_or_default();
        let now = reply.headers.first("date").and_then(Time::from_http);
        for field in reply.headers.all("set-cookie") {
            let (cookie, issues) = cookies::parse(field);
            let is_rejected = issues.iter().any(|issue| issue.severity == Severity::Error)
                || !cookie.is_for(host)
                || cookie.secure && url.scheme() != "https";
            if is_rejected {
                continue;
            }
            let pair = field.split(';').next().unwrap_or_default();
            let value = pair.split_once('=').map_or(pair, |(_, value)| value).trim();
            let path = cookie.path.clone().unwrap_or_else(|| default_path(url).to_owned());
            let domain = cookie.domain.clone();
            let kept = Kept {
                name: cookie.name.clone(),
                value: value.to_owned(),
                is_host_only: domain.is_none(),
                domain: domain.unwrap_or_else(|| host.to_owned()),
                path,
                is_secure: cookie.secure,
            };
            self.0.retain(|known| {
                (&known.name, &known.domain, &known.path) != (&kept.name, &kept.domain, &kept.path)
            });
            if !cookie.is_gone(now) && self.0.len() < MAX_COOKIES && pair.len() <= MAX_COOKIE {
                self.0.push(kept);
            }
        }
    }

    /// The `Cookie` field of a request to `url`: longer paths first, then what was set earlier (section 5.8.3).
    pub(super) fn header(&self, url: &Url) -> String {
        let mut own: Vec<&Kept> = self.0.iter().filter(|kept| kept.goes_to(url)).collect();
        own.sort_by_key(|kept| std::cmp::Reverse(kept.path.len()));
        let pairs = own.into_iter().map(|kept| match kept.name.as_str() {
            "" => kept.value.clone(),
            name => format!("{name}={}", kept.value),
        });
        pairs.collect::<Vec<_>>().join("; ")
    }
}

impl Kept {
    fn goes_to(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let left = host.strip_suffix(self.domain.as_str());
        let is_for_host =
            left.is_some_and(|left| left.is_empty() || !self.is_host_only && left.ends_with('.'));
        // Section 5.1.4, "path-match".
        let is_for_path = url
            .path()
            .strip_prefix(self.path.as_str())
            .is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'));
        is_for_host && is_for_path && (!self.is_secure || url.scheme() == "https")
    }
}

/// The path of a cookie that names none: the folder of what set it (section 5.1.4).
fn default_path(url: &Url) -> &str {
    match url.path().rfind('/') {
        None | Some(0) => "/",
        Some(end) => url.path().get(..end).unwrap_or("/"),
    }
}

/// Cookies that are kept while a chain is followed.
const MAX_COOKIES: usize = 20;
/// Bytes of one cookie that are kept (RFC 6265 section 6.1).
const MAX_COOKIE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Body, Headers};

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// What is sent to `to` after `from` has set these, one reply each.
    fn sent(from: &str, fields: &[&str], to: &str) -> String {
        let mut jar = Jar::default();
        for field in fields {
            let headers = Headers::new([
                ("date".to_owned(), "Mon, 30 Nov 2026 12:00:00 GMT".to_owned()),
                ("set-cookie".to_owned(), (*field).to_owned()),
            ]);
            let reply = HttpReply { status: 302, headers, body: Body::default(), headers_ms: 1, body_ms: 0 };
            jar.keep(&url(from), &reply);
        }
        jar.header(&url(to))
    }

    #[test]
    fn cookies_go_to_the_hosts_that_they_are_for() {
        let from = "https://accounts.example.com/silent";
        for (field, to, header) in [
            ("a=1", "https://accounts.example.com/", "a=1"),
            ("a=1", "https://example.com/", ""),
            ("a=1", "https://x.accounts.example.com/", ""),
            ("a=1; Domain=example.com", "https://example.com/", "a=1"),
            ("a=1; Domain=.example.com", "https://www.example.com/b", "a=1"),
            ("a=1; Domain=other.com", "https://other.com/", ""),
            ("a=1; Domain=com", "https://example.com/", ""),
            ("a=1; Domain=example.com; Secure", "http://example.com/", ""),
        ] {
            assert_eq!(sent(from, &[field], to), header, "{field} {to}");
        }
    }

    #[test]
    fn cookies_go_to_the_paths_that_they_are_for() {
        let from = "https://example.com/app/login";
        for (field, path, header) in [
            ("a=1", "/app/x", "a=1"),
            ("a=1", "/app", "a=1"),
            ("a=1", "/", ""),
            ("a=1", "/apple", ""),
            ("a=1; Path=/", "/", "a=1"),
            ("a=1; Path=/app/", "/app/x", "a=1"),
        ] {
            assert_eq!(sent(from, &[field], &format!("https://example.com{path}")), header, "{field} {path}");
        }
        let both = sent(from, &["a=1; Path=/", "b=2; Path=/app"], "https://example.com/app/x");
        assert_eq!(both, "b=2; a=1");
    }

    #[test]
    fn any_date_in_the_past_deletes() {
        let from = "https://example.com/";
        for field in [
            "a=; Max-Age=0; Path=/",
            "a=; Expires=Sun, 29 Nov 2026 12:00:00 GMT; Path=/",
            "a=x; expires=Tue, 12-Oct-99 00:00:00 GMT",
        ] {
            assert_eq!(sent(from, &["a=1; Path=/", field], from), "", "{field}");
        }
        assert_eq!(sent(from, &["a=1", "a=2"], from), "a=2");
        assert_eq!(sent("http://example.com/", &["a=1; Secure"], from), "", "set over plain http");
    }
}
