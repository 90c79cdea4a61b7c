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

use crate::date::Time;
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
            "contact" if scheme(value).is_none() => issues.push(Diagnostic::error(
                "security-txt-contact-not-uri",
                span,
                "A contact is an address with its scheme: write mailto: in front of an email address.",
            )),
            // Sections 2.5.1 to 2.5.8: web addresses begin with https.
            name if ADDRESSES.contains(&name)
                && scheme(value).is_some_and(|s| s.eq_ignore_ascii_case("http")) =>
            {
                issues.push(Diagnostic::error(
                    "security-txt-plain-http",
                    span,
                    "A web address in this file has to begin with https://.",
                ));
            }
            "expires" if Time::from_rfc3339(value).is_none() => issues.push(Diagnostic::error(
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
    pub fn expires(&self) -> Option<Time> {
        self.all("expires").find_map(Time::from_rfc3339)
    }
}

/// The scheme that an address begins with (RFC 3986 section 3.1).
fn scheme(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once(':')?;
    let holds = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let is_scheme =
        scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic()) && scheme.bytes().all(holds);
    (is_scheme && !rest.is_empty()).then_some(scheme)
}

/// Fields whose value is an address.
const ADDRESSES: [&str; 7] =
    ["acknowledgments", "canonical", "contact", "csaf", "encryption", "hiring", "policy"];
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
            codes("Contact: HTTPS://a.co/\nPolicy: http://a.co/\nExpires: 2027-01-01T00:00:00Z"),
            ["security-txt-plain-http"]
        );
        assert_eq!(codes("Contact: xmpp:a@b.co\nExpires: 2027-01-01T00:00:00Z"), Vec::<&str>::new());
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
        let read = Time::from_http("Sun, 22 Nov 2026 10:31:07 GMT");
        assert!(file.expires().is_some() && read > file.expires());
        assert_eq!(parse("Expires: 2026-11-22T12:31:07+02:00").0.expires(), read);
        assert_eq!(parse("Expires: 2026-02-30T10:30:00Z").0.expires(), None);
    }

    proptest::proptest! {
        #[test]
        fn no_file_panics_and_spans_lie_in_it(text in "(Contact|Expires|\\PC|[ :T\\-\n\r0-9]){0,40}") {
            for issue in parse(&text).1 {
                proptest::prop_assert!(text.get(issue.span.start..issue.span.end).is_some());
            }
        }
    }
}
