//! How much of what strangers wrote a report holds. A site may answer with headers, cookies and records without end; a report
//! that quoted them whole could neither be kept nor read.
//!
//! Everything that is shown passes here once, where a finding becomes part of a report, of a recheck or of a line of the
//! stream ([`FindingReport`](crate::report::FindingReport)). Checks judge the whole evidence and know no bounds. What is left out is
//! counted in the text itself, and the same evidence is shortened in the same way.
//!
//! Lengths are those of JSON: a control character takes six bytes of it.

use crate::checks::chart::{Chart, ChartKind, ChartRow};
use crate::checks::finding::{EvidenceItem, Finding, Mark, Measure};
use crate::checks::fix::Fix;
use crate::diagnostic::{Severity, Span};
use crate::email::spf::senders::grouped;
use crate::report::dns_map::Row;
use crate::shortened::{MAX_NAME, MAX_TEXT, counted, kept, length, name, text};

/// Bytes of a report, or of a recheck, as JSON. A Durable Object keeps values of two million
/// (developers.cloudflare.com/durable-objects/platform/limits, 2026-11); a healthy domain's report has a hundred thousand.
pub const MAX_REPORT: usize = 500_000;

/// Bytes of all findings of a report; the rest is for the DNS map, and for what we say ourselves.
pub(crate) const MAX_FINDINGS: usize = 400_000;

/// Bytes of what a finding shows beside our own words: as much as there is room for if every finding takes it. Nearly
/// all reports need no more than the first; the last one is room for two sentences and a number.
pub(crate) const ROOMS: [usize; 5] = [24_000, 12_000, 6_000, 3_000, 1_000];

/// Bytes of all rows of a DNS map: some three hundred.
const MAX_DNS_MAP: usize = 50_000;

/// Bytes of a fix's texts. It is shown whole or not at all: half a record does harm.
const MAX_FIX: usize = 4_096;

/// Bytes of a name inside a sentence.
const MAX_NAME_IN_WORDS: usize = 120;

/// Bytes that something seen gets however many there are; what has no room for so much is counted instead.
const MIN_SEEN: usize = 160;

/// Notes about one text.
const MAX_MARKS: usize = 32;

/// Rows of one picture.
const MAX_ROWS: usize = 40;

/// Bytes of an object's braces and names of fields, at most.
const FRAME: usize = 120;

/// Bytes that are kept back for saying how much is left out.
const NOTICE: usize = 400;

/// A finding that takes at most `room` bytes beside our own words, and how many it takes.
pub(crate) fn finding(found: &Finding, room: usize) -> (Finding, usize) {
    let detail = text(&found.detail, MAX_TEXT.min(room / 4));
    let mut used = length(&detail);
    let (fixes, taken) = fixes(&found.fixes, room / 2);
    used += taken;
    let (measures, taken) = measures(&found.measures, room / 8);
    used += taken;
    let (seen, taken) = seen(&found.seen, room.saturating_sub(used));
    let missed = found.missed.clone();
    (Finding { outcome: found.outcome, detail, seen, measures, fixes, missed }, used + taken)
}

/// Those that there is room for, and how many there are on top.
fn fixes(all: &[Fix], room: usize) -> (Vec<Fix>, usize) {
    let mut shown = Vec::new();
    let mut used = 0;
    for (at, fix) in all.iter().enumerate() {
        let left = room.saturating_sub(used + NOTICE);
        let whole = Some(fix.clone()).filter(|fix| texts_of(fix) <= MAX_FIX && taken_by(fix) <= left);
        let fix = whole.unwrap_or_else(|| in_words(fix));
        let taken = taken_by(&fix);
        if taken > left {
            let left_out = counted(all.len() - at, if at == 0 { "change" } else { "more change" });
            let notice =
                Fix::step(format!("{left_out} not shown here. Apply the ones shown, then check again."));
            used += taken_by(&notice);
            shown.push(notice);
            break;
        }
        used += taken;
        shown.push(fix);
    }
    (shown, used)
}

/// Bytes of what a fix says.
fn texts_of(fix: &Fix) -> usize {
    let optional = |text: &Option<String>| text.as_deref().map_or(0, length);
    match fix {
        Fix::Header { name, value, path, replaces } => {
            let replaced: usize = replaces.iter().map(|old| length(old)).sum();
            length(name) + length(value) + optional(path) + replaced
        }
        Fix::Record { name, record_type, value, replaces } => {
            length(name) + length(record_type) + length(value) + optional(replaces)
        }
        Fix::Redirect { from, to } => length(from) + length(to),
        Fix::RemoveRecord { name, record_type, value } => length(name) + length(record_type) + length(value),
        Fix::Step { text } => length(text),
    }
}

/// Bytes of a fix in a report: once as data, once as a line.
fn taken_by(fix: &Fix) -> usize {
    2 * texts_of(fix) + 2 * FRAME
}

/// What to do where the line to copy is too long: a part of one would break what it repairs.
fn in_words(fix: &Fix) -> Fix {
    let short = |name: &str| text(name, MAX_NAME_IN_WORDS);
    let characters = |text: &str| grouped(text.chars().count() as u128);
    Fix::step(match fix {
        Fix::Header { name, value, .. } => format!(
            "Set the header {} as this finding says. Its value is too long to be copied from here: {} characters.",
            short(name),
            characters(value)
        ),
        Fix::Record { name, record_type, value, replaces } => format!(
            "{} the {} record of {} as this finding says. It is too long to be copied from here: {} characters.",
            if replaces.is_some() { "Change" } else { "Add" },
            short(record_type),
            short(name),
            characters(value)
        ),
        Fix::Redirect { from, to } => format!(
            "Redirect {} permanently, as this finding says. The target is too long to be copied from here: {} characters.",
            short(from),
            characters(to)
        ),
        Fix::RemoveRecord { name, record_type, value } => format!(
            "Remove the {} record of {} that this finding shows. It is too long to be copied from here: {} characters.",
            short(record_type),
            short(name),
            characters(value)
        ),
        // What follows the first line is a file to copy.
        Fix::Step { text: whole } => match whole.split_once('\n') {
            Some((first, file)) => format!(
                "{} What to copy is too long to be shown here: {} characters.",
                text(first, MAX_NAME),
                characters(file)
            ),
            None => text(whole, MAX_NAME),
        },
    })
}

/// Those that there is room for, and how many there are on top.
fn measures(all: &[Measure], room: usize) -> (Vec<Measure>, usize) {
    let mut shown = Vec::new();
    let mut used = 0;
    for (at, measure) in all.iter().enumerate() {
        let mut measure = Measure { label: name(&measure.label), ..measure.clone() };
        let length = |measure: &Measure| length(&measure.label) + length(&measure.unit) + FRAME;
        let rest = all.len() - at;
        let is_last = rest > 1 && used + length(&measure) + NOTICE > room || used + length(&measure) > room;
        if is_last {
            let value = u32::try_from(rest).unwrap_or(u32::MAX);
            measure = Measure { label: "left out here".to_owned(), value, unit: "measures".to_owned() };
        }
        used += length(&measure);
        shown.push(measure);
        if is_last {
            break;
        }
    }
    (shown, used)
}

/// Those that there is room for, each with its share of it, and how many there are on top.
fn seen(all: &[EvidenceItem], room: usize) -> (Vec<EvidenceItem>, usize) {
    let mut shown = Vec::new();
    let mut used = 0;
    for (at, one) in all.iter().enumerate() {
        let rest = all.len() - at;
        let left = room.saturating_sub(used);
        let (one, taken) = thing(one, (left / rest).clamp(MIN_SEEN, MAX_TEXT));
        if taken > left || rest > 1 && taken + NOTICE > left {
            let text = format!("{} more are not shown here", grouped(rest as u128));
            used += length(&text) + FRAME;
            shown.push(EvidenceItem { label: "left out".to_owned(), text, marks: Vec::new(), picture: None });
            break;
        }
        used += taken;
        shown.push(one);
    }
    (shown, used)
}

/// Something that was seen, each of its parts in its share of `most` bytes.
fn thing(seen: &EvidenceItem, most: usize) -> (EvidenceItem, usize) {
    let label = text(&seen.label, MAX_NAME.min(most));
    let end = kept(&seen.text, most);
    let shown = text(&seen.text, most);
    let marks = marks(&seen.marks, end, &shown, most);
    let picture = seen.picture.as_ref().map(picture).filter(|picture| picture_length(picture) <= most);
    let length = length(&label)
        + length(&shown)
        + marks.iter().map(mark_length).sum::<usize>()
        + picture.as_ref().map_or(0, picture_length)
        + FRAME;
    (EvidenceItem { label, text: shown, marks, picture }, length)
}

/// Notes about a text that was cut at `end`: those about what is left out point at where it says so.
fn marks(all: &[Mark], end: Option<usize>, shown: &str, most: usize) -> Vec<Mark> {
    let left_out = end.map(|end| Span::new(end, shown.len()));
    let inside = |span: Span| match left_out {
        Some(left_out) if span.start >= left_out.start && span.end > left_out.start => left_out,
        Some(left_out) => Span::new(span.start.min(left_out.start), span.end.min(left_out.start)),
        None => span,
    };
    let mut marks = Vec::new();
    let mut used = 0;
    for (at, mark) in all.iter().enumerate() {
        let mut mark = Mark { span: inside(mark.span), note: name(&mark.note), ..mark.clone() };
        let is_last = at + 1 == MAX_MARKS && all.len() > MAX_MARKS || used + mark_length(&mark) > most;
        if is_last {
            mark.code = "left-out".to_owned();
            mark.severity = Severity::Note;
            mark.note = format!("{} not shown here", counted(all.len() - at, "more note"));
        }
        used += mark_length(&mark);
        marks.push(mark);
        if is_last {
            break;
        }
    }
    marks
}

fn mark_length(mark: &Mark) -> usize {
    length(&mark.code) + length(&mark.note) + FRAME
}

fn picture(drawn: &Chart) -> Chart {
    let row = |row: &ChartRow| ChartRow { text: name(&row.text), ..row.clone() };
    let mut rows: Vec<ChartRow> = drawn.rows.iter().take(MAX_ROWS).map(row).collect();
    let rest = drawn.rows.get(MAX_ROWS..).unwrap_or_default();
    if !rest.is_empty() {
        // Shares add up; nothing else does.
        let sum = rest.iter().fold(0_u32, |sum, row| sum.saturating_add(row.value));
        let value = if drawn.kind == ChartKind::Shares { sum } else { 0 };
        rows.push(ChartRow { text: format!("{} more", grouped(rest.len() as u128)), value, status: 0 });
    }
    Chart { rows, ..drawn.clone() }
}

fn picture_length(picture: &Chart) -> usize {
    picture.rows.iter().map(|row| length(&row.text) + FRAME).sum::<usize>() + FRAME
}

/// The rows of a DNS map that there is room for, and how many there are on top.
pub(crate) fn rows(domain: &str, mut rows: Vec<Row>) -> Vec<Row> {
    let mut used = NOTICE;
    let fits = |row: &mut Row| {
        (row.name, row.value) = (name(&row.name), name(&row.value));
        let texts = [&row.name, &row.record_type, &row.value, &row.provider, &row.purpose];
        used += texts.into_iter().map(|text| length(text)).sum::<usize>() + FRAME;
        used <= MAX_DNS_MAP
    };
    let Some(end) = rows.iter_mut().map(fits).position(|fits| !fits) else { return rows };
    let count = rows.len() - end;
    rows.truncate(end);
    rows.push(Row {
        name: domain.to_owned(),
        record_type: "…".to_owned(),
        value: counted(count, "more record"),
        ttl: 0,
        provider: String::new(),
        purpose: "no room for them here: see them at your DNS provider".to_owned(),
    });
    rows
}

#[cfg(test)]
mod tests;
