//! Apache: `Redirect`, `RedirectMatch` (mod_alias) and `RewriteRule` with its conditions (mod_rewrite), as in `.htaccess`
//! (httpd.apache.org, documentation of 2.4, read 2026-11).

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::cells::{Cells, Style, status};
use crate::redirect_pattern::Pattern;
use crate::redirect_rule::{Kind, RedirectRule};

/// Lines that are looked at to recognise the file.
const SAMPLE: usize = 200;

/// Directives that are read.
const READ: [&str; 8] = [
    "redirect",
    "redirectmatch",
    "redirectpermanent",
    "redirecttemp",
    "rewriterule",
    "rewritecond",
    "rewriteengine",
    "rewritebase",
];

const NOTE: &str = "Redirect moves every address below the old one, too. It is read as one address: add a pattern for a whole folder.";

/// Recognises the directives.
pub(super) fn recognise(text: &str) -> bool {
    let (mut known, mut all) = (0, 0);
    for line in text.lines().map(str::trim).filter(|line| is_told(line)).take(SAMPLE) {
        all += 1;
        let directive = line.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        known += usize::from(READ.contains(&directive.as_str()));
    }
    known > 0 && known * 3 > all
}

fn is_told(line: &str) -> bool {
    !line.is_empty() && !line.starts_with(['#', '<'])
}

/// A condition before a rule.
struct Condition {
    test: String,
    pattern: String,
}

/// Reads the directives.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    let mut conditions: Vec<Condition> = Vec::new();
    for (at, text) in text.lines().enumerate().filter(|(_, text)| is_told(text.trim())) {
        let line = at + 1;
        let words = words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let Some((directive, rest)) = words.split_first() else { continue };
        match (directive.to_ascii_lowercase().as_str(), rest) {
            ("rewriteengine" | "rewritebase", _) => {}
            ("rewritecond", [test, pattern, ..]) => {
                if conditions.len() < 20 {
                    conditions.push(Condition { test: (*test).to_owned(), pattern: (*pattern).to_owned() });
                }
            }
            ("rewriterule", [pattern, target, flags @ ..]) => {
                let conditions = std::mem::take(&mut conditions);
                let flags = flags.first().copied().unwrap_or_default();
                if let Some(read) = rewrite(line, pattern, target, flags, &conditions) {
                    lines.take(line, text, read);
                } else {
                    lines.pass_over();
                }
            }
            ("redirect", rest) => {
                lines.note(NOTE);
                lines.take(line, text, redirect(line, rest, false));
            }
            ("redirectpermanent", [from, to]) => {
                lines.note(NOTE);
                lines.take(line, text, redirect(line, &["301", from, to], false));
            }
            ("redirecttemp", [from, to]) => {
                lines.note(NOTE);
                lines.take(line, text, redirect(line, &["302", from, to], false));
            }
            ("redirectmatch", rest) => lines.take(line, text, redirect(line, rest, true)),
            (directive, _) if READ.contains(&directive) => {
                lines.take(line, text, Err("this directive has too few words"));
            }
            _ => lines.pass_over(),
        }
    }
    ListFormat::Apache
}

/// The words of a line: quotes hold a word together, and a backslash holds a quotation mark.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while let Some(c) = rest.chars().next() {
        let mut word = String::new();
        let quote = Some(c).filter(|c| matches!(c, '"' | '\''));
        let mut chars = rest.char_indices().skip(usize::from(quote.is_some())).peekable();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            match (c, quote) {
                // A backslash that is itself escaped holds nothing.
                ('\\', Some(_)) if matches!(chars.peek(), Some((_, '\\'))) => {
                    word.push_str("\\\\");
                    chars.next();
                }
                ('\\', Some(quote)) if matches!(chars.peek(), Some((_, next)) if *next == quote) => {
                    word.push(quote);
                    chars.next();
                }
                (c, Some(quote)) if c == quote => {
                    end = at + 1;
                    break;
                }
                ('\\', None) if matches!(chars.peek(), Some((_, ' '))) => {
                    word.push(' ');
                    chars.next();
                }
                (c, None) if c.is_whitespace() => {
                    end = at;
                    break;
                }
                (c, _) => word.push(c),
            }
        }
        words.push(word);
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
    words
}

fn redirect(line: usize, words: &[&str], matched: bool) -> Result<RedirectRule, &'static str> {
    let is_status = |word: &str| {
        word.parse::<u16>().is_ok()
            || matches!(word.to_ascii_lowercase().as_str(), "permanent" | "temp" | "seeother" | "gone")
    };
    let (said, rest) = match words {
        [first, rest @ ..] if is_status(first) => (status(first), rest),
        rest => (Some(302), rest),
    };
    let (from, to) = match rest {
        [from, to] => (*from, *to),
        [from] => (*from, ""),
        _ => return Err("this directive takes an old address and a target"),
    };
    if to.is_empty() && !matches!(said, Some(404 | 410 | 451)) {
        return Err("one of the two addresses is missing");
    }
    if !matched {
        if from == "/" && !to.is_empty() {
            // Of the root it is about the whole site.
            let mut rule = Cells { line, from, to, status: said }.rule(Style::Regex)?;
            let target = format!("{}/$1", to.trim_end_matches('/'));
            rule.pattern = Pattern::from_regex("^/(.*)$", &target);
            return Ok(rule);
        }
        // The path is compared decoded; here it may be written either way.
        return Cells { line, from, to, status: said }.rule(Style::Literal);
    }
    matching(line, from, to, said)
}

/// A regular expression for a decoded path.
fn matching(line: usize, regex: &str, to: &str, status: Option<u16>) -> Result<RedirectRule, &'static str> {
    let decoded = regex.replace('%', "\\x25");
    let literal = Pattern::literal_of(&decoded).map(|path| path.replace('?', "%3F"));
    // Escapes of a target: `\%` and `\$` are themselves.
    let plain = unescaped(to);
    match literal {
        Some(from) if !has_reference(to) => {
            Cells { line, from: &from, to: &plain, status }.rule(Style::Literal)
        }
        _ => {
            let mut rule = Cells { line, from: regex, to: &plain, status }.rule(Style::Regex)?;
            if rule.kind == Kind::Pattern {
                rule.pattern = Pattern::from_regex(&decoded, &plain);
            }
            Ok(rule)
        }
    }
}

/// Whether a target repeats a part of the old address.
fn has_reference(target: &str) -> bool {
    let mut before = ' ';
    for (at, c) in target.char_indices() {
        let next = target[at + c.len_utf8()..].chars().next();
        if matches!(c, '$' | '%')
            && before != '\\'
            && next.is_some_and(|next| next == '{' || (c == '$' && next.is_ascii_digit()))
        {
            return true;
        }
        before = c;
    }
    false
}

fn unescaped(target: &str) -> String {
    let mut out = String::new();
    let mut chars = target.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

/// What carries the old query to a target that ends in a fragment.
const CARRIED: &str = "?%{QUERY_STRING}";

/// A rule with its conditions; `None` where it says nothing that is read.
fn rewrite(
    line: usize,
    regex: &str,
    target: &str,
    flags: &str,
    conditions: &[Condition],
) -> Option<Result<RedirectRule, &'static str>> {
    let flags: Vec<String> =
        flags.trim_matches(['[', ']']).split(',').map(|flag| flag.trim().to_ascii_uppercase()).collect();
    let of = |name: &str| flags.iter().find(|flag| *flag == name || flag.starts_with(&format!("{name}=")));
    let said = match of("R").or_else(|| of("REDIRECT")) {
        Some(flag) => {
            flag.split_once('=').map_or(Some(302), |(_, code)| status(code).or(status(&code.to_lowercase())))
        }
        None if of("G").is_some() || of("GONE").is_some() => Some(410),
        None if target.contains("://") => Some(302),
        None => Some(200),
    };
    let (target, carried) = match target.replace(CARRIED, "") {
        shorter if shorter.len() < target.len() => (shorter, true),
        same => (same, false),
    };
    let target = target.as_str();
    let target = match target {
        "-" => "",
        // A question mark at the end drops the old query.
        target if target.matches('?').count() == 1 && !target.contains('#') => {
            target.strip_suffix('?').unwrap_or(target)
        }
        target => target,
    };
    if target.is_empty() && said == Some(200) {
        return None;
    }
    if let [Condition { test, pattern }] = conditions
        && test == "%{THE_REQUEST}"
        && let Some(read) = sent(line, pattern, target, said)
    {
        return Some(read);
    }
    let (mut host, mut query, mut other, mut raw) = (None, None, false, false);
    for Condition { test, pattern } in conditions {
        let literal = literal(pattern);
        match (test.as_str(), literal) {
            ("%{QUERY_STRING}", Some(literal)) => query = Some(literal),
            // Ours for a target with a fragment: the other of the two rules is read.
            ("%{QUERY_STRING}", None) if carried && pattern == "." => return None,
            ("%{HTTP_HOST}", Some(literal)) => host = Some(literal),
            ("%{THE_REQUEST}", _) if pattern == "\\s/+\\?\\s" || pattern.ends_with("\\?\\s") => raw = true,
            _ => other = true,
        }
    }
    let in_htaccess = regex.strip_prefix("^/?").map(|rest| format!("^/{rest}"));
    let regex = match in_htaccess {
        Some(regex) => regex,
        None => match regex.strip_prefix('^') {
            Some(rest) if !rest.starts_with(['/', '(']) && !rest.is_empty() => format!("^/{rest}"),
            Some(rest) if rest.starts_with('(') => format!("^/{rest}"),
            _ => regex.to_owned(),
        },
    };
    let read = matching(line, &regex, target, said).map(|mut rule| {
        if rule.kind.is_move() {
            if let Some(query) = query.filter(|query| !query.is_empty()) {
                rule.from = format!("{}?{query}", rule.from);
            }
            if raw {
                rule.from.push('?');
            }
            if let Some(host) = host {
                rule.from = format!("https://{host}{}", rule.from);
            }
        } else if rule.kind == Kind::Pattern && (host.is_some() || query.is_some()) {
            rule.pattern = None;
        }
        if other && matches!(rule.kind, Kind::Move | Kind::Pattern) {
            rule.kind = Kind::Conditional;
        }
        rule
    });
    Some(read)
}

/// Our patterns, which compare what a client sent: the parts are those of the condition (`%1`).
fn sent(
    line: usize,
    pattern: &str,
    target: &str,
    status: Option<u16>,
) -> Option<Result<RedirectRule, &'static str>> {
    let path = pattern.strip_prefix("^\\S+\\s+")?.strip_suffix("(?:[?\\s]|$)")?;
    let regex = format!("^{}$", path.replace("[^?\\s]", "[^?]").replace("[^/?\\s]", "[^/?]"));
    let mut to = String::new();
    let mut chars = target.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => to.extend(chars.next()),
            '%' if chars.peek().is_some_and(char::is_ascii_digit) => to.push('$'),
            c => to.push(c),
        }
    }
    let read = Cells { line, from: &regex, to: &to, status }.rule(Style::Regex);
    Some(read.map(|rule| match rule.kind {
        Kind::Pattern => RedirectRule { pattern: Pattern::from_regex(&regex, &to), ..rule },
        _ => rule,
    }))
}

/// A text that a condition compares with as a whole: `^id=7$`, `^(?:www\.)?example\.com$`.
fn literal(pattern: &str) -> Option<String> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let inner =
        inner.strip_prefix("(?:www\\.)?").or_else(|| inner.strip_prefix("(www\\.)?")).unwrap_or(inner);
    if inner.is_empty() {
        return Some(String::new());
    }
    // A slash before it makes a path of it, and of it the pieces of a path are read.
    let path = Pattern::literal_of(&format!("^/{inner}$"))?;
    path.strip_prefix('/').map(str::to_owned)
}
