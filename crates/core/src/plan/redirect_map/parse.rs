//! Reading what people paste: the lines of a list, in whichever of the [formats](super::formats) it is.

use super::formats;
use super::lines::{Lines, List, MAX_SHOWN, TooManyLines, Unread};
use crate::redirect_rule::RedirectRule;

/// Reads a list in any of the [formats](super::ListFormat). Of a list with more than [`MAX_LINES`] the rest is one line that could not be
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

#[cfg(test)]
mod tests {
    use super::super::MAX_LINES;
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
        assert_eq!(too_long, TooManyLines { lines: 10_001 });
        assert_eq!(
            too_long.to_string(),
            "The list has 10001 lines, and at most 10000 are read: split it into parts of 10000."
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
