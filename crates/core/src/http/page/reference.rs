//! Character references: `&amp;`, `&#38;`, `&#x26;` (HTML Living Standard, sections 13.2.5.72 to 80 and 13.5, read 2026-11).
//!
//! Of the named ones those of HTML 4 that stand in titles and addresses, every one that browsers take without its semicolon,
//! and those of ASCII, behind which an address could hide. The others of the 2231 stay as they are written.

/// Where a reference stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Attribute,
    Text,
}

/// The reference at the beginning of `text`, which begins with an ampersand: how long it is, and what it stands for. `None`
/// where it is none.
pub(super) fn read(text: &[u8], place: Place) -> Option<(usize, String)> {
    match text {
        [_, b'#', b'x' | b'X', rest @ ..] => number(rest, 16, 3),
        [_, b'#', rest @ ..] => number(rest, 10, 2),
        [_, rest @ ..] => named(rest, place),
        [] => None,
    }
}

fn number(rest: &[u8], radix: u32, prefix: usize) -> Option<(usize, String)> {
    let digits = rest.iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
    if digits == 0 {
        return None;
    }
    let code = rest.iter().take(digits).filter_map(|byte| char::from(*byte).to_digit(radix));
    let code = code.fold(0u32, |code, digit| code.saturating_mul(radix).saturating_add(digit));
    let semicolon = usize::from(rest.get(digits) == Some(&b';'));
    Some((prefix + digits + semicolon, character(code).to_string()))
}

/// "Numeric character reference end state".
fn character(code: u32) -> char {
    let windows = usize::try_from(code).ok().and_then(|code| WINDOWS_1252.get(code.checked_sub(0x80)?));
    match windows {
        Some('\0') | None => char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{fffd}'),
        Some(meant) => *meant,
    }
}

fn named(rest: &[u8], place: Place) -> Option<(usize, String)> {
    let length = rest.iter().take(LONGEST + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = std::str::from_utf8(rest.get(..length)?).ok()?;
    if rest.get(length) == Some(&b';')
        && let Some(text) =
            bare(name).or_else(|| SPELT.iter().find(|(known, _)| *known == name).map(|(_, c)| *c))
    {
        return Some((length + 2, text.to_string()));
    }
    let (length, text) = (2..=length).rev().find_map(|length| Some((length, bare(name.get(..length)?)?)))?;
    let goes_on = rest.get(length).is_some_and(|byte| *byte == b'=' || byte.is_ascii_alphanumeric());
    // `?a=1&copy=2` is an address.
    (place == Place::Text || !goes_on).then(|| (length + 1, text.to_string()))
}

/// The character of a name that needs no semicolon.
fn bare(name: &str) -> Option<char> {
    let spelt = BARE.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    spelt.or_else(|| {
        let place = LATIN_1.split(' ').position(|known| known == name)?;
        char::from_u32(0xa0 + u32::try_from(place).ok()?)
    })
}

/// Octets of the longest name here.
const LONGEST: usize = 8;

/// Names that need no semicolon.
const BARE: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("AMP", '&'),
    ("LT", '<'),
    ("GT", '>'),
    ("QUOT", '"'),
    ("COPY", '©'),
    ("REG", '®'),
];

/// The others that need none: U+00A0 to U+00FF in their order.
const LATIN_1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// Names with a semicolon.
const SPELT: &[(&str, char)] = &[
    ("apos", '\''),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("equals", '='),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("grave", '`'),
    ("lcub", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("rcub", '}'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("Yuml", 'Ÿ'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("dagger", '†'),
    ("bull", '•'),
    ("hellip", '…'),
    ("permil", '‰'),
    ("prime", '′'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("euro", '€'),
    ("trade", '™'),
    ("larr", '←'),
    ("rarr", '→'),
    ("minus", '−'),
];

/// U+0080 to U+009F as browsers read them: Windows-1252, zero where that has no character.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];
