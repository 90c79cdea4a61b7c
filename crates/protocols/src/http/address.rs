//! Addresses as strangers write them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::idna;

/// `text` as an absolute URL.
pub fn parse(text: &str) -> Option<Url> {
    Url::parse(text).ok().or_else(|| Url::parse(&with_ascii_host(text)?).ok())
}

/// `text` as it leads on from `base`.
pub fn join(base: &Url, text: &str) -> Option<Url> {
    let text = with_two_slashes(text);
    base.join(&text).ok().or_else(|| base.join(&with_ascii_host(&text)?).ok())
}

/// Browsers skip what slashes stand before a host, in either direction, beyond two (URL standard, "special authority ignore slashes
/// state"); the URL parser does so behind a scheme alone.
fn with_two_slashes(text: &str) -> Cow<'_, str> {
    let rest = text.trim_start_matches(['/', '\\']);
    if text.len() - rest.len() > 2 { format!("//{rest}").into() } else { text.into() }
}

/// Whether what is wrong with `text` as an address may be no more than its host, whose letters have to be mapped by Unicode's tables
/// first (UTS #46).
#[must_use]
pub fn needs_mapping(text: &str) -> bool {
    with_host(text, &|_| Some("a.example".to_owned())).is_some() && with_ascii_host(text).is_none()
}

/// `text` with its host in ASCII, by a mapping of names (UTS #46, ToASCII) that a transport has and this crate has not; `None` where
/// the host is in ASCII already, or the mapping refuses it.
#[must_use]
pub fn with_mapped_host(text: &str, to_ascii: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    with_host(text, to_ascii)
}

/// The same address with its host in ASCII; `None` where that is not what is wrong with it. The URL parser itself takes
/// no other hosts: see [`crate::idna`].
fn with_ascii_host(text: &str) -> Option<String> {
    with_host(text, &idna::to_ascii)
}

fn with_host(text: &str, to_ascii: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let (scheme, rest) = text.split_once("//").or_else(|| text.split_once("\\\\"))?;
    // A scheme, or nothing: two slashes later on are part of a path.
    if !scheme.trim().is_empty() && !matches!(scheme.trim().to_ascii_lowercase().as_str(), "http:" | "https:")
    {
        return None;
    }
    // Browsers skip further slashes, and take them in either direction.
    let rest = rest.trim_start_matches(['/', '\\']);
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let start = authority.rfind('@').map_or(0, |at| at + 1);
    let (login, host) = authority.split_at(start);
    let (host, port) = host.split_at(host.find(':').unwrap_or(host.len()));
    let host = percent_decode_str(host).decode_utf8().ok().filter(|host| !host.is_ascii())?;
    let host = to_ascii(&host)?;
    Some(format!("{scheme}//{login}{host}{port}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_outside_ascii_are_read() {
        let base = Url::parse("https://example.com/a").unwrap();
        for (text, read) in [
            ("https://bücher.de", "https://xn--bcher-kva.de/"),
            ("//BÜCHER.de:8443/ü?ö#ß", "https://xn--bcher-kva.de:8443/%C3%BC?%C3%B6#%C3%9F"),
            ("https://b%C3%BCcher.de/", "https://xn--bcher-kva.de/"),
            ("https://ü@bücher.de/", "https://%C3%BC@xn--bcher-kva.de/"),
            ("///bücher.de/", "https://xn--bcher-kva.de/"),
            ("https:\\\\bücher.de\\a", "https://xn--bcher-kva.de/a"),
            ("///example.org/", "https://example.org/"),
            ("/ü", "https://example.com/%C3%BC"),
            ("/a//ü", "https://example.com/a//%C3%BC"),
            ("https://xn--bcher-kva.de/", "https://xn--bcher-kva.de/"),
        ] {
            assert_eq!(join(&base, text).map(String::from).as_deref(), Some(read), "{text}");
        }
        assert_eq!(parse("https://i❤.ws/"), None);
        assert_eq!(parse("/ü"), None);
        assert!(
            needs_mapping("https://i❤.ws/")
                && !needs_mapping("https://bücher.de")
                && !needs_mapping("https://a b/")
        );
        let mapped = with_mapped_host("https://i❤.ws/x", &|_| Some("xn--i-7iq.ws".to_owned()));
        assert_eq!(mapped.as_deref(), Some("https://xn--i-7iq.ws/x"));
    }
}
