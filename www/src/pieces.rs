//! A text that a stranger wrote, cut into the pieces that are shown in different ways: marked parts, and characters
//! that cannot be seen or that turn the direction of what follows.

use std::collections::BTreeSet;

use launch_ready_core::checks::finding::Mark;
use launch_ready_core::diagnostic::Severity;

/// A run of text that is shown in one way.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece<'t> {
    /// The text; empty where a mark points between two characters.
    pub text: &'t str,
    /// The character that is named instead of being shown, where the text is one of those.
    pub hidden: Option<char>,
    /// The gravest of the marks that lie over it.
    pub severity: Option<Severity>,
    /// The marks that end here, as indices.
    pub ends: Vec<usize>,
}

/// Cuts `text` at its marks and around its hidden characters. Marks that do not lie in the text, or that would cut a
/// character in two, are left out. Put together again, the pieces are the text.
#[must_use]
pub fn pieces<'t>(text: &'t str, marks: &[Mark]) -> Vec<Piece<'t>> {
    let valid: Vec<(usize, &Mark)> =
        marks.iter().enumerate().filter(|(_, m)| text.get(m.span.start..m.span.end).is_some()).collect();
    let mut cuts = BTreeSet::from([0, text.len()]);
    cuts.extend(valid.iter().flat_map(|(_, mark)| [mark.span.start, mark.span.end]));
    let hidden = text.char_indices().filter(|(_, c)| is_hidden(*c));
    cuts.extend(hidden.flat_map(|(at, c)| [at, at + c.len_utf8()]));

    let mut pieces = Vec::new();
    let mut from = None;
    for to in cuts {
        if let Some(from) = from {
            pieces.push(piece(text, from, to, &valid));
        }
        // A mark without length stands between the pieces.
        if valid.iter().any(|(_, mark)| mark.span.start == to && mark.span.end == to) {
            pieces.push(piece(text, to, to, &valid));
        }
        from = Some(to);
    }
    pieces
}

fn piece<'t>(text: &'t str, from: usize, to: usize, marks: &[(usize, &Mark)]) -> Piece<'t> {
    let over = |mark: &Mark| {
        let empty = mark.span.start == mark.span.end;
        mark.span.start <= from && to <= mark.span.end && (from == to) == empty
    };
    let covering = || marks.iter().filter(|(_, mark)| over(mark));
    let text = text.get(from..to).unwrap_or_default();
    Piece {
        text,
        hidden: text.chars().next().filter(|c| is_hidden(*c)),
        severity: covering().map(|(_, mark)| mark.severity).max(),
        ends: covering().filter(|(_, mark)| mark.span.end == to).map(|(index, _)| *index).collect(),
    }
}

/// Whether a reader would not see this character, or would see what follows it in another order than it is.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// How a hidden character is named: `U+202E`.
#[must_use]
pub fn name_of(hidden: char) -> String {
    format!("U+{:04X}", u32::from(hidden))
}

/// Our own words, which set code between backticks: runs of text, each with whether it is code. A backtick without
/// another stays what it is.
#[must_use]
pub fn code_spans(words: &str) -> Vec<(&str, bool)> {
    if words.matches('`').count() % 2 == 1 {
        return vec![(words, false)];
    }
    let runs = words.split('`').enumerate().map(|(index, run)| (run, index % 2 == 1));
    runs.filter(|(run, _)| !run.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use launch_ready_core::diagnostic::Span;

    use super::*;

    fn mark(start: usize, end: usize, severity: Severity) -> Mark {
        Mark { span: Span::new(start, end), code: "c".to_owned(), severity, note: "n".to_owned() }
    }

    fn shown<'t>(pieces: &[Piece<'t>]) -> Vec<(&'t str, Option<Severity>, Vec<usize>)> {
        pieces.iter().map(|piece| (piece.text, piece.severity, piece.ends.clone())).collect()
    }

    #[test]
    fn a_mark_is_a_piece_of_its_own() {
        let pieces = pieces("v=spf1 +all", &[mark(7, 11, Severity::Error)]);
        assert_eq!(shown(&pieces), [("v=spf1 ", None, vec![]), ("+all", Some(Severity::Error), vec![0])]);
    }

    #[test]
    fn marks_may_lie_over_each_other() {
        let pieces = pieces("abcdef", &[mark(0, 4, Severity::Note), mark(2, 6, Severity::Error)]);
        assert_eq!(
            shown(&pieces),
            [
                ("ab", Some(Severity::Note), vec![]),
                ("cd", Some(Severity::Error), vec![0]),
                ("ef", Some(Severity::Error), vec![1]),
            ]
        );
    }

    #[test]
    fn a_mark_without_length_stands_between_characters() {
        for (at, expected) in [(0, ["", "ab"]), (2, ["ab", ""])] {
            let pieces = pieces("ab", &[mark(at, at, Severity::Warning)]);
            let texts: Vec<&str> = pieces.iter().map(|piece| piece.text).collect();
            assert_eq!(texts, expected);
            let marked: Vec<&Piece<'_>> = pieces.iter().filter(|piece| piece.ends == [0]).collect();
            assert_eq!(marked.len(), 1);
            assert_eq!(marked[0].text, "");
        }
    }

    #[test]
    fn offsets_count_bytes_and_never_cut_a_character() {
        let text = "né=1";
        assert_eq!(
            shown(&pieces(text, &[mark(1, 3, Severity::Note)]))[1],
            ("é", Some(Severity::Note), vec![0])
        );
        assert_eq!(shown(&pieces(text, &[mark(2, 3, Severity::Note)])), [(text, None, vec![])]);
        assert_eq!(shown(&pieces(text, &[mark(0, 99, Severity::Note)])), [(text, None, vec![])]);
        assert_eq!(shown(&pieces("", &[])), []);
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        let text = "a\u{202e}b\u{a0}\u{7}\nc";
        let pieces = pieces(text, &[]);
        let named: Vec<String> = pieces.iter().filter_map(|piece| piece.hidden).map(name_of).collect();
        assert_eq!(named, ["U+202E", "U+00A0", "U+0007"]);
        assert_eq!(pieces.iter().map(|piece| piece.text).collect::<String>(), text);
    }

    #[test]
    fn backticks_set_code() {
        assert_eq!(code_spans("Type `www.` first"), [("Type ", false), ("www.", true), (" first", false)]);
        assert_eq!(code_spans("a ` b"), [("a ` b", false)]);
        assert_eq!(code_spans("``"), []);
    }
}
