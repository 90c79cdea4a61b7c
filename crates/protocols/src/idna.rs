//! Names outside ASCII (IDNA), as far as that goes without Unicode's tables.
//!
//! UTS #46 maps what people type, `BÜCHER.DE` in any form of ü, to what is registered. Its tables weigh 56 KB gzip, and every
//! host has them already: the edge in its URL parser, the command line in ICU4X. So a host hands its own mapping to the
//! parser of domains, and this is built without
//! (`idna_adapter` 1.0, the back end without tables that the crate `idna` offers for this). What stands in records and pages
//! is read here, the same natively and in WebAssembly: names of letters that are their own normal form.
//!
//! ```
//! use launch_ready_protocols::idna;
//!
//! assert_eq!(idna::to_ascii("bücher.example").as_deref(), Some("xn--bcher-kva.example"));
//! assert_eq!(idna::to_unicode("xn--bcher-kva.example"), "bücher.example");
//! ```

use std::ops::RangeInclusive;

use idna::punycode;

/// The ASCII form of a name that [is plain](self) but for capital letters; `None` for any other.
#[must_use]
pub fn to_ascii(host: &str) -> Option<String> {
    let host: String = host.chars().map(small).collect();
    let plain = |c: char| c.is_ascii() || PLAIN.iter().any(|range| range.contains(&c));
    if host.chars().all(plain) { encode(&host) } else { None }
}

/// The small letter of the capital ones whose places in Unicode tell.
fn small(c: char) -> char {
    let by = |distance: u32| char::from_u32(u32::from(c) + distance).unwrap_or(c);
    match c {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' => by(32),
        'Ѐ'..='Џ' => by(80),
        _ => c,
    }
}

/// The ASCII form of a name that a UTS #46 mapping has been through: each label by itself as Punycode (RFC 3492). `None`
/// where the mapping has marked a character as disallowed.
#[must_use]
pub fn encode(mapped: &str) -> Option<String> {
    if mapped.contains('\u{fffd}') {
        return None;
    }
    let labels: Option<Vec<String>> = mapped
        .split(['.', '\u{3002}'])
        .map(|label| {
            if label.is_ascii() {
                Some(label.to_owned())
            } else {
                Some(format!("{ACE}{}", punycode::encode_str(label)?))
            }
        })
        .collect();
    Some(labels?.join("."))
}

/// The name as people write it; labels that cannot be shown safely stay in ASCII.
#[must_use]
pub fn to_unicode(ascii: &str) -> String {
    let labels: Vec<String> =
        ascii.split('.').map(|label| decoded(label).unwrap_or_else(|| label.to_owned())).collect();
    labels.join(".")
}

/// Whether a label that claims to be Punycode is.
pub fn is_encoded(label: &str) -> bool {
    label.strip_prefix(ACE).and_then(punycode::decode_to_string).is_some_and(|text| {
        !text.is_ascii() && punycode::encode_str(&text).as_deref() == label.get(ACE.len()..)
    })
}

fn decoded(label: &str) -> Option<String> {
    let text = punycode::decode_to_string(label.strip_prefix(ACE)?)?;
    // Blanks, marks of direction and other things that are not seen lie outside of these.
    let shown = |c: char| c.is_alphabetic() || c.is_ascii_digit() || c == '-' || SIGNS.contains(&c);
    (text.chars().all(shown) && is_encoded(label)).then_some(text)
}

/// RFC 5890 section 2.3.2.1.
const ACE: &str = "xn--";

/// Small letters that no mapping and no normal form of Unicode changes: Latin, Greek, Cyrillic, Hebrew, Arabic, kana, Han,
/// Hangul.
const PLAIN: &[RangeInclusive<char>] = &[
    'ß'..='ö',
    'ø'..='ı',
    'ĵ'..='ľ',
    'ł'..='ň',
    'ŋ'..='ž',
    'ά'..='ώ',
    'а'..='џ',
    'א'..='ת',
    'ء'..='غ',
    'ف'..='ي',
    '\u{3002}'..='\u{3002}',
    'ぁ'..='ゖ',
    'ァ'..='ヺ',
    'ー'..='ー',
    '一'..='\u{9fff}',
    '가'..='힣',
];

/// The scripts of South and South-East Asia, whose vowel signs and viramas are no letters to Unicode.
const SIGNS: RangeInclusive<char> = '\u{900}'..='\u{109f}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_need_no_tables() {
        for (typed, ascii) in [
            ("bücher.de", "xn--bcher-kva.de"),
            ("BÜCHER.de", "xn--bcher-kva.de"),
            ("ПРИМЕР.РФ", "xn--e1afmkfd.xn--p1ai"),
            ("straße.de", "xn--strae-oqa.de"),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("مثال.com", "xn--mgbh0fb.com"),
            ("παράδειγμα.gr", "xn--hxajbheg2az3al.gr"),
        ] {
            assert_eq!(to_ascii(typed).as_deref(), Some(ascii), "{typed}");
        }
        assert_eq!(to_unicode("xn--bcher-kva.de"), "bücher.de");
        assert_eq!(to_unicode("xn--e1afmkfd.xn--p1ai"), "пример.рф");
        assert_eq!(to_unicode("xn--i1b6b1a6a2e.com"), "संगठन.com");
    }

    #[test]
    fn what_a_mapping_would_change_is_left_to_one() {
        for typed in
            ["bu\u{308}cher.de", "１２７.de", "ﬁx.de", "x²", "ŀl.cat", "i❤.ws", "a\u{200d}b.com", "ａ.com"]
        {
            assert_eq!(to_ascii(typed), None, "{typed}");
        }
        assert_eq!(encode("a\u{fffd}"), None);
    }

    #[test]
    fn only_what_can_be_seen_is_shown() {
        for label in ["xn--a-ecp", "xn--", "xn--99999999999", "xn--zz\u{fffd}", "xn--a-b7t.com", "plain"] {
            assert_eq!(to_unicode(label), label);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_what_is_encoded_reads_back(text in "\\PC{0,20}", plain in "[a-zäöüßа-я가-힣]{1,20}") {
            let _ = (to_ascii(&text), to_unicode(&text), encode(&text));
            if let Some(ascii) = to_ascii(&plain) {
                proptest::prop_assert_eq!(to_unicode(&ascii), plain);
            }
        }
    }
}
