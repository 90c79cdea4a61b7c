//! One question to the outside. Plain data: it can be compared, hashed, written down and replayed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dns::RecordType;
use crate::dns::dns_name;
use crate::http::HttpRequest;

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

/// A TLS handshake on port 443, up to the server's certificate; nothing is sent inside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TlsRequest {
    /// The host, which is named to the server as well (SNI): a public name in lower case, no trailing dot.
    pub host: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}
