//! What stands in one cell of a list: an address, a status, a switch; and two cells as a rule.

use super::super::lines::MAX_ADDRESS;
use crate::redirect_pattern::Pattern;
use crate::redirect_rule::{Kind, RedirectRule, is_error, is_redirect};

/// How a format writes patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// It has none: every address is meant as it stands.
    Literal,
    /// `*` and `:name`, as in `_redirects`.
    Placeholders,
    /// `[name]`, as Squarespace does.
    Brackets,
    /// The old address is a regular expression.
    Regex,
    /// Whatever people write into a list: `*`, `:name`, or what looks like a regular expression.
    Any,
}

/// What two cells are.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells<'c> {
    /// The line, from 1.
    pub line: usize,
    /// The old address.
    pub from: &'c str,
    /// The target.
    pub to: &'c str,
    /// What the list says of the status.
    pub status: Option<u16>,
}

impl Cells<'_> {
    /// The rule.
    ///
    /// # Errors
    /// Why the two are none.
    pub(super) fn rule(&self, style: Style) -> Result<RedirectRule, &'static str> {
        let Self { line, status, .. } = *self;
        let (from, to) = (unhidden(self.from.trim()), unhidden(self.to.trim()));
        let (from, to) = (from.as_str(), to.as_str());
        let kind = match status {
            None => Kind::Move,
            Some(status) if is_redirect(status) => Kind::Move,
            Some(200) => Kind::Rewrite,
            Some(status) if is_error(status) => Kind::Gone,
            Some(_) => return Err("this status is no redirect"),
        };
        let rule =
            |from: String, to: String| RedirectRule { kind, status, ..RedirectRule::plain(line, from, to) };
        if !kind.is_move() {
            if from.is_empty() || is_refused(from) || is_refused(to) {
                return Err(why(from, to));
            }
            return Ok(rule(from.to_owned(), to.to_owned()));
        }
        if is_pattern(from, to, style) {
            if from.is_empty() || to.is_empty() || is_refused(from) || is_refused(to) {
                return Err(why(from, to));
            }
            let pattern = pattern(from, to, style);
            return Ok(RedirectRule { kind: Kind::Pattern, pattern, ..rule(from.to_owned(), to.to_owned()) });
        }
        match (address(from), address(to)) {
            (Some(from), Some(to)) => Ok(rule(from, to)),
            _ => Err(why(from, to)),
        }
    }
}

/// A text whose invisible characters, which turn or split what is shown, are encoded as browsers send them.
fn unhidden(text: &str) -> String {
    let is_hidden = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            c.to_string().bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// Why two cells are no move.
fn why(from: &str, to: &str) -> &'static str {
    if from.is_empty() || to.is_empty() {
        "one of the two addresses is missing"
    } else if is_too_long(from) || is_too_long(to) {
        "an address is too long"
    } else if address(from).is_some() {
        "the second column is not a path or a web address"
    } else {
        "the first column is not a path or a web address"
    }
}

fn is_refused(cell: &str) -> bool {
    is_too_long(cell) || cell.chars().any(char::is_control)
}

fn is_too_long(cell: &str) -> bool {
    cell.chars().count() > MAX_ADDRESS
}

/// Whether an old address stands for many.
fn is_pattern(from: &str, to: &str, style: Style) -> bool {
    let placeholder = || {
        let path = from.split(['?', '#']).next().unwrap_or_default();
        let named = path.split('/').any(|segment| {
            segment.strip_prefix(':').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
        });
        let path = path.split_once("://").map_or(path, |(_, rest)| rest);
        named || path.contains('*')
    };
    match style {
        Style::Literal => false,
        Style::Placeholders => placeholder(),
        Style::Brackets => has_brackets(from) || placeholder(),
        Style::Regex => true,
        Style::Any => looks_like_regex(from, to) || placeholder(),
    }
}

fn has_brackets(text: &str) -> bool {
    text.split_once('[').is_some_and(|(_, rest)| {
        rest.split_once(']').is_some_and(|(name, _)| !name.is_empty() && !name.contains('/'))
    })
}

/// Whether somebody wrote a regular expression where an address is expected.
fn looks_like_regex(from: &str, to: &str) -> bool {
    let groups = ["(.*)", "(.+)", "([^", "(\\d", "(\\w", "(?:", "[0-9]", "[a-z", "\\d+", ".*", "(?<"];
    let named = from.contains('(') && ["$1", "\\1", "${1}"].iter().any(|name| to.contains(name));
    from.starts_with('^') || named || groups.iter().any(|group| from.contains(group))
}

/// The pattern of two cells, where other hosts could have it, too.
fn pattern(from: &str, to: &str, style: Style) -> Option<Pattern> {
    let whole = address(from);
    let (host, path) = match &whole {
        Some(whole) => parted(whole),
        None => (None, None),
    };
    let target = address(to);
    let pattern = match style {
        Style::Literal => None,
        Style::Regex => Pattern::from_regex(&anchored(from), &regex_target(to)?),
        Style::Any if looks_like_regex(from, to) => Pattern::from_regex(&anchored(from), &regex_target(to)?),
        Style::Brackets if has_brackets(from) => Pattern::from_brackets(&path?, &target?),
        Style::Placeholders | Style::Brackets | Style::Any => Pattern::from_placeholders(&path?, &target?),
    };
    pattern.map(|pattern| pattern.on_host(host))
}

/// The host of an address, where it names one, and its path.
fn parted(address: &str) -> (Option<String>, Option<String>) {
    if address.starts_with('/') {
        return (None, Some(address.to_owned()));
    }
    let Some((_, rest)) = address.split_once("://") else { return (None, None) };
    let Some(at) = rest.find('/') else { return (None, None) };
    let (host, path) = rest.split_at(at);
    let plain =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    if plain { (Some(host.to_ascii_lowercase()), Some(path.to_owned())) } else { (None, None) }
}

/// Plugins match from the beginning of a path, and few people write that down.
fn anchored(regex: &str) -> String {
    let regex = regex.strip_prefix('^').unwrap_or(regex);
    if regex.starts_with(['/', '(']) { format!("^{regex}") } else { format!("^/{regex}") }
}

/// A target with `$1`, which is an address but for that.
fn regex_target(to: &str) -> Option<String> {
    let to = to.replace("${1}", "$1");
    if to.starts_with('$') { None } else { address(&to) }
}

/// A path or web address; `None` where the cell is neither. Blanks in it are encoded. A host without a scheme is one that has both a
/// dot and the shape of a name.
pub(super) fn address(cell: &str) -> Option<String> {
    // What follows a blank and a # is a note.
    let cell = cell.split(" #").next().unwrap_or_default().trim();
    if cell.is_empty() || is_too_long(cell) || cell.chars().any(char::is_control) {
        return None;
    }
    let scheme = cell.split_once(':').filter(|(scheme, rest)| {
        !rest.is_empty() && scheme.len() > 2 && scheme.bytes().all(|b| b.is_ascii_alphabetic())
    });
    let is_web = scheme.is_some_and(|(_, rest)| rest.starts_with("//"));
    let encoded = || cell.replace([' ', '\u{a0}'], "%20");
    if cell.starts_with('/') || is_web {
        return Some(encoded());
    }
    if is_host(cell) {
        return Some(format!("https://{}", encoded()));
    }
    // An address of another kind is one still: what is wrong with it is told beside it.
    (scheme.is_some() && !cell.contains(' ')).then(|| cell.to_owned())
}

/// Endings of files, which look like the end of a host's name.
const FILES: [&str; 26] = [
    "html", "htm", "shtml", "xhtml", "php", "asp", "aspx", "jsp", "cfm", "cgi", "pdf", "txt", "xml", "json",
    "jpg", "jpeg", "png", "gif", "svg", "webp", "css", "js", "doc", "docx", "xls", "xlsx",
];

fn is_host(cell: &str) -> bool {
    let end = cell.find(['/', '?', '#']).unwrap_or(cell.len());
    let host = &cell[..end];
    let host = match host.split_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        Some(_) => return false,
        None => host,
    };
    let labels: Vec<&str> = host.split('.').collect();
    let label = |label: &&str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let Some((last, before)) = labels.split_last() else { return false };
    let last_is_name =
        last.starts_with("xn--") || (last.chars().count() >= 2 && last.chars().all(char::is_alphabetic));
    !before.is_empty()
        && labels.iter().all(label)
        && last_is_name
        && !FILES.contains(&last.to_ascii_lowercase().as_str())
}

/// A status as people write it: `301`, `301!`, `301 Moved Permanently`, `permanent`. `None` where it is none.
pub(super) fn status(cell: &str) -> Option<u16> {
    let cell = cell.trim().trim_start_matches('(').trim_end_matches(')');
    let digits = cell.get(..3).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let ends =
        cell.get(3..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['!', ' ', '-', ':', '_', '.']));
    if let Some(digits) = digits.filter(|_| ends) {
        return digits.parse().ok().filter(|status| (200..600).contains(status));
    }
    let words = cell.to_lowercase();
    let any = |names: &[&str]| names.iter().any(|name| words == *name || words == format!("{name} redirect"));
    if any(&["permanent", "moved permanently", "permanently", "dauerhaft", "permanente"]) {
        Some(301)
    } else if any(&[
        "temporary",
        "temp",
        "found",
        "moved temporarily",
        "temporär",
        "temporaire",
        "temporal",
        "seeother",
    ]) {
        Some(302)
    } else if any(&["gone"]) {
        Some(410)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_path_a_web_address_or_a_host_with_its_path() {
        for (cell, read) in [
            ("/a b", Some("/a%20b")),
            ("/a # moved in May", Some("/a")),
            ("https://example.com/x y", Some("https://example.com/x%20y")),
            ("example.com/d", Some("https://example.com/d")),
            ("www.bücher.de", Some("https://www.bücher.de")),
            ("about.html", None),
            ("index.php/x", None),
            ("nowhere here", None),
            ("mailto:me@example.com", Some("mailto:me@example.com")),
            ("", None),
            ("1.2", None),
        ] {
            assert_eq!(address(cell).as_deref(), read, "{cell}");
        }
    }

    #[test]
    fn a_status_is_read_in_words_and_figures() {
        for (cell, read) in [
            ("301", Some(301)),
            ("302 Found", Some(302)),
            ("301!", Some(301)),
            ("(307)", Some(307)),
            ("Temporary", Some(302)),
            ("3012", None),
            ("99", None),
            ("x", None),
        ] {
            assert_eq!(status(cell), read, "{cell}");
        }
    }
}
