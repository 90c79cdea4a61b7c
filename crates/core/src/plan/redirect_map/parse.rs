//! Reading what people paste: a sheet saved as CSV, two columns copied from one, a list with arrows.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::RedirectRule;

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
const MAX_ADDRESS: usize = 2_000;
/// Characters of an unread line that are shown.
const MAX_SHOWN: usize = 120;

/// Reads a pasted list: one move on each line, the two addresses separated by a comma, a semicolon, a tab, an arrow
/// (`->`, `=>`, `→`) or blanks, in quotes or not. A header and further columns are skipped, comments begin with `#`. Of a list with
/// more than [`MAX_LINES`] the rest is one line that could not be read.
#[must_use]
pub fn parse(text: &str) -> (Vec<RedirectRule>, Vec<Unread>) {
    let (moves, unread, _) = read(text);
    (moves, unread)
}

/// The same for whoever wants all of it or nothing.
///
/// # Errors
/// A list that is too long.
pub fn parse_whole(text: &str) -> Result<(Vec<RedirectRule>, Vec<Unread>), TooManyLines> {
    match read(text) {
        (moves, unread, None) => Ok((moves, unread)),
        (.., Some(too_many)) => Err(too_many),
    }
}

fn read(text: &str) -> (Vec<RedirectRule>, Vec<Unread>, Option<TooManyLines>) {
    let mut moves = Vec::new();
    let mut unread = Vec::new();
    let mut first = true;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let lines = text.split(['\n', '\r']).map(str::trim).enumerate();
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    while let Some((n, trimmed)) = lines.next() {
        let line = n + 1;
        let read = moves.len() + unread.len();
        let mut refuse = |reason: &str| {
            let text = trimmed.chars().take(MAX_SHOWN).collect();
            unread.push(Unread { line, text, reason: reason.to_owned() });
        };
        if read == MAX_LINES {
            refuse("the list is too long; what stands from here on was not read");
            let lines = read + 1 + lines.count();
            return (moves, unread, Some(TooManyLines { lines }));
        }
        let header = std::mem::take(&mut first);
        let fields = fields(trimmed);
        match fields.as_slice() {
            [_, _, ..] if header && fields.iter().take(2).all(|field| is_heading(field)) => {}
            [from, to, ..] => match reason(from, to) {
                None => moves.push(RedirectRule { line, from: from.clone(), to: to.clone() }),
                Some(reason) => refuse(reason),
            },
            _ => refuse("there is only one address on this line"),
        }
    }
    (moves, unread, None)
}

/// A move whose two addresses come apart already, as number `line` of a list.
///
/// # Errors
/// The line, and why it cannot be read.
pub fn parse_pair(line: usize, from: &str, to: &str) -> Result<RedirectRule, Unread> {
    let (from, to) = (from.trim(), to.trim());
    match reason(from, to) {
        None => Ok(RedirectRule { line, from: from.to_owned(), to: to.to_owned() }),
        Some(reason) => {
            let text = format!("{from} -> {to}").chars().take(MAX_SHOWN).collect();
            Err(Unread { line, text, reason: reason.to_owned() })
        }
    }
}

/// Why two cells are no move; `None` where they are one.
fn reason(from: &str, to: &str) -> Option<&'static str> {
    if is_address(from) && is_address(to) {
        None
    } else if from.is_empty() || to.is_empty() {
        Some("one of the two addresses is missing")
    } else if from.chars().count() > MAX_ADDRESS || to.chars().count() > MAX_ADDRESS {
        Some("an address is too long")
    } else if is_address(from) {
        Some("the second column is not a path or a web address")
    } else {
        Some("the first column is not a path or a web address")
    }
}

/// The columns of a line, by the first separator that divides it: what a sheet writes before what people write.
fn fields(line: &str) -> Vec<String> {
    for arrow in ["=>", "->", "→"] {
        if let Some((from, to)) = line.split_once(arrow)
            && !from.trim().is_empty()
        {
            return vec![cell(from), cell(to)];
        }
    }
    for separator in ['\t', ';', ','] {
        let cells = split_quoted(line, separator);
        // Commas and semicolons may stand in addresses: a separator divides a line into addresses.
        let divides = cells.len() > 1 && cells.iter().take(2).all(|cell| is_address(cell));
        if divides || (cells.len() > 1 && separator != ',' && !line.contains(',')) {
            return cells;
        }
    }
    let words: Vec<String> = line.split_whitespace().map(cell).collect();
    if words.len() > 1 && words.iter().take(2).all(|word| is_address(word)) {
        return words;
    }
    split_quoted(line, ',')
}

/// Cells between separators that stand outside quotes; a doubled quote inside quotes is one (RFC 4180).
fn split_quoted(line: &str, separator: char) -> Vec<String> {
    let mut cells = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c == separator && !quoted => {
                cells.push(cell(&line[from..at]));
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    cells.push(cell(&line[from..]));
    cells
}

fn cell(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\"").trim().to_owned(),
        None => text.to_owned(),
    }
}

/// Whether a cell is a path or a web address. `example.com/page` without a scheme is neither: on a site it would be read as a
/// path.
fn is_address(cell: &str) -> bool {
    let fits = cell.chars().count() <= MAX_ADDRESS && !cell.chars().any(|c| c.is_control() || c == ' ');
    let scheme = cell.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty() && scheme.len() > 2 && scheme.bytes().all(|b| b.is_ascii_alphabetic())
    });
    fits && (cell.starts_with('/') || scheme)
}

/// Whether a cell of the first line names a column.
fn is_heading(cell: &str) -> bool {
    !cell.is_empty() && !cell.contains(['/', '.', ':']) && cell.chars().count() <= 40
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
        assert_eq!(
            one("https://old.example.com/x,https://example.com/y"),
            Some(("https://old.example.com/x".into(), "https://example.com/y".into()))
        );
    }

    #[test]
    fn headers_and_comments_are_skipped_and_the_rest_is_shown_with_its_reason() {
        let (moves, unread) = parse(
            "Old URL,New URL\r\n# moved in May\r\n\r\n/a,/b\r\nonly-one\r\n/c,\r\nexample.com/d,/e\r\n/f,nowhere here",
        );
        assert_eq!(moves, [RedirectRule { line: 4, from: "/a".into(), to: "/b".into() }]);
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
        let (moves, unread) = parse_whole(&whole).unwrap();
        assert_eq!(
            (moves.len(), unread.len()),
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

    proptest::proptest! {
        #[test]
        fn no_text_panics(text: String, lines in proptest::collection::vec("[/a-z,;\t\" >=-]{0,20}", 0..8)) {
            let _ = parse(&text);
            let (moves, unread) = parse(&lines.join("\n"));
            for line in moves.iter().map(|read| read.line).chain(unread.iter().map(|unread| unread.line)) {
                proptest::prop_assert!((1..=lines.len()).contains(&line));
            }
        }
    }
}
