//! Apache: `Redirect`, `RedirectMatch` (mod_alias) and `RewriteRule` with its conditions (mod_rewrite), as in `.htaccess`
//! (httpd.apache.org, documentation of 2.4, read 2026-11).

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::cells::{Cells, Style, status};
use crate::redirect_pattern::Pattern;
use crate::redirect_rule::{Kind, Manner, OldQuery, RedirectRule, is_error, is_redirect};

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

/// Conditions of one rule that are looked at; one with more is not a plain move.
const MAX_CONDITIONS: usize = 20;

/// Characters of a condition that are shown.
const MAX_TOLD: usize = 80;

/// Sections that hold for some requests alone. Others, such as `<IfModule>` and `<VirtualHost>`, say nothing about an address.
const SECTIONS: [&str; 9] =
    ["if", "elseif", "else", "location", "locationmatch", "files", "filesmatch", "limit", "limitexcept"];

/// A condition before a rule.
struct Condition {
    test: String,
    pattern: String,
    flags: Flags,
}

impl Condition {
    /// The one text that it compares with; `None` where it is a pattern, or the contrary of one.
    fn literal(&self) -> Option<String> {
        match self.pattern.strip_prefix('=') {
            Some(text) => Some(text.trim_matches('"').to_owned()),
            None => literal(&self.pattern),
        }
    }

    /// The same in words.
    fn words(&self) -> String {
        format!("{} {}", self.test, self.pattern).trim().chars().take(MAX_TOLD).collect()
    }
}

/// The flags of a rule or condition: `[R=301,NC,L]`, names in capitals.
#[derive(Debug, Default)]
struct Flags(Vec<(String, String)>);

impl Flags {
    fn read(text: &str) -> Self {
        let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
        let one = |flag: &str| {
            let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
            (name.trim().to_ascii_uppercase(), value.trim().to_owned())
        };
        Self(inner.split(',').map(one).filter(|(name, _)| !name.is_empty()).collect())
    }

    fn has(&self, names: &[&str]) -> bool {
        self.0.iter().any(|(name, _)| names.contains(&name.as_str()))
    }

    /// What the last flag that says so answers with; `None` where none does. A status that is none is 0.
    fn status(&self) -> Option<u16> {
        let said = |(name, value): &(String, String)| match name.as_str() {
            "R" | "REDIRECT" if value.is_empty() => Some(302),
            "R" | "REDIRECT" => Some(status(&value.to_ascii_lowercase()).unwrap_or(0)),
            "F" | "FORBIDDEN" => Some(403),
            "G" | "GONE" => Some(410),
            _ => None,
        };
        self.0.iter().filter_map(said).next_back()
    }

    /// What a rule sets beside its target, and a redirect of ours does not.
    fn beside(&self) -> Vec<&'static str> {
        let sets = [
            (["CO", "COOKIE"], "the cookie that the line sets (CO) is not written"),
            (["E", "ENV"], "the variable that the line sets (E) is not written"),
        ];
        sets.into_iter().filter(|(names, _)| self.has(names)).map(|(_, words)| words).collect()
    }
}

/// What stands above a rule and has a say in it.
#[derive(Default)]
struct Above {
    conditions: Vec<Condition>,
    /// Whether there are more than are looked at.
    too_many: bool,
    /// Why the next so many rules do not stand by themselves: `C` and `S` of a rule above.
    tied: Option<(usize, String)>,
    /// The sections around it, each with its line where it holds for some requests alone.
    sections: Vec<Option<String>>,
    /// What a target without a slash at its beginning stands below.
    base: String,
}

impl Above {
    /// `<If …>` and `</If>`.
    fn section(&mut self, text: &str) {
        let name = text.trim_start_matches(['<', '/']);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name[..end].to_ascii_lowercase();
        if text.starts_with("</") {
            self.sections.pop();
        } else if self.sections.len() < MAX_CONDITIONS {
            let says = SECTIONS.contains(&name.as_str());
            self.sections.push(says.then(|| text.chars().take(MAX_TOLD).collect()));
        }
    }

    /// What a line of any directive holds only with.
    fn within(&self) -> Option<String> {
        self.sections.iter().flatten().next_back().map(|section| format!("it holds only in {section}"))
    }

    fn condition(&mut self, words: &[&str]) {
        if self.conditions.len() >= MAX_CONDITIONS {
            self.too_many = true;
            return;
        }
        let word = |at: usize| words.get(at).copied().unwrap_or_default();
        let (test, pattern) = (word(0).to_owned(), word(1).to_owned());
        self.conditions.push(Condition { test, pattern, flags: Flags::read(word(2)) });
    }
}

/// Reads the directives.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    let mut above = Above::default();
    for (at, text) in text.lines().enumerate() {
        let line = at + 1;
        let trimmed = text.trim();
        if trimmed.starts_with('<') {
            above.section(trimmed);
        }
        if !is_told(trimmed) {
            continue;
        }
        let words = words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let Some((directive, rest)) = words.split_first() else { continue };
        let within = above.within();
        let mut keep = |read: Result<RedirectRule, &str>| {
            let within = within.clone();
            lines.take(line, text, read.map(|rule| conditional(rule, within)));
        };
        match (directive.to_ascii_lowercase().as_str(), rest) {
            ("rewriteengine", _) => {}
            ("rewritebase", rest) => {
                above.base = rest.first().map_or_else(String::new, |base| (*base).to_owned());
            }
            ("rewritecond", rest) => above.condition(rest),
            ("rewriterule", [pattern, target, flags @ ..]) => {
                let flags = Flags::read(flags.first().copied().unwrap_or_default());
                let tied = above.tied.take();
                above.tied = tied.clone().filter(|(left, _)| *left > 1).map(|(left, why)| (left - 1, why));
                let tied = tied.map(|(_, why)| why);
                let read = rewrite(line, pattern, target, &flags, &above);
                (above.conditions, above.too_many) = (Vec::new(), false);
                if flags.has(&["C", "CHAIN"]) {
                    above.tied = Some((1, format!("it is chained to the rule on line {line} (C)")));
                } else if let Some((_, count)) =
                    flags.0.iter().find(|(name, _)| name == "S" || name == "SKIP")
                {
                    let count = count.parse().unwrap_or(1);
                    above.tied = Some((count, format!("the rule on line {line} may skip it (S)")));
                }
                match read {
                    Some(read) => keep(read.map(|rule| conditional(rule, tied))),
                    None => lines.pass_over(),
                }
            }
            (directive @ ("redirect" | "redirectpermanent" | "redirecttemp"), rest) => {
                let status: &[&str] = match directive {
                    "redirectpermanent" => &["301"],
                    "redirecttemp" => &["302"],
                    _ => &[],
                };
                let words: Vec<&str> = status.iter().chain(rest).copied().collect();
                keep(redirect(line, &words, false));
                lines.note(NOTE);
            }
            ("redirectmatch", rest) => keep(redirect(line, rest, true)),
            (directive, _) if READ.contains(&directive) => keep(Err("this directive has too few words")),
            _ => lines.pass_over(),
        }
    }
    ListFormat::Apache
}

/// A rule that holds only under a condition, where there is one.
fn conditional(mut rule: RedirectRule, because: Option<String>) -> RedirectRule {
    if because.is_some() && matches!(rule.kind, Kind::Move | Kind::Pattern | Kind::Gone) {
        rule.kind = Kind::Conditional;
        rule.because = because;
    }
    rule
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
        [first, rest @ ..] if is_status(first) => match first.to_ascii_lowercase().as_str() {
            "seeother" => (Some(303), rest),
            word => (Some(status(word).ok_or("this status is no redirect")?), rest),
        },
        rest => (Some(302), rest),
    };
    let (from, to) = match rest {
        [from, to] => (*from, *to),
        [from] => (*from, ""),
        _ => return Err("this directive takes an old address and a target"),
    };
    if to.is_empty() && !said.is_some_and(is_error) {
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
    if let Some(regex) = regex.strip_prefix("(?i)") {
        let rule = matching(line, regex, to, status)?;
        return Ok(RedirectRule { manner: Manner { any_case: true, ..rule.manner }, ..rule });
    }
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
                // What is a variable of the server is none of other hosts.
                rule.pattern = Pattern::from_regex(&decoded, &plain)
                    .filter(|_| !to.contains("%{") && !to.contains("${"));
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
    flags: &Flags,
    above: &Above,
) -> Option<Result<RedirectRule, &'static str>> {
    let proxied = flags.has(&["P", "PROXY"]);
    let said = match flags.status() {
        Some(0) => return Some(Err("this status is no redirect")),
        Some(status) => status,
        None if !proxied && target.contains("://") => 302,
        None => 200,
    };
    let Target { text: target, carried, dropped } = Target::read(target, said, &above.base);
    let target = target.as_str();
    if target.is_empty() && said == 200 {
        return None;
    }
    let manner = Manner {
        any_case: flags.has(&["NC", "NOCASE"]),
        query: match () {
            () if flags.has(&["QSD", "QSDISCARD"]) || dropped => Some(OldQuery::Dropped),
            () if flags.has(&["QSA", "QSAPPEND"]) && target.contains('?') => Some(OldQuery::Added),
            () => None,
        },
        subdomains: false,
    };
    if let [condition] = above.conditions.as_slice()
        && condition.test == "%{THE_REQUEST}"
        && let Some(read) = sent(line, &condition.pattern, target, Some(said))
    {
        let any_case = condition.flags.has(&["NC", "NOCASE"]);
        return Some(read.map(|rule| RedirectRule { manner: Manner { any_case, ..manner }, ..rule }));
    }
    let mut under = Under::of(above);
    // Ours for a target with a fragment: the other of the two rules is read.
    if carried && above.conditions.iter().any(|one| one.test == "%{QUERY_STRING}" && one.pattern == ".") {
        return None;
    }
    let regex = match (&under.path, regex) {
        (Some(path), ".*" | "^" | "^.*$" | "^(.*)$" | "(.*)" | "^.*") => path.clone(),
        (Some(_), _) => {
            under.others.push("it holds only for one %{REQUEST_URI}".to_owned());
            in_folder(regex)
        }
        (None, regex) => in_folder(regex),
    };
    let read = matching(line, &regex, target, Some(said)).map(|rule| {
        let any_case = rule.manner.any_case || manner.any_case;
        let because = proxied.then(|| "a proxy (P) fetches the target from another server".to_owned());
        let manner = Manner { any_case, ..manner };
        under.put(RedirectRule { manner, beside: flags.beside(), because, ..rule })
    });
    Some(read)
}

/// The target of a rule.
struct Target {
    text: String,
    /// Whether it carries the old query in front of a fragment, as ours do.
    carried: bool,
    /// Whether a question mark at its end drops the old query.
    dropped: bool,
}

impl Target {
    fn read(target: &str, status: u16, base: &str) -> Self {
        let shorter = target.replace(CARRIED, "");
        let carried = shorter.len() < target.len();
        let shorter = own_site(&shorter);
        let target = match shorter.as_str() {
            "-" => "",
            target => target,
        };
        let bare = target.strip_suffix('?').filter(|bare| !bare.contains(['?', '#']));
        let text = bare.unwrap_or(target);
        // A path of a redirect without its slash stands below the base.
        let is_below = is_redirect(status)
            && !text.is_empty()
            && !text.starts_with(['/', '%', '$'])
            && !text.contains("://");
        let below = format!("/{}/{text}", base.trim_matches('/')).replace("//", "/");
        let text = if is_below { below } else { text.to_owned() };
        Self { text, carried, dropped: bare.is_some() }
    }
}

/// A target without the variables that only say "this site".
fn own_site(target: &str) -> String {
    let target = target.replace("%{REQUEST_SCHEME}://", "https://");
    let rest = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://"));
    let path = rest
        .and_then(|rest| ["%{HTTP_HOST}", "%{SERVER_NAME}"].iter().find_map(|name| rest.strip_prefix(name)));
    // A whole site that goes from one scheme to the other stays as it is.
    match path.filter(|path| path.starts_with('/') && !path.starts_with("/$") && !path.starts_with("/%")) {
        Some(path) => path.to_owned(),
        None => target,
    }
}

/// A regular expression of a rule with the slash that a path has: in `.htaccess` there is none.
fn in_folder(regex: &str) -> String {
    if let Some(rest) = regex.strip_prefix("^/?") {
        return format!("^/{rest}");
    }
    match regex.strip_prefix('^') {
        Some(rest) if !rest.starts_with('/') && !rest.is_empty() => format!("^/{rest}"),
        _ => regex.to_owned(),
    }
}

/// What the conditions of a rule ask for.
#[derive(Default)]
struct Under {
    host: Option<String>,
    query: Option<String>,
    /// The path, as a regular expression.
    path: Option<String>,
    /// Whether there must be an empty query.
    raw: bool,
    /// Whether the query may be in any case.
    query_in_any_case: bool,
    /// The others, in words.
    others: Vec<String>,
}

impl Under {
    fn of(above: &Above) -> Self {
        let mut under = Self::default();
        if above.conditions.iter().any(|condition| condition.flags.has(&["OR", "ORNEXT"])) {
            let all: Vec<String> = above.conditions.iter().map(Condition::words).collect();
            under.others.push(
                format!("it holds only where {}", all.join(" or ")).chars().take(3 * MAX_TOLD).collect(),
            );
            return under;
        }
        for condition in &above.conditions {
            let Condition { test, pattern, flags } = condition;
            match (test.as_str(), condition.literal()) {
                ("%{QUERY_STRING}", Some(literal)) => {
                    under.query_in_any_case = flags.has(&["NC", "NOCASE"]) && !literal.is_empty();
                    under.query = Some(literal);
                }
                ("%{HTTP_HOST}" | "%{SERVER_NAME}", Some(literal)) => under.host = Some(literal),
                ("%{REQUEST_URI}", Some(_)) if !pattern.starts_with('=') => {
                    under.path = Some(pattern.clone());
                }
                ("%{THE_REQUEST}", _) if pattern == "\\s/+\\?\\s" || pattern.ends_with("\\?\\s") => {
                    under.raw = true;
                }
                _ => under.others.push(format!("it holds only where {}", condition.words())),
            }
        }
        if above.too_many {
            under.others.push(format!("it holds only under more than {MAX_CONDITIONS} conditions"));
        }
        under
    }

    /// A rule under them.
    fn put(self, mut rule: RedirectRule) -> RedirectRule {
        let Self { host, query, path: _, raw, query_in_any_case, mut others } = self;
        let query = query.filter(|query| !query.is_empty());
        match rule.kind {
            Kind::Move | Kind::Gone => {
                if let Some(query) = &query {
                    rule.from = format!("{}?{query}", rule.from);
                    // Whoever asks for a query sees it dropped.
                    rule.manner.query = None;
                }
                if raw {
                    rule.from.push('?');
                }
                if let Some(host) = &host {
                    rule.from = format!("https://{host}{}", rule.from);
                }
            }
            Kind::Pattern => {
                if let Some(query) = &query {
                    others.push(format!("it holds only with the query {query}"));
                }
                rule.pattern = rule.pattern.map(|pattern| pattern.on_host(host));
            }
            _ => {}
        }
        if query_in_any_case {
            rule.beside
                .push("the list compares the query in upper and lower case, and these rules as written");
        }
        if others.is_empty() {
            return rule;
        }
        conditional(rule, Some(others.join(", and ")))
    }
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
