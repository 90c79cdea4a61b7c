//! What stands in the input: one record, several, the lines of a zone file, or what a tool for DNS prints.

use launch_ready_core::dns::{CharacterString, RecordType};
use launch_ready_core::email::txt;

/// One record of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// A text, with the owner name that stands before it; empty where none does.
    Text {
        /// The name.
        owner: String,
        /// The strings of the record, joined.
        text: String,
    },
    /// A record of another type, as it stands.
    Other(String),
}

impl Item {
    fn text(owner: &str, text: String) -> Self {
        Self::Text { owner: owner.to_owned(), text }
    }
}

/// The records in the input, in order.
pub(super) fn items(input: &str) -> Vec<Item> {
    let whole = input.trim_end_matches(['\r', '\n']);
    if whole.trim().is_empty() {
        return Vec::new();
    }
    if let Some(items) = zone(input) {
        return items;
    }
    // Records without names, one a line. Line breaks inside of one: a policy file, or a key that was pasted in pieces.
    let lines: Vec<&str> = whole.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let begins = |line: &&str| line.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("v="));
    if lines.len() > 1 && lines.iter().all(begins) {
        return lines.into_iter().map(|line| Item::text("", line.to_owned())).collect();
    }
    vec![Item::text("", whole.to_owned())]
}

/// The records of a zone file, or of what `dig`, `host` and `nslookup` print; `None` where the input is neither.
/// [RFC 1035, 5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)
fn zone(input: &str) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let (mut origin, mut owner) = (String::new(), String::new());
    for entry in entries(input) {
        let words: Vec<&str> = entry.words.iter().map(|word| word.text.as_str()).collect();
        match words.first().copied() {
            None => continue,
            Some("$ORIGIN") => {
                origin = words.get(1).copied().unwrap_or_default().to_owned();
                continue;
            }
            Some(word) if word.starts_with('$') => continue,
            Some(_) => {}
        }
        if entry.words.iter().all(|word| word.is_quoted) {
            items.push(Item::text(if entry.is_indented { &owner } else { "" }, text_of(&entry.words)));
            continue;
        }
        let first = entry.words.first().filter(|word| !word.is_quoted && !word.text.contains('='));
        let has_owner = !entry.is_indented && record_type(&words).is_none_or(|(at, _)| at > 0);
        if has_owner {
            owner = absolute(&first?.text, &origin);
        }
        let Some((at, kind)) = record_type(&words) else {
            items.push(printed(&entry, &words, &owner)?);
            continue;
        };
        let data = entry.words.get(at + 1..).unwrap_or_default();
        items.push(if kind == RecordType::Txt {
            Item::text(
                &owner,
                if data.iter().any(|word| word.is_quoted) { text_of(data) } else { entry.behind(at) },
            )
        } else {
            Item::Other(format!("{owner} {kind} {}", words.get(at + 1..).unwrap_or_default().join(" ")))
        });
    }
    let is_zone = items.iter().any(|item| match item {
        Item::Text { owner, .. } => !owner.is_empty() || input.trim_start().starts_with('"'),
        Item::Other(_) => true,
    });
    is_zone.then_some(items)
}

/// `example.com descriptive text "…"`, `example.com text = "…"`
fn printed(entry: &Entry, words: &[&str], owner: &str) -> Option<Item> {
    let is_host = words.get(1..3) == Some(&["descriptive", "text"]);
    let is_nslookup = words.get(1..3) == Some(&["text", "="]);
    let data = entry.words.get(3..).unwrap_or_default();
    let is_text = (is_host || is_nslookup) && !data.is_empty() && data.iter().all(|word| word.is_quoted);
    is_text.then(|| Item::text(owner, text_of(data)))
}

/// Where the type of a record stands, behind an owner, a time to live and a class, each of which may be missing.
fn record_type(words: &[&str]) -> Option<(usize, RecordType)> {
    for (at, word) in words.iter().enumerate().take(4) {
        let is_before = word.bytes().all(|b| b.is_ascii_digit())
            || word.eq_ignore_ascii_case("IN")
            || (word.ends_with(['s', 'm', 'h', 'd', 'w']) && word.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(kind) = RecordType::from_name(&word.to_ascii_uppercase()).filter(|_| at + 1 < words.len())
        {
            return Some((at, kind));
        }
        if at > 0 && !is_before {
            return None;
        }
    }
    None
}

fn absolute(name: &str, origin: &str) -> String {
    match name {
        _ if origin.is_empty() || name.ends_with('.') => name.to_owned(),
        "@" => origin.to_owned(),
        _ => format!("{name}.{origin}"),
    }
}

fn text_of(words: &[Word]) -> String {
    let strings: Vec<CharacterString> =
        words.iter().map(|word| CharacterString::from_presentation(&word.text)).collect();
    String::from_utf8_lossy(&txt::joined(&strings)).into_owned()
}

/// One entry of a zone file: a line, or several in parentheses.
#[derive(Debug, Default)]
struct Entry {
    words: Vec<Word>,
    /// Whether it begins with a blank: the owner is that of the entry before.
    is_indented: bool,
    /// The line that it begins with.
    line: String,
}

impl Entry {
    /// What stands behind the word at `at` on the line: a text that somebody typed without quotes, semicolons and all.
    fn behind(&self, at: usize) -> String {
        let mut rest = self.line.trim_start();
        for _ in 0..=at {
            rest = rest.trim_start();
            rest = rest.find(char::is_whitespace).and_then(|end| rest.get(end..)).unwrap_or_default();
        }
        rest.trim().replace("\\;", ";")
    }
}

#[derive(Debug)]
struct Word {
    text: String,
    is_quoted: bool,
}

/// The entries of a text, without comments.
fn entries(input: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut entry, mut depth) = (Entry::default(), 0usize);
    for line in input.lines() {
        if depth == 0 {
            entry = Entry {
                is_indented: line.starts_with([' ', '\t']),
                line: line.to_owned(),
                ..Entry::default()
            };
        }
        let mut rest = line.trim_start();
        while let Some(c) = rest.chars().next() {
            let behind = rest.get(c.len_utf8()..).unwrap_or_default();
            rest = match c {
                ';' => "",
                '(' => {
                    depth += 1;
                    behind
                }
                ')' => {
                    depth = depth.saturating_sub(1);
                    behind
                }
                '"' => {
                    let end = closing(behind).unwrap_or(behind.len());
                    let text = behind.get(..end).unwrap_or_default().to_owned();
                    entry.words.push(Word { text, is_quoted: true });
                    behind.get(end + 1..).unwrap_or_default()
                }
                _ => {
                    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '(' | ')' | '"');
                    let end = rest.find(ends).unwrap_or(rest.len());
                    let text = rest.get(..end).unwrap_or_default().to_owned();
                    entry.words.push(Word { text, is_quoted: false });
                    rest.get(end..).unwrap_or_default()
                }
            }
            .trim_start();
        }
        if depth == 0 {
            entries.push(std::mem::take(&mut entry));
        }
    }
    entries.push(entry);
    entries
}

/// Where a quoted string ends.
fn closing(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(input: &str) -> Vec<(String, String)> {
        let text = |item| match item {
            Item::Text { owner, text } => (owner, text),
            Item::Other(line) => ("other".to_owned(), line),
        };
        items(input).into_iter().map(text).collect()
    }

    fn one(owner: &str, text: &str) -> (String, String) {
        (owner.to_owned(), text.to_owned())
    }

    #[test]
    fn a_record_comes_as_text_and_as_dig_prints_it() {
        assert_eq!(texts("v=spf1 -all\n"), [one("", "v=spf1 -all")]);
        assert_eq!(texts("v=spf1 a mx -all\n"), [one("", "v=spf1 a mx -all")]);
        assert_eq!(texts("\"v=spf1 \" \"-all\"\n\"a\\\"b\"\n"), [one("", "v=spf1 -all"), one("", "a\"b")]);
        for text in ["v=DKIM1; n=\"a\"", "version: STSv1\nmode: none", "p=none; rua=mailto:a@b.example"] {
            assert_eq!(texts(text), [one("", text)], "{text}");
        }
        assert_eq!(texts("\n"), []);
        let dig = "; <<>> DiG 9.18 <<>> TXT a.example\n;; ANSWER SECTION:\na.example.\t300\tIN\tTXT\t\"v=spf1 -all\"\n\n;; Query time: 4 msec\n";
        assert_eq!(texts(dig), [one("a.example.", "v=spf1 -all")]);
        assert_eq!(texts("a.example descriptive text \"v=spf1 -all\"\n"), [one("a.example", "v=spf1 -all")]);
        assert_eq!(texts("a.example\ttext = \"v=spf1 -all\"\n"), [one("a.example", "v=spf1 -all")]);
    }

    #[test]
    fn a_zone_file_comes_with_comments_parentheses_and_other_types() {
        let zone = "$ORIGIN a.example.\n$TTL 3600\n@ IN SOA ns1 host ( 1 ; serial\n 2 3 4 5 )\n@ 300 IN A 192.0.2.1\n  TXT \"v=spf1 -all\" ; ours\n\
            _dmarc 1h TXT \"v=DMARC1; p=none\"\ns1._domainkey TXT ( \"v=DKIM1; \"\n  \"p=\" )\nmail MX 10 mx.b.example.\n";
        let found = texts(zone);
        assert_eq!(found.len(), 6, "{found:?}");
        assert_eq!(found[2], one("a.example.", "v=spf1 -all"));
        assert_eq!(found[3], one("_dmarc.a.example.", "v=DMARC1; p=none"));
        assert_eq!(found[4], one("s1._domainkey.a.example.", "v=DKIM1; p="));
        assert_eq!(found[5], one("other", "mail.a.example. MX 10 mx.b.example."));
    }

    #[test]
    fn a_text_without_quotes_is_taken_to_the_end_of_its_line() {
        assert_eq!(
            texts("_dmarc TXT v=DMARC1; p=none; rua=mailto:a@b.example\n"),
            [one("_dmarc", "v=DMARC1; p=none; rua=mailto:a@b.example")]
        );
        assert_eq!(
            texts("_dmarc.a.example. IN TXT v=DMARC1\\; p=none"),
            [one("_dmarc.a.example.", "v=DMARC1; p=none")]
        );
    }

    #[test]
    fn several_records_come_one_a_line() {
        assert_eq!(
            texts("v=spf1 -all\nv=DMARC1; p=none\n"),
            [one("", "v=spf1 -all"), one("", "v=DMARC1; p=none")]
        );
        let key = "v=DKIM1; k=rsa; p=MIIB\nIjAN";
        assert_eq!(texts(key), [one("", key)]);
    }
}
