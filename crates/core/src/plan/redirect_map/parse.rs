//! Reading what people paste: the lines of a list, in whichever of the [formats](super::formats) it is.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::formats::{self, ListFormat};
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

/// Lines of a list that are read, blank ones and comments not counted. Hosts take a few thousand rules.
pub const MAX_LINES: usize = 5_000;
/// Characters of one address.
pub(super) const MAX_ADDRESS: usize = 2_000;
/// Characters of an unread line that are shown.
const MAX_SHOWN: usize = 120;

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

/// Reads a list in any of the [formats](ListFormat). Of a list with more than [`MAX_LINES`] the rest is one line that could not be
/// read.
#[must_use]
pub fn parse(text: &str) -> (Vec<RedirectRule>, Vec<Unread>) {
    let (list, _) = read(text);
    (list.moves, list.unread)
}

/// The same for whoever wants all of it or nothing, with what it was read as.
///
/// # Errors
/// A list that is too long.
pub fn parse_whole(text: &str) -> Result<List, TooManyLines> {
    match read(text) {
        (list, None) => Ok(list),
        (_, Some(too_many)) => Err(too_many),
    }
}

fn read(text: &str) -> (List, Option<TooManyLines>) {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = Lines::default();
    let format = formats::read(&text, &mut lines);
    lines.done(format)
}

/// A move whose two addresses come apart already, as number `line` of a list.
///
/// # Errors
/// The line, and why it cannot be read.
pub fn parse_pair(line: usize, from: &str, to: &str) -> Result<RedirectRule, Unread> {
    formats::pair(line, from, to).map_err(|reason| {
        let text = format!("{} -> {}", from.trim(), to.trim()).chars().take(MAX_SHOWN).collect();
        Unread { line, text, reason: reason.to_owned() }
    })
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
            _ if self.seen > MAX_LINES => Err("the list is too long; what stands from here on was not read"),
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

    fn done(self, format: ListFormat) -> (List, Option<TooManyLines>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Option<(String, String)> {
        let (moves, unread) = parse(line);
        assert_eq!(moves.len() + unread.len(), 1, "{line}");
        moves.into_iter().next().map(|read| (read.from, read.to))
    }

    #[test]
    fn every_usual_separator_is_read() {
        for line in [
            "/old,/new",
            "/old;/new",
            "/old\t/new",
            "/old -> /new",
            "/old=>/new",
            "/old → /new",
            "/old /new",
            "\"/old\",\"/new\"",
            "  /old ,  /new , 301, a note",
            "/old\t/new\t301",
            "\u{feff}/old,/new",
        ] {
            assert_eq!(one(line), Some(("/old".into(), "/new".into())), "{line:?}");
        }
        assert_eq!(one("/a?x=1,2 -> /b"), Some(("/a?x=1,2".into(), "/b".into())));
        assert_eq!(one("\"/a,b\",/c"), Some(("/a,b".into(), "/c".into())));
        assert_eq!(one("/a;b\t/c"), Some(("/a;b".into(), "/c".into())));
        assert_eq!(one("\"/a->b\",/c"), Some(("/a->b".into(), "/c".into())));
        assert_eq!(one("/a->b,/c"), Some(("/a->b".into(), "/c".into())));
        assert_eq!(one("\"/a -> b\";\"/c\""), Some(("/a%20->%20b".into(), "/c".into())));
        assert_eq!(
            one("https://old.example.com/x,https://example.com/y"),
            Some(("https://old.example.com/x".into(), "https://example.com/y".into()))
        );
        assert_eq!(
            one("old.example.com/x,example.com/y"),
            Some(("https://old.example.com/x".into(), "https://example.com/y".into()))
        );
    }

    #[test]
    fn headers_and_comments_are_skipped_and_the_rest_is_shown_with_its_reason() {
        let (moves, unread) = parse(
            "Old URL,New URL\r\n# moved in May\r\n\r\n/a,/b\r\nonly-one\r\n/c,\r\nd.html,/e\r\n/f,nowhere here",
        );
        assert_eq!(moves, [RedirectRule::plain(4, "/a", "/b")]);
        let shown: Vec<(usize, &str)> = unread.iter().map(|line| (line.line, line.reason.as_str())).collect();
        assert_eq!(
            shown,
            [
                (5, "there is only one address on this line"),
                (6, "one of the two addresses is missing"),
                (7, "the first column is not a path or a web address"),
                (8, "the second column is not a path or a web address"),
            ]
        );
    }

    #[test]
    fn a_list_that_is_too_long_says_where_reading_stopped() {
        let text: String = (0..MAX_LINES + 10).map(|n| format!("/{n},/x\n")).collect();
        let (moves, unread) = parse(&text);
        assert_eq!((moves.len(), unread.len(), unread[0].line), (MAX_LINES, 1, MAX_LINES + 1));
    }

    #[test]
    fn a_list_is_whole_up_to_the_limit_and_beyond_it_says_how_long_it_is() {
        let list = |lines: usize| -> String { (0..lines).map(|n| format!("/{n},/x\n")).collect() };
        let whole = format!("Old,New\n# moved in May\n\n{}nonsense\n", list(MAX_LINES - 1));
        let read = parse_whole(&whole).unwrap();
        assert_eq!(
            (read.moves.len(), read.unread.len()),
            (MAX_LINES - 1, 1),
            "blank lines, comments and a header are free"
        );
        let too_long = parse_whole(&(whole + "/one,/more\n")).unwrap_err();
        assert_eq!(too_long, TooManyLines { lines: 5_001 });
        assert_eq!(
            too_long.to_string(),
            "The list has 5001 lines, and at most 5000 are read: split it into parts of 5000."
        );
        assert_eq!(parse_whole(&"x\n".repeat(200_000)), Err(TooManyLines { lines: 200_000 }));
    }

    #[test]
    fn a_list_without_a_line_is_empty() {
        for text in ["", "\n\n", "# nothing yet\n", "old,new\n", "\u{feff}", "{}", "[]"] {
            assert!(parse_whole(text).unwrap().is_empty(), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text: String, lines in proptest::collection::vec("[/a-z,;\t\" >=-]{0,20}", 0..8)) {
            let _ = parse(&text);
            let (moves, unread) = parse(&lines.join("\n"));
            for line in moves.iter().map(|read| read.line).chain(unread.iter().map(|unread| unread.line)) {
                proptest::prop_assert!((1..=lines.len()).contains(&line));
            }
        }

        #[test]
        fn no_file_of_a_server_panics(lines in proptest::collection::vec(
            "(map|rewrite|RewriteRule|RewriteCond|Redirect|location|- |redirect_from:|\\{|\\[|\"/a\":|---|/\\*|~\\^)?[ /a-c\\^\\$(){}\\[\\]\"';:,#\\\\.*?+|%0-9!=-]{0,24}", 0..12)
        ) {
            let text = lines.join("\n");
            let (moves, unread) = parse(&text);
            for line in moves.iter().map(|read| read.line).chain(unread.iter().map(|unread| unread.line)) {
                proptest::prop_assert!((1..=lines.len().max(1)).contains(&line), "{line}");
            }
        }
    }
}
