//! Rows of characters of keys: many octets are compared at once, and what is no row is passed over.

use super::shape::Set;
use super::words::MASK;

/// Characters of keys that stand in one row, at least.
pub(super) const RUN: usize = 15;
/// Characters of keys that stand in rows: of base64 in either alphabet without its padding, and the mask.
pub(super) const ROW: Set = Set::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_~");
/// Octets of which a word of bits says which are held.
const BLOCK: usize = 64;

/// The rows of a text that have at least [`RUN`] characters, each whole, in their order.
#[derive(Debug)]
pub(super) struct Rows<'t> {
    text: &'t [u8],
    /// Where the next block begins.
    next: usize,
    /// A bit for each octet of the block before it that is held; lowest first.
    held: u64,
    /// A bit for each octet of it with which [`RUN`] held ones begin, of which no row was given yet.
    long: u64,
    /// Octets right before the next block that are held.
    before: usize,
}

impl<'t> Rows<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, next: 0, held: 0, long: 0, before: 0 }
    }

    /// The next block; the last one is filled up with what is no key.
    fn block(&self) -> Option<u64> {
        let rest = self.text.get(self.next..)?;
        if let Some(block) = rest.first_chunk::<BLOCK>() {
            return Some(held(block));
        }
        let mut block = [0; BLOCK];
        for (to, from) in block.iter_mut().zip(rest) {
            *to = *from;
        }
        // One block behind the text ends what reaches its end.
        Some(held(&block))
    }
}

impl Iterator for Rows<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        if self.long != 0 {
            let start = self.long.trailing_zeros();
            let end = start + (self.held >> start).trailing_ones();
            if (end as usize) < BLOCK {
                self.long &= u64::MAX << end;
                let block = self.next - BLOCK;
                return Some((block + start as usize, block + end as usize));
            }
            // It goes on.
            self.long = 0;
        }
        while let Some(held) = self.block() {
            let block = self.next;
            self.next += BLOCK;
            let going_on = held.trailing_ones() as usize;
            if going_on == BLOCK {
                self.before += BLOCK;
                continue;
            }
            let two = held & held >> 1;
            let four = two & two >> 2;
            let eight = four & four >> 4;
            let long = eight & eight >> (RUN - 8);
            let before = std::mem::replace(&mut self.before, held.leading_ones() as usize);
            if before + going_on >= RUN {
                // The row that began before the block, or with it.
                (self.held, self.long) = (held, long & u64::MAX << going_on);
                return Some((block - before, block + going_on));
            }
            if long != 0 {
                (self.held, self.long) = (held, long);
                return self.next();
            }
        }
        None
    }
}

/// Which octets [`ROW`] holds, eight at once in one register, which every processor and WebAssembly can.
#[inline]
fn held(block: &[u8; BLOCK]) -> u64 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// The same octet eight times.
    const fn each(byte: u8) -> u64 {
        byte as u64 * 0x0101_0101_0101_0101
    }
    let mut bits = 0;
    let (words, _) = block.as_chunks::<8>();
    for word in words.iter().rev() {
        let word = u64::from_le_bytes(*word);
        let plain = word & !HIGH;
        // Adding what is missing up to 128 sets the highest bit of each octet that is at least so much.
        let lower = plain | each(b' ');
        let letter = (lower + each(0x80 - b'a')) & !(lower + each(0x7f - b'z'));
        let digit_or_slash = (plain + each(0x80 - b'/')) & !(plain + each(0x7f - b'9'));
        // And 127 sets it in each that is not zero.
        let differs = |byte: u8| (plain ^ each(byte)) + each(0x7f);
        let no_sign = differs(b'+') & differs(b'-') & differs(b'_') & differs(MASK);
        let held = (letter | digit_or_slash | !no_sign) & !word & HIGH;
        // Brings the eight highest bits together, in their order.
        bits = bits << 8 | (held >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rows, looked for one octet at a time.
    fn looked_for(text: &[u8]) -> Vec<(usize, usize)> {
        let (mut rows, mut at) = (Vec::new(), 0);
        while at < text.len() {
            let length = text[at..].iter().take_while(|byte| ROW.holds(**byte)).count();
            rows.extend((length >= RUN).then_some((at, at + length)));
            at += length.max(1);
        }
        rows
    }

    #[test]
    fn every_character_of_a_row_is_held_and_nothing_else() {
        for byte in 0..=u8::MAX {
            for place in 0..BLOCK {
                let mut block = [b' '; BLOCK];
                block[place] = byte;
                assert_eq!(held(&block), u64::from(ROW.holds(byte)) << place, "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn rows_are_given_whole_wherever_they_begin_and_end() {
        for start in 0..70 {
            for length in 0..200 {
                for behind in [0, 1, 70] {
                    let text = [vec![b'.'; start], vec![b'a'; length], vec![b'.'; behind]].concat();
                    let rows: Vec<_> = Rows::new(&text).collect();
                    assert_eq!(rows, looked_for(&text), "{start} {length} {behind}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn rows_are_those_that_are_there(text in "([a-zA-Z0-9+/~_-]{0,40}[ .^\u{7f}é]{0,3}){0,12}") {
            let rows: Vec<_> = Rows::new(text.as_bytes()).collect();
            prop_assert_eq!(rows, looked_for(text.as_bytes()));
        }
    }
}
