//! A redirect of many addresses at once: a path with variable parts, and a target that repeats them. What Netlify calls splat and
//! placeholder, Squarespace writes in brackets, and nginx and Apache as a regular expression, in one form.

use std::fmt::Write as _;

/// Characters of a pattern that is read.
const MAX_PATTERN: usize = 2_000;

/// Variable parts of a pattern; nginx and Apache number nine.
const MAX_PARTS: usize = 9;

/// A piece of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// This text, percent-encoded as in a URL.
    Text(String),
    /// One segment of a path: anything without a slash.
    Segment(String),
    /// Everything that follows, slashes included.
    Rest(String),
    /// Characters of a class, as a regular expression: `[0-9]+`.
    Class(String, String),
}

/// A piece of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// This text.
    Text(String),
    /// What the variable part of that name held.
    Of(String),
}

/// A source with variable parts, and its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The path, piece by piece.
    pub source: Vec<Piece>,
    /// The target, piece by piece.
    pub target: Vec<Part>,
    /// Whether the slash at the end, or the one before the last [`Piece::Rest`], may be missing.
    pub slash_may_miss: bool,
    /// The host that it is about, where the list names one.
    pub host: Option<String>,
}

impl Pattern {
    /// A source with splats (`*`) and placeholders (`:name`), as in `_redirects`. `None` where it has neither, or where the target
    /// names a part that is not there.
    #[must_use]
    pub fn from_placeholders(from: &str, to: &str) -> Option<Self> {
        // Braces and two stars are globs of another kind.
        if from.contains(['{', '}']) || from.contains("**") {
            return None;
        }
        let mut source = Vec::new();
        let (mut text, mut rest) = (String::new(), from);
        while let Some(c) = rest.chars().next() {
            let name = name_after(rest, ':').filter(|_| text.ends_with('/'));
            if c == '*' {
                push_text(&mut source, &mut text);
                let before = source.iter().filter(|piece| matches!(piece, Piece::Rest(_))).count();
                source.push(Piece::Rest(splat(before)));
                rest = &rest[1..];
            } else if let Some(name) = name {
                push_text(&mut source, &mut text);
                source.push(Piece::Segment(name.to_owned()));
                rest = &rest[1 + name.len()..];
            } else {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        push_text(&mut source, &mut text);
        let names: Vec<String> = names(&source);
        if names.is_empty() {
            return None;
        }
        let mut stars = 0;
        let target = parts(to, &mut |rest| {
            if rest.starts_with('*') {
                stars += 1;
                return Some((splat(stars - 1), 1));
            }
            let name = name_after(rest, ':').filter(|name| names.iter().any(|known| known == name))?;
            Some((name.to_owned(), 1 + name.len()))
        });
        Self { source, target, slash_may_miss: true, host: None }.whole()
    }

    /// A source with names in brackets, as Squarespace writes them: `/press/[name]`.
    #[must_use]
    pub fn from_brackets(from: &str, to: &str) -> Option<Self> {
        let bracket = |rest: &str| {
            let name = rest.strip_prefix('[')?.split_once(']')?.0;
            is_name(name).then(|| (name.to_owned(), name.len() + 2))
        };
        let pieces = parts(from, &mut |rest| bracket(rest));
        let source = pieces.into_iter().map(|part| match part {
            Part::Text(text) => Piece::Text(text),
            Part::Of(name) => Piece::Segment(name),
        });
        let source: Vec<Piece> = source.collect();
        if names(&source).is_empty() {
            return None;
        }
        let target = parts(to, &mut |rest| bracket(rest));
        Self { source, target, slash_may_miss: true, host: None }.whole()
    }

    /// A regular expression for a path, from its beginning on, with a target that names groups as `$1` or `$name`. `None` where it says
    /// more than these pieces can.
    #[must_use]
    pub fn from_regex(regex: &str, to: &str) -> Option<Self> {
        let Expression { source, slash_may_miss } = Expression::read(regex)?;
        let names = names(&source);
        let target = parts(to, &mut |rest| {
            let digit = rest.strip_prefix(['$', '\\'])?.chars().next()?;
            if digit.is_ascii_digit() {
                return Some((digit.to_string(), 2));
            }
            let name = name_after(rest, '$')?;
            names.iter().any(|known| known == name).then(|| (name.to_owned(), name.len() + 1))
        });
        Self { source, target, slash_may_miss, host: None }.whole()
    }

    /// The same for one host.
    #[must_use]
    pub fn on_host(self, host: Option<String>) -> Self {
        Self { host, ..self }
    }

    /// Whether this is a pattern at all, and every name in its target stands for something.
    fn whole(self) -> Option<Self> {
        let names = names(&self.source);
        let known = |part: &Part| matches!(part, Part::Of(name) if !names.contains(name));
        let variable = self.source.iter().filter(|piece| !matches!(piece, Piece::Text(_))).count();
        let length: usize = self.source.iter().map(|piece| piece.text().len()).sum();
        let begins = matches!(self.source.first(), Some(Piece::Text(text)) if text.starts_with('/'));
        // Without a variable part it is one only where the slash at its end may miss.
        let fits = variable <= MAX_PARTS && (variable > 0 || self.slash_may_miss) && length <= MAX_PATTERN;
        (fits && begins && !self.target.iter().any(known) && !self.target.is_empty()).then_some(self)
    }

    /// What the pattern is without variable parts: the path, where it has none.
    #[must_use]
    pub fn literal_of(regex: &str) -> Option<String> {
        let Expression { source, slash_may_miss } = Expression::read(regex)?;
        match source.as_slice() {
            [Piece::Text(text)] if !slash_may_miss => Some(text.clone()),
            _ => None,
        }
    }

    /// The target for what matches the path, or `None`. Used to see whether rules lead round in a circle; takes of `fuel` one for
    /// each comparison, and matches nothing where it is used up.
    #[must_use]
    pub fn apply(&self, path: &str, fuel: &mut usize) -> Option<String> {
        let mut found = Vec::new();
        if !self.matches(&self.source, path, &mut found, fuel) {
            return None;
        }
        let mut target = String::new();
        for part in &self.target {
            match part {
                Part::Text(text) => target.push_str(text),
                Part::Of(name) => {
                    let held = found.iter().find(|(known, _)| known == name);
                    target.push_str(held.map(|(_, text)| text.as_str()).unwrap_or_default());
                }
            }
        }
        Some(target)
    }

    /// Matches greedily, as regular expressions do.
    fn matches(
        &self,
        pieces: &[Piece],
        path: &str,
        found: &mut Vec<(String, String)>,
        fuel: &mut usize,
    ) -> bool {
        let Some(left) = fuel.checked_sub(1) else { return false };
        *fuel = left;
        let Some((piece, rest)) = pieces.split_first() else {
            return path.is_empty() || (self.slash_may_miss && path == "/");
        };
        match piece {
            Piece::Text(text) => {
                if let Some(path) = path.strip_prefix(text.as_str()) {
                    return self.matches(rest, path, found, fuel);
                }
                // `/guides/*` is about `/guides`, too.
                self.slash_may_miss
                    && matches!(rest, [Piece::Rest(_)])
                    && text.strip_suffix('/') == Some(path)
            }
            Piece::Segment(name) | Piece::Rest(name) | Piece::Class(name, _) => {
                let fits = |text: &str| match piece {
                    Piece::Rest(_) => true,
                    Piece::Class(_, class) => class_fits(class, text),
                    _ => !text.is_empty() && !text.contains('/'),
                };
                let ends = path.char_indices().map(|(at, _)| at).chain([path.len()]).collect::<Vec<_>>();
                for end in ends.into_iter().rev().filter(|end| fits(&path[..*end])) {
                    found.push((name.clone(), path[..end].to_owned()));
                    if self.matches(rest, &path[end..], found, fuel) {
                        return true;
                    }
                    found.pop();
                }
                false
            }
        }
    }

    /// A path that matches.
    #[must_use]
    pub fn sample(&self) -> String {
        let mut path = String::new();
        for piece in &self.source {
            match piece {
                Piece::Text(text) => path.push_str(text),
                Piece::Segment(_) | Piece::Rest(_) => path.push('x'),
                Piece::Class(_, class) => path.push_str(&class_sample(class)),
            }
        }
        path
    }

    /// The text of the target, without its variable parts.
    #[must_use]
    pub fn target_text(&self) -> String {
        self.write_target(&mut str::to_owned, &mut |_| String::new())
    }

    /// What `_redirects` cannot say of it: Netlify has a splat at the end alone, neither has a class or more than one splat.
    #[must_use]
    pub fn unsayable(&self, netlify: bool) -> Option<&'static str> {
        let splats = self.source.iter().filter(|piece| matches!(piece, Piece::Rest(_))).count();
        let last = matches!(self.source.last(), Some(Piece::Rest(_)));
        if self.source.iter().any(|piece| matches!(piece, Piece::Class(..))) {
            return Some("this file has no regular expressions, only :name and *");
        }
        if splats > 1 {
            return Some("a line of this file has one * at most");
        }
        if netlify && splats == 1 && !last {
            return Some("* stands at the end alone in this file");
        }
        self.source
            .windows(2)
            .any(|two| matches!(two, [Piece::Segment(_), Piece::Text(text)] if !text.starts_with('/')))
            .then_some("a :name is a whole part between slashes in this file")
    }

    /// The name of each variable part, with its number from 1 as regular expressions count groups.
    #[must_use]
    pub fn numbered(&self) -> Vec<(String, usize)> {
        names(&self.source).into_iter().enumerate().map(|(at, name)| (name, at + 1)).collect()
    }

    /// The target with each variable part written by `part`.
    pub fn write_target(
        &self,
        text: &mut dyn FnMut(&str) -> String,
        part: &mut dyn FnMut(&str) -> String,
    ) -> String {
        let mut out = String::new();
        for piece in &self.target {
            let _ = match piece {
                Part::Text(plain) => write!(out, "{}", text(plain)),
                Part::Of(name) => write!(out, "{}", part(name)),
            };
        }
        out
    }
}

impl Piece {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Segment(text) | Self::Rest(text) | Self::Class(text, _) => text,
        }
    }
}

/// The name of the splat with so many before it.
fn splat(before: usize) -> String {
    if before == 0 { "splat".to_owned() } else { format!("splat{}", before + 1) }
}

fn names(source: &[Piece]) -> Vec<String> {
    let variable = source.iter().filter(|piece| !matches!(piece, Piece::Text(_)));
    variable.map(|piece| piece.text().to_owned()).collect()
}

fn push_text(source: &mut Vec<Piece>, text: &mut String) {
    if !text.is_empty() {
        source.push(Piece::Text(std::mem::take(text)));
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() <= 40
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The name behind a sign that begins one.
fn name_after(rest: &str, sign: char) -> Option<&str> {
    let rest = rest.strip_prefix(sign)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(&rest[..end]).filter(|name| is_name(name))
}

/// A text cut where `name` finds the name of a part, with the bytes that it takes.
fn parts(text: &str, name: &mut dyn FnMut(&str) -> Option<(String, usize)>) -> Vec<Part> {
    let (mut out, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(c) = rest.chars().next() {
        if let Some((name, length)) = name(rest) {
            if !plain.is_empty() {
                out.push(Part::Text(std::mem::take(&mut plain)));
            }
            out.push(Part::Of(name));
            rest = &rest[length..];
        } else {
            plain.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if !plain.is_empty() {
        out.push(Part::Text(plain));
    }
    out
}

/// A regular expression that is a path with variable parts.
struct Expression {
    source: Vec<Piece>,
    slash_may_miss: bool,
}

/// How a regular expression of ours begins that holds for a host with and without `www`.
const WWW: &str = "(?:www\\.)?";

impl Expression {
    /// Reads `^/path/(.*)$` and its like. A beginning without `^` could match anywhere, and is not read.
    fn read(regex: &str) -> Option<Self> {
        if regex.len() > MAX_PATTERN * 4 {
            return None;
        }
        let mut rest = regex.strip_prefix('^')?;
        rest = rest.strip_prefix(WWW).unwrap_or(rest);
        let (mut source, mut text, mut group, mut slash_may_miss) = (Vec::new(), String::new(), 0, false);
        // In .htaccess a path has no slash at its beginning.
        if let Some(after) = rest.strip_prefix("/?") {
            text.push('/');
            rest = after;
        }
        loop {
            // How it may end.
            match rest {
                "$" | "(?:\\?|$)" | "(\\?|$)" | "\\??$" | "(?:\\?.*)?$" => break,
                "/?$" | "/?(?:\\?|$)" => {
                    slash_may_miss = true;
                    break;
                }
                "" => {
                    push_text(&mut source, &mut text);
                    // Without an end, anything may follow.
                    if !matches!(source.last(), Some(Piece::Rest(_))) {
                        source.push(Piece::Rest("rest".to_owned()));
                    }
                    break;
                }
                _ => {}
            }
            if let Some((inner, after)) = optional_rest(rest) {
                text.push('/');
                push_text(&mut source, &mut text);
                group += 1;
                source.push(Piece::Rest(inner.unwrap_or_else(|| group.to_string())));
                slash_may_miss = true;
                rest = after;
                continue;
            }
            if let Some((piece, after)) = variable(rest, &mut group) {
                push_text(&mut source, &mut text);
                source.push(piece);
                rest = after;
                continue;
            }
            let (spelling, after) = literal(rest)?;
            // What follows a character and says how often it stands there is no path.
            if after.starts_with(['*', '+', '?', '{']) && after != "?" {
                return None;
            }
            text.push_str(&spelling);
            rest = after;
        }
        push_text(&mut source, &mut text);
        Some(Self { source, slash_may_miss })
    }
}

/// `(?:/(.*))?`: the form in which ours say that a path and all below it match.
fn optional_rest(rest: &str) -> Option<(Option<String>, &str)> {
    ["(?:/([^?]*))?", "(?:/(.*))?"].iter().find_map(|form| Some((None, rest.strip_prefix(form)?)))
}

/// A group, or a part that any text fits.
fn variable<'r>(rest: &'r str, group: &mut usize) -> Option<(Piece, &'r str)> {
    for form in [".*", ".+"] {
        if let Some(after) = rest.strip_prefix(form) {
            let after = after.strip_prefix('?').unwrap_or(after);
            return Some((Piece::Rest(format!("any{}", after.len())), after));
        }
    }
    let inner = rest.strip_prefix('(').filter(|inner| !inner.starts_with("?:"))?;
    let end = inner.find(')')?;
    let (inner, after) = (&inner[..end], &inner[end + 1..]);
    *group += 1;
    let named = inner
        .strip_prefix("?<")
        .or_else(|| inner.strip_prefix("?P<"))
        .and_then(|named| named.split_once('>'));
    let (name, inner) = match named {
        Some((name, inner)) if is_name(name) => (name.to_owned(), inner),
        Some(_) => return None,
        None => (group.to_string(), inner),
    };
    let lazy = |form: &str| inner == form || inner.strip_suffix('?') == Some(form);
    let piece = match inner {
        _ if lazy(".*") || lazy(".+") || lazy("[^?]*") || lazy("[^?]+") => Piece::Rest(name),
        _ if lazy("[^/]+") || lazy("[^/]*") || lazy("[^/?]+") => Piece::Segment(name),
        class if is_class(class) => Piece::Class(name, class.to_owned()),
        _ => return None,
    };
    if after.starts_with(['*', '+', '?', '{']) { None } else { Some((piece, after)) }
}

/// Whether a group holds a class of characters, or a choice of words.
fn is_class(class: &str) -> bool {
    let plain = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let counted = class.strip_suffix(['+', '*']).unwrap_or(class);
    let counted = match counted.strip_suffix('}').and_then(|rest| rest.split_once('{')) {
        Some((class, count)) if plain(count, ",") => class,
        _ => counted,
    };
    let bracketed = counted.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    matches!(counted, "\\d" | "\\w")
        || bracketed.is_some_and(|inner| {
            plain(&inner.replace("\\d", "0").replace("\\w", "a").replace("\\-", "-"), "-_.")
        })
        || plain(class, "-_|")
}

/// A class without how often it stands there, and its fewest and most.
fn counted(class: &str) -> (&str, usize, usize) {
    if let Some(class) = class.strip_suffix('+') {
        return (class, 1, usize::MAX);
    }
    if let Some(class) = class.strip_suffix('*') {
        return (class, 0, usize::MAX);
    }
    match class.strip_suffix('}').and_then(|rest| rest.split_once('{')) {
        Some((class, count)) => {
            let (least, most) = count.split_once(',').unwrap_or((count, count));
            (class, least.parse().unwrap_or(0), most.parse().unwrap_or(usize::MAX))
        }
        None => (class, 1, 1),
    }
}

/// Whether a class has a character.
fn class_has(class: &str, c: char) -> bool {
    let inner = class.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(class);
    let mut chars = inner.chars().peekable();
    while let Some(first) = chars.next() {
        let found = match first {
            '\\' => match chars.next() {
                Some('d') => c.is_ascii_digit(),
                Some('w') => c.is_ascii_alphanumeric() || c == '_',
                escaped => escaped == Some(c),
            },
            first if chars.peek() == Some(&'-') => {
                chars.next();
                match chars.next() {
                    Some(last) => (first..=last).contains(&c),
                    None => c == first || c == '-',
                }
            }
            first => c == first,
        };
        if found {
            return true;
        }
    }
    false
}

/// Whether a text is one of a [class](is_class): `\d+`, `[a-z]{2}`, or a choice of words.
fn class_fits(class: &str, text: &str) -> bool {
    let (bare, least, most) = counted(class);
    if !bare.starts_with(['\\', '[']) {
        return class.split('|').any(|word| word == text);
    }
    let count = text.chars().count();
    (least..=most).contains(&count) && text.chars().all(|c| class_has(bare, c))
}

/// A text of a class.
fn class_sample(class: &str) -> String {
    let (bare, least, _) = counted(class);
    if !bare.starts_with(['\\', '[']) {
        return class.split('|').next().unwrap_or_default().to_owned();
    }
    let one = ('0'..='z').chain(['-', '.']).find(|c| class_has(bare, *c)).unwrap_or('1');
    std::iter::repeat_n(one, least.clamp(1, 40)).collect()
}

/// One character of a path as a regular expression says it: as it stands, escaped, or a choice of its spellings.
fn literal(rest: &str) -> Option<(String, &str)> {
    if let Some(inner) = rest.strip_prefix("(?:") {
        // Ours: `(?:%28|\()`, with the percent-encoding first; its hexadecimal digits in either case.
        let (choice, after) = inner.split_once(")")?;
        let (choice, after) = if choice.ends_with('\\') {
            let after = after.strip_prefix(')')?;
            (choice, after)
        } else {
            (choice, after)
        };
        let encoded = either_case(choice.split('|').next()?)?;
        // What need not be encoded is itself.
        let one = encoded.strip_prefix('%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let plain = one.filter(|byte| byte.is_ascii_graphic() && !b"%/?#".contains(byte));
        return Some((plain.map_or(encoded, |byte| escape(char::from(byte))), after));
    }
    let c = rest.chars().next()?;
    if c == '%'
        && let Some((encoded, after)) = encoded(rest)
    {
        return Some((encoded, after));
    }
    let after = &rest[c.len_utf8()..];
    if c == '\\' {
        let escaped = after.chars().next()?;
        if escaped == 'x' {
            let digits = after.get(1..3)?;
            u8::from_str_radix(digits, 16).ok()?;
            return Some((spelled(digits), &after[3..]));
        }
        // A letter behind a backslash is a class.
        return (!escaped.is_alphanumeric()).then(|| (escape(escaped), &after[escaped.len_utf8()..]));
    }
    if "()[]{}|^$*+?".contains(c) {
        return None;
    }
    // In a path a dot of a regular expression is nearly always meant as itself.
    Some((escape(c), after))
}

/// A byte by its two digits: itself where a URL has it so, and else encoded.
fn spelled(digits: &str) -> String {
    match u8::from_str_radix(digits, 16) {
        // Said by its number, it stands for itself and begins nothing.
        Ok(b'%') => "%25".to_owned(),
        Ok(b'?') => "%3F".to_owned(),
        Ok(byte) if byte.is_ascii_graphic() => escape(char::from(byte)),
        _ => format!("%{}", digits.to_ascii_uppercase()),
    }
}

/// A character as a path of a URL has it.
fn escape(c: char) -> String {
    let mut out = String::new();
    if c.is_ascii_graphic() && !"\"#<>`{}".contains(c) {
        out.push(c);
    } else {
        for byte in c.to_string().bytes() {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `%[cC]3` and `%C3`, at the beginning of a text.
fn encoded(rest: &str) -> Option<(String, &str)> {
    let mut after = rest.strip_prefix('%')?;
    let mut out = String::from("%");
    for _ in 0..2 {
        let digit = if let Some(class) = after.strip_prefix('[') {
            let digit = class.chars().next()?;
            after = class.get(3..).filter(|_| class.get(2..3) == Some("]"))?;
            digit
        } else {
            let digit = after.chars().next()?;
            after = after.get(1..)?;
            digit
        };
        out.push(Some(digit).filter(char::is_ascii_hexdigit)?.to_ascii_uppercase());
    }
    Some((out, after))
}

/// A text of percent-encodings alone.
fn either_case(text: &str) -> Option<String> {
    let (mut out, mut rest) = (String::new(), text);
    while !rest.is_empty() {
        let (one, after) = encoded(rest)?;
        out.push_str(&one);
        rest = after;
    }
    Some(out)
}
