//! What a server replied to one HTTP request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::secrets::Rules;

/// A server's reply to one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpReply {
    /// The status code.
    pub status: u16,
    /// The header fields, duplicates included, in the order in which the host could see them. The edge sorts
    /// them by name and joins all duplicates but `Set-Cookie`; the command line keeps them as they came.
    pub headers: Headers,
    /// As much of the body as was read.
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub body: Body,
    /// Milliseconds from having a place to the end of the header section.
    pub headers_ms: u32,
    /// Milliseconds from there to the end of what was read of the body.
    pub body_ms: u32,
}

/// Header fields in order, duplicates included. Names compare without case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The fields as they came; what is beyond [`MAX_HEADERS`] fields or [`MAX_HEADER_VALUE`] bytes a value is cut.
    pub fn new(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let cut = |mut value: String| {
            let mut end = MAX_HEADER_VALUE.min(value.len());
            while !value.is_char_boundary(end) {
                end -= 1;
            }
            value.truncate(end);
            value
        };
        Self(fields.into_iter().take(MAX_HEADERS).map(|(name, value)| (name, cut(value))).collect())
    }

    /// Every value of `name`, in order.
    pub fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.0
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The first value of `name`.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Masks the secrets in the values; see [`Rules::mask`].
    pub fn mask_secrets(&mut self, rules: &Rules) {
        for (_, value) in &mut self.0 {
            if !value.contains("//") && rules.scan(value.as_bytes()).is_empty() {
                continue;
            }
            let mut bytes = std::mem::take(value).into_bytes();
            rules.mask(&mut bytes);
            // Only ASCII is replaced, by ASCII: this stays UTF-8.
            *value = String::from_utf8(bytes).unwrap_or_default();
        }
    }

    /// Every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// What was read of a body, after content decoding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The bytes.
    #[serde(serialize_with = "write_bytes", deserialize_with = "read_bytes")]
    pub bytes: Vec<u8>,
    /// Set where there was more: it was cut at the limit, or broke off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
}

impl Body {
    /// Whether there is nothing to see and nothing was cut.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.cut.is_none()
    }

    /// The body as text; what is not UTF-8 becomes replacement characters.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

/// Why a body ends before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// The connection broke off.
    Broken,
    /// It went on beyond the request's limit.
    Limit,
    /// It was still coming when the time for it was up.
    Time,
}

/// Header fields of one reply that are kept.
pub const MAX_HEADERS: usize = 200;
/// Bytes of one header value that are kept.
pub const MAX_HEADER_VALUE: usize = 16 * 1024;

/// Text as text, so that an evidence file can be read; anything else as `base64:…`.
fn write_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.starts_with(BASE64_PREFIX) => serializer.serialize_str(text),
        _ => serializer.serialize_str(&format!("{BASE64_PREFIX}{}", BASE64.encode(bytes))),
    }
}

fn read_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.strip_prefix(BASE64_PREFIX) {
        Some(encoded) => BASE64.decode(encoded).map_err(serde::de::Error::custom),
        None => Ok(text.into_bytes()),
    }
}

const BASE64_PREFIX: &str = "base64:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_survive_being_written_down() {
        for bytes in [b"<h1>caf\xc3\xa9</h1>".to_vec(), vec![0xff, 0x00, 0x80], b"base64:notreally".to_vec()]
        {
            let body = Body { bytes, cut: Some(Cut::Limit) };
            let json = serde_json::to_string(&body).unwrap();
            assert_eq!(serde_json::from_str::<Body>(&json).unwrap(), body, "{json}");
        }
    }

    #[test]
    fn header_names_have_no_case_and_values_are_bounded() {
        let headers = Headers::new([
            ("Set-Cookie".to_owned(), "a=1".to_owned()),
            ("set-cookie".to_owned(), "b=2".to_owned()),
            ("X-Long".to_owned(), "é".repeat(MAX_HEADER_VALUE)),
        ]);
        assert_eq!(headers.all("SET-COOKIE").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert!(headers.first("x-long").is_some_and(|value| value.len() <= MAX_HEADER_VALUE));
        let many = Headers::new((0..1000).map(|n| (n.to_string(), String::new())));
        assert_eq!(many.iter().count(), MAX_HEADERS);
    }
}
