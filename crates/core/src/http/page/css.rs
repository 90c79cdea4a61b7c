//! The addresses in a text of CSS, and what is loaded from each: as far as CSS Syntax Level 3 (W3C, section 4) is needed for that.

/// What is loaded from an address in a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CssUse {
    /// Another style sheet: `@import`.
    Import,
    /// A font: within `@font-face`.
    Font,
    /// An image, or anything else.
    Image,
}

/// Every address that is loaded: `url(x)`, `url("x")` and the string of an `@import`. What stands in a comment or in a string is
/// none, nor is the name of a namespace, nor an `@import` behind a rule, which browsers leave out.
#[must_use]
pub fn css_addresses(css: &str) -> Vec<(CssUse, &str)> {
    let mut found = Vec::new();
    let (mut rule, mut depth, mut font_depth, mut has_begun) = (Rule::Other, 0_usize, None, false);
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        let mut address = None;
        (address, rest) = match first {
            '/' if rest.starts_with("/*") => {
                (address, rest[2..].split_once("*/").map_or("", |(_, behind)| behind))
            }
            '"' | '\'' => {
                let (text, behind) = quoted(rest, first);
                (Some(text).filter(|_| rule == Rule::Import), behind)
            }
            '@' => {
                let (name, behind) = word(&rest[1..]);
                rule = match name.to_ascii_lowercase().as_str() {
                    "import" if !has_begun => Rule::Import,
                    "font-face" => Rule::FontFace,
                    "import" | "namespace" => Rule::Void,
                    _ => Rule::Other,
                };
                (address, behind)
            }
            '{' => {
                depth += 1;
                has_begun = true;
                font_depth = font_depth.or(Some(depth).filter(|_| rule == Rule::FontFace));
                rule = Rule::Other;
                (address, &rest[1..])
            }
            '}' => {
                font_depth = font_depth.filter(|begun| *begun < depth);
                depth = depth.saturating_sub(1);
                (address, &rest[1..])
            }
            ';' => {
                rule = Rule::Other;
                (address, &rest[1..])
            }
            _ => match word(rest) {
                ("", behind) => (address, behind.get(first.len_utf8()..).unwrap_or_default()),
                (name, behind) if name.eq_ignore_ascii_case("url") && behind.starts_with('(') => {
                    let (text, behind) = argument(&behind[1..]);
                    (Some(text).filter(|text| !text.is_empty() && rule != Rule::Void), behind)
                }
                (_, behind) => (address, behind),
            },
        };
        if let Some(address) = address {
            let used = match (rule, font_depth) {
                (Rule::Import, _) => CssUse::Import,
                (_, Some(_)) => CssUse::Font,
                _ => CssUse::Image,
            };
            found.push((used, address));
            // What follows the address of an import are its conditions.
            rule = if rule == Rule::Import { Rule::Void } else { rule };
        }
    }
    found
}

/// The statement that is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Import,
    FontFace,
    /// One whose addresses are not loaded.
    Void,
    Other,
}

/// The identifier that `text` begins with, and what follows.
fn word(text: &str) -> (&str, &str) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '\\') || !c.is_ascii();
    text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()))
}

/// The string that `text` begins with, and what follows. A line ends it, too.
fn quoted(text: &str, quote: char) -> (&str, &str) {
    let text = text.get(1..).unwrap_or_default();
    let mut is_escaped = false;
    let end = text.find(|c| {
        let ends = !is_escaped && (c == quote || c == '\n');
        is_escaped = !is_escaped && c == '\\';
        ends
    });
    end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
}

/// What stands behind `url(`, and what follows its end.
fn argument(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let (address, behind) = quoted(text, quote);
            (address, behind.split_once(')').map_or("", |(_, behind)| behind))
        }
        _ => text.split_once(')').map_or((text.trim(), ""), |(address, behind)| (address.trim(), behind)),
    }
}

#[cfg(test)]
mod tests {
    use super::CssUse::{Font, Image, Import};
    use super::*;

    #[test]
    fn addresses_are_told_by_what_is_loaded_from_them() {
        for (css, found) in [
            ("a{b:url(x.png);c:URL( \"y z\" )}d{url(", vec![(Image, "x.png"), (Image, "y z")]),
            (
                "@import 'a.css' screen; @IMPORT url(b.css) supports(x: url(c));",
                vec![(Import, "a.css"), (Import, "b.css")],
            ),
            ("@charset \"utf-8\"; @layer a, b; @import \"a.css\"", vec![(Import, "a.css")]),
            (
                "@media print{@font-face{src:local(x),url('f.woff2') format('woff2')}a{b:url(c)}}",
                vec![(Font, "f.woff2"), (Image, "c")],
            ),
            ("@font-face{font-family:'url(x)'}b{c:url(d)}", vec![(Image, "d")]),
            // Nobody loads these.
            ("/* url(a) @import 'b' */ a::after{content:'url(c)'}", vec![]),
            ("@namespace svg url(http://www.w3.org/2000/svg); a{b:c} @import 'late.css';", vec![]),
            ("a{curl(x);b:url()}", vec![]),
        ] {
            assert_eq!(css_addresses(css), found, "{css}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(css in "(@import|@font-face|url\\(|[{};'\"()\\\\/* a-zé]|\\PC){0,40}") {
            let _ = css_addresses(&css);
        }
    }
}
