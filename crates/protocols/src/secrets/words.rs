//! Where words and keys begin and end in a text, and what stands there in a key's place.

/// What stands in a masked text for each octet of a secret. No key format uses it, and URLs carry it unescaped (RFC
/// 3986 section 2.3).
pub const MASK: u8 = b'~';

/// The longest authority of an address (user, password, host and port) that is looked through.
pub(super) const MAX_AUTHORITY: usize = 400;

/// What of the text behind an address's two slashes is its authority: up to what ends it in an address (RFC 3986 section 3.2),
/// or in the text that the address stands in.
pub(super) fn authority(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|byte| b"/?#\"'` \r\n\t<>\\".contains(byte)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Whether what stands at `end` says that something was left out: `…`, `...`, `***`, `•••`.
pub(super) fn is_abbreviated(text: &[u8], end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    ["...", "…", "***", "•", "&hellip;", "\\u2026"].iter().any(|mark| rest.starts_with(mark.as_bytes()))
}

/// Whether nothing word-like stands before `at`; the letter of an escape (`\n`) is not. The mask is word-like: a key does not
/// begin where another ended.
pub(super) fn begins_word(text: &[u8], at: usize) -> bool {
    let before = |step: usize| at.checked_sub(step).and_then(|at| text.get(at));
    before(1).is_none_or(|byte| !is_word(*byte) && *byte != MASK) || before(2) == Some(&b'\\')
}

/// Whether nothing word-like stands at `end`.
pub(super) fn ends_word(text: &[u8], end: usize) -> bool {
    text.get(end).is_none_or(|byte| !is_word(*byte) && *byte != MASK)
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
