//! The one gate that every URL passes before anything is sent to it, whoever wrote it: the scan itself, a
//! `Location` header, a page.

use url::{Host, Url};

use super::evidence::Evidence;
use super::lookup::Resolved;
use super::owner_word;
use crate::answers::{Cause, Failure, Refusal, Stop, Unmeasured, Unreachable};
use crate::dns::address::special_purpose;
use crate::dns::{RecordType, Resolution, addresses};
use crate::domain::Domain;
use crate::http::address;

/// `url` in normal form and without fragment, if something may be sent to it.
///
/// # Errors
/// The first reason not to.
pub fn guarded(url: &str) -> Result<Url, Refusal> {
    let mut url = address::parse(url).ok_or(Refusal::NotAUrl)?;
    check(&url)?;
    url.set_fragment(None);
    Ok(url)
}

fn check(url: &Url) -> Result<(), Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::Credentials);
    }
    match url.host() {
        Some(Host::Domain(host)) if Domain::from_host(host).is_none() => return Err(Refusal::NotPublic),
        Some(Host::Domain(_)) => {}
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(Refusal::IpLiteral),
        None => return Err(Refusal::NotAUrl),
    }
    // The parser has already dropped a port that is the scheme's own.
    url.port().map_or(Ok(()), |port| Err(Refusal::Port(port)))
}

/// Why nothing can be sent to `host`, as DNS says. Asked before every hop: a name that leads to a private address
/// is reported and never fetched. The owner's word is asked for beside the addresses, so that the request need not wait for it;
/// what it says is the engine's to heed.
pub(crate) fn unreachable_host(evidence: &Evidence, host: &str) -> Result<Option<Unreachable>, Stop> {
    let v4 = evidence.first_answer(host, RecordType::A);
    let v6 = evidence.first_answer(host, RecordType::Aaaa);
    let _asked_beside = owner_word::word(evidence, host);
    let mut found = addresses(&v4?);
    found.extend(addresses(&v6?));
    if found.is_empty() {
        // Nothing yet; but that is one resolver's word.
        let resolved = Resolved::ask(evidence, host)?;
        found = resolved.addresses();
        if found.is_empty() {
            let host = host.to_owned();
            return match resolved.without_address()? {
                Resolution::ServFail => {
                    let failure = Failure::new(Cause::NoSuchHost).detailed("resolvers get no valid answer");
                    Err(Stop::NotMeasured(Unmeasured { asked: format!("A {host}"), failure }))
                }
                _ => Ok(Some(Unreachable::NoAddress)),
            };
        }
    }
    Ok(found.into_iter().find_map(|address| {
        special_purpose(address).map(|range| Unreachable::PrivateAddress { address, range })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_names_on_their_schemes_own_port_pass() {
        let normal = |url: &str| guarded(url).map(|url| url.to_string());
        assert_eq!(normal("https://EXAMPLE.com:443/a?b#c"), Ok("https://example.com/a?b".into()));
        for (url, refusal) in [
            ("http://127.0.0.1/", Refusal::IpLiteral),
            ("http://2130706433/", Refusal::IpLiteral),
            ("http://0x7f.1/", Refusal::IpLiteral),
            ("http://[::1]/", Refusal::IpLiteral),
            ("http://[::ffff:169.254.169.254]/", Refusal::IpLiteral),
            ("http://localhost/", Refusal::NotPublic),
            ("http://db.internal/", Refusal::NotPublic),
            ("http://metadata/", Refusal::NotPublic),
            ("https://example.com:8443/", Refusal::Port(8443)),
            ("http://example.com:443/", Refusal::Port(443)),
            ("https://user@example.com/", Refusal::Credentials),
            ("ftp://example.com/", Refusal::Scheme),
            ("javascript:alert(1)", Refusal::Scheme),
            ("data:text/html,x", Refusal::Scheme),
            ("/relative", Refusal::NotAUrl),
            ("https://", Refusal::NotAUrl),
        ] {
            assert_eq!(guarded(url).map(|url| url.to_string()), Err(refusal), "{url}");
        }
    }

    #[test]
    fn an_address_is_no_host_however_it_is_spelt() {
        // One number, octal, hexadecimal, fewer parts, a last dot, escapes: browsers take all of these for 127.0.0.1.
        for host in [
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "127.1.",
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0x7F.0x0.0x0.0x1",
            "0177.0.0.01",
            "0177.0.0x1",
            "%31%32%37.0.0.1",
            "127%2e0%2e0%2e1",
            "0",
            "76.76.21.21",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::7f00:1]",
            "[::127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[2606:4700::1]",
        ] {
            for url in [format!("http://{host}/"), format!("https://{host}:443/a")] {
                assert_eq!(guarded(&url), Err(Refusal::IpLiteral), "{url}");
            }
        }
        // What only looks like one is no host at all: not a name either.
        for host in [
            "256.256.256.256",
            "1.2.3.4.5",
            "127.0.0.0x100",
            "09.1.1.1",
            "example.127",
            "example.0x7f",
            "[fe80::1%25eth0]",
            "[fe80::1%eth0]",
            "[::1",
            "[127.0.0.1]",
            "::1",
        ] {
            let url = format!("http://{host}/");
            assert_eq!(guarded(&url), Err(Refusal::NotAUrl), "{url}");
        }
        // Digits that Unicode maps to ASCII: refused for one reason or the other.
        for host in ["１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1"] {
            let url = format!("http://{host}/");
            assert!(guarded(&url).is_err(), "{url}");
        }
    }
}
