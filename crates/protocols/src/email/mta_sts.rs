//! MTA-STS ([RFC 8461](https://www.rfc-editor.org/rfc/rfc8461)): which mail servers others must reach over TLS.
//!
//! A TXT record at `_mta-sts.<domain>` ([`select`], [`parse`]) says that there is a policy and when it last
//! changed; the [policy] itself is a file on a web server.
//!
//! ```
//! use launch_ready_protocols::email::mta_sts;
//!
//! let (record, issues) = mta_sts::parse("v=STSv1; id=20260101T000000;");
//! assert!(record.is_valid() && issues.is_empty());
//! assert_eq!(record.id.value(), Some("20260101T000000"));
//! ```

pub mod policy;

use std::fmt;

use crate::diagnostic::{Diagnostic, Span};

use super::tags;
use super::tags::{Setting, Tag, Tags, tags};
use super::txt::{Selected, resembles};
use super::version;

/// Finds the records among the TXT records at a name: those that begin with `v=STSv1;`. Of several, none counts.
/// [RFC 8461, 3.1](https://www.rfc-editor.org/rfc/rfc8461#section-3.1)
#[must_use]
pub fn select<T: AsRef<[u8]>>(texts: &[T]) -> Selected<'_> {
    let is_record = |bytes: &[u8]| version::is_first_exactly(bytes, VERSION);
    Selected::new(texts, is_record, |bytes| resembles(bytes, "vsts") || resembles(bytes, "stsv1"))
}

/// Reads one record. Never fails; see [`Record::is_valid`].
#[must_use]
pub fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let valid = version::is_first_exactly(text.as_bytes(), VERSION);
    if !valid {
        issues.push(version::explain(text, VERSION, &KNOWN));
    }
    let mut id = Setting::Absent;
    for (index, tag) in tags(text).enumerate() {
        match tag.name {
            "id" if id.is_present() => {
                let message = "“id” stands twice; keep one of them.";
                issues.push(Diagnostic::warning("tag-repeated", tag.span, message));
            }
            "id" => id = read_id(&tag, &mut issues),
            _ if index == 0 => {}
            _ => issues.push(tags::ignored(&tag, &["id"])),
        }
    }
    if !id.is_present() {
        let end = Span::new(text.len(), text.len());
        let message = "“id=” is missing; it takes up to 32 letters and digits that change with the policy.";
        issues.push(Diagnostic::error("id-missing", end, message));
    }
    let valid = valid && id.value().is_some();
    (Record { text, id, valid }, issues)
}

/// `sts-id = %s"id=" 1*32(ALPHA / DIGIT)`
fn read_id<'t>(tag: &Tag<'t>, issues: &mut Vec<Diagnostic>) -> Setting<&'t str> {
    let value = tag.value();
    let is_good =
        (1..=MAX_ID).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_good {
        let message = "An id is 1 to 32 letters and digits, and nothing else.";
        let issue = Diagnostic::error("id-malformed", tag.value_span, message);
        let fixed: String = value.chars().filter(char::is_ascii_alphanumeric).take(MAX_ID).collect();
        issues.push(if fixed.is_empty() { issue } else { issue.replace_by(fixed) });
    }
    Setting::new(is_good.then_some(value), tag.value_span)
}

/// One record: `sts-text-record = sts-version 1*(sts-field-delim sts-field) [sts-field-delim]`.
///
/// *Display*: the tags in their order, one form of blanks between them, values as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'t> {
    /// The record as published.
    pub text: &'t str,
    /// `id`: changes whenever the policy changes.
    pub id: Setting<&'t str>,
    valid: bool,
}

impl<'t> Record<'t> {
    /// Whether senders take the record and go on to fetch the policy.
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

const VERSION: &str = "STSv1";
const KNOWN: [&str; 2] = ["v", "id"];
const MAX_ID: usize = 32;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::corrected;
    use crate::email::tests::{assert_sound, codes, corpus};

    #[test]
    fn several_records_mean_no_policy() {
        let texts = ["v=STSv1; id=1", "v=STSv1; id=2", "v=stsv1; id=3", "other"];
        let selected = select(&texts);
        assert_eq!((selected.records.len(), selected.only(), selected.near_misses.len()), (2, None, 1));
    }

    #[test]
    fn an_id_is_up_to_32_letters_and_digits() {
        for (id, valid) in [
            ("1", true),
            ("20260101T000000Z", true),
            (&"a".repeat(32), true),
            (&"a".repeat(33), false),
            ("", false),
            ("2026-01-01", false),
        ] {
            assert_eq!(parse(&format!("v=STSv1; id={id};")).0.is_valid(), valid, "{id}");
        }
    }

    #[test]
    fn mistakes_get_a_code_and_an_edit() {
        for (text, code, fixed) in [
            ("v=STSv1; id=2026-01-01", "id-malformed", "v=STSv1; id=20260101"),
            ("v=stsv1; id=1", "version-case", "v=STSv1; id=1"),
            ("v=STSv1 id=1", "semicolon-missing", "v=STSv1; id=1"),
            ("v=STSv1, id=1", "comma-for-semicolon", "v=STSv1; id=1"),
            ("v=STSV2; id=1", "version-unknown", "v=STSv1; id=1"),
            ("id=1", "version-missing", "v=STSv1; id=1"),
            ("v=STSv1; ID=1", "tag-unknown", "v=STSv1; id=1"),
            ("v=STSv1;", "id-missing", "v=STSv1;"),
            ("v=STSv1; id=1; id=2", "tag-repeated", "v=STSv1; id=1; id=2"),
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
        fn any_text_is_read_soundly(text in any::<String>(), like in "v=STSv1[; ]{1,3}(id|\\PC{0,3})=\\PC{0,20}") {
            assert_sound(&text, read);
            assert_sound(&like, read);
        }
    }

    #[test]
    fn records_from_the_wild_are_valid() {
        for line in corpus("mta-sts.txt") {
            assert_sound(&line, read);
            assert!(parse(&line).0.is_valid(), "{line}");
        }
    }
}
