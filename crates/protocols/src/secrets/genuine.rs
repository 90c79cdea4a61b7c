//! Whether something may be a key, and not what stands for one in examples.

use memchr::memmem;

use super::words::MASK;

pub(super) fn is_masked(body: &[u8]) -> bool {
    !body.is_empty() && body.iter().all(|byte| *byte == MASK)
}

/// Whether this may be a key and not something that stands for one: masked by us, or free of what people write in
/// examples.
pub(super) fn genuine(body: &[u8]) -> bool {
    if is_masked(body) {
        return true;
    }
    let lower = body.to_ascii_lowercase();
    let repeats = lower.windows(6).any(|window| window.iter().all(|byte| *byte == window[0]));
    !body.contains(&MASK)
        && !repeats
        && !counts(&lower)
        && !PLACEHOLDERS.iter().any(|word| memmem::find(&lower, word.as_bytes()).is_some())
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
pub(super) fn entropy(text: &[u8]) -> f32 {
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

/// Whether the last six characters, of base 62, are the CRC-32 of those before them.
pub(super) fn checksum_holds(body: &[u8]) -> bool {
    let Some((random, checksum)) = body.split_at_checked(body.len().saturating_sub(6)) else { return false };
    let mut rest = crc32(random);
    checksum.iter().rev().all(|byte| {
        let digit = BASE62[(rest % 62) as usize];
        rest /= 62;
        digit == *byte
    }) && rest == 0
}

/// CRC-32 of ISO 3309, bit by bit: thirty octets now and then.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
            },
        )
    })
}

/// Bits per character below which nothing was drawn at random: sixteen random hexadecimal digits have about 3.
const MIN_ENTROPY: f32 = 2.5;
pub(super) const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
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
