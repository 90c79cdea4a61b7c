//! nginx: entries of a `map`, with their block or without, `rewrite`, and `return` in a `location` or an `if` (nginx.org,
//! ngx_http_map_module, ngx_http_rewrite_module, read 2026-11).

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::cells::{Cells, Style, address};
use crate::redirect_pattern::Pattern;
use crate::redirect_rule::{Kind, Manner, OldQuery, RedirectRule, is_error, is_redirect};

/// Statements that are looked at to recognise the file.
const SAMPLE: usize = 200;

/// Blocks in blocks.
const MAX_DEPTH: usize = 16;

/// What our maps add to a target: the old query.
const CARRIED: &str = "$is_args$args";

/// How keys of our maps end where any query matches.
const ANY_QUERY: &str = "(?:\\?|$)";

/// How keys of our maps begin.
const WWW: &str = "(?:www\\.)?";

/// The variable of our map of addresses that are answered with an error.
const OUR_ERRORS: &str = "$gone";

/// Directives that say nothing about redirects; others that we do not know are entries of a map.
const DIRECTIVES: [&str; 30] = [
    "listen",
    "server_name",
    "root",
    "index",
    "include",
    "try_files",
    "proxy_pass",
    "error_page",
    "access_log",
    "error_log",
    "add_header",
    "expires",
    "ssl_certificate",
    "ssl_certificate_key",
    "gzip",
    "set",
    "default",
    "hostnames",
    "volatile",
    "map_hash_bucket_size",
    "map_hash_max_size",
    "charset",
    "etag",
    "autoindex",
    "deny",
    "allow",
    "client_max_body_size",
    "fastcgi_pass",
    "break",
    "alias",
];

/// One statement: its words, and how it ends.
#[derive(Debug)]
struct Statement<'t> {
    line: usize,
    /// The text of its first line.
    text: &'t str,
    words: Vec<String>,
    /// `;`, `{` or `}`; a blank where the text ends before.
    end: char,
}

/// The statements of a text, in time that grows with its length.
fn statements(text: &str) -> Vec<Statement<'_>> {
    let mut all = Vec::new();
    let (mut words, mut begun) = (Vec::new(), 0);
    for (at, whole) in text.lines().enumerate() {
        let line = at + 1;
        let mut rest = whole;
        while let Some(c) = rest.chars().next() {
            match c {
                c if c.is_whitespace() => rest = &rest[c.len_utf8()..],
                '#' => break,
                ';' | '{' | '}' => {
                    let line = if words.is_empty() { line } else { begun };
                    let text = text_of(text, whole, line == at + 1);
                    all.push(Statement { line, text, words: std::mem::take(&mut words), end: c });
                    rest = &rest[1..];
                }
                _ => {
                    if words.is_empty() {
                        begun = line;
                    }
                    let (word, length) = word(rest);
                    words.push(word);
                    rest = &rest[length..];
                }
            }
        }
    }
    if !words.is_empty() {
        all.push(Statement { line: begun, text: "", words, end: ' ' });
    }
    all
}

fn text_of<'t>(_: &'t str, line: &'t str, own: bool) -> &'t str {
    if own { line } else { "" }
}

/// The word at the beginning of a text, without its quotes, and its bytes.
fn word(text: &str) -> (String, usize) {
    let mut word = String::new();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut chars = text.char_indices().skip(usize::from(quote.is_some()));
    while let Some((at, c)) = chars.next() {
        match (c, quote) {
            ('\\', _) => match chars.next() {
                // As nginx reads a parameter: it takes the backslash before these alone.
                Some((_, next @ ('"' | '\'' | '\\'))) => word.push(next),
                Some((_, next)) => {
                    word.push('\\');
                    word.push(next);
                }
                None => word.push('\\'),
            },
            (c, Some(quote)) if c == quote => return (word, at + 1),
            // In a word without quotes a brace is its end, but not behind a dollar sign.
            (';', None) => return (word, at),
            ('{', None) if !word.ends_with('$') && !word.starts_with(['~', '^']) => return (word, at),
            (c, None) if c.is_whitespace() => return (word, at),
            (c, _) => word.push(c),
        }
    }
    (word, text.len())
}

/// Recognises entries, rewrites and returns.
pub(super) fn recognise(text: &str) -> bool {
    let (mut known, mut all) = (0, 0);
    for line in
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).take(SAMPLE)
    {
        all += 1;
        let statements = statements(line);
        let is_known = statements.iter().all(|statement| {
            let first = statement.words.first().map(String::as_str).unwrap_or_default();
            match statement.end {
                '}' => true,
                '{' => matches!(first, "map" | "server" | "location" | "if" | "http"),
                ';' => {
                    DIRECTIVES.contains(&first)
                        || matches!(first, "rewrite" | "return")
                        || (statement.words.len() == 2 && is_key(first))
                }
                _ => false,
            }
        });
        known += usize::from(is_known);
    }
    known > 0 && known * 2 > all
}

fn is_key(word: &str) -> bool {
    word.starts_with('~') || address(word).is_some()
}

/// A block that a statement stands in.
#[derive(Debug, Clone)]
enum Block {
    /// `map`: the variable that holds what is found.
    Map(String),
    /// `location = /old`: one address.
    Exact(String),
    /// `location /old`: all that begins so.
    Prefix(String),
    /// `location ~ ^/old$`, and whether in any case (`~*`).
    Regex(String, bool),
    /// `server`, `http`, and what else has no say.
    Plain,
    /// `if` or something else that holds at times.
    If(Vec<String>),
}

/// Reads the statements.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    let mut blocks: Vec<Block> = Vec::new();
    // Which variable of a map each move was found in, and which status each variable is returned with.
    let mut variables: Vec<(usize, String)> = Vec::new();
    let mut returned: Vec<(String, u16)> = Vec::new();
    for statement in statements(text) {
        match statement.end {
            '{' => {
                blocks.push(block(&statement.words));
                blocks.truncate(MAX_DEPTH);
            }
            '}' => {
                blocks.pop();
            }
            _ => {
                if let Some((status, variable)) = returned_variable(&statement.words) {
                    returned.push((variable, status));
                    continue;
                }
                let before = lines.moves_mut().len();
                take(&statement, &blocks, lines);
                if let Some(Block::Map(variable)) = blocks.last()
                    && lines.moves_mut().len() > before
                {
                    variables.push((before, variable.clone()));
                }
            }
        }
    }
    for (at, variable) in variables {
        let status = returned.iter().find(|(name, _)| *name == variable).map(|(_, status)| *status);
        if let Some(rule) = lines.moves_mut().get_mut(at)
            && rule.status.is_none()
            && let Some(status) = status
        {
            rule.status = Some(status);
        }
    }
    ListFormat::Nginx
}

/// `return 301 $moved_to`.
fn returned_variable(words: &[String]) -> Option<(u16, String)> {
    let [first, status, target] = words else { return None };
    let variable = target.rsplit_once('$').map(|(_, name)| name)?;
    let is_variable = variable.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let own = target.starts_with('$')
        && (target.matches('$').count() == 1 || target.starts_with("$scheme://$host$"));
    let known = !matches!(variable, "request_uri" | "uri" | "args");
    (first == "return" && own && is_variable && known).then_some(())?;
    Some((status.parse().ok()?, format!("${variable}")))
}

fn block(words: &[String]) -> Block {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["map", _, variable] => Block::Map((*variable).to_owned()),
        ["location", "=", path] => Block::Exact((*path).to_owned()),
        ["location", "~", regex] => Block::Regex((*regex).to_owned(), false),
        ["location", "~*", regex] => Block::Regex((*regex).to_owned(), true),
        ["location", "^~", path] | ["location", path] => Block::Prefix((*path).to_owned()),
        ["if", condition @ ..] => {
            Block::If(condition.iter().map(|word| word.trim_matches(['(', ')']).to_owned()).collect())
        }
        _ => Block::Plain,
    }
}

fn take(statement: &Statement<'_>, blocks: &[Block], lines: &mut Lines) {
    let Statement { line, text, words, .. } = statement;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let shown = if text.is_empty() { words.join(" ") } else { (*text).to_owned() };
    let mut keep = |read: Result<RedirectRule, &str>| lines.take(*line, &shown, read);
    match (words.as_slice(), blocks.last()) {
        ([], _) => {}
        (["rewrite", regex, target, flags @ ..], _) => keep(rewrite(*line, regex, target, flags, blocks)),
        (["return", status, target @ ..], _) => {
            if let Some(read) = returned(*line, status, target.first().copied().unwrap_or_default(), blocks) {
                keep(read);
            } else {
                lines.pass_over();
            }
        }
        (["default", target], Some(Block::Map(_))) if !target.is_empty() => keep(Ok(RedirectRule {
            kind: Kind::Pattern,
            because: Some(
                "it is for every address that no other entry is about: write it by hand".to_owned(),
            ),
            ..RedirectRule::plain(*line, "default", *target)
        })),
        (["include", ..], Some(Block::Map(_))) => {
            keep(Err("the entries of another file are not part of this list"));
        }
        ([first, ..], _) if DIRECTIVES.contains(first) => lines.pass_over(),
        ([key, ""], Some(Block::Map(_))) if is_key(key) => {
            keep(Err("an empty value: this address leads nowhere"));
        }
        ([key, value], Some(Block::Map(variable))) if variable == OUR_ERRORS => {
            keep(error_entry(*line, key, value));
        }
        ([key, value], Some(Block::Map(_)) | None) => keep(entry(*line, key, value)),
        ([first, ..], Some(Block::Map(_)) | None) if is_key(first) => {
            keep(Err("a map's entry has a key and one value"));
        }
        (_, None) => keep(Err("this is no entry of a map and no rewrite")),
        _ => lines.pass_over(),
    }
}

/// An entry of a map.
fn entry(line: usize, key: &str, value: &str) -> Result<RedirectRule, &'static str> {
    // Ours, where a list has more than one status: `302:/target`.
    let (status, value) = match value.split_once(':') {
        Some((status, rest)) if status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit()) => {
            (status.parse().ok(), rest)
        }
        _ => (None, value),
    };
    let (value, query) = match value.strip_suffix("&$args") {
        Some(value) => (value, Some(OldQuery::Added)),
        // Ours, where the old query is dropped: such a key matches any, and nothing carries it on.
        None if key.ends_with(ANY_QUERY) && !value.contains(['?', '#']) && !value.contains("$is_args") => {
            (value, Some(OldQuery::Dropped))
        }
        None => (value, None),
    };
    let value = value.replace(CARRIED, "").replace("?$args", "").replace("$is_args$query_string", "");
    let Some(regex) = key.strip_prefix('~') else {
        // The host stands before the path where a map looks both up.
        let path = if key.starts_with('/') { key } else { "" };
        return literal_rule(Cells { line, from: key, to: &own_site(&value, path), status });
    };
    let any_case = regex.starts_with('*');
    let regex = regex.strip_prefix('*').unwrap_or(regex);
    let rule = regex_entry(line, regex, &value, status)?;
    Ok(RedirectRule { manner: Manner { any_case, query, subdomains: false }, ..rule })
}

/// An address and a target without a variable.
fn literal_rule(cells: Cells<'_>) -> Result<RedirectRule, &'static str> {
    let Some(variable) = variable_in(cells.to) else { return cells.rule(Style::Literal) };
    let because = Some(format!("its target holds a variable (${variable}): write it by hand"));
    let Cells { line, from, to, status } = cells;
    if address(from).is_none() || to.chars().any(char::is_control) {
        return cells.rule(Style::Literal);
    }
    Ok(RedirectRule { kind: Kind::Pattern, status, because, ..RedirectRule::plain(line, from, to) })
}

/// The variable in a target.
fn variable_in(target: &str) -> Option<String> {
    let rest = target.split('$').nth(1)?;
    let name: String = rest
        .trim_start_matches('{')
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(40)
        .collect();
    (!name.is_empty()).then_some(name)
}

/// A target without the variables that only say "this site", and with the old address where a variable repeats it.
fn own_site(target: &str, path: &str) -> String {
    let target = target.replace("$scheme://", "https://");
    let rest = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://"));
    let own = rest.and_then(|rest| {
        ["$host", "$server_name", "$http_host"].iter().find_map(|name| rest.strip_prefix(name))
    });
    let target = own.filter(|own| own.starts_with('/')).map_or(target.clone(), str::to_owned);
    // Only behind a host: alone it would be the old address itself.
    let Some(at) = target.find("$request_uri").or_else(|| target.find("$uri")) else { return target };
    if path.is_empty() || at == 0 || !target[..at].contains('.') {
        return target;
    }
    target.replace("$request_uri", path).replace("$uri", path)
}

/// An entry of our map of addresses that are answered with an error.
fn error_entry(line: usize, key: &str, value: &str) -> Result<RedirectRule, &'static str> {
    let status = value.parse().ok().filter(|status| is_error(*status)).unwrap_or(410);
    let (_, path) = host_and_path(key.trim_start_matches(['~', '*']));
    let from = literal(&path).ok_or("this is no address")?;
    let rule = Cells { line, from: &from, to: "", status: Some(status) }.rule(Style::Literal)?;
    let any_case = key.starts_with("~*");
    Ok(RedirectRule { manner: Manner { any_case, ..rule.manner }, ..rule })
}

fn regex_entry(
    line: usize,
    regex: &str,
    value: &str,
    status: Option<u16>,
) -> Result<RedirectRule, &'static str> {
    let (host, path) = host_and_path(regex);
    let literal = literal(&path);
    if let Some(from) = literal.filter(|_| !value.contains('$')) {
        let from = host.map_or(from.clone(), |host| format!("https://{host}{from}"));
        // A map has no other way to write a dollar sign.
        let value = value.replace("%24", "$");
        return Cells { line, from: &from, to: &value, status }.rule(Style::Literal);
    }
    let mut rule = Cells { line, from: regex, to: value, status }.rule(Style::Regex)?;
    rule.pattern = translated(&path, value).map(|pattern| pattern.on_host(host));
    Ok(rule)
}

/// A regular expression without the host of ours before the path.
fn host_and_path(regex: &str) -> (Option<String>, String) {
    let named = || {
        let rest = regex.strip_prefix('^')?;
        let rest = rest.strip_prefix(WWW).unwrap_or(rest);
        let (host, path) = rest.split_once('/')?;
        let host = host.replace("\\.", ".").replace("\\-", "-");
        let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        (!host.is_empty() && plain).then(|| (host, format!("^/{path}")))
    };
    named().map_or_else(|| (None, regex.to_owned()), |(host, path)| (Some(host), path))
}

/// The one address that a regular expression means, with its query.
fn literal(regex: &str) -> Option<String> {
    Pattern::literal_of(regex)
}

/// A regular expression for a path that nginx has decoded: a percent sign in it is one.
fn decoded(regex: &str) -> String {
    regex.replace('%', "\\x25")
}

/// The conditions around a statement, in words; `None` where there are none.
fn only_where(blocks: &[Block]) -> Option<String> {
    let words: Vec<String> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::If(words) => Some(words.join(" ").trim().chars().take(MAX_TOLD).collect()),
            _ => None,
        })
        .collect();
    (!words.is_empty()).then(|| format!("it holds only where {}", words.join(" and ")))
}

/// Characters of a condition that are shown.
const MAX_TOLD: usize = 80;

fn rewrite(
    line: usize,
    regex: &str,
    target: &str,
    flags: &[&str],
    blocks: &[Block],
) -> Result<RedirectRule, &'static str> {
    let status = match flags.first() {
        Some(&"permanent") => Some(301),
        Some(&"redirect") => Some(302),
        _ if target.contains("://") => Some(302),
        // Served under the same address.
        _ => Some(200),
    };
    // A question mark at the end drops the old query, which a target with one of its own gets added.
    let query = match target.strip_suffix('?') {
        Some(_) => Some(OldQuery::Dropped),
        None if target.contains('?') => Some(OldQuery::Added),
        None => None,
    };
    let target = own_site(target.strip_suffix('?').unwrap_or(target), "");
    let target = target.as_str();
    let any_case = regex.starts_with("(?i)");
    let manner = Manner { any_case, query, subdomains: false };
    let only = only_where(blocks);
    let regex = decoded(regex.strip_prefix("(?i)").unwrap_or(regex));
    if !target.contains('$')
        && let Some(from) = Pattern::literal_of(&regex)
    {
        let mut rule =
            Cells { line, from: &from.replace('?', "%3F"), to: target, status }.rule(Style::Literal)?;
        if only.is_some() && rule.kind.is_move() {
            rule.kind = Kind::Conditional;
            rule.because = only;
        }
        return Ok(RedirectRule { manner, ..rule });
    }
    let mut rule =
        Cells { line, from: &regex.replace("\\x25", "%"), to: target, status }.rule(Style::Regex)?;
    if rule.kind == Kind::Pattern {
        rule.pattern = translated(&regex, target);
        if only.is_some() {
            rule.kind = Kind::Conditional;
            rule.because = only;
        }
    }
    Ok(RedirectRule { manner, ..rule })
}

/// `return` in a block; `None` where it is part of our own rules.
fn returned(
    line: usize,
    status: &str,
    target: &str,
    blocks: &[Block],
) -> Option<Result<RedirectRule, &'static str>> {
    // `return https://…` is a 302.
    let (status, target) = match status.parse::<u16>() {
        Ok(status) => (status, target),
        Err(_) => (302, status),
    };
    let inner = blocks
        .iter()
        .rev()
        .find(|block| matches!(block, Block::Exact(_) | Block::Prefix(_) | Block::Regex(..)));
    let own = |name: &str| name.starts_with("$moved") || name.starts_with(OUR_ERRORS);
    let is_ours = blocks.iter().any(|block| {
        matches!(block, Block::If(words) if words.iter().find(|word| !word.is_empty()).is_some_and(|word| own(word)))
    });
    // Our own: what the map found is looked at there.
    if is_ours && inner.is_none() {
        return None;
    }
    let answer = Answer { line, status, target: target.replace(CARRIED, "").replace("?$args", "") };
    Some(match only_where(blocks) {
        Some(only) => answer.under(&only, blocks, inner),
        None => answer.within(inner),
    })
}

/// A `return` with what it answers.
struct Answer {
    line: usize,
    status: u16,
    target: String,
}

impl Answer {
    /// An address that is answered so.
    fn of(&self, from: &str, any_case: bool) -> Result<RedirectRule, &'static str> {
        let Self { line, status, .. } = *self;
        let to = own_site(&self.target, from);
        let manner = Manner { any_case, ..Manner::default() };
        if is_redirect(status) {
            let rule = literal_rule(Cells { line, from, to: &to, status: Some(status) })?;
            return Ok(RedirectRule { manner, ..rule });
        }
        self.error(from).map(|rule| RedirectRule { manner, ..rule })
    }

    /// What leads nowhere: an error, or a text.
    fn error(&self, from: &str) -> Result<RedirectRule, &'static str> {
        let Self { line, status, .. } = *self;
        if is_error(status) {
            return Cells { line, from, to: "", status: Some(status) }.rule(Style::Literal);
        }
        let rule = Cells { line, from, to: "", status: Some(200) }.rule(Style::Literal)?;
        let because = format!("the server answers it itself, with {status} and a text");
        Ok(RedirectRule { status: Some(status), because: Some(because), ..rule })
    }

    /// Many addresses; `regex` says which.
    fn many(&self, from: &str, regex: &str, any_case: bool) -> Result<RedirectRule, &'static str> {
        let Self { line, status, ref target } = *self;
        let manner = Manner { any_case, ..Manner::default() };
        if !is_redirect(status) {
            // A star says that it is about more than this path.
            let many = if from.starts_with('/') { format!("{from}*") } else { from.to_owned() };
            return self.error(&many).map(|rule| RedirectRule { manner, ..rule });
        }
        if from.is_empty() || from.chars().chain(target.chars()).any(char::is_control) {
            return Err("this is no address");
        }
        let target = own_site(target, "");
        let pattern = match target.strip_suffix("$request_uri") {
            Some(host) if from.starts_with('/') => {
                Pattern::from_regex(&format!("^{}(.*)$", regex_of(from)), &format!("{host}{from}$1"))
            }
            _ => translated(regex, &target),
        };
        let status = Some(status);
        Ok(RedirectRule {
            status,
            kind: Kind::Pattern,
            pattern,
            manner,
            ..RedirectRule::plain(line, from, target)
        })
    }

    /// In a `location`, or outside of any.
    fn within(&self, inner: Option<&Block>) -> Result<RedirectRule, &'static str> {
        match inner {
            Some(Block::Exact(path)) => self.of(path, false),
            Some(Block::Regex(regex, any_case)) => match Pattern::literal_of(&decoded(regex)) {
                Some(from) if !self.target.contains('$') => self.of(&from.replace('?', "%3F"), *any_case),
                _ => self.many(regex, &decoded(regex), *any_case),
            },
            Some(Block::Prefix(path)) => self.many(path, &format!("^{}", regex_of(path)), false),
            // The whole server.
            _ => self.many("/", "^/", false),
        }
    }

    /// In an `if`.
    fn under(
        &self,
        only: &str,
        blocks: &[Block],
        inner: Option<&Block>,
    ) -> Result<RedirectRule, &'static str> {
        let mut conditions = blocks.iter().filter_map(|block| match block {
            Block::If(words) => Some(words.iter().map(String::as_str).filter(|word| !word.is_empty())),
            _ => None,
        });
        let (first, more) = (conditions.next(), conditions.next());
        let words: Vec<&str> = first.into_iter().flatten().collect();
        match (words.as_slice(), inner) {
            _ if more.is_some() => {}
            (["$request_uri" | "$uri", "=", address], None) => return self.of(address, false),
            (["$request_uri" | "$uri", matches @ ("~" | "~*"), regex], None) => {
                let any_case = *matches == "~*";
                return match Pattern::literal_of(regex) {
                    Some(from) if !self.target.contains('$') => self.of(&from, any_case),
                    _ => self.many(regex, regex, any_case),
                };
            }
            (["$args" | "$query_string", "=", query], Some(Block::Exact(path))) => {
                return self.of(&format!("{path}?{query}"), false);
            }
            _ => {}
        }
        let from = match inner {
            Some(Block::Exact(path) | Block::Prefix(path) | Block::Regex(path, _)) => path.clone(),
            _ => "/".to_owned(),
        };
        let because = Some(only.to_owned());
        let (line, status) = (self.line, Some(self.status));
        if self.target.chars().any(char::is_control) {
            return Err("this is no address");
        }
        Ok(RedirectRule {
            status,
            kind: Kind::Conditional,
            because,
            ..RedirectRule::plain(line, from, self.target.clone())
        })
    }
}

/// A regular expression and its target as other hosts have them; `None` where the target holds a variable that they have not.
fn translated(regex: &str, target: &str) -> Option<Pattern> {
    Pattern::from_regex(regex, target).filter(|pattern| !pattern.target_text().contains('$'))
}

/// A path that a regular expression takes literally.
fn regex_of(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
