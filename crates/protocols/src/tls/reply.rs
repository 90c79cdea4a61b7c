//! What a server showed.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a server showed in the handshake of one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TlsReply {
    /// When it was read, in seconds since 1970, by the host's clock: what dates are judged by.
    pub read_at: u64,
    /// The version that the server chose; absent where it did not get that far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Whether the server said that it would have spoken a newer version as well (RFC 8446 section 4.1.3). Servers of TLS
    /// 1.3 must say so.
    #[serde(skip_serializing_if = "is_false")]
    pub newer: bool,
    /// The cipher suite that the server chose, by its number in IANA's registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher: Option<u16>,
    /// The application protocol that the server chose (RFC 7301).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// The certificates as they were sent, the server's own first.
    pub chain: Vec<Der>,
    /// Set where there were more than are kept, or the connection broke off among them.
    #[serde(skip_serializing_if = "is_false")]
    pub cut: bool,
    /// The alert with which the server ended the handshake, by its number (RFC 8446 section 6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<u8>,
    /// Whether the chain was verified, and how that ended.
    pub trust: Trust,
    /// Milliseconds from having a place to the end of what was read.
    pub elapsed_ms: u32,
}

impl TlsReply {
    /// Whether it comes from a server that speaks nothing which browsers take: a version before TLS 1.2, asked for 1.2, and no word
    /// of a newer one.
    #[must_use]
    pub fn is_old(&self) -> bool {
        self.version.is_some_and(|version| version < Version::Tls12) && !self.newer
    }

    /// Which versions the server speaks, as far as it has shown.
    #[must_use]
    pub fn protocol_in_words(&self) -> String {
        match (self.version, self.newer) {
            (Some(version), true) => {
                format!("{version}; the server says that it speaks a newer version as well")
            }
            (Some(version), false) => version.to_string(),
            (None, _) => "not agreed on".to_owned(),
        }
    }
}

/// One certificate in DER; written down in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Der(pub Vec<u8>);

impl Serialize for Der {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Der {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// Whether the host that read a chain verified it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// It did not: the chain was only read.
    #[default]
    NotVerified,
    /// It leads to an authority that browsers trust, for this name, at this time.
    Trusted,
    /// It does not, for this reason.
    Untrusted(String),
}

/// A version of TLS, or of what came before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Version {
    /// SSL 3.0.
    #[serde(rename = "ssl-3.0")]
    Ssl30,
    /// TLS 1.0.
    #[serde(rename = "1.0")]
    Tls10,
    /// TLS 1.1.
    #[serde(rename = "1.1")]
    Tls11,
    /// TLS 1.2.
    #[serde(rename = "1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    Tls13,
}

impl Version {
    /// The version with that number on the wire.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Some(match code {
            0x0300 => Self::Ssl30,
            0x0301 => Self::Tls10,
            0x0302 => Self::Tls11,
            0x0303 => Self::Tls12,
            0x0304 => Self::Tls13,
            _ => return None,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ssl30 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        })
    }
}

/// The name of an alert in IANA's registry of TLS alerts, of those that answer a hello.
#[must_use]
pub fn alert_name(alert: u8) -> Option<&'static str> {
    Some(match alert {
        0 => "close_notify",
        10 => "unexpected_message",
        40 => "handshake_failure",
        47 => "illegal_parameter",
        49 => "access_denied",
        50 => "decode_error",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        112 => "unrecognized_name",
        120 => "no_application_protocol",
        _ => return None,
    })
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}
