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
pub fn css_addresses(css: &[u8]) -> Vec<(CssUse, &[u8])> {
    let mut found = Vec::new();
    let (mut rule, mut depth, mut font_depth, mut has_begun) = (Rule::Other, 0_usize, usize::MAX, false);
    let mut rest = css;
    while let [first, behind @ ..] = rest {
        rest = behind;
        let mut address: &[u8] = &[];
        match first {
            b'/' if behind.first() == Some(&b'*') => {
                (_, rest) = until(behind.get(1..).unwrap_or_default(), b"*/");
            }
            b'"' | b'\'' => {
                let text;
                (text, rest) = quoted(behind, *first);
                if rule == Rule::Import {
                    address = text;
                }
            }
            b'@' => {
                let name;
                (name, rest) = word(behind);
                rule = if name.eq_ignore_ascii_case(b"font-face") {
                    Rule::FontFace
                } else if name.eq_ignore_ascii_case(b"import") && !has_begun {
                    Rule::Import
                } else if name.eq_ignore_ascii_case(b"import") || name.eq_ignore_ascii_case(b"namespace") {
                    Rule::Void
                } else {
                    Rule::Other
                };
            }
            b'{' => {
                depth += 1;
                has_begun = true;
                if rule == Rule::FontFace {
                    font_depth = font_depth.min(depth);
                }
                rule = Rule::Other;
            }
            b'}' => {
                if font_depth == depth {
                    font_depth = usize::MAX;
                }
                depth = depth.saturating_sub(1);
            }
            b';' => rule = Rule::Other,
            _ if is_part(*first) => {
                let tail;
                (tail, rest) = word(behind);
                let is_url = first.eq_ignore_ascii_case(&b'u') && tail.eq_ignore_ascii_case(b"rl");
                if let (true, [b'(', inside @ ..]) = (is_url, rest) {
                    (address, rest) = argument(inside);
                    if rule == Rule::Void {
                        address = &[];
                    }
                }
            }
            _ => {}
        }
        if !address.is_empty() {
            let used = match rule {
                Rule::Import => CssUse::Import,
                _ if font_depth <= depth => CssUse::Font,
                _ => CssUse::Image,
            };
            found.push((used, address));
            // What follows the address of an import are its conditions.
            if rule == Rule::Import {
                rule = Rule::Void;
            }
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

/// Whether it can be part of an identifier. What is not ASCII can, octet by octet.
fn is_part(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'\\' | 0x80..)
}

/// The identifier that `text` begins with, and what follows.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|octet| !is_part(*octet)).unwrap_or(text.len()))
}

/// What stands before `end`, and what behind it.
fn until<'t>(text: &'t [u8], end: &[u8]) -> (&'t [u8], &'t [u8]) {
    let length = text.windows(end.len()).position(|window| window == end).unwrap_or(text.len());
    (text.get(..length).unwrap_or_default(), text.get(length + end.len()..).unwrap_or_default())
}

/// The string that goes up to `quote`, and what follows. A line ends it, too.
fn quoted(text: &[u8], quote: u8) -> (&[u8], &[u8]) {
    let mut length = 0;
    while let Some(octet) = text.get(length)
        && *octet != quote
        && *octet != b'\n'
    {
        length += if *octet == b'\\' { 2 } else { 1 };
    }
    (text.get(..length).unwrap_or(text), text.get(length + 1..).unwrap_or_default())
}

/// What stands behind `url(`, and what follows its end.
fn argument(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_start();
    match text {
        [quote @ (b'"' | b'\''), behind @ ..] => {
            let (address, behind) = quoted(behind, *quote);
            (address, until(behind, b")").1)
        }
        _ => {
            let (address, behind) = until(text, b")");
            (address.trim_ascii_end(), behind)
        }
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
            let read = css_addresses(css.as_bytes());
            let read: Vec<_> =
                read.iter().map(|(used, url)| (*used, std::str::from_utf8(url).unwrap())).collect();
            assert_eq!(read, found, "{css}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(css in "(@import|@font-face|url\\(|[{};'\"()\\\\/* a-zé]|\\PC){0,40}") {
            let _ = css_addresses(css.as_bytes());
        }
    }
}
