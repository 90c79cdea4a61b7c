//! `Strict-Transport-Security` (RFC 6797).
//!
//! ```
//! use launch_ready_protocols::http::hsts;
//!
//! let (kept, diagnostics) = hsts::parse("max-age=31536000; includeSubDomains");
//! assert_eq!(kept.unwrap().max_age, 31_536_000);
//! assert!(diagnostics.is_empty());
//!
//! // Without a lifetime a browser keeps nothing.
//! assert!(hsts::parse("includeSubDomains").0.is_none());
//! ```

use crate::diagnostic::{Diagnostic, Span};

/// What a browser keeps of one header field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hsts {
    /// Seconds; zero switches the protection off.
    pub max_age: u64,
    /// Every name below this one is covered too.
    pub include_subdomains: bool,
    /// The owner asks to be on the browsers' built-in list (no part of the RFC).
    pub preload: bool,
}

/// One year in seconds: what the browsers' preload list asks for (hstspreload.org, read 2026-11).
pub const ONE_YEAR: u64 = 31_536_000;

/// Reads a field's value (RFC 6797 section 6.1). `None` where a browser ignores the whole field.
#[must_use]
pub fn parse(value: &str) -> (Option<Hsts>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let mut max_age = None;
    let mut seen: Vec<String> = Vec::new();
    let (mut valid, mut preload) = (true, false);
    for (start, directive) in split(value) {
        let text = directive.trim_matches([' ', '\t']);
        if text.is_empty() {
            continue;
        }
        let begin = start + directive.len() - directive.trim_start_matches([' ', '\t']).len();
        let span = Span::new(begin, begin + text.len());
        let (name, argument) = match text.split_once('=') {
            Some((name, argument)) => {
                (name.trim_matches([' ', '\t']), Some(unquoted(argument.trim_matches([' ', '\t']))))
            }
            None => (text, None),
        };
        let name = name.to_ascii_lowercase();
        if seen.contains(&name) {
            valid = false;
            issues.push(Diagnostic::error(
                "hsts-duplicate-directive",
                span,
                format!("{name} stands here twice; browsers ignore the whole header. Keep one."),
            ));
        }
        match (name.as_str(), argument) {
            ("max-age", Some(digits)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                // More digits than fit are as good as for ever.
                max_age = Some(digits.parse().unwrap_or(u64::MAX));
            }
            ("max-age", _) => {
                valid = false;
                issues.push(Diagnostic::error(
                    "hsts-max-age-not-a-number",
                    span,
                    "max-age must be a number of seconds, such as max-age=31536000.",
                ));
            }
            ("includesubdomains", Some(_)) => {
                valid = false;
                issues.push(Diagnostic::error(
                    "hsts-unexpected-value",
                    span,
                    format!("{name} takes no value."),
                ));
            }
            ("includesubdomains", None) => {}
            // No directive of the RFC: to a browser one that it does not know, with or without a value (section 6.1).
            ("preload", None) => preload = true,
            ("preload", Some(_)) => issues.push(Diagnostic::warning(
                "hsts-unexpected-value",
                span,
                "preload takes no value: the list does not see it.",
            )),
            _ => issues.push(Diagnostic::warning(
                "hsts-unknown-directive",
                span,
                "Browsers do not know this directive and skip it.",
            )),
        }
        seen.push(name);
    }
    if max_age.is_none() && valid {
        issues.push(Diagnostic::error(
            "hsts-no-max-age",
            Span::new(0, value.len()),
            "Without max-age browsers ignore the header. Add max-age=31536000.",
        ));
    }
    let hsts = max_age.filter(|_| valid).map(|max_age| Hsts {
        max_age,
        include_subdomains: seen.iter().any(|name| name == "includesubdomains"),
        preload,
    });
    (hsts, issues)
}

/// The directives with their offsets: split at semicolons outside quotes.
fn split(value: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                parts.push((start, &value[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push((start, &value[start..]));
    parts
}

fn unquoted(argument: &str) -> &str {
    argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<(u64, bool, bool)> {
        parse(value).0.map(|hsts| (hsts.max_age, hsts.include_subdomains, hsts.preload))
    }

    #[test]
    fn reads_as_browsers_do() {
        assert_eq!(read("max-age=31536000"), Some((31_536_000, false, false)));
        assert_eq!(
            read(" Max-Age = \"63072000\" ; INCLUDESUBDOMAINS;preload;;"),
            Some((63_072_000, true, true))
        );
        assert_eq!(read("max-age=0"), Some((0, false, false)));
        assert_eq!(read("max-age=99999999999999999999999"), Some((u64::MAX, false, false)));
        assert_eq!(read("max-age=10; future=\"a;b\""), Some((10, false, false)));
        assert_eq!(
            read("max-age=10; preload=yes"),
            Some((10, false, false)),
            "as any other unknown directive"
        );
    }

    #[test]
    fn ignores_what_browsers_ignore() {
        for value in [
            "",
            "includeSubDomains",
            "max-age",
            "max-age=",
            "max-age=-1",
            "max-age=1y",
            "max-age=1; max-age=2",
            "max-age=1; includeSubDomains=yes",
        ] {
            let (hsts, issues) = parse(value);
            assert_eq!(hsts, None, "{value}");
            assert!(!issues.is_empty(), "{value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_value_panics_and_spans_lie_in_it(value in "\\PC*") {
            for issue in parse(&value).1 {
                proptest::prop_assert!(value.get(issue.span.start..issue.span.end).is_some());
            }
        }
    }
}
