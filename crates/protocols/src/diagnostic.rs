//! What a parser noticed in a text that a stranger wrote.
//!
//! Parsers in this crate never fail: they give `(value, Vec<Diagnostic>)`. An issue points into the text, names itself
//! with a code that never changes, and where one is obvious carries the edit that would put it right.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A part of a text: byte offsets, half open, always on character boundaries of the text they point into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The part from `start` up to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The part of `text` this points at; empty where it does not lie in `text`.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// How much an issue matters to whoever reads the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; changes nothing.
    Note,
    /// The record works, but not as its author probably meant it.
    Warning,
    /// Receivers reject or ignore the record, or this part of it.
    Error,
}

/// A replacement that would put an issue right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// One thing a parser noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable kebab-case name, part of the API: `include-with-space`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence in plain words that says what is wrong and what to write instead.
    pub message: Cow<'static, str>,
    /// Where.
    pub span: Span,
    /// The change that would put it right, where there is an obvious one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
}

impl Diagnostic {
    /// An error at `span`.
    #[must_use]
    pub fn error(code: &'static str, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), span, edit: None }
    }

    /// A warning at `span`.
    #[must_use]
    pub fn warning(code: &'static str, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// A note at `span`.
    #[must_use]
    pub fn note(code: &'static str, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, span, message) }
    }

    /// The same issue with the edit that replaces its own span by `text`.
    #[must_use]
    pub fn replace_by(mut self, text: impl Into<String>) -> Self {
        self.edit = Some(Edit { span: self.span, text: text.into() });
        self
    }
}

/// `text` with every suggested edit made; of two that overlap, the one nearer to the end.
#[must_use]
pub fn corrected(text: &str, issues: &[Diagnostic]) -> String {
    let mut edits: Vec<&Edit> = issues.iter().filter_map(|issue| issue.edit.as_ref()).collect();
    // From the end, so that the places of the others stay.
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut better = text.to_owned();
    let mut begin = text.len();
    for edit in edits {
        let Span { start, end } = edit.span;
        if start <= end && end <= begin && better.is_char_boundary(start) && better.is_char_boundary(end) {
            better.replace_range(start..end, &edit.text);
            begin = start;
        }
    }
    better
}

/// `text` with every suggested edit made, and those that show only then: what stands behind a wrong separator is read once
/// that is right. `read` says what there is to notice in a text.
#[must_use]
pub fn corrected_throughout(text: &str, read: impl Fn(&str) -> Vec<Diagnostic>) -> String {
    let mut better = text.to_owned();
    for _ in 0..MAX_ROUNDS {
        let next = corrected(&better, &read(&better));
        if next == better {
            break;
        }
        better = next;
    }
    better
}

/// How often edits may bring up others. Records that people wrote need two.
const MAX_ROUNDS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_together_where_they_do_not_overlap() {
        let edit = |start, end, text: &str| {
            Diagnostic::error("x", Span::new(start, end), "").replace_by(text.to_owned())
        };
        assert_eq!(corrected("abcd", &[edit(0, 1, "A"), edit(2, 4, "")]), "Ab");
        assert_eq!(corrected("abcd", &[edit(0, 3, "x"), edit(2, 4, "y")]), "aby");
        assert_eq!(corrected("é", &[edit(1, 2, "x"), edit(9, 12, "y")]), "é");
    }

    #[test]
    fn a_span_outside_its_text_is_empty() {
        assert_eq!(Span::new(0, 5).of("v=spf1 -all"), "v=spf");
        assert_eq!(Span::new(5, 99).of("short"), "");
        assert_eq!(Span::new(0, 1).of("é"), "");
    }
}
