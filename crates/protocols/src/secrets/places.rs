//! Where in a text a key may begin.
//!
//! Every [`Shape`] holds a row of at least [`RUN`] characters of keys with nothing else between them, which is rare in pages and
//! scripts. So a text is looked through for such rows, many octets at a time. Most keys begin with their row, or behind a `/` or `+`
//! in it: whether one may begin there, its first three octets say, and how long the word is that they begin. One octet at a time is
//! looked at only where that is not all: where strings are joined, and before a row with what stands inside of keys before theirs.
//! Private keys and addresses of databases have no such row where they begin; what they begin with is searched for as it stands.
//!
//! [`Shape`]: super::shape::Shape

use memchr::memmem::Finder;

use super::rows::{ROW, RUN, Rows};
use super::shape::{MAX_JOINT, Piece, Set, Shape, is_joined, is_quote};
use super::structures::{PEM, SEPARATOR};
use super::words::{MASK, is_word};

/// What is searched for.
#[derive(Debug)]
pub(super) struct Places {
    /// What an octet is: [`IN_WORD`], [`ESCAPES`], [`BEFORE_ROW`].
    classes: [u8; 256],
    /// Which three octets keys begin with that have a text of their own there: a bit for each, by the lowest five bits of the three.
    threes: Vec<u32>,
    /// For each first octet of a key that has no text of its own there, how long the word may be that it begins: a bit for each
    /// length, the last one for whatever is longer.
    lengths: Vec<u64>,
    /// How far before a row a key may begin.
    before: usize,
    /// What stands between a key's beginning and its row.
    /// The ones before short rows first.
    leads: Vec<Lead>,
    separator: Finder<'static>,
    pem: Finder<'static>,
}

/// Words of that many characters and longer ones are not told apart.
const LONGEST: usize = 63;
/// Word-like, the mask included: a key does not begin where another ended.
const IN_WORD: u8 = 1;
/// Begins an escape in a string; one bit above [`IN_WORD`].
const ESCAPES: u8 = IN_WORD << 1;
/// Stands inside of a key right before its row.
const BEFORE_ROW: u8 = 4;

/// One way in which a key may begin.
#[derive(Debug, Clone)]
pub(super) struct Beginning {
    /// What its first three characters may be, masked ones included.
    pub(super) sets: [Set; 3],
    /// Whether it begins with its row, and not with a text of its own.
    pub(super) is_row: bool,
    /// Characters of the word that it begins with.
    pub(super) word: Length,
    /// What stands before its row, for one that does not begin with it.
    pub(super) lead: Option<Lead>,
}

/// How many characters, at least and at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) min: usize,
    pub(super) max: usize,
}

impl Length {
    /// At least so many.
    pub(super) const fn from(min: usize) -> Self {
        Self { min, max: usize::MAX }
    }
}

/// What stands before the row of a key that does not begin with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lead {
    /// How far before the row the key may begin.
    before: usize,
    /// What the last two characters before the row may be.
    last: [Set; 2],
    /// Characters of the row, at least.
    row: usize,
}

impl Places {
    /// For keys that begin like one of these.
    pub(super) fn new(beginnings: impl Iterator<Item = Beginning>) -> Self {
        let mut places = Self {
            classes: [0; 256],
            threes: vec![0; 1 << 10],
            lengths: vec![0; 256],
            before: 0,
            leads: Vec::new(),
            separator: Finder::new(SEPARATOR),
            pem: Finder::new(PEM),
        };
        for byte in 0..=u8::MAX {
            let class = &mut places.classes[usize::from(byte)];
            if is_word(byte) || byte == MASK {
                *class |= IN_WORD;
            }
            if byte == b'\\' {
                *class |= ESCAPES;
            }
        }
        for Beginning { sets, is_row, word, lead } in beginnings {
            if is_row {
                for (byte, lengths) in (0..128u8).zip(&mut places.lengths) {
                    let longest = if sets[0].holds(byte) { word.max.min(LONGEST) } else { 0 };
                    *lengths |= (word.min.min(LONGEST)..=longest).fold(0, |all, length| all | 1 << length);
                }
            } else {
                places.note(&sets);
            }
            if let Some(lead) = lead {
                places.before = places.before.max(lead.before);
                for byte in (0..128u8).filter(|byte| lead.last[1].holds(*byte)) {
                    places.classes[usize::from(byte)] |= BEFORE_ROW;
                }
                places.leads.push(lead);
            }
        }
        places.leads.sort_by_key(|lead| lead.row);
        places
    }

    fn class(&self, byte: u8) -> u8 {
        self.classes[usize::from(byte)]
    }

    /// Keeps what a key begins with that has a text of its own there.
    fn note(&mut self, sets: &[Set; 3]) {
        // What is masked may stand behind the first.
        let mask = Set::of(&[MASK]);
        let low =
            |set: Set| (0..128u8).filter(move |byte| set.holds(*byte)).map(|byte| usize::from(byte & 31));
        for first in low(sets[0]) {
            for second in low(Set(sets[1].0 | mask.0)) {
                for third in low(Set(sets[2].0 | mask.0)) {
                    if let Some(bits) = self.threes.get_mut(first << 5 | second) {
                        *bits |= 1 << third;
                    }
                }
            }
        }
    }

    /// Whether keys begin with these octets that have a text of their own there.
    #[inline]
    fn begins_text(&self, octets: &[u8]) -> bool {
        let Some(&[first, second, third]) = octets.first_chunk::<3>() else { return false };
        let bits = self.threes.get(usize::from(first & 31) << 5 | usize::from(second & 31));
        bits.is_some_and(|bits| bits >> (third & 31) & 1 == 1)
    }

    /// How long a word may be with which keys begin that have no text of their own there; a bit for each length.
    #[inline]
    fn lengths(&self, octets: &[u8]) -> u64 {
        octets.first().and_then(|first| self.lengths.get(usize::from(*first))).copied().unwrap_or_default()
    }

    /// Whether a key may begin with these octets, where a word begins of which no more is known than how long it is at most.
    #[inline]
    fn may_begin(&self, octets: &[u8], most: usize) -> bool {
        self.lengths(octets) & u64::MAX >> (LONGEST - most.min(LONGEST)) != 0 || self.begins_text(octets)
    }

    /// Whether a key may begin with these octets, of which `word` is made.
    #[inline]
    fn begins(&self, octets: &[u8], word: Word) -> bool {
        let lengths = self.lengths(octets) >> word.length.min(LONGEST);
        (if word.goes_on { lengths != 0 } else { lengths & 1 == 1 }) || self.begins_text(octets)
    }

    /// The first place in `from..to` where a key may begin: not inside of a word, and by its first three octets.
    fn in_region(&self, text: &[u8], from: usize, to: usize) -> Option<(usize, Word)> {
        let class_at = |at: Option<usize>| at.and_then(|at| text.get(at)).map_or(0, |byte| self.class(*byte));
        // The letter of an escape in a string (`\n`) is no letter of a word.
        let plain = |class: u8, before: u8| class & !((before & ESCAPES) >> 1);
        let mut before = plain(class_at(from.checked_sub(1)), class_at(from.checked_sub(2)));
        for (at, byte) in text.iter().enumerate().take(to).skip(from) {
            let class = self.class(*byte);
            let may_begin = before & IN_WORD == 0 && class & IN_WORD != 0;
            before = plain(class, before);
            if may_begin {
                let rest = text.get(at..)?;
                let length = rest.iter().take_while(|byte| self.class(**byte) & IN_WORD != 0).count();
                let word = Word { length, goes_on: is_joined(text, at + length) };
                if self.begins(rest, word) {
                    return Some((at, word));
                }
            }
        }
        None
    }

    /// Whether what stands before a row of that length may be the beginning of the row's key. Where a string ends there, it may.
    fn leads(&self, text: &[u8], row: usize, length: usize) -> bool {
        let Some(&last) = row.checked_sub(1).and_then(|at| text.get(at)) else { return false };
        if self.class(last) & BEFORE_ROW == 0 {
            return false;
        }
        let Some(&next) = row.checked_sub(2).and_then(|at| text.get(at)) else { return false };
        let mut leads = self.leads.iter().take_while(|lead| lead.row <= length);
        leads.any(|lead| lead.last[1].holds(last) && (is_quote(next) || lead.last[0].holds(next)))
    }
}

/// What stands before the first row that a shape certainly has, and how long that is at least; `None` where it has none of [`RUN`]
/// characters. Nothing stands before it where the shape begins with it.
pub(super) fn lead(shape: &Shape) -> Option<Lead> {
    let any = Set(u128::MAX);
    let mut lead = Lead { before: 0, last: [any; 2], row: 0 };
    // Characters before the next one, at most; and what the one before it may be.
    let (mut at, mut previous) = (0, any);
    for (n, piece) in shape.pieces.iter().enumerate() {
        // What is masked is a row from where the secret part begins.
        let is_shown = n < shape.secret.start;
        match piece {
            Piece::Text(text) => {
                for byte in text.bytes() {
                    at += 1;
                    let set = Set::of(&[byte]);
                    if ROW.holds(byte) {
                        lead.row += 1;
                    } else if lead.row >= RUN {
                        return Some(lead);
                    } else {
                        let last = if is_shown { [previous, set] } else { [any; 2] };
                        lead = Lead { before: at, last, row: 0 };
                    }
                    previous = set;
                }
            }
            Piece::Run { set, min, max } => {
                at += max;
                if ROW.covers(*set) {
                    lead.row += min;
                } else if lead.row >= RUN {
                    return Some(lead);
                } else {
                    lead = Lead { before: at, last: [any; 2], row: 0 };
                }
                previous = if *min > 1 && is_shown { *set } else { any };
            }
        }
    }
    (lead.row >= RUN).then_some(lead)
}

impl Lead {
    /// Whether the key begins with its row.
    pub(super) const fn is_none(&self) -> bool {
        self.before == 0
    }
}

/// Characters of the word that a shape begins with, masked or not, where it stands in one piece.
pub(super) fn first_word(shape: &Shape) -> Length {
    let (mut min, mut max) = (0, 0);
    for (n, piece) in shape.pieces.iter().enumerate() {
        // What is masked goes on up to the end of the secret part.
        let is_shown = n < shape.secret.start;
        let is_whole = match piece {
            Piece::Text(text) => {
                let length = text.bytes().take_while(|byte| is_word(*byte)).count();
                (min, max) = (min + length, max + length);
                length == text.len()
            }
            Piece::Run { set, min: least, max: most } => {
                if !WORDS.covers(*set) {
                    return Length::from(min);
                }
                (min, max) = (min + least, max + most);
                true
            }
        };
        if !is_whole {
            return if is_shown { Length { min, max } } else { Length::from(min) };
        }
    }
    Length { min, max }
}

/// Characters of words.
const WORDS: Set = Set::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/// One search, which gives places in their order.
#[derive(Debug)]
pub(super) struct Search<'p, 't> {
    places: &'p Places,
    text: &'t [u8],
    rows: Rows<'t>,
    /// The row whose words are looked at, from the next one on, and whether another string is joined to its end.
    row: (usize, usize),
    is_joined: bool,
    /// Where single octets are looked at, and up to which they were.
    region: (usize, usize),
    /// The next place, where that is known.
    known: Option<(usize, Word)>,
    /// The next ones of what is searched for as it stands; behind everything where there are none.
    separator: usize,
    pem: usize,
    /// Octets of rows, and others that were looked at one by one.
    pub(super) looked: usize,
}

/// A place where a key may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The beginning of a shape, or of a run of base64.
    Beginning {
        at: usize,
        /// The word that begins there.
        word: Word,
    },
    /// The `://` of an address.
    Separator(usize),
    /// The first line of a PEM block.
    Pem(usize),
}

/// A word of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) length: usize,
    /// Whether another string is joined to its end.
    pub(super) goes_on: bool,
}

impl Word {
    /// Whether it may be one of so many characters.
    pub(super) const fn may_have(self, characters: Length) -> bool {
        self.length <= characters.max && (self.goes_on || self.length >= characters.min)
    }
}

impl<'p, 't> Search<'p, 't> {
    pub(super) fn new(places: &'p Places, text: &'t [u8]) -> Self {
        let first = |finder: &Finder<'_>| finder.find(text).unwrap_or(usize::MAX);
        let (separator, pem) = (first(&places.separator), first(&places.pem));
        let (rows, row, region) = (Rows::new(text), (0, 0), (0, 0));
        let (is_joined, known, looked) = (false, None, 0);
        let mut search = Self { places, text, rows, row, is_joined, region, known, separator, pem, looked };
        search.known = search.beginning(0);
        search
    }

    /// The first place at `from` or behind it; `from` only ever grows.
    pub(super) fn next(&mut self, from: usize) -> Option<Place> {
        let again = |finder: &Finder<'_>, text: &[u8]| {
            text.get(from..).and_then(|rest| finder.find(rest)).map_or(usize::MAX, |at| at + from)
        };
        if self.separator < from {
            self.separator = again(&self.places.separator, self.text);
        }
        if self.pem < from {
            self.pem = again(&self.places.pem, self.text);
        }
        if self.known.is_some_and(|(known, _)| known < from) {
            self.known = self.beginning(from);
        }
        match self.known {
            Some((at, word)) if at < self.separator && at < self.pem => Some(Place::Beginning { at, word }),
            _ if self.separator < self.pem => Some(Place::Separator(self.separator)),
            _ => (self.pem < usize::MAX).then_some(Place::Pem(self.pem)),
        }
    }

    fn beginning(&mut self, from: usize) -> Option<(usize, Word)> {
        loop {
            let (start, end) = (from.max(self.region.0), self.region.1);
            if start < end {
                let found = self.places.in_region(self.text, start, end);
                let behind = found.map_or(end, |(at, _)| at + 1);
                self.looked += behind - start;
                // What was looked at is not looked at again.
                self.region.0 = behind;
                if found.is_some() {
                    return found;
                }
            }
            let found = self.in_row(from);
            if found.is_some() {
                return found;
            }
            self.next_row(from)?;
        }
    }

    /// The next word of the row with which a key may begin.
    fn in_row(&mut self, from: usize) -> Option<(usize, Word)> {
        let least = if self.is_joined { 1 } else { RUN };
        while self.row.1 >= self.row.0 + least {
            let (at, end) = self.row;
            let rest = self.text.get(at..end)?;
            // Where the next word of the row begins, if a key may still begin there.
            let split = memchr::memchr2(b'/', b'+', rest.get(..=rest.len() - least)?);
            self.row.0 = split.map_or(end, |length| at + length + 1);
            let octets = self.text.get(at..)?;
            if at < from || !self.is_joined && !self.places.may_begin(octets, split.unwrap_or(rest.len())) {
                continue;
            }
            let length = split.or_else(|| memchr::memchr2(b'/', b'+', rest)).unwrap_or(rest.len());
            let word = Word { length, goes_on: self.is_joined && length == rest.len() };
            if self.places.begins(octets, word) {
                return Some((at, word));
            }
        }
        None
    }

    /// Goes on to the next row that ends behind `from`, and to what stands before it of its key.
    fn next_row(&mut self, from: usize) -> Option<()> {
        let (start, end) = self.rows.find(|(_, end)| *end > from)?;
        self.looked += end - start;
        let text = self.text;
        self.row = (start, end);
        self.is_joined = is_joined(text, end);
        if self.is_behind_joint(start)
            || self.places.leads(text, start, if self.is_joined { usize::MAX } else { end - start })
        {
            let before = self.places.before + MAX_JOINT + 2 * RUN;
            self.region = (start.saturating_sub(before).max(self.region.1), start);
        } else if start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'\\') {
            // What is escaped is the row's first letter, or the backslash.
            self.region = (start, end.min(start + 2));
        }
        Some(())
    }

    /// Whether the string that begins at `start` may be joined to one before it.
    fn is_behind_joint(&self, start: usize) -> bool {
        let Some(quote) =
            start.checked_sub(1).filter(|at| self.text.get(*at).is_some_and(|byte| is_quote(*byte)))
        else {
            return false;
        };
        let before = self.text.get(start.saturating_sub(MAX_JOINT)..quote).unwrap_or_default();
        let before = before.trim_ascii_end();
        let joints = [&b"+"[..], b",", b".concat("];
        let Some(before) = joints.iter().find_map(|joint| before.strip_suffix(*joint)) else { return false };
        before.trim_ascii_end().last().is_none_or(|last| is_quote(*last))
    }
}
