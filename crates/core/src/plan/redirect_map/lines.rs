//! A list line by line: what was read of it, what was not, and the sink that the readers of the formats fill.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::list_format::ListFormat;
use crate::redirect_rule::RedirectRule;

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unread {
    /// The line, from 1.
    pub line: usize,
    /// The line as it stood, shortened.
    pub text: String,
    /// Why it could not be read.
    pub reason: String,
}

/// A list with more lines than [`MAX_LINES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyLines {
    /// Its lines, without blank ones and comments.
    pub lines: usize,
}

impl fmt::Display for TooManyLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines;
        write!(
            f,
            "The list has {lines} lines, and at most {MAX_LINES} are read: split it into parts of {MAX_LINES}."
        )
    }
}

impl std::error::Error for TooManyLines {}

/// Lines of a list that are read, blank ones and comments not counted. Hosts take a few thousand rules;
/// old sites have more addresses.
pub const MAX_LINES: usize = 10_000;
/// Characters of one address.
pub(super) const MAX_ADDRESS: usize = 2_000;
/// Characters of an unread line that are shown.
pub(super) const MAX_SHOWN: usize = 120;

/// As what a list was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadAs {
    /// The format.
    pub format: ListFormat,
    /// Its name, with the number of its lines: `Netlify _redirects, 42 lines`.
    pub name: String,
    /// Lines that say nothing about redirects, such as other directives of a server or pages of a crawl that answered.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub passed_over: usize,
    /// What the list does not say and only a person knows; nothing of it is read until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// What to know about this format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A list as far as it could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// The lines that could be read, in their order.
    pub moves: Vec<RedirectRule>,
    /// The lines that could not.
    pub unread: Vec<Unread>,
    /// The format that was recognised; `None` for an empty list.
    pub read_as: Option<ReadAs>,
}

impl List {
    /// Whether there was nothing to read: no line but blank ones, comments and a heading.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.unread.is_empty()
    }
}

/// Where the readers of the formats put what they read. Holds no more than [`MAX_LINES`], and counts the rest.
#[derive(Debug, Default)]
pub(super) struct Lines {
    moves: Vec<RedirectRule>,
    unread: Vec<Unread>,
    passed_over: usize,
    question: Option<&'static str>,
    note: Option<&'static str>,
    seen: usize,
}

impl Lines {
    /// A line that was read, or why it was not.
    pub(super) fn take(&mut self, line: usize, text: &str, read: Result<RedirectRule, &str>) {
        self.seen += 1;
        if self.seen > MAX_LINES + 1 {
            return;
        }
        let read = match read {
            _ if self.seen > MAX_LINES => Err("the list is too long: lines from here on were not read"),
            read => read,
        };
        match read {
            Ok(rule) => self.moves.push(rule),
            Err(reason) => {
                let text = text.trim().chars().take(MAX_SHOWN).collect();
                self.unread.push(Unread { line, text, reason: reason.to_owned() });
            }
        }
    }

    /// A line that says nothing about redirects.
    pub(super) fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    /// What has to be known before the list can be read.
    pub(super) fn ask(&mut self, question: &'static str) {
        self.question = Some(question);
    }

    /// What to know about the format.
    pub(super) fn note(&mut self, note: &'static str) {
        self.note = Some(note);
    }

    /// The moves so far.
    pub(super) fn moves_mut(&mut self) -> &mut [RedirectRule] {
        &mut self.moves
    }

    /// The list, and whether it is too long.
    pub(super) fn done(self, format: ListFormat) -> (List, Option<TooManyLines>) {
        let Self { moves, unread, passed_over, question, note, seen } = self;
        let too_many = (seen > MAX_LINES).then_some(TooManyLines { lines: seen });
        let lines = if seen == 1 { "1 line".to_owned() } else { format!("{seen} lines") };
        let read_as = ReadAs {
            format,
            name: format!("{}, {lines}", format.name()),
            passed_over,
            question: question.map(str::to_owned),
            note: note.map(str::to_owned),
        };
        (List { moves, unread, read_as: (seen > 0).then_some(read_as) }, too_many)
    }
}
