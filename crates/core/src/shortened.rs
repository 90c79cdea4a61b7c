//! Texts of strangers in bearable length: what is left out is counted in the text itself. Lengths are those of JSON: a control
//! character takes six bytes of it.

use crate::email::spf::senders::grouped;

/// Bytes of one text: longer than nearly every header and record.
pub(crate) const MAX_TEXT: usize = 4_096;

/// Bytes of what names something: a label, an address, a note.
pub(crate) const MAX_NAME: usize = 512;

/// Bytes of `… (18,446,744,073,709,551,615 more characters)`.
pub(crate) const CUT: usize = 48;

/// Bytes of a text as JSON writes it.
pub(crate) fn length(text: &str) -> usize {
    text.bytes().map(written).sum()
}

pub(crate) fn written(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => 6,
        _ => 1,
    }
}

/// Bytes of `text` that are shown where there is room for `most`, if not all are.
pub(crate) fn kept(text: &str, most: usize) -> Option<usize> {
    // Most texts are so short that nothing need be counted.
    if text.len() * 6 <= most || length(text) <= most {
        return None;
    }
    let room = most.saturating_sub(CUT);
    let mut used = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        used += text.get(at..at + c.len_utf8()).map_or(0, length);
        if used > room {
            break;
        }
        end = at + c.len_utf8();
    }
    Some(end)
}

/// A text of at most `most` bytes: all of it, or its beginning and how much more there is. At least that is always said.
pub(crate) fn text(text: &str, most: usize) -> String {
    let Some(end) = kept(text, most) else { return text.to_owned() };
    let (begin, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    format!("{begin}… ({})", counted(rest.chars().count(), "more character"))
}

/// What names something, in bearable length.
pub(crate) fn name(name: &str) -> String {
    text(name, MAX_NAME)
}

/// `1,024 characters`
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(count as u128))
}
