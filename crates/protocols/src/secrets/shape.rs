//! How a key is written: texts and runs of characters, one behind the other.

use std::borrow::Cow;
use std::ops::Range;

use super::words::{MASK, is_word};

/// How a key is written. It begins with a letter or digit, and never inside of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What stands there, one behind the other.
    pub pieces: Vec<Piece>,
    /// Which of them are the part that must not be shown: one at least.
    pub secret: Range<usize>,
}

/// A part of a [`Shape`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Exactly this.
    Text(String),
    /// So many characters of a set, as many as there are.
    Run {
        /// Which.
        set: Set,
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
}

/// A set of characters of ASCII, a bit for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Set(pub u128);

impl Set {
    /// These characters.
    #[must_use]
    pub const fn of(characters: &[u8]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < characters.len() {
            bits |= 1 << (characters[at] & 0x7f);
            at += 1;
        }
        Self(bits)
    }

    /// Whether it holds this one.
    #[must_use]
    pub const fn holds(self, byte: u8) -> bool {
        // Of the two halves, the one that it is in: to shift all 128 bits would call a function, in most builds.
        let half = if byte < 64 { self.0 as u64 } else { (self.0 >> 64) as u64 };
        byte < 128 && half >> (byte & 63) & 1 == 1
    }

    /// Whether it holds all of another one.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
}

/// Where in a text a shape fits: offsets from its first octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fit {
    pub(super) secret_start: usize,
    pub(super) secret_end: usize,
    pub(super) end: usize,
}

impl Shape {
    /// Characters, at least and at most, of the pieces in a range.
    pub(super) fn length(&self, pieces: Range<usize>) -> Range<usize> {
        let (mut min, mut max) = (0, 0);
        for piece in self.pieces.get(pieces).unwrap_or_default() {
            match piece {
                Piece::Text(text) => (min, max) = (min + text.len(), max + text.len()),
                Piece::Run { min: least, max: most, .. } => (min, max) = (min + least, max + most),
            }
        }
        min..max
    }

    /// What its first three characters may be, masked ones included.
    pub(super) fn beginning(&self) -> [Set; 3] {
        let any = Set(u128::MAX);
        let mut sets = self.written(any);
        if self.secret.start == 0 {
            sets[0].0 |= Set::of(&[MASK]).0;
        }
        sets
    }

    fn written(&self, any: Set) -> [Set; 3] {
        let mut sets = [any; 3];
        let mut at = 0;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => {
                    for byte in text.bytes() {
                        if let Some(set) = sets.get_mut(at) {
                            *set = Set::of(&[byte]);
                        }
                        at += 1;
                    }
                }
                Piece::Run { set, min, max } => {
                    for _ in 0..*min {
                        if let Some(slot) = sets.get_mut(at) {
                            *slot = *set;
                        }
                        at += 1;
                    }
                    if min != max {
                        return sets;
                    }
                }
            }
        }
        sets
    }

    /// Whether a text may begin with it, by its first piece: most do not, and that is seen at once.
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        let (fits, wanted) = match self.pieces.first() {
            Some(Piece::Text(wanted)) => {
                (text.iter().zip(wanted.as_bytes()).take_while(|(a, b)| a == b).count(), wanted.len())
            }
            Some(Piece::Run { set, min, .. }) => {
                let holds = |byte: &&u8| set.holds(**byte) || **byte == MASK;
                (text.iter().take(*min).take_while(holds).count(), *min)
            }
            None => return false,
        };
        fits == wanted || text.get(fits).is_some_and(|next| is_quote(*next))
    }

    /// The text that it begins with.
    pub(super) fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// Where it fits a text that begins where the key does; otherwise how far it does. What is masked fits, too.
    pub(super) fn fit(&self, text: &[u8]) -> Result<Fit, usize> {
        let (mut at, mut secret_start, mut secret_end) = (0, 0, 0);
        let mut n = 0;
        while let Some(piece) = self.pieces.get(n) {
            if n == self.secret.start {
                secret_start = at;
                if text.get(at) == Some(&MASK) {
                    let length = self.length(self.secret.clone());
                    let rest = text.get(at..).unwrap_or_default();
                    let masked = rest.iter().take(length.end + 1).take_while(|byte| **byte == MASK).count();
                    if masked < length.start || masked > length.end {
                        return Err(at + masked);
                    }
                    at += masked;
                    secret_end = at;
                    n = self.secret.end;
                    continue;
                }
            }
            let rest = text.get(at..).unwrap_or_default();
            match piece {
                Piece::Text(wanted) => {
                    let same = rest.iter().zip(wanted.as_bytes()).take_while(|(a, b)| a == b).count();
                    at += same;
                    if same < wanted.len() {
                        return Err(at);
                    }
                }
                Piece::Run { set, min, max } => {
                    let run = rest.iter().take(*max).take_while(|byte| set.holds(**byte)).count();
                    at += run;
                    if run < *min {
                        return Err(at);
                    }
                }
            }
            n += 1;
            if n == self.secret.end {
                secret_end = at;
            }
        }
        // A longer run is something else.
        let goes_on = match (self.pieces.last(), text.get(at)) {
            (_, None) => false,
            (Some(Piece::Run { set, .. }), Some(next)) => set.holds(*next) || is_word(*next) || *next == MASK,
            (_, Some(next)) => is_word(*next) || *next == MASK,
        };
        if goes_on { Err(at) } else { Ok(Fit { secret_start, secret_end, end: at }) }
    }
}

/// Where one string ends and the next one begins that is joined to it: `"+"`, `".concat("`, and in a list that is joined `","`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Joint {
    pub(super) from: usize,
    pub(super) to: usize,
    is_of_list: bool,
}

/// Joints of one key.
const MAX_JOINTS: usize = 4;
/// Octets between two strings that are joined.
pub(super) const MAX_JOINT: usize = 64;

/// Where a shape fits the text at `start`, and where strings are joined in it. Where it fits only up to the end of a string, and
/// another string is joined to that, it is read on there.
/// With `reads_on`, so is what fits without.
pub(super) fn fit_at(shape: &Shape, text: &[u8], start: usize, reads_on: bool) -> Option<(Fit, Vec<Joint>)> {
    let most = shape.length(0..shape.pieces.len()).end + 1;
    let mut joints: Vec<Joint> = Vec::new();
    let mut read: Cow<'_, [u8]> = Cow::Borrowed(text.get(start..text.len().min(start + most))?);
    loop {
        match shape.fit(&read) {
            Ok(fit) => {
                if reads_on
                    && joints.len() < MAX_JOINTS
                    && let Some((longer, joint)) =
                        read_on(shape, text, &read, fit.end, place(start, fit.end, &joints))
                {
                    read = longer.into();
                    joints.push(joint);
                    continue;
                }
                let end = place(start, fit.end, &joints);
                let is_list = joints.iter().any(|joint| joint.is_of_list);
                return (!is_list || is_joined_list(text, end)).then_some((fit, joints));
            }
            Err(_) if joints.len() == MAX_JOINTS => return None,
            Err(kept) => {
                let joint = joint(text, place(start, kept, &joints))?;
                if joint.is_of_list && joints.is_empty() && !is_list_joined(text, joint.to, most) {
                    return None;
                }
                let more = text.get(joint.to..text.len().min(joint.to + most.saturating_sub(kept)))?;
                read = [read.get(..kept)?, more].concat().into();
                joints.push(joint);
            }
        }
    }
}

/// A key that is long enough already goes on where its string is joined to one that fits, too: what was read with that one.
fn read_on(shape: &Shape, text: &[u8], read: &[u8], kept: usize, at: usize) -> Option<(Vec<u8>, Joint)> {
    let joint = joint(text, at).filter(|joint| !joint.is_of_list)?;
    let most = shape.length(0..shape.pieces.len()).end + 1;
    let more = text.get(joint.to..text.len().min(joint.to + most.saturating_sub(kept)))?;
    let longer = [read.get(..kept)?, more].concat();
    shape.fit(&longer).is_ok_and(|fit| fit.end > kept).then_some((longer, joint))
}

/// Where in the text an offset into what was read lies.
pub(super) fn place(start: usize, offset: usize, joints: &[Joint]) -> usize {
    joints
        .iter()
        .fold(start + offset, |at, joint| if at > joint.from { at + joint.to - joint.from } else { at })
}

/// Whether the string that ends at `at` is joined to another one.
pub(super) fn is_joined(text: &[u8], at: usize) -> bool {
    joint(text, at).is_some()
}

/// Whether it begins and ends a string.
pub(super) const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn joint(text: &[u8], at: usize) -> Option<Joint> {
    if !is_quote(*text.get(at)?) {
        return None;
    }
    let window = text.get(at..text.len().min(at + MAX_JOINT))?;
    let rest = window.get(1..)?.trim_ascii_start();
    let (is_of_list, rest) = if let Some(rest) = rest.strip_prefix(b",") {
        (true, rest)
    } else {
        (false, rest.strip_prefix(b"+").or_else(|| rest.strip_prefix(b".concat("))?)
    };
    let (next, rest) = rest.trim_ascii_start().split_first()?;
    is_quote(*next).then(|| Joint { from: at, to: at + window.len() - rest.len(), is_of_list })
}

/// Whether the list may be joined in which a string of a key of that many characters begins at `at`: no key holds a bracket, so the
/// next one closes the list.
fn is_list_joined(text: &[u8], at: usize, most: usize) -> bool {
    let rest = text.get(at..text.len().min(at + most + MAX_JOINTS * MAX_JOINT)).unwrap_or_default();
    let Some(close) = memchr::memchr(b']', rest) else { return false };
    let behind = text.get(at + close + 1..text.len().min(at + close + MAX_JOINT)).unwrap_or_default();
    behind.trim_ascii_start().starts_with(b".join(")
}

/// Whether the list whose last string ends at `end` is joined with nothing between: `"].join("")`.
fn is_joined_list(text: &[u8], end: usize) -> bool {
    let rest = text.get(end..text.len().min(end + MAX_JOINT)).unwrap_or_default();
    let Some((quote, rest)) = rest.split_first() else { return false };
    let rest = rest.trim_ascii_start().strip_prefix(b"]").unwrap_or_default();
    is_quote(*quote)
        && ["\"\"", "''", "``"].iter().any(|empty| {
            rest.trim_ascii_start()
                .strip_prefix(b".join(")
                .is_some_and(|rest| rest.trim_ascii_start().starts_with(empty.as_bytes()))
        })
}
