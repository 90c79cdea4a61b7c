//! BIMI assertion records (Internet-Draft draft-brand-indicators-for-message-identification; not an RFC): the
//! logo that mail programs may show beside a domain's mail.
//!
//! [`select`] finds the records at `default._bimi.<domain>`, [`parse`] reads one; [`logo`] is the file it names.
//!
//! ```
//! use launch_ready_protocols::email::bimi;
//!
//! let (record, diagnostics) = bimi::parse("v=BIMI1; l=https://example.com/logo.svg;");
//! assert!(record.is_valid() && !record.is_declination() && diagnostics.is_empty());
//! ```

pub mod logo;

use std::fmt;

use crate::diagnostic::{Diagnostic, Span};

use super::tags;
use super::tags::{Setting, Tag, Tags, tags};
use super::txt::{Selected, resembles};
use super::version;

/// Finds the records among the TXT records at a name: those that begin with `v=BIMI1`.
#[must_use]
pub fn select<T: AsRef<[u8]>>(texts: &[T]) -> Selected<'_> {
    let is_record = |bytes: &[u8]| version::is_first(bytes, VERSION);
    Selected::new(texts, is_record, |bytes| resembles(bytes, "vbimi") || resembles(bytes, "bimi1"))
}

/// Reads one record. Never fails; see [`Record::is_valid`].
#[must_use]
pub fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let mut valid = version::is_first(text.as_bytes(), VERSION);
    if !valid {
        issues.push(version::explain(text, VERSION, &KNOWN));
    }
    let mut record = Record {
        text,
        logo: Setting::Absent,
        evidence: Setting::Absent,
        avatar: Setting::Absent,
        valid: false,
    };
    let mut seen = 0u32;
    for (index, tag) in tags(text).enumerate() {
        let known = KNOWN.iter().position(|known| *known == tag.name);
        let bit = known.map_or(0, |known| 1 << known);
        if seen & bit != 0 {
            valid = false;
            let message = format!("“{}” stands twice, which makes the record unusable.", tag.name);
            issues.push(Diagnostic::error("tag-repeated", tag.span, message));
            continue;
        }
        seen |= bit;
        match tag.name {
            "l" => record.logo = location(&tag, "l", &mut issues),
            "a" => record.evidence = location(&tag, "a", &mut issues),
            "avp" => record.avatar = avatar(&tag, &mut issues),
            "v" | "lps" => {}
            _ if index == 0 => {}
            _ => issues.push(tags::ignored(&tag, &KNOWN)),
        }
    }
    if !record.logo.is_present() {
        let end = Span::new(text.len(), text.len());
        issues.push(Diagnostic::error(
            "logo-missing",
            end,
            "“l=” is missing; it names the logo, or is left empty to have none.",
        ));
    }
    let is_sound = |setting: Setting<&str>| !matches!(setting, Setting::Invalid { .. });
    record.valid = valid && record.logo.is_present() && is_sound(record.logo) && is_sound(record.evidence);
    (record, issues)
}

/// `bimi-location = "l" *WSP "=" [bimi-uri]`, `bimi-authorities = "a" *WSP "=" [bimi-uri]`: https only.
fn location<'t>(tag: &Tag<'t>, name: &str, issues: &mut Vec<Diagnostic>) -> Setting<&'t str> {
    let (value, span) = (tag.value(), tag.value_span);
    let scheme = value.split_once("://").map(|(scheme, _)| scheme).unwrap_or_default();
    let is_printable = value.bytes().all(|byte| byte.is_ascii_graphic());
    if value.is_empty()
        || (scheme.eq_ignore_ascii_case("https") && is_printable && value.len() > "https://".len())
    {
        if name == "l" && !value.is_empty() && !path_ends_with(value, ".svg") {
            let message = "The logo must be an SVG file (SVG Tiny PS); this name does not end in .svg.";
            issues.push(Diagnostic::warning("logo-not-svg", span, message));
        }
        return Setting::Given { value, span };
    }
    let issue =
        Diagnostic::error("location-not-https", span, format!("“{name}=” takes an https:// address."));
    let bare = value.strip_prefix("http://").unwrap_or(value);
    let is_host = is_printable && bare.contains('.') && !bare.contains(':');
    issues.push(if is_host { issue.replace_by(format!("https://{bare}")) } else { issue });
    Setting::Invalid { span }
}

fn path_ends_with(uri: &str, end: &str) -> bool {
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    path.len() >= end.len()
        && path.get(path.len() - end.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

fn avatar(tag: &Tag<'_>, issues: &mut Vec<Diagnostic>) -> Setting<Avatar> {
    let value = match tag.value() {
        value if value.eq_ignore_ascii_case("brand") => Some(Avatar::Brand),
        value if value.eq_ignore_ascii_case("personal") => Some(Avatar::Personal),
        _ => None,
    };
    if value.is_none() {
        issues.push(Diagnostic::warning("value-unknown", tag.value_span, "“avp” takes brand or personal."));
    }
    Setting::new(value, tag.value_span)
}

/// One record: `v`, `l`, `a` and the newer `avp` and `lps`.
///
/// *Display*: the tags in their order, one form of blanks between them, values as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'t> {
    /// The record as published.
    pub text: &'t str,
    /// `l`: the address of the logo; empty where the domain declines to have one.
    pub logo: Setting<&'t str>,
    /// `a`: the address of the certificate for the logo; empty where there is none.
    pub evidence: Setting<&'t str>,
    /// `avp`: whether a personal picture of the sender comes first.
    pub avatar: Setting<Avatar>,
    valid: bool,
}

impl<'t> Record<'t> {
    /// Whether the record is well formed.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }

    /// Whether the domain says that it wants no logo: `l` and `a` are empty.
    #[must_use]
    pub fn is_declination(&self) -> bool {
        self.valid && self.logo.value() == Some("") && self.evidence.value().unwrap_or_default().is_empty()
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

/// `avp`: the picture that comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Avatar {
    /// The logo of this record.
    #[default]
    Brand,
    /// A picture of the person, where the mail program has one.
    Personal,
}

const VERSION: &str = "BIMI1";
const KNOWN: [&str; 5] = ["v", "l", "a", "avp", "lps"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::corrected;
    use crate::email::tests::{assert_sound, codes};

    #[test]
    fn logo_and_certificate_are_read() {
        let text = "v=BIMI1; l=https://b.example/logo.svg; a=https://b.example/vmc.pem; avp=personal; lps=x";
        let (record, issues) = parse(text);
        assert!(record.is_valid() && !record.is_declination() && issues.is_empty(), "{issues:?}");
        assert_eq!(record.logo.value(), Some("https://b.example/logo.svg"));
        assert_eq!(record.evidence.value(), Some("https://b.example/vmc.pem"));
        assert_eq!(record.avatar.value(), Some(Avatar::Personal));
    }

    #[test]
    fn an_empty_logo_declines() {
        for text in ["v=BIMI1; l=; a=;", "v=BIMI1; l="] {
            assert!(parse(text).0.is_declination(), "{text}");
        }
        assert!(!parse("v=BIMI1; a=").0.is_valid());
    }

    #[test]
    fn mistakes_get_a_code_and_an_edit() {
        let right = "v=BIMI1; l=https://b.example/l.svg";
        for (text, code, fixed) in [
            ("v=bimi1; l=https://b.example/l.svg", "version-case", right),
            ("l=https://b.example/l.svg", "version-missing", right),
            ("v=BIMI1 l=https://b.example/l.svg", "semicolon-missing", right),
            ("v=BIMI1; l=http://b.example/l.svg", "location-not-https", right),
            ("v=BIMI1; l=b.example/l.svg", "location-not-https", right),
            ("v=BIMI1; L=https://b.example/l.svg", "tag-unknown", right),
            ("v=BIMI1; l=https://b.example/l.png", "logo-not-svg", "v=BIMI1; l=https://b.example/l.png"),
            ("v=BIMI1", "logo-missing", "v=BIMI1"),
            ("v=BIMI1; l=; l=", "tag-repeated", "v=BIMI1; l=; l="),
            ("v=BIMI1; l=; avp=x", "value-unknown", "v=BIMI1; l=; avp=x"),
        ] {
            let (_, issues) = parse(text);
            assert!(codes(&issues).contains(&code), "{text}: {issues:?}");
            assert_eq!(corrected(text, &issues), fixed, "{text}");
        }
    }

    #[test]
    fn the_version_is_first() {
        let texts = ["v=BIMI1; l=", "v=BIMI2; l=", "l=; v=BIMI1"];
        let selected = select(&texts);
        assert_eq!((selected.only(), selected.near_misses.len()), (Some(texts[0]), 1));
    }

    fn read(text: &str) -> (String, bool, Vec<Diagnostic>) {
        let (record, issues) = parse(text);
        (record.to_string(), record.is_valid(), issues)
    }

    proptest! {
        #[test]
        fn any_text_is_read_soundly(text in any::<String>(), like in "v=BIMI1[; ]{1,3}(l|a|avp|\\PC{0,3})=\\PC{0,20}") {
            assert_sound(&text, read);
            assert_sound(&like, read);
        }
    }
}
