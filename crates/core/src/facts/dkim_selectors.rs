//! Which DKIM selectors to look for, and what stands there.
//!
//! DNS does not list selectors, so every one that nobody named is a guess: a key that is found is evidence, a key that
//! is not found is none. Guesses are asked of one resolver only and never claimed to be missing.

use std::fmt;

use crate::answers::{Stop, Unmeasured};
use crate::diagnostic::corrected_throughout;
use crate::dns;
use crate::dns::{Lookup, RecordType, texts};
use crate::domain::Domain;
use crate::email::dkim::{PublicKey, Record, parse, select};
use crate::engine::evidence::Evidence;
use crate::providers::mail_services::{Kind, MailServiceInUse, Service, mail_services};
use crate::target::Target;

/// Selectors that a default scan asks for at most, one subrequest each: an eighth of what a scan may spend.
pub const MAX_SELECTORS: usize = 6;

/// Selectors that a deep scan asks for at most.
pub const MAX_DEEP_SELECTORS: usize = 40;

/// A selector that nobody uses: what answers here answers everywhere. Fixed, so that a recorded scan replays.
pub const UNLIKELY: &str = "zq7x-no-such-selector-k3w9";

/// How a selector came to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is one of the common ones.
    Common,
    /// The founder named it.
    Named,
    /// A service that the domain seems to use gives it to its customers.
    Service(&'static Service),
}

/// A selector and what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The selector.
    pub selector: String,
    /// Its whole name: `<selector>._domainkey.<domain>`.
    pub name: String,
    /// Why it was asked for.
    pub origin: Origin,
    /// What stands there.
    pub state: State,
}

/// What stands at a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// No key, as one resolver says; two, where the founder named the selector.
    Absent,
    /// An alias of a name without a key, as two resolvers say.
    Dangling {
        /// Where the alias leads.
        target: String,
    },
    /// One key or several.
    Keys {
        /// Their texts.
        texts: Vec<String>,
        /// Where they were found, if the selector is an alias.
        alias: Option<String>,
    },
    /// Nobody answered.
    Unknown(Unmeasured),
}

/// What verifiers make of what stands at a selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// One key that can be read; how strong it is, is another question.
    Sound,
    /// The same, in test mode.
    Testing,
    /// Several keys: which one is used is undefined (RFC 6376, 3.6.2.2).
    Several,
    /// One key whose halves stand in two records, where two strings of one belong.
    Divided,
    /// A key that is cut off.
    Truncated,
    /// A key of a kind that nobody knows.
    UnknownKind,
    /// A key that cannot be read, or is not for mail.
    Broken,
    /// An alias that leads nowhere.
    Dangling,
    /// A key that has been withdrawn.
    Revoked,
}

impl Health {
    /// Whether signatures can be checked with what stands there.
    #[must_use]
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Sound | Self::Testing | Self::Several)
    }
}

impl Asked {
    /// The key that two records at the selector make together, where one has its beginning and the other the rest.
    #[must_use]
    pub fn joined(&self) -> Option<String> {
        let State::Keys { texts, .. } = &self.state else { return None };
        let [one, other] = texts.as_slice() else { return None };
        let (head, rest) = match (is_base64(one.as_bytes()), is_base64(other.as_bytes())) {
            (false, true) => (one, other),
            (true, false) => (other, one),
            _ => return None,
        };
        let whole = format!("{}{}", head.trim_end(), rest.trim());
        (health(&parse(&whole).0) == Health::Sound).then_some(whole)
    }

    /// The key as it was meant, where nothing but typing stands between it and verifiers: quotation marks that were typed in,
    /// semicolons left out, a word for another.
    #[must_use]
    pub fn mended(&self) -> Option<String> {
        let State::Keys { texts, alias: None } = &self.state else { return None };
        let [text] = texts.as_slice() else { return None };
        let plain: String =
            text.chars().filter(|c| !matches!(c, '"' | '\\' | '\u{201c}' | '\u{201d}')).collect();
        let divided = if plain.contains(';') { plain } else { with_semicolons(&plain) };
        let better = corrected_throughout(&divided, |text| parse(text).1);
        let is_better = matches!(health(&parse(&better).0), Health::Sound | Health::Testing);
        (is_better && better != *text).then_some(better)
    }

    /// The name that the alias of a selector was meant to lead to, where the panel appended the domain to it.
    #[must_use]
    pub fn without_zone(&self, zone: &str) -> Option<&str> {
        let State::Dangling { target } = &self.state else { return None };
        let bare = target.strip_suffix(zone)?.strip_suffix('.')?;
        bare.contains('.').then_some(bare)
    }

    /// What verifiers make of it; `None` where nothing stands there or nobody answered.
    #[must_use]
    pub fn health(&self) -> Option<Health> {
        let texts = match &self.state {
            State::Absent | State::Unknown(_) => return None,
            State::Dangling { .. } => return Some(Health::Dangling),
            State::Keys { texts, .. } => texts,
        };
        match texts.as_slice() {
            [] => None,
            [text] => Some(health(&parse(text).0)),
            _ if self.joined().is_some() => Some(Health::Divided),
            several => {
                // Several that can all not be used are no better than the best of them.
                let best = several.iter().map(|text| health(&parse(text).0)).min()?;
                Some(if best.is_usable() { Health::Several } else { best })
            }
        }
    }

    /// The keys that stand there.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = match &self.state {
            State::Keys { texts, .. } => texts.as_slice(),
            _ => &[],
        };
        texts.iter().map(String::as_str)
    }

    /// The name that the selector is an alias of.
    #[must_use]
    pub fn alias(&self) -> Option<&str> {
        match &self.state {
            State::Dangling { target } => Some(target),
            State::Keys { alias, .. } => alias.as_deref(),
            State::Absent | State::Unknown(_) => None,
        }
    }
}

/// A semicolon before every word that begins a tag of a key.
fn with_semicolons(text: &str) -> String {
    let is_tag = |word: &str| word.split_once('=').is_some_and(|(name, _)| TAGS.contains(&name));
    let mut divided = String::with_capacity(text.len() + TAGS.len());
    for word in text.split_whitespace() {
        if !divided.is_empty() {
            divided.push_str(if is_tag(word) { "; " } else { " " });
        }
        divided.push_str(word);
    }
    divided
}

/// The tags of a key (RFC 6376, 3.6.1).
const TAGS: [&str; 7] = ["v", "k", "h", "n", "p", "s", "t"];

fn health(record: &Record<'_>) -> Health {
    use crate::email::dkim::KeyFault;
    match &record.public_key {
        PublicKey::Revoked if record.is_valid() => Health::Revoked,
        PublicKey::Malformed(KeyFault::Truncated) => Health::Truncated,
        PublicKey::Unknown(_) => Health::UnknownKind,
        PublicKey::Rsa { .. } | PublicKey::Ed25519(_) if record.is_valid() && record.for_email => {
            if record.testing { Health::Testing } else { Health::Sound }
        }
        _ => Health::Broken,
    }
}

/// What was found at all selectors that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Every selector that was asked for, the founder's first.
    pub asked: Vec<Asked>,
    /// What stands at a selector that nobody uses: a wildcard answers for every name. `None` where there is no
    /// wildcard, or where an absent selector shows so.
    pub wildcard: Option<State>,
    /// Whether anything at all stands below `_domainkey`, where nothing was found: a hint and no more, as many name
    /// servers answer this wrongly (RFC 8020).
    pub hint: Option<Hint>,
}

/// What the answer for `_domainkey` itself hints at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// The name does not exist: there may be no selector at all.
    Nothing,
    /// The name exists: there is probably a selector that was not asked for.
    Something,
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "the name does not exist, which hints that there is no key",
            Self::Something => "the name exists, which hints that there is a key at another selector",
        })
    }
}

impl Survey {
    /// The selectors where something stands, with what verifiers make of it; none, where a wildcard answers for every
    /// name with the same.
    pub fn found(&self) -> impl Iterator<Item = (&Asked, Health)> {
        let is_real = |asked: &&Asked| self.wildcard.as_ref() != Some(&asked.state);
        self.asked.iter().filter(is_real).filter_map(|asked| Some((asked, asked.health()?)))
    }

    /// Whether a key that can be used was found.
    #[must_use]
    pub fn has_usable(&self) -> bool {
        self.found().any(|(_, health)| health.is_usable())
    }

    /// The selectors with the names that they are aliases of, as [`crate::providers::mail_services::Published`] wants them.
    #[must_use]
    pub fn aliases(&self) -> Vec<(String, Option<String>)> {
        let alias = |asked: &Asked| (asked.selector.clone(), asked.alias().map(str::to_owned));
        self.found().map(|(asked, _)| alias(asked)).collect()
    }

    /// The first selector for which nobody answered.
    #[must_use]
    pub fn gap(&self) -> Option<&Unmeasured> {
        self.asked.iter().find_map(|asked| match &asked.state {
            State::Unknown(gap) => Some(gap),
            _ => None,
        })
    }

    /// The first selector of the founder's or of a service for which nobody answered. A guess more or less is no gap.
    #[must_use]
    pub fn expected_gap(&self) -> Option<&Unmeasured> {
        self.asked.iter().find_map(|asked| match (&asked.state, asked.origin) {
            (State::Unknown(gap), Origin::Named | Origin::Service(_)) => Some(gap),
            _ => None,
        })
    }

    /// The selectors that were asked for, for a sentence.
    #[must_use]
    pub fn names(&self) -> String {
        self.asked.iter().map(|asked| asked.selector.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Looks for keys at `domain`: at the selectors that the founder named and those of the services `in_use`, and, where
/// none of those that send has a key that can be used, at common ones; a deep scan asks for all of them. At most
/// [`MAX_SELECTORS`] or [`MAX_DEEP_SELECTORS`] names, one question each, and one or two more: for a selector that
/// nobody uses where every selector had an answer, for `_domainkey` itself where none had, and to be sure of what the
/// founder named and of an alias that leads nowhere.
///
/// # Errors
/// Pending until the answers are there.
pub fn survey(
    evidence: &Evidence,
    target: &Target,
    domain: &Domain,
    in_use: &[MailServiceInUse],
) -> Result<Survey, Stop> {
    let limit = if target.deep { MAX_DEEP_SELECTORS } else { MAX_SELECTORS };
    let mut wanted: Vec<(String, Origin)> = Vec::new();
    let want = |wanted: &mut Vec<(String, Origin)>, selector: String, origin| {
        if wanted.len() < limit && !wanted.iter().any(|(known, _)| *known == selector) {
            wanted.push((selector, origin));
        }
    };
    for selector in target.selectors.iter().filter_map(|typed| normalised(typed, domain)) {
        want(&mut wanted, selector, Origin::Named);
    }
    // One selector of each service before the second of any.
    let of_services: Vec<(Vec<String>, Origin)> =
        in_use.iter().map(|one| (one.selectors().collect(), Origin::Service(one.service))).collect();
    for place in 0..of_services.iter().map(|(selectors, _)| selectors.len()).max().unwrap_or_default() {
        for (selectors, origin) in &of_services {
            if let Some(selector) = selectors.get(place) {
                want(&mut wanted, selector.clone(), *origin);
            }
        }
    }
    let mut asked = if target.deep { Vec::new() } else { ask_all(evidence, domain, &wanted)? };
    // What only passes mail on signs for nobody else, so its key says nothing about those that send.
    let sends = |asked: &Asked| !matches!(asked.origin, Origin::Service(one) if one.kind == Kind::Forwarding);
    let has_usable =
        |asked: &[Asked]| asked.iter().any(|a| sends(a) && a.health().is_some_and(Health::is_usable));
    if target.deep || !has_usable(&asked) {
        for selector in guesses() {
            want(&mut wanted, selector.to_owned(), Origin::Common);
        }
        asked = ask_all(evidence, domain, &wanted)?;
    }
    let mut survey = Survey { asked, wildcard: None, hint: None };
    let stands = |state: &State| matches!(state, State::Dangling { .. } | State::Keys { .. });
    let has_something = survey.asked.iter().any(|asked| stands(&asked.state));
    if has_something && !survey.asked.iter().any(|asked| asked.state == State::Absent) {
        let name = domain.child(&format!("{UNLIKELY}._domainkey"));
        let everywhere = read(evidence.lookup_any(&name, RecordType::Txt))?;
        survey.wildcard = Some(everywhere).filter(stands);
    }
    // That a name is not there is said of these, so one resolver is not enough.
    let mut confirmed = Vec::new();
    for (index, asked) in survey.asked.iter().enumerate() {
        let is_wildcard = survey.wildcard.as_ref() == Some(&asked.state);
        if matches!(asked.state, State::Dangling { .. }) && !is_wildcard {
            confirmed.push((index, read(evidence.lookup(&asked.name, RecordType::Txt))));
        }
    }
    for (index, state) in confirmed {
        let state = state?;
        if let Some(asked) = survey.asked.get_mut(index) {
            asked.state = state;
        }
    }
    if survey.wildcard.is_none() && survey.asked.iter().all(|asked| asked.health().is_none()) {
        match evidence.lookup_any(&domain.child("_domainkey"), RecordType::Txt) {
            Err(Stop::Pending) => return Err(Stop::Pending),
            Ok(lookup) => {
                let is_gone = lookup.outcome == dns::Resolution::NxDomain;
                survey.hint = Some(if is_gone { Hint::Nothing } else { Hint::Something });
            }
            Err(Stop::NotMeasured(_)) => {}
        }
    }
    Ok(survey)
}

/// Asks for all selectors before it waits for any.
fn ask_all(evidence: &Evidence, domain: &Domain, wanted: &[(String, Origin)]) -> Result<Vec<Asked>, Stop> {
    let asked: Vec<Result<Asked, Stop>> = wanted
        .iter()
        .map(|(selector, origin)| {
            let name = domain.child(&format!("{selector}._domainkey"));
            let lookup = match origin {
                Origin::Named => evidence.lookup(&name, RecordType::Txt),
                Origin::Common | Origin::Service(_) => evidence.lookup_any(&name, RecordType::Txt),
            };
            let state = read(lookup)?;
            Ok(Asked { selector: selector.clone(), name, origin: *origin, state })
        })
        .collect();
    asked.into_iter().collect()
}

/// What a lookup at a selector shows; a failure is an answer too.
fn read(lookup: Result<Lookup<'_>, Stop>) -> Result<State, Stop> {
    let lookup = match lookup {
        Ok(lookup) => lookup,
        Err(Stop::NotMeasured(gap)) => return Ok(State::Unknown(gap)),
        Err(Stop::Pending) => return Err(Stop::Pending),
    };
    if lookup.records.is_empty() && !lookup.is_missing() {
        return Ok(State::Unknown(lookup.gap()));
    }
    let (texts, alias) = (keys(&lookup), lookup.aliases.last().map(|alias| (*alias).to_owned()));
    Ok(match (texts.is_empty(), alias) {
        (true, Some(target)) => State::Dangling { target },
        (true, None) => State::Absent,
        (false, alias) => State::Keys { texts, alias },
    })
}

/// What stands for keys among the TXT records: those that verifiers take for one; or else what was meant to be one.
fn keys(lookup: &Lookup<'_>) -> Vec<String> {
    let texts = texts(&lookup.records);
    let selected = select(&texts);
    // The second half of a key has no tag to be told by.
    if let ([record], [_, _]) = (selected.records.as_slice(), texts.as_slice())
        && let Some(rest) = texts.iter().find(|text| is_base64(text))
    {
        return vec![record.to_string(), String::from_utf8_lossy(rest).into_owned()];
    }
    let chosen = if selected.records.is_empty() { selected.near_misses } else { selected.records };
    chosen.iter().map(ToString::to_string).collect()
}

/// Whether a text is nothing but base64, and enough of it for half a key.
fn is_base64(text: &[u8]) -> bool {
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b' ');
    let digits = text.iter().take_while(|b| is_digit(b)).count();
    digits >= MIN_REST && text.iter().skip(digits).all(|b| *b == b'=')
}

/// Fewer characters are no half of a key.
const MIN_REST: usize = 32;

/// A selector from what people paste: with `._domainkey` and the domain behind it, with dots at the end, in any case.
fn normalised(typed: &str, domain: &Domain) -> Option<String> {
    let lower = typed.trim().trim_matches('.').to_ascii_lowercase();
    let bare = lower.strip_suffix(domain.as_str()).unwrap_or(&lower).trim_end_matches('.');
    let bare = bare.strip_suffix("_domainkey").unwrap_or(bare).trim_end_matches('.');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    (!bare.is_empty() && bare.len() <= 128 && bare.split('.').all(is_label)).then(|| bare.to_owned())
}

/// Selectors worth a guess, the most telling first: those of services, and names that programs begin with. The first six are
/// what a default scan asks for: services that leave no trace in SPF and MX come early.
fn guesses() -> Vec<&'static str> {
    let of_services = mail_services().flat_map(|service| &service.guesses);
    let mut guesses: Vec<(u8, &str)> =
        of_services.map(|(selector, place)| (*place, selector.as_str())).collect();
    guesses.extend_from_slice(OF_PROGRAMS);
    guesses.sort_unstable();
    guesses.into_iter().map(|(_, selector)| selector).collect()
}

/// Selectors that programs and people begin with, each with its place among the guesses.
const OF_PROGRAMS: &[(u8, &str)] = &[
    (2, "default"),
    (5, "mail"),
    (6, "dkim"),
    (26, "smtp"),
    (27, "mx"),
    (28, "email"),
    (30, "cm"),
    (35, "dkim1"),
    (36, "key1"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn selectors_are_read_as_people_paste_them() {
        let domain = Domain::from_host("example.com").unwrap();
        for typed in ["Google", "google._domainkey", "google._domainkey.example.com.", " google "] {
            assert_eq!(normalised(typed, &domain).as_deref(), Some("google"), "{typed}");
        }
        assert_eq!(normalised("s1.mail", &domain).as_deref(), Some("s1.mail"));
        for typed in ["", ".", "a b", "ü", "_domainkey.example.com", "a..b"] {
            assert_eq!(normalised(typed, &domain), None, "{typed}");
        }
    }

    #[test]
    fn every_guess_has_a_place_of_its_own_and_a_deep_scan_makes_all_of_them() {
        let guesses = guesses();
        assert_eq!(guesses.len(), MAX_DEEP_SELECTORS);
        assert_eq!(guesses.iter().collect::<BTreeSet<_>>().len(), guesses.len());
        let of_services = mail_services().flat_map(|service| &service.guesses).map(|(_, place)| *place);
        let places: BTreeSet<u8> = of_services.chain(OF_PROGRAMS.iter().map(|(place, _)| *place)).collect();
        assert_eq!(places.len(), guesses.len());
    }

    #[test]
    fn a_default_scan_guesses_services_that_leave_no_trace_first() {
        assert_eq!(
            guesses().get(..MAX_SELECTORS).unwrap(),
            ["resend", "default", "s1", "k1", "mail", "dkim"]
        );
    }

    #[test]
    fn a_key_that_only_typing_spoils_is_mended() {
        let sound = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        let mended = |text: &str| {
            let state = State::Keys { texts: vec![text.to_owned()], alias: None };
            let (selector, name) = ("s".to_owned(), "s._domainkey.example.com".to_owned());
            Asked { selector, name, origin: Origin::Common, state }.mended()
        };
        for text in [
            "\"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
            "v=DKIM1 k=ed25519 p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        ] {
            assert_eq!(mended(text).as_deref(), Some(sound), "{text}");
        }
        let for_mail = "v=DKIM1; k=ed25519; s=mail; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        assert_eq!(mended(for_mail), Some(for_mail.replace("s=mail", "s=email")));
        for text in [sound, "v=DKIM1; k=ed25519; p=11qYAYKxCrf", "v=DKIM1; p="] {
            assert_eq!(mended(text), None, "{text}");
        }
    }

    #[test]
    fn health_is_what_verifiers_make_of_it() {
        let asked = |texts: &[&str]| Asked {
            selector: "s".into(),
            name: "s._domainkey.example.com".into(),
            origin: Origin::Common,
            state: State::Keys { texts: texts.iter().map(|text| (*text).to_owned()).collect(), alias: None },
        };
        let ed = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        for (texts, health) in [
            (vec![ed], Health::Sound),
            (
                vec!["v=DKIM1; k=ed25519; t=y; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="],
                Health::Testing,
            ),
            (vec![ed, "v=DKIM1; p="], Health::Several),
            (vec!["v=DKIM1; p="], Health::Revoked),
            (vec!["v=DKIM1; k=dsa; p=AAAA"], Health::UnknownKind),
            (vec!["v=DKIM1; k=rsa"], Health::Broken),
            (vec!["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrw=="], Health::Truncated),
            (vec!["v=DKIM1; p=", "v=DKIM1; k=rsa"], Health::Broken),
        ] {
            assert_eq!(asked(&texts).health(), Some(health), "{texts:?}");
        }
        assert_eq!(asked(&[]).health(), None);
    }
}
