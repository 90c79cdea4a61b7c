//! What the tokenizer finds, handed to a [`Sink`] without an allocation for each tag: names and values go into buffers
//! that are used again, and attributes that nobody reads are not kept. `html5gum`'s own emitters build a map of every tag's
//! attributes, which took three quarters of the time that a page took. One emitter serves all sinks: the tokenizer is compiled
//! anew for each type of one, 32 KB gzip of WebAssembly.

use std::mem::swap;

use html5gum::{Emitter, Error, State, naive_next_state};

/// What looks at a document.
pub(in crate::http) trait Sink {
    /// A start tag, by its name in lower case.
    fn start(&mut self, name: &[u8], attributes: &Attributes);
    /// An end tag.
    fn end(&mut self, name: &[u8]);
    /// A part of the text between tags.
    fn text(&mut self, text: &[u8]);
    /// The document is over.
    fn end_of_text(&mut self);
    /// Whether the rest is of no interest.
    fn has_enough(&self) -> bool;
}

/// Between the tokenizer and what looks at the document.
pub(crate) struct Tokens<'r> {
    sink: &'r mut dyn Sink,
    /// Whether it is XML, as far as the two have the same tags, comments and references. What differs: no element's content is
    /// anything but markup, and there are CDATA sections (XML 1.0, section 2.7).
    is_xml: bool,
    /// The name of the tag that is being read.
    name: Vec<u8>,
    is_end: bool,
    attributes: Attributes,
    /// The last start tag, where it is still open as the tokenizer sees it.
    last_start: Vec<u8>,
    /// Whether what comes is the content of an element that holds no markup: it is skipped from one `<` to the next.
    is_raw: bool,
    /// What has been done so far: an octet of markup or text is one, a piece of anything is [`PIECE`].
    work: usize,
}

impl<'r> Tokens<'r> {
    pub(crate) fn to(sink: &'r mut dyn Sink, is_xml: bool) -> Self {
        Self {
            sink,
            is_xml,
            name: Vec::new(),
            is_end: false,
            attributes: Attributes::default(),
            last_start: Vec::new(),
            is_raw: false,
            work: 0,
        }
    }
}

/// The attributes that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    Action,
    Alt,
    As,
    Async,
    ComponentUrl,
    Content,
    CrossOrigin,
    Data,
    Defer,
    Disabled,
    FormAction,
    Height,
    Href,
    HrefLang,
    HttpEquiv,
    Id,
    Integrity,
    Lang,
    Loading,
    Media,
    Name,
    NoModule,
    Nonce,
    Poster,
    Property,
    Rel,
    RendererUrl,
    ShadowRootMode,
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
            b"component-url" => Self::ComponentUrl,
            b"content" => Self::Content,
            b"crossorigin" => Self::CrossOrigin,
            b"data" => Self::Data,
            b"defer" => Self::Defer,
            b"disabled" => Self::Disabled,
            b"formaction" => Self::FormAction,
            b"height" => Self::Height,
            b"href" => Self::Href,
            b"hreflang" => Self::HrefLang,
            b"http-equiv" => Self::HttpEquiv,
            b"id" => Self::Id,
            b"integrity" => Self::Integrity,
            b"lang" => Self::Lang,
            b"loading" => Self::Loading,
            b"media" => Self::Media,
            b"name" => Self::Name,
            b"nomodule" => Self::NoModule,
            b"nonce" => Self::Nonce,
            b"poster" => Self::Poster,
            b"property" => Self::Property,
            b"rel" => Self::Rel,
            b"renderer-url" => Self::RendererUrl,
            b"shadowrootmode" => Self::ShadowRootMode,
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
pub(in crate::http) struct Attributes {
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
    pub(crate) fn get(&self, name: Attribute) -> Option<&[u8]> {
        let (_, start, end) = self.list.iter().find(|(kept, ..)| *kept == name)?;
        self.values.get(*start..*end)
    }

    /// The value as text, without blanks around it.
    pub(crate) fn text(&self, name: Attribute) -> Option<String> {
        let value = self.get(name)?;
        Some(String::from_utf8_lossy(value.trim_ascii()).trim().to_owned())
    }

    pub(crate) fn has(&self, name: Attribute) -> bool {
        self.get(name).is_some()
    }

    /// Whether the value is `word`, in upper or lower case.
    pub(crate) fn is(&self, name: Attribute, word: &str) -> bool {
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

impl Emitter for Tokens<'_> {
    /// The reader has enough.
    type Token = ();

    #[inline(never)]
    fn init_start_tag(&mut self) {
        self.name.clear();
        self.attributes.clear();
        self.is_end = false;
    }

    #[inline(never)]
    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.is_end = true;
    }

    #[inline(never)]
    fn push_tag_name(&mut self, name: &[u8]) {
        // No longer name is known to anybody, and a cut one is none of those that are.
        let room = MAX_NAME.saturating_sub(self.name.len());
        self.name.extend_from_slice(name.get(..room).unwrap_or(name));
        self.work += name.len();
    }

    #[inline(never)]
    fn init_attribute(&mut self) {
        self.attributes.begin();
    }

    #[inline(never)]
    fn push_attribute_name(&mut self, name: &[u8]) {
        let room = MAX_NAME.saturating_sub(self.attributes.name.len());
        self.attributes.name.extend_from_slice(name.get(..room).unwrap_or(name));
        self.work += name.len();
    }

    #[inline(never)]
    fn push_attribute_value(&mut self, value: &[u8]) {
        self.attributes.push_value(value);
        // What is beyond the part that is kept, such as a picture in the page, is skipped.
        self.work += PIECE + value.len().min(MAX_VALUE);
    }

    #[inline(never)]
    fn emit_current_tag(&mut self) -> Option<State> {
        if self.is_end {
            self.last_start.clear();
            self.is_raw = false;
            self.work += PIECE;
            self.sink.end(&self.name);
            return None;
        }
        self.attributes.look_up();
        self.work += PIECE;
        self.sink.start(&self.name, &self.attributes);
        if self.is_xml {
            return None;
        }
        swap(&mut self.last_start, &mut self.name);
        // What stands inside <script>, <style>, <noscript> and <textarea> is text.
        let next = match &*self.last_start {
            // The library's own list spells it without its last letter.
            b"noframes" => Some(State::RawText),
            name => naive_next_state(name),
        };
        self.is_raw = next.is_some();
        next
    }

    #[inline(never)]
    fn emit_string(&mut self, text: &[u8]) {
        self.work += PIECE + if self.is_raw { text.len() / RAW_SHARE } else { text.len() };
        self.sink.text(text);
    }

    fn emit_eof(&mut self) {
        self.sink.end_of_text();
    }

    #[inline(never)]
    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && !self.last_start.is_empty() && self.last_start == self.name
    }

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    #[inline]
    fn pop_token(&mut self) -> Option<()> {
        (!self.is_xml && self.work > PAGE_WORK || self.sink.has_enough()).then_some(())
    }

    #[inline]
    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.is_xml
    }

    // Comments, doctypes, mistakes: of no interest.
    fn set_last_start_tag(&mut self, _: Option<&[u8]>) {}
    fn emit_error(&mut self, _: Error) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, comment: &[u8]) {
        self.work += PIECE + comment.len() / RAW_SHARE;
    }
    fn emit_current_comment(&mut self) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn emit_current_doctype(&mut self) {}
    fn set_self_closing(&mut self) {}
}

/// How much of a document is read: octets of its markup and its text. Scripts, styles and comments count for a [`RAW_SHARE`]th,
/// because they are skipped from one `<` or `-` to the next. Several times the median page of the HTTP Archive (Web Almanac 2024,
/// "Page weight": 18 KB of HTML as sent, some 90 KB of text), and what a tokenizer gets through in a few milliseconds of WebAssembly.
pub(crate) const PAGE_WORK: usize = 160 * 1024;
/// How much less an octet costs that is skipped.
const RAW_SHARE: usize = 64;
/// What a tag, an attribute's value or a piece of text costs beside its octets.
const PIECE: usize = 4;
/// Octets of a tag's or an attribute's name that are kept: longer than any that is looked for.
const MAX_NAME: usize = 32;
/// Octets of one value that are kept.
pub(crate) const MAX_VALUE: usize = 4096;
/// Attributes of one tag that are kept.
const MAX_ATTRIBUTES: usize = 32;
