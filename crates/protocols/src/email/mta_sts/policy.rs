//! The policy file at `https://mta-sts.<domain>/.well-known/mta-sts.txt`.
//! [RFC 8461, 3.2](https://www.rfc-editor.org/rfc/rfc8461#section-3.2)
//!
//! ```
//! use launch_ready_protocols::email::mta_sts::policy::{self, Mode};
//!
//! let (policy, issues) =
//!     policy::parse("version: STSv1\nmode: enforce\nmx: *.example.net\nmax_age: 604800\n");
//! assert!(policy.is_valid() && issues.is_empty());
//! assert_eq!(policy.mode.value(), Some(Mode::Enforce));
//! assert!(policy.covers("mx1.example.net") && !policy.covers("a.mx1.example.net"));
//! ```

use std::fmt;

use crate::diagnostic::{Diagnostic, Span};
use crate::email::tags::{Setting, trim};
use crate::email::typo::nearest;

/// The longest time a policy may be kept, in seconds; about a year.
///
/// [RFC 8461, 3.2](https://www.rfc-editor.org/rfc/rfc8461#section-3.2)
pub const MAX_AGE: u32 = 31_557_600;

/// Below a day a policy protects little: it is forgotten before the next mail. RFC 8461, 3.2 expects weeks.
pub const SHORT_AGE: u32 = 86_400;

/// Reads one policy file. Never fails; see [`Policy::is_valid`].
#[must_use]
pub fn parse(text: &str) -> (Policy<'_>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let mut policy = Policy {
        text,
        version: Setting::Absent,
        mode: Setting::Absent,
        max_age: Setting::Absent,
        mx: Vec::new(),
        valid: false,
    };
    let mut valid = true;
    for field in fields(text) {
        if field.span.start == field.span.end {
            continue;
        }
        let Some(_) = field.value else {
            valid = false;
            issues.push(no_field(&field));
            continue;
        };
        let is_repeated = match field.name {
            "version" => policy.version.is_present(),
            "mode" => policy.mode.is_present(),
            "max_age" => policy.max_age.is_present(),
            _ => false,
        };
        if is_repeated {
            let message = format!("“{}” stands twice; the first one counts.", field.name);
            issues.push(Diagnostic::warning("field-repeated", field.span, message));
            continue;
        }
        match field.name {
            "version" => policy.version = version(&field, &mut issues),
            "mode" => policy.mode = mode(&field, &mut issues),
            "max_age" => policy.max_age = max_age(&field, &mut issues),
            "mx" => policy.mx.push(mx(&field, &mut issues)),
            name => {
                let span = Span::new(field.span.start, field.span.start + name.len());
                let issue =
                    Diagnostic::note("field-unknown", span, format!("The field “{name}” is ignored."));
                issues.push(match nearest(&name.replace('-', "_"), &KNOWN) {
                    Some(meant) => issue.replace_by(meant),
                    None => issue,
                });
            }
        }
    }
    missing(&policy, &mut issues);
    let has_hosts = policy.mode.value() == Some(Mode::None) || policy.mx.iter().any(MxPattern::is_valid);
    policy.valid = valid
        && policy.version.value().is_some()
        && policy.mode.value().is_some()
        && policy.max_age.value().is_some()
        && has_hosts
        && policy.mx.iter().all(MxPattern::is_valid);
    (policy, issues)
}

fn missing(policy: &Policy<'_>, issues: &mut Vec<Diagnostic>) {
    let end = Span::new(policy.text.len(), policy.text.len());
    let start = Span::new(0, 0);
    if !policy.version.is_present() {
        let message = "The line “version: STSv1” is missing.";
        issues.push(Diagnostic::error("version-missing", start, message).replace_by("version: STSv1\n"));
    }
    if !policy.mode.is_present() {
        issues.push(Diagnostic::error(
            "mode-missing",
            end,
            "The line “mode: testing” or “mode: enforce” is missing.",
        ));
    }
    if !policy.max_age.is_present() {
        issues.push(Diagnostic::error(
            "max-age-missing",
            end,
            "The line “max_age:” with a number of seconds is missing.",
        ));
    }
    if policy.mx.is_empty() && policy.mode.value() != Some(Mode::None) {
        issues.push(Diagnostic::error("mx-missing", end, "No line “mx:” names a mail server."));
    }
}

//------------ Fields --------------------------------------------------------

/// `sts-policy-field = name ":" *WSP value *WSP`, ended by LF or CRLF.
struct Field<'t> {
    name: &'t str,
    value: Option<&'t str>,
    span: Span,
    value_span: Span,
}

fn fields(text: &str) -> impl Iterator<Item = Field<'_>> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let span = trim(text.as_bytes(), Span::new(start, start + line.len()));
        start += line.len() + 1;
        let line = span.of(text);
        match line.split_once(':') {
            Some((name, _)) => {
                let value_span = trim(text.as_bytes(), Span::new(span.start + name.len() + 1, span.end));
                Field { name: name.trim_end(), value: Some(value_span.of(text)), span, value_span }
            }
            None => Field { name: line, value: None, span, value_span: Span::new(span.end, span.end) },
        }
    })
}

fn no_field(field: &Field<'_>) -> Diagnostic {
    let issue = Diagnostic::error("colon-missing", field.span, "A line is a name, a colon and a value.");
    match field.name.split_once(['=', ' ']) {
        Some((name, value)) if KNOWN.contains(&name.trim_end()) => {
            issue.replace_by(format!("{}: {}", name.trim_end(), value.trim_start()))
        }
        _ => issue,
    }
}

fn version(field: &Field<'_>, issues: &mut Vec<Diagnostic>) -> Setting<()> {
    let value = (field.value == Some(VERSION)).then_some(());
    if value.is_none() {
        let message = "The version must be STSv1, in exactly these letters.";
        issues.push(Diagnostic::error("version-unknown", field.value_span, message).replace_by(VERSION));
    }
    Setting::new(value, field.value_span)
}

fn mode(field: &Field<'_>, issues: &mut Vec<Diagnostic>) -> Setting<Mode> {
    let written = field.value.unwrap_or_default();
    let value = MODES.iter().find(|(name, _)| *name == written).map(|(_, mode)| *mode);
    if value.is_none() {
        let names = MODES.map(|(name, _)| name);
        let message = format!("“{written}” is not a mode; testing, enforce and none exist.");
        let issue = Diagnostic::error("mode-unknown", field.value_span, message);
        issues.push(match nearest(written, &names) {
            Some(meant) => issue.replace_by(meant),
            None => issue,
        });
    }
    Setting::new(value, field.value_span)
}

/// `sts-policy-max-age = 1*10(DIGIT)`
fn max_age(field: &Field<'_>, issues: &mut Vec<Diagnostic>) -> Setting<u32> {
    let written = field.value.unwrap_or_default();
    let is_number = (1..=10).contains(&written.len()) && written.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: Option<u64> = written.parse().ok().filter(|_| is_number);
    let value = seconds.and_then(|seconds| u32::try_from(seconds).ok()).filter(|seconds| *seconds <= MAX_AGE);
    match (seconds, value) {
        (None, _) => {
            let message = "max_age takes a number of seconds, digits only.";
            issues.push(Diagnostic::error("max-age-malformed", field.value_span, message));
        }
        (Some(_), None) => {
            let message = format!("max_age is at most {MAX_AGE} seconds.");
            let issue = Diagnostic::error("max-age-too-long", field.value_span, message);
            issues.push(issue.replace_by(MAX_AGE.to_string()));
        }
        (_, Some(seconds)) if seconds < SHORT_AGE => {
            let message = "Less than a day protects little; a policy is expected to hold for weeks.";
            issues.push(Diagnostic::warning("max-age-short", field.value_span, message).replace_by("604800"));
        }
        _ => {}
    }
    Setting::new(value, field.value_span)
}

/// `sts-policy-mx-value = ["*."] Domain`
fn mx<'t>(field: &Field<'t>, issues: &mut Vec<Diagnostic>) -> MxPattern<'t> {
    let text = field.value.unwrap_or_default();
    let pattern = MxPattern { text, span: field.value_span };
    if !pattern.is_valid() {
        let message = format!("“{text}” is not a host name; only its first label may be a star.");
        let issue = Diagnostic::error("mx-malformed", field.value_span, message);
        let last = text.rsplit(' ').next().unwrap_or_default().trim_end_matches('.');
        let is_mended =
            last.len() < text.len() && MxPattern { text: last, span: field.value_span }.is_valid();
        issues.push(if is_mended { issue.replace_by(last) } else { issue });
    }
    pattern
}

//------------ Policy --------------------------------------------------------

/// One policy file.
///
/// *Display*: one field a line, LF behind each, values as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy<'t> {
    /// The file as served.
    pub text: &'t str,
    /// `version`
    pub version: Setting<()>,
    /// `mode`: what happens to mail that cannot be delivered over TLS.
    pub mode: Setting<Mode>,
    /// `max_age`: how many seconds the policy may be kept.
    pub max_age: Setting<u32>,
    /// `mx`: the mail servers that mail may be delivered to.
    pub mx: Vec<MxPattern<'t>>,
    valid: bool,
}

impl Policy<'_> {
    /// Whether senders can use the policy.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }

    /// Whether a mail server is among those named.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        self.mx.iter().any(|pattern| pattern.matches(host))
    }
}

impl fmt::Display for Policy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for field in fields(self.text).filter(|field| field.span.start < field.span.end) {
            match field.value {
                Some(value) => writeln!(f, "{}: {value}", field.name)?,
                None => writeln!(f, "{}", field.name)?,
            }
        }
        Ok(())
    }
}

/// `sts-policy-mode-value = %s"testing" / %s"enforce" / %s"none"`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Mail is not delivered without TLS.
    Enforce,
    /// There is no policy any more.
    None,
    /// Failures are reported only.
    Testing,
}

/// A mail server, or all with one label in place of a star.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MxPattern<'t> {
    /// The pattern as written.
    pub text: &'t str,
    /// Where it stands.
    pub span: Span,
}

impl MxPattern<'_> {
    /// Whether it is a name, possibly with a star as its first label.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let name = self.text.strip_prefix("*.").unwrap_or(self.text);
        let is_label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        name.contains('.') && name.split('.').all(is_label)
    }

    /// Whether `host` is meant. A star stands for exactly one label.
    /// [RFC 8461, 4.1](https://www.rfc-editor.org/rfc/rfc8461#section-4.1)
    #[must_use]
    pub fn matches(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        match self.text.strip_prefix("*.") {
            Some(name) => host
                .split_once('.')
                .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(name)),
            None => host.eq_ignore_ascii_case(self.text),
        }
    }
}

const VERSION: &str = "STSv1";
const KNOWN: [&str; 4] = ["version", "mode", "max_age", "mx"];
const MODES: [(&str, Mode); 3] =
    [("enforce", Mode::Enforce), ("none", Mode::None), ("testing", Mode::Testing)];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::corrected;
    use crate::email::tests::{assert_sound, codes};

    const GOOD: &str =
        "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n";

    #[test]
    fn lines_end_with_lf_or_crlf() {
        for text in
            [GOOD.to_owned(), GOOD.replace('\n', "\r\n"), GOOD.trim_end().to_owned(), GOOD.replace(": ", ":")]
        {
            let (policy, issues) = parse(&text);
            assert!(policy.is_valid() && issues.is_empty(), "{text:?}: {issues:?}");
            assert_eq!(policy.mode.value(), Some(Mode::Enforce));
            assert_eq!(policy.max_age.value(), Some(604_800));
            assert_eq!(
                policy.mx.iter().map(|mx| mx.span.of(&text)).collect::<Vec<_>>(),
                ["mail.example.com", "*.example.net"]
            );
            assert_eq!(policy.to_string(), GOOD);
        }
    }

    #[test]
    fn a_star_stands_for_exactly_one_label() {
        let policy = parse(GOOD).0;
        for (host, covered) in [
            ("mail.example.com", true),
            ("MAIL.example.com.", true),
            ("mx.example.net", true),
            ("a.mx.example.net", false),
            ("example.net", false),
            (".example.net", false),
            ("example.com", false),
        ] {
            assert_eq!(policy.covers(host), covered, "{host}");
        }
    }

    #[test]
    fn a_repeated_field_counts_the_first_time_and_unknown_fields_do_not_matter() {
        let (policy, issues) = parse(&format!("{GOOD}mode: none\nfuture: thing\n").leak()[..]);
        assert!(policy.is_valid());
        assert_eq!(policy.mode.value(), Some(Mode::Enforce));
        assert_eq!(codes(&issues), ["field-repeated", "field-unknown"]);
    }

    #[test]
    fn mail_servers_are_needed_unless_there_is_no_policy_any_more() {
        assert!(parse("version: STSv1\nmode: none\nmax_age: 86400\n").0.is_valid());
        let (policy, issues) = parse("version: STSv1\nmode: testing\nmax_age: 86400\n");
        assert!(!policy.is_valid());
        assert_eq!(codes(&issues), ["mx-missing"]);
    }

    #[test]
    fn the_age_has_bounds() {
        for (age, value, code) in [
            ("0", Some(0), Some("max-age-short")),
            ("86400", Some(86_400), None),
            ("31557600", Some(31_557_600), None),
            ("31557601", None, Some("max-age-too-long")),
            ("99999999999", None, Some("max-age-malformed")),
            ("-1", None, Some("max-age-malformed")),
            ("1d", None, Some("max-age-malformed")),
            ("", None, Some("max-age-malformed")),
        ] {
            let text = GOOD.replace("604800", age);
            let (policy, issues) = parse(&text);
            assert_eq!((policy.max_age.value(), policy.is_valid()), (value, value.is_some()), "{age}");
            assert_eq!(issues.first().map(|issue| issue.code), code, "{age}");
        }
    }

    #[test]
    fn mistakes_get_a_code_and_an_edit() {
        for (wrong, right, code) in [
            ("version: STSv1", "version: stsv1", "version-unknown"),
            ("mode: enforce", "mode: enforced", "mode-unknown"),
            ("mode: enforce", "mode=enforce", "colon-missing"),
            ("max_age", "max-age", "field-unknown"),
            ("mail.example.com", "mail.example.com.", "mx-malformed"),
            ("mail.example.com", "10 mail.example.com", "mx-malformed"),
            ("version: STSv1\n", "", "version-missing"),
        ] {
            let text = GOOD.replace(wrong, right);
            let (policy, issues) = parse(&text);
            assert!(!policy.is_valid(), "{text}");
            assert!(codes(&issues).contains(&code), "{text}: {issues:?}");
            assert_eq!(corrected(&text, &issues), GOOD, "{text}: {issues:?}");
        }
        for mx in [
            "*.*.example.com",
            "*example.com",
            "mail.*.com",
            "mail",
            "https://a.example",
            "a.example,b.example",
            "",
        ] {
            let text = GOOD.replace("mail.example.com", mx);
            assert_eq!(codes(&parse(&text).1), ["mx-malformed"], "{mx}");
        }
    }

    fn read(text: &str) -> (String, bool, Vec<Diagnostic>) {
        let (policy, issues) = parse(text);
        (policy.to_string(), policy.is_valid(), issues)
    }

    proptest! {
        #[test]
        fn any_text_is_read_soundly(text in any::<String>(), like in "((version|mode|mx|max_age)[: =]{1,2}\\PC{0,8}\r?\n){0,5}") {
            assert_sound(&text, read);
            assert_sound(&like, read);
        }
    }
}
