//! A Caddyfile: `redir`, `rewrite`, `respond` and `error`, in the blocks of sites and of `handle`, `handle_path` and `route` (caddyserver.com,
//! documentation of version 2, "Request matchers" and the directives, read 2026-11).

use super::super::lines::Lines;
use super::super::list_format::ListFormat;
use super::cells::{Cells, Style, address, status};
use crate::redirect_pattern::Pattern;
use crate::redirect_rule::{Kind, RedirectRule, is_error, is_redirect};

/// Blocks in blocks.
const MAX_DEPTH: usize = 16;

/// Named matchers that are kept.
const MAX_MATCHERS: usize = 500;

/// Characters of a matcher that are shown.
const MAX_TOLD: usize = 80;

const NOTE: &str =
    "This file compares paths in upper and lower case; the rules are written with the case of the list.";

/// Recognises the file: a directive that only it has, in its form.
pub(super) fn recognise(text: &str) -> bool {
    let (mut known, mut all) = (0, 0);
    for line in
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).take(200)
    {
        if line.ends_with(';') {
            return false;
        }
        all += 1;
        let mut words = line.split_whitespace();
        let (first, more) = (words.next().unwrap_or_default(), words.count());
        let is_directive = matches!(first, "redir" | "handle_path") && more > 0;
        let is_frame = line == "}" || (line.ends_with('{') && more > 0);
        known += usize::from(is_directive) * 2 + usize::from(is_frame);
        if is_directive && all == 1 && more < 2 {
            return false;
        }
    }
    let sure = text.lines().any(|line| {
        let mut words = line.split_whitespace();
        matches!(words.next(), Some("redir" | "handle_path")) && words.next().is_some()
    });
    sure && known * 2 >= all
}

/// Which requests something is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Matcher {
    /// All of the site.
    Any,
    /// `/old`, `/old*`, `/old/*`; one of several.
    Paths(Vec<String>),
    /// `path_regexp`: its name, and the expression.
    Regex(String, String),
    /// Something else, in words.
    Other(String),
}

/// A block.
#[derive(Debug, Clone)]
struct Block {
    kind: BlockKind,
    matcher: Matcher,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum BlockKind {
    /// A site, with its first host.
    Site(Option<String>),
    /// `@name`: what stands in it says what it matches.
    Named(String, Vec<String>),
    /// `handle_path`, which takes its path away.
    Stripped,
    /// `handle`, `route` and others.
    Plain,
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    /// Blocks that lie too deep.
    deeper: usize,
    named: Vec<(String, Matcher)>,
}

/// Reads the directives.
pub(super) fn read(text: &str, lines: &mut Lines) -> ListFormat {
    lines.note(NOTE);
    let mut reader = Reader::default();
    for (at, text) in text.lines().enumerate() {
        let mut words = words(text);
        let opens = words.last().is_some_and(|word| word == "{");
        if opens {
            words.pop();
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["}", ..] => reader.close(),
            _ if opens => reader.open(&words),
            [] => {}
            words => reader.take(at + 1, text, words, lines),
        }
    }
    ListFormat::Caddyfile
}

/// The words of a line: quotation marks and backticks hold a word together; a comment ends the line.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while let Some(c) = rest.chars().next() {
        if c == '#' {
            break;
        }
        let mut word = String::new();
        let end = if matches!(c, '"' | '`') {
            let mut chars = rest.char_indices().skip(1);
            let mut end = rest.len();
            while let Some((at, next)) = chars.next() {
                if next == c {
                    end = at + 1;
                    break;
                }
                let escaped = (next == '\\' && c == '"').then(|| chars.next()).flatten();
                match escaped {
                    Some((_, '"')) => word.push('"'),
                    Some((_, other)) => word.extend(['\\', other]),
                    None => word.push(next),
                }
            }
            end
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            word.push_str(&rest[..end]);
            end
        };
        words.push(word);
        rest = rest[end..].trim_start();
    }
    words
}

impl Reader {
    fn open(&mut self, words: &[&str]) {
        if self.blocks.len() >= MAX_DEPTH {
            self.deeper += 1;
            return;
        }
        let block = match words {
            [name, test @ ..] if name.starts_with('@') => Block {
                kind: BlockKind::Named(
                    (*name).to_owned(),
                    test.iter().map(|word| (*word).to_owned()).collect(),
                ),
                matcher: Matcher::Any,
            },
            ["handle_path", matcher @ ..] => {
                Block { kind: BlockKind::Stripped, matcher: self.matcher(matcher.first()) }
            }
            ["handle" | "route", matcher @ ..] => {
                Block { kind: BlockKind::Plain, matcher: self.matcher(matcher.first()) }
            }
            labels if self.blocks.is_empty() => {
                Block { kind: BlockKind::Site(host(labels)), matcher: Matcher::Any }
            }
            // The parts of another directive.
            _ => Block { kind: BlockKind::Plain, matcher: Matcher::Any },
        };
        self.blocks.push(block);
    }

    fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        if let Some(Block { kind: BlockKind::Named(name, tests), .. }) = self.blocks.pop() {
            self.name(name, &tests);
        }
    }

    /// Keeps a named matcher: several tests hold together.
    fn name(&mut self, name: String, tests: &[String]) {
        if self.named.len() >= MAX_MATCHERS {
            return;
        }
        let tests: Vec<&str> = tests.iter().map(String::as_str).collect();
        let matcher = match tests.as_slice() {
            ["path", paths @ ..] if !tests.contains(&"\n") => {
                Matcher::Paths(paths.iter().map(|path| (*path).to_owned()).collect())
            }
            ["path_regexp", name, regex] => Matcher::Regex((*name).to_owned(), (*regex).to_owned()),
            ["path_regexp", regex] => Matcher::Regex(String::new(), (*regex).to_owned()),
            tests => {
                Matcher::Other(tests.join(" ").replace(" \n ", " and ").chars().take(MAX_TOLD).collect())
            }
        };
        self.named.push((name, matcher));
    }

    /// What a word matches.
    fn matcher(&self, word: Option<&&str>) -> Matcher {
        match word {
            None | Some(&"*") => Matcher::Any,
            Some(path) if path.starts_with('/') => Matcher::Paths(vec![(*path).to_owned()]),
            Some(name) => {
                let known = self.named.iter().rev().find(|(known, _)| known == name);
                known.map_or_else(|| Matcher::Other((*name).to_owned()), |(_, matcher)| matcher.clone())
            }
        }
    }

    fn take(&mut self, line: usize, text: &str, words: &[&str], lines: &mut Lines) {
        if let Some(Block { kind: BlockKind::Named(_, tests), .. }) = self.blocks.last_mut() {
            if !tests.is_empty() && tests.len() < MAX_MATCHERS {
                tests.push("\n".to_owned());
            }
            tests.extend(
                words
                    .iter()
                    .map(|word| (*word).to_owned())
                    .take(MAX_MATCHERS - tests.len().min(MAX_MATCHERS)),
            );
            return;
        }
        match words {
            [name, tests @ ..] if name.starts_with('@') => {
                let tests: Vec<String> = tests.iter().map(|word| (*word).to_owned()).collect();
                self.name((*name).to_owned(), &tests);
            }
            [directive @ ("redir" | "rewrite" | "respond" | "error"), rest @ ..] => {
                // With one word there is no matcher.
                let names = rest.first().is_some_and(|word| word.starts_with(['/', '@']) || *word == "*");
                let said = rest.get(1).is_some_and(|word| status(word).is_some() && rest.len() == 2);
                let has_matcher =
                    names && (rest.len() > 2 || (rest.len() == 2 && (!said || *directive != "redir")));
                let (matcher, rest) =
                    if has_matcher { (self.matcher(rest.first()), &rest[1..]) } else { (Matcher::Any, rest) };
                for one in self.each(matcher) {
                    match self.rule(line, directive, &one, rest) {
                        Some(read) => lines.take(line, text, read),
                        None => lines.pass_over(),
                    }
                }
            }
            _ => lines.pass_over(),
        }
    }

    /// The matchers of one directive: of several paths each by itself.
    fn each(&self, matcher: Matcher) -> Vec<Matcher> {
        let own = match matcher {
            Matcher::Any => self
                .blocks
                .iter()
                .rev()
                .map(|block| &block.matcher)
                .find(|matcher| **matcher != Matcher::Any)
                .cloned(),
            matcher => Some(matcher),
        };
        match own {
            Some(Matcher::Paths(paths)) => paths.into_iter().map(|path| Matcher::Paths(vec![path])).collect(),
            Some(matcher) => vec![matcher],
            None => vec![Matcher::Any],
        }
    }

    /// A directive as a rule; `None` where it says nothing about one.
    fn rule(
        &self,
        line: usize,
        directive: &str,
        matcher: &Matcher,
        words: &[&str],
    ) -> Option<Result<RedirectRule, &'static str>> {
        let host = self.blocks.iter().find_map(|block| match &block.kind {
            BlockKind::Site(host) => host.clone(),
            _ => None,
        });
        let (to, said) = match (directive, words) {
            ("redir", [to, code]) => (*to, code_of(code)),
            ("redir", [to]) => (*to, Some(302)),
            ("rewrite", [to]) => (*to, Some(200)),
            ("respond" | "error", words) => {
                let code = words.iter().rev().find_map(|word| status(word))?;
                if !is_error(code) {
                    return None;
                }
                ("", Some(code))
            }
            _ => return Some(Err("this directive takes a target and perhaps a status")),
        };
        let Some(said) = said else { return Some(Err("this status is no redirect")) };
        let stripped = self
            .blocks
            .iter()
            .rev()
            .find(|block| block.matcher != Matcher::Any)
            .is_some_and(|block| block.kind == BlockKind::Stripped && block.matcher == *matcher);
        Some(Move { line, host, to, status: said, stripped }.under(matcher))
    }
}

fn code_of(word: &str) -> Option<u16> {
    match word {
        "html" => Some(302),
        word => status(word).filter(|status| is_redirect(*status)),
    }
}

/// The first host among the labels of a site.
fn host(labels: &[&str]) -> Option<String> {
    let label = labels.first()?.trim_end_matches(',');
    let bare = label.split_once("://").map_or(label, |(_, rest)| rest);
    let bare = bare.split(['/', ':']).next().unwrap_or_default();
    let plain =
        bare.contains('.') && bare.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    plain.then(|| bare.to_owned())
}

/// What a directive says.
struct Move<'w> {
    line: usize,
    host: Option<String>,
    to: &'w str,
    status: u16,
    /// Whether the path of the block around it is taken away.
    stripped: bool,
}

impl Move<'_> {
    fn under(&self, matcher: &Matcher) -> Result<RedirectRule, &'static str> {
        match matcher {
            Matcher::Any => self.below("/*"),
            Matcher::Paths(paths) => {
                let path = paths.first().map(String::as_str).unwrap_or_default();
                if path.contains('*') { self.below(path) } else { self.one(path) }
            }
            Matcher::Regex(name, regex) => self.matching(name, regex),
            Matcher::Other(words) => {
                let rule = self.plain("/", self.to)?;
                let because = Some(format!("it holds only where {words}"));
                Ok(RedirectRule { kind: Kind::Conditional, because, ..rule })
            }
        }
    }

    fn plain(&self, from: &str, to: &str) -> Result<RedirectRule, &'static str> {
        if from.chars().chain(to.chars()).any(char::is_control) {
            return Err("this is no address");
        }
        Ok(RedirectRule {
            status: Some(self.status),
            ..RedirectRule::plain(self.line, self.on_host(from), to)
        })
    }

    fn on_host(&self, path: &str) -> String {
        self.host.as_ref().map_or_else(|| path.to_owned(), |host| format!("https://{host}{path}"))
    }

    /// The target with the placeholders for the old address filled in, and whether others are left.
    fn target(&self, uri: &str) -> String {
        let mut to = self
            .to
            .replace("{scheme}://{host}", "")
            .replace("https://{host}", "")
            .replace("{scheme}://", "https://");
        for name in
            ["{uri}", "{http.request.uri}", "{path}", "{http.request.uri.path}", "{http.request.orig_uri}"]
        {
            to = to.replace(name, uri);
        }
        to.replace("{?query}", "").replace("?{query}", "")
    }

    fn one(&self, path: &str) -> Result<RedirectRule, &'static str> {
        let to = self.target(if self.stripped { "/" } else { path });
        let from = self.on_host(path);
        if let Some(because) = left_placeholder(&to) {
            let rule = self.plain(path, &to)?;
            return Ok(RedirectRule { kind: Kind::Pattern, because: Some(because), ..rule });
        }
        Cells { line: self.line, from: &from, to: &to, status: Some(self.status) }.rule(Style::Literal)
    }

    /// All below a path.
    fn below(&self, path: &str) -> Result<RedirectRule, &'static str> {
        let folder = path.strip_suffix('*').unwrap_or(path);
        let uri = if self.stripped { "/:splat".to_owned() } else { format!("{folder}:splat") };
        let to = self.target(&uri).replace("//:splat", "/:splat");
        let from = self.on_host(path);
        let mut rule = Cells { line: self.line, from: &from, to: &to, status: Some(self.status) }
            .rule(Style::Placeholders)?;
        if let Some(because) = left_placeholder(&to) {
            rule.pattern = None;
            rule.because = Some(because);
        }
        Ok(rule)
    }

    fn matching(&self, name: &str, regex: &str) -> Result<RedirectRule, &'static str> {
        let mut to = self.target("{uri}");
        for number in 1..10 {
            for form in [
                format!("{{re.{name}.{number}}}"),
                format!("{{http.regexp.{name}.{number}}}"),
                format!("{{re.{number}}}"),
            ] {
                to = to.replace(&form, &format!("${number}"));
            }
        }
        let mut rule =
            Cells { line: self.line, from: regex, to: &to, status: Some(self.status) }.rule(Style::Regex)?;
        if rule.kind == Kind::Pattern {
            rule.pattern = address(&to)
                .filter(|_| left_placeholder(&to).is_none())
                .and_then(|to| Pattern::from_regex(regex, &to))
                .map(|pattern| pattern.on_host(self.host.clone()));
            rule.because = left_placeholder(&to);
        }
        Ok(rule)
    }
}

/// Why a target with a placeholder that is not filled in is no plain one.
fn left_placeholder(to: &str) -> Option<String> {
    let (_, rest) = to.split_once('{')?;
    let name: String = rest.split('}').next().unwrap_or_default().chars().take(40).collect();
    Some(format!("its target holds a placeholder ({{{name}}}): write it by hand"))
}
