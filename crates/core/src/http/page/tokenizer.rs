//! Start tags, end tags and text of an HTML document, as the states of the HTML standard's tokenizer find them (HTML Living
//! Standard, section 13.2.5, read 2026-11). No tree, no errors, no comments: what nobody here looks at is passed over.
//!
//! `html5gum`, a kept tokenizer, did this before, and is what the tests compare every document with. In WebAssembly it
//! weighs ten times as much, a tenth of what the whole Worker may: half of that is the table of all 2231 names of
//! character references, which cannot be left out. [`reference`](super::reference) knows those that stand in addresses and titles.

use super::reference::{self, Place};

/// What the tokenizer finds, in the order of the document.
pub(super) trait Sink {
    /// A start tag or an end tag begins.
    fn begin_tag(&mut self, is_end: bool);
    /// A part of its name, in lower case.
    fn push_tag_name(&mut self, name: &[u8]);
    /// An attribute begins.
    fn begin_attribute(&mut self);
    /// A part of its name, in lower case.
    fn push_attribute_name(&mut self, name: &[u8]);
    /// A part of its value.
    fn push_attribute_value(&mut self, value: &[u8]);
    /// The tag is complete. A tag that is not, at the end of the document, is none.
    fn end_tag(&mut self);
    /// A part of the text between tags.
    fn push_text(&mut self, text: &[u8]);
    /// Whether the rest of the document is of no interest.
    fn has_enough(&self) -> bool;
}

/// Reads a document to its end, or until there is enough; whether it was that.
pub(super) fn tokenize(html: &[u8], sink: &mut dyn Sink) -> bool {
    let mut tokenizer = Tokenizer { html, at: 0, sink, open: Vec::new() };
    while tokenizer.at < html.len() && !tokenizer.sink.has_enough() {
        match content(&tokenizer.open) {
            Content::Markup => tokenizer.markup(),
            Content::Plain => tokenizer.text_until(html.len(), Text::Raw),
            Content::Script => tokenizer.script(),
            Content::Text => tokenizer.raw(Text::Referring),
            Content::Raw => tokenizer.raw(Text::Raw),
        }
    }
    tokenizer.sink.has_enough()
}

/// How what stands behind a start tag is read, by the tag's name.
fn content(name: &[u8]) -> Content {
    match name {
        b"textarea" | b"title" => Content::Text,
        b"plaintext" => Content::Plain,
        b"script" => Content::Script,
        // With scripts switched on, as visitors have them.
        b"style" | b"iframe" | b"xmp" | b"noembed" | b"noframes" | b"noscript" => Content::Raw,
        _ => Content::Markup,
    }
}

/// See [`content`].
#[derive(PartialEq, Eq)]
enum Content {
    Markup,
    /// Text with character references, up to its own end tag.
    Text,
    /// Text up to its own end tag.
    Raw,
    /// The same, but for what stands in a comment with a script of its own.
    Script,
    /// Text up to the end of the document.
    Plain,
}

/// How text is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    /// Between tags: character references are resolved, zero bytes stay.
    Markup,
    /// Character references are resolved.
    Referring,
    /// As it stands.
    Raw,
}

struct Tokenizer<'h, 's> {
    html: &'h [u8],
    at: usize,
    sink: &'s mut dyn Sink,
    /// The name of the start tag whose content is read, where that is not markup; empty otherwise.
    open: Vec<u8>,
}

impl<'h> Tokenizer<'h, '_> {
    fn rest(&self) -> &'h [u8] {
        self.html.get(self.at..).unwrap_or_default()
    }

    /// Where `wanted` comes next; the end where it does not.
    fn find(&self, wanted: impl Fn(u8) -> bool) -> usize {
        self.rest().iter().position(|byte| wanted(*byte)).map_or(self.html.len(), |found| self.at + found)
    }

    /// "Data state" up to the end of one tag.
    fn markup(&mut self) {
        self.text_until(self.find(|byte| byte == b'<'), Text::Markup);
        match *self.rest() {
            [] => {}
            [_, first, ..] if first.is_ascii_alphabetic() => self.tag(false),
            [_, b'/', first, ..] if first.is_ascii_alphabetic() => self.tag(true),
            [_, b'/', b'>', ..] => self.at += 3,
            [_, b'!', b'-', b'-', ..] => self.comment(),
            // A doctype ends at the first angle bracket, too, even within quotes.
            [_, b'!' | b'?' | b'/', _, ..] | [_, b'!' | b'?'] => self.at = self.find(|byte| byte == b'>') + 1,
            [_, b'/'] => self.text_until(self.html.len(), Text::Markup),
            _ => self.text_until(self.at + 1, Text::Markup),
        }
    }

    /// "RCDATA state" and "RAWTEXT state" up to their end tag.
    fn raw(&mut self, text: Text) {
        loop {
            self.text_until(self.find(|byte| byte == b'<'), text);
            if self.at >= self.html.len() || self.closes() {
                return;
            }
            self.text_until(self.at + 1, text);
        }
    }

    /// "Script data state" and those of its escapes: in a comment, a script may hold the end tag of another one.
    fn script(&mut self) {
        let (mut is_comment, mut is_inner) = (false, false);
        loop {
            self.text_until(self.find(|byte| byte == b'<' || is_comment && byte == b'-'), Text::Raw);
            let rest = self.rest();
            if rest.is_empty() || !is_inner && self.closes() {
                return;
            }
            let mut passed = 1;
            if is_comment && rest.starts_with(b"-->") {
                (passed, is_comment, is_inner) = (3, false, false);
            } else if !is_comment && rest.starts_with(b"<!--") {
                // Its dashes may be those of its end.
                (passed, is_comment) = (2, true);
            } else if is_comment && !is_inner && is_named(rest, b"<", b"script") {
                (passed, is_inner) = (7, true);
            } else if is_inner && is_named(rest, b"</", b"script") {
                (passed, is_inner) = (8, false);
            }
            self.text_until(self.at + passed, Text::Raw);
        }
    }

    /// Reads the end tag of what is open, if it stands here.
    fn closes(&mut self) -> bool {
        let closes = is_named(self.rest(), b"</", &self.open);
        if closes {
            self.tag(true);
        }
        closes
    }

    /// A tag, from its angle bracket on. Where it does not end, neither does it begin.
    fn tag(&mut self, is_end: bool) {
        self.at += if is_end { 2 } else { 1 };
        self.sink.begin_tag(is_end);
        self.open.clear();
        let name = self.until(is_name_end);
        lower(name, &mut |part| {
            self.sink.push_tag_name(part);
            if !is_end {
                let room = LONGEST.saturating_sub(self.open.len());
                self.open.extend_from_slice(part.get(..room).unwrap_or(part));
            }
        });
        loop {
            match *self.rest() {
                [] => return self.open.clear(),
                [b'>', ..] => break,
                [byte, ..] if is_blank(byte) || byte == b'/' => self.at += 1,
                _ => self.attribute(),
            }
        }
        self.at += 1;
        self.sink.end_tag();
        if content(&self.open) == Content::Markup {
            self.open.clear();
        }
    }

    /// "Attribute name state" and what follows, up to behind the value.
    fn attribute(&mut self) {
        self.sink.begin_attribute();
        // An equals sign at the beginning is part of the name.
        let start = self.at;
        self.at += 1;
        let _ = self.until(|byte| is_name_end(byte) || byte == b'=');
        let name = self.html.get(start..self.at).unwrap_or_default();
        lower(name, &mut |part| self.sink.push_attribute_name(part));
        let behind_name = self.at;
        self.at = self.find(|byte| !is_blank(byte));
        if self.rest().first() != Some(&b'=') {
            self.at = behind_name;
            return;
        }
        self.at += 1;
        self.at = self.find(|byte| !is_blank(byte));
        match self.rest().first() {
            Some(&quote @ (b'"' | b'\'')) => {
                self.at += 1;
                self.value_until(self.find(|byte| byte == quote));
                self.at += 1;
            }
            Some(b'>') | None => {}
            Some(_) => self.value_until(self.find(|byte| is_blank(byte) || byte == b'>')),
        }
        self.at = self.at.min(self.html.len());
    }

    /// A comment: "comment start state" to "comment end bang state".
    fn comment(&mut self) {
        self.at += 4;
        let rest = self.rest();
        let length = if rest.starts_with(b">") {
            Some(1)
        } else if rest.starts_with(b"->") {
            Some(2)
        } else {
            let end = |at: usize, end: &[u8]| {
                rest.get(at..).is_some_and(|rest| rest.starts_with(end)).then_some(at + end.len())
            };
            let dashes = rest.iter().enumerate().filter(|(_, byte)| **byte == b'-');
            dashes.into_iter().find_map(|(at, _)| end(at, b"-->").or_else(|| end(at, b"--!>")))
        };
        self.at = length.map_or(self.html.len(), |length| self.at + length);
    }

    fn until(&mut self, ends: impl Fn(u8) -> bool) -> &'h [u8] {
        let start = self.at;
        self.at = self.find(ends);
        self.html.get(start..self.at).unwrap_or_default()
    }

    fn text_until(&mut self, end: usize, text: Text) {
        let end = end.min(self.html.len());
        let read = self.html.get(self.at..end).unwrap_or_default();
        self.at = end;
        let refers = (text != Text::Raw).then_some(Place::Text);
        let sink = &mut *self.sink;
        decoded(read, self.html.get(end), refers, text != Text::Markup, &mut |part| sink.push_text(part));
    }

    fn value_until(&mut self, end: usize) {
        let read = self.html.get(self.at..end).unwrap_or_default();
        self.at = end;
        let sink = &mut *self.sink;
        let behind = self.html.get(end);
        decoded(read, behind, Some(Place::Attribute), true, &mut |part| sink.push_attribute_value(part));
    }
}

/// Hands on `read` in pieces: line ends as line feeds, zero bytes as replacement characters where they are replaced, and
/// character references resolved.
fn decoded(
    read: &[u8],
    behind: Option<&u8>,
    refers: Option<Place>,
    replaces_zero: bool,
    each: &mut dyn FnMut(&[u8]),
) {
    let mut at = 0;
    while let Some(rest) = read.get(at..).filter(|rest| !rest.is_empty()) {
        let plain =
            |byte: &u8| !(*byte == b'\r' || *byte == 0 && replaces_zero || *byte == b'&' && refers.is_some());
        let length = rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
        if length > 0 {
            each(&rest[..length]);
            at += length;
            continue;
        }
        at += match (rest, refers) {
            // The second half of a line end may lie behind what is read here, and is read next.
            ([b'\r', b'\n', ..], _) => 1,
            ([b'\r'], _) if behind == Some(&b'\n') => 1,
            ([b'\r', ..], _) => {
                each(b"\n");
                1
            }
            ([0, ..], _) => {
                each("\u{fffd}".as_bytes());
                1
            }
            (_, Some(place)) => match reference::read(rest, place) {
                Some((length, text)) => {
                    each(text.as_bytes());
                    length
                }
                None => {
                    each(b"&");
                    1
                }
            },
            _ => 1,
        };
    }
}

/// Hands on a name in lower case.
fn lower(name: &[u8], each: &mut dyn FnMut(&[u8])) {
    if !name.iter().any(|byte| byte.is_ascii_uppercase() || *byte == 0) {
        return each(name);
    }
    for byte in name {
        match byte {
            0 => each("\u{fffd}".as_bytes()),
            _ => each(&[byte.to_ascii_lowercase()]),
        }
    }
}

/// Whether `rest` begins with `start` and the tag name `name`, in upper or lower case.
fn is_named(rest: &[u8], start: &[u8], name: &[u8]) -> bool {
    let Some(rest) = rest.strip_prefix(start) else { return false };
    let Some((read, behind)) = rest.split_at_checked(name.len()) else { return false };
    read.eq_ignore_ascii_case(name) && behind.first().is_some_and(|byte| is_name_end(*byte))
}

fn is_name_end(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'/' | b'>')
}

/// Tab, line feed, form feed, blank; and the carriage return, which is a line feed by the time it is looked at.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

/// Octets of the longest name in [`content`], and one.
const LONGEST: usize = 10;

#[cfg(test)]
mod tests {
    use html5gum::{DefaultEmitter, Token};

    use super::*;

    type Attributes = Vec<(Vec<u8>, Vec<u8>)>;

    /// One line for each tag and for what stands between two of them.
    #[derive(Default)]
    struct Lines {
        lines: Vec<String>,
        text: Vec<u8>,
        tag: (bool, Vec<u8>, Attributes),
    }

    impl Lines {
        fn flush(&mut self) {
            let text = std::mem::take(&mut self.text);
            if !text.is_empty() {
                self.lines.push(String::from_utf8_lossy(&text).into_owned());
            }
        }

        fn tag(&mut self, is_end: bool, name: &[u8], attributes: Attributes) {
            self.flush();
            let name = String::from_utf8_lossy(name);
            // The first of a name counts; the order of the others does not.
            let mut kept = std::collections::BTreeMap::new();
            for (name, value) in attributes {
                kept.entry(name).or_insert(value);
            }
            self.lines.push(if is_end { format!("</{name}>") } else { format!("<{name} {kept:?}>") });
        }
    }

    impl Sink for Lines {
        fn begin_tag(&mut self, is_end: bool) {
            self.tag = (is_end, Vec::new(), Vec::new());
        }

        fn push_tag_name(&mut self, name: &[u8]) {
            self.tag.1.extend(name);
        }

        fn begin_attribute(&mut self) {
            self.tag.2.push(Default::default());
        }

        fn push_attribute_name(&mut self, name: &[u8]) {
            self.tag.2.last_mut().unwrap().0.extend(name);
        }

        fn push_attribute_value(&mut self, value: &[u8]) {
            self.tag.2.last_mut().unwrap().1.extend(value);
        }

        fn end_tag(&mut self) {
            let (is_end, name, attributes) = std::mem::take(&mut self.tag);
            self.tag(is_end, &name, attributes);
        }

        fn push_text(&mut self, text: &[u8]) {
            self.text.extend(text);
        }

        fn has_enough(&self) -> bool {
            false
        }
    }

    fn ours(html: &[u8]) -> Vec<String> {
        let mut lines = Lines::default();
        tokenize(html, &mut lines);
        lines.flush();
        lines.lines
    }

    /// The same by html5gum.
    fn theirs(html: &[u8]) -> Vec<String> {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut lines = Lines::default();
        for token in html5gum::Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Ok(Token::StartTag(tag)) => {
                    let attributes = tag.attributes.into_iter().map(|(name, value)| (name.0, value.value.0));
                    lines.tag(false, &tag.name, attributes.collect());
                }
                Ok(Token::EndTag(tag)) => lines.tag(true, &tag.name, Vec::new()),
                Ok(Token::String(text)) => lines.text.extend(text.value.0),
                _ => {}
            }
        }
        lines.flush();
        lines.lines
    }

    #[test]
    fn documents_are_read_as_html5gum_reads_them() {
        for html in [
            "<!doctype html PUBLIC \"a>b\"><p class = x id='y' ID=z /a/=b>t</p >",
            "a<!-->b<!--->c<!---->d<!--x--!>e<!-- -- >--->f<!--",
            "<script>if (1 < 2) <!-- <script> </script> --> </script>x",
            "<script><!--> </script>x<script><!-- <SCRIPT/ </script x --> </script>y<script><!-- </script>z",
            "<title>&amp;&ampx;&copy;&eacute=</title><a href='?a=1&copy=2&amp;b&lt;&ltx&reg'>",
            "<textarea></p></textareax></TEXTAREA foo='>'>x</textarea",
            "<style></stylex></style/><noscript><p></noscript><plaintext></plaintext>",
            "<a b=c/d e=\"f\"g='h'i>\r\n\r</ p></><?x?><!x><![CDATA[<b>]]><a<b>",
            "&#0;&#x80;&#xD800;&#1114112;&#99999999999;&#;&#x;&#65&#x41 &quot &",
            "<a\0b \0=\0>\0<title>\0</title>",
            "<",
            "</",
            "<!",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "<a /",
            "<script><!--<",
        ] {
            assert_eq!(ours(html.as_bytes()), theirs(html.as_bytes()), "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_as_html5gum_reads_it(
            html in "(</?(a|P|script|SCRIPT|title|textarea|style|noscript|plaintext)[ /\n]?|[hH]ref|[ =>'\"/]|&(amp|lt|quot|#65|#x26|copy|apos|nosuch|ndash);?|<!--|-->|--!>|-|<!doctype x|<|\r\n|\r|\0|[a-z ]{0,3}|é){0,30}",
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
        ) {
            proptest::prop_assert_eq!(ours(html.as_bytes()), theirs(html.as_bytes()), "{:?}", html);
            proptest::prop_assert_eq!(ours(&bytes), theirs(&bytes));
        }
    }
}
