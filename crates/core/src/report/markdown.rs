//! A report as Markdown.
//!
//! What strangers wrote (records, headers, names in sentences) stays text: it stands in code fences longer than any
//! run of backticks inside, or with every character escaped that Markdown gives a meaning. Characters that cannot be
//! seen, and those that reorder what is seen, are written out.

use std::fmt::Write;

use crate::checks::check::{Area, Weight};
use crate::checks::finding::{EvidenceItem, Level, Mark};
use crate::checks::fix::Fix;
use crate::diagnostic::Severity;
use crate::facts::providers_in_use::ProvidersInUse;
use crate::fixes;
use crate::fixes::{FixInstructions, ProviderOverride};
use crate::report::recheck::Recheck;
use crate::report::words;
use crate::report::{FindingReport, FixShown, Report, blockers};

mod diff;
pub(crate) mod dns_map;

pub use diff::difference;
pub use dns_map::dns_map;

/// The whole report, with fixes for what is in use.
#[must_use]
pub fn report(report: &Report) -> String {
    report_for(report, ProviderOverride::default())
}

/// The whole report, with fixes for what the reader says is in use.
#[must_use]
pub fn report_for(report: &Report, chosen: ProviderOverride<'_>) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_report(&mut out, report, chosen);
    out
}

/// The findings of some checks, and no verdict.
#[must_use]
pub fn recheck(recheck: &Recheck, chosen: ProviderOverride<'_>) -> String {
    let domain = escaped(&recheck.domain);
    let mut out = format!(
        "# Checked again, in parts: {domain}\n\nThis is not a verdict: the other checks did not run.\n"
    );
    for finding in &recheck.recheck {
        // Writing to a string does not fail.
        let _ = write_finding(&mut out, finding, &recheck.in_use, chosen);
    }
    out
}

fn write_report(out: &mut String, report: &Report, chosen: ProviderOverride<'_>) -> std::fmt::Result {
    let verdict = words::decision(report.verdict.decision);
    writeln!(out, "# Launch report: {}\n", escaped(&report.domain_unicode))?;
    writeln!(out, "**{verdict}.** {}\n", escaped(&report.verdict.reason))?;
    match report.score {
        Some(score) => write!(out, "- Score: **{}** of 100.", score.value)?,
        None => write!(out, "- Score: none, nothing was measured.")?,
    }
    match &report.cap {
        Some(cap) => writeln!(out, " {}", escaped(cap))?,
        None => out.push('\n'),
    }
    if let Some(sentence) = once_unblocked(report) {
        writeln!(out, "- {sentence}")?;
    }
    let coverage = report.coverage;
    writeln!(out, "- Coverage: {} of {} checks answered.", coverage.answered, coverage.of)?;
    if coverage.unheard > 0 {
        writeln!(
            out,
            "- Our resolvers failed for {} of the others: check again in a minute.",
            coverage.unheard
        )?;
    }
    if report.domain != report.domain_unicode {
        writeln!(out, "- In DNS: {}", code_span(&report.domain))?;
    }
    for (what, service) in [("DNS", &report.in_use.dns), ("Host", &report.in_use.host)] {
        if let Some(service) = service {
            writeln!(out, "- {what}: {}, told by {}", escaped(&service.name), code_span(&service.told_by))?;
        }
    }
    if let Some(segment) = report.segment {
        writeln!(out, "- Kind of business: {}", segment.title())?;
    }
    if let Some(mail) = report.mail {
        writeln!(out, "- Mail: {}", mail.id())?;
    }
    let run = &report.run;
    let (started, vantage) = (escaped(&run.started), escaped(&run.vantage));
    writeln!(out, "- Measured: {started}, from {vantage}, in {} ms.", run.took_ms)?;
    writeln!(out, "- Scoring version: {}", report.scoring)?;

    write_risks(out, report)?;
    for area in Area::ALL {
        let measured = |f: &&FindingReport| f.area == area && f.level != Level::NotMeasured;
        let mut findings = report.findings.iter().filter(measured).peekable();
        if findings.peek().is_some() {
            writeln!(out, "\n## {}", area.title())?;
        }
        for finding in findings {
            write_finding(out, finding, &report.in_use, chosen)?;
        }
    }
    let mut unmeasured = report.findings.iter().filter(|f| f.level == Level::NotMeasured).peekable();
    if unmeasured.peek().is_some() {
        writeln!(out, "\n## Not measured\n")?;
        writeln!(out, "These got no answer. That says nothing about the domain, good or bad.")?;
    }
    for gap in &report.gaps {
        let (cause, advice) = (escaped(&gap.cause), escaped(&gap.advice));
        writeln!(out, "\n{} checks missed the same answer. {cause} {advice}", gap.checks.len())?;
    }
    for finding in unmeasured {
        if report.gaps.iter().any(|gap| gap.speaks_for(&finding.check)) {
            writeln!(out, "\n### {}\n\nNot measured, for the same reason.", escaped(&finding.name))?;
            continue;
        }
        write_finding(out, finding, &report.in_use, chosen)?;
    }
    Ok(())
}

/// The heading of the must-fix list.
pub const MUST_FIX: &str = "Must be fixed before the launch, in this order";
/// The heading of what comes after it.
pub const FIX_NEXT: &str = "What to fix next, in this order";

/// What a fix adds to the score, as the end of an enumeration; empty where that is nothing.
#[must_use]
pub fn gain(points: u8) -> String {
    match points {
        0 => String::new(),
        1 => "; +1 point".to_owned(),
        points => format!("; +{points} points"),
    }
}

/// What the score is once the must-fix list is done, where there is one.
#[must_use]
pub fn once_unblocked(report: &Report) -> Option<String> {
    let score = report.score.filter(|score| score.unblocked > score.value)?;
    Some(format!("With the must-fix list done it is {}.", score.unblocked))
}

/// The must-fix list, and what comes after it.
fn write_risks(out: &mut String, report: &Report) -> std::fmt::Result {
    let must = blockers(&report.risks).count();
    for (index, risk) in report.risks.iter().enumerate() {
        if index == 0 || index == must {
            let heading = if index < must { MUST_FIX } else { FIX_NEXT };
            writeln!(out, "\n## {heading}\n")?;
        }
        write!(out, "{}. **{}**: {}", index + 1, capital(risk.rank.words()), escaped(&risk.title))?;
        write!(out, " ({}). ", code_span(&risk.check))?;
        let (loses, effort, who) = (risk.loses.words(), risk.effort.words(), risk.who.words());
        writeln!(out, "{}; {effort}; {who}{}", capital(loses), gain(risk.gain))?;
    }
    Ok(())
}

fn write_finding(
    out: &mut String,
    finding: &FindingReport,
    in_use: &ProvidersInUse,
    chosen: ProviderOverride<'_>,
) -> std::fmt::Result {
    writeln!(out, "\n### {}: {}\n", escaped(&finding.name), escaped(&finding.title))?;
    let impact = match finding.impact {
        Weight::Critical => "must-have",
        Weight::Important => "important",
        Weight::Minor => "good practice",
    };
    write!(out, "{} · {impact} · {}\n\n", capital(finding.level.words()), code_span(&finding.check))?;
    if !finding.detail.is_empty() {
        writeln!(out, "{}\n", escaped(&finding.detail))?;
    }
    for seen in &finding.seen {
        write!(out, "Seen: {}\n\n", code_span(&seen.label))?;
        let mut text = String::new();
        for row in rows(seen, usize::MAX) {
            writeln!(text, "{}", row.text)?;
            for under in row.under {
                writeln!(text, "{}", under.line())?;
            }
        }
        write_fence(out, "text", &text)?;
    }
    if !finding.why.is_empty() {
        write!(out, "Why it matters: {}\n\n", finding.why)?;
    }
    for fix in &finding.fixes {
        write_fix(out, fix)?;
        if let Some(shown) = fixes::shown(&fix.fix, in_use, chosen) {
            write_shown(out, &shown)?;
        }
    }
    // One empty line separates what follows; it brings its own.
    while out.ends_with("\n\n") {
        out.pop();
    }
    Ok(())
}

fn write_fix(out: &mut String, shown: &FixShown) -> std::fmt::Result {
    if let Fix::Step { .. } = shown.fix {
        // What follows the first line is a file to copy.
        return match shown.line.split_once('\n') {
            None => write!(out, "Fix: {}\n\n", escaped(&shown.line)),
            Some((step, file)) => {
                write!(out, "Fix: {}\n\n", escaped(step))?;
                let lines: Vec<String> = file.lines().map(visible).collect();
                write_fence(out, "text", &format!("{}\n", lines.join("\n")))
            }
        };
    }
    write!(out, "Fix: {}:\n\n", escaped(&shown.verb))?;
    write_fence(out, "text", &format!("{}\n", visible(&shown.line)))?;
    if !shown.fix.replaced().is_empty() {
        write!(out, "It takes the place of:\n\n")?;
        let old: Vec<String> = shown.fix.replaced().iter().map(|old| visible(old)).collect();
        write_fence(out, "text", &format!("{}\n", old.join("\n")))?;
    }
    Ok(())
}

/// The same where it is done.
fn write_shown(out: &mut String, shown: &FixInstructions) -> std::fmt::Result {
    match &shown.lines {
        Some(lines) => {
            write!(out, "{}: {}\n\n", escaped(&shown.place), escaped(&lines.file))?;
            write_fence(out, "text", &lines.text)?;
        }
        None => write!(out, "{}\n\n", escaped(&shown.place))?,
    }
    for entry in &shown.boxes {
        writeln!(out, "- {}: {}", escaped(&entry.label), code_span(&entry.value))?;
    }
    if !shown.boxes.is_empty() {
        out.push('\n');
    }
    for note in &shown.notes {
        write!(out, "{}\n\n", escaped(note))?;
    }
    Ok(())
}

/// A fenced block; `text` ends with a line break.
fn write_fence(out: &mut String, language: &str, text: &str) -> std::fmt::Result {
    let fence = "`".repeat(longest_run_of_backticks(text).max(2) + 1);
    write!(out, "{fence}{language}\n{text}{fence}\n\n")
}

/// A text as a code span, in one line.
#[must_use]
pub fn code_span(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_run_of_backticks(&text) + 1);
    // One blank at either end is taken away again; an empty span is none.
    let pad =
        if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A sentence as text in which nothing is markup: no emphasis, link, address that becomes one, HTML, heading or list.
#[must_use]
pub fn escaped(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len());
    let visible = visible(sentence);
    for (at, c) in visible.char_indices() {
        let rest = visible.get(at..).unwrap_or_default();
        let means_something = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' | '!' | '$' | '@' => true,
            // Addresses become links without any brackets.
            ':' => rest.starts_with("://"),
            '.' => out.get(out.len().saturating_sub(3)..).is_some_and(|www| www.eq_ignore_ascii_case("www")),
            // At the beginning of a line: a list, a heading.
            '-' | '+' | '=' => at == 0,
            ')' => out.bytes().all(|b| b.is_ascii_digit()),
            _ => false,
        };
        if means_something || (c == '.' && out.bytes().all(|b| b.is_ascii_digit())) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text in one line in which every character can be seen: controls, and what reorders or hides text, are written
/// out as `\u{1b}`.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut out, c);
    }
    out
}

/// Adds `c` as it can be seen, and says how many characters that took.
fn push_visible(out: &mut String, c: char) -> usize {
    if !is_unseen(c) {
        out.push(c);
        return 1;
    }
    let written = c.escape_default();
    let width = written.len();
    out.extend(written);
    width
}

/// Whether a character acts on a terminal, a page or its neighbours instead of being seen: controls (Unicode Cc), and
/// the format characters (Cf) and separators (Zl, Zp) that reorder, join or hide text.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One row of a text that was seen, with what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'s> {
    /// The characters, each of which can be seen.
    pub text: String,
    /// What is underlined, in the order of the marks.
    pub under: Vec<Under<'s>>,
}

/// A part of a row that is underlined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under<'s> {
    /// How many characters stand before it.
    pub column: usize,
    /// How many characters it has; at least one.
    pub width: usize,
    /// What there is to say; where a mark goes over several rows it is said once.
    pub mark: Option<&'s Mark>,
}

impl Under<'_> {
    /// The line below the row: carets, and the note.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = format!("{}{}", " ".repeat(self.column), "^".repeat(self.width));
        if let Some(mark) = self.mark {
            let severity = match mark.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            line.push_str(&format!(" {severity}: {}", visible(&mark.note)));
        }
        line
    }
}

/// What was seen, in rows of at most `width` characters: broken at line breaks, and where a row is full.
#[must_use]
pub fn rows(seen: &EvidenceItem, width: usize) -> Vec<Row<'_>> {
    let mut rows = vec![Row { text: String::new(), under: Vec::new() }];
    // Where each character begins: the offset in the text, the row, the column.
    let mut places = Vec::new();
    let mut columns = 0;
    let mut chars = seen.text.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        places.push((offset, rows.len() - 1, columns));
        if c == '\n' || (c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n')) {
            if c == '\n' {
                rows.push(Row { text: String::new(), under: Vec::new() });
                columns = 0;
            }
            continue;
        }
        if columns >= width {
            rows.push(Row { text: String::new(), under: Vec::new() });
            columns = 0;
            places.pop();
            places.push((offset, rows.len() - 1, 0));
        }
        if let Some(row) = rows.last_mut() {
            columns += push_visible(&mut row.text, c);
        }
    }
    places.push((seen.text.len(), rows.len() - 1, columns));
    for mark in &seen.marks {
        underline(&mut rows, &places, mark);
    }
    // A line break at the end begins no row of its own.
    if rows.len() > 1 && rows.last().is_some_and(|row| row.text.is_empty() && row.under.is_empty()) {
        rows.pop();
    }
    rows
}

fn underline<'s>(rows: &mut [Row<'s>], places: &[(usize, usize, usize)], mark: &'s Mark) {
    let place_of = |offset: usize| {
        let index = places.partition_point(|(at, ..)| *at < offset);
        places.get(index).or(places.last()).copied()
    };
    let Some((_, first, from)) = place_of(mark.span.start) else { return };
    let Some((_, last, to)) = place_of(mark.span.end.max(mark.span.start)) else { return };
    for (index, row) in rows.iter_mut().enumerate().take(last + 1).skip(first) {
        let column = if index == first { from } else { 0 };
        let end = if index == last { to } else { row.text.chars().count() };
        // A mark that ends where a row begins does not reach into it.
        if index > first && end == 0 {
            continue;
        }
        let width = end.saturating_sub(column).max(1);
        row.under.push(Under { column, width, mark: (index == first).then_some(mark) });
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::check::Check;
    use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
    use crate::checks::finding::{Finding, Outcome};
    use crate::diagnostic::{Diagnostic, Span};

    fn seen(text: &str, marks: &[(usize, usize)]) -> EvidenceItem {
        let marks = marks.iter().map(|(start, end)| Mark {
            span: Span::new(*start, *end),
            code: "c".into(),
            severity: Severity::Error,
            note: "look".into(),
        });
        EvidenceItem {
            label: "TXT example.com".into(),
            text: text.into(),
            marks: marks.collect(),
            picture: None,
        }
    }

    fn drawn(seen: &EvidenceItem, width: usize) -> String {
        let row = |row: Row<'_>| {
            std::iter::once(row.text).chain(row.under.iter().map(Under::line)).collect::<Vec<_>>().join("\n")
        };
        rows(seen, width).into_iter().map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_file_to_copy_keeps_its_lines() {
        let fix = Fix::step("Serve this *file*:\nversion: STSv1\nmx: *.example.net");
        let mut out = String::new();
        write_fix(&mut out, &FixShown { verb: fix.verb().to_owned(), line: fix.line(), fix }).unwrap();
        assert_eq!(out, "Fix: Serve this \\*file\\*:\n\n```text\nversion: STSv1\nmx: *.example.net\n```\n\n");
    }

    #[test]
    fn what_a_parser_noticed_is_underlined_below_the_record() {
        assert_eq!(drawn(&seen("v=spf1 +all", &[(7, 11)]), 80), "v=spf1 +all\n       ^^^^ error: look");
        // Something that is missing has no length, and is pointed at.
        assert_eq!(drawn(&seen("v=spf1", &[(6, 6)]), 80), "v=spf1\n      ^ error: look");
        assert_eq!(drawn(&seen("a\r\nbc\n", &[(3, 5)]), 80), "a\nbc\n^^ error: look");
    }

    #[test]
    fn a_long_record_is_broken_into_rows_and_its_marks_with_it() {
        assert_eq!(drawn(&seen("abcdefgh", &[(2, 6)]), 4), "abcd\n  ^^ error: look\nefgh\n^^");
        assert_eq!(drawn(&seen("abcdefgh", &[(2, 4)]), 4), "abcd\n  ^^ error: look\nefgh");
    }

    #[test]
    fn characters_that_act_are_written_out_and_the_marks_still_fit() {
        assert_eq!(drawn(&seen("\u{1b}[2Jé=x", &[(6, 7)]), 80), "\\u{1b}[2Jé=x\n          ^ error: look");
        assert_eq!(visible("a\u{202e}b\u{9b}c\td"), "a\\u{202e}b\\u{9b}c\\td");
    }

    #[test]
    fn a_mark_outside_its_text_breaks_nothing() {
        assert_eq!(drawn(&seen("ab", &[(9, 12)]), 80), "ab\n  ^ error: look");
        assert_eq!(drawn(&seen("", &[(0, 1)]), 80), "\n^ error: look");
    }

    #[test]
    fn a_code_span_is_longer_than_any_backticks_inside() {
        assert_eq!(code_span("plain"), "`plain`");
        assert_eq!(code_span("a`b``c"), "```a`b``c```");
        assert_eq!(code_span("`x`"), "`` `x` ``");
    }

    #[test]
    fn a_sentence_with_a_strangers_words_stays_text() {
        assert_eq!(escaped("[x](http://e.com) <b> *a*"), "\\[x\\](http\\://e.com) \\<b\\> \\*a\\*");
        assert_eq!(escaped("see www.evil.com or a@b.c"), "see www\\.evil.com or a\\@b.c");
        assert_eq!(escaped("1. no list"), "1\\. no list");
        assert_eq!(escaped("# no heading\n- no list"), "\\# no heading\\\\n- no list");
    }

    fn nothing(
        _: &crate::target::Target,
        _: &crate::engine::evidence::Evidence,
    ) -> Result<Finding, crate::answers::Stop> {
        Err(crate::answers::Stop::Pending)
    }

    #[test]
    fn a_record_cannot_break_out_of_its_block() {
        static BAD: Outcome = Outcome::fail("bad", "It is bad");
        static CHECK: Check = Check {
            id: "c",
            area: Area::Email,
            impact: Weight::Critical,
            stakes: Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel),
            outcomes: &[&BAD],
            run: nothing,
        };
        let text = "````\n# Ready, 100 of 100\n<script>";
        let issue = Diagnostic::error("x", Span::new(0, 4), "no ```` here");
        let finding = BAD
            .found()
            .with_marked_evidence("TXT `x`", text, &[issue])
            .fix(Fix::record("a.b", "TXT", "\"```\""));
        let mut out = String::new();
        write_finding(
            &mut out,
            &FindingReport::new(&CHECK, &finding),
            &ProvidersInUse::default(),
            ProviderOverride::default(),
        )
        .unwrap();
        assert!(out.contains("\nSeen: `` TXT `x` ``\n"), "{out}");
        assert!(
            out.contains(
                "\n`````text\n````\n^^^^ error: no ```` here\n# Ready, 100 of 100\n<script>\n`````\n"
            ),
            "{out}"
        );
        assert!(out.contains("Fix: Add this DNS record:\n\n````text\na.b. TXT \"```\"\n````\n"), "{out}");
    }

    proptest::proptest! {
        #[test]
        fn rows_lose_no_character_and_no_text_panics(text: String, marks: Vec<(u8, u8)>, width in 1..20usize) {
            let marks: Vec<_> = marks.iter().map(|(a, b)| (usize::from(*a), usize::from(*b))).collect();
            let seen = seen(&text, &marks);
            let joined: String = rows(&seen, width).iter().map(|row| row.text.as_str()).collect();
            let bare = |text: &str| visible(&text.replace("\r\n", "").replace('\n', ""));
            proptest::prop_assert_eq!(joined, bare(&text));
            proptest::prop_assert!(!escaped(&text).contains(is_unseen));
        }
    }
}
