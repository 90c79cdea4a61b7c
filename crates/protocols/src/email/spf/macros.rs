//! Macro strings: names and explanations that depend on the message.
//! [RFC 7208, 7](https://www.rfc-editor.org/rfc/rfc7208#section-7)

use std::fmt;

/// `macro-string = *( macro-expand / macro-literal )`, known to be well formed.
///
/// *Display*: as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MacroString<'t> {
    text: &'t str,
    has_macros: bool,
}

impl<'t> MacroString<'t> {
    /// Reads the text of an explanation, which may also hold spaces and the letters `c`, `r` and `t`:
    /// `explain-string = *( macro-string / SP )`.
    ///
    /// # Errors
    ///
    /// Where the text is not well formed; receivers then fall back to their own explanation.
    pub fn explanation(text: &'t str) -> Result<Self, MacroFault> {
        Self::read(text, true, true).map(|(string, _)| string)
    }

    /// Reads the value of a modifier that nobody knows.
    pub(crate) fn value(text: &'t str) -> Result<Self, MacroFault> {
        Self::read(text, false, true).map(|(string, _)| string)
    }

    /// A text that is known to hold no percent sign, and nothing that may not stand in a name.
    pub(crate) const fn literal(text: &'t str) -> Self {
        Self { text, has_macros: false }
    }

    /// Reads the macros of a domain-spec, and says where the last of them ends.
    pub(crate) fn domain(text: &'t str) -> Result<(Self, usize), MacroFault> {
        Self::read(text, false, false)
    }

    fn read(text: &'t str, spaces: bool, explaining: bool) -> Result<(Self, usize), MacroFault> {
        let bytes = text.as_bytes();
        // Most names hold letters, digits, dots and hyphens only.
        let mut at = bytes.iter().take_while(|byte| is_plain(**byte)).count();
        let mut macro_end = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'%' => {
                    let (part, end) = expand(text, at)?;
                    if let Part::Expand(expansion) = part
                        && expansion.letter.is_for_explanations()
                        && !explaining
                    {
                        return Err(MacroFault { at, why: MacroFaultKind::LetterOnlyInExplanation });
                    }
                    at = end;
                    macro_end = end;
                }
                b' ' if spaces => at += 1,
                0x21..=0x7e => at += 1,
                _ => return Err(MacroFault { at, why: MacroFaultKind::Character }),
            }
        }
        Ok((Self { text, has_macros: macro_end > 0 }, macro_end))
    }

    /// The text as written.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// Whether anything in it needs expanding.
    #[must_use]
    pub const fn has_macros(&self) -> bool {
        self.has_macros
    }

    /// What it is made of, in order.
    #[must_use]
    pub const fn parts(&self) -> Parts<'t> {
        Parts { text: self.text, at: 0 }
    }
}

impl fmt::Display for MacroString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// The parts of a [`MacroString`]; made by [`MacroString::parts`].
#[derive(Debug, Clone)]
pub struct Parts<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Parts<'t> {
    type Item = Part<'t>;

    fn next(&mut self) -> Option<Part<'t>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        if rest.starts_with('%')
            && let Ok((part, end)) = expand(self.text, self.at)
        {
            self.at = end;
            return Some(part);
        }
        let length = rest.find('%').filter(|&length| length > 0).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).map(Part::Literal)
    }
}

/// One part of a macro string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// `"%{" macro-letter transformers *delimiter "}"`
    Expand(Expansion<'t>),
    /// `macro-literal = %x21-24 / %x26-7E`
    Literal(&'t str),
    /// `%%`, a percent sign.
    Percent,
    /// `%_`, a space.
    Space,
    /// `%-`, a space as a URL writes it: `%20`.
    UrlSpace,
}

/// What `%{…}` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expansion<'t> {
    /// The value.
    pub letter: Letter,
    /// An upper-case letter: everything but unreserved characters is percent-encoded.
    pub escape: bool,
    /// How many parts are kept, counted from the right; never zero.
    pub keep: Option<u32>,
    /// `r`: the parts are put in reverse order first.
    pub reverse: bool,
    /// `delimiter = "." / "-" / "+" / "," / "/" / "_" / "="`; the value is split at `.` where empty.
    pub delimiters: &'t str,
}

/// `macro-letter = "s" / "l" / "o" / "d" / "i" / "p" / "h" / "c" / "r" / "t" / "v"`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Letter {
    /// `c`: the sender's address in readable form; explanations only.
    ReadableIp,
    /// `d`: the current domain.
    Domain,
    /// `h`: the HELO name.
    Helo,
    /// `i`: the sender's address, dotted.
    Ip,
    /// `l`: the local part of the sender.
    LocalPart,
    /// `o`: the domain of the sender.
    SenderDomain,
    /// `p`: the validated host name of the sender; discouraged.
    HostName,
    /// `r`: the name of the receiving host; explanations only.
    Receiver,
    /// `s`: the sender.
    Sender,
    /// `t`: the time; explanations only.
    Time,
    /// `v`: `in-addr` or `ip6`.
    Family,
}

impl Letter {
    /// Whether the letter means something in the text of an explanation only.
    #[must_use]
    pub const fn is_for_explanations(self) -> bool {
        matches!(self, Self::ReadableIp | Self::Receiver | Self::Time)
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte.to_ascii_lowercase() {
            b'c' => Self::ReadableIp,
            b'd' => Self::Domain,
            b'h' => Self::Helo,
            b'i' => Self::Ip,
            b'l' => Self::LocalPart,
            b'o' => Self::SenderDomain,
            b'p' => Self::HostName,
            b'r' => Self::Receiver,
            b's' => Self::Sender,
            b't' => Self::Time,
            b'v' => Self::Family,
            _ => return None,
        })
    }
}

/// Why a text is no macro string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MacroFault {
    /// Offset of what is wrong: the percent sign, or the character.
    pub at: usize,
    /// What is wrong there.
    pub why: MacroFaultKind,
}

/// What is wrong with a macro.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MacroFaultKind {
    /// A character that may not stand here.
    Character,
    /// `%{` with a letter that means nothing.
    Letter,
    /// `c`, `r` or `t` outside the text of an explanation.
    LetterOnlyInExplanation,
    /// A percent sign that begins nothing.
    Percent,
    /// No closing brace, or something else before it.
    Unclosed,
    /// Zero parts to keep.
    ZeroParts,
}

/// Reads `macro-expand` at the percent sign at `at`; gives it and the offset behind it.
fn expand(text: &str, at: usize) -> Result<(Part<'_>, usize), MacroFault> {
    let bytes = text.as_bytes();
    let fault = |why| MacroFault { at, why };
    let part = match bytes.get(at + 1) {
        Some(b'%') => Part::Percent,
        Some(b'_') => Part::Space,
        Some(b'-') => Part::UrlSpace,
        Some(b'{') => return expand_letter(text, at),
        _ => return Err(fault(MacroFaultKind::Percent)),
    };
    Ok((part, at + 2))
}

fn expand_letter(text: &str, at: usize) -> Result<(Part<'_>, usize), MacroFault> {
    let bytes = text.as_bytes();
    let fault = |why| MacroFault { at, why };
    let byte = *bytes.get(at + 2).ok_or(fault(MacroFaultKind::Unclosed))?;
    let letter = Letter::from_byte(byte).ok_or(fault(MacroFaultKind::Letter))?;

    // transformers = *DIGIT [ "r" ]
    let mut next = at + 3;
    let mut keep = None;
    while let Some(digit) = bytes.get(next).filter(|byte| byte.is_ascii_digit()) {
        keep = Some(keep.unwrap_or(0u32).saturating_mul(10).saturating_add(u32::from(digit - b'0')));
        next += 1;
    }
    if keep == Some(0) {
        return Err(fault(MacroFaultKind::ZeroParts));
    }
    let reverse = matches!(bytes.get(next), Some(b'r' | b'R'));
    next += usize::from(reverse);

    let delimiters_start = next;
    while let Some(b'.' | b'-' | b'+' | b',' | b'/' | b'_' | b'=') = bytes.get(next) {
        next += 1;
    }
    if bytes.get(next) != Some(&b'}') {
        return Err(fault(MacroFaultKind::Unclosed));
    }
    let delimiters = text.get(delimiters_start..next).unwrap_or_default();
    let escape = byte.is_ascii_uppercase();
    Ok((Part::Expand(Expansion { letter, escape, keep, reverse, delimiters }), next + 1))
}

/// Letters, digits, `.`, `-` and `_`: what names of hosts and of terms are made of.
pub(crate) const fn is_plain(byte: u8) -> bool {
    class(byte) != 0
}

/// One of [`LETTER`], [`DIGIT`], [`SIGN`] and [`DOT`]; zero if the byte is none of them.
pub(crate) const fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

/// A letter.
pub(crate) const LETTER: u8 = 1;
/// A digit.
pub(crate) const DIGIT: u8 = 1 << 1;
/// A hyphen or an underscore.
pub(crate) const SIGN: u8 = 1 << 2;
/// A dot.
pub(crate) const DOT: u8 = 1 << 3;

/// [`class`] for every byte; a look into a table is what makes reading names fast.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'-' | b'_' => SIGN,
            b'.' => DOT,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(letter: Letter) -> Expansion<'static> {
        Expansion { letter, escape: false, keep: None, reverse: false, delimiters: "" }
    }

    #[test]
    fn parts_come_in_order() {
        let string = MacroString::domain("%{ir}.%{v}._spf.%{d2}").unwrap().0;
        let parts: Vec<_> = string.parts().collect();
        assert_eq!(
            parts,
            [
                Part::Expand(Expansion { reverse: true, ..letter(Letter::Ip) }),
                Part::Literal("."),
                Part::Expand(letter(Letter::Family)),
                Part::Literal("._spf."),
                Part::Expand(Expansion { keep: Some(2), ..letter(Letter::Domain) }),
            ]
        );
    }

    #[test]
    fn an_upper_case_letter_asks_for_escapes() {
        let string = MacroString::value("%{L1R+-}").unwrap();
        let expected = Expansion {
            letter: Letter::LocalPart,
            escape: true,
            keep: Some(1),
            reverse: true,
            delimiters: "+-",
        };
        assert_eq!(string.parts().collect::<Vec<_>>(), [Part::Expand(expected)]);
    }

    #[test]
    fn percent_stands_for_itself_a_space_or_an_escaped_space() {
        let string = MacroString::explanation("a %%%_%- b").unwrap();
        let parts = [Part::Literal("a "), Part::Percent, Part::Space, Part::UrlSpace, Part::Literal(" b")];
        assert_eq!(string.parts().collect::<Vec<_>>(), parts);
    }

    #[test]
    fn letters_of_explanations_are_refused_in_names() {
        for text in ["%{c}", "%{r}", "%{T}"] {
            assert!(MacroString::explanation(text).is_ok(), "{text}");
            let fault = MacroString::domain(text).unwrap_err();
            assert_eq!(fault.why, MacroFaultKind::LetterOnlyInExplanation, "{text}");
        }
    }

    #[test]
    fn malformed_macros_say_what_is_wrong() {
        for (text, at, why) in [
            ("a%", 1, MacroFaultKind::Percent),
            ("%a", 0, MacroFaultKind::Percent),
            ("%(ir)", 0, MacroFaultKind::Percent),
            ("x%{", 1, MacroFaultKind::Unclosed),
            ("%{d", 0, MacroFaultKind::Unclosed),
            ("%{d!}", 0, MacroFaultKind::Unclosed),
            ("%{ir2}", 0, MacroFaultKind::Unclosed),
            ("%{q}", 0, MacroFaultKind::Letter),
            ("%{d0}", 0, MacroFaultKind::ZeroParts),
            ("%{d00r}", 0, MacroFaultKind::ZeroParts),
            ("a\tb", 1, MacroFaultKind::Character),
            ("é", 0, MacroFaultKind::Character),
        ] {
            assert_eq!(MacroString::explanation(text), Err(MacroFault { at, why }), "{text}");
        }
    }

    #[test]
    fn a_huge_number_of_parts_saturates() {
        let string = MacroString::value("%{d99999999999999999999}").unwrap();
        let expected = Expansion { keep: Some(u32::MAX), ..letter(Letter::Domain) };
        assert_eq!(string.parts().next(), Some(Part::Expand(expected)));
    }
}
