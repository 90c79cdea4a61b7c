//! Why a host was not reached, as Cloudflare's edge says it.

use std::net::IpAddr;

use hyper::{
    Response, StatusCode,
    header::{HeaderName, HeaderValue, SERVER},
};

use crate::web::{Body, text};

/// Why a host was not reached, in the numbers of Cloudflare's edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreached {
    /// The host is an IP literal.
    Literal,
    /// The name leads to an address that is not on the public internet.
    Private,
    /// The name does not resolve.
    NoName,
    /// Nobody takes the connection.
    Refused,
    /// The TLS handshake fails.
    Handshake,
    /// The certificate is not to be trusted.
    Certificate,
    /// The connection broke before there was an answer.
    Broken,
}

impl Unreached {
    pub(crate) fn response(self) -> Response<Body> {
        let (status, code) = match self {
            Self::Literal => (403, 1003),
            Self::Private => (403, 1002),
            Self::NoName => (530, 1016),
            Self::Broken => (520, 520),
            Self::Refused => (522, 522),
            Self::Handshake => (525, 525),
            Self::Certificate => (526, 526),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        as_edge(text(status, format!("error code: {code}")))
    }
}

/// Every answer through the edge says so, whatever the site is.
pub(crate) fn as_edge(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(SERVER, HeaderValue::from_static("cloudflare"));
    headers.insert(HeaderName::from_static("cf-ray"), HeaderValue::from_static("1ab0000000000000-LAB"));
    headers.insert(HeaderName::from_static("cf-cache-status"), HeaderValue::from_static("DYNAMIC"));
    response
}

/// Whether an address is one that the public internet leads to.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let special =
                a == 0 || a >= 240 || (a == 192 && b == 0 && c == 0) || (a == 198 && (18..20).contains(&b));
            let relay = (a, b, c) == (192, 88, 99);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_documentation()
                || shared
                || special
                || relay)
        }
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            let documentation = (first, second) == (0x2001, 0x0db8) || first == 0x3fff && second < 0x1000;
            // Teredo and other protocols' own, 6to4: what carries IPv4 is none.
            let protocol = first == 0x2001 && second < 0x0200 || first == 0x2002;
            (0x2000..0x4000).contains(&first) && !documentation && !protocol
        }
    }
}
