//! Keys and tokens in text that strangers can read, and their redaction.
//!
//! Each [rule](Rule) knows how one provider writes its keys: where they begin, which characters and how many follow,
//! and, where the provider documents one, the checksum or structure inside. What looks random is never enough: entropy
//! only takes placeholders away. Keys that are meant to be public are found too, and called that.
//!
//! What is found is never passed on. [`mask`] replaces the secret part by as many [`MASK`] octets, and every rule
//! recognises its own masked form, so that a text and its masked copy give the same findings. Passwords in web addresses
//! are masked whoever they are for, an intranet's host included: that one is no finding, for nobody outside reaches it.
//!
//! ```
//! use launch_ready_protocols::secrets;
//!
//! let key = ["sk", "_live_", "51H8fQbL2eZvKYlo2C9kQxR7d"].concat();
//! let mut page = format!("const stripe = \"{key}\";").into_bytes();
//! assert_eq!(secrets::scan_and_mask(&mut page).len(), 1);
//! assert!(!String::from_utf8_lossy(&page).contains(&key));
//! ```

mod rules;

use std::borrow::Cow;

use crate::diagnostic::Span;
pub use rules::RULES;

/// How one provider's keys are recognised.
#[derive(Debug)]
pub struct Rule {
    /// Stable kebab-case name, part of the API: `stripe-secret-key`.
    pub id: &'static str,
    /// What it is, for people: `Stripe secret key`.
    pub name: &'static str,
    /// Whether it has to stay secret.
    pub kind: Kind,
    /// For a secret, what somebody can do with it; for a public key, what keeps it harmless.
    pub note: &'static str,
    /// What a key begins with, or holds at a fixed place; never masked.
    anchors: &'static [&'static str],
    read: Read,
    /// Whether it belongs to an account in test mode: one that moves no money.
    pub is_test: bool,
}

/// Whether a key has to stay secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Whoever reads it can act in the owner's name.
    Secret,
    /// Meant to be shipped to browsers.
    Public,
}

/// A key that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// By which rule.
    pub rule: &'static Rule,
    /// The whole key.
    pub span: Span,
    /// The part of it that must not be shown.
    pub secret: Span,
    /// The key with that part left out: `sk_live_… (32 characters)`.
    pub redacted: String,
}

/// What stands in a masked text for each octet of a secret. No key format uses it, and URLs carry it unescaped (RFC
/// 3986 section 2.3).
pub const MASK: u8 = b'~';

/// What stands for each octet of a password in an address that is no finding. No rule takes it for a [`MASK`], or for part of a
/// key: what is masked with it becomes none.
const PASSWORD_MASK: u8 = b'*';

/// The longest authority of an address (user, password, host and port) that is looked through.
const MAX_AUTHORITY: usize = 400;

/// Findings that are listed at most; a page with more has said enough.
pub const MAX_FOUND: usize = 64;

/// The keys in `text`, in its order, the first [`MAX_FOUND`].
#[must_use]
pub fn scan(text: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    each(text, &mut |rule, hit| {
        found.extend((found.len() < MAX_FOUND).then(|| seen(text, rule, hit)));
    });
    found
}

/// Masks every secret in `text`; what is public stays. The length does not change.
pub fn mask(text: &mut [u8]) {
    scan_and_mask(text);
}

/// Masks every secret in `text`, and gives the keys that were in it, as [`scan`] does before and after: in one pass.
pub fn scan_and_mask(text: &mut [u8]) -> Vec<Found> {
    let (mut found, mut spans, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    each(text, &mut |rule, hit| {
        found.extend((found.len() < MAX_FOUND).then(|| seen(text, rule, hit)));
        taken.push((hit.start, hit.end));
        if rule.kind == Kind::Secret {
            // What joins two strings stays, so that the masked text reads as the text did.
            let (joint, behind) = hit.joint.unwrap_or((hit.secret_end, hit.secret_end));
            spans.extend([(hit.secret_start, joint), (behind, hit.secret_end)]);
        }
    });
    // What a rule has found, it masks, or has reason not to.
    let passwords = passwords(text);
    let free = passwords.into_iter().filter(|(start, end)| !taken.iter().any(|(s, e)| s < end && start < e));
    let masked = free.map(|span| (span, PASSWORD_MASK)).collect::<Vec<_>>();
    for ((start, end), mask) in spans.into_iter().map(|span| (span, MASK)).chain(masked) {
        if let Some(secret) = text.get_mut(start..end) {
            secret.fill(mask);
        }
    }
    found
}

/// Where passwords stand in web addresses: `scheme://user:password@host`, also with the slashes as JSON may escape them.
fn passwords(text: &[u8]) -> Vec<(usize, usize)> {
    let mut passwords = Vec::new();
    let mut from = 0;
    while let Some(colon) = text.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b':')) {
        from += colon + 1;
        let Some(start) = [&b"//"[..], b"\\/\\/"]
            .iter()
            .find_map(|slashes| text.get(from..)?.starts_with(slashes).then_some(from + slashes.len()))
        else {
            continue;
        };
        let rest = text.get(start..text.len().min(start + MAX_AUTHORITY)).unwrap_or_default();
        let authority = authority(rest);
        let Some(sign) = authority.iter().rposition(|byte| *byte == b'@') else { continue };
        let Some(colon) = authority.get(..sign).and_then(|user| user.iter().position(|byte| *byte == b':'))
        else {
            continue;
        };
        passwords.extend((colon + 1 < sign).then_some((start + colon + 1, start + sign)));
    }
    passwords
}

/// What of the text behind an address's two slashes is its authority: up to what ends it in an address (RFC 3986 section 3.2),
/// or in the text that the address stands in.
fn authority(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|byte| b"/?#\"'` \r\n\t<>\\".contains(byte)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

fn seen(text: &[u8], rule: &'static Rule, hit: Hit) -> Found {
    Found {
        rule,
        span: Span::new(hit.start, hit.end),
        secret: Span::new(hit.secret_start, hit.secret_end),
        redacted: redacted(text, &hit),
    }
}

/// Where a key stands.
#[derive(Debug, Clone, Copy)]
struct Hit {
    start: usize,
    end: usize,
    secret_start: usize,
    secret_end: usize,
    /// Where, inside of the secret, one string ends and the next one begins: `"+"`.
    joint: Option<(usize, usize)>,
}

impl Hit {
    /// One that is written in one piece.
    const fn whole(start: usize, end: usize, secret_start: usize, secret_end: usize) -> Self {
        Self { start, end, secret_start, secret_end, joint: None }
    }

    /// The secret, without what joins its pieces.
    fn secret<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let part = |start: usize, end: usize| text.get(start..end).unwrap_or_default();
        match self.joint {
            None => Cow::Borrowed(part(self.secret_start, self.secret_end)),
            Some((joint, behind)) => {
                Cow::Owned([part(self.secret_start, joint), part(behind, self.secret_end)].concat())
            }
        }
    }
}

/// How what stands behind an anchor is read.
#[derive(Debug)]
enum Read {
    /// One run of that class, of so many characters, with nothing word-like before the anchor.
    Run { class: Class, min: usize, max: usize },
    /// The same, and the last six characters are the checksum of the ones before.
    Checksummed,
    /// By a function: text, offset of the anchor, its length.
    With(fn(&[u8], usize, usize) -> Option<Hit>),
}

/// Characters of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Letters and digits.
    Alphanumeric,
    /// Base64 in either alphabet, with padding.
    Base64,
    /// Hexadecimal digits in lower case.
    Hex,
    /// Letters, digits, `-` and `_`.
    Word,
    /// The same and dots.
    WordDot,
}

impl Class {
    fn holds(self, byte: u8) -> bool {
        match self {
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Base64 => byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte),
            Self::Hex => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            Self::Word => is_word(byte),
            Self::WordDot => is_word(byte) || byte == b'.',
        }
    }
}

/// Calls `on_hit` for every key in order. One pass; what a rule reads ahead is bounded.
fn each(text: &[u8], on_hit: &mut dyn FnMut(&'static Rule, Hit)) {
    let mut at = 0;
    // Some rules look back from their anchor; two keys never share a character.
    let mut taken = 0;
    while let Some(candidate) = next_candidate(text, at) {
        at = candidate + 1;
        let rest = &text[candidate..];
        let (first, end) = BY_FIRST[usize::from(rest[0])];
        let anchors = ANCHORS.get(usize::from(first)..usize::from(end)).unwrap_or_default();
        for (anchor, rule) in anchors.iter().filter(|(anchor, _)| rest.starts_with(anchor.as_bytes())) {
            let Some(rule) = RULES.get(*rule) else { continue };
            if let Some(hit) = read(rule, text, candidate, anchor.len()).filter(|hit| hit.start >= taken) {
                taken = hit.end;
                on_hit(rule, hit);
                at = hit.end.max(at);
                break;
            }
        }
    }
}

/// Where, from `from` on, an anchor may begin: not inside of a word, and by its first three octets, which rules out nearly
/// every place of any page. Whoever searches a page spends the time here.
fn next_candidate(text: &[u8], from: usize) -> Option<usize> {
    let class_at =
        |at: Option<usize>| at.and_then(|at| text.get(at)).map_or(0, |byte| CLASSES[usize::from(*byte)]);
    // The letter of an escape in a string (`\n`) is no letter of a word.
    let plain = |class: u8, before: u8| class & !((before & ESCAPES) >> 1);
    let mut before = plain(class_at(from.checked_sub(1)), class_at(from.checked_sub(2)));
    for (at, byte) in text.iter().enumerate().skip(from) {
        let class = CLASSES[usize::from(*byte)];
        let begins = class & BEGINS | class & BEGINS_WORD & !(before >> 2);
        before = plain(class, before);
        if begins != 0 {
            let follows = |step: usize, table: &[u32; 256]| {
                let Some(next) = text.get(at + step) else { return true };
                table[usize::from(*byte)] >> (next & 31) & 1 == 1
            };
            if follows(1, &SECOND) && follows(2, &THIRD) {
                return Some(at);
            }
        }
    }
    None
}

fn read(rule: &'static Rule, text: &[u8], at: usize, anchor: usize) -> Option<Hit> {
    match rule.read {
        Read::Run { class, min, max } => {
            let hit = run(text, at, anchor, class, min..=max)?;
            genuine(&hit.secret(text)).then_some(hit)
        }
        Read::Checksummed => {
            let hit = run(text, at, anchor, Class::Alphanumeric, 36..=36)?;
            let body = hit.secret(text);
            (is_masked(&body) || checksum_holds(&body)).then_some(hit)
        }
        Read::With(read) => read(text, at, anchor),
    }
}

/// The key whose anchor is at `at`, with a run of `class` behind it. Where the run ends too early at the end of a string, and
/// another string is joined to it, it goes on there.
fn run(
    text: &[u8],
    at: usize,
    anchor: usize,
    class: Class,
    length: std::ops::RangeInclusive<usize>,
) -> Option<Hit> {
    if !begins_word(text, at) {
        return None;
    }
    let start = at + anchor;
    let most = length.end() + 1;
    let mut end = end_of(text, start, class, most);
    let mut joint = None;
    if end - start < *length.start()
        && let Some(behind) = joined(text, end)
    {
        joint = Some((end, behind));
        end = end_of(text, behind, class, most.saturating_sub(end - start));
    }
    let gap = joint.map_or(0, |(from, to)| to - from);
    let is_key = length.contains(&(end - start - gap))
        && ends_word(text, end)
        && !is_abbreviated(text, end)
        && !names_file(text, start, end);
    is_key.then_some(Hit { start: at, end, secret_start: start, secret_end: end, joint })
}

/// Behind the quote with which a string goes on that ends at `at`: `"…" + "…"`, `"…".concat("…")`.
fn joined(text: &[u8], at: usize) -> Option<usize> {
    let quotes = b"\"'`";
    let rest = text.get(at..text.len().min(at + MAX_JOINT))?;
    let (quote, rest) = rest.split_first()?;
    let rest = rest.trim_ascii_start();
    let rest = rest.strip_prefix(b"+").or_else(|| rest.strip_prefix(b".concat("))?.trim_ascii_start();
    let (next, rest) = rest.split_first()?;
    (quotes.contains(quote) && quotes.contains(next)).then(|| text.len().min(at + MAX_JOINT) - rest.len())
}

/// Whether what stands at `end` says that something was left out: `…`, `...`, `***`, `•••`.
fn is_abbreviated(text: &[u8], end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    ["...", "…", "***", "•", "&hellip;", "\\u2026"].iter().any(|mark| rest.starts_with(mark.as_bytes()))
}

/// Whether what lies between is the name of a file: `hf_a1b2….js`. Its ending may be part of what was read.
fn names_file(text: &[u8], start: usize, end: usize) -> bool {
    let read = text.get(start..end).unwrap_or_default();
    let is_ending = |ending: &[u8]| FILE_ENDINGS.iter().any(|known| known.as_bytes() == ending);
    if read.iter().rposition(|byte| *byte == b'.').is_some_and(|dot| is_ending(&read[dot + 1..])) {
        return true;
    }
    let Some([b'.', behind @ ..]) = text.get(end..text.len().min(end + MAX_ENDING + 2)) else { return false };
    let length = behind.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    is_ending(&behind[..length])
}

/// Behind the characters of `class` (or the mask) that begin at `start`; looks at no more than `most`.
fn end_of(text: &[u8], start: usize, class: Class, most: usize) -> usize {
    let rest = text.get(start..text.len().min(start.saturating_add(most))).unwrap_or_default();
    start + rest.iter().take_while(|byte| class.holds(**byte) || **byte == MASK).count()
}

/// Whether nothing word-like stands before `at`; the letter of an escape (`\n`) is not. The mask is word-like: a key does not
/// begin where another ended.
fn begins_word(text: &[u8], at: usize) -> bool {
    let before = |step: usize| at.checked_sub(step).and_then(|at| text.get(at));
    before(1).is_none_or(|byte| !is_word(*byte) && *byte != MASK) || before(2) == Some(&b'\\')
}

/// Whether nothing word-like stands at `end`.
fn ends_word(text: &[u8], end: usize) -> bool {
    text.get(end).is_none_or(|byte| !is_word(*byte) && *byte != MASK)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn is_masked(body: &[u8]) -> bool {
    !body.is_empty() && body.iter().all(|byte| *byte == MASK)
}

/// Whether this may be a key and not something that stands for one: masked by us, or free of what people write in
/// examples.
fn genuine(body: &[u8]) -> bool {
    if is_masked(body) {
        return true;
    }
    let lower = body.to_ascii_lowercase();
    let holds = |word: &[u8]| lower.windows(word.len()).any(|window| window == word);
    let repeats = lower.windows(6).any(|window| window.iter().all(|byte| *byte == window[0]));
    !body.contains(&MASK)
        && !repeats
        && !counts(&lower)
        && !PLACEHOLDERS.iter().any(|word| holds(word.as_bytes()))
        && !EXAMPLES.iter().any(|example| body.ends_with(example.as_bytes()))
        && entropy(body) >= MIN_ENTROPY
}

/// Whether somebody counted instead of drawing: six letters or digits in a row, up or down (`abcdef`, `987654`), or letters and
/// digits in turn (`a1b2c3d4`).
fn counts(lower: &[u8]) -> bool {
    let next = |a: u8, b: u8| match a {
        b'9' => matches!(b, b'0' | b'a'),
        b'z' => matches!(b, b'a' | b'0'),
        _ => a.is_ascii_alphanumeric() && b == a + 1,
    };
    let up =
        |window: &[u8], step: usize| window.iter().zip(window.iter().skip(step)).all(|(a, b)| next(*a, *b));
    let down = |window: &[u8]| window.windows(2).all(|pair| next(pair[1], pair[0]));
    lower.windows(6).any(|window| up(window, 1) || down(window)) || lower.windows(8).any(|w| up(w, 2))
}

/// Bits per character, by the frequencies in the text itself (Shannon).
fn entropy(text: &[u8]) -> f32 {
    let mut counts = [0u16; 256];
    for byte in text {
        counts[usize::from(*byte)] = counts[usize::from(*byte)].saturating_add(1);
    }
    #[allow(clippy::cast_precision_loss, reason = "keys are short")]
    let total = text.len() as f32;
    counts.iter().filter(|count| **count > 0).fold(0.0, |sum, count| {
        let share = f32::from(*count) / total;
        sum - share * share.log2()
    })
}

/// Whether six characters of base 62 are the CRC-32 of what stands before them (GitHub, "Behind GitHub's new
/// authentication token formats", 2021; npm took the format over).
fn checksum_holds(body: &[u8]) -> bool {
    let Some((random, checksum)) = body.split_at_checked(body.len().saturating_sub(6)) else { return false };
    let mut rest = crc32(random);
    checksum.iter().rev().all(|byte| {
        let digit = BASE62[(rest % 62) as usize];
        rest /= 62;
        digit == *byte
    }) && rest == 0
}

/// CRC-32 of ISO 3309, bit by bit: thirty octets now and then.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
            },
        )
    })
}

/// The key for people: what is not secret of it, and its length.
fn redacted(text: &[u8], hit: &Hit) -> String {
    let shown = |start: usize, end: usize, most: usize| {
        let part = text.get(start..end.min(start + most)).unwrap_or_default();
        let mut shown: String =
            part.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '·' }).collect();
        if end > start + most {
            shown.push('…');
        }
        shown
    };
    let before = shown(hit.start, hit.secret_start, SHOWN);
    let after = shown(hit.secret_end, hit.end, SHOWN);
    let dots = if before.ends_with('…') { "" } else { "…" };
    format!("{before}{dots}{after} ({} characters)", hit.end - hit.start)
}

/// Characters that are shown before and behind the secret part.
const SHOWN: usize = 40;
/// Bits per character below which nothing was drawn at random: sixteen random hexadecimal digits have about 3.
const MIN_ENTROPY: f32 = 2.5;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What documentation and templates write where a key belongs; in lower case.
const PLACEHOLDERS: &[&str] = &[
    "asdfgh",
    "changeme",
    "deadbeef",
    "dummy",
    "example",
    "fake",
    "insert",
    "notreal",
    "placeholder",
    "qwerty",
    "redacted",
    "replace",
    "sample",
    "xxxx",
    "your-",
    "your_",
    "yourkey",
    "yourapi",
    "yoursecret",
    "yourtoken",
];
/// Ends of keys that manuals print: Stripe's, SendGrid's and Slack's, read 2026-11. They open nothing.
const EXAMPLES: &[&str] = &[
    "4eC39HqLyjWDarjtT1zdp7dc",
    "BQokikJOvBiI2HlWgH4olfQ2",
    "tR3PYbcVNZZ796tH88S4VQ2u",
    "26PHem9AhJZvU623DfE1x4sd",
    "TYooMQauvdEDq54NiTphI7jx",
    "6pRNASCoBOKtIshFeQd4XMUh",
    "g6do5S237ekq10r65BnxO6S0",
    "TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr",
    "FGqddMF8t08v8N7Oq4i57vs1",
];
/// Endings of files that pages load.
const FILE_ENDINGS: &[&str] = &[
    "avif", "css", "gif", "html", "ico", "jpeg", "jpg", "js", "json", "map", "mjs", "mp4", "pdf", "png",
    "svg", "ts", "ttf", "txt", "wasm", "webm", "webp", "woff", "woff2", "xml",
];
/// Characters of the longest of them.
const MAX_ENDING: usize = 5;
/// Octets between two strings that are joined.
const MAX_JOINT: usize = 64;

const ANCHOR_COUNT: usize = count_anchors();

const fn count_anchors() -> usize {
    let (mut count, mut rule) = (0, 0);
    while rule < RULES.len() {
        count += RULES[rule].anchors.len();
        rule += 1;
    }
    count
}

/// Every anchor with the index of its rule: by first octet, the longer before the shorter, so that the more telling
/// rule is tried first.
static ANCHORS: [(&str, usize); ANCHOR_COUNT] = sorted_anchors();

const fn sorted_anchors() -> [(&'static str, usize); ANCHOR_COUNT] {
    let mut anchors = [("", 0); ANCHOR_COUNT];
    let (mut count, mut rule) = (0, 0);
    while rule < RULES.len() {
        let mut n = 0;
        while n < RULES[rule].anchors.len() {
            let anchor = RULES[rule].anchors[n];
            // Insertion sort: const functions have no better one.
            let mut at = count;
            while at > 0 && comes_before(anchor, anchors[at - 1].0) {
                anchors[at] = anchors[at - 1];
                at -= 1;
            }
            anchors[at] = (anchor, rule);
            count += 1;
            n += 1;
        }
        rule += 1;
    }
    anchors
}

const fn comes_before(a: &str, b: &str) -> bool {
    let (first, other) = (a.as_bytes()[0], b.as_bytes()[0]);
    first < other || (first == other && a.len() > b.len())
}

/// Where in [`ANCHORS`] those stand that begin with an octet.
static BY_FIRST: [(u8, u8); 256] = by_first();

#[allow(clippy::cast_possible_truncation, reason = "there are some hundred anchors; more would not compile")]
const fn by_first() -> [(u8, u8); 256] {
    const { assert!(ANCHOR_COUNT < 256) };
    let anchors = sorted_anchors();
    let mut table = [(0, 0); 256];
    let mut n = 0;
    while n < anchors.len() {
        let first = anchors[n].0.as_bytes()[0] as usize;
        if table[first].0 == table[first].1 {
            table[first].0 = n as u8;
        }
        table[first].1 = n as u8 + 1;
        n += 1;
    }
    table
}

/// What an octet is to [`next_candidate`].
static CLASSES: [u8; 256] = classes();
/// A letter or digit with which an anchor begins: it does so only where nothing word-like stands before.
const BEGINS_WORD: u8 = 1;
/// Anything else with which an anchor begins.
const BEGINS: u8 = 2;
/// Word-like, the mask included: a key does not begin where another ended. Two bits above [`BEGINS_WORD`].
const WORD: u8 = BEGINS_WORD << 2;
/// Begins an escape in a string; one bit above [`WORD`].
const ESCAPES: u8 = WORD << 1;

#[allow(clippy::cast_possible_truncation, reason = "an octet has 256 values")]
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let anchors = sorted_anchors();
    let mut n = 0;
    while n < anchors.len() {
        let first = anchors[n].0.as_bytes()[0];
        table[first as usize] |= if first.is_ascii_alphanumeric() { BEGINS_WORD } else { BEGINS };
        n += 1;
    }
    n = 0;
    while n < table.len() {
        if (n as u8).is_ascii_alphanumeric() || matches!(n as u8, b'-' | b'_' | MASK) {
            table[n] |= WORD;
        }
        n += 1;
    }
    table[b'\\' as usize] |= ESCAPES;
    table
}

/// For each first octet of an anchor, which second and third ones follow, by their lowest five bits.
static SECOND: [u32; 256] = following(1);
static THIRD: [u32; 256] = following(2);

const fn following(step: usize) -> [u32; 256] {
    let anchors = sorted_anchors();
    let mut table = [0; 256];
    let mut n = 0;
    while n < anchors.len() {
        let anchor = anchors[n].0.as_bytes();
        table[anchor[0] as usize] |= if anchor.len() > step { 1 << (anchor[step] & 31) } else { u32::MAX };
        n += 1;
    }
    table
}

#[cfg(test)]
mod tests;
