//! Addresses as strangers write them.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::idna;

/// `text` as an absolute URL.
pub fn parse(text: &str) -> Option<Url> {
    Url::parse(text).ok().or_else(|| Url::parse(&with_ascii_host(text)?).ok())
}

/// `text` as it leads on from `base`.
pub fn join(base: &Url, text: &str) -> Option<Url> {
    base.join(text).ok().or_else(|| base.join(&with_ascii_host(text)?).ok())
}

/// The same address with its host in ASCII; `None` where that is not what is wrong with it. The URL parser itself takes
/// no other hosts: see [`crate::idna`].
fn with_ascii_host(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("//")?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let start = authority.rfind('@').map_or(0, |at| at + 1);
    let (login, host) = authority.split_at(start);
    let (host, port) = host.split_at(host.find(':').unwrap_or(host.len()));
    let host = percent_decode_str(host).decode_utf8().ok().filter(|host| !host.is_ascii())?;
    let host = idna::to_ascii(&host)?;
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
            ("/ü", "https://example.com/%C3%BC"),
            ("https://xn--bcher-kva.de/", "https://xn--bcher-kva.de/"),
        ] {
            assert_eq!(join(&base, text).map(String::from).as_deref(), Some(read), "{text}");
        }
        assert_eq!(parse("https://i❤.ws/"), None);
        assert_eq!(parse("/ü"), None);
    }
}
