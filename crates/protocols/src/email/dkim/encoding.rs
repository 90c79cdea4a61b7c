//! Base64 as verifiers read it in keys: blanks anywhere, padding or none, stray last bits ignored.

/// The bytes that `text` stands for; `None` if it is not base64.
///
/// `base64string = ALPHADIGITPS *([FWS] ALPHADIGITPS) [ [FWS] "=" [ [FWS] "=" ] ]`
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    let mut bytes = Vec::with_capacity(text.len().div_ceil(4) * 3);
    let rest = blocks(text, &mut bytes);
    if rest.iter().any(u8::is_ascii_whitespace) {
        let dense: Vec<u8> = rest.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        end(blocks(&dense, &mut bytes), &mut bytes)?;
    } else {
        end(rest, &mut bytes)?;
    }
    Some(bytes)
}

/// Decodes eight characters at a time as long as they are all of the alphabet; gives what is left.
fn blocks<'t>(text: &'t [u8], bytes: &mut Vec<u8>) -> &'t [u8] {
    let start = bytes.len();
    bytes.resize(start + text.len() / CHARACTERS * OCTETS, 0);
    let room = bytes.get_mut(start..).unwrap_or_default();
    let mut done = 0;
    for (block, room) in text.chunks_exact(CHARACTERS).zip(room.chunks_exact_mut(OCTETS)) {
        // Half the shifts: what stands first in a pair is looked up where it belongs.
        let (mut bits, mut all) = (0u64, 0u16);
        let (pairs, _) = block.as_chunks();
        for &[first, second] in pairs {
            let pair = FIRST[first as usize] | SECOND[second as usize];
            bits = bits << 12 | u64::from(pair);
            all |= pair;
        }
        if all & ODD != 0 {
            break;
        }
        let [_, _, octets @ ..] = bits.to_be_bytes();
        room.copy_from_slice(&octets);
        done += 1;
    }
    bytes.truncate(start + done * OCTETS);
    text.get(done * CHARACTERS..).unwrap_or_default()
}

/// Decodes what is left, character by character, with the padding.
fn end(text: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
    let (text, _) = text.split_at_checked(text.len() - padding)?;
    let odd = text.len() % 4;
    // One character is less than a byte; padding fills up to four, where there is something to fill.
    if odd == 1 || (padding > 0 && (odd == 0 || odd + padding > 4)) {
        return None;
    }
    for group in text.chunks(4) {
        let mut bits = 0u32;
        for &character in group {
            let value = value(character);
            if value == ODD {
                return None;
            }
            bits = bits << 6 | u32::from(value);
        }
        let [_, octets @ ..] = (bits << (6 * (4 - group.len()))).to_be_bytes();
        bytes.extend(octets.iter().take(group.len() * 3 / 4));
    }
    Some(())
}

/// What a character stands for; [`ODD`] if it is not of the alphabet.
const fn value(character: u8) -> u16 {
    SECOND[character as usize]
}

/// The values of the first characters of pairs, six bits higher than those of the second ones.
const FIRST: [u16; 256] = values(6);
const SECOND: [u16; 256] = values(0);

const fn values(shift: u8) -> [u16; 256] {
    let mut values = [ODD; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < alphabet.len() {
        values[alphabet[value] as usize] = (value as u16) << shift;
        value += 1;
    }
    values
}

/// What no value has a bit of.
const ODD: u16 = 1 << 15;

/// How many characters are decoded at a time, and to how many octets.
const CHARACTERS: usize = 8;
const OCTETS: usize = 6;

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::alphabet::STANDARD;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    use proptest::prelude::*;

    use super::*;

    /// The same rules, as somebody else has written them.
    const OTHER: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );

    fn other(text: &str) -> Option<Vec<u8>> {
        OTHER.decode(text.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>()).ok()
    }

    #[test]
    fn padding_is_optional_and_never_too_much() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("YQ==", Some(b"a")),
            ("YQ=", Some(b"a")),
            ("YQ", Some(b"a")),
            ("YR", Some(b"a")),
            ("YWI=", Some(b"ab")),
            ("YWJj", Some(b"abc")),
            (" Y W\tJ\r\nj ", Some(b"abc")),
            ("YWJjZGVmZ2hp amtsbW5vcA = =", Some(b"abcdefghijklmnop")),
            ("Y", None),
            ("=", None),
            ("YWJj=", None),
            ("YQ===", None),
            ("YQ==YQ==", None),
            ("YWI==", None),
            ("YWJjZGVmZ2hpamts\u{e9}", None),
            ("YWJj-_", None),
        ] {
            assert_eq!(decode(text).as_deref(), bytes, "{text:?}");
            assert_eq!(other(text).as_deref(), bytes, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(decode(&OTHER.encode(&bytes)), Some(bytes));
        }

        #[test]
        fn any_text_is_read_as_others_read_it(text in "[A-Za-z0-9+/]{0,40}[A-Za-z0-9+/ =\t\n_é-]{0,12}[A-Za-z0-9+/ ]{0,20}={0,3}") {
            prop_assert_eq!(decode(&text), other(&text));
        }
    }
}
