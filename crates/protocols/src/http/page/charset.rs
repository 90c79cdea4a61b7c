//! The encoding of a page, as browsers find it out (HTML standard, "determining the character encoding"): a byte order mark,
//! then `Content-Type`, then a `<meta>` near the beginning. What declares nothing is read as UTF-8.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

/// Octets at the beginning of a page in which its own declaration is looked for (HTML standard, "prescan a byte stream").
const PRESCANNED: usize = 1024;

/// `bytes` in UTF-8, without a byte order mark.
pub(super) fn in_utf8<'b>(bytes: &'b [u8], content_type: Option<&str>) -> Cow<'b, [u8]> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decoded(bytes.get(mark..).unwrap_or_default(), encoding);
    }
    let declared = content_type.and_then(parameter).and_then(|label| Encoding::for_label(label.as_bytes()));
    decoded(bytes, declared.or_else(|| in_page(bytes)).unwrap_or(UTF_8))
}

fn decoded<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Cow<'b, [u8]> {
    if encoding == UTF_8 {
        return Cow::Borrowed(bytes);
    }
    match encoding.decode_without_bom_handling(bytes).0 {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// The value of `charset` in a media type.
fn parameter(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The encoding that a `<meta>` near the beginning names. A page in which that can be read is in none of two octets a character.
fn in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..PRESCANNED).unwrap_or(bytes).to_ascii_lowercase();
    let text = String::from_utf8_lossy(&start);
    let label = text.split("<meta").skip(1).find_map(|rest| {
        let tag = rest.split('>').next()?;
        let value = tag.split("charset").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
        let value = value.trim_start_matches(['"', '\'']);
        value.split(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | ';' | '/')).next()
    })?;
    Encoding::for_label(label.as_bytes()).map(Encoding::output_encoding)
}
