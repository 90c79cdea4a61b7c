//! One HTTP request.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// How much of the body is read, in bytes after content decoding; a scan's own bounds may allow less.
    #[serde(deserialize_with = "read_body_limit")]
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

/// Bytes of a body that any check looks at, at most: several times the largest bundle that a page of today loads well.
pub const BODY_LIMIT: u32 = 8 * 1024 * 1024;

/// What [`BODY_LIMIT`] was in recordings from before 2026-12, which hold it with every request.
const FORMER_BODY_LIMIT: u32 = 128 * 1024;

/// A request that was recorded with the former limit is the same request.
fn read_body_limit<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let limit = u32::deserialize(deserializer)?;
    Ok(if limit == FORMER_BODY_LIMIT { BODY_LIMIT } else { limit })
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(n: &u8) -> bool {
    *n == 0
}
