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

/// Reads a field's value (RFC 6797 section 6.1) as Chromium does: `None` where it ignores the whole field. `max-age` and
/// `includeSubDomains` stand once at most and are followed by nothing but a semicolon; of what it does not know it skips everything up
/// to the next one, repeated or not.
#[must_use]
pub fn parse(value: &str) -> (Option<Hsts>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let mut max_age = None;
    let (mut valid, mut preload, mut include_subdomains) = (true, false, false);
    let mut has_max_age = false;
    for (start, directive) in split(value) {
        let text = directive.trim_matches(BLANKS);
        if text.is_empty() {
            continue;
        }
        let begin = start + directive.len() - directive.trim_start_matches(BLANKS).len();
        let span = Span::new(begin, begin + text.len());
        // Chromium's first word ends at a blank, an equals sign or a semicolon.
        let word = text.split(['=', ' ', '\t']).next().unwrap_or_default();
        let rest = text.get(word.len()..).unwrap_or_default().trim_start_matches(BLANKS);
        match word.to_ascii_lowercase().as_str() {
            name @ ("max-age" | "includesubdomains")
                if (name == "max-age" && has_max_age) || (name != "max-age" && include_subdomains) =>
            {
                valid = false;
                issues.push(Diagnostic::error(
                    "hsts-duplicate-directive",
                    span,
                    format!("{name} stands here twice; browsers ignore the whole header. Keep one."),
                ));
            }
            "max-age" => {
                has_max_age = true;
                let digits = rest.strip_prefix('=').map(|rest| unquoted(rest.trim_matches(BLANKS)));
                match digits.filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
                {
                    // More digits than fit are as good as for ever.
                    Some(digits) => max_age = Some(digits.parse().unwrap_or(u64::MAX)),
                    None => {
                        valid = false;
                        issues.push(Diagnostic::error(
                            "hsts-max-age-not-a-number",
                            span,
                            "max-age must be a number of seconds, with a semicolon behind it, such as max-age=31536000. Browsers ignore the whole header.",
                        ));
                    }
                }
            }
            "includesubdomains" => {
                include_subdomains = true;
                if !rest.is_empty() {
                    valid = false;
                    issues.push(Diagnostic::error(
                        "hsts-unexpected-value",
                        span,
                        "includesubdomains takes no value, and a semicolon follows it. Browsers ignore the whole header.",
                    ));
                }
            }
            // No directive of the RFC: to a browser one that it does not know, with or without a value.
            "preload" if rest.is_empty() => preload = true,
            "preload" => issues.push(Diagnostic::warning(
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
    }
    if !has_max_age && valid {
        issues.push(Diagnostic::error(
            "hsts-no-max-age",
            Span::new(0, value.len()),
            "Without max-age browsers ignore the header. Add max-age=31536000.",
        ));
    }
    let hsts = max_age.filter(|_| valid).map(|max_age| Hsts { max_age, include_subdomains, preload });
    (hsts, issues)
}

/// Blanks between words.
const BLANKS: [char; 2] = [' ', '\t'];

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
        assert_eq!(read("max-age=10; future; future=1; a b c"), Some((10, false, false)));
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
            "max-age=1; includeSubDomains; includesubdomains",
            "max-age=31536000 includeSubDomains",
            "max-age=31536000; includeSubDomains preload",
            "max-age=31536000, includeSubDomains",
            "max-age = 31536000s; preload",
            "\"max-age=31536000\"",
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
