//! CSV (RFC 4180) that a spreadsheet may open without running what a stranger typed.
//!
//! A spreadsheet takes a cell for a formula by its first character, and it parts cells as its country does: where a comma
//! writes decimals, at semicolons. There only the quotes of a row's first cell are quotes; every other cell is parted at what is
//! in it, too. So a cell is made safe in each place where some reading may begin one (OWASP, "CSV Injection", 2026-11).
//!
//! ```
//! use launch_ready_protocols::csv;
//!
//! assert!(csv::cell("=HYPERLINK(\"https://example.com\")").contains("'="));
//! assert_eq!(csv::cell("plain"), "\"plain\"");
//! ```

/// What a formula begins with, and the forms of the same characters that spreadsheets in East Asian languages read alike.
const FORMULA: [char; 13] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '\u{2212}'];

/// One cell of text that anybody may have typed. In front of what a spreadsheet would take for a formula stands an apostrophe;
/// a tab is a blank, and every line ends with a line feed, because a tab and a carriage return begin or end a cell themselves.
#[must_use]
pub fn cell(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let mut safe = String::with_capacity(text.len() + 2);
    // Where a cell begins in some reading, as long as nothing but blanks and quotes has followed.
    let mut beginning = Some(0);
    if text.starts_with('\n') {
        safe.push('\'');
    }
    for c in text.chars() {
        if let Some(at) = beginning
            && FORMULA.contains(&c)
        {
            safe.insert(at, '\'');
        }
        if !is_passed_over(c) {
            beginning = None;
        }
        if c == '"' {
            safe.push(c);
        }
        safe.push(c);
        if parts_cells(c) {
            beginning = Some(safe.len());
        }
    }
    format!("\"{safe}\"")
}

/// Whether some spreadsheet would find a formula inside of this text, where it parts cells. For files that a machine reads: it
/// would take an apostrophe for a part of the text. A comma parts nothing there: it stands in quotes, which count where commas do.
#[must_use]
pub fn hides_formula(text: &str) -> bool {
    let mut begins = true;
    for c in text.chars() {
        if begins && FORMULA.contains(&c) {
            return true;
        }
        begins = (begins && is_passed_over(c)) || (c != ',' && parts_cells(c));
    }
    false
}

/// What ends a cell in one spreadsheet or another: the separators of countries, and the ends of lines.
fn parts_cells(c: char) -> bool {
    matches!(c, ',' | ';' | '|' | '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What a spreadsheet may take away from the beginning of a cell.
fn is_passed_over(c: char) -> bool {
    c == '"'
        || c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What RFC 4180 reads in a file of these cells.
    fn read(csv: &str) -> Vec<Vec<String>> {
        parted(csv, ',')
    }

    /// The cells as a spreadsheet reads them that parts them at `separator`: quotes count where a cell begins with one, and what
    /// follows them belongs to the cell.
    fn parted(csv: &str, separator: char) -> Vec<Vec<String>> {
        let mut rows = vec![vec![String::new()]];
        let (mut quoted, mut fresh) = (false, true);
        let mut characters = csv.chars().peekable();
        while let Some(c) = characters.next() {
            let row = rows.last_mut().unwrap();
            match c {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    row.last_mut().unwrap().push('"');
                    characters.next();
                }
                '"' if quoted => quoted = false,
                '"' if fresh => quoted = true,
                c if c == separator && !quoted => row.push(String::new()),
                '\r' if !quoted && characters.peek() == Some(&'\n') => {}
                '\r' | '\n' if !quoted => rows.push(vec![String::new()]),
                c => row.last_mut().unwrap().push(c),
            }
            fresh = !quoted && (c == separator || matches!(c, '\r' | '\n'));
        }
        rows
    }

    /// Every piece of a file that some program could take for a cell, whatever it thinks of quotes.
    fn pieces(csv: &str) -> Vec<String> {
        let bare = csv.split([',', ';', '|', '\t', '\r', '\n']).map(str::to_owned);
        let read = [',', ';', '\t', '|'].into_iter().flat_map(|separator| parted(csv, separator)).flatten();
        bare.chain(read).collect()
    }

    fn is_formula(cell: &str) -> bool {
        cell.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{feff}'))
            .starts_with(FORMULA)
    }

    #[test]
    fn formula_is_text_wherever_a_cell_may_begin() {
        for (typed, written) in [
            ("=1+1", "'=1+1"),
            ("＝1", "'＝1"),
            (" \t@SUM(1)", "'  @SUM(1)"),
            ("a;=1", "a;'=1"),
            ("a,\"-1", "a,'\"\"-1"),
            ("a\t=1", "a =1"),
            ("a\r\n+1\r-1", "a\n'+1\n'-1"),
            ("\r=1", "'\n'=1"),
            ("a; b=1 - 2", "a; b=1 - 2"),
            ("a-b", "a-b"),
            ("", ""),
        ] {
            assert_eq!(cell(typed), format!("\"{written}\""), "{typed:?}");
        }
        assert!(hides_formula("/a;=1") && hides_formula("=1") && hides_formula("a; \"+1"));
        assert!(!hides_formula("https://example.com/a;b=1?c=-1") && !hides_formula("/0,-1.html"));
    }

    /// Texts of what matters here, far oftener than by chance.
    fn typed() -> impl Strategy<Value = String> {
        let hostile = prop::sample::select(vec![
            "=", "+", "-", "@", "＝", "＠", "\u{2212}", "\"", "'", ",", ";", "|", "\t", "\r", "\n", "\r\n",
            " ", "\u{feff}", "a", "1",
        ]);
        prop_oneof![prop::collection::vec(hostile, 0..12).prop_map(|parts| parts.concat()), any::<String>()]
    }

    proptest! {
        #[test]
        fn no_spreadsheet_finds_a_formula(rows in prop::collection::vec(prop::collection::vec(typed(), 3), 1..4)) {
            let lines: Vec<String> = rows.iter().map(|row| row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\r\n").collect();
            let csv = lines.concat();
            for piece in pieces(&csv) {
                prop_assert!(!is_formula(&piece), "{piece:?} of {csv:?}");
            }
            for first in read(&csv).iter().flatten().filter_map(|cell| cell.chars().next()) {
                prop_assert!(!FORMULA.contains(&first) && !matches!(first, '\t' | '\r' | '\n'), "{csv:?}");
            }
        }

        #[test]
        fn nothing_is_lost_but_tabs_and_the_kind_of_line_ends(text in typed()) {
            let read = read(&cell(&text));
            let kept = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
            prop_assert_eq!(read.len(), 1);
            prop_assert_eq!(read[0].len(), 1);
            prop_assert_eq!(read[0][0].replace('\'', ""), kept.replace('\'', ""));
        }
    }
}
