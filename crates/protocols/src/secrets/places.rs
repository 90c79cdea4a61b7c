//! Where in a text a key may begin.
//!
//! Every [`Shape`] holds a row of at least [`RUN`] characters of keys with nothing else between them, which is rare in pages and
//! scripts. So a text is looked through for such rows, many octets at a time, and one octet at a time only around them. Private
//! keys and addresses of databases have no such row where they begin; what they begin with is searched for as it stands.
//!
//! [`Shape`]: super::Shape

use memchr::memmem::Finder;

use super::shape::{Piece, Set, Shape};
use super::structures::{PEM, SEPARATOR};
use super::{MASK, is_word};

/// Characters of keys that stand in one row. Any fifteen octets hold eight that begin at a multiple of eight.
pub(super) const RUN: usize = 15;
/// Octets that are compared at once.
const WORD: usize = 8;
/// Characters of keys that stand in rows: of base64 in either alphabet without its padding, and the mask.
pub(super) const ROW: Set = Set::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_~");

/// What is searched for.
#[derive(Debug)]
pub(super) struct Places {
    /// What an octet is: [`BEGINS`], [`BEGINS_ROW`], [`IN_WORD`], [`ESCAPES`].
    classes: [u8; 256],
    /// For each first octet of a key, which second and third ones follow, by their lowest five bits: of keys that begin with a text
    /// of their own, and of those that begin with a row.
    second: [[u32; 256]; 2],
    third: [[u32; 256]; 2],
    /// How far before a row a key may begin.
    before: usize,
    separator: Finder<'static>,
    pem: Finder<'static>,
}

/// A key begins with it.
const BEGINS: u8 = 1;
/// A key begins with it that has no text of its own there, but the row itself.
const BEGINS_ROW: u8 = 2;
/// Word-like, the mask included: a key does not begin where another ended.
const IN_WORD: u8 = 4;
/// Begins an escape in a string; one bit above [`IN_WORD`].
const ESCAPES: u8 = IN_WORD << 1;

impl Places {
    /// For keys that begin like one of these, with their row or with a text of their own at most so far before a row of [`RUN`]
    /// characters.
    pub(super) fn new(beginnings: impl Iterator<Item = ([Set; 3], bool)>, before: usize) -> Self {
        let mut places = Self {
            classes: [0; 256],
            second: [[0; 256]; 2],
            third: [[0; 256]; 2],
            before,
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
        let low = |set: Set| (0..128u8).filter(|b| set.holds(*b)).fold(0u32, |all, b| all | 1 << (b & 31));
        for ([first, second, third], is_row) in beginnings {
            let kind = usize::from(is_row);
            // What is masked may stand there as well.
            let (second, third) = (low(second) | low(Set::of(&[MASK])), low(third) | low(Set::of(&[MASK])));
            for byte in (0..128u8).filter(|byte| first.holds(*byte)).map(usize::from) {
                places.classes[byte] |= if is_row { BEGINS_ROW } else { BEGINS };
                places.second[kind][byte] |= second;
                places.third[kind][byte] |= third;
            }
        }
        places
    }

    /// The first place in `from..to` where a key may begin: not inside of a word, and by its first three octets. One that begins with
    /// its row does so from `row` on.
    fn in_region(&self, text: &[u8], from: usize, to: usize, row: usize) -> Option<usize> {
        let class_at = |at: Option<usize>| {
            at.and_then(|at| text.get(at)).map_or(0, |byte| self.classes[usize::from(*byte)])
        };
        // The letter of an escape in a string (`\n`) is no letter of a word.
        let plain = |class: u8, before: u8| class & !((before & ESCAPES) >> 1);
        let mut before = plain(class_at(from.checked_sub(1)), class_at(from.checked_sub(2)));
        for (at, byte) in text.iter().enumerate().take(to).skip(from) {
            let class = self.classes[usize::from(*byte)];
            let wanted = if at < row { BEGINS } else { BEGINS | BEGINS_ROW };
            let begins = if before & IN_WORD == 0 { class & wanted } else { 0 };
            before = plain(class, before);
            for (kind, bit) in [BEGINS, BEGINS_ROW].into_iter().enumerate() {
                let follows = |step: usize, table: &[u32; 256]| {
                    let Some(next) = text.get(at + step) else { return false };
                    table[usize::from(*byte)] >> (next & 31) & 1 == 1
                };
                if begins & bit != 0 && follows(1, &self.second[kind]) && follows(2, &self.third[kind]) {
                    return Some(at);
                }
            }
        }
        None
    }
}

/// How far before the first row that a shape certainly has its key begins; `None` where it has none.
pub(super) fn before_row(shape: &Shape) -> Option<usize> {
    let (mut before, mut row, mut since) = (0, 0, 0);
    for piece in &shape.pieces {
        let (in_row, min, max) = match piece {
            Piece::Text(text) => (text.bytes().all(|byte| ROW.holds(byte)), text.len(), text.len()),
            Piece::Run { set, min, max } => (ROW.covers(*set), *min, *max),
        };
        if in_row {
            row += min;
            if row >= RUN {
                return Some(since);
            }
            before += max;
        } else {
            before += max;
            (row, since) = (0, before);
        }
    }
    None
}

/// Characters that the row certainly has with which a shape begins.
pub(super) fn first_row(shape: &Shape) -> usize {
    let in_row = |piece: &&Piece| match piece {
        Piece::Text(text) => text.bytes().all(|byte| ROW.holds(byte)),
        Piece::Run { set, .. } => ROW.covers(*set),
    };
    let pieces = shape.pieces.iter().take_while(in_row).count();
    shape.length(0..pieces).start
}

/// One search, which gives places in their order.
#[derive(Debug)]
pub(super) struct Search<'p, 't> {
    places: &'p Places,
    text: &'t [u8],
    /// Where single octets are looked at, and up to which a row was looked for.
    region: (usize, usize),
    /// Where in it keys may begin with their row.
    row: usize,
    /// The next place in it, where that is known.
    known: Option<usize>,
    /// The next ones of what is searched for as it stands.
    separator: Option<usize>,
    pem: Option<usize>,
    /// Octets that were looked at one by one.
    pub(super) looked: usize,
}

/// A place where a key may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The beginning of a shape, or of a run of base64.
    Beginning(usize),
    /// The `://` of an address.
    Separator(usize),
    /// The first line of a PEM block.
    Pem(usize),
}

impl<'p, 't> Search<'p, 't> {
    pub(super) fn new(places: &'p Places, text: &'t [u8]) -> Self {
        let (separator, pem) = (places.separator.find(text), places.pem.find(text));
        Self { places, text, region: (0, 0), row: 0, known: None, separator, pem, looked: 0 }
    }

    /// The first place at `from` or behind it; `from` only ever grows.
    pub(super) fn next(&mut self, from: usize) -> Option<Place> {
        let text = self.text;
        let again = |finder: &Finder<'_>, known: Option<usize>| match known {
            Some(at) if at < from => text.get(from..).and_then(|rest| finder.find(rest)).map(|at| at + from),
            known => known,
        };
        self.separator = again(&self.places.separator, self.separator);
        self.pem = again(&self.places.pem, self.pem);
        if self.known.is_none_or(|known| known < from) {
            self.known = self.beginning(from);
        }
        let found = [
            self.known.map(|at| (at, Place::Beginning(at))),
            self.separator.map(|at| (at, Place::Separator(at))),
            self.pem.map(|at| (at, Place::Pem(at))),
        ];
        found.into_iter().flatten().min_by_key(|(at, _)| *at).map(|(_, place)| place)
    }

    fn beginning(&mut self, from: usize) -> Option<usize> {
        loop {
            let (start, end) = (from.max(self.region.0), self.region.1);
            if start < end {
                let found = self.places.in_region(self.text, start, end, self.row);
                let behind = found.map_or(end, |at| at + 1);
                self.looked += behind - start;
                // What was looked at is not looked at again.
                self.region.0 = behind;
                if found.is_some() {
                    return found;
                }
            }
            // Where there is none, there is none further on.
            let none = (self.text.len(), self.text.len());
            self.region = self.next_region(from.max(end)).unwrap_or(none);
            if self.region == none {
                return None;
            }
        }
    }

    /// The next row at `from` or behind it, with what stands before it of its key.
    fn next_region(&mut self, from: usize) -> Option<(usize, usize)> {
        let mut at = from;
        loop {
            let word = next_word(self.text, at)?;
            let held = |byte: &u8| ROW.holds(*byte);
            let left = self.text.get(from..word)?.iter().rev().take_while(|byte| held(byte)).count();
            let right = self.text.get(word..)?.iter().take_while(|byte| held(byte)).count();
            self.looked += left + right;
            if left + right >= RUN {
                let start = word - left;
                let is_joined = self.is_joined(start);
                let before =
                    self.places.before + if is_joined { super::shape::MAX_JOINT + 2 * RUN } else { 0 };
                let from = start.saturating_sub(before).max(self.region.0);
                self.row = if is_joined { from } else { start };
                return Some((from, word + right));
            }
            at = word + right.max(1);
        }
    }

    /// Whether the string that begins at `start` may be joined to one before it.
    fn is_joined(&self, start: usize) -> bool {
        let before = self.text.get(..start).unwrap_or_default();
        let before = &before[before.len().saturating_sub(super::shape::MAX_JOINT)..];
        let Some((b'"' | b'\'' | b'`', before)) = before.split_last() else { return false };
        matches!(before.trim_ascii_end().last(), Some(b'+' | b'(' | b','))
    }
}

/// The first eight octets, at a multiple of eight behind `from`, that may all stand in a row of [`RUN`].
fn next_word(text: &[u8], from: usize) -> Option<usize> {
    let (words, _) = text.get(from..)?.as_chunks::<WORD>();
    for (n, word) in words.iter().enumerate() {
        if held(*word) == HIGH {
            // How many octets of the words beside it belong to it; the first word and the last are looked at one by one.
            let before = n.checked_sub(1).and_then(|n| words.get(n));
            let left = before.map_or(RUN, |word| (!held(*word) & HIGH).leading_zeros() as usize / 8);
            let right =
                words.get(n + 1).map_or(RUN, |word| (!held(*word) & HIGH).trailing_zeros() as usize / 8);
            if WORD + left + right >= RUN {
                return Some(from + n * WORD);
            }
        }
    }
    None
}

/// The octets of a word that [`ROW`] may hold, by their highest bits; of others only `^` and DEL pass as well, because that takes one
/// comparison less. All eight are compared at once, in one register, which every processor and WebAssembly can, whatever a build is
/// optimised for: adding what is missing up to 128 sets the highest bit of each octet that is at least so much.
#[inline]
fn held(octets: [u8; WORD]) -> u64 {
    let word = u64::from_le_bytes(octets);
    let plain = word & !HIGH;
    let lower = plain | SPACES;
    let letter = (lower + FROM_A) & !(lower + BEHIND_Z);
    let sign = lower + FROM_TILDE;
    let digit_or_slash = (plain + FROM_SLASH) & !(plain + BEHIND_NINE);
    let plus = (plain + FROM_PLUS) & !(plain + BEHIND_PLUS);
    let minus = (plain + FROM_MINUS) & !(plain + BEHIND_MINUS);
    (letter | sign | digit_or_slash | plus | minus) & !word & HIGH
}

/// The same octet eight times.
const fn each(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

const HIGH: u64 = each(0x80);
const SPACES: u64 = each(b' ');
const FROM_A: u64 = each(0x80 - b'a');
const BEHIND_Z: u64 = each(0x7f - b'z');
const FROM_TILDE: u64 = each(0x80 - b'~');
const FROM_SLASH: u64 = each(0x80 - b'/');
const BEHIND_NINE: u64 = each(0x7f - b'9');
const FROM_PLUS: u64 = each(0x80 - b'+');
const BEHIND_PLUS: u64 = each(0x7f - b'+');
const FROM_MINUS: u64 = each(0x80 - b'-');
const BEHIND_MINUS: u64 = each(0x7f - b'-');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_a_row_is_held() {
        for byte in 0..=u8::MAX {
            let let_through = ROW.holds(byte) || matches!(byte, b'^' | 0x7f);
            for place in 0..WORD {
                let mut word = *b"keyKEY09";
                word[place] = byte;
                assert_eq!(held(word) == HIGH, let_through, "{byte:#x} at {place}");
            }
        }
    }
}
