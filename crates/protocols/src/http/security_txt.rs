//! `security.txt` (RFC 9116).
//!
//! ```
//! use launch_ready_protocols::http::security_txt;
//!
//! let (file, diagnostics) =
//!     security_txt::parse("Contact: mailto:security@example.com\nExpires: 2027-01-01T00:00:00Z\n");
//! assert_eq!(file.all("contact").next(), Some("mailto:security@example.com"));
//! assert!(diagnostics.is_empty());
//! ```

use crate::diagnostic::{Diagnostic, Span};

/// A file: its fields in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecurityTxt {
    /// Name in lower case, and value.
    pub fields: Vec<(String, String)>,
}

/// Reads a file; comments, blank lines and the armour of a signature are skipped (sections 2.2 and 2.3).
#[must_use]
pub fn parse(text: &str) -> (SecurityTxt, Vec<Diagnostic>) {
    let mut file = SecurityTxt::default();
    let mut issues = Vec::new();
    let mut start = 0;
    for line in text.split('\n').take(MAX_LINES) {
        let content = line.trim_end_matches('\r').trim();
        let begin = start + line.len() - line.trim_start().len();
        let span = Span::new(begin, begin + content.len());
        start += line.len() + 1;
        if content == "-----BEGIN PGP SIGNATURE-----" {
            break;
        }
        if content.is_empty() || content.starts_with('#') || content.starts_with("-----") {
            continue;
        }
        let Some((name, value)) = content.split_once(':') else {
            issues.push(Diagnostic::warning(
                "security-txt-no-field",
                span,
                "This line is neither a field nor a comment.",
            ));
            continue;
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "contact" if !CONTACT_SCHEMES.iter().any(|scheme| value.starts_with(scheme)) => {
                issues.push(Diagnostic::error(
                    "security-txt-contact-not-uri",
                    span,
                    "A contact is an address with its scheme: write mailto: in front of an e-mail address.",
                ));
            }
            "expires" if timestamp(value).is_none() => issues.push(Diagnostic::error(
                "security-txt-bad-date",
                span,
                "The date is written as 2027-12-31T23:00:00Z.",
            )),
            "expires" | "preferred-languages" if file.all(&name).next().is_some() => issues.push(
                Diagnostic::error("security-txt-twice", span, format!("{name} may stand here only once.")),
            ),
            // Names that the registry does not hold are ignored (section 2.4); hash is the signature's.
            _ => {}
        }
        file.fields.push((name, value.to_owned()));
    }
    for (name, code) in [("contact", "security-txt-no-contact"), ("expires", "security-txt-no-expires")] {
        if file.all(name).next().is_none() {
            let end = Span::new(0, 0);
            issues.push(Diagnostic::error(code, end, format!("The file has to have a field {name}.")));
        }
    }
    (file, issues)
}

impl SecurityTxt {
    /// The values of a field, in order; the name in lower case.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Until when it holds.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.all("expires").find_map(timestamp)
    }
}

/// Year, month, day, hour, minute, as written; good enough to compare to the day.
pub type Timestamp = (u16, u8, u8, u8, u8);

/// An RFC 3339 time; the offset is not applied.
fn timestamp(text: &str) -> Option<Timestamp> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u16>().ok();
    let marks = [(4, b'-'), (7, b'-'), (13, b':')];
    let bytes = text.as_bytes();
    if !marks.iter().all(|(at, mark)| bytes.get(*at) == Some(mark))
        || !matches!(bytes.get(10), Some(b'T' | b't'))
    {
        return None;
    }
    let small = |from, to| number(from, to).and_then(|n| u8::try_from(n).ok());
    Some((number(0, 4)?, small(5, 7)?, small(8, 10)?, small(11, 13)?, small(14, 16)?))
}

/// The time in an HTTP `Date` field (RFC 9110 section 5.6.7, the form that everybody sends).
#[must_use]
pub fn http_date(text: &str) -> Option<Timestamp> {
    let mut words = text.split([' ', ':']).skip(1);
    let day = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)?;
    let year = words.next()?.parse().ok()?;
    Some((year, u8::try_from(month + 1).ok()?, day, words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const CONTACT_SCHEMES: [&str; 3] = ["mailto:", "https://", "tel:"];
/// Lines that are read; an honest file has a dozen.
const MAX_LINES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_faults_named() {
        let codes = |text: &str| parse(text).1.into_iter().map(|issue| issue.code).collect::<Vec<_>>();
        assert_eq!(
            codes("# hi\r\nContact: mailto:a@b.co\r\nExpires: 2027-01-01T00:00:00Z\r\n"),
            Vec::<&str>::new()
        );
        assert_eq!(
            codes("Contact: a@b.co\nExpires: next year\n"),
            ["security-txt-contact-not-uri", "security-txt-bad-date"]
        );
        assert_eq!(
            codes("<html>"),
            ["security-txt-no-field", "security-txt-no-contact", "security-txt-no-expires"]
        );
        assert_eq!(
            codes(
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nContact: tel:+1-2\nExpires: 2027-01-01T00:00:00Z\n-----BEGIN PGP SIGNATURE-----\nabc"
            ),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn dates_compare() {
        let file = parse("Expires: 2026-11-22T10:30:00.000Z").0;
        assert_eq!(file.expires(), Some((2026, 11, 22, 10, 30)));
        assert_eq!(http_date("Sun, 22 Nov 2026 10:31:07 GMT"), Some((2026, 11, 22, 10, 31)));
        assert!(http_date("Sun, 22 Nov 2026 10:31:07 GMT") > file.expires());
        assert_eq!(http_date("yesterday"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_file_panics_and_spans_lie_in_it(text in "(Contact|Expires|\\PC|[ :T\\-\n\r0-9]){0,40}") {
            for issue in parse(&text).1 {
                proptest::prop_assert!(text.get(issue.span.start..issue.span.end).is_some());
            }
            let _ = http_date(&text);
        }
    }
}
