//! `launch-ready lint`: reads a mail record and says what is wrong with it.

mod input;

use std::fmt::{self, Write};
use std::io::Read;

use clap::{Args, ValueEnum};
use launch_ready_core::checks::finding::{EvidenceItem, Level, Mark};
use launch_ready_core::diagnostic::{Diagnostic, Severity, Span, corrected_throughout};
use launch_ready_core::email::{bimi, dkim, dmarc, mta_sts, spf, tls_rpt, txt};
use launch_ready_core::report::markdown::{rows, visible};
use serde::Serialize;

use self::input::Item;
use crate::exit::{Exit, Refused};
use crate::terminal::print;
use crate::terminal::{Paint, json_in_print};
use crate::text::{WIDTH, write_wrapped};

/// What the command answers with its exit code.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0   receivers take every record as it stands
  1   they do not take one of them, or ignore a part of it
  64  the command line was refused, or there is no record in the input
  74  the input could not be read";

/// What the command is for, at length.
pub(crate) const LONG_ABOUT: &str = "\
Reads mail records from standard input and says what is wrong with them.

The input is one record or several, one a line; a zone file, with comments, other types and parentheses; what `dig`, `host` or `nslookup` prints; a policy file of MTA-STS; or the SVG file of a BIMI logo.";

/// More than any of these records has; DNS itself ends at 64 KiB, and so does a policy file (RFC 8461, 3.3).
const MAX_INPUT: u64 = 1024 * 1024;

/// `launch-ready lint`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// What the record is. Told from the record itself where it is not given.
    #[arg(long, value_name = "KIND", value_enum)]
    pub kind: Option<Kind>,
    /// Prints everything as JSON.
    #[arg(long)]
    pub json: bool,
}

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// BIMI, at default._bimi.
    Bimi,
    /// The logo that a BIMI record names: an SVG file.
    BimiLogo,
    /// A DKIM key, at SELECTOR._domainkey.
    Dkim,
    /// DMARC, at _dmarc.
    Dmarc,
    /// MTA-STS, at _mta-sts.
    MtaSts,
    /// The policy file of MTA-STS, https://mta-sts.DOMAIN/.well-known/mta-sts.txt.
    MtaStsPolicy,
    /// SPF, at the domain itself.
    Spf,
    /// TLS reports, at _smtp._tls.
    TlsRpt,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Bimi => "BIMI record",
            Self::BimiLogo => "BIMI logo",
            Self::Dkim => "DKIM key",
            Self::Dmarc => "DMARC record",
            Self::MtaSts => "MTA-STS record",
            Self::MtaStsPolicy => "MTA-STS policy",
            Self::Spf => "SPF record",
            Self::TlsRpt => "TLS-RPT record",
        }
    }

    /// Whether receivers take the text, and what there is to notice.
    fn read(self, text: &str) -> (bool, Vec<Diagnostic>) {
        match self {
            Self::Bimi => taken(bimi::parse(text), bimi::Record::is_valid),
            Self::BimiLogo => taken(bimi::logo::parse(text), bimi::logo::Logo::is_valid),
            Self::Dkim => taken(dkim::parse(text), dkim::Record::is_usable),
            Self::Dmarc => taken(dmarc::parse(text), dmarc::Record::is_valid),
            Self::MtaSts => taken(mta_sts::parse(text), mta_sts::Record::is_valid),
            Self::MtaStsPolicy => taken(mta_sts::policy::parse(text), mta_sts::policy::Policy::is_valid),
            Self::Spf => {
                let (record, issues) = spf::parse(text);
                // Syntax is not all that receivers break off at.
                let breaks =
                    |issue: &Diagnostic| matches!(issue.code, "too-many-lookups" | "domain-implausible");
                (record.is_valid() && !issues.iter().any(breaks), issues)
            }
            Self::TlsRpt => taken(tls_rpt::parse(text), tls_rpt::Record::is_valid),
        }
    }

    /// The record as it was meant, or with every suggested edit made.
    fn corrected(self, text: &str) -> Option<String> {
        match self {
            Self::Spf => {
                let meant = spf::meant(&[text], &[]);
                meant.unread.is_empty().then_some(meant.text)
            }
            Self::Dmarc => {
                let draft = dmarc::Draft::of(text);
                draft.unread.is_empty().then(|| draft.text())
            }
            _ => Some(corrected_throughout(text, |text| self.read(text).1)),
        }
    }

    /// Whether its corrections are written anew, so that they may differ in form alone.
    fn is_meant(self) -> bool {
        matches!(self, Self::Spf | Self::Dmarc)
    }

    /// What a text is: what receivers take it for, or else what it looks like.
    fn of(text: &str) -> Option<Self> {
        // No record begins like a file of elements.
        if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
            return Some(Self::BimiLogo);
        }
        let texts = [text];
        let kinds = [
            (Self::Spf, spf::select(&texts)),
            (Self::Dmarc, dmarc::select(&texts)),
            (Self::MtaSts, mta_sts::select(&texts)),
            (Self::TlsRpt, tls_rpt::select(&texts)),
            (Self::Bimi, bimi::select(&texts)),
            (Self::Dkim, dkim::select(&texts)),
        ];
        let is_record = |(_, selected): &&(Self, txt::Selected<'_>)| !selected.records.is_empty();
        // To verifiers everything with a tag p is a key, also a DMARC record: the keys come last.
        let exact = kinds.iter().filter(|(kind, _)| *kind != Self::Dkim).find(is_record);
        let near = || kinds.iter().find(|(_, selected)| !selected.near_misses.is_empty());
        if exact.is_none() && mta_sts::policy::parse(text).0.version.is_present() {
            return Some(Self::MtaStsPolicy);
        }
        // Tags in another order are no DMARC record to receivers, and all the less a key.
        if exact.or_else(near).is_none() && dmarc::is_meant(text) {
            return Some(Self::Dmarc);
        }
        exact.or_else(near).or_else(|| kinds.iter().find(is_record)).map(|(kind, _)| *kind)
    }

    /// What stands at an owner name of a zone file.
    fn at(owner: &str) -> Option<Self> {
        let labels: Vec<String> = owner.split('.').map(str::to_ascii_lowercase).collect();
        let has = |wanted: &str| labels.iter().any(|label| label == wanted);
        match labels.first().map(String::as_str) {
            Some("_dmarc") => Some(Self::Dmarc),
            Some("_mta-sts") => Some(Self::MtaSts),
            Some("_smtp") if has("_tls") => Some(Self::TlsRpt),
            _ if has("_domainkey") => Some(Self::Dkim),
            _ if has("_bimi") => Some(Self::Bimi),
            _ => None,
        }
    }
}

fn taken<T>(
    (record, issues): (T, Vec<Diagnostic>),
    is_taken: impl Fn(&T) -> bool,
) -> (bool, Vec<Diagnostic>) {
    (is_taken(&record), issues)
}

/// One record that was read.
#[derive(Debug, Serialize)]
struct Linted {
    kind: Kind,
    /// The record, its strings joined.
    text: String,
    /// Whether receivers take it.
    is_taken: bool,
    issues: Vec<Diagnostic>,
    /// The record with every suggested edit made; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrected: Option<String>,
}

impl Linted {
    fn new(kind: Kind, text: String) -> Self {
        let (is_taken, issues) = kind.read(&text);
        let is_clean = issues.iter().all(|issue| issue.severity == Severity::Note);
        let corrected = kind.corrected(&text).filter(|better| {
            // An edit that the next look would find fault with is none.
            let (is_taken, issues) = kind.read(better);
            *better != text
                && is_taken
                && !(is_clean && kind.is_meant())
                && issues.iter().all(|issue| issue.severity != Severity::Error)
        });
        Self { kind, text, is_taken, issues, corrected }
    }

    /// The same with what is wrong about where it stands.
    fn at(mut self, owner: &str) -> Self {
        let is_elsewhere =
            !owner.is_empty() && !owner.split('.').any(|label| label.eq_ignore_ascii_case("_dmarc"));
        if self.kind == Kind::Dmarc && is_elsewhere {
            let below = if owner == "@" { "_dmarc".to_owned() } else { format!("_dmarc.{owner}") };
            let message =
                format!("A DMARC record stands at {below}; at {owner} receivers do not look for one.");
            self.issues.push(Diagnostic::error("wrong-name", Span::new(0, 0), message));
            self.is_taken = false;
        }
        self
    }

    fn is_good(&self) -> bool {
        self.is_taken && self.issues.iter().all(|issue| issue.severity != Severity::Error)
    }
}

/// Everything that was read.
#[derive(Debug, Default, Serialize)]
struct Lint {
    records: Vec<Linted>,
    /// Texts that are about other things than mail.
    others: Vec<String>,
    /// What is wrong with several records together.
    together: Vec<String>,
}

pub(crate) fn run(args: &LintArgs, paint: Paint) -> Result<Exit, Refused> {
    let mut input = Vec::new();
    std::io::stdin().lock().take(MAX_INPUT).read_to_end(&mut input).map_err(|error| Refused::io(&error))?;
    let lint = lint(&String::from_utf8_lossy(&input), args.kind);
    if lint.records.is_empty() {
        let problem = match lint.others.first() {
            None => {
                "type a record on standard input, such as v=spf1 include:_spf.example.com ~all".to_owned()
            }
            Some(text) => {
                let shown: String = text.chars().take(60).collect();
                format!("“{shown}” looks like no mail record; say what it is meant to be with --kind")
            }
        };
        return Err(Refused::usage(&problem));
    }
    print(&if args.json {
        let json = serde_json::to_string_pretty(&lint).map_err(|error| Refused::io(&error))?;
        json_in_print(&json) + "\n"
    } else {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = write(&mut out, &lint, paint);
        out
    })?;
    let is_good = lint.together.is_empty() && lint.records.iter().all(Linted::is_good);
    Ok(if is_good { Exit::Ready } else { Exit::NotReady })
}

fn lint(input: &str, kind: Option<Kind>) -> Lint {
    let mut lint = Lint::default();
    let mut places: Vec<(Kind, String)> = Vec::new();
    for item in input::items(input) {
        let (owner, text) = match item {
            Item::Text { owner, text } => (owner, text),
            Item::Other(line) => {
                lint.others.push(line);
                continue;
            }
        };
        match kind.or_else(|| Kind::at(&owner)).or_else(|| Kind::of(&text)) {
            Some(kind) => {
                let linted = Linted::new(kind, text).at(&owner);
                if linted.is_taken {
                    places.push((kind, owner.to_ascii_lowercase()));
                }
                lint.records.push(linted);
            }
            None => lint.others.push(text),
        }
    }
    // Without owner names the records are taken for those of one name; keys are then many on purpose.
    for (kind, one) in [
        (Kind::Spf, "With several SPF records at a name receivers use none; publish one."),
        (Kind::Dmarc, "With several DMARC records at a name receivers use none; publish one."),
        (Kind::MtaSts, "With several MTA-STS records at a name senders use none; publish one."),
        (Kind::TlsRpt, "With several TLS-RPT records at a name senders use none; publish one."),
    ] {
        let mut owners: Vec<&str> =
            places.iter().filter(|(of, _)| *of == kind).map(|(_, owner)| owner.as_str()).collect();
        owners.sort_unstable();
        if owners.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            lint.together.push(one.to_owned());
        }
    }
    lint
}

fn write(out: &mut String, lint: &Lint, paint: Paint) -> fmt::Result {
    for (index, record) in lint.records.iter().enumerate() {
        let gap = if index > 0 { "\n" } else { "" };
        let (level, verdict) = match (record.is_taken, record.is_good(), record.issues.is_empty()) {
            (false, ..) if record.kind == Kind::Spf && spf::parse(&record.text).0.is_valid() => {
                (Level::Fail, "receivers break off, and no mail passes")
            }
            (false, ..) => (Level::Fail, "receivers do not take it"),
            (true, false, _) => (Level::Fail, "receivers ignore a part of it"),
            (true, true, false) => (Level::Warn, "receivers take it, with something to know"),
            (true, true, true) => (Level::Pass, "receivers take it"),
        };
        writeln!(out, "{gap}{}: {}", paint.strong(record.kind.name()), paint.level(level, verdict))?;
        if record.kind == Kind::BimiLogo {
            // A drawing is too long to be shown.
            for Diagnostic { span, message, .. } in &record.issues {
                let line = record.text.get(..span.start).unwrap_or_default().lines().count().max(1);
                write_wrapped(out, "  ", &format!("Line {line}: {message}"))?;
            }
            continue;
        }
        write_record(out, "  ", &record.text, &record.issues, paint)?;
        if let Some(better) = &record.corrected {
            writeln!(out, "  {}", paint.quiet("With the suggested edits"))?;
            // In one line, however long: it is there to be copied.
            better.lines().try_for_each(|line| writeln!(out, "    {}", paint.strong(&visible(line))))?;
        }
    }
    for sentence in &lint.together {
        writeln!(out)?;
        write_wrapped(out, "", &paint.level(Level::Fail, sentence))?;
    }
    for text in &lint.others {
        let shown: String = text.chars().take(60).collect();
        write_wrapped(out, "", &paint.quiet(&format!("Not about mail, and not looked at: {shown}")))?;
    }
    Ok(())
}

/// A record with what there is to notice underlined.
pub(crate) fn write_record(
    out: &mut String,
    indent: &str,
    text: &str,
    issues: &[Diagnostic],
    paint: Paint,
) -> fmt::Result {
    let mark = |issue: &Diagnostic| Mark {
        span: issue.span,
        code: issue.code.to_owned(),
        severity: issue.severity,
        note: issue.message.to_string(),
    };
    let seen = EvidenceItem {
        label: String::new(),
        text: text.to_owned(),
        marks: issues.iter().map(mark).collect(),
        picture: None,
    };
    for row in rows(&seen, WIDTH - indent.len()) {
        writeln!(out, "{indent}{}", row.text)?;
        for under in row.under {
            let level = match under.mark.map(|mark| mark.severity) {
                Some(Severity::Error) => Level::Fail,
                Some(Severity::Note) => Level::NotApplicable,
                Some(Severity::Warning) | None => Level::Warn,
            };
            writeln!(out, "{indent}{}", paint.level(level, &under.line()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_by_what_receivers_take_it_for_or_what_it_looks_like() {
        for (text, kind) in [
            ("v=spf1 -all", Some(Kind::Spf)),
            ("v=spf10 -all", Some(Kind::Spf)),
            ("V=DMARC1; p=none", Some(Kind::Dmarc)),
            ("v=dmarc1; p=none", Some(Kind::Dmarc)),
            ("p=reject; v=DMARC1; rua=mailto:a@b.example", Some(Kind::Dmarc)),
            ("v=DKIM1; k=rsa; p=", Some(Kind::Dkim)),
            ("k=rsa; p=MIGf", Some(Kind::Dkim)),
            ("MIIBIjANBg", Some(Kind::Dkim)),
            ("v=STSv1; id=1", Some(Kind::MtaSts)),
            ("version: STSv1\nmode: none", Some(Kind::MtaStsPolicy)),
            ("v=TLSRPTv1; rua=mailto:a@b.example", Some(Kind::TlsRpt)),
            ("v=BIMI1; l=", Some(Kind::Bimi)),
            ("\u{feff}<?xml version=\"1.0\"?><svg/>", Some(Kind::BimiLogo)),
            ("google-site-verification=abc", None),
            ("", None),
        ] {
            assert_eq!(Kind::of(text), kind, "{text}");
        }
        for (owner, kind) in [
            ("_DMARC.example.com.", Some(Kind::Dmarc)),
            ("s1._domainkey", Some(Kind::Dkim)),
            ("_smtp._tls.example.com.", Some(Kind::TlsRpt)),
            ("_smtp.example.com.", None),
            ("default._bimi", Some(Kind::Bimi)),
            ("_mta-sts", Some(Kind::MtaSts)),
            ("example.com.", None),
            ("", None),
        ] {
            assert_eq!(Kind::at(owner), kind, "{owner}");
        }
    }

    #[test]
    fn two_spf_records_are_wrong_together() {
        let lint = lint("\"v=spf1 -all\"\n\"v=spf1 ~all\"\n\"MS=ms1\"\n", None);
        assert_eq!((lint.records.len(), lint.others.len(), lint.together.len()), (2, 1, 1));
        assert!(lint.records.iter().all(Linted::is_good));
    }

    fn read(kind: Kind, text: &str) -> Linted {
        Linted::new(kind, text.to_owned())
    }

    #[test]
    fn what_receivers_break_off_at_is_not_taken() {
        let eleven =
            format!("v=spf1 {}-all", (0..11).map(|n| format!("include:s{n}.example ")).collect::<String>());
        for text in
            [eleven.as_str(), "v=spf1 include:https://a.example -all", "v=spf1 include:me@a.example -all"]
        {
            assert!(!read(Kind::Spf, text).is_taken, "{text}");
        }
        assert_eq!(read(Kind::Spf, &eleven).corrected, None, "no edit keeps all of it");
    }

    #[test]
    fn an_edit_that_is_suggested_passes_the_same_look() {
        for (kind, text, better) in [
            (Kind::Spf, "v=spf1 include:me@a.example ~allCOPY", Some("v=spf1 include:a.example ~all")),
            (Kind::Spf, "v=spf1 a:192.0.2.0/24 -all", Some("v=spf1 ip4:192.0.2.0/24 -all")),
            (Kind::Spf, "v=spf1 -all include:a.example", Some("v=spf1 include:a.example -all")),
            (Kind::Spf, "v=spf1  include:a.example -all", None),
            (
                Kind::Dmarc,
                "v=DMARC1; p=none; fo=0:1:d:s; ruf=mailto:a@b.example",
                Some("v=DMARC1; p=none; fo=1:d:s; ruf=mailto:a@b.example"),
            ),
            (
                Kind::Dmarc,
                "v=DMARC1; p=none; rua=mailto://a@b.example",
                Some("v=DMARC1; p=none; rua=mailto:a@b.example"),
            ),
            (Kind::Dmarc, "v=DMARC1; p=monitor", None),
        ] {
            assert_eq!(read(kind, text).corrected.as_deref(), better, "{text}");
        }
    }

    #[test]
    fn a_policy_at_the_domain_itself_is_not_found() {
        let lint = lint(
            "a.example. TXT \"v=DMARC1; p=none\"\n_dmarc.a.example. TXT \"v=DMARC1; p=none\"\na.example. A 192.0.2.1\n",
            None,
        );
        let taken: Vec<bool> = lint.records.iter().map(|record| record.is_taken).collect();
        assert_eq!((taken, lint.together.len(), lint.others.len()), (vec![false, true], 0, 1));
    }

    #[test]
    fn what_only_a_registry_says_and_addresses_inside_are_noticed() {
        for (kind, text, code) in [
            (Kind::Dmarc, "v=DMARC1; p=reject; psd=y", "psd-yes"),
            (Kind::Spf, "v=spf1 ip4:10.0.0.0/8 -all", "address-private"),
        ] {
            assert!(read(kind, text).issues.iter().any(|issue| issue.code == code), "{text}");
        }
    }
}
