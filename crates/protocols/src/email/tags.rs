//! Lists of tags: `name=value; name=value`, the form of DKIM keys, DMARC, MTA-STS, TLS-RPT and BIMI records.
//!
//! `tag-list = tag-spec *( ";" tag-spec ) [ ";" ]`
//! ([RFC 6376, 3.2](https://www.rfc-editor.org/rfc/rfc6376#section-3.2)). What a name or a value may be differs
//! from record to record, so only the division into tags is here.

use crate::diagnostic::{Diagnostic, Span};

use super::typo::nearest;

/// One `name=value`, or what stands between two semicolons in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'t> {
    /// The name, without blanks around it; all there is where no equals sign follows.
    pub name: &'t str,
    /// The value, without blanks around it; `None` without an equals sign.
    pub value: Option<&'t str>,
    /// Where all of it stands, without blanks around it.
    pub span: Span,
    /// Where the value stands; empty, at the end, without an equals sign.
    pub value_span: Span,
}

impl<'t> Tag<'t> {
    /// The value, empty without an equals sign.
    #[must_use]
    pub fn value(&self) -> &'t str {
        self.value.unwrap_or_default()
    }

    /// Where the name stands.
    #[must_use]
    pub const fn name_span(&self) -> Span {
        Span::new(self.span.start, self.span.start + self.name.len())
    }
}

/// Divides a text into tags. What follows the last semicolon is left out if it is blank.
#[must_use]
pub fn tags(text: &str) -> Tags<'_> {
    Tags { text, at: 0 }
}

/// The tags of a text; made by [`tags`].
#[derive(Debug, Clone)]
pub struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        let bytes = self.text.as_bytes();
        let rest = bytes.get(self.at..)?;
        let name = rest.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(rest.len());
        let equals = (rest.get(name) == Some(&b'=')).then_some(self.at + name);
        let end = match equals {
            Some(equals) => {
                let value = rest.get(name + 1..).unwrap_or_default();
                find(value, b';').map_or(bytes.len(), |length| equals + 1 + length)
            }
            None => self.at + name,
        };
        let span = trim(bytes, Span::new(self.at, end));
        if span.start == span.end && end >= bytes.len() {
            self.at = bytes.len() + 1;
            return None;
        }
        self.at = end + 1;
        Some(match equals {
            Some(equals) => {
                let name = trim_end(bytes, Span::new(span.start, equals));
                let value_span = trim_start(bytes, Span::new(equals + 1, span.end));
                Tag { name: name.of(self.text), value: Some(value_span.of(self.text)), span, value_span }
            }
            None => {
                let value_span = Span::new(span.end, span.end);
                Tag { name: span.of(self.text), value: None, span, value_span }
            }
        })
    }
}

/// What to say of a tag that receivers ignore. `known`: the names that may have been meant.
pub(crate) fn ignored(tag: &Tag<'_>, known: &[&str]) -> Diagnostic {
    let name = tag.name;
    let issue = Diagnostic::note("tag-unknown", tag.name_span(), format!("The tag “{name}” is ignored."));
    let same = known.iter().find(|known| known.eq_ignore_ascii_case(name)).copied();
    match same.or_else(|| nearest(name, known)) {
        Some(meant) => issue.replace_by(meant),
        None => issue,
    }
}

/// `span` without the blanks at its ends.
pub(crate) fn trim(bytes: &[u8], span: Span) -> Span {
    trim_end(bytes, trim_start(bytes, span))
}

fn trim_start(bytes: &[u8], mut span: Span) -> Span {
    while span.start < span.end && bytes.get(span.start).is_some_and(is_blank) {
        span.start += 1;
    }
    span
}

fn trim_end(bytes: &[u8], mut span: Span) -> Span {
    while span.start < span.end && bytes.get(span.end - 1).is_some_and(is_blank) {
        span.end -= 1;
    }
    span
}

/// Where `wanted` first stands in `bytes`. Looks at eight bytes at a time from the first on, which suits values that
/// are mostly short.
pub(crate) fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const STRIDE: usize = 32;
    let pattern = LOW * u64::from(wanted);
    let mut rest = bytes;
    // Long values, which are keys, in strides that the compiler can widen.
    while let Some((stride, behind)) = rest.split_first_chunk::<STRIDE>()
        && !stride.iter().fold(false, |found, byte| found | (*byte == wanted))
    {
        rest = behind;
    }
    while let Some((block, behind)) = rest.split_first_chunk() {
        // A byte that is the wanted one becomes zero; the lowest zero byte has the lowest high bit set.
        let zeros = u64::from_le_bytes(*block) ^ pattern;
        let found = zeros.wrapping_sub(LOW) & !zeros & HIGH;
        if found != 0 {
            return Some(bytes.len() - rest.len() + found.trailing_zeros() as usize / 8);
        }
        rest = behind;
    }
    rest.iter().position(|byte| *byte == wanted).map(|length| bytes.len() - rest.len() + length)
}

/// `FWS`, as far as it can occur in a record.
const fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What a record says about one thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Setting<T> {
    /// Nothing.
    #[default]
    Absent,
    /// This.
    Given {
        /// The value.
        value: T,
        /// Where it stands.
        span: Span,
    },
    /// Something that means nothing.
    Invalid {
        /// Where it stands.
        span: Span,
    },
}

impl<T: Copy> Setting<T> {
    /// What `read` made of the value at `span`.
    pub(crate) fn new(value: Option<T>, span: Span) -> Self {
        value.map_or(Self::Invalid { span }, |value| Self::Given { value, span })
    }

    /// The value, where it means something.
    #[must_use]
    pub const fn value(&self) -> Option<T> {
        match self {
            Self::Given { value, .. } => Some(*value),
            Self::Absent | Self::Invalid { .. } => None,
        }
    }

    /// Where the value stands, also if it means nothing.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::Given { span, .. } | Self::Invalid { span } => Some(*span),
            Self::Absent => None,
        }
    }

    /// Whether the tag is there at all.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// Writes tags in one form, `name=value; name=value`, and what is not one as it stands.
///
/// The first tag is written with all its blanks: they can decide whether it is the version that makes the record.
pub(crate) fn write(f: &mut std::fmt::Formatter<'_>, text: &str) -> std::fmt::Result {
    let mut ends_empty = false;
    for (index, tag) in tags(text).enumerate() {
        ends_empty = tag.span.start == tag.span.end;
        if index == 0 {
            f.write_str(text.split(';').next().unwrap_or_default())?;
            continue;
        }
        write!(f, "; {}", tag.name)?;
        if let Some(value) = tag.value {
            write!(f, "={value}")?;
        }
    }
    // Without it, a gap at the end would read as the end.
    f.write_str(if ends_empty { ";" } else { "" })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_values_stand_without_blanks() {
        let text = " v = A ;b=\t c d=e \r\n;;flag ; ";
        let found: Vec<_> = tags(text).map(|tag| (tag.name, tag.value)).collect();
        assert_eq!(found, [("v", Some("A")), ("b", Some("c d=e")), ("", None), ("flag", None)]);
        for tag in tags(text) {
            assert_eq!(tag.value_span.of(text), tag.value());
            assert_eq!(tag.name_span().of(text), tag.name);
            assert!(tag.span.of(text).starts_with(tag.name));
        }
    }

    proptest! {
        #[test]
        fn the_first_is_found(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0x3au8..0x3d], 0..40)) {
            prop_assert_eq!(find(&bytes, b';'), bytes.iter().position(|byte| *byte == b';'));
        }
    }

    #[test]
    fn an_empty_text_has_no_tags() {
        for text in ["", " ", "\t\r\n"] {
            assert_eq!(tags(text).count(), 0, "{text:?}");
        }
        assert_eq!(tags(";").count(), 1);
        assert_eq!(tags("a;").count(), 1);
        assert_eq!(tags("=").next().map(|tag| (tag.name, tag.value)), Some(("", Some(""))));
    }
}
