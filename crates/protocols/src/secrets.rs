//! Keys and tokens in text that strangers can read, and their redaction.
//!
//! A [`Rule`] says how one provider writes its keys: what they begin with, which characters and how many follow, and, where the
//! provider documents one, the checksum or structure inside. Who knows providers hands the rules in, as [`Rules`]; keys that are no
//! provider's (private keys, addresses of databases with their password) are known here. What looks random is never enough: entropy
//! only takes placeholders away. Keys that are meant to be public are found too, and called that.
//!
//! What is found is never passed on. [`Rules::mask`] replaces the secret part by as many [`MASK`] octets, and every rule
//! recognises its own masked form, so that a text and its masked copy give the same findings. Passwords in web addresses
//! are masked whoever they are for, an intranet's host included: that one is no finding, for nobody outside reaches it.
//!
//! ```
//! use launch_ready_protocols::secrets::{Form, Piece, Rule, Rules, Set, Shape, Shaped};
//!
//! let letters = Set::of(b"abcdefghijklmnopqrstuvwxyz0123456789");
//! let shape = Shape {
//!     pieces: vec![Piece::Text("acme_".to_owned()), Piece::Run { set: letters, min: 24, max: 24 }],
//!     secret: 1..2,
//! };
//! let form = Form::Shaped(Shaped { shapes: vec![shape], ..Shaped::default() });
//! let rules = Rules::new(vec![Rule::new("acme-key", "Acme API key", form)]);
//!
//! let key = ["acme", "_k3v9q7zt1m5xw8r2c6hb4dyn"].concat();
//! let mut page = format!("const acme = \"{key}\";").into_bytes();
//! assert_eq!(rules.scan_and_mask(&mut page).len(), 1);
//! assert!(!String::from_utf8_lossy(&page).contains(&key));
//! ```

mod genuine;
mod hit;
mod places;
mod rows;
mod shape;
mod structures;
mod words;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem;

use crate::diagnostic::Span;
use genuine::{checksum_holds, genuine, is_masked};
use hit::Hit;
use places::{Beginning, Length, Place, Places, Search, Word, first_word, lead};
pub use shape::{Piece, Set, Shape};
use shape::{fit_at, place};
use structures::{database, encoded, jwt, pem};
pub use words::MASK;
use words::{MAX_AUTHORITY, authority, begins_word, ends_word, is_abbreviated};

/// How one kind of key is recognised.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable kebab-case name: `stripe-secret-key`.
    pub id: String,
    /// What it is, for people: `Stripe secret key`.
    pub name: String,
    /// Whether it has to stay secret.
    pub kind: Kind,
    /// For a secret, what somebody can do with it; for a public key, what keeps it harmless.
    pub note: String,
    /// Where it is taken back and a new one is made; empty where that is not known.
    pub revoke: String,
    /// Whether it belongs to an account in test mode: one that moves no money.
    pub is_test: bool,
    /// For a key in test mode, the rule of the one that takes its place when the site is live.
    pub live: Option<String>,
    /// How it is written.
    pub form: Form,
}

impl Rule {
    /// For a secret that nothing more is known of.
    #[must_use]
    pub fn new(id: &str, name: &str, form: Form) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: Kind::Secret,
            note: String::new(),
            revoke: String::new(),
            is_test: false,
            live: None,
            form,
        }
    }
}

/// How keys are written.
#[derive(Debug, Clone)]
pub enum Form {
    /// As one of these shapes.
    Shaped(Shaped),
    /// A JSON Web Token by one of its claims.
    Token {
        /// The claim's name: `role`.
        claim: String,
        /// The values that are meant.
        values: Vec<String>,
        /// Issuers that are not meant: what manuals and local installations use.
        except: Vec<String>,
    },
    /// A run of base64 with this at the beginning of what it stands for.
    Encoded {
        /// How the run may begin, by what may stand before the mark.
        beginnings: Vec<String>,
        /// What stands there.
        mark: String,
    },
    /// A PEM block of a private key (RFC 7468).
    PrivateKey,
    /// An address of a database with its password or token.
    Database,
}

/// Keys by their shapes, and what else has to hold.
#[derive(Debug, Clone, Default)]
pub struct Shaped {
    /// The shapes, each whole.
    pub shapes: Vec<Shape>,
    /// What the secret part holds somewhere.
    pub holds: Option<String>,
    /// What the secret part, decoded from base64, ends with.
    pub decoded_end: Option<String>,
    /// Whether the last six characters of the secret part are the CRC-32 of the others in base 62.
    pub is_checksummed: bool,
    /// Words of which one has to stand within [`NEAR`] octets, in whatever case; any key is meant where there are none.
    pub near: Vec<String>,
    /// The same for the [`CALLED`] octets before it: the name of a variable, an option, a header field.
    pub called: Vec<String>,
    /// What has to stand near it: then that is the secret part, and this alone is none.
    pub partner: Option<Partner>,
    /// Ends of keys that manuals print. They open nothing.
    pub examples: Vec<String>,
}

/// The second half of a pair: so many characters of a set.
#[derive(Debug, Clone)]
pub struct Partner {
    /// Which characters. Where these are capitals, small letters and digits, all three have to be there.
    pub set: Set,
    /// How many.
    pub length: usize,
    /// Words of which one has to stand between the two, or before the second half where that comes first; not where it is the
    /// very next string. Whatever stands there where there are none.
    pub called: Vec<String>,
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
pub struct Found<'r> {
    /// By which rule.
    pub rule: &'r Rule,
    /// The whole key.
    pub span: Span,
    /// The part of it that must not be shown.
    pub secret: Span,
    /// The key with that part left out: `sk_live_… (32 characters)`.
    pub redacted: String,
}

/// What stands for each octet of a password in an address that is no finding. No rule takes it for a [`MASK`], or for part of a
/// key: what is masked with it becomes none.
const PASSWORD_MASK: u8 = b'*';

/// Findings that are listed at most; a page with more has said enough.
pub const MAX_FOUND: usize = 64;

/// How far the second half of a pair, or a word that belongs to a key, may be from it.
const NEAR: usize = 200;
/// How far before a key its name may stand.
const CALLED: usize = 48;

/// Rules, made ready for searching.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    /// What a key of each rule may be, by its first octet: the more telling first.
    by_first: Vec<Vec<Way>>,
    places: Places,
    private_key: Rule,
    database: Rule,
}

/// One way in which keys of a rule are written.
#[derive(Debug, Clone, Copy)]
struct Way {
    rule: usize,
    /// For those with several: which of its shapes, or of its beginnings.
    index: usize,
    /// Characters of the word that it begins with.
    word: Length,
    /// The text that it begins with, up to its eighth octet; none where that may be masked.
    text: [u8; 8],
    length: usize,
}

impl Way {
    /// Whether `word`, whose first eight octets are `octets`, may begin a key that is written like this.
    fn may_begin(&self, word: Word, octets: u64) -> bool {
        let differ = octets ^ u64::from_le_bytes(self.text);
        let compared = self.length.min(word.length);
        differ.trailing_zeros() as usize >= compared * 8 && word.may_have(self.word)
    }
}

impl Rules {
    /// These rules, and those for keys that are no provider's.
    #[must_use]
    pub fn new(mut rules: Vec<Rule>) -> Self {
        let private_key = Rule {
            note: "Whoever holds it can stand in for its owner.".to_owned(),
            ..Rule::new("private-key", "Private key", Form::PrivateKey)
        };
        let encoded =
            Form::Encoded { beginnings: vec![PEM_IN_BASE64.to_owned()], mark: "PRIVATE KEY".to_owned() };
        rules.push(Rule {
            note: private_key.note.clone(),
            ..Rule::new("private-key", "Private key, in base64", encoded)
        });
        let database = Rule {
            note: "Whoever reaches the server can read and delete the data.".to_owned(),
            ..Rule::new("database-url", "Database address with its password", Form::Database)
        };
        let mut by_first: Vec<Vec<(Way, usize)>> = vec![Vec::new(); 256];
        let mut beginnings = Vec::new();
        for (n, rule) in rules.iter().enumerate() {
            for (index, (beginning, telling)) in rule.form.beginnings().into_iter().enumerate() {
                let known = rule.form.text(index).as_bytes();
                let (mut text, length) = ([0; 8], known.len().min(8));
                for (to, from) in text.iter_mut().zip(known) {
                    *to = *from;
                }
                for byte in (0..128u8).filter(|byte| beginning.sets[0].holds(*byte)) {
                    if let Some(ways) = by_first.get_mut(usize::from(byte)) {
                        ways.push((Way { rule: n, index, word: beginning.word, text, length }, telling));
                    }
                }
                beginnings.push(beginning);
            }
        }
        let by_first = by_first.into_iter().map(|mut ways| {
            ways.sort_by_key(|(_, telling)| std::cmp::Reverse(*telling));
            ways.into_iter().map(|(way, _)| way).collect()
        });
        let places = Places::new(beginnings.into_iter());
        Self { by_first: by_first.collect(), places, rules, private_key, database }
    }

    /// Every rule.
    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().chain([&self.private_key, &self.database])
    }

    /// Those with a shape that the search may pass over: it has no row of [`rows::RUN`] characters.
    #[doc(hidden)]
    pub fn unseen(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| match &rule.form {
            Form::Shaped(shaped) => shaped.shapes.iter().any(|shape| lead(shape).is_none()),
            _ => false,
        })
    }

    /// The keys in `text`, in its order, the first [`MAX_FOUND`].
    #[must_use]
    pub fn scan(&self, text: &[u8]) -> Vec<Found<'_>> {
        let mut found = Vec::new();
        self.each(text, &mut |rule, hit| {
            found.extend((found.len() < MAX_FOUND).then(|| seen(text, rule, &hit)));
        });
        found
    }

    /// Masks every secret in `text`; what is public stays. The length does not change.
    pub fn mask(&self, text: &mut [u8]) {
        self.scan_and_mask(text);
    }

    /// Masks every secret in `text`, and gives the keys that were in it, as [`Self::scan`] does before and after: in one pass.
    pub fn scan_and_mask(&self, text: &mut [u8]) -> Vec<Found<'_>> {
        let (mut found, mut spans, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        self.each(text, &mut |rule, hit| {
            found.extend((found.len() < MAX_FOUND).then(|| seen(text, rule, &hit)));
            taken.push((hit.start, hit.end));
            if rule.kind == Kind::Secret {
                spans.extend(hit.secret_spans());
            }
        });
        // What a rule has found, it masks, or has reason not to.
        let passwords = passwords(text);
        let free = passwords.into_iter().filter(|(start, end)| !is_taken(&taken, *start, *end));
        let masked = free.map(|span| (span, PASSWORD_MASK)).collect::<Vec<_>>();
        for ((start, end), mask) in spans.into_iter().map(|span| (span, MASK)).chain(masked) {
            if let Some(secret) = text.get_mut(start..end) {
                secret.fill(mask);
            }
        }
        found
    }

    /// Calls `on_hit` for every key in order. One pass; what a rule reads ahead is bounded. Gives the octets that were looked at one
    /// by one, and the places at which a key might have begun.
    fn each<'r>(&'r self, text: &[u8], on_hit: &mut dyn FnMut(&'r Rule, Hit)) -> Work {
        let mut search = Search::new(&self.places, text);
        let (mut at, mut places) = (0, 0);
        // Some rules look back from where they begin; two keys never share a character.
        let mut taken = 0;
        while let Some(next) = search.next(at) {
            places += 1;
            let (found, place) = match next {
                Place::Beginning { at, word } => (self.beginning(text, at, word, taken), at),
                Place::Separator(place) => (database(text, place).map(|hit| (&self.database, hit)), place),
                Place::Pem(place) => (pem(text, place).map(|hit| (&self.private_key, hit)), place),
            };
            at = place + 1;
            if let Some((rule, hit)) = found.filter(|(_, hit)| hit.start >= taken) {
                taken = hit.end;
                at = hit.end.max(at);
                on_hit(rule, hit);
            }
        }
        Work { looked: search.looked, places }
    }

    /// The key that begins at `at`, where that is not inside of a word, among those that begin like `word`.
    fn beginning(&self, text: &[u8], at: usize, word: Word, taken: usize) -> Option<(&Rule, Hit)> {
        let ways = self.by_first.get(usize::from(*text.get(at)?))?;
        let mut octets = [0; 8];
        for (to, from) in octets.iter_mut().zip(text.get(at..)?) {
            *to = *from;
        }
        let octets = u64::from_le_bytes(octets);
        ways.iter().filter(|way| way.may_begin(word, octets)).find_map(|way| {
            let rule = self.rules.get(way.rule)?;
            let hit = match &rule.form {
                Form::Shaped(shaped) => shaped.read(shaped.shapes.get(way.index)?, text, at, taken),
                Form::Token { claim, values, except } if text.get(at..)?.starts_with(TOKEN.as_bytes()) => {
                    jwt(text, at, claim, values, except)
                }
                Form::Encoded { beginnings, mark }
                    if text.get(at..)?.starts_with(beginnings.get(way.index)?.as_bytes()) =>
                {
                    encoded(text, at, mark.as_bytes())
                }
                _ => None,
            };
            hit.filter(|hit| hit.start >= taken).map(|hit| (rule, hit))
        })
    }
}

/// What a search took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(test), allow(dead_code, reason = "tests hold that work grows with the text and no faster"))]
struct Work {
    looked: usize,
    places: usize,
}

impl Form {
    /// The text that keys begin with that are written in one of these ways, masked or not.
    fn text(&self, index: usize) -> &str {
        match self {
            Self::Shaped(shaped) => {
                let shape = shaped.shapes.get(index).filter(|shape| shape.secret.start > 0);
                shape.map(Shape::prefix).unwrap_or_default()
            }
            Self::Token { .. } => TOKEN,
            Self::Encoded { beginnings, .. } => beginnings.get(index).map(String::as_str).unwrap_or_default(),
            Self::PrivateKey | Self::Database => "",
        }
    }

    /// How keys begin, for each way to write them, and how telling that is.
    fn beginnings(&self) -> Vec<(Beginning, usize)> {
        let of = |text: &str| {
            let mut sets = [Set(u128::MAX); 3];
            for (set, byte) in sets.iter_mut().zip(text.bytes()) {
                *set = Set::of(&[byte]);
            }
            (Beginning { sets, is_row: false, word: Length::from(0), lead: None }, text.len())
        };
        match self {
            Self::Shaped(shaped) => {
                // Of two that begin alike, the one that asks for more.
                let asks = usize::from(shaped.asks_for_more());
                let one = |shape: &Shape| {
                    let lead = lead(shape);
                    let is_row = shape.prefix().is_empty() && lead.is_some_and(|lead| lead.is_none());
                    let (sets, word) = (shape.beginning(), first_word(shape));
                    let lead = lead.filter(|lead| !lead.is_none());
                    (Beginning { sets, is_row, word, lead }, 2 * shape.prefix().len() + asks)
                };
                shaped.shapes.iter().map(one).collect()
            }
            Self::Token { .. } => vec![of(TOKEN)],
            Self::Encoded { beginnings, .. } => beginnings.iter().map(|text| of(text)).collect(),
            Self::PrivateKey | Self::Database => Vec::new(),
        }
    }
}

impl Shaped {
    fn asks_for_more(&self) -> bool {
        self.holds.is_some()
            || self.decoded_end.is_some()
            || self.is_checksummed
            || self.partner.is_some()
            || !self.near.is_empty()
            || !self.called.is_empty()
    }

    fn read(&self, shape: &Shape, text: &[u8], at: usize, taken: usize) -> Option<Hit> {
        if !begins_word(text, at) || !shape.may_begin(text.get(at..)?) {
            return None;
        }
        // What the provider says of the whole key may stand in a string that is joined to one that is long enough for a key.
        let is_told = self.holds.is_some() || self.decoded_end.is_some() || self.is_checksummed;
        self.fitting(shape, text, at, taken, false)
            .or_else(|| is_told.then(|| self.fitting(shape, text, at, taken, true)).flatten())
    }

    fn fitting(&self, shape: &Shape, text: &[u8], at: usize, taken: usize, reads_on: bool) -> Option<Hit> {
        let (fit, joints) = fit_at(shape, text, at, reads_on)?;
        let hit = Hit {
            start: at,
            end: place(at, fit.end, &joints),
            secret_start: place(at, fit.secret_start, &joints),
            secret_end: place(at, fit.secret_end, &joints),
            joints,
        };
        if is_abbreviated(text, hit.end) || names_file(text, hit.secret_start, hit.end) {
            return None;
        }
        // Most that look like a key have no name beside them, and that is seen soonest.
        if !self.is_called(text, &hit, taken) {
            return None;
        }
        let secret = hit.secret(text);
        if !(is_masked(&secret) || self.is_as_asked(&secret) && genuine(&secret)) {
            return None;
        }
        match &self.partner {
            None => Some(hit),
            Some(partner) => partner.with(text, &hit),
        }
    }

    /// Whether the secret part is what the provider says of it.
    fn is_as_asked(&self, secret: &[u8]) -> bool {
        let holds = |mark: &String| memmem::find(secret, mark.as_bytes()).is_some();
        let ends = |end: &String| {
            let bare = secret.trim_ascii_end();
            let bare = bare.strip_suffix(b"=").unwrap_or(bare);
            let bare = bare.strip_suffix(b"=").unwrap_or(bare);
            STANDARD_NO_PAD.decode(bare).is_ok_and(|decoded| decoded.ends_with(end.as_bytes()))
        };
        self.holds.as_ref().is_none_or(holds)
            && self.decoded_end.as_ref().is_none_or(ends)
            && (!self.is_checksummed || checksum_holds(secret))
            && !self.examples.iter().any(|example| secret.ends_with(example.as_bytes()))
    }

    /// Whether the words stand where they have to. What belongs to another key, which ends at `taken`, says nothing.
    fn is_called(&self, text: &[u8], hit: &Hit, taken: usize) -> bool {
        let around = || text.get(hit.start.saturating_sub(NEAR).max(taken)..text.len().min(hit.end + NEAR));
        let before = || text.get(hit.start.saturating_sub(CALLED).max(taken)..hit.start);
        (self.near.is_empty() || around().is_some_and(|part| mentions(part, &self.near)))
            && (self.called.is_empty() || before().is_some_and(|part| mentions(part, &self.called)))
    }
}

impl Partner {
    /// The pair of `first` and what stands near it.
    fn with(&self, text: &[u8], first: &Hit) -> Option<Hit> {
        let own = text.get(first.start..first.end)?;
        let fits = |start: usize, end: usize| {
            let body = text.get(start..end).unwrap_or_default();
            let has = |is: fn(&u8) -> bool| body.iter().any(is);
            let all = [b'A', b'a', b'0'].iter().all(|byte| self.set.holds(*byte));
            let mixed =
                !all || has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
            is_masked(body) || mixed && genuine(body) && !own.ends_with(body)
        };
        let behind = self
            .runs(text, first.end, text.len().min(first.end + NEAR))
            .find(|(start, end)| fits(*start, *end) && self.belongs(text.get(first.end..*start)));
        let (start, end) = behind.or_else(|| {
            let from = first.start.saturating_sub(NEAR);
            let before = |(start, end): &(usize, usize)| {
                let called = text.get(start.saturating_sub(CALLED)..*start);
                let belongs = self.belongs(called) || self.belongs(text.get(*end..first.start));
                *end <= first.start && fits(*start, *end) && belongs
            };
            self.runs(text, from, first.start).filter(before).last()
        })?;
        Some(Hit::whole(first.start.min(start), first.end.max(end), start, end))
    }

    /// Whether what stands between the two, or before the second, says that they belong together.
    fn belongs(&self, between: Option<&[u8]>) -> bool {
        let Some(between) = between else { return false };
        let next = between.len() <= 8
            && !between.iter().any(u8::is_ascii_alphanumeric)
            && between.last().is_some_and(|last| b"\"'`:".contains(last));
        self.called.is_empty() || next || mentions(between, &self.called)
    }

    /// The runs of the right length that begin in `from..to`.
    fn runs(&self, text: &[u8], from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
        let mut at = from;
        std::iter::from_fn(move || {
            while at < to {
                let start = at;
                let rest = text.get(start..text.len().min(start + NEAR)).unwrap_or_default();
                let holds = |byte: &&u8| self.set.holds(**byte) || **byte == MASK;
                let end = start + rest.iter().take_while(holds).count();
                at = end + 1;
                if end - start == self.length && begins_word(text, start) && ends_word(text, end) {
                    return Some((start, end));
                }
            }
            None
        })
    }
}

fn mentions(text: &[u8], words: &[String]) -> bool {
    let text = text.to_ascii_lowercase();
    words.iter().any(|word| memmem::find(&text, word.to_ascii_lowercase().as_bytes()).is_some())
}

fn is_taken(taken: &[(usize, usize)], start: usize, end: usize) -> bool {
    // They are in order, and share no character.
    let next = taken.partition_point(|(_, taken_end)| *taken_end <= start);
    taken.get(next).is_some_and(|(taken_start, _)| *taken_start < end)
}

/// How every JSON Web Token begins: `{"` in base64.
const TOKEN: &str = "eyJ";
/// How every PEM block begins in base64: `-----BEGIN `.
const PEM_IN_BASE64: &str = "LS0tLS1CRUdJTi";

/// Where passwords stand in web addresses: `scheme://user:password@host`, also with the slashes as JSON may escape them.
fn passwords(text: &[u8]) -> Vec<(usize, usize)> {
    let mut passwords = Vec::new();
    for colon in memchr::memchr_iter(b':', text) {
        let from = colon + 1;
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

fn seen<'r>(text: &[u8], rule: &'r Rule, hit: &Hit) -> Found<'r> {
    Found {
        rule,
        span: Span::new(hit.start, hit.end),
        secret: Span::new(hit.secret_start, hit.secret_end),
        redacted: redacted(text, hit),
    }
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
/// Endings of files that pages load.
const FILE_ENDINGS: &[&str] = &[
    "avif", "css", "gif", "html", "ico", "jpeg", "jpg", "js", "json", "map", "mjs", "mp4", "pdf", "png",
    "svg", "ts", "ttf", "txt", "wasm", "webm", "webp", "woff", "woff2", "xml",
];
/// Characters of the longest of them.
const MAX_ENDING: usize = 5;
#[cfg(test)]
mod tests;
