//! JSON: `vercel.json`, exports of plugins, lists of objects or pairs, and one object of old addresses and their targets.

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::cells::{Cells, Style, address, status};
use super::headings::{Role, role};
use crate::redirect_pattern::Pattern;
use crate::redirect_rule::{Kind, RedirectRule};

/// Lists in lists.
const MAX_DEPTH: usize = 24;

/// A value, with the line that it begins on.
#[derive(Debug)]
struct Node {
    line: usize,
    value: Value,
}

#[derive(Debug)]
enum Value {
    /// `true`, `false`, `null` and numbers, as they stand.
    Word(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    fn get(&self, name: &str) -> Option<&Node> {
        match &self.value {
            Value::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, node)| node),
            _ => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Word(text) => Some(text),
            _ => None,
        }
    }

    fn is(&self, word: &str) -> bool {
        self.text() == Some(word)
    }

    fn list(&self) -> &[Node] {
        match &self.value {
            Value::List(list) => list,
            _ => &[],
        }
    }
}

/// A file that begins as JSON does.
pub(super) enum Document {
    /// Its value.
    Whole(Root),
    /// The line on which it breaks off.
    Broken(usize),
}

/// The value of a file.
pub(super) struct Root(Node);

/// Recognises JSON: a bracket, and inside of it what JSON has there.
pub(super) fn recognise(text: &str) -> Option<Document> {
    let begins = text.trim_start();
    let inside = begins.strip_prefix(['{', '[']).map(str::trim_start)?;
    // `[[redirects]]` is TOML.
    let toml = inside
        .strip_prefix('[')
        .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_alphabetic()));
    if toml || !inside.starts_with(['"', '{', '[', '}', ']']) {
        return None;
    }
    let mut reader = Reader { rest: text, line: 1 };
    Some(match reader.value(0) {
        Some(root) if reader.rest_is_blank() => Document::Whole(Root(root)),
        _ => Document::Broken(reader.line),
    })
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        let trimmed = self.rest.trim_start();
        self.line += self.rest[..self.rest.len() - trimmed.len()].matches('\n').count();
        self.rest = trimmed;
    }

    fn rest_is_blank(&mut self) -> bool {
        self.blanks();
        self.rest.is_empty()
    }

    fn eat(&mut self, c: char) -> bool {
        self.blanks();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.blanks();
        let line = self.line;
        let value = if self.eat('{') {
            let mut members = Vec::new();
            while !self.eat('}') {
                self.blanks();
                let name = self.text()?;
                if !self.eat(':') {
                    return None;
                }
                members.push((name, self.value(depth + 1)?));
                if !self.eat(',') {
                    if self.eat('}') {
                        break;
                    }
                    return None;
                }
            }
            Value::Object(members)
        } else if self.eat('[') {
            let mut list = Vec::new();
            while !self.eat(']') {
                list.push(self.value(depth + 1)?);
                if !self.eat(',') {
                    if self.eat(']') {
                        break;
                    }
                    return None;
                }
            }
            Value::List(list)
        } else if self.rest.starts_with('"') {
            Value::Text(self.text()?)
        } else {
            let end = self.rest.find([',', ']', '}', ' ', '\n', '\t']).unwrap_or(self.rest.len());
            let word = &self.rest[..end];
            let known = matches!(word, "true" | "false" | "null") || word.parse::<f64>().is_ok();
            self.rest = &self.rest[end..];
            known.then(|| Value::Word(word.to_owned()))?
        };
        Some(Node { line, value })
    }

    /// A text in quotes.
    fn text(&mut self) -> Option<String> {
        let inner = self.rest.strip_prefix('"')?;
        let mut bytes = inner.bytes().enumerate();
        let end = loop {
            match bytes.next()? {
                (_, b'\\') => drop(bytes.next()?),
                (at, b'"') => break at,
                (_, b'\n') => return None,
                _ => {}
            }
        };
        let quoted = &self.rest[..end + 2];
        self.rest = &self.rest[end + 2..];
        serde_json::from_str(quoted).ok()
    }
}

impl Document {
    /// Reads what is in it.
    pub(super) fn read(&self, text: &str, lines: &mut Lines) -> ListFormat {
        match self {
            Self::Broken(line) => {
                let shown = text.lines().nth(line - 1).unwrap_or_default();
                lines.take(*line, shown, Err("the JSON breaks off or is malformed here"));
                ListFormat::JsonObject
            }
            Self::Whole(Root(root)) => file(root, lines),
        }
    }
}

fn file(root: &Node, lines: &mut Lines) -> ListFormat {
    // Settings of hosts have them deeper: Firebase in `hosting`, Azure in `routes`.
    let named = |node: &Node| {
        ["redirects", "redirections", "redirect", "routes"].iter().any(|name| node.get(name).is_some())
    };
    let inner = match &root.value {
        Value::Object(members) if !named(root) => {
            members.iter().map(|(_, node)| node).find(|node| named(node))
        }
        _ => None,
    };
    let root = inner.unwrap_or(root);
    let redirects =
        ["redirects", "redirections", "redirect", "routes"].iter().find_map(|name| root.get(name));
    if let Some(redirects) = redirects {
        let vercel =
            redirects.list().iter().any(|one| one.get("destination").is_some() && one.get("type").is_none())
                || (redirects.list().is_empty() && root.get("$schema").is_some());
        entries(redirects, vercel, lines);
        for one in root.get("rewrites").map(Node::list).unwrap_or_default() {
            object(one, true, Some(Kind::Rewrite), lines);
        }
        return match () {
            () if vercel => ListFormat::VercelJson,
            () if root.get("groups").is_some() || root.get("plugin").is_some() => {
                ListFormat::WordpressRedirection
            }
            () if root.get("redirections").is_some() => ListFormat::RankMath,
            () if matches!(redirects.value, Value::Object(_)) => ListFormat::JsonObject,
            () => ListFormat::JsonList,
        };
    }
    let vercel = root
        .list()
        .first()
        .is_some_and(|one| one.get("destination").is_some() && one.get("permanent").is_some());
    entries(root, vercel, lines);
    match &root.value {
        _ if vercel => ListFormat::VercelJson,
        Value::Object(_) => ListFormat::JsonObject,
        _ => ListFormat::JsonList,
    }
}

/// A list of objects or pairs, or an object of addresses.
fn entries(node: &Node, vercel: bool, lines: &mut Lines) {
    match &node.value {
        Value::List(list) => list.iter().for_each(|one| match &one.value {
            Value::List(pair) => {
                let texts: Vec<&str> = pair.iter().filter_map(Node::text).collect();
                let (from, to) = (texts.first().copied(), texts.get(1).copied());
                let said = texts.get(2).and_then(|cell| status(cell));
                let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
                keep(
                    one.line,
                    from,
                    to,
                    Cells { line: one.line, from, to, status: said }.rule(Style::Any),
                    lines,
                );
            }
            _ => object(one, vercel, None, lines),
        }),
        Value::Object(members) => {
            // One redirect by itself, or one on each line.
            if !members.iter().any(|(name, _)| name.contains('/'))
                && members.iter().any(|(name, _)| role(name) == Role::New)
            {
                object(node, vercel, None, lines);
                return;
            }
            for (from, target) in members {
                member(from, target, lines);
            }
        }
        _ => keep(node.line, "", "", Err("this is neither a list nor an object"), lines),
    }
}

fn keep(line: usize, from: &str, to: &str, read: Result<RedirectRule, &str>, lines: &mut Lines) {
    lines.take(line, &format!("{from} -> {to}"), read);
}

/// `"/old": "/new"`, or an object with the target.
fn member(from: &str, target: &Node, lines: &mut Lines) {
    let line = target.line;
    if !from.contains('/') && address(from).is_none() {
        // Another setting.
        lines.pass_over();
        return;
    }
    let inner = target.get("redirect").unwrap_or(target);
    let (to, said) = match &inner.value {
        Value::Text(to) => (to.as_str(), None),
        Value::Object(members) => {
            let of = |wanted: Role| {
                members.iter().find(|(name, _)| role(name) == wanted).and_then(|(_, node)| node.text())
            };
            (of(Role::New).unwrap_or_default(), of(Role::Status).and_then(status))
        }
        _ => {
            keep(line, from, "", Err("the target is not a text"), lines);
            return;
        }
    };
    keep(line, from, to, Cells { line, from, to, status: said }.rule(Style::Any), lines);
}

/// An object for each redirect.
fn object(node: &Node, vercel: bool, kind: Option<Kind>, lines: &mut Lines) {
    let line = node.line;
    let Value::Object(members) = &node.value else {
        keep(
            line,
            node.text().unwrap_or_default(),
            "",
            Err("this is no object with an old address and a target"),
            lines,
        );
        return;
    };
    let of = |wanted: Role| {
        members
            .iter()
            .find(|(name, node)| role(name) == wanted && node.text().is_some())
            .and_then(|(_, node)| node.text())
    };
    let source = node.get("sources").and_then(|sources| sources.list().first());
    let from = of(Role::Old).or_else(|| source.and_then(|source| source.get("pattern"))?.text());
    // The export of WordPress's Redirection: `url` is the old address, and the target lies deeper.
    let action = node.get("action_data").and_then(|action| action.get("url")).and_then(Node::text);
    let url =
        ["url", "url_from", "path", "route"].iter().find_map(|name| node.get(name)).and_then(Node::text);
    let from = if action.is_some() { url.or(from) } else { from.or(url) }.unwrap_or_default();
    // Routes of Vercel from before there were redirects: expressions, and rewrites where no status says otherwise.
    let route = node.get("src").is_some();
    let location =
        node.get("headers").and_then(|fields| fields.get("Location").or_else(|| fields.get("location")));
    let to = action
        .or_else(|| location.and_then(Node::text).filter(|_| route))
        .or_else(|| of(Role::New))
        .or_else(|| node.get("url_to").and_then(Node::text))
        .unwrap_or_default();
    if (from.is_empty() && to.is_empty()) || (to.is_empty() && node.get("route").is_some()) {
        lines.pass_over();
        return;
    }
    let code = ["statusCode", "status_code", "action_code", "header_code", "code"]
        .iter()
        .find_map(|name| node.get(name));
    let permanent = node.get("permanent").map(|permanent| if permanent.is("true") { 301 } else { 307 });
    let said = code
        .and_then(Node::text)
        .and_then(status)
        .or(permanent)
        .or_else(|| of(Role::Status).and_then(status))
        .or(route.then_some(200));
    if vercel {
        let read = vercel_rule(node, from, to, said).map(|rule| match kind {
            Some(kind) => RedirectRule { kind, ..rule },
            None => rule,
        });
        keep(line, from, to, read, lines);
        return;
    }
    let comparison =
        source.and_then(|source| source.get("comparison")).and_then(Node::text).unwrap_or("exact");
    let flag = node
        .get("regex")
        .or_else(|| node.get("is_regex"))
        .is_some_and(|flag| flag.is("true") || flag.is("1"));
    let style = if flag || route || comparison != "exact" { Style::Regex } else { Style::Any };
    let slash = |cell: &str| match source {
        Some(_)
            if !cell.is_empty()
                && !cell.starts_with('/')
                && !cell.contains("://")
                && comparison == "exact" =>
        {
            format!("/{cell}")
        }
        _ => cell.to_owned(),
    };
    let whole = slash(from);
    let read = Cells { line, from: &whole, to, status: said }.rule(style).map(|mut rule| {
        let off = node.get("enabled").is_some_and(|enabled| enabled.is("false") || enabled.is("0"));
        let status = node.get("status").and_then(Node::text).unwrap_or_default();
        if off || matches!(status, "inactive" | "disabled") {
            rule.kind = Kind::Disabled;
        }
        let matched = node.get("match_type").and_then(Node::text).unwrap_or("url");
        if matched != "url" && matches!(rule.kind, Kind::Move | Kind::Pattern | Kind::Gone) {
            rule.kind = Kind::Conditional;
            rule.because = Some(format!("it holds only by {}", matched.chars().take(40).collect::<String>()));
        }
        if !matches!(comparison, "exact" | "regex") {
            rule.pattern = None;
        }
        rule
    });
    keep(line, from, to, read, lines);
}

/// A redirect of `vercel.json`: a source is a pattern of path-to-regexp, in which a backslash makes a character itself.
fn vercel_rule(node: &Node, from: &str, to: &str, said: Option<u16>) -> Result<RedirectRule, &'static str> {
    let line = node.line;
    let has = node.get("has").map(Node::list).unwrap_or_default();
    let missing = node.get("missing").map(Node::list).unwrap_or_default();
    let mut query = Vec::new();
    let (mut others, mut host): (Vec<String>, Option<String>) = (Vec::new(), None);
    for condition in has {
        let of = |name: &str| condition.get(name).and_then(Node::text);
        match (of("type"), of("key"), of("value")) {
            (Some("query"), Some(key), Some(value)) => {
                match Pattern::literal_of(&format!(
                    "^/{}$",
                    value.trim_start_matches('^').trim_end_matches('$')
                )) {
                    Some(value) => {
                        query.push(format!(
                            "{}={}",
                            form(key),
                            form(&decoded(value.trim_start_matches('/')))
                        ));
                    }
                    None => others.push(told(condition)),
                }
            }
            (Some("host"), _, Some(value)) => host = Some(value.replace("\\.", ".")),
            _ => others.push(told(condition)),
        }
    }
    // Ours, where a target adds a query: it is missing as long as nobody was led there.
    let own = |condition: &Node| {
        let key = condition.get("key").and_then(Node::text).unwrap_or_default();
        condition.get("type").is_some_and(|kind| kind.is("query")) && to.contains(&format!("{key}="))
    };
    others.extend(
        missing
            .iter()
            .filter(|condition| !own(condition))
            .map(|condition| format!("without {}", told(condition))),
    );
    let to = unescaped(to);
    let with_query = |path: &str| match query.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", query.join("&")),
    };
    let with_host = |path: String| host.as_ref().map_or(path.clone(), |host| format!("https://{host}{path}"));
    let mut rule = match literal(from) {
        Some(path) => {
            Cells { line, from: &with_host(with_query(&path)), to: &to, status: said }.rule(Style::Literal)?
        }
        None => {
            let mut rule = Cells { line, from, to: &to, status: said }.rule(Style::Regex)?;
            if rule.kind == Kind::Pattern {
                rule.pattern =
                    pattern(from, &to).filter(|_| query.is_empty()).map(|pattern| pattern.on_host(host));
                if !query.is_empty() {
                    others.push(format!("the query {}", query.join("&")));
                }
            }
            rule
        }
    };
    if !others.is_empty() && matches!(rule.kind, Kind::Move | Kind::Pattern | Kind::Gone) {
        rule.kind = Kind::Conditional;
        rule.because =
            Some(format!("it holds only with {}", others.join(", ")).chars().take(MAX_TOLD).collect());
    }
    Ok(rule)
}

/// Characters of conditions that are shown.
const MAX_TOLD: usize = 160;

/// A condition in words: `header x-a`, `query id=[0-9]+`.
fn told(condition: &Node) -> String {
    let of = |name: &str| condition.get(name).and_then(Node::text);
    let words = [of("type"), of("key")].into_iter().flatten().collect::<Vec<&str>>().join(" ");
    of("value").map_or_else(|| words.clone(), |value| format!("{words}={value}"))
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A name or value as a query has it.
fn form(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            byte if byte.is_ascii_graphic() && !b"&+#%\"<>'=".contains(&byte) => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The path of a source that is no pattern.
fn literal(source: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(chars.next()?),
            ':' | '(' | ')' | '*' | '{' | '}' | '+' | '?' => return None,
            c => out.push(c),
        }
    }
    Some(out)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

/// `:name`, `:name*`, `:name(.*)`, `:name(\\d+)` and `(.*)` of a source, as a regular expression of ours.
fn pattern(source: &str, to: &str) -> Option<Pattern> {
    let mut regex = String::from("^");
    let mut rest = source;
    let mut names = Vec::new();
    // Groups without a name, and the name of all that is below a folder with its number.
    let (mut groups, mut below) = (0, None);
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let escaped = rest[1..].chars().next()?;
            regex.push('\\');
            regex.push(escaped);
            rest = &rest[1 + escaped.len_utf8()..];
        } else if c == ':' {
            let after = &rest[1..];
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            names.push(name.to_owned());
            rest = match after {
                // At the end, all below and the folder itself.
                "*" if regex.ends_with('/') => {
                    regex.pop();
                    regex.push_str("(?:/(.*))?");
                    below = Some((name.to_owned(), names.len() + groups));
                    ""
                }
                after if after.starts_with(['*', '+']) => {
                    regex.push_str(&format!("(?<{name}>.*)"));
                    &after[1..]
                }
                after if after.starts_with('(') => {
                    let (inner, after) = after[1..].split_once(')')?;
                    regex.push_str(&format!("(?<{name}>{inner})"));
                    after
                }
                after => {
                    regex.push_str(&format!("(?<{name}>[^/]+)"));
                    after
                }
            };
        } else if c == '(' {
            let (inner, after) = rest[1..].split_once(')')?;
            groups += 1;
            regex.push_str(&format!("({inner})"));
            rest = after;
        } else if "{}?*+".contains(c) {
            return None;
        } else {
            let special = ".[]^$|".contains(c);
            if special {
                regex.push('\\');
            }
            regex.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    regex.push('$');
    let mut target = to.to_owned();
    if let Some((name, number)) = below {
        target = target
            .replace(&format!(":{name}*"), &format!("${number}"))
            .replace(&format!(":{name}"), &format!("${number}"));
    }
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        target = target
            .replace(&format!(":{name}*"), &format!("${name}"))
            .replace(&format!(":{name}"), &format!("${name}"));
    }
    Pattern::from_regex(&regex, &target)
}
