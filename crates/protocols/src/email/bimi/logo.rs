//! The logo that a BIMI record names: an SVG file of the profile SVG Tiny Portable/Secure (Internet-Draft
//! draft-svg-tiny-ps-abrotman; not an RFC), which mail programs draw without running, fetching or moving anything.
//!
//! ```
//! use launch_ready_protocols::email::bimi::logo;
//!
//! let file = r#"<svg version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Acme</title><path/></svg>"#;
//! let (logo, issues) = logo::parse(file);
//! assert!(logo.is_valid() && issues.is_empty());
//! assert_eq!(logo.title, Some("Acme"));
//! ```

use crate::diagnostic::{Diagnostic, Severity, Span};

/// A larger file need not be shown. Internet-Draft draft-brand-indicators-for-message-identification, 2026-11: a logo
/// should not exceed 32 kilobytes.
pub const MAX_OCTETS: usize = 32 * 1024;

/// One logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo<'t> {
    /// The file as served.
    pub text: &'t str,
    /// What stands in `title`, which programs read out.
    pub title: Option<&'t str>,
    valid: bool,
}

impl Logo<'_> {
    /// Whether the file keeps to the profile, as far as its elements and attributes show.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }
}

/// Reads one file. Never fails; see [`Logo::is_valid`].
#[must_use]
pub fn parse(text: &str) -> (Logo<'_>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let mut title = None;
    let mut tags = Tags { text, at: 0 }.peekable();
    match tags.peek() {
        Some(root) if root.name.of(text) == "svg" => crate::email::bimi::logo::root(text, root, &mut issues),
        _ => {
            let message = "This is no SVG file: its first element is not “svg”.";
            issues.push(Diagnostic::error("svg-missing", Span::new(0, 0), message));
        }
    }
    for tag in tags {
        let name = tag.name.of(text);
        if name == "title" && title.is_none() {
            let content = text.get(tag.span.end..).and_then(|rest| rest.split('<').next());
            title = content.map(str::trim).filter(|title| !title.is_empty());
        }
        element(name, tag.name, &mut issues);
        for attribute in &tag.attributes {
            crate::email::bimi::logo::attribute(text, attribute, &mut issues);
        }
    }
    if title.is_none() {
        let message = "The element “title” with the name of the brand is missing.";
        issues.push(Diagnostic::error("title-missing", Span::new(0, 0), message));
    }
    if text.len() > MAX_OCTETS {
        let message = format!("The file has {} octets; a logo should not exceed {MAX_OCTETS}.", text.len());
        issues.push(Diagnostic::warning("logo-large", Span::new(0, 0), message));
    }
    let valid = issues.iter().all(|issue| issue.severity != Severity::Error);
    (Logo { text, title, valid }, issues)
}

/// What the outermost element has to say, and must not.
fn root(text: &str, root: &Tag, issues: &mut Vec<Diagnostic>) {
    let find = |name: &str| root.attributes.iter().find(|attribute| attribute.name.of(text) == name);
    let behind = Span::new(root.name.end, root.name.end);
    for (name, wanted) in [("version", "1.2"), ("baseProfile", "tiny-ps")] {
        let message = format!("The element “svg” must say {name}=\"{wanted}\".");
        issues.extend(match find(name) {
            Some(attribute) if attribute.value.of(text) == wanted => None,
            Some(attribute) => {
                Some(Diagnostic::error("profile-unknown", attribute.value, message).replace_by(wanted))
            }
            None => Some(
                Diagnostic::error("profile-missing", behind, message)
                    .replace_by(format!(" {name}=\"{wanted}\"")),
            ),
        });
    }
    for attribute in ["x", "y"].into_iter().filter_map(find) {
        let message = "The element “svg” may not be moved: it takes neither x nor y.";
        issues.push(Diagnostic::error("root-moved", attribute.span(), message).replace_by(""));
    }
    // Programs cut a circle or a rounded square out of it.
    let size = find("viewBox").map(|attribute| (attribute.value, view_box(attribute.value.of(text))));
    match size {
        Some((_, Some((width, height)))) if width == height => {}
        Some((span, Some(_))) => {
            issues.push(Diagnostic::warning(
                "logo-not-square",
                span,
                "The logo is not square; programs cut it off.",
            ));
        }
        Some((span, None)) => {
            let message =
                "viewBox takes four numbers: where the drawing begins, how wide and how high it is.";
            issues.push(Diagnostic::warning("view-box-malformed", span, message));
        }
        None => {
            let message =
                "The element “svg” says no viewBox, so it cannot be told whether the logo is square.";
            issues.push(Diagnostic::warning("view-box-missing", behind, message));
        }
    }
}

/// Width and height.
fn view_box(value: &str) -> Option<(f64, f64)> {
    let numbers = value.split([' ', ',', '\t', '\r', '\n']).filter(|number| !number.is_empty());
    let numbers: Vec<f64> = numbers.map(str::parse).collect::<Result<_, _>>().ok()?;
    match numbers.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    }
}

/// Elements that run, move or bring in something from elsewhere.
fn element(name: &str, span: Span, issues: &mut Vec<Diagnostic>) {
    let (code, message) = match name {
        "script" | "handler" | "listener" => ("script", "A logo runs no scripts; take them out."),
        "animate" | "animateColor" | "animateMotion" | "animateTransform" | "set" | "discard" => {
            ("animation", "A logo does not move; take out what is animated.")
        }
        "image" | "foreignObject" | "audio" | "video" | "animation" | "a" => {
            ("element-forbidden", "A logo is drawn with shapes and text alone.")
        }
        _ => return,
    };
    issues.push(Diagnostic::error(code, span, message));
}

/// Attributes that run or fetch something.
fn attribute(text: &str, attribute: &Attribute, issues: &mut Vec<Diagnostic>) {
    let (name, value) = (attribute.name.of(text), attribute.value.of(text).trim());
    // `onclick`, `onload`: no attribute of a drawing begins that way.
    if name.len() > 2 && name.get(..2).is_some_and(|on| on.eq_ignore_ascii_case("on")) {
        issues.push(Diagnostic::error("script", attribute.span(), "A logo runs no scripts; take them out."));
    }
    let is_reference = matches!(name.rsplit(':').next(), Some("href"));
    let leads_out = |target: &str| !target.trim_start_matches(['"', '\'', ' ']).starts_with('#');
    let urls = value.match_indices("url(").filter_map(|(at, open)| value.get(at + open.len()..));
    if (is_reference && leads_out(value)) || urls.into_iter().any(leads_out) {
        let message = "A logo fetches nothing: it may refer to its own parts only, as in #shape.";
        issues.push(Diagnostic::error("reference-external", attribute.value, message));
    }
}

//------------ Tags ----------------------------------------------------------

/// The beginning of an element.
struct Tag {
    span: Span,
    name: Span,
    attributes: Vec<Attribute>,
}

struct Attribute {
    name: Span,
    value: Span,
}

impl Attribute {
    /// Name, equals sign and quotes.
    const fn span(&self) -> Span {
        Span::new(self.name.start, self.value.end + 1)
    }
}

/// The beginnings of all elements. Comments, declarations and ends are passed over; a tag without its end is the last.
struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            let start = self.at + self.text.get(self.at..)?.find('<')?;
            let rest = self.text.get(start..)?;
            let passed_over = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"), ("</", ">")];
            if let Some((open, close)) = passed_over.into_iter().find(|(open, _)| rest.starts_with(open)) {
                self.at = start + open.len() + rest.get(open.len()..)?.find(close)? + close.len();
                continue;
            }
            let tag = self.tag(start)?;
            self.at = tag.span.end;
            return Some(tag);
        }
    }
}

impl Tags<'_> {
    fn tag(&self, start: usize) -> Option<Tag> {
        let mut at = start + 1;
        let name = self.word(&mut at);
        let mut attributes = Vec::new();
        loop {
            self.blanks(&mut at);
            match self.text.as_bytes().get(at)? {
                b'>' => return Some(Tag { span: Span::new(start, at + 1), name, attributes }),
                b'/' => at += 1,
                _ => {
                    let before = at;
                    let name = self.word(&mut at);
                    if let Some(value) = self.value(&mut at) {
                        attributes.push(Attribute { name, value });
                    }
                    // What is neither a name nor a value is passed over, character by character.
                    if at == before {
                        at += self.text.get(at..)?.chars().next()?.len_utf8();
                    }
                }
            }
        }
    }

    /// Up to what ends a name.
    fn word(&self, at: &mut usize) -> Span {
        let start = *at;
        let rest = self.text.get(start..).unwrap_or_default();
        let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/' | '<' | '"' | '\'');
        *at += rest.find(is_end).unwrap_or(rest.len());
        Span::new(start, *at)
    }

    /// An equals sign and what stands in quotes behind it.
    fn value(&self, at: &mut usize) -> Option<Span> {
        let mut here = *at;
        self.blanks(&mut here);
        let rest = self.text.get(here..)?.strip_prefix('=')?;
        here += 1;
        let quote = rest.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''))?;
        self.blanks(&mut here);
        let start = here + 1;
        let end = start + self.text.get(start..)?.find(quote)?;
        *at = end + 1;
        Some(Span::new(start, end))
    }

    fn blanks(&self, at: &mut usize) {
        let rest = self.text.as_bytes().get(*at..).unwrap_or_default();
        *at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::corrected;
    use crate::email::tests::{assert_in_bounds, codes};

    const GOOD: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<!-- <script/> in a comment is none -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.2" baseProfile='tiny-ps' viewBox="0 0 64 64">
  <title>Acme &amp; Sons</title>
  <defs><g id="shape"><path d="M0 0h64v64z" fill="url(#paint)"/></g></defs>
  <use xlink:href="#shape" />
</svg>"##;

    #[test]
    fn a_file_that_keeps_to_the_profile_is_a_logo() {
        let (logo, issues) = parse(GOOD);
        assert!(logo.is_valid() && issues.is_empty(), "{issues:?}");
        assert_eq!(logo.title, Some("Acme &amp; Sons"));
    }

    #[test]
    fn what_runs_moves_or_fetches_is_no_part_of_a_logo() {
        for (instead, code) in [
            ("<script>alert(1)</script>", "script"),
            ("<g onload=\"alert(1)\"/>", "script"),
            ("<animate attributeName=\"x\"/>", "animation"),
            ("<set attributeName=\"x\"/>", "animation"),
            ("<image xlink:href=\"#shape\"/>", "element-forbidden"),
            ("<foreignObject/>", "element-forbidden"),
            ("<use xlink:href=\"https://example.com/a.svg#b\"/>", "reference-external"),
            ("<use href='other.svg#b'/>", "reference-external"),
            ("<path fill=\"url(https://example.com/a.svg#b)\"/>", "reference-external"),
            ("<path style=\"fill: url( 'data:image/png;base64,AA' )\"/>", "reference-external"),
        ] {
            let text = GOOD.replace("<use xlink:href=\"#shape\" />", instead);
            let (logo, issues) = parse(&text);
            assert_eq!((logo.is_valid(), codes(&issues)), (false, vec![code]), "{instead}: {issues:?}");
        }
    }

    #[test]
    fn the_outermost_element_says_the_profile_and_a_title_is_there() {
        for (was, is, code, valid) in [
            (" version=\"1.2\"", "", "profile-missing", false),
            ("version=\"1.2\"", "version=\"1.1\"", "profile-unknown", false),
            (" baseProfile='tiny-ps'", "", "profile-missing", false),
            ("'tiny-ps'", "'tiny'", "profile-unknown", false),
            ("<svg ", "<svg x=\"0\" ", "root-moved", false),
            ("<title>Acme &amp; Sons</title>", "", "title-missing", false),
            ("Acme &amp; Sons", " ", "title-missing", false),
            ("0 0 64 64", "0 0 64 48", "logo-not-square", true),
            ("0 0 64 64", "0 0 64", "view-box-malformed", true),
            (" viewBox=\"0 0 64 64\"", "", "view-box-missing", true),
        ] {
            let text = GOOD.replacen(was, is, 1);
            assert_ne!(text, GOOD, "{was}");
            let (logo, issues) = parse(&text);
            assert_eq!((logo.is_valid(), codes(&issues)), (valid, vec![code]), "{is}: {issues:?}");
            let mended = corrected(&text, &issues);
            let is_mended = mended == text || parse(&mended).1.is_empty();
            assert!(is_mended, "{mended}");
        }
        let large = GOOD.replace("M0 0h64v64z", &"M0 0h64v64z ".repeat(3000));
        assert_eq!(codes(&parse(&large).1), ["logo-large"]);
        for text in ["", "hello", "<html><title>x</title></html>", "<!-- <svg> -->", "<svg"] {
            assert!(!parse(text).0.is_valid(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_soundly(
            text in any::<String>(),
            like in "(<!?[/?]?(svg|title|use|!--)?[ /]?(x|href|version|viewBox)?=?[\"']?\\PC{0,6}[\"']?>?){0,6}",
        ) {
            for text in [&text, &like] {
                let (logo, issues) = parse(text);
                assert_in_bounds(text, &issues);
                prop_assert_eq!(logo.is_valid(), issues.iter().all(|issue| issue.severity != Severity::Error));
            }
        }
    }
}
