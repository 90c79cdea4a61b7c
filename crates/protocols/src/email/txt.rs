//! TXT records at a name, before anyone knows what they are.

use std::borrow::Cow;

use crate::dns::CharacterString;

/// The strings of one TXT record as a receiver reads them: joined, with nothing in between.
///
/// [RFC 7208, 3.3](https://www.rfc-editor.org/rfc/rfc7208#section-3.3),
/// [RFC 6376, 3.6.2.2](https://www.rfc-editor.org/rfc/rfc6376#section-3.6.2.2)
#[must_use]
pub fn joined<T: AsRef<[u8]>>(strings: &[T]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(strings.iter().map(|string| string.as_ref().len()).sum());
    for string in strings {
        bytes.extend_from_slice(string.as_ref());
    }
    bytes
}

/// A text in zone-file notation: in quotes, and in several strings where it is longer than one can be.
/// [RFC 1035, 3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3)
#[must_use]
pub fn quoted(text: &str) -> String {
    let strings: Vec<String> = text
        .as_bytes()
        .chunks(MAX_STRING)
        .map(|octets| format!("\"{}\"", CharacterString(octets.to_vec())))
        .collect();
    if strings.is_empty() { "\"\"".to_owned() } else { strings.join(" ") }
}

/// The strings in quotes that a text in zone-file notation consists of; a comment may follow. `None` where there is
/// something else. [RFC 1035, 5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)
#[must_use]
pub fn unquoted(data: &str) -> Option<Vec<CharacterString>> {
    let mut strings = Vec::new();
    let mut rest = data.trim();
    while let Some(string) = rest.strip_prefix('"') {
        let mut is_escaped = false;
        let end = string.bytes().position(|byte| {
            let ends = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        })?;
        strings.push(CharacterString::from_presentation(string.get(..end)?));
        rest = string.get(end + 1..)?.trim_start();
    }
    (!strings.is_empty() && (rest.is_empty() || rest.starts_with(';'))).then_some(strings)
}

/// Octets in one string of a TXT record.
const MAX_STRING: usize = 255;

/// What one kind of record was found among the TXT records at a name.
///
/// Bytes that are not UTF-8 stand as U+FFFD. No grammar here allows that character, so a record that was
/// unreadable stays unreadable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selected<'a> {
    /// The records that receivers take for this kind, in the order given.
    pub records: Vec<Cow<'a, str>>,
    /// Those that receivers skip although their author probably meant this kind.
    pub near_misses: Vec<Cow<'a, str>>,
}

impl<'a> Selected<'a> {
    /// Divides `texts` by what a receiver takes and what only looks as if it was meant to be taken.
    pub(crate) fn new<T: AsRef<[u8]>>(
        texts: &'a [T],
        is_record: impl Fn(&[u8]) -> bool,
        is_near_miss: impl Fn(&[u8]) -> bool,
    ) -> Self {
        let mut selected = Self::default();
        for text in texts {
            let bytes = text.as_ref();
            if is_record(bytes) {
                selected.records.push(String::from_utf8_lossy(bytes));
            } else if is_near_miss(bytes) {
                selected.near_misses.push(String::from_utf8_lossy(bytes));
            }
        }
        selected
    }

    /// The record, where there is exactly one.
    #[must_use]
    pub fn only(&self) -> Option<&str> {
        match self.records.as_slice() {
            [record] => Some(record),
            _ => None,
        }
    }
}

/// Whether `bytes` begin, letter case and anything but letters and digits aside, with `wanted`.
///
/// For near misses only: quotes, blanks and byte order marks in front, blanks around the equals sign.
pub(crate) fn resembles(bytes: &[u8], wanted: &str) -> bool {
    let mut letters = bytes.iter().filter(|byte| byte.is_ascii_alphanumeric());
    wanted.bytes().all(|byte| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_join_without_a_blank() {
        assert_eq!(joined(&["v=spf1 include:exam", "ple.com -all"]), b"v=spf1 include:example.com -all");
        assert_eq!(joined::<&str>(&[]), b"");
    }

    #[test]
    fn a_long_text_is_quoted_in_several_strings() {
        assert_eq!(quoted("v=spf1 -all"), "\"v=spf1 -all\"");
        assert_eq!(quoted("a\"b"), "\"a\\\"b\"");
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted(&"a".repeat(256)), format!("\"{}\" \"a\"", "a".repeat(255)));
    }

    #[test]
    fn what_is_quoted_can_be_read_again() {
        for text in ["v=spf1 -all", "a\"b\\", "\u{e9}", "", &"a".repeat(600)] {
            let strings = unquoted(&quoted(text)).unwrap();
            assert_eq!(joined(&strings), text.as_bytes(), "{text}");
        }
        assert_eq!(unquoted("\"a\"  \"b\" ; ours").map(|strings| strings.len()), Some(2));
        for text in ["", "a", "\"a", "\"a\" b", "\"a\\\""] {
            assert_eq!(unquoted(text), None, "{text}");
        }
    }

    #[test]
    fn resemblance_looks_past_quotes_and_blanks() {
        for text in ["v=spf1 -all", "\"v=spf1", " V = SPF1", "\u{feff}v=spf1", "v:spf1"] {
            assert!(resembles(text.as_bytes(), "vspf1"), "{text}");
        }
        assert!(!resembles(b"v=spf", "vspf1"));
        assert!(!resembles(b"google-site-verification=vspf1", "vspf1"));
    }
}
