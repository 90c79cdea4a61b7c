//! A pass over a page: start tags, text and end tags come in, a [`Page`] grows.

use std::borrow::Cow;

use super::css::css_addresses;
use super::elements::{Form, Hint, Image, Page, Script, Style};
use super::emitter::{Attribute, Attributes, MAX_VALUE, Sink};
use crate::http::refresh::{refresh_redirect, script_target};
use crate::http::{How, PageRedirect};

/// A pass over a page.
#[derive(Default)]
pub(crate) struct Reader {
    page: Page,
    is_past_head: bool,
    inside: Inside,
    /// What has come so far of the text that is being kept, and how much of it may.
    text: Vec<u8>,
    room: usize,
    /// How many `<template>` are open: what stands in one is loaded by nobody.
    templates: usize,
    /// Inside `<picture>`: whether one of its sources is of a modern format.
    picture: Option<bool>,
    /// Octets of inline scripts that were kept.
    script_bytes: usize,
    /// Characters that a visitor sees, blanks not counted, and what counts as many; not counted on beyond
    /// [`MAX_SHOWN`].
    shown: usize,
    /// The beginning of what a visitor reads, as it comes.
    read: Vec<u8>,
    /// Where in that the first heading begins, while it is open.
    heading: Option<usize>,
}

/// Whose text is being read.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// What visitors see.
    #[default]
    Body,
    Script,
    Style,
    Title,
    ImportMap,
    /// Something of no interest.
    Unseen,
}

impl Reader {
    /// What the page turned out to be.
    pub(crate) fn finish(mut self, is_cut: bool) -> Page {
        self.end_of_text();
        let page = &mut self.page;
        page.cut |= is_cut;
        page.head_is_whole = self.is_past_head || !is_cut;
        page.has_more_text = self.read.len() > MAX_TEXT;
        self.read.truncate(MAX_TEXT);
        let text = String::from_utf8_lossy(&self.read);
        let lines = text.split(BREAK).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        page.text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        page.shown = self.shown;
        // A page that shows something, or loads its work from elsewhere, is no mere redirect.
        if page.redirect.is_none() && self.shown <= MAX_SHOWN && !is_cut {
            let inline = page.scripts.iter().map(|script| script.text.chars().count()).sum::<usize>();
            let loads = page.scripts.iter().any(|script| script.src.is_some());
            if !loads && inline <= MAX_REDIRECT_SCRIPT {
                let target = page.scripts.iter().find_map(|script| script_target(&script.text));
                page.redirect = target.map(|target| PageRedirect { how: How::Script, target });
            }
        }
        self.page
    }
}

impl Sink for Reader {
    /// Whether there were as many tags as are read: behind them everything costs and nothing is learnt.
    fn has_enough(&self) -> bool {
        self.page.elements >= MAX_ELEMENTS
    }

    fn start(&mut self, name: &[u8], tag: &Attributes) {
        self.set_apart(name);
        let page = &mut self.page;
        page.elements = page.elements.saturating_add(1);
        // What stands in a shadow root is part of the page.
        if name == b"template" && (self.templates > 0 || !tag.has(Attribute::ShadowRootMode)) {
            self.templates += 1;
        }
        if self.templates > 0 {
            match name {
                b"script" | b"style" | b"title" | b"noscript" => self.begin(Inside::Unseen, 0),
                _ => {}
            }
            return;
        }
        keep_all(
            &mut page.islands,
            [tag.text(Attribute::ComponentUrl), tag.text(Attribute::RendererUrl)],
            &mut page.cut,
        );
        match name {
            b"html" => page.lang = page.lang.take().or_else(|| tag.text(Attribute::Lang)),
            b"title" if page.title.is_none() && !self.is_past_head => self.begin(Inside::Title, MAX_VALUE),
            b"noscript" => {
                page.has_noscript = true;
                self.begin(Inside::Unseen, 0);
            }
            b"title" | b"noframes" => self.begin(Inside::Unseen, 0),
            b"h1" if page.heading.is_none() && self.heading.is_none() => self.heading = Some(self.read.len()),
            b"base" => page.base = page.base.take().or_else(|| tag.text(Attribute::Href)),
            b"body" => self.is_past_head = true,
            b"meta" => self.meta(tag),
            b"link" => self.link(tag),
            b"script" => self.script(tag),
            b"style" => self.begin(Inside::Style, MAX_STYLE),
            b"picture" => self.picture = Some(false),
            b"source" => match &mut self.picture {
                Some(modern) => {
                    *modern |= tag.is(Attribute::Type, "image/avif") || tag.is(Attribute::Type, "image/webp");
                }
                None => keep_all(&mut page.media, [tag.text(Attribute::Src)], &mut page.cut),
            },
            b"img" => {
                let image = Image {
                    src: tag.text(Attribute::Src).unwrap_or_default(),
                    srcset: tag.text(Attribute::SrcSet),
                    has_size: tag.has(Attribute::Width) && tag.has(Attribute::Height)
                        || tag.get(Attribute::Style).is_some_and(declares_size),
                    is_lazy: tag.is(Attribute::Loading, "lazy"),
                    has_alt: tag.has(Attribute::Alt),
                    has_modern_source: self.picture == Some(true),
                };
                keep(&mut page.images, image, &mut page.cut);
                self.shown += SHOWS;
            }
            b"iframe" | b"frame" | b"embed" | b"object" => {
                let address = if name == b"object" { Attribute::Data } else { Attribute::Src };
                keep_all(&mut page.frames, [tag.text(address)], &mut page.cut);
                self.shown += SHOWS;
            }
            b"video" | b"audio" => {
                keep_all(
                    &mut page.media,
                    [tag.text(Attribute::Src), tag.text(Attribute::Poster)],
                    &mut page.cut,
                );
                self.shown += SHOWS;
            }
            b"canvas" | b"svg" => self.shown += SHOWS,
            b"form" => {
                let form = Form {
                    action: tag.text(Attribute::Action).filter(|action| !action.is_empty()),
                    ..Form::default()
                };
                keep(&mut page.forms, form, &mut page.cut);
                self.shown += SHOWS;
            }
            b"input" | b"button" => {
                let action = tag.text(Attribute::FormAction).filter(|action| !action.is_empty());
                if page.forms.is_empty() && action.is_some() {
                    // It may belong to a form that comes later, by its `form`.
                    page.forms.push(Form::default());
                }
                if let Some(form) = page.forms.last_mut() {
                    form.asks_password |= tag.is(Attribute::Type, "password");
                    keep_all(&mut form.button_actions, [action], &mut page.cut);
                }
            }
            b"a" => keep_all(&mut page.links, [tag.text(Attribute::Href)], &mut page.cut),
            _ => {}
        }
        self.mount(name, tag);
        if let Some(style) = tag.get(Attribute::Style) {
            self.css(style);
        }
    }

    fn end(&mut self, name: &[u8]) {
        self.set_apart(name);
        match name {
            b"head" => self.is_past_head = true,
            b"picture" => self.picture = None,
            b"h1" => self.end_of_heading(),
            b"template" => self.templates = self.templates.saturating_sub(1),
            _ => {}
        }
        if self.inside != Inside::Body {
            self.end_of_text();
        }
    }

    /// A piece of text; one text may come in several.
    fn text(&mut self, text: &[u8]) {
        match self.inside {
            Inside::Body if self.templates == 0 => {
                if self.shown <= MAX_SHOWN {
                    // Octets that do not go on with a character begin one.
                    let seen =
                        text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte & 0xc0 != 0x80);
                    self.shown += seen.count();
                }
                // One octet more than is kept says that there was more.
                let room = (MAX_TEXT + 1).saturating_sub(self.read.len());
                let is_open = self.read.last().is_some_and(|last| *last != BREAK as u8);
                if text.trim_ascii().is_empty() {
                    // A blank between two words that stand in elements of their own.
                    if is_open && room > 0 && !text.is_empty() {
                        self.read.push(b' ');
                    }
                } else {
                    let kept = text.get(..room).unwrap_or(text);
                    self.read.extend(kept.iter().filter(|byte| **byte != BREAK as u8));
                }
            }
            Inside::Body | Inside::Unseen => {}
            Inside::Script | Inside::Style | Inside::Title | Inside::ImportMap => {
                let kept = text.get(..self.room).unwrap_or(text);
                self.room -= kept.len();
                self.text.extend_from_slice(kept);
            }
        }
    }

    /// The text that is being kept is complete.
    fn end_of_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        match self.inside {
            Inside::Body | Inside::Unseen => {}
            Inside::Script => {
                self.script_bytes += text.len();
                if let Some(script) = self.page.scripts.last_mut() {
                    script.text = String::from_utf8_lossy(&text).into_owned();
                    script.text_is_cut = self.room == 0;
                }
            }
            Inside::Style => self.css(&text),
            // A part of one is no JSON.
            Inside::ImportMap if self.room == 0 => self.page.cut = true,
            Inside::ImportMap => self.page.import_map = Some(String::from_utf8_lossy(&text).into_owned()),
            Inside::Title => {
                let text = String::from_utf8_lossy(&text);
                let folded: Vec<&str> = text.split_whitespace().collect();
                self.page.title = Some(folded.join(" "));
            }
        }
        self.inside = Inside::Body;
        // The buffer goes on to be used.
        self.text = text;
        self.text.clear();
    }
}

impl Reader {
    /// Sets what is read before a tag apart from what is read behind it, unless the tag stands within a line.
    fn set_apart(&mut self, name: &[u8]) {
        const WITHIN: [&[u8]; 11] =
            [b"a", b"b", b"code", b"em", b"font", b"i", b"mark", b"small", b"span", b"strong", b"u"];
        let is_open = self.read.last().is_some_and(|last| *last != BREAK as u8);
        if self.inside == Inside::Body && is_open && self.read.len() < MAX_TEXT && !WITHIN.contains(&name) {
            self.read.push(BREAK as u8);
        }
    }

    /// The first heading is complete, as far as its text is kept.
    fn end_of_heading(&mut self) {
        let Some(start) = self.heading.take() else { return };
        let text = String::from_utf8_lossy(self.read.get(start..).unwrap_or_default());
        let words: Vec<&str> =
            text.split([' ', '\t', '\n', '\r', BREAK]).filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            self.page.heading = Some(words.join(" "));
        }
    }

    /// Notes the element that an app is put into, by its id or its own name.
    fn mount(&mut self, name: &[u8], tag: &Attributes) {
        if self.page.mount.is_some() {
            return;
        }
        let id = tag.get(Attribute::Id).map(<[u8]>::trim_ascii).unwrap_or_default();
        let found = MOUNTS.iter().find(|mount| mount.as_bytes() == name || mount.as_bytes() == id);
        self.page.mount = found.map(|mount| (*mount).to_owned());
    }

    fn begin(&mut self, inside: Inside, room: usize) {
        self.inside = inside;
        self.room = room;
        self.text.clear();
    }

    fn css(&mut self, css: &[u8]) {
        let page = &mut self.page;
        for (used, url) in css_addresses(css) {
            if !url.starts_with(b"data:") {
                let url = String::from_utf8_lossy(url.get(..MAX_VALUE).unwrap_or(url)).into_owned();
                keep(&mut page.css_urls, (used, url), &mut page.cut);
            }
        }
    }

    fn meta(&mut self, tag: &Attributes) {
        let page = &mut self.page;
        let Some(content) = tag.text(Attribute::Content) else { return };
        if tag.is(Attribute::HttpEquiv, "content-security-policy") {
            if page.content_security_policies.len() < MAX_REPEATS {
                page.content_security_policies.push(content);
            }
            return;
        }
        if tag.is(Attribute::HttpEquiv, "refresh") {
            page.redirect = page.redirect.take().or_else(|| refresh_redirect(&content));
            return;
        }
        let name = tag.text(Attribute::Name).or_else(|| tag.text(Attribute::Property)).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if matches!(name.as_str(), "robots" | "googlebot") {
            if page.robots.len() < MAX_REPEATS {
                page.robots.push((name, content));
            }
        } else if !name.is_empty() {
            keep(&mut page.metas, (name, content), &mut page.cut);
        }
    }

    fn link(&mut self, tag: &Attributes) {
        let page = &mut self.page;
        let (Some(rel), Some(href)) = (tag.text(Attribute::Rel), tag.text(Attribute::Href)) else { return };
        if href.is_empty() {
            return;
        }
        let is = |word: &str| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case(word));
        if is("canonical") {
            if page.canonical.len() < MAX_REPEATS {
                page.canonical.push(href);
            }
        } else if is("stylesheet") {
            if !tag.has(Attribute::Disabled) && !is("alternate") {
                let style = Style {
                    href,
                    media: tag.text(Attribute::Media),
                    integrity: tag.text(Attribute::Integrity).filter(|value| !value.is_empty()),
                    is_cors: tag.has(Attribute::CrossOrigin),
                    in_head: !self.is_past_head,
                };
                keep(&mut page.styles, style, &mut page.cut);
            }
        } else if is("alternate") && tag.has(Attribute::HrefLang) {
            let language = tag.text(Attribute::HrefLang).unwrap_or_default();
            keep(&mut page.languages, (language, href), &mut page.cut);
        } else if let Some(rel) = HINTS.iter().find(|hint| is(hint)) {
            let what = tag.text(Attribute::As).unwrap_or_default().to_ascii_lowercase();
            let hint = Hint { rel, href, what, is_cors: tag.has(Attribute::CrossOrigin) };
            keep(&mut page.hints, hint, &mut page.cut);
        }
    }

    fn script(&mut self, tag: &Attributes) {
        let kind = tag.text(Attribute::Type).unwrap_or_default().to_ascii_lowercase();
        if kind == "importmap" && self.page.import_map.is_none() {
            self.begin(Inside::ImportMap, MAX_SCRIPT);
            return;
        }
        let runs = kind.is_empty() || kind == "module" || is_javascript(&kind);
        let has_place = self.page.scripts.len() < MAX_SCRIPTS;
        self.page.cut |= runs && !has_place;
        if !runs
            && !is_data(&kind)
            && let Some(src) = tag.text(Attribute::Src).filter(|src| !src.is_empty())
        {
            keep(&mut self.page.inert_scripts, (kind.clone(), src), &mut self.page.cut);
        }
        if !(runs && has_place) {
            self.begin(Inside::Unseen, 0);
            return;
        }
        self.page.scripts.push(Script {
            src: tag.text(Attribute::Src).filter(|src| !src.is_empty()),
            text: String::new(),
            is_async: tag.has(Attribute::Async),
            is_deferred: tag.has(Attribute::Defer),
            is_module: kind == "module",
            is_nomodule: tag.has(Attribute::NoModule),
            integrity: tag.text(Attribute::Integrity).filter(|value| !value.is_empty()),
            nonce: tag.text(Attribute::Nonce).filter(|value| !value.is_empty()),
            text_is_cut: false,
            is_cors: tag.has(Attribute::CrossOrigin),
            in_head: !self.is_past_head,
        });
        self.begin(Inside::Script, MAX_SCRIPT.min(MAX_SCRIPTS_TEXT.saturating_sub(self.script_bytes)));
    }
}

fn keep<T>(list: &mut Vec<T>, item: T, cut: &mut bool) {
    if list.len() < MAX_KEPT {
        list.push(item);
    } else {
        *cut = true;
    }
}

fn keep_all<const N: usize>(list: &mut Vec<String>, items: [Option<String>; N], cut: &mut bool) {
    for item in items.into_iter().flatten() {
        keep(list, item, cut);
    }
}

/// The names that the HTML standard knows ("JavaScript MIME type"), those in use.
fn is_javascript(kind: &str) -> bool {
    matches!(
        kind,
        "text/javascript" | "application/javascript" | "application/x-javascript" | "text/ecmascript"
    )
}

/// Types that say that a script is data, and is not meant to run (HTML standard, "the type attribute").
fn is_data(kind: &str) -> bool {
    matches!(kind, "importmap" | "speculationrules") || kind.ends_with("json") || kind.contains("template")
}

/// Whether an inline style gives both dimensions, or one and the ratio.
fn declares_size(style: &[u8]) -> bool {
    let style = String::from_utf8_lossy(style);
    let given = |name: &str| {
        style
            .split(';')
            .any(|rule| rule.split(':').next().is_some_and(|n| n.trim().eq_ignore_ascii_case(name)))
    };
    [given("width"), given("height"), given("aspect-ratio")].into_iter().filter(|given| *given).count() >= 2
        // What lies over something else moves nothing.
        || style.split(';').any(|rule| {
            let rule: Cow<'_, str> = rule.split_whitespace().collect::<String>().into();
            rule.eq_ignore_ascii_case("position:absolute")
        })
}

/// Start tags that are read: more than three times what Lighthouse calls excessive (1,400), and what bounds the time that a page of
/// nothing but tags takes.
pub(crate) const MAX_ELEMENTS: u32 = 5000;
/// Ids and elements that frameworks put an app into.
const MOUNTS: [&str; 16] = [
    "root",
    "app",
    "__next",
    "__nuxt",
    "___gatsby",
    "app-root",
    "react-root",
    "react-app",
    "q-app",
    "svelte",
    "ember-app",
    "flutter-view",
    "main-app",
    "vue-app",
    "mount",
    "elm",
];
/// `rel` words that are kept.
const HINTS: [&str; 5] = ["modulepreload", "preload", "preconnect", "dns-prefetch", "icon"];
/// Characters of visible text above which a page is a page, and a script in it no mere redirect.
const MAX_SHOWN: usize = 200;
/// What sets blocks of text apart while they are read: no text of HTML holds it.
const BREAK: char = '\u{c}';
/// Octets that are kept of what visitors read: more than any page of a host or a protection says.
const MAX_TEXT: usize = 2000;
/// What counts as much as a screen of text.
const SHOWS: usize = MAX_SHOWN + 1;
/// Characters of script above which it does more than redirect.
const MAX_REDIRECT_SCRIPT: usize = 500;
/// How many of one repeated element in the head are kept.
const MAX_REPEATS: usize = 16;
/// How many of anything else are kept.
pub(crate) const MAX_KEPT: usize = 1000;
/// Scripts that are kept.
pub(crate) const MAX_SCRIPTS: usize = 200;
/// Bytes of one inline script that are kept: beginnings of snippets name what they load.
const MAX_SCRIPT: usize = 16 * 1024;
/// Bytes of all inline scripts that are kept.
const MAX_SCRIPTS_TEXT: usize = 128 * 1024;
/// Bytes of one `<style>` that are kept.
const MAX_STYLE: usize = 128 * 1024;
