//! What texts were meant to say: the one SPF record that says it in a way that receivers read.
//!
//! Every word of every text is read as leniently as a person would read it: a mistake in typing, a character that came
//! along with a copy, a second record behind the first. What is understood stands in the record once. What nobody can
//! understand is handed back in words: a sender is never left out silently.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::advice::{KNOWN, glued_all, with_known_name};
use super::meaning::is_plausible;
use super::{Mechanism, Modifier, Qualifier, TermKind};

/// One record in the place of several texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meant {
    /// The record: valid, each term once, one ending behind all senders.
    pub text: String,
    /// Words of the texts whose meaning is not known. They are not in the record.
    pub unread: Vec<String>,
    /// What the record says otherwise than the texts on purpose, a sentence each.
    pub changes: Vec<String>,
}

/// The record that `texts` were meant to be together, with `includes` as further senders.
///
/// Terms keep their order and their spelling. Those behind an ending, beside a `redirect=` or written with an equals sign
/// are brought where receivers read them. Where the texts end differently, and where they let everybody in or say nothing
/// about others, the end is `~all`.
#[must_use]
pub fn meant<T: AsRef<str>>(texts: &[T], includes: &[&str]) -> Meant {
    let mut draft = Draft::default();
    for text in texts {
        draft.read(text.as_ref());
    }
    for include in includes {
        draft.push(format!("include:{include}"));
    }
    draft.written()
}

/// What was understood so far.
#[derive(Default)]
struct Draft {
    terms: Vec<String>,
    endings: Vec<Qualifier>,
    redirects: Vec<String>,
    explanation: Option<String>,
    unread: Vec<String>,
    changes: Vec<String>,
}

/// What one word was meant to be.
enum Word {
    All(Qualifier),
    Explanation(String),
    /// A modifier that receivers ignore, in signs that a record should not have.
    Ignored,
    Redirect(String),
    Term(String),
    Unread,
    Version,
}

impl Draft {
    fn read(&mut self, text: &str) {
        let plain = plain(text);
        let words = words(without_version(&plain));
        let has_ending = words.iter().any(|word| {
            let bare = word.trim_start_matches(SIGNS).to_ascii_lowercase();
            bare.starts_with("all") || bare.starts_with("redirect") || glued_all(word).is_some()
        });
        let last = words.len().saturating_sub(1);
        for (index, word) in words.iter().enumerate() {
            // `-a` at the end of a record without one is half of `-all`.
            let is_half = !has_ending && index == last && matches!(word.as_str(), "-a" | "~a" | "?a");
            if is_half {
                self.take(Word::All(sign_of(word)), word);
                continue;
            }
            // What stands before the ending may be nothing but its sign a second time: `--all`.
            let glued = glued_all(word).and_then(|at| word.split_at_checked(at));
            match glued.filter(|(head, _)| !head.trim_start_matches(SIGNS).is_empty()) {
                Some((head, all)) => {
                    self.take(meaning(head), head);
                    self.take(meaning(all), all);
                }
                None => self.take(meaning(word), word),
            }
        }
    }

    fn take(&mut self, meaning: Word, word: &str) {
        match meaning {
            Word::All(qualifier) => self.endings.push(qualifier),
            Word::Explanation(name) => match &self.explanation {
                Some(first) if !first.eq_ignore_ascii_case(&name) => {
                    self.changes.push(format!(
                        "“exp={name}” is removed: a record has one explanation, “exp={first}”."
                    ));
                }
                _ => self.explanation = Some(name),
            },
            Word::Ignored => self.changes.push(format!("“{word}” is removed: receivers ignore it.")),
            Word::Redirect(name) => {
                if !self.redirects.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                    self.redirects.push(name);
                }
            }
            Word::Term(term) => self.push(term),
            Word::Unread => self.unread.push(word.to_owned()),
            Word::Version => {}
        }
    }

    fn push(&mut self, term: String) {
        if !self.terms.iter().any(|known| key(known) == key(&term)) {
            self.terms.push(term);
        }
    }

    fn written(mut self) -> Meant {
        let lets_all_in = self.endings.contains(&Qualifier::Pass);
        let first = self.endings.first().copied();
        let agree = first.filter(|first| self.endings.iter().all(|ending| ending == first));
        let ending = match (agree, self.redirects.as_slice()) {
            // The record that it redirects to has the last word.
            (None, [redirect]) if self.endings.is_empty() => format!("redirect={redirect}"),
            (Some(Qualifier::Fail), _) => "-all".to_owned(),
            _ => "~all".to_owned(),
        };
        if !ending.starts_with("redirect") {
            for name in std::mem::take(&mut self.redirects) {
                self.push(format!("include:{name}"));
            }
        }
        if lets_all_in {
            self.changes
                .push("“+all” lets every server on the internet send as you. “~all” stops that.".to_owned());
        }
        if first.is_some() && agree.is_none() {
            self.changes.push("The record ended in two ways. “~all” is the milder one.".to_owned());
        }
        let explanation = self.explanation.map(|name| format!("exp={name}"));
        let words = std::iter::once("v=spf1".to_owned()).chain(self.terms).chain([ending]).chain(explanation);
        Meant { text: words.collect::<Vec<_>>().join(" "), unread: self.unread, changes: self.changes }
    }
}

/// What makes two terms the same: of two that match the same senders, the first decides, whatever their signs.
fn key(term: &str) -> String {
    term.trim_start_matches(SIGNS).trim_end_matches('.').to_ascii_lowercase()
}

const SIGNS: [char; 4] = ['+', '-', '?', '~'];

fn sign_of(word: &str) -> Qualifier {
    word.bytes().next().and_then(Qualifier::from_byte).unwrap_or(Qualifier::Pass)
}

//------------ From a text to words ------------------------------------------

/// The text in plain characters: what came along with a copy is gone, what looks like a sign is that sign.
fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' | '\u{ad}' => None,
            '"' | '\\' | '`' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => None,
            '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
            '\u{223c}' | '\u{02dc}' | '\u{ff5e}' => Some('~'),
            '\u{ff1a}' => Some(':'),
            '\u{ff1d}' => Some('='),
            '\u{ff0e}' | '\u{3002}' => Some('.'),
            '\u{fffd}' => Some(' '),
            c if c.is_whitespace() || c.is_control() => Some(' '),
            c => Some(c),
        })
        .collect()
}

/// What stands behind the version, or what was meant as one.
fn without_version(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| {
        !c.is_ascii_alphanumeric() && !matches!(c, '+' | '~' | '-' | '?' | '%')
    });
    let rest = version_end(text).and_then(|end| text.get(end..)).unwrap_or(text);
    // `spf2.0/pra`: the scope of the version that nobody uses.
    match rest.strip_prefix('/').and_then(|scoped| scoped.split_once(' ')) {
        Some((scope, rest)) if scope.split(',').all(|name| SCOPES.contains(&name)) => rest,
        _ => rest,
    }
}

/// Scopes of Sender ID (RFC 4406, section 3.1).
const SCOPES: [&str; 2] = ["mfrom", "pra"];

/// Where a version ends that `text` begins with: `v=spf1`, and what people type in its place.
fn version_end(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let mut at = 0;
    let skip = |at: usize, what: &[char]| {
        let rest = lower.get(at..).unwrap_or_default();
        at + rest.len() - rest.trim_start_matches(what).len()
    };
    if lower.starts_with('v') && !lower.starts_with("vspf") {
        let behind = skip(1, &[' ', '=', ':', '-', '.']);
        if behind == 1 {
            return None;
        }
        at = behind;
    } else if lower.starts_with("vspf") {
        at = 1;
    }
    at += lower.get(at..)?.strip_prefix("spf").map(|_| "spf".len())?;
    let letters = lower.get(at..)?.strip_prefix('v').map_or(at, |_| at + 1);
    // Without a number it is a version only where a blank or a separator follows: `spf.example.com` is a name.
    const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    // `v=spf 1`: the blank does not belong there.
    let behind_blank = skip(letters, &[' ']);
    let number = skip(behind_blank, &DIGITS);
    let is_torn = number > behind_blank && matches!(lower.as_bytes().get(number), None | Some(b' '));
    let digits = if is_torn { number } else { skip(letters, &DIGITS) };
    let next = lower.get(digits..)?.chars().next();
    let is_version = match (digits > letters, next) {
        (_, None | Some(' ' | ',' | ';' | ':')) => true,
        (true, Some('.')) => lower.get(digits + 1..)?.starts_with(['0', ' ']) || lower.len() == digits + 1,
        (true, Some(c)) => c.is_ascii_alphabetic() || SIGNS.contains(&c),
        (false, _) => false,
    };
    if !is_version {
        return None;
    }
    // `v=spf1.0`, `v=spf1;`
    let end = skip(digits, &[',', ';', ':']);
    Some(if lower.get(end..)?.starts_with(".0") { end + 2 } else { skip(end, &['.']) })
}

/// The words of a text. Commas and semicolons divide them too; what a blank has torn apart is put together again.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut depth = 0usize;
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let divides = c == ' ' || (matches!(c, ',' | ';' | '|') && depth == 0);
        if !divides {
            word.push(c);
        } else if !word.is_empty() {
            let next = std::mem::take(&mut word);
            match words.last_mut().filter(|before| is_torn(before, &next)) {
                Some(before) => before.push_str(&next),
                None => words.push(next),
            }
        }
        if words.len() >= MAX_WORDS {
            break;
        }
    }
    // `ip4 192.0.2.1`: the sign between name and value is what is missing.
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match joined.last_mut() {
            Some(before) if lacks_value(before) && is_value(&word) => {
                before.push(if before.trim_start_matches(SIGNS).eq_ignore_ascii_case("redirect") {
                    '='
                } else {
                    ':'
                });
                before.push_str(&word);
            }
            _ => joined.push(word),
        }
    }
    joined
}

/// Words of one text that are read; DNS holds no record with more.
const MAX_WORDS: usize = 4096;

/// Whether a blank stands between two halves of a term: `include: x`, `~ all`, `redirect =x`.
fn is_torn(before: &str, next: &str) -> bool {
    let is_sign = before.len() == 1 && before.starts_with(SIGNS);
    let name = before.trim_end_matches([':', '=']).trim_start_matches(SIGNS);
    let waits = name.len() < before.trim_start_matches(SIGNS).len()
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_term = next.starts_with(SIGNS) || is_named(next);
    is_sign || (waits && !is_term) || (next.starts_with([':', '=']) && next.len() > 1)
}

/// Whether a word begins with the name of a mechanism or a modifier and a sign behind it, or is `all`.
fn is_named(word: &str) -> bool {
    let bare = word.trim_start_matches(SIGNS);
    let name = bare.split([':', '=']).next().unwrap_or_default();
    let is_known = KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name));
    is_known && (name.len() < bare.len() || !name.eq_ignore_ascii_case("include"))
}

fn lacks_value(word: &str) -> bool {
    let bare = word.trim_start_matches(SIGNS);
    ["include", "ip4", "ip6", "exists", "redirect"].iter().any(|name| name.eq_ignore_ascii_case(bare))
}

fn is_value(word: &str) -> bool {
    word.contains('.') && !is_named(word) || word.parse::<Ipv6Addr>().is_ok()
}

//------------ From a word to a term -----------------------------------------

fn meaning(word: &str) -> Word {
    let word = word.trim_matches(['(', ')', '[', ']', '<', '>', '\'', '!']).trim_end_matches(['.', ':', '=']);
    let bare = word.trim_start_matches(SIGNS);
    let sign = word.get(..usize::from(bare.len() < word.len())).unwrap_or_default();
    if bare.is_empty() {
        return if word.is_empty() { Word::Version } else { Word::Unread };
    }
    if sign.is_empty()
        && let Some(end) = version_end(bare)
    {
        let rest = bare.get(end..).unwrap_or_default();
        return if rest.is_empty() { Word::Version } else { meaning(rest) };
    }
    if is_all(bare) {
        return Word::All(sign_of(sign));
    }
    if let Some(network) = network(bare) {
        return term(sign, &network);
    }
    let at = bare.find([':', '=', '/']).unwrap_or(bare.len());
    let (name, rest) = bare.split_at_checked(at).unwrap_or((bare, ""));
    // Colons may begin an IPv6 address.
    let address = network(rest.get(1..).unwrap_or_default());
    let value = rest.trim_start_matches([':', '=', '/']);
    let address = || address.clone().or_else(|| network(value));
    if rest.is_empty() {
        return without_value(sign, bare);
    }
    let lower = name.to_ascii_lowercase();
    let known = match KNOWN.iter().find(|known| **known == lower) {
        Some(known) => (*known).to_owned(),
        None => match with_known_name(name, value) {
            Some(known) if !lower.contains('.') => known.trim_end_matches([':', '=']).to_owned(),
            // A modifier that receivers ignore, and that nobody can have meant as a sender.
            _ if rest.starts_with('=') && lower != "v" && is_plain_modifier(bare) => {
                return Word::Term(bare.to_owned());
            }
            // What has a name in it may have been meant as a sender.
            _ if rest.starts_with('=') && !bare.contains('.') => return Word::Ignored,
            _ if lower.contains('.') && (rest.starts_with('/') || rest.starts_with(':')) => {
                return with_domain(sign, "include", bare);
            }
            _ => return Word::Unread,
        },
    };
    match known.as_str() {
        "all" => Word::All(sign_of(sign)),
        "redirect" | "exp" => match (domain(value), known.as_str()) {
            (Some(name), "redirect") => Word::Redirect(name),
            (Some(name), _) => Word::Explanation(name),
            (None, _) => Word::Unread,
        },
        "ip4" | "ip6" => match address() {
            Some(network) => term(sign, &network),
            // A name where an address belongs.
            None => match (value.split('/').next(), value.contains('.')) {
                (Some(host), true) if host.bytes().any(|byte| byte.is_ascii_alphabetic()) => {
                    with_domain(sign, "a", value)
                }
                _ => Word::Unread,
            },
        },
        _ if rest.starts_with('/') && matches!(known.as_str(), "a" | "mx") => {
            let whole = format!("{known}{rest}");
            if is_readable(&whole) { term(sign, &whole) } else { with_domain(sign, &known, value) }
        }
        mechanism => match address() {
            Some(network) => term(sign, &network),
            None => with_domain(sign, mechanism, value),
        },
    }
}

/// `all`, with letters too many, too few or twisted, or with something stuck to it.
fn is_all(bare: &str) -> bool {
    let lower = bare.to_ascii_lowercase();
    let is_word = !lower.contains(['.', '/', '%']) && lower.len() <= MAX_ALL;
    let name = lower.split([':', '=']).next().unwrap_or_default();
    (is_word && lower.starts_with("all"))
        || matches!(name, "al" | "ll" | "alll" | "aall" | "a1l" | "al1" | "lal" | "aii" | "ail")
}

/// No longer word is `all` with something stuck to it.
const MAX_ALL: usize = 16;

/// A word without a colon.
fn without_value(sign: &str, bare: &str) -> Word {
    let lower = bare.to_ascii_lowercase();
    if matches!(lower.as_str(), "a" | "mx" | "ptr") {
        return term(sign, bare);
    }
    // `include.example.com`, and a name that stands alone.
    for name in ["include", "ip4", "ip6", "exists"] {
        if let Some(value) = lower.strip_prefix(name).and_then(|rest| rest.strip_prefix(['.', '-', '_']))
            && value.contains('.')
        {
            return meaning(&format!("{sign}{name}:{value}"));
        }
    }
    // `includespf.example.com`: the colon is what is missing.
    if let Some(value) = lower.strip_prefix("include").filter(|value| value.contains('.')) {
        return meaning(&format!("{sign}include:{value}"));
    }
    if bare.contains('.') { with_domain(sign, "include", bare) } else { Word::Unread }
}

fn with_domain(sign: &str, mechanism: &str, value: &str) -> Word {
    let (host, length) = match value.rsplit_once('/') {
        Some((host, length))
            if matches!(mechanism, "a" | "mx")
                && length.bytes().all(|b| b.is_ascii_digit())
                && !length.is_empty() =>
        {
            (host.trim_end_matches('/'), value.get(host.trim_end_matches('/').len()..).unwrap_or_default())
        }
        _ => (value, ""),
    };
    let Some(name) = domain(host) else { return Word::Unread };
    term(sign, &format!("{mechanism}:{name}{length}"))
}

/// A name as a term has it, from an address of a page, of a mailbox, or from what else has a name in it.
fn domain(value: &str) -> Option<String> {
    let value = value.trim_start_matches([':', '=', '/']);
    if value.contains('%') {
        return Some(value.to_owned()).filter(|value| is_readable(&format!("exists:{value}")));
    }
    let behind_scheme = value.split_once("//").map_or(value, |(_, rest)| rest);
    let host = behind_scheme.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.rsplit_once("mailto:").map_or(host, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some((_, name)) if name.contains('.') => name,
        _ => host,
    };
    let mut host = host.trim_start_matches(['*', '.']).trim_end_matches(['.', ',', ';', '!', ')']).to_owned();
    while host.contains("..") {
        host = host.replace("..", ".");
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_name = host.len() <= 253 && host.split('.').count() > 1 && host.split('.').all(is_label);
    (is_name && is_readable(&format!("include:{host}"))).then_some(host)
}

/// `ip4:` or `ip6:` and a network, from an address however it was written.
fn network(written: &str) -> Option<String> {
    let written = written.trim_matches(['[', ']']);
    let (address, length) = match written.split_once('/') {
        Some((address, length)) => (address.trim_end_matches(']'), Some(length)),
        None => (written, None),
    };
    // `192.0.2.*` is the network of which it leaves the last part open.
    if let Some(start) = address.strip_suffix(".*").filter(|_| length.is_none()) {
        let parts: Vec<u8> = start.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        return match parts.as_slice() {
            [a, b, c] => Some(format!("ip4:{a}.{b}.{c}.0/24")),
            [a, b] => Some(format!("ip4:{a}.{b}.0.0/16")),
            _ => None,
        };
    }
    let address = match address.rsplit_once(':') {
        Some((host, port)) if host.parse::<Ipv4Addr>().is_ok() && port.parse::<u16>().is_ok() => host,
        _ => address,
    };
    let address = match address.parse::<IpAddr>() {
        Ok(address) => address,
        Err(_) => IpAddr::V4(loose_ip4(address, length)?),
    };
    let (name, bits) = match address {
        IpAddr::V4(_) => ("ip4", Ipv4Addr::BITS),
        IpAddr::V6(_) => ("ip6", Ipv6Addr::BITS),
    };
    Some(match length {
        None | Some("") => format!("{name}:{address}"),
        Some(length) => format!("{name}:{address}/{}", prefix(length, bits)?),
    })
}

/// An IPv4 address with leading zeros, or with the zeros at its end left out before a prefix length.
fn loose_ip4(written: &str, length: Option<&str>) -> Option<Ipv4Addr> {
    let parts: Vec<u8> = written.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match (parts.as_slice(), length) {
        (&[a, b, c, d], _) => Some(Ipv4Addr::new(a, b, c, d)),
        (&[a, b, c], Some(_)) => Some(Ipv4Addr::new(a, b, c, 0)),
        (&[a, b], Some(_)) => Some(Ipv4Addr::new(a, b, 0, 0)),
        _ => None,
    }
}

/// A prefix length, also from a netmask.
fn prefix(written: &str, bits: u32) -> Option<u32> {
    if let Ok(mask) = written.parse::<Ipv4Addr>() {
        let mask = mask.to_bits();
        return (bits == Ipv4Addr::BITS && mask.leading_ones() + mask.trailing_zeros() == bits)
            .then(|| mask.leading_ones());
    }
    let digits = written.trim_start_matches('/');
    digits.parse::<u32>().ok().filter(|length| *length <= bits && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn term(sign: &str, bare: &str) -> Word {
    let whole = format!("{sign}{bare}");
    if is_readable(&whole) { Word::Term(whole) } else { Word::Unread }
}

/// Whether a term alone makes a record that receivers read, and names what can be found.
fn is_readable(term: &str) -> bool {
    let text = format!("v=spf1 {term}");
    let (record, _) = super::parse(&text);
    let is_one = record.is_valid() && record.terms.len() == 1 && !term.contains(' ');
    is_one
        && match record.terms.first().map(|term| &term.kind) {
            Some(TermKind::Directive(directive)) => is_findable(&directive.mechanism),
            Some(TermKind::Modifier(Modifier::Redirect(domain) | Modifier::Exp(domain))) => {
                is_plausible(domain)
            }
            Some(TermKind::Modifier(Modifier::Unknown { .. })) => true,
            _ => false,
        }
}

/// Whether a modifier consists of letters, digits and what stands in names.
fn is_plain_modifier(bare: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'=');
    let name = bare.split('=').next().unwrap_or_default();
    !name.contains('.')
        && bare.bytes().all(is_plain)
        && bare.matches('=').count() == 1
        && !bare.ends_with(['.', '='])
        && is_readable(bare)
}

fn is_findable(mechanism: &Mechanism<'_>) -> bool {
    mechanism.domain().is_none_or(is_plausible)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::tests::corpus;
    use proptest::prelude::*;

    fn of(text: &str) -> String {
        meant(&[text], &[]).text
    }

    #[test]
    fn a_mistake_in_typing_becomes_the_record_that_was_meant() {
        let google = "v=spf1 include:_spf.google.com ~all";
        for text in [
            "v=spf1 include:_spf.google.com~all",
            "v=spf1 include:_spf.google.com ~allCOPY",
            "v=spf1 include:_spf.google.com ~ all",
            "spf2.0/pra include:_spf.google.com ~all",
            "v=spf2.0/mfrom,pra include:_spf.google.com ~all",
            "v=spf1 include: _spf.google.com ~all",
            "v=spf1 include :_spf.google.com ~all",
            "v=spf1 include _spf.google.com ~all",
            "v=spf1 include=_spf.google.com ~all",
            "v=spf1 inlcude:_spf.google.com ~all",
            "v=spf1 includes:_spf.google.com ~all",
            "v=spf1 include:https://_spf.google.com ~all",
            "v=spf1 include:https://_spf.google.com/ ~all",
            "v=spf1 include:postmaster@_spf.google.com ~all",
            "v=spf1 include:*._spf.google.com ~all",
            "v=spf1 include:_spf.google.com, ~all",
            "v=spf1, include:_spf.google.com, ~all",
            "v=spf1; include:_spf.google.com; ~all;",
            "v=spf1\u{a0}include:_spf.google.com\u{a0}~all",
            "v=spf1\tinclude:_spf.google.com\t~all",
            "\"v=spf1 include:_spf.google.com ~all\"",
            "\u{201c}v=spf1 include:_spf.google.com ~all\u{201d}",
            "spf1 include:_spf.google.com ~all",
            "v=spf include:_spf.google.com ~all",
            "v=spf10 include:_spf.google.com ~all",
            "v:spf1 include:_spf.google.com ~all",
            "v = spf1 include:_spf.google.com ~all",
            "V=SPF1 include:_spf.google.com ~all",
            "v=spf1include:_spf.google.com ~all",
            "v=spf 1 include:_spf.google.com ~all",
            "v=spf1 include:_spf.google.com ~~all",
            "v=spf1 include:_spf.google.com \u{2013}\u{2013}all ~all",
            "v=spf1 include:_spf.google.com ~al",
            "v=spf1 include:_spf.google.com ~a",
            "v=spf1 include:_spf.google.com",
            "v=spf1 include:_spf.google.com ?all",
            "v=spf1 include:_spf.google.com +all",
            "v=spf1 _spf.google.com ~all",
            "v=spf1 ~all include:_spf.google.com",
            "v=spf1 include:_spf.google.com ~all v=spf1 include:_spf.google.com ~all",
            "v=spf1 redirect=_spf.google.com ~all",
        ] {
            assert_eq!(of(text), google, "{text}");
        }
        for (text, expected) in [
            ("v=spf1 a:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.0/24 -all"),
            ("v=spf1 ipv4:192.0.2.1 -a", "v=spf1 ip4:192.0.2.1 -all"),
            ("v=spf1 ip4:192.0.2.1 --all", "v=spf1 ip4:192.0.2.1 -all"),
            ("v=spf 1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
            ("v=spf1 ip:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
            ("v=spf1 ip4=192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
            ("v=spf1 192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
            ("v=spf1 ip4:192.0.2.1:25 -all", "v=spf1 ip4:192.0.2.1 -all"),
            ("v=spf1 ip4:192.0.2.0/255.255.255.0 -all", "v=spf1 ip4:192.0.2.0/24 -all"),
            ("v=spf1 ip4:192.0.2/24 -all", "v=spf1 ip4:192.0.2.0/24 -all"),
            ("v=spf1 ip4:192.0.2.* -all", "v=spf1 ip4:192.0.2.0/24 -all"),
            ("v=spf1 ip4:2001:db8::/32 -all", "v=spf1 ip6:2001:db8::/32 -all"),
            ("v=spf1 include:2001:db8::1 -all", "v=spf1 ip6:2001:db8::1 -all"),
            ("v=spf1 ip4:mail.example.com/28 -all", "v=spf1 a:mail.example.com/28 -all"),
            ("v=spf1 ip6:::1 ip6:2001:db8::/32 -all", "v=spf1 ip6:::1 ip6:2001:db8::/32 -all"),
            ("v=spf1 a/24//64 mx/30 -all", "v=spf1 a/24//64 mx/30 -all"),
            ("v=spf1 mx:example.com/24 -all", "v=spf1 mx:example.com/24 -all"),
            ("v=spf1 redirect:_spf.example.net", "v=spf1 redirect=_spf.example.net"),
            ("v=spf1 redirect=a.net redirect=b.net", "v=spf1 include:a.net include:b.net ~all"),
            ("v=spf1 -all redirect=a.net", "v=spf1 include:a.net -all"),
            ("v=spf1 include:a.net -all include:b.net", "v=spf1 include:a.net include:b.net -all"),
            ("v=spf1 exists:%{i}._spf.%{d2} -all", "v=spf1 exists:%{i}._spf.%{d2} -all"),
            (
                "v=spf1 -include:bad.net ?mx include:a.net -all",
                "v=spf1 -include:bad.net ?mx include:a.net -all",
            ),
        ] {
            let meant = meant(&[text], &[]);
            assert_eq!(meant.text, expected, "{text}");
            assert!(meant.unread.is_empty(), "{text}: {:?}", meant.unread);
        }
    }

    #[test]
    fn several_records_become_one_with_every_sender_of_each() {
        for (texts, includes, expected) in [
            (
                vec!["v=spf1 include:a.net ip4:192.0.2.1 -all", "v=spf1 include:b.net include:a.net ~all"],
                &[][..],
                "v=spf1 include:a.net ip4:192.0.2.1 include:b.net ~all",
            ),
            (vec!["v=spf1 -all", "v=spf1 include:b.net -all"], &[][..], "v=spf1 include:b.net -all"),
            (
                vec!["v=spf1 redirect=a.net", "v=spf1 redirect=b.net"],
                &[][..],
                "v=spf1 include:a.net include:b.net ~all",
            ),
            (
                vec!["v=spf1 redirect=a.net", "v=spf1 include:b.net -all"],
                &[][..],
                "v=spf1 include:b.net include:a.net -all",
            ),
            (
                vec!["v=spf1 a redirect=_spf.b.net"],
                &["c.net"][..],
                "v=spf1 a include:c.net redirect=_spf.b.net",
            ),
            (vec!["v=spf1 include:C.net. -all"], &["c.net"][..], "v=spf1 include:C.net -all"),
            (vec![], &["c.net"][..], "v=spf1 include:c.net ~all"),
        ] {
            assert_eq!(meant(&texts, includes).text, expected, "{texts:?}");
        }
    }

    #[test]
    fn what_nobody_can_read_is_handed_back() {
        for (text, unread) in [
            ("v=spf1 include:a.net wibble:x -all", "wibble:x"),
            ("v=spf1 include:a.net ip4:192.0.2.0/33 -all", "ip4:192.0.2.0/33"),
            ("v=spf1 include:a.net include: -all", "include:"),
            ("v=spf1 include:a.net ip4:192.0.2.1-192.0.2.9 -all", "ip4:192.0.2.1-192.0.2.9"),
        ] {
            let meant = meant(&[text], &[]);
            assert_eq!(meant.text, "v=spf1 include:a.net -all", "{text}");
            assert_eq!(meant.unread, [unread], "{text}");
        }
        assert_eq!(meant(&["v=spf1 a +all"], &[]).changes.len(), 1);
    }

    fn assert_sound(text: &str) {
        let meant = meant(&[text], &[]);
        let (record, issues) = super::super::parse(&meant.text);
        assert!(record.is_valid(), "{text:?} became {:?}: {issues:?}", meant.text);
        let kept_on_purpose =
            ["ptr-discouraged", "record-long", "too-many-lookups", "prefix-zero", "address-private"];
        let noticed = issues.iter().filter(|issue| issue.severity != crate::diagnostic::Severity::Note);
        let noticed: Vec<_> = noticed.filter(|issue| !kept_on_purpose.contains(&issue.code)).collect();
        assert!(noticed.is_empty(), "{text:?} became {:?}: {noticed:?}", meant.text);
        assert_eq!(super::meant(&[&meant.text], &[]).text, meant.text, "once is enough: {text:?}");
    }

    #[test]
    fn records_from_the_wild_keep_every_sender() {
        for text in corpus("spf.txt") {
            assert_sound(&text);
            let (record, issues) = super::super::parse(&text);
            if !record.is_valid() || issues.iter().any(|issue| issue.code == "all-cut-short") {
                continue;
            }
            let meant = meant(&[&text], &[]).text;
            let senders =
                |d: &super::super::Directive<'_>| d.mechanism != Mechanism::All && is_findable(&d.mechanism);
            for (span, directive) in record.directives().filter(|(_, directive)| senders(directive)) {
                let again = super::super::parse(&meant).0;
                let is_kept = again.directives().any(|(_, kept)| {
                    kept.result() == directive.result()
                        && key(&kept.mechanism.to_string()) == key(&directive.mechanism.to_string())
                });
                assert!(is_kept, "{:?} is lost: {text} became {meant}", span.of(&text));
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_becomes_a_record_that_receivers_read(text in "(v=spf1 )?[ -~\u{a0}\u{201c}\u{2013}]{0,60}") {
            assert_sound(&text);
        }

        #[test]
        fn whatever_is_broken_in_a_record_it_becomes_one_that_receivers_read(
            index in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), what in "[ -~\u{a0}]{0,3}", cut in 0..3usize,
        ) {
            let records = ["v=spf1 include:_spf.google.com ip4:192.0.2.0/24 a:mail.example.com/28 -all",
                "v=spf1 redirect=_spf.example.net", "v=spf1 mx ?include:a.net exists:%{i}.b.net ~all exp=e.c.net"];
            let text = records[index.index(records.len())];
            let at = at.index(text.len());
            let end = (at + cut).min(text.len());
            assert_sound(&format!("{}{what}{}", &text[..at], &text[end..]));
        }
    }
}
