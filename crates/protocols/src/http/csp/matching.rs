//! Which scripts of a page a policy lets run (CSP Level 3, sections 6.7.1 and 6.7.2).

use url::Url;

use super::{Directive, Policy, Source};
use crate::http::integrity;

/// A script that stands in a page, as a policy looks at it.
#[derive(Debug, Clone, Copy)]
pub struct ScriptElement<'s> {
    /// Where the page is.
    pub page: &'s Url,
    /// Where the script is loaded from; `None` where it stands in the page.
    pub src: Option<&'s Url>,
    /// Its text, where that stands in the page; `None` where only a part of it is known.
    pub text: Option<&'s str>,
    /// Its nonce.
    pub nonce: Option<&'s str>,
    /// Its hashes.
    pub integrity: Option<&'s str>,
}

impl Policy {
    /// Whether browsers run this script under this policy. What cannot be told counts as allowed. `in_page` is true for a policy
    /// in a `<meta>`, where browsers skip `sandbox` (section 3.3).
    #[must_use]
    pub fn allows_script(&self, script: &ScriptElement<'_>, in_page: bool) -> bool {
        let sandbox = self.directives.iter().find(|directive| directive.name == "sandbox");
        let boxed_in = sandbox.is_some_and(|sandbox| {
            let allows = |token: &Source| matches!(token, Source::Host(token) if token.eq_ignore_ascii_case("allow-scripts"));
            !sandbox.sources.iter().any(allows)
        });
        if boxed_in && !in_page {
            return false;
        }
        let Some(directive) = self.governing("script-src-elem") else { return true };
        let has_nonce = |nonce: &str| {
            directive.sources.iter().any(|source| matches!(source, Source::Nonce(known) if known == nonce))
        };
        if script.nonce.is_some_and(has_nonce) {
            return true;
        }
        match script.src {
            Some(url) => directive.allows_file(script, url),
            None => directive.allows_inline(script.text),
        }
    }
}

impl Directive {
    fn allows_file(&self, script: &ScriptElement<'_>, url: &Url) -> bool {
        // Every hash that the element names has to be in the list (section 6.7.1.1).
        let mut named = script.integrity.into_iter().flat_map(integrity::hashes).peekable();
        if named.peek().is_some() && named.all(|(kind, digest)| self.names_hash(kind, &digest)) {
            return true;
        }
        !self.sources.contains(&Source::StrictDynamic)
            && self.sources.iter().any(|source| source.matches(url, script.page))
    }

    fn allows_inline(&self, text: Option<&str>) -> bool {
        if self.allows_any_inline() {
            return true;
        }
        if !self.sources.iter().any(|source| matches!(source, Source::Hash(_))) {
            return text.is_some_and(|text| text.trim().is_empty());
        }
        let Some(text) = text else { return true };
        let text = text.replace("\r\n", "\n");
        text.trim().is_empty()
            || integrity::KINDS
                .iter()
                .any(|kind| self.names_hash(kind, &integrity::digest(kind, text.as_bytes())))
    }

    fn names_hash(&self, kind: &str, digest: &str) -> bool {
        self.sources.iter().any(|source| match source {
            Source::Hash(hash) => {
                integrity::hashes(hash).any(|(known, named)| known == kind && named == digest)
            }
            _ => false,
        })
    }
}

impl Source {
    /// Whether a URL matches this source expression on a page at `page` (section 6.7.2.8).
    fn matches(&self, url: &Url, page: &Url) -> bool {
        match self {
            Self::SelfOrigin => {
                let upgraded = url.host_str() == page.host_str()
                    && scheme_matches(page.scheme(), url.scheme())
                    && url.port().is_none()
                    && page.port().is_none();
                url.origin() == page.origin() || upgraded
            }
            Self::Scheme(scheme) => scheme_matches(scheme, url.scheme()),
            Self::Host(expression) => host_source_matches(expression, url, page),
            _ => false,
        }
    }
}

fn host_source_matches(expression: &str, url: &Url, page: &Url) -> bool {
    if expression == "*" {
        return matches!(url.scheme(), "http" | "https" | "ws" | "wss") || url.scheme() == page.scheme();
    }
    let (scheme, rest) = match expression.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (page.scheme().to_owned(), expression),
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let (host, port) =
        authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let (host, actual) = (host.to_ascii_lowercase(), url.host_str().unwrap_or_default());
    let host_fits = match host.strip_prefix('*') {
        Some("") => true,
        Some(suffix) => suffix.starts_with('.') && actual.ends_with(suffix),
        None => host == actual,
    };
    let actual_port = url.port_or_known_default();
    let port_fits = match port {
        Some("*") => true,
        Some(port) => {
            let port = port.parse::<u16>().ok();
            port == actual_port || port == Some(80) && actual_port == Some(443)
        }
        None => url.port().is_none(),
    };
    let path_fits = match path {
        "" | "/" => true,
        folder if folder.ends_with('/') => url.path().starts_with(folder),
        file => url.path() == file,
    };
    scheme_matches(&scheme, url.scheme()) && host_fits && port_fits && path_fits
}

/// Whether a scheme is what a policy names, or what it may be upgraded to (section 6.7.2.9).
fn scheme_matches(named: &str, actual: &str) -> bool {
    named == actual
        || matches!((named, actual), ("http", "https") | ("ws", "wss" | "http" | "https") | ("wss", "https"))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn allows(policy: &str, element: &str) -> bool {
        let page = Url::parse("https://example.com/shop/").unwrap();
        let mut src = None;
        let (mut text, mut nonce, mut integrity) = (None, None, None);
        for (n, part) in element.split(" | ").enumerate() {
            match part.split_once('=') {
                Some(("src", address)) => src = Some(page.join(address).unwrap()),
                Some(("nonce", value)) => nonce = Some(value),
                Some(("integrity", value)) => integrity = Some(value),
                _ if n == 0 => text = Some(part),
                _ => panic!("{part}"),
            }
        }
        let script = ScriptElement { page: &page, src: src.as_ref(), text, nonce, integrity };
        parse(policy).0.iter().all(|policy| policy.allows_script(&script, false))
    }

    #[test]
    fn files_run_from_where_the_policy_says() {
        for (policy, src) in [
            ("script-src 'self'", "src=/app.js"),
            ("default-src 'self' https:", "src=https://cdn.example.net/x.js"),
            ("script-src *.example.net", "src=https://a.b.example.net/x.js"),
            ("script-src cdn.example.net/lib/", "src=https://cdn.example.net/lib/x.js"),
            ("script-src http://cdn.example.net", "src=https://cdn.example.net/x.js"),
            ("script-src cdn.example.net:443", "src=https://cdn.example.net/x.js"),
            ("script-src *", "src=https://cdn.example.net/x.js"),
            ("script-src 'nonce-abc'", "src=https://cdn.example.net/x.js | nonce=abc"),
            ("img-src 'self'", "src=https://cdn.example.net/x.js"),
            ("script-src-attr 'none'", "src=/app.js"),
            ("sandbox allow-forms allow-scripts", "src=/app.js"),
        ] {
            assert!(allows(policy, src), "{policy}: {src}");
        }
        for (policy, src) in [
            ("script-src 'self'", "src=https://cdn.example.net/x.js"),
            ("default-src 'self'", "src=https://www.example.com/x.js"),
            ("default-src 'none'", "src=/app.js"),
            ("script-src *.example.net", "src=https://example.net/x.js"),
            ("script-src cdn.example.net/lib/", "src=https://cdn.example.net/other/x.js"),
            ("script-src cdn.example.net", "src=http://cdn.example.net/x.js"),
            ("script-src cdn.example.net", "src=https://cdn.example.net:8443/x.js"),
            ("script-src 'strict-dynamic' 'nonce-abc' 'self'", "src=/app.js"),
            ("script-src 'self'; script-src-elem 'none'", "src=/app.js"),
            ("script-src *, script-src 'none'", "src=/app.js"),
            ("sandbox allow-forms", "src=/app.js"),
        ] {
            assert!(!allows(policy, src), "{policy}: {src}");
        }
    }

    #[test]
    fn text_runs_where_somebody_vouches_for_it() {
        let hashed = format!("script-src 'sha256-{}'", integrity::digest("sha256", b"go()"));
        for (policy, text) in [
            ("script-src 'unsafe-inline'", "go()"),
            ("script-src 'nonce-abc'", "go() | nonce=abc"),
            (&hashed, "go()"),
            ("script-src 'self'", " "),
        ] {
            assert!(allows(policy, text), "{policy}: {text}");
        }
        for (policy, text) in [
            ("script-src 'self'", "go()"),
            ("script-src 'unsafe-inline' 'nonce-abc'", "go()"),
            (&hashed, "stop()"),
            ("script-src https:", "go()"),
        ] {
            assert!(!allows(policy, text), "{policy}: {text}");
        }
    }
}
