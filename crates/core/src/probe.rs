//! One question to the outside. Plain data: it can be compared, hashed, written down and replayed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dns::RecordType;

/// One question to the outside, worth one external subrequest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Probe {
    /// A DNS question, asked over HTTPS.
    Dns(DnsQuestion),
    /// An HTTP request that follows no redirect.
    Http(HttpRequest),
    /// A TLS handshake, to see the certificate.
    Tls(TlsRequest),
}

impl Probe {
    /// The first resolver's answer about one name and type.
    #[must_use]
    pub fn dns(name: &str, record_type: RecordType) -> Self {
        Self::Dns(DnsQuestion::first(name, record_type))
    }

    /// A plain GET, as a browser's navigation would send it.
    #[must_use]
    pub fn get(url: &str) -> Self {
        Self::Http(HttpRequest::get(url))
    }

    /// A TLS handshake with a host.
    #[must_use]
    pub fn tls(host: &str) -> Self {
        Self::Tls(TlsRequest { host: dns_name(host) })
    }
}

/// For people and logs: `MX example.com`, `GET https://example.com/`, `TLS example.com`.
impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(question) if question.checking_disabled => {
                write!(f, "{} {} unvalidated", question.record_type, question.name)
            }
            Self::Dns(question) => write!(f, "{} {}", question.record_type, question.name),
            Self::Http(request) => write!(f, "{} {}", request.method, request.url),
            Self::Tls(request) => write!(f, "TLS {}", request.host),
        }
    }
}

/// A question about one name and one type, with recursion desired and the DNSSEC state wanted back (AD, RFC 6840
/// section 5.7).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DnsQuestion {
    /// Lower case, no trailing dot; the root is the empty string.
    pub name: String,
    /// What is asked for.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// Who is asked.
    pub resolver: Resolver,
    /// Whether the resolver shall answer without validating (CD, RFC 4035 section 3.2.2): what a zone with broken
    /// signatures holds.
    #[serde(default, skip_serializing_if = "is_false")]
    pub checking_disabled: bool,
}

impl DnsQuestion {
    /// A question to the first resolver, which validates.
    #[must_use]
    pub fn first(name: &str, record_type: RecordType) -> Self {
        Self { name: dns_name(name), record_type, resolver: Resolver::First, checking_disabled: false }
    }

    /// The same question, to be answered without validating.
    #[must_use]
    pub fn unvalidated(&self) -> Self {
        Self { checking_disabled: true, ..self.clone() }
    }

    /// The same question put to another resolver.
    #[must_use]
    pub fn to(&self, resolver: Resolver) -> Self {
        Self { resolver, ..self.clone() }
    }
}

/// Whom a DNS question is put to. Operators that do not share software or network: what the first one calls
/// missing is called missing only when another agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolver {
    /// Cloudflare.
    First,
    /// Google.
    Second,
    /// Quad9.
    Third,
}

impl Resolver {
    /// The address of the resolver's RFC 8484 endpoint.
    #[must_use]
    pub fn url(self) -> &'static str {
        match self {
            Self::First => "https://cloudflare-dns.com/dns-query",
            Self::Second => "https://dns.google/dns-query",
            Self::Third => "https://dns.quad9.net/dns-query",
        }
    }
}

/// One HTTP request. Redirects are never followed: the hop behind one is a probe of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Absolute, normalised, http or https, no fragment.
    pub url: String,
    /// Header fields on top of those every host sends (`User-Agent`, `Accept`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// How much of the body is read, in bytes after content decoding.
    pub body_limit: u32,
    /// Zero, or the number of the repeat where the same request is timed again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub repeat: u8,
}

impl HttpRequest {
    /// A plain GET that reads as much of the body as any check looks at.
    #[must_use]
    pub fn get(url: &str) -> Self {
        Self {
            method: Method::Get,
            url: url.to_owned(),
            headers: Vec::new(),
            body_limit: BODY_LIMIT,
            repeat: 0,
        }
    }
}

/// A TLS handshake on port 443, up to the server's certificate; nothing is sent inside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TlsRequest {
    /// The host, which is named to the server as well (SNI): a public name in lower case, no trailing dot.
    pub host: String,
}

/// The methods that a scan uses; all of them are safe (RFC 9110 section 9.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// OPTIONS.
    Options,
}

impl Method {
    /// The method as it goes over the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Bytes of a body that are read at most: the `<head>` and the first screens of any page that loads well.
pub const BODY_LIMIT: u32 = 128 * 1024;

/// The spelling under which a name is asked and remembered.
#[must_use]
pub fn dns_name(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(n: &u8) -> bool {
    *n == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}
