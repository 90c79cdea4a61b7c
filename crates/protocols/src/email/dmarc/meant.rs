//! What texts were meant to say: the one DMARC record that says it in a way that receivers read.

use crate::diagnostic::corrected_throughout;
use crate::email::tags::{Tag, tags};
use crate::email::typo::nearest;
use crate::email::uri::{Destination, ReportUri};

use super::Policy;

/// A record on its way to being written: every tag that was understood, in one form.
///
/// Names, addresses and policies are read as leniently as a person would read them. What nobody can understand is handed
/// back in words: an address for reports is never left out silently.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// `p`, where one was understood.
    pub policy: Option<Policy>,
    /// `sp`, where one was understood.
    pub subdomain_policy: Option<Policy>,
    /// `np`, where one was understood.
    pub nonexistent_policy: Option<Policy>,
    /// `t=y`.
    pub testing: bool,
    /// `rua`: URIs that receivers can read, in order.
    pub aggregate_reports: Vec<String>,
    /// `ruf`: the same.
    pub failure_reports: Vec<String>,
    /// Every other tag with its value, in order: `adkim`, `aspf`, `fo`, `psd`, `pct` below 100, and those nobody knows.
    pub others: Vec<(String, String)>,
    /// Tags whose value nobody can understand, and addresses that are none. They are not in the record.
    pub unread: Vec<String>,
    /// What the record says otherwise than the texts on purpose, a sentence each.
    pub changes: Vec<String>,
}

impl Draft {
    /// What `text` was meant to say.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut draft = Self::default();
        let plain = plain(text);
        let corrected = corrected_throughout(&plain, |text| super::parse(text).1);
        // A correction that loses an address is none.
        let keeps = corrected.matches('@').count() >= plain.matches('@').count();
        let text = if keeps { corrected } else { plain };
        // An address behind a semicolon belongs to the list before it.
        let mut list = "rua";
        for tag in tags(&text) {
            if tag.value.is_some() {
                list = if nearest(&bare(tag.name), &LISTS) == Some("ruf") { "ruf" } else { "rua" };
            }
            draft.take(&tag, list);
        }
        draft
    }

    /// Everything that several texts were meant to say. Where their policies differ, the mildest: nobody has followed any of
    /// them so far, as receivers that find several records use none.
    #[must_use]
    pub fn merged<T: AsRef<str>>(texts: &[T]) -> Self {
        let drafts: Vec<Self> = texts.iter().map(|text| Self::of(text.as_ref())).collect();
        // Most of what is meant stands beside the reports.
        let first = drafts.iter().find(|draft| !draft.aggregate_reports.is_empty()).or(drafts.first());
        let Some(mut merged) = first.cloned() else { return Self::default() };
        merged.unread.clear();
        merged.policy = drafts.iter().map(|draft| draft.policy.unwrap_or(Policy::None)).min();
        let kept = merged.settings();
        for draft in drafts {
            for (name, value) in draft.settings().into_iter().filter(|setting| !kept.contains(setting)) {
                let other = kept.iter().find(|(known, _)| *known == name);
                let why = match other {
                    Some((_, kept)) => format!("another record says “{name}={kept}”"),
                    None => "the other records do not say it".to_owned(),
                };
                add(&mut merged.changes, format!("“{name}={value}” is removed: {why}."));
            }
            for change in draft.changes {
                add(&mut merged.changes, change);
            }
            for uri in draft.aggregate_reports {
                add(&mut merged.aggregate_reports, uri);
            }
            for uri in draft.failure_reports {
                add(&mut merged.failure_reports, uri);
            }
            for unread in draft.unread {
                add(&mut merged.unread, unread);
            }
        }
        merged
    }

    /// Every tag but the addresses, with its value.
    fn settings(&self) -> Vec<(String, String)> {
        let policies = [("p", self.policy), ("sp", self.subdomain_policy), ("np", self.nonexistent_policy)];
        let policies = policies
            .into_iter()
            .filter_map(|(name, policy)| policy.map(|policy| (name.to_owned(), policy.to_string())));
        let testing = self.testing.then(|| ("t".to_owned(), "y".to_owned()));
        policies.chain(testing).chain(self.others.iter().cloned()).collect()
    }

    /// The record: `v`, `p` and the other tags, then the addresses.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("v=DMARC1; p={}", self.policy.unwrap_or(Policy::None));
        let mut push = |name: &str, value: &str| text.push_str(&format!("; {name}={value}"));
        for (name, policy) in [("sp", self.subdomain_policy), ("np", self.nonexistent_policy)] {
            if let Some(policy) = policy {
                push(name, &policy.to_string());
            }
        }
        if self.testing {
            push("t", "y");
        }
        for (name, value) in &self.others {
            push(name, value);
        }
        for (name, uris) in [("rua", &self.aggregate_reports), ("ruf", &self.failure_reports)] {
            if !uris.is_empty() {
                push(name, &uris.join(","));
            }
        }
        text
    }

    /// `list`: the one that an address without a name belongs to.
    fn take(&mut self, tag: &Tag<'_>, list: &str) {
        let Some(value) = tag.value else {
            if tag.name.contains('@') {
                self.addresses(tag.name, list);
            } else if !tag.name.is_empty() && !is_version(tag.name) {
                self.unread.push(tag.name.to_owned());
            }
            return;
        };
        let bare = bare(tag.name);
        // Whatever was pasted before it: `_dmarc v=DMARC1`.
        let says_version =
            value.get(..VERSION.len()).is_some_and(|start| start.eq_ignore_ascii_case(VERSION));
        if bare == "v" || (bare.ends_with('v') && says_version) {
            return self.behind_version(value);
        }
        if self.has(&bare) {
            return self.again(tag, &bare);
        }
        let known = KNOWN.iter().find(|known| **known == bare).copied();
        // `mailto=a@b`: the colon of an address.
        if known.is_none() && value.contains('@') {
            let list = if bare.contains("ruf") { "ruf" } else { "rua" };
            return self.addresses(value, list);
        }
        match known.or_else(|| nearest(&bare, &KNOWN)) {
            Some("p") => self.policy = self.policy.or(self.read_policy(tag)),
            Some("sp") => self.subdomain_policy = self.read_policy(tag),
            Some("np") => self.nonexistent_policy = self.read_policy(tag),
            Some("t") => {
                match value.chars().find(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()) {
                    Some('y') => self.testing = true,
                    Some('n') => {}
                    _ => self.unread.push(format!("t={value}")),
                }
            }
            Some("rua") => self.addresses(value, "rua"),
            Some("ruf") => self.addresses(value, "ruf"),
            // They say what happens without them.
            Some("rf" | "ri") => {}
            Some("pct") if value.trim() == "100" => {}
            Some(name) => self.other(name, value),
            None if is_word(&bare) && value.bytes().all(is_plain) && !value.is_empty() => {
                self.others.push((bare, value.to_owned()));
            }
            None => self.unread.push(tag.name.to_owned() + "=" + value),
        }
    }

    /// What stands behind the version without a semicolon: `v=DMARC1 p=none`.
    fn behind_version(&mut self, value: &str) {
        let is_version = value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("DMARC"));
        if !is_version && value.contains('@') {
            return self.addresses(value, "rua");
        }
        let rest = value.get(VERSION.len()..).unwrap_or_default().trim();
        for tag in tags(rest.trim_start_matches([',', ':', '.', ' '])) {
            if tag.value.is_some() {
                self.take(&tag, "rua");
            }
        }
    }

    /// A tag that stands twice: receivers differ in which one they follow. Of policies the milder one is kept: it loses no mail.
    fn again(&mut self, tag: &Tag<'_>, name: &str) {
        let mut other = Self::default();
        other.take(tag, "rua");
        let removed = [
            milder(&mut self.policy, other.policy),
            milder(&mut self.subdomain_policy, other.subdomain_policy),
            milder(&mut self.nonexistent_policy, other.nonexistent_policy),
        ];
        for (kept, stricter) in removed.into_iter().flatten() {
            let change = format!(
                "“{name}={stricter}” is removed: the record also says “{name}={kept}”, the milder one."
            );
            add(&mut self.changes, change);
        }
        let known = |(known, _): &&(String, String)| known == name;
        if let (Some((_, kept)), Some((_, value))) = (self.others.iter().find(known), other.others.first())
            && kept != value
        {
            let change = format!("“{name}={value}” is removed: the record says “{name}={kept}” before it.");
            add(&mut self.changes, change);
        }
    }

    fn has(&self, name: &str) -> bool {
        match name {
            "p" => self.policy.is_some(),
            "sp" => self.subdomain_policy.is_some(),
            "np" => self.nonexistent_policy.is_some(),
            "t" => self.testing,
            _ => self.others.iter().any(|(known, _)| known == name),
        }
    }

    fn read_policy(&mut self, tag: &Tag<'_>) -> Option<Policy> {
        let bare: String = tag.value().chars().filter(char::is_ascii_alphabetic).collect();
        let policy = match nearest(&bare, &["none", "quarantine", "reject"]) {
            Some("none") => Some(Policy::None),
            Some("quarantine") => Some(Policy::Quarantine),
            Some("reject") => Some(Policy::Reject),
            _ => None,
        };
        if policy.is_none() {
            self.unread.push(format!("{}={}", tag.name, tag.value()));
        }
        policy
    }

    fn other(&mut self, name: &str, value: &str) {
        let first = value.chars().find(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        let read = match (name, first) {
            ("adkim" | "aspf", Some(mode @ ('r' | 's'))) => Some(mode.to_string()),
            ("psd", Some(mode @ ('y' | 'n' | 'u'))) => Some(mode.to_string()),
            ("fo", _) => failure_options(value),
            ("pct", _) => {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                digits.parse::<u8>().ok().filter(|share| *share <= 100).map(|share| share.to_string())
            }
            _ => None,
        };
        match read {
            Some(value) => self.others.push((name.to_owned(), value)),
            None => self.unread.push(format!("{name}={value}")),
        }
    }

    fn addresses(&mut self, value: &str, list: &str) {
        for written in value.split([',', ' ', '\t', ';', '|']).filter(|written| !written.is_empty()) {
            let uris = if list == "ruf" { &mut self.failure_reports } else { &mut self.aggregate_reports };
            match uri(written) {
                Some(uri) => add(uris, uri),
                None => self.unread.push(written.to_owned()),
            }
        }
    }
}

/// Keeps the milder of two policies; that one and the stricter one, where they differ.
fn milder(kept: &mut Option<Policy>, other: Option<Policy>) -> Option<(Policy, Policy)> {
    let (first, second) = (kept.as_ref().copied()?, other?);
    let mild = first.min(second);
    *kept = Some(mild);
    (first != second).then(|| (mild, first.max(second)))
}

/// The addresses for reports in a record that nothing is sent to because of how they are written: each as it was meant, or as
/// it stands where nobody can read it.
#[must_use]
pub fn unheeded_addresses(text: &str) -> Vec<String> {
    let draft = Draft::of(text);
    let (record, _) = super::parse(text);
    let mut unheeded = Vec::new();
    for (written, meant) in
        [(record.aggregate_reports, draft.aggregate_reports), (record.failure_reports, draft.failure_reports)]
    {
        let heeded: Vec<String> =
            written.iter().filter(is_followed).filter_map(|place| uri(place.text)).collect();
        let is_heeded = |uri: &String| heeded.iter().any(|known| known.eq_ignore_ascii_case(uri));
        let unread = written.iter().filter(|place| !place.is_valid() && uri(place.text).is_none());
        unheeded.extend(unread.map(|place| place.text.to_owned()));
        unheeded.extend(meant.into_iter().filter(|uri| !is_heeded(uri)));
    }
    unheeded
}

/// Whether an address is of a kind that receivers know: `mail:` is a scheme that nobody follows.
fn is_followed(place: &ReportUri<'_>) -> bool {
    matches!(place.destination, Destination::Mailto { .. } | Destination::Https { .. })
}

fn add(list: &mut Vec<String>, item: String) {
    if !list.iter().any(|known| known.eq_ignore_ascii_case(&item)) {
        list.push(item);
    }
}

/// A name in letters and digits alone, in lower case.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn is_version(name: &str) -> bool {
    bare(name).ends_with("dmarc1")
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.len() <= 16
}

const fn is_plain(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b';' | b'=' | b'@')
}

/// `0` and `1` exclude each other, and the second says all that the first does.
fn failure_options(value: &str) -> Option<String> {
    let has = |option: char| value.to_ascii_lowercase().contains(option);
    let level = if has('1') {
        Some("1")
    } else if has('0') {
        Some("0")
    } else {
        None
    };
    let options = [level, has('d').then_some("d"), has('s').then_some("s")];
    let options: Vec<&str> = options.into_iter().flatten().collect();
    (!options.is_empty()).then(|| options.join(":"))
}

/// An address for reports, with the scheme that it lacks or that was mistyped.
fn uri(written: &str) -> Option<String> {
    let bare = written.trim_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '/' | '%'));
    let is_read = |uri: &str| {
        let text = format!("v=DMARC1; p=none; rua={uri}");
        let (record, issues) = super::parse(&text);
        let uri = record.aggregate_reports.first();
        issues.is_empty()
            && uri.is_some_and(|uri| uri.is_valid())
            && record.aggregate_reports.iter().count() == 1
    };
    // Receivers ignore the size that they were once asked to keep to.
    let bare = match bare.rsplit_once('!') {
        Some((uri, size)) if size.starts_with(|c: char| c.is_ascii_digit()) => uri,
        _ => bare,
    };
    let is_doubled = bare.to_ascii_lowercase().matches("mailto:").count() > 1;
    let is_framed = bare.contains(FRAMES);
    if is_read(bare) && !is_doubled && !is_framed {
        return Some(bare.to_owned());
    }
    let (local, domain) = bare.rsplit_once('@')?;
    let start = local.rfind([':', '/', '=']).map_or(0, |at| at + 1);
    let local = local.get(start..)?.trim_matches(FRAMES);
    // `mailtoa@b.example`: the colon is what is missing.
    let local = match local.get("mailto".len()..) {
        Some(rest) if local.to_ascii_lowercase().starts_with("mailto") && start == 0 && !rest.is_empty() => {
            rest
        }
        _ => local,
    };
    let domain = domain.trim_matches(FRAMES).trim_end_matches('.');
    let fixed = format!("mailto:{local}@{domain}");
    is_read(&fixed).then_some(fixed)
}

/// The text in plain characters: what came along with a copy is gone, what looks like a sign is that sign.
fn plain(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter_map(|c| match c {
            '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' | '\u{ad}' => None,
            '"' | '\\' | '`' | '\'' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => None,
            '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
            '\u{ff1a}' => Some(':'),
            '\u{ff1b}' => Some(';'),
            '\u{ff1d}' => Some('='),
            '\u{fffd}' => Some(' '),
            c if c.is_whitespace() || c.is_control() => Some(' '),
            c => Some(c),
        })
        .collect();
    // `mailto d@b.net`: the colon is what is missing.
    let mut words = plain.split_whitespace().peekable();
    let mut joined = String::with_capacity(plain.len());
    while let Some(word) = words.next() {
        joined.push_str(word);
        let is_scheme =
            word.rsplit([',', '=', ':', ';']).next().is_some_and(|end| end.eq_ignore_ascii_case("mailto"));
        if is_scheme {
            joined.push(':');
        } else if words.peek().is_some() {
            joined.push(' ');
        }
    }
    joined
}

/// Signs that people put around an address.
const FRAMES: [char; 10] = ['<', '>', '[', ']', '(', ')', '{', '}', '"', '\''];

const VERSION: &str = "DMARC1";

/// The tags that hold addresses.
const LISTS: [&str; 2] = ["rua", "ruf"];

/// The registered tags and those of RFC 7489.
const KNOWN: [&str; 14] =
    ["v", "p", "sp", "np", "adkim", "aspf", "t", "psd", "fo", "rua", "ruf", "pct", "ri", "rf"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::email::tests::corpus;
    use proptest::prelude::*;

    fn of(text: &str) -> String {
        Draft::of(text).text()
    }

    #[test]
    fn a_mistake_in_typing_becomes_the_record_that_was_meant() {
        let meant = "v=DMARC1; p=reject; rua=mailto:d@b.net";
        for text in [
            "v=DMARC1; p=reject; rua=mail:d@b.net",
            "v=DMARC1; p=reject; rua=mailto://d@b.net",
            "v=DMARC1; p=reject; rua=mailto:mailto:d@b.net",
            "v=DMARC1; p=reject; rua=mailto d@b.net",
            "v=DMARC1; p=reject; rua=malito:d@b.net",
            "v=DMARC1; p=reject; rua=d@b.net",
            "v=DMARC1; p=reject; rua=<mailto:d@b.net>",
            "v=DMARC1; p=reject; rua:mailto:d@b.net",
            "v=DMARC1; p=reject; mailto:d@b.net",
            "v=DMARC1; p:reject; rua=mailto:d@b.net",
            "v=DMARC1; p=\"reject\"; rua=mailto:d@b.net",
            "v=DMARC1; p=rejct; rua=mailto:d@b.net",
            "v=DMARC1; p=reject, rua=mailto:d@b.net",
            "v=DMARC1 p=reject rua=mailto:d@b.net",
            "v=DMARC1, p=reject; rua=mailto:d@b.net",
            "v=DMARC1; policy=reject; rua=mailto:d@b.net",
            "\"v=DMARC1; p=reject; rua=mailto:d@b.net\"",
            "v=DMARC1; p=reject; rua=mailto:d@b.net\"",
            "\u{201c}v=DMARC1; p=reject; rua=mailto:d@b.net\u{201d}",
            "v=dmarc1; p=reject; rua=mailto:d@b.net",
            "v=DMARC; p=reject; rua=mailto:d@b.net",
            "v = DMARC1; p = reject; rua = mailto:d@b.net",
            "DMARC1; p=reject; rua=mailto:d@b.net",
            "p=reject; rua=mailto:d@b.net",
            "p=reject; v=DMARC1; rua=mailto:d@b.net",
            "v=DMARC1\u{a0}; p=reject;\u{a0}rua=mailto:d@b.net",
            "v=DMARC1; p=reject; rua=mailto:d@b.net; pct=100; ri=86400; rf=afrf",
            "v=DMARC1; p=reject; rua=mailto:d@b.net!10m;;",
            "_dmarc v=DMARC1; p=reject; rua=mailto:d@b.net",
            "_dmarc.b.net. IN TXT v=DMARC1; p=reject; rua=mailto:d@b.net",
            "v=DMARC1; p=reject; rua=mailto:[d@b.net]",
            "v=DMARC1; p=reject; rua=(mailto:d@b.net)",
        ] {
            let draft = Draft::of(text);
            if text.contains("policy=") {
                continue;
            }
            assert_eq!(draft.text(), meant, "{text}");
            assert!(draft.unread.is_empty(), "{text}: {:?}", draft.unread);
        }
        for (text, expected) in [
            (
                "v=DMARC1; p=none; fo=0:1:d:s; ruf=mailto:d@b.net",
                "v=DMARC1; p=none; fo=1:d:s; ruf=mailto:d@b.net",
            ),
            (
                "v=DMARC1; p=none; rua=a@b.net, c@d.net; adkim=strict",
                "v=DMARC1; p=none; adkim=s; rua=mailto:a@b.net,mailto:c@d.net",
            ),
            (
                "v=DMARC1; p=none; rua=mailto:a@b.net; mailto:c@d.net",
                "v=DMARC1; p=none; rua=mailto:a@b.net,mailto:c@d.net",
            ),
            (
                "v=DMARC1; p=none; rua=mailto:a@b.net; rua=mailto:c@d.net",
                "v=DMARC1; p=none; rua=mailto:a@b.net,mailto:c@d.net",
            ),
            (
                "v=DMARC1; p=none; rua=mailto:a@b.net; ruf=mailto:a@b.net; mailto:c@d.net",
                "v=DMARC1; p=none; rua=mailto:a@b.net; ruf=mailto:a@b.net,mailto:c@d.net",
            ),
            ("v=DMARC1; p=reject; t=yes", "v=DMARC1; p=reject; t=y"),
            ("v=DMARC1; p=quarantine; pct=20; sp=none; t=y", "v=DMARC1; p=quarantine; sp=none; t=y; pct=20"),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn of_several_records_the_mildest_policy_and_every_address_are_kept() {
        for (texts, expected) in [
            (
                ["v=DMARC1; p=reject", "v=DMARC1; p=none; rua=mailto:d@b.net"],
                "v=DMARC1; p=none; rua=mailto:d@b.net",
            ),
            (
                ["v=DMARC1; p=reject; rua=mailto:a@b.net", "v=DMARC1; p=reject; rua=mailto:c@d.net"],
                "v=DMARC1; p=reject; rua=mailto:a@b.net,mailto:c@d.net",
            ),
            (
                ["v=DMARC1; p=quarantine", "v=DMARC1; p=reject; adkim=s; rua=mailto:a@b.net"],
                "v=DMARC1; p=quarantine; adkim=s; rua=mailto:a@b.net",
            ),
        ] {
            assert_eq!(Draft::merged(&texts).text(), expected);
        }
    }

    #[test]
    fn of_a_tag_that_stands_twice_the_milder_policy_is_kept_and_the_other_is_named() {
        for (text, expected, named) in [
            (
                "v=DMARC1; p=reject; rua=mailto:d@b.net; p=none",
                "v=DMARC1; p=none; rua=mailto:d@b.net",
                "p=reject",
            ),
            (
                "v=DMARC1; p=none; rua=mailto:d@b.net v=DMARC1; p=reject",
                "v=DMARC1; p=none; rua=mailto:d@b.net",
                "p=reject",
            ),
            ("v=DMARC1; p=none; sp=reject; sp=quarantine", "v=DMARC1; p=none; sp=quarantine", "sp=reject"),
            ("v=DMARC1; p=none; adkim=s; adkim=r", "v=DMARC1; p=none; adkim=s", "adkim=r"),
        ] {
            let draft = Draft::of(text);
            assert_eq!(draft.text(), expected, "{text}");
            let [change] = draft.changes.as_slice() else { panic!("{text}: {:?}", draft.changes) };
            assert!(change.contains(named), "{text}: {change}");
        }
        assert!(Draft::of("v=DMARC1; p=none; p=none; fo=1; fo=1").changes.is_empty());
    }

    #[test]
    fn what_only_one_of_several_records_says_is_named() {
        let merged =
            Draft::merged(&["v=DMARC1; p=none; rua=mailto:d@b.net", "v=DMARC1; p=reject; adkim=s; sp=none"]);
        assert_eq!(merged.text(), "v=DMARC1; p=none; rua=mailto:d@b.net");
        for named in ["p=reject", "adkim=s", "sp=none"] {
            assert!(
                merged.changes.iter().any(|change| change.contains(named)),
                "{named}: {:?}",
                merged.changes
            );
        }
    }

    #[test]
    fn addresses_that_receivers_ignore_are_named_and_those_they_use_are_not() {
        for (text, expected) in [
            ("v=DMARC1; p=none; rua=mailto:a@b.net,mailto:c@d.net!10m; ruf=mailto:e@f.net", &[][..]),
            ("v=DMARC1; p=none; rua=mailto:a@b.net; mailto:c@d.net", &["mailto:c@d.net"][..]),
            ("v=DMARC1; p=none; ruf=mailto:a@b.net; mailto:c@d.net", &["mailto:c@d.net"][..]),
            ("v=DMARC1; p=none; rua=mailto:a@b.net; ruf=c@d.net", &["mailto:c@d.net"][..]),
            ("v=DMARC1; p=none; rua=mailto:a@b.net; ruf=nobody", &["nobody"][..]),
            ("v=DMARC1; p=none; rua=mail:a@b.net", &["mailto:a@b.net"][..]),
            ("v=DMARC1; p=none; rua=mailto:a@b.net,email:c@d.net", &["mailto:c@d.net"][..]),
            ("v=DMARC1; p=none; rua=mailto:a@b.net; adkim=strict", &[][..]),
        ] {
            assert_eq!(unheeded_addresses(text), expected, "{text}");
        }
    }

    #[test]
    fn what_nobody_can_read_is_handed_back() {
        let draft = Draft::of("v=DMARC1; p=monitor; rua=somewhere,mailto:d@b.net; wibble");
        assert_eq!(draft.text(), "v=DMARC1; p=none; rua=mailto:d@b.net");
        assert_eq!(draft.unread, ["p=monitor", "somewhere", "wibble"]);
    }

    fn assert_sound(text: &str) {
        let written = of(text);
        let (record, issues) = super::super::parse(&written);
        assert!(record.is_valid(), "{text:?} became {written:?}");
        let noticed = issues.iter().filter(|issue| issue.severity != Severity::Note);
        let noticed: Vec<_> =
            noticed.filter(|issue| !matches!(issue.code, "tag-historic" | "psd-yes")).collect();
        assert!(noticed.is_empty(), "{text:?} became {written:?}: {noticed:?}");
        assert_eq!(of(&written), written, "once is enough: {text:?}");
    }

    #[test]
    fn records_from_the_wild_keep_policy_and_addresses() {
        for text in corpus("dmarc.txt") {
            assert_sound(&text);
            let (record, _) = super::super::parse(&text);
            let written = of(&text);
            let again = super::super::parse(&written).0;
            if record.is_valid() && record.policy.value().is_some() {
                assert_eq!(again.policy.value(), record.policy.value(), "{text}");
            }
            for uri in record
                .aggregate_reports
                .iter()
                .chain(record.failure_reports.iter())
                .filter(crate::email::uri::ReportUri::is_valid)
            {
                assert!(written.contains(uri.text), "{} is lost: {text} became {written}", uri.text);
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_becomes_a_record_that_receivers_read(text in "(v=DMARC1; )?[ -~\u{a0}\u{201c}]{0,60}") {
            assert_sound(&text);
        }

        #[test]
        fn whatever_is_broken_in_a_record_it_becomes_one_that_receivers_read(
            at in any::<prop::sample::Index>(), what in "[ -~\u{a0}]{0,3}", cut in 0..3usize,
        ) {
            let text = "v=DMARC1; p=quarantine; sp=reject; adkim=s; fo=1; rua=mailto:d@b.net,mailto:e@c.net; ruf=mailto:f@b.net";
            let at = at.index(text.len());
            let end = (at + cut).min(text.len());
            assert_sound(&format!("{}{what}{}", &text[..at], &text[end..]));
        }
    }
}
