//! YAML: an object of old addresses and their targets, a list of objects, and the front matter of pages (`redirect_from` of Jekyll,
//! `aliases` of Hugo). Only what such lists hold is read: one line, one key or one item.

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::cells::{Cells, Style, address, status};
use super::headings::{Role, role};
use crate::redirect_rule::RedirectRule;

/// Lines that are looked at to recognise the file.
const SAMPLE: usize = 200;

const NO_PERMALINK: &str = "the page's own address is missing: add its permalink";

/// A line in its parts.
struct Parts<'t> {
    line: usize,
    text: &'t str,
    indent: usize,
    /// Whether an item of a list begins here.
    item: bool,
    key: Option<String>,
    value: String,
}

fn parts(line: usize, text: &str) -> Option<Parts<'_>> {
    let trimmed = text.trim_start();
    let indent = text.len() - trimmed.len();
    let (item, rest) = match trimmed.strip_prefix('-') {
        Some(rest) if rest.is_empty() || rest.starts_with(' ') => (true, rest.trim_start()),
        _ => (false, trimmed),
    };
    let rest = rest.trim_end();
    if rest.is_empty() && !item || rest.starts_with('#') {
        return None;
    }
    let (key, value) = split(rest);
    Some(Parts { line, text, indent, item, key: key.map(|key| scalar(&key)), value: scalar(&value) })
}

/// Key and value around the colon of a line.
fn split(text: &str) -> (Option<String>, String) {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote)
            && let Some((key, after)) = rest.split_once(quote)
        {
            return match after.trim_start().strip_prefix(':') {
                Some(value) => (Some(key.to_owned()), value.trim().to_owned()),
                None => (None, text.to_owned()),
            };
        }
    }
    if let Some(key) = text.strip_suffix(':') {
        return (Some(key.to_owned()), String::new());
    }
    match text.split_once(": ") {
        Some((key, value)) => (Some(key.to_owned()), value.trim().to_owned()),
        None => (None, text.to_owned()),
    }
}

/// A value without quotes and without a comment behind it.
fn scalar(text: &str) -> String {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some((inner, _)) = text.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inner.to_owned();
        }
    }
    text.split(" #").next().unwrap_or_default().trim().to_owned()
}

fn all(text: &str) -> impl Iterator<Item = Parts<'_>> {
    text.lines().enumerate().filter_map(|(at, text)| parts(at + 1, text))
}

/// Which kind of YAML it is.
pub(super) fn recognise(text: &str) -> Option<ListFormat> {
    let pages = ["redirect_from", "redirect_to", "aliases"];
    if all(text).any(|parts| parts.key.as_deref().is_some_and(|key| pages.contains(&key))) {
        let page = all(text).any(|parts| {
            parts.text.trim() == "---"
                || matches!(parts.key.as_deref(), Some("permalink" | "url" | "title" | "layout"))
        });
        let listed = all(text).any(|parts| parts.item && parts.key.is_some());
        if page || !listed {
            return Some(ListFormat::Jekyll);
        }
    }
    let (mut known, mut all_lines) = (0, 0);
    for parts in all(text).take(SAMPLE) {
        all_lines += 1;
        let key = parts.key.as_deref().unwrap_or_default();
        let pair = address(key).is_some() && (address(&parts.value).is_some() || parts.value.is_empty());
        let named =
            matches!(role(key), Role::Old | Role::New | Role::Status) && !key.contains([' ', ',', '\t', ';']);
        let frame = matches!(parts.text.trim(), "---" | "..." | "redirects:");
        known += usize::from(pair || named || frame);
    }
    (known > 0 && known * 2 > all_lines).then_some(ListFormat::Yaml)
}

/// Reads the lines.
pub(super) fn read(format: ListFormat, text: &str, lines: &mut Lines) -> ListFormat {
    if format == ListFormat::Jekyll {
        pages(text, lines);
    } else {
        entries(text, lines);
    }
    format
}

/// What one page says of itself.
#[derive(Default)]
struct Page<'t> {
    address: Option<String>,
    from: Vec<(usize, &'t str, String)>,
    to: Option<(usize, &'t str, String)>,
}

impl Page<'_> {
    fn take(self, lines: &mut Lines) {
        for (line, text, from) in self.from {
            let read = match &self.address {
                Some(to) => Cells { line, from: &from, to, status: None }.rule(Style::Literal),
                None => Err(NO_PERMALINK),
            };
            lines.take(line, text, read);
        }
        if let Some((line, text, to)) = self.to {
            let read = match &self.address {
                Some(from) => Cells { line, from, to: &to, status: None }.rule(Style::Literal),
                None => Err(NO_PERMALINK),
            };
            lines.take(line, text, read);
        }
    }
}

fn pages(text: &str, lines: &mut Lines) {
    let mut page = Page::default();
    let mut list = false;
    for parts in all(text) {
        if parts.text.trim() == "---" {
            // The end of one page's front matter, or the beginning of the next one's.
            if page.address.is_some() || page.to.is_some() || !page.from.is_empty() {
                std::mem::take(&mut page).take(lines);
            }
            list = false;
            continue;
        }
        match parts.key.as_deref() {
            Some("redirect_from" | "aliases") => {
                list = parts.value.is_empty();
                for from in flow(&parts.value) {
                    page.from.push((parts.line, parts.text, from));
                }
            }
            Some("redirect_to") => {
                list = false;
                let to = flow(&parts.value).into_iter().next().unwrap_or_default();
                page.to = Some((parts.line, parts.text, to));
            }
            Some("permalink" | "url") => {
                list = false;
                page.address = Some(parts.value.clone());
            }
            None if list && parts.item => page.from.push((parts.line, parts.text, parts.value.clone())),
            _ => list = false,
        }
    }
    page.take(lines);
}

/// `/a`, or `[/a, "/b"]`.
fn flow(value: &str) -> Vec<String> {
    let inner = value.strip_prefix('[').map(|rest| rest.trim_end_matches(']'));
    let all = inner.map_or(vec![value], |inner| inner.split(',').collect());
    all.into_iter().map(scalar).filter(|value| !value.is_empty()).collect()
}

/// An entry that is being put together.
#[derive(Default)]
struct Entry<'t> {
    line: usize,
    text: &'t str,
    from: String,
    to: String,
    status: Option<u16>,
}

impl Entry<'_> {
    fn take(self, lines: &mut Lines) {
        if self.line > 0 {
            let Self { line, text, from, to, status } = &self;
            let read: Result<RedirectRule, &str> =
                Cells { line: *line, from, to, status: *status }.rule(Style::Any);
            lines.take(*line, text, read);
        }
    }
}

fn entries(text: &str, lines: &mut Lines) {
    let mut entry = Entry::default();
    // How far in the key of the last entry stands: what is further in belongs to it.
    let mut depth = 0;
    for parts in all(text) {
        if matches!(parts.text.trim(), "---" | "...") {
            continue;
        }
        let Parts { line, text, indent, item, key, value } = parts;
        let Some(key) = key else {
            std::mem::take(&mut entry).take(lines);
            if !value.is_empty() {
                lines.take(line, text, Err("this line has no key"));
            }
            continue;
        };
        let role = role(&key);
        if item {
            std::mem::take(&mut entry).take(lines);
            entry = Entry { line, text, ..Entry::default() };
        } else if address(&key).is_some() && !(entry.line > 0 && indent > depth && !entry.from.is_empty()) {
            std::mem::take(&mut entry).take(lines);
        }
        if address(&key).is_some() {
            entry = Entry { line, text, from: key, to: value, status: None };
            depth = indent;
            continue;
        }
        match role {
            Role::Old if entry.line == 0 || (!item && !entry.from.is_empty()) => {
                std::mem::take(&mut entry).take(lines);
                entry = Entry { line, text, from: value, ..Entry::default() };
            }
            Role::Old => entry.from = value,
            Role::New => entry.to = value,
            Role::Status => entry.status = status(&value).or(entry.status),
            _ if value.is_empty() => {}
            _ => {}
        }
    }
    entry.take(lines);
}
