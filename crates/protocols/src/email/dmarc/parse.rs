//! Reading a record tag by tag.

use crate::diagnostic::{Diagnostic, Edit, Severity, Span};
use crate::email::tags::{Setting, Tag, find, tags};
use crate::email::typo::nearest;
use crate::email::uri;
use crate::email::uri::ReportUris;
use crate::email::version;

use super::{Alignment, FailureOptions, Policy, PublicSuffix, Record};

/// `dmarc-version = "v" equals %s"DMARC1"`, followed by a semicolon or the end.
pub(crate) fn is_record(bytes: &[u8]) -> bool {
    version::is_first(bytes, VERSION)
}

/// Reads one record.
pub(crate) fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let valid = is_record(text.as_bytes());
    if !valid {
        issues.push(version::explain(text, VERSION, &KNOWN));
    }
    let mut record = Record {
        text,
        policy: Setting::Absent,
        subdomain_policy: Setting::Absent,
        nonexistent_policy: Setting::Absent,
        dkim_alignment: Setting::Absent,
        spf_alignment: Setting::Absent,
        testing: Setting::Absent,
        public_suffix: Setting::Absent,
        failure_options: Setting::Absent,
        aggregate_reports: ReportUris::NONE,
        failure_reports: ReportUris::NONE,
        percentage: Setting::Absent,
        report_interval: Setting::Absent,
        valid,
    };
    let mut seen = 0u32;
    let (mut tags, mut next) = (tags(text), 0);
    loop {
        // By reference: to move a tag out of its option costs as much as to find it.
        let found = tags.next();
        let Some(tag) = &found else { break };
        let index = next;
        next += 1;
        let name = Name::of(tag.name);
        let bit = name.map_or(0, Name::bit);
        if seen & bit != 0 {
            let message =
                format!("“{}” stands twice; some receivers then ignore the whole record.", tag.name);
            issues.push(Diagnostic::error("tag-repeated", tag.span, message));
            continue;
        }
        seen |= bit;
        match name {
            Some(Name::Version) => {
                if index > 0 && valid {
                    let message = "A second record begins inside this one; keep one v=DMARC1.";
                    issues.push(Diagnostic::error("version-repeated", tag.span, message));
                }
            }
            Some(name) if tag.value.is_some() => {
                if name == Name::Policy && index != 1 && valid {
                    let message = "Older receivers expect “p” right behind v=DMARC1.";
                    issues.push(Diagnostic::note("policy-not-second", tag.value_span, message));
                }
                read(&mut record, name, tag, &mut issues);
            }
            _ => unknown(tag, index, valid, &mut issues),
        }
    }
    whole(&record, seen, &mut issues);
    (record, issues)
}

fn read<'t>(record: &mut Record<'t>, name: Name, tag: &Tag<'t>, issues: &mut Vec<Diagnostic>) {
    let swallowed = swallowed(record.text, tag, issues);
    let (text, span) = (record.text, tag.value_span);
    match name {
        Name::Policy => record.policy = Setting::new(word(tag, &POLICIES, swallowed, issues), span),
        Name::SubdomainPolicy => {
            record.subdomain_policy = Setting::new(word(tag, &POLICIES, swallowed, issues), span);
        }
        Name::NonexistentPolicy => {
            record.nonexistent_policy = Setting::new(word(tag, &POLICIES, swallowed, issues), span);
        }
        Name::DkimAlignment => {
            record.dkim_alignment = Setting::new(word(tag, &ALIGNMENTS, swallowed, issues), span);
        }
        Name::SpfAlignment => {
            record.spf_alignment = Setting::new(word(tag, &ALIGNMENTS, swallowed, issues), span);
        }
        Name::Testing => record.testing = Setting::new(word(tag, &SWITCH, swallowed, issues), span),
        Name::PublicSuffix => {
            record.public_suffix = Setting::new(word(tag, &PUBLIC_SUFFIXES, swallowed, issues), span);
            if record.public_suffix.value() == Some(PublicSuffix::Yes) {
                let message = "psd=y says that others register names below this one, as a registry says it: every name below \
                               is then an organization of its own. Leave it out for a domain of your own.";
                issues.push(Diagnostic::warning("psd-yes", tag.span, message));
            }
        }
        Name::FailureOptions => {
            record.failure_options = Setting::new(failure_options(tag, swallowed, issues), span);
        }
        Name::AggregateReports => {
            record.aggregate_reports = ReportUris::new(text, span, true);
            uris(text, tag, swallowed, issues);
        }
        Name::FailureReports => {
            record.failure_reports = ReportUris::new(text, span, true);
            uris(text, tag, swallowed, issues);
        }
        Name::Percentage => record.percentage = Setting::new(percentage(tag, issues), span),
        Name::ReportInterval => {
            record.report_interval = Setting::new(tag.value().parse().ok(), tag.value_span);
            historic(tag, "“ri” is historic and ignored; receivers report at least daily.", issues);
        }
        Name::ReportFormat => {
            historic(tag, "“rf” is historic and ignored; there is one format only.", issues);
        }
        Name::Version => {}
    }
}

/// A value that is one of a few words, in any letter case.
fn word<T: Copy>(
    tag: &Tag<'_>,
    words: &[(&str, T)],
    swallowed: bool,
    issues: &mut Vec<Diagnostic>,
) -> Option<T> {
    let written = tag.value();
    let value = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(written)).map(|(_, value)| *value);
    if value.is_none() && !swallowed {
        let names: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        let message =
            format!("“{written}” means nothing as “{}”; possible are {}.", tag.name, names.join(", "));
        let issue = Diagnostic::error("value-unknown", tag.value_span, message);
        let bare = written.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let meant = names.iter().find(|word| word.eq_ignore_ascii_case(bare)).copied();
        issues.push(match meant.or_else(|| nearest(bare, &names)) {
            Some(meant) => issue.replace_by(meant),
            None => issue,
        });
    }
    value
}

/// `dmarc-fo`: `0` or `1`, and `d` and `s`, each at most once, with colons between them.
fn failure_options(tag: &Tag<'_>, swallowed: bool, issues: &mut Vec<Diagnostic>) -> Option<FailureOptions> {
    let mut options = FailureOptions::default();
    let (mut zero, mut valid) = (false, true);
    for option in tag.value().split(':') {
        let flag = match option.trim_matches(BLANKS) {
            digit @ ("0" | "1") => {
                let seen = if digit == "0" { &mut zero } else { &mut options.any };
                valid &= !*seen;
                *seen = true;
                continue;
            }
            "d" | "D" => &mut options.dkim,
            "s" | "S" => &mut options.spf,
            _ => {
                valid = false;
                break;
            }
        };
        valid &= !*flag;
        *flag = true;
    }
    if !valid && !swallowed {
        let message = "“fo” takes 0 or 1, d and s, each once, with colons between them.";
        let issue = Diagnostic::error("value-unknown", tag.value_span, message);
        let fixed = tag.value().replace([',', ' '], ":").replace("::", ":");
        let is_fixed =
            fixed != tag.value() && !fixed.split(':').any(|option| !matches!(option, "0" | "1" | "d" | "s"));
        issues.push(if is_fixed { issue.replace_by(fixed) } else { issue });
    }
    if valid && zero && options.any && !swallowed {
        // Copied from many guides; RFC 7489 let all four stand together.
        let rest = [Some("1"), options.dkim.then_some("d"), options.spf.then_some("s")];
        let fixed = rest.into_iter().flatten().collect::<Vec<_>>().join(":");
        let message = format!("“0” and “1” exclude each other; write “{fixed}”, which says the same.");
        issues.push(Diagnostic::warning("fo-doubled", tag.value_span, message).replace_by(fixed));
    }
    valid.then_some(options)
}

/// What is wrong with the places of a list.
fn uris(text: &str, tag: &Tag<'_>, swallowed: bool, issues: &mut Vec<Diagnostic>) {
    if !swallowed {
        return uri::check(text, tag.value_span, true, issues);
    }
    // What is wrong with the swallowed tag as an address need not be said.
    let mut found = Vec::new();
    uri::check(text, tag.value_span, true, &mut found);
    let separators = issues.iter().rev().take_while(|issue| is_separator(issue));
    let first = separators.last().map_or(tag.value_span.end, |issue| issue.span.start);
    issues.extend(found.into_iter().filter(|issue| issue.span.end <= first));
}

fn percentage(tag: &Tag<'_>, issues: &mut Vec<Diagnostic>) -> Option<u8> {
    let value = tag.value().parse().ok().filter(|percentage| *percentage <= 100);
    match value {
        Some(100) => historic(tag, "“pct” is historic and ignored; 100 is what happens without it.", issues),
        _ => {
            let message = "Receivers that follow RFC 9989 ignore “pct” and apply the policy to all mail; t=y asks for \
                           a milder one.";
            issues.push(Diagnostic::warning("tag-historic", tag.span, message));
        }
    }
    value
}

fn historic(tag: &Tag<'_>, message: &'static str, issues: &mut Vec<Diagnostic>) {
    issues.push(Diagnostic::note("tag-historic", tag.span, message));
}

/// The registered tags; the last three are historic.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Version,
    Policy,
    SubdomainPolicy,
    NonexistentPolicy,
    DkimAlignment,
    SpfAlignment,
    Testing,
    PublicSuffix,
    FailureOptions,
    AggregateReports,
    FailureReports,
    Percentage,
    ReportInterval,
    ReportFormat,
}

impl Name {
    const fn of(name: &str) -> Option<Self> {
        Some(match name.as_bytes() {
            b"v" => Self::Version,
            b"p" => Self::Policy,
            b"sp" => Self::SubdomainPolicy,
            b"np" => Self::NonexistentPolicy,
            b"adkim" => Self::DkimAlignment,
            b"aspf" => Self::SpfAlignment,
            b"t" => Self::Testing,
            b"psd" => Self::PublicSuffix,
            b"fo" => Self::FailureOptions,
            b"rua" => Self::AggregateReports,
            b"ruf" => Self::FailureReports,
            b"pct" => Self::Percentage,
            b"ri" => Self::ReportInterval,
            b"rf" => Self::ReportFormat,
            _ => return None,
        })
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

//------------ Advice --------------------------------------------------------

/// Finds tags inside the value of `tag`: a comma or a blank stands where a semicolon belongs.
fn swallowed(text: &str, tag: &Tag<'_>, issues: &mut Vec<Diagnostic>) -> bool {
    let value = tag.value();
    if find(value.as_bytes(), b'=').is_none() {
        return false;
    }
    let mut found = false;
    for (equals, _) in value.match_indices('=') {
        let before = value.get(..equals).unwrap_or_default().trim_end_matches(BLANKS);
        let name_start = before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        let rest = before.get(..name_start).unwrap_or_default();
        let content = rest.trim_end_matches([' ', '\t', ',']);
        let name = before.get(name_start..).unwrap_or_default();
        if content.len() == rest.len() || content.is_empty() || !KNOWN.contains(&name) {
            continue;
        }
        found = true;
        let span = Span::new(tag.value_span.start + content.len(), tag.value_span.start + name_start);
        issues.push(version::separator(text, span));
    }
    found
}

fn is_separator(issue: &Diagnostic) -> bool {
    matches!(issue.code, "comma-for-semicolon" | "semicolon-missing")
}

/// A tag that is not one of [`KNOWN`], or one without an equals sign.
fn unknown(tag: &Tag<'_>, index: usize, valid: bool, issues: &mut Vec<Diagnostic>) {
    // What is wrong with the first tag of a record that is none has been said.
    if index == 0 && !valid {
        return;
    }
    let name = tag.name;
    if tag.span.start == tag.span.end {
        issues.push(Diagnostic::note("tag-empty", tag.span, "Nothing stands between two semicolons."));
        return;
    }
    let Some(value) = tag.value else {
        let issue = Diagnostic::error(
            "equals-missing",
            tag.span,
            format!("“{name}” is no tag; a tag is a name, = and a value."),
        );
        issues.push(match split_name(name) {
            Some((name, value)) => {
                let fixed = format!("{name}={value}");
                let message = format!("An equals sign is missing; write “{fixed}”.");
                Diagnostic { message: message.into(), ..issue }.replace_by(fixed)
            }
            None => issue,
        });
        return;
    };
    let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let lower = bare.to_ascii_lowercase();
    let meant = KNOWN.iter().find(|known| **known == lower).copied();
    let meant = meant.or_else(|| nearest(&lower, &KNOWN).filter(|_| !value.is_empty()));
    let issue =
        Diagnostic::note("tag-unknown", tag.name_span(), format!("Receivers ignore the tag “{name}”."));
    issues.push(match meant {
        Some(known) => {
            let message = format!("Receivers ignore the tag “{name}”; probably “{known}” was meant.");
            let edit = Edit { span: tag.name_span(), text: known.to_owned() };
            Diagnostic { message: message.into(), severity: Severity::Error, edit: Some(edit), ..issue }
        }
        None => issue,
    });
}

/// `sp-none`, `fo:0`, `pct100`, `p none`: a known name and a value without the equals sign.
fn split_name(segment: &str) -> Option<(&'static str, &str)> {
    let letters = segment.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(segment.len());
    let (name, rest) = segment.split_at_checked(letters)?;
    let value = rest.trim_start_matches([':', '-', ' ', '\t', '_', '~', '+']);
    if let Some(known) = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return (!value.is_empty()).then_some((known, value));
    }
    // `preject`: the value follows at once.
    POLICIES.iter().find_map(|(policy, _)| {
        let at = name.len().checked_sub(policy.len()).filter(|_| rest.is_empty())?;
        let (head, tail) = name.split_at_checked(at)?;
        let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(head))?;
        tail.eq_ignore_ascii_case(policy).then_some((*known, tail))
    })
}

/// What is wrong with the record as a whole.
fn whole(record: &Record<'_>, seen: u32, issues: &mut Vec<Diagnostic>) {
    let has = |name: Name| seen & name.bit() != 0;
    if record.valid && !has(Name::Policy) {
        let end = tags(record.text).next().map_or(0, |tag| tag.span.end);
        let message = if record.aggregate_reports.iter().any(|uri| uri.is_valid()) {
            "There is no policy; receivers read that as p=none."
        } else {
            "There is neither a policy nor an address for reports; some receivers read that as p=none, others ignore \
             the record."
        };
        let issue = Diagnostic::warning("policy-missing", Span::new(end, end), message);
        // Another edit may be the one that brings the policy back.
        let is_alone = issues.iter().all(|issue| issue.edit.is_none());
        issues.push(if is_alone { issue.replace_by("; p=none") } else { issue });
    }
    if has(Name::FailureOptions) && !has(Name::FailureReports) {
        let span = record.failure_options.span().unwrap_or(Span::new(0, 0));
        issues.push(Diagnostic::note("fo-without-ruf", span, "“fo” does nothing without “ruf”."));
    }
    // The common case in one pass that the compiler can widen.
    if record.text.bytes().fold(false, |odd, byte| odd | !(b' '..=b'~').contains(&byte))
        && let Some((at, odd)) =
            record.text.char_indices().find(|(_, c)| !matches!(c, '\t' | '\r' | '\n' | ' '..='~'))
    {
        let message = "Only plain ASCII is allowed in a DMARC record.";
        issues.push(Diagnostic::error("non-ascii", Span::new(at, at + odd.len_utf8()), message));
    }
}

const VERSION: &str = "DMARC1";

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The names of the registered tags, for mistakes that are near one.
const KNOWN: [&str; 14] =
    ["v", "p", "sp", "np", "adkim", "aspf", "t", "psd", "fo", "rua", "ruf", "pct", "ri", "rf"];

const POLICIES: [(&str, Policy); 3] =
    [("none", Policy::None), ("quarantine", Policy::Quarantine), ("reject", Policy::Reject)];

const ALIGNMENTS: [(&str, Alignment); 2] = [("r", Alignment::Relaxed), ("s", Alignment::Strict)];

const SWITCH: [(&str, bool); 2] = [("y", true), ("n", false)];

const PUBLIC_SUFFIXES: [(&str, PublicSuffix); 3] =
    [("y", PublicSuffix::Yes), ("n", PublicSuffix::No), ("u", PublicSuffix::Unknown)];
