//! The tag that a record has to begin with.

use crate::diagnostic::{Diagnostic, Span};

use super::tags::tags;

/// Whether `bytes` begin with the tag `v` and the value `version`, with a semicolon or the end behind it.
///
/// As DMARC and BIMI have it: blanks may stand around the signs.
pub(crate) fn is_first(bytes: &[u8], version: &str) -> bool {
    let blanks = |bytes: &[u8]| bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let Some((b'v' | b'V', rest)) = bytes.split_first() else { return false };
    let Some(rest) = rest.get(blanks(rest)..).and_then(|rest| rest.strip_prefix(b"=")) else { return false };
    let Some(rest) = rest.get(blanks(rest)..).and_then(|rest| rest.strip_prefix(version.as_bytes())) else {
        return false;
    };
    matches!(rest.get(blanks(rest)), None | Some(b';'))
}

/// Whether `bytes` begin with `v=`, `version` and a semicolon, in exactly these letters.
///
/// As MTA-STS and TLS-RPT have it: blanks may stand before the semicolon only.
pub(crate) fn is_first_exactly(bytes: &[u8], version: &str) -> bool {
    let rest = bytes.strip_prefix(b"v=").and_then(|rest| rest.strip_prefix(version.as_bytes()));
    rest.is_some_and(|rest| rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b';'))
}

/// Explains why `text` is not a record that begins with the tag `v` and the value `version`. `known`: the tags
/// such a record may have.
pub(crate) fn explain(text: &str, version: &str, known: &[&str]) -> Diagnostic {
    let nowhere = Span::new(0, 0);
    let first = tags(text).next();
    let blanks = text.len() - text.trim_start_matches(BLANKS).len();
    if blanks > 0 && is_first(text.trim_start_matches(BLANKS).as_bytes(), version) {
        let message = format!("A blank stands before v={version}, so receivers do not see the record.");
        return Diagnostic::error("space-before-version", Span::new(0, blanks), message).replace_by("");
    }
    let is_version =
        |name: &str| name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).eq_ignore_ascii_case("v");
    let Some(tag) = first.filter(|tag| is_version(tag.name)) else {
        let later = tags(text).find(|tag| is_version(tag.name));
        return match later {
            Some(tag) => {
                let message = format!("v={version} must be the first tag; receivers ignore the record.");
                Diagnostic::error("version-not-first", tag.span, message)
            }
            None => {
                let message = format!("The record must begin with v={version}; receivers ignore it.");
                Diagnostic::error("version-missing", nowhere, message).replace_by(format!("v={version}; "))
            }
        };
    };
    let value = tag.value();
    if tag.name.len() > 1 {
        let lead = Span::new(tag.span.start, tag.span.start + tag.name.len() - 1);
        let message = format!("The record begins with a quote or other sign before v={version}; remove it.");
        return Diagnostic::error("quote", lead, message).replace_by("");
    }
    if value == version {
        let place = Span::new(tag.span.start, tag.value_span.end);
        let fixed = format!("v={version}; ");
        let message = format!("The record must begin with exactly “{}”.", fixed.trim_end());
        return match text.get(place.end..) {
            Some("") => Diagnostic::error("version-alone", place, message).replace_by(fixed),
            _ => Diagnostic::error("version-blanks", place, message).replace_by(format!("v={version}")),
        };
    }
    if value.eq_ignore_ascii_case(version) {
        let message =
            format!("“{version}” must be written in exactly these letters; receivers ignore the record.");
        return Diagnostic::error("version-case", tag.value_span, message).replace_by(version);
    }
    let rest = value.get(..version.len()).filter(|start| start.eq_ignore_ascii_case(version));
    if let Some(rest) = rest.and_then(|_| value.get(version.len()..)) {
        let content = rest.trim_start_matches([' ', '\t', ',', ':', '.', '\\']);
        let start = tag.value_span.start + version.len();
        let gap = Span::new(start, start + rest.len() - content.len());
        let is_tag = content.split('=').next().is_some_and(|name| known.contains(&name.trim_matches(BLANKS)));
        if is_tag && gap.start < gap.end {
            return separator(text, gap);
        }
        if content.is_empty() {
            let message = format!("This does not belong behind {version}; receivers ignore the record.");
            return Diagnostic::error("trailing-junk", gap, message).replace_by("");
        }
    }
    let message = format!("“{value}” is not a version receivers know; it must be {version}.");
    Diagnostic::error("version-unknown", tag.value_span, message).replace_by(version)
}

/// A separator that is none.
pub(crate) fn separator(text: &str, span: Span) -> Diagnostic {
    let (code, message) = if span.of(text).contains(',') {
        ("comma-for-semicolon", "A semicolon separates tags, not a comma.")
    } else {
        ("semicolon-missing", "A semicolon is missing between two tags.")
    };
    Diagnostic::error(code, span, message).replace_by("; ")
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
