//! `_redirects` of Netlify and of Cloudflare: blanks between the old address, conditions on its query, the target, the status, and
//! conditions on the visitor (both documentations read 2026-11).

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::cells::{Cells, Style, address, status};
use crate::redirect_rule::{Kind, RedirectRule};

/// Lines that are looked at to recognise the file.
const SAMPLE: usize = 200;

/// What visitors are told apart by.
const CONDITIONS: [&str; 4] = ["Language", "Country", "Cookie", "Role"];

/// Recognises the file: most lines are in its form, and one has what only this file has.
pub(super) fn recognise(text: &str) -> bool {
    let (mut known, mut sure, mut all) = (0, false, 0);
    for text in text.lines().filter(|text| is_told(text)).take(SAMPLE) {
        let words = words(text);
        all += 1;
        let is_line = words.len() > 1 && line(1, &words).is_ok() && !text.contains([',', ';', '\t']);
        let is_tabbed =
            words.len() > 2 && line(1, &words).is_ok() && words[2..].iter().any(|word| is_status(word));
        known += usize::from(is_line || is_tabbed);
        sure |= words.iter().skip(2).any(|word| is_status(word) || is_condition(word))
            || words.first().is_some_and(|from| from.contains("/*") || from.contains("/:"));
    }
    sure && known * 2 > all
}

/// Reads the lines.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    let mut netlify = false;
    for (at, text) in text.lines().enumerate().filter(|(_, text)| is_told(text)) {
        let words = words(text);
        netlify |= words
            .iter()
            .skip(1)
            .any(|word| is_condition(word) || (is_status(word) && word.ends_with('!')) || is_query(word));
        lines.take(at + 1, text, line(at + 1, &words));
    }
    if netlify { ListFormat::Netlify } else { ListFormat::RedirectsFile }
}

fn is_told(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !text.starts_with('#')
}

/// The words of a line, up to a comment.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().take_while(|word| !word.starts_with('#')).map(str::to_owned).collect()
}

fn is_status(word: &str) -> bool {
    let digits = word.strip_suffix('!').unwrap_or(word);
    digits.len() == 3 && status(digits).is_some()
}

fn is_condition(word: &str) -> bool {
    let Some((name, value)) = word.split_once('=') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ',' | '-' | '_');
    CONDITIONS.iter().any(|known| known.eq_ignore_ascii_case(name))
        && !value.is_empty()
        && value.chars().all(plain)
}

/// A condition on the query: `id=7`.
fn is_query(word: &str) -> bool {
    address(word).is_none()
        && word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && !name.contains(['/', '?', ':']))
}

/// One line, in words.
///
/// # Errors
/// Why it is none.
pub(super) fn line(line: usize, words: &[String]) -> Result<RedirectRule, &'static str> {
    let [from, rest @ ..] = words else { return Err("there is only one address on this line") };
    let query: Vec<&str> = rest.iter().map(String::as_str).take_while(|word| is_query(word)).collect();
    let mut rest = rest[query.len()..].iter().map(String::as_str);
    let Some(to) = rest.next() else { return Err("there is only one address on this line") };
    // A status in the target's place: the address is gone.
    if is_status(to) {
        return Cells { line, from, to: "", status: status(to) }.rule(Style::Placeholders);
    }
    let rest: Vec<&str> = rest.collect();
    let said = rest.first().filter(|word| is_status(word)).and_then(|word| status(word));
    // Conditions on the visitor, and what else is set there: `Language=de`, `Signed=TOKEN`.
    let conditions: Vec<&str> = rest.iter().copied().filter(|word| word.contains('=')).collect();
    // A value of the query that the target repeats.
    let captures =
        query.iter().any(|word| word.split_once('=').is_some_and(|(_, value)| value.starts_with(':')));
    let whole = match (query.is_empty(), from.contains('?')) {
        (true, _) => from.clone(),
        (false, false) => format!("{from}?{}", query.join("&")),
        (false, true) => format!("{from}&{}", query.join("&")),
    };
    let mut rule = Cells { line, from: &whole, to, status: said }.rule(Style::Placeholders)?;
    if captures && rule.kind.is_move() {
        rule.kind = Kind::Pattern;
    }
    if !query.is_empty() && rule.kind == Kind::Pattern {
        rule.pattern = None;
        rule.because = Some(format!("it is about a value of the query ({})", query.join(" ")));
    }
    if !conditions.is_empty() && matches!(rule.kind, Kind::Move | Kind::Pattern | Kind::Gone) {
        rule.kind = Kind::Conditional;
        rule.pattern = None;
        rule.because = Some(format!("it holds only with {}", conditions.join(" ")));
    }
    if !rule.kind.is_move() {
        let words =
            [from.as_str()].into_iter().chain(query).chain([to]).chain(rest).filter(|word| is_word(word));
        rule.netlify = Some(words.collect::<Vec<&str>>().join(" "));
    }
    Ok(rule)
}

/// Whether a word of a line says something to Netlify: an address, a status or a condition.
fn is_word(word: &str) -> bool {
    word.contains(['/', '=', ':']) || is_status(word)
}
