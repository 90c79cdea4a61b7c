//! What a limit says of itself, as the header fields of draft-ietf-httpapi-ratelimit-headers-10 say it to clients.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use web_sys::Headers;

use crate::platform;

/// The limits that a scan has met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RateLimits(pub(crate) Vec<RateLimit>);

/// One limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RateLimit {
    /// Its name: letters.
    pub(crate) name: Cow<'static, str>,
    /// How many there may be.
    pub(crate) quota: u32,
    /// Within so many seconds.
    pub(crate) window_seconds: u32,
    /// How many are left.
    pub(crate) remaining: u32,
    /// Seconds after which there are more.
    pub(crate) reset_seconds: u32,
}

impl RateLimits {
    /// The value of `RateLimit-Policy`.
    fn policy(&self) -> String {
        let policy =
            |limit: &RateLimit| format!("\"{}\";q={};w={}", limit.name, limit.quota, limit.window_seconds);
        self.0.iter().map(policy).collect::<Vec<_>>().join(", ")
    }

    /// The value of `RateLimit`.
    fn left(&self) -> String {
        let left =
            |limit: &RateLimit| format!("\"{}\";r={};t={}", limit.name, limit.remaining, limit.reset_seconds);
        self.0.iter().map(left).collect::<Vec<_>>().join(", ")
    }

    /// Adds both fields, where there is a limit.
    pub(crate) fn write(&self, headers: &Headers) {
        if !self.0.is_empty() {
            platform::set(headers, "ratelimit-policy", &self.policy());
            platform::set(headers, "ratelimit", &self.left());
        }
    }
}

impl From<RateLimit> for RateLimits {
    fn from(limit: RateLimit) -> Self {
        Self(vec![limit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_lists_of_structured_items() {
        let limit = |name: &'static str, quota| RateLimit {
            name: name.into(),
            quota,
            window_seconds: 86_400,
            remaining: quota - 1,
            reset_seconds: 60,
        };
        let limits = RateLimits(vec![limit("scans", 200), limit("domains", 50)]);
        assert_eq!(limits.policy(), "\"scans\";q=200;w=86400, \"domains\";q=50;w=86400");
        assert_eq!(limits.left(), "\"scans\";r=199;t=60, \"domains\";r=49;t=60");
    }
}
