//! `netlify.toml`: an entry `[[redirects]]` for each line (docs.netlify.com, "File-based configuration", read 2026-11). Only what an
//! entry holds is read: texts, numbers, switches, lists, and tables of them.

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::redirects_file;
use crate::redirect_rule::RedirectRule;

/// Lines that one value may have.
const MAX_VALUE_LINES: usize = 20;

/// Lists and tables in one another.
const MAX_DEPTH: usize = 4;

/// Recognises the file by the heading of an entry.
pub(super) fn recognise(text: &str) -> bool {
    text.lines().any(|line| heading(line).is_some_and(|name| name == "redirects"))
}

/// The name between two brackets on each side.
fn heading(line: &str) -> Option<&str> {
    let line = line.split('#').next().unwrap_or_default().trim();
    line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")).map(str::trim)
}

/// A value of TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// A text, or a number or switch as it stands.
    Text(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

/// An entry that is being put together.
#[derive(Default)]
struct Entry<'t> {
    line: usize,
    text: &'t str,
    /// The address, which stands two lines below its heading, more often than not.
    shown: Option<&'t str>,
    values: Vec<(String, Value)>,
}

/// Reads the entries.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    let mut entry: Option<Entry<'_>> = None;
    // The table below an entry that the lines are in: `[redirects.query]`.
    let mut table: Option<String> = None;
    let mut rest = text.lines().enumerate();
    while let Some((at, text)) = rest.next() {
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = heading(trimmed) {
            finish(entry.take(), lines);
            table = None;
            entry = (name == "redirects").then(|| Entry { line: at + 1, text, ..Entry::default() });
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[') {
            let name = name.split(']').next().unwrap_or_default().trim();
            table = name.strip_prefix("redirects.").map(str::to_owned);
            if table.is_none() {
                finish(entry.take(), lines);
            }
            continue;
        }
        let Some(entry) = &mut entry else {
            lines.pass_over();
            continue;
        };
        let Some((name, value)) = trimmed.split_once('=') else { continue };
        let mut whole = value.trim().to_owned();
        for _ in 1..MAX_VALUE_LINES {
            if is_closed(&whole) {
                break;
            }
            let Some((_, more)) = rest.next() else { break };
            whole.push(' ');
            whole.push_str(more.trim());
        }
        let name = unquoted(name.trim());
        if name == "from" {
            entry.shown = Some(text);
        }
        if let Some((value, _)) = value_of(&whole, 0) {
            match &table {
                Some(table) => entry.put_into(table, name, value),
                None => entry.values.push((name, value)),
            }
        }
    }
    finish(entry, lines);
    ListFormat::NetlifyToml
}

fn finish(entry: Option<Entry<'_>>, lines: &mut Lines) {
    if let Some(entry) = entry {
        lines.take(entry.line, entry.shown.unwrap_or(entry.text), entry.rule());
    }
}

impl Entry<'_> {
    fn put_into(&mut self, table: &str, name: String, value: Value) {
        match self.values.iter_mut().find(|(known, _)| known == table) {
            Some((_, Value::Table(members))) => members.push((name, value)),
            _ => self.values.push((table.to_owned(), Value::Table(vec![(name, value)]))),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The pairs of a table as words: `id=:id`, `Language=en,de`.
    fn pairs(&self, name: &str) -> Vec<String> {
        let Some(Value::Table(members)) = self.get(name) else { return Vec::new() };
        let value = |value: &Value| match value {
            Value::Text(text) => text.clone(),
            Value::List(list) => {
                let texts = list
                    .iter()
                    .filter_map(|one| if let Value::Text(text) = one { Some(text.as_str()) } else { None });
                texts.collect::<Vec<&str>>().join(",")
            }
            Value::Table(_) => String::new(),
        };
        members.iter().map(|(name, member)| one_word(&format!("{name}={}", value(member)))).collect()
    }

    /// The entry as the line of `_redirects` that says the same.
    fn rule(&self) -> Result<RedirectRule, &'static str> {
        let (from, to) = (one_word(self.text("from")), one_word(self.text("to")));
        let status = match self.text("status") {
            "" => "301",
            status => status,
        };
        let gone = to.is_empty() && matches!(status, "404" | "410");
        if from.is_empty() || (to.is_empty() && !gone) {
            return Err("one of the two addresses is missing");
        }
        let force = if self.text("force") == "true" { "!" } else { "" };
        let mut words = vec![from];
        words.extend(self.pairs("query"));
        words.extend((!to.is_empty()).then_some(to));
        words.push(format!("{status}{force}"));
        words.extend(self.pairs("conditions"));
        let signed = self.text("signed");
        words.extend((!signed.is_empty()).then(|| one_word(&format!("Signed={signed}"))));
        let mut rule = redirects_file::line(self.line, &words)?;
        if self.get("headers").is_some() {
            rule.beside.push("the header fields that the entry sends along have no place in _redirects");
        }
        Ok(rule)
    }
}

/// A text without blanks, as a line of words has it.
fn one_word(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join("%20")
}

/// Whether every bracket of a value is closed, outside of quotes.
fn is_closed(value: &str) -> bool {
    let (mut open, mut quote) = (0_usize, None);
    for c in value.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(mark)) if c == mark => quote = None,
            ('[' | '{', None) => open += 1,
            (']' | '}', None) => open = open.saturating_sub(1),
            ('#', None) => break,
            _ => {}
        }
    }
    open == 0
}

fn unquoted(text: &str) -> String {
    text.trim_matches(['"', '\'']).to_owned()
}

/// The value at the beginning of a text, and what follows it.
fn value_of(text: &str, depth: usize) -> Option<(Value, &str)> {
    let text = text.trim_start();
    let first = text.chars().next().filter(|_| depth < MAX_DEPTH)?;
    match first {
        '"' | '\'' => {
            let (inner, rest) = text[1..].split_once(first)?;
            Some((Value::Text(inner.to_owned()), rest))
        }
        '[' => {
            let (mut list, mut rest) = (Vec::new(), text[1..].trim_start());
            while !rest.starts_with(']') {
                let (value, after) = value_of(rest, depth + 1)?;
                list.push(value);
                rest = after.trim_start().trim_start_matches(',').trim_start();
            }
            Some((Value::List(list), &rest[1..]))
        }
        '{' => {
            let (mut members, mut rest) = (Vec::new(), text[1..].trim_start());
            while !rest.starts_with('}') {
                let (name, after) = rest.split_once('=')?;
                let (value, after) = value_of(after, depth + 1)?;
                members.push((unquoted(name.trim()), value));
                rest = after.trim_start().trim_start_matches(',').trim_start();
            }
            Some((Value::Table(members), &rest[1..]))
        }
        _ => {
            let end = text.find([',', ']', '}', '#', ' ']).unwrap_or(text.len());
            let word = &text[..end];
            (!word.is_empty()).then(|| (Value::Text(word.to_owned()), &text[end..]))
        }
    }
}
