//! TLS-RPT records ([RFC 8460, 3](https://www.rfc-editor.org/rfc/rfc8460#section-3)): where other mail servers
//! report failed encryption to.
//!
//! [`select`] finds the records at `_smtp._tls.<domain>`, [`parse`] reads one.
//!
//! ```
//! use launch_ready_protocols::email::tls_rpt;
//!
//! let (record, issues) = tls_rpt::parse("v=TLSRPTv1; rua=mailto:tls@example.com");
//! assert!(record.is_valid() && issues.is_empty());
//! let first = record.reports.first().unwrap();
//! assert_eq!(first.destination.host(), Some("example.com"));
//! ```

use std::fmt;

use crate::diagnostic::{Diagnostic, Span};

use super::tags;
use super::tags::{Tags, tags};
use super::txt::{Selected, resembles};
use super::uri;
use super::uri::{Destination, ReportUri, ReportUris};
use super::version;

/// Finds the records among the TXT records at a name: those that begin with `v=TLSRPTv1;`. Of several, none counts.
#[must_use]
pub fn select<T: AsRef<[u8]>>(texts: &[T]) -> Selected<'_> {
    let is_record = |bytes: &[u8]| version::is_first_exactly(bytes, VERSION);
    Selected::new(texts, is_record, |bytes| resembles(bytes, "vtlsrpt") || resembles(bytes, "tlsrpt"))
}

/// Reads one record. Never fails; see [`Record::is_valid`].
#[must_use]
pub fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let valid = version::is_first_exactly(text.as_bytes(), VERSION);
    if !valid {
        issues.push(version::explain(text, VERSION, &KNOWN));
    }
    let mut reports = None;
    for (index, tag) in tags(text).enumerate() {
        match tag.name {
            "rua" if reports.is_some() => {
                let message = "“rua” stands twice; the first one counts.";
                issues.push(Diagnostic::warning("tag-repeated", tag.span, message));
            }
            "rua" => {
                reports = Some(ReportUris::new(text, tag.value_span, false));
                uri::check(text, tag.value_span, false, &mut issues);
            }
            _ if index == 0 => {}
            _ => issues.push(tags::ignored(&tag, &["rua"])),
        }
    }
    if reports.is_none() {
        let end = Span::new(text.len(), text.len());
        issues.push(Diagnostic::error("rua-missing", end, "“rua=” is missing, so reports go nowhere."));
    }
    let reports = reports.unwrap_or(ReportUris::NONE);
    let valid = valid && reports.iter().any(|uri| is_usable(&uri));
    (Record { text, reports, valid }, issues)
}

/// `tlsrpt-uri`: a mailbox or a web server.
const fn is_usable(uri: &ReportUri<'_>) -> bool {
    matches!(uri.destination, Destination::Mailto { .. } | Destination::Https { .. })
}

/// One record: `tlsrpt-record = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim]`.
///
/// *Display*: the tags in their order, one form of blanks between them, values as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'t> {
    /// The record as published.
    pub text: &'t str,
    /// `rua`: where reports go.
    pub reports: ReportUris<'t>,
    valid: bool,
}

impl<'t> Record<'t> {
    /// Whether senders take the record and find a place in it to send reports to.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }

    /// Every tag as written, in order, also those nobody knows.
    #[must_use]
    pub fn tags(&self) -> Tags<'t> {
        tags(self.text)
    }
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tags::write(f, self.text)
    }
}

const VERSION: &str = "TLSRPTv1";
const KNOWN: [&str; 2] = ["v", "rua"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::corrected;
    use crate::email::tests::{assert_sound, codes, corpus};

    #[test]
    fn the_version_is_first_and_exact() {
        let texts = ["v=TLSRPTv1;rua=mailto:a@b.example", "v=TLSRPTv1 ; rua=mailto:a@b.example"];
        assert_eq!(select(&texts).records.len(), 2);
        assert_eq!(select(&texts).only(), None, "of several none counts");
        let texts = ["v=TLSRPTv1", "v=tlsrptv1; rua=mailto:a@b.example", "v=TLSRPTv2; rua=x", "v=spf1"];
        let selected = select(&texts);
        assert_eq!((selected.records.len(), selected.near_misses.len()), (0, 3));
    }

    #[test]
    fn reports_go_to_mailboxes_and_web_servers() {
        let (record, issues) = parse("v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/v1/tls");
        assert!(record.is_valid() && issues.is_empty(), "{issues:?}");
        assert_eq!(
            record.reports.iter().nth(1).unwrap().destination,
            Destination::Https { host: "c.example" }
        );
    }

    #[test]
    fn mistakes_get_a_code_and_an_edit() {
        let right = "v=TLSRPTv1; rua=mailto:a@b.example";
        for (text, code, fixed) in [
            ("v=TLSRPTv1; rua=a@b.example", "mailto-missing", right),
            ("v=TLSRPTv1; rua=mailto://a@b.example", "mailto-with-slashes", right),
            ("v=tlsrptv1; rua=mailto:a@b.example", "version-case", right),
            ("v=TLSRPT1; rua=mailto:a@b.example", "version-unknown", right),
            ("v = TLSRPTv1; rua=mailto:a@b.example", "version-blanks", right),
            ("v=TLSRPTv1 rua=mailto:a@b.example", "semicolon-missing", right),
            ("rua=mailto:a@b.example", "version-missing", right),
            ("v=TLSRPTv1; ruf=mailto:a@b.example", "tag-unknown", right),
            ("v=TLSRPTv1; x=y", "tag-unknown", "v=TLSRPTv1; x=y"),
            ("v=TLSRPTv1;", "rua-missing", "v=TLSRPTv1;"),
            (
                "v=TLSRPTv1; rua=mailto:a@b.example; rua=x",
                "tag-repeated",
                "v=TLSRPTv1; rua=mailto:a@b.example; rua=x",
            ),
        ] {
            let (_, issues) = parse(text);
            assert!(codes(&issues).contains(&code), "{text}: {issues:?}");
            assert_eq!(corrected(text, &issues), fixed, "{text}");
        }
    }

    fn read(text: &str) -> (String, bool, Vec<Diagnostic>) {
        let (record, issues) = parse(text);
        (record.to_string(), record.is_valid(), issues)
    }

    proptest! {
        #[test]
        fn any_text_is_read_soundly(text in any::<String>(), like in "v=TLSRPTv1[; ]{1,3}(rua|\\PC{0,3})=\\PC{0,20}") {
            assert_sound(&text, read);
            assert_sound(&like, read);
        }
    }

    #[test]
    fn records_from_the_wild_are_valid() {
        for line in corpus("tlsrpt.txt") {
            assert_sound(&line, read);
            assert!(parse(&line).0.is_valid(), "{line}");
        }
    }
}
