//! What the tokenizer finds, handed to the [`Reader`] without an allocation for each tag: names and values go into buffers
//! that are used again, and attributes that nobody reads are not kept.

use super::reader::Reader;
use super::tokenizer::Sink;

/// Between the tokenizer and a reader.
pub(super) struct Tokens<'r> {
    reader: &'r mut Reader,
    /// The name of the tag that is being read.
    name: Vec<u8>,
    is_end: bool,
    attributes: Attributes,
}

impl<'r> Tokens<'r> {
    pub(super) fn to(reader: &'r mut Reader) -> Self {
        Self { reader, name: Vec::new(), is_end: false, attributes: Attributes::default() }
    }
}

/// The attributes that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribute {
    Action,
    Alt,
    As,
    Async,
    Content,
    CrossOrigin,
    Data,
    Defer,
    Disabled,
    Height,
    Href,
    HrefLang,
    HttpEquiv,
    Integrity,
    Lang,
    Loading,
    Media,
    Name,
    NoModule,
    Poster,
    Property,
    Rel,
    Src,
    SrcSet,
    Style,
    Type,
    Width,
}

impl Attribute {
    /// Attribute names arrive in lower case.
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"action" => Self::Action,
            b"alt" => Self::Alt,
            b"as" => Self::As,
            b"async" => Self::Async,
            b"content" => Self::Content,
            b"crossorigin" => Self::CrossOrigin,
            b"data" => Self::Data,
            b"defer" => Self::Defer,
            b"disabled" => Self::Disabled,
            b"height" => Self::Height,
            b"href" => Self::Href,
            b"hreflang" => Self::HrefLang,
            b"http-equiv" => Self::HttpEquiv,
            b"integrity" => Self::Integrity,
            b"lang" => Self::Lang,
            b"loading" => Self::Loading,
            b"media" => Self::Media,
            b"name" => Self::Name,
            b"nomodule" => Self::NoModule,
            b"poster" => Self::Poster,
            b"property" => Self::Property,
            b"rel" => Self::Rel,
            b"src" => Self::Src,
            b"srcset" => Self::SrcSet,
            b"style" => Self::Style,
            b"type" => Self::Type,
            b"width" => Self::Width,
            _ => return None,
        })
    }
}

/// Those of one tag.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// Where each one's value lies in `values`.
    list: Vec<(Attribute, usize, usize)>,
    values: Vec<u8>,
    /// The name that is being read, cut behind [`MAX_NAME`] octets.
    name: Vec<u8>,
    /// Whether there is such a name and it has not been looked up yet.
    is_open: bool,
    /// Whether the last of the list is the one that is being read.
    is_kept: bool,
}

impl Attributes {
    /// The value as it stands; the first of two with the same name (HTML standard, "attribute name state").
    pub(super) fn get(&self, name: Attribute) -> Option<&[u8]> {
        let (_, start, end) = self.list.iter().find(|(kept, ..)| *kept == name)?;
        self.values.get(*start..*end)
    }

    /// The value as text, without blanks around it.
    pub(super) fn text(&self, name: Attribute) -> Option<String> {
        let value = self.get(name)?;
        Some(String::from_utf8_lossy(value.trim_ascii()).trim().to_owned())
    }

    pub(super) fn has(&self, name: Attribute) -> bool {
        self.get(name).is_some()
    }

    /// Whether the value is `word`, in upper or lower case.
    pub(super) fn is(&self, name: Attribute, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    }

    fn clear(&mut self) {
        self.list.clear();
        self.values.clear();
        self.name.clear();
        (self.is_open, self.is_kept) = (false, false);
    }

    /// The name is complete.
    fn look_up(&mut self) {
        if self.is_open {
            self.is_open = false;
            let at = self.values.len();
            let known = Attribute::of(&self.name).filter(|_| self.list.len() < MAX_ATTRIBUTES);
            self.is_kept = known.is_some();
            self.list.extend(known.map(|name| (name, at, at)));
        }
    }

    fn begin(&mut self) {
        self.look_up();
        self.name.clear();
        (self.is_open, self.is_kept) = (true, false);
    }

    fn push_value(&mut self, value: &[u8]) {
        self.look_up();
        if self.is_kept
            && let Some((_, start, end)) = self.list.last_mut()
        {
            // Addresses of data: may be as long as the page.
            let room = MAX_VALUE - (*end - *start);
            self.values.extend_from_slice(value.get(..room).unwrap_or(value));
            *end = self.values.len();
        }
    }
}

impl Sink for Tokens<'_> {
    fn begin_tag(&mut self, is_end: bool) {
        self.name.clear();
        self.attributes.clear();
        self.is_end = is_end;
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        // No longer name is known to anybody, and a cut one is none of those that are.
        let room = MAX_NAME.saturating_sub(self.name.len());
        self.name.extend_from_slice(name.get(..room).unwrap_or(name));
    }

    fn begin_attribute(&mut self) {
        self.attributes.begin();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        let room = MAX_NAME.saturating_sub(self.attributes.name.len());
        self.attributes.name.extend_from_slice(name.get(..room).unwrap_or(name));
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        self.attributes.push_value(value);
    }

    fn end_tag(&mut self) {
        if self.is_end {
            self.reader.end(&self.name);
        } else {
            self.attributes.look_up();
            self.reader.start(&self.name, &self.attributes);
        }
    }

    fn push_text(&mut self, text: &[u8]) {
        self.reader.text(text);
    }

    fn has_enough(&self) -> bool {
        self.reader.has_enough()
    }
}

/// Octets of a tag's or an attribute's name that are kept: longer than any that is looked for.
const MAX_NAME: usize = 32;
/// Octets of one value that are kept.
pub(super) const MAX_VALUE: usize = 4096;
/// Attributes of one tag that are kept.
const MAX_ATTRIBUTES: usize = 32;
