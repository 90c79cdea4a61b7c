//! What the HTML of a page says about itself and what it loads, from one pass of a WHATWG tokenizer. Bounded: of
//! everything that a page may hold any number of, so many are kept, and [`Page::cut`] says where there were more.

use std::borrow::Cow;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use url::Url;

use crate::answer::Body;

/// A page, as far as checks look at it. Everything in it was written by strangers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The first `<title>`, blanks folded.
    pub title: Option<String>,
    /// `lang` of `<html>`.
    pub lang: Option<String>,
    /// `href` of the first `<base>`.
    pub base: Option<String>,
    /// Name or property, in lower case, and content of every other `<meta>`: `description`, `viewport`, `og:url`.
    pub metas: Vec<(String, String)>,
    /// `content` of every `<meta name=robots>` and `<meta name=googlebot>`, with the name in lower case.
    pub robots: Vec<(String, String)>,
    /// `href` of every `<link rel=canonical>`.
    pub canonical: Vec<String>,
    /// `hreflang` and `href` of every `<link rel=alternate hreflang>`.
    pub languages: Vec<(String, String)>,
    /// `content` of every `<meta http-equiv=content-security-policy>`.
    pub content_security_policies: Vec<String>,
    /// `content` of the first `<meta http-equiv=refresh>`.
    pub refresh: Option<String>,
    /// Scripts that run, in order.
    pub scripts: Vec<Script>,
    /// Style sheets from files.
    pub styles: Vec<Style>,
    /// Images.
    pub images: Vec<Image>,
    /// `rel` (one word) and `href` of preloads, preconnects and icons.
    pub hints: Vec<(String, String)>,
    /// `src` of frames and embedded objects.
    pub frames: Vec<String>,
    /// `src` of video, audio and their sources.
    pub media: Vec<String>,
    /// Forms.
    pub forms: Vec<Form>,
    /// `href` of links.
    pub links: Vec<String>,
    /// `url()` in `<style>` and `style=`.
    pub css_urls: Vec<String>,
    /// Whether there was more of something than is kept here.
    pub cut: bool,
}

/// A script that runs: `type` empty, JavaScript or `module`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Where it is loaded from; `None` where it stands in the page.
    pub src: Option<String>,
    /// Its text, where it stands in the page; cut at [`MAX_SCRIPT`] bytes.
    pub text: String,
    /// `async`.
    pub is_async: bool,
    /// `defer`.
    pub is_deferred: bool,
    /// `type=module`.
    pub is_module: bool,
    /// `nomodule`: runs in no browser of today.
    pub is_nomodule: bool,
    /// `integrity`.
    pub integrity: Option<String>,
    /// Whether it stands before `<body>`.
    pub in_head: bool,
}

/// A style sheet from a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Style {
    /// Where it is loaded from.
    pub href: String,
    /// `media`.
    pub media: Option<String>,
    /// `integrity`.
    pub integrity: Option<String>,
    /// Whether it stands before `<body>`.
    pub in_head: bool,
}

/// An image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// `src`.
    pub src: String,
    /// `srcset`.
    pub srcset: Option<String>,
    /// Whether `width` and `height` are given, or a style that sets them.
    pub has_size: bool,
    /// `loading=lazy`.
    pub is_lazy: bool,
    /// Whether `alt` is given, empty or not.
    pub has_alt: bool,
    /// Whether it stands in a `<picture>` that offers a modern format.
    pub has_modern_source: bool,
}

/// A form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// `action`; `None` sends to the page itself.
    pub action: Option<String>,
    /// Whether it asks for a password.
    pub asks_password: bool,
}

impl Page {
    /// Reads as much as is there.
    #[must_use]
    pub fn parse(body: &Body) -> Self {
        let mut reader = Reader { in_head: true, ..Reader::default() };
        let mut emitter = DefaultEmitter::default();
        // What stands inside <script>, <style>, <noscript> and <textarea> is text.
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(body.bytes.as_slice(), emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => reader.start(&tag),
                Token::String(text) => reader.text(&text),
                Token::EndTag(tag) => reader.end(&tag.name),
                _ => {}
            }
        }
        reader.page
    }

    /// The content of the first `<meta>` of that name or property.
    #[must_use]
    pub fn meta(&self, name: &str) -> Option<&str> {
        self.metas.iter().find(|(meta, _)| meta == name).map(|(_, content)| content.as_str())
    }

    /// What relative addresses are relative to, in a page that was fetched from `url`.
    #[must_use]
    pub fn base_url(&self, url: &Url) -> Url {
        self.base.as_deref().and_then(|base| url.join(base).ok()).unwrap_or_else(|| url.clone())
    }
}

/// The addresses in a `srcset` (HTML standard, "srcset attributes"): each up to a blank, then a descriptor.
pub fn srcset_urls(srcset: &str) -> impl Iterator<Item = &str> {
    srcset.split(", ").filter_map(|candidate| candidate.split_ascii_whitespace().next()).map(|url| {
        // Candidates may also be set apart by a comma alone, but an address does not end in one.
        url.trim_matches(',')
    })
}

/// The addresses in a text of CSS: `url(x)`, `url("x")` and `@import "x"` are written by people; comments are not left
/// out, so what stands in one is found too.
pub fn css_urls(css: &str) -> impl Iterator<Item = &str> {
    css.match_indices("url(").filter_map(|(at, opening)| {
        let rest = css.get(at + opening.len()..)?;
        let rest = rest.trim_start();
        let (rest, end) = match rest.as_bytes().first()? {
            b'"' => (&rest[1..], '"'),
            b'\'' => (&rest[1..], '\''),
            _ => (rest, ')'),
        };
        rest.split(end).next().map(str::trim)
    })
}

/// A pass over a page.
#[derive(Default)]
struct Reader {
    page: Page,
    in_head: bool,
    in_title: bool,
    in_script: bool,
    in_style: bool,
    /// Inside `<picture>`: whether one of its sources is of a modern format.
    picture: Option<bool>,
    script_bytes: usize,
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) {
        let attribute = |name: &str| {
            tag.attributes.get(name.as_bytes()).map(|value| {
                let text = String::from_utf8_lossy(value);
                // data: addresses may be as long as the page.
                text.trim().chars().take(MAX_TEXT).collect::<String>()
            })
        };
        let has = |name: &str| tag.attributes.contains_key(name.as_bytes());
        let page = &mut self.page;
        match &**tag.name {
            b"html" => page.lang = page.lang.take().or_else(|| attribute("lang")),
            b"title" => self.in_title = page.title.is_none() && self.in_head,
            b"base" => page.base = page.base.take().or_else(|| attribute("href")),
            b"body" => self.in_head = false,
            b"meta" => self.meta(
                attribute("name").or_else(|| attribute("property")),
                attribute("http-equiv"),
                attribute("content"),
            ),
            b"link" => self.link(
                &attribute("rel").unwrap_or_default(),
                Style {
                    href: attribute("href").unwrap_or_default(),
                    media: attribute("media"),
                    integrity: attribute("integrity"),
                    in_head: self.in_head,
                },
                attribute("hreflang"),
                has("disabled"),
            ),
            b"script" => {
                let kind = attribute("type").unwrap_or_default().to_ascii_lowercase();
                let runs = kind.is_empty() || kind == "module" || is_javascript(&kind);
                self.in_script = runs && page.scripts.len() < MAX_SCRIPTS;
                page.cut |= runs && !self.in_script;
                if self.in_script {
                    page.scripts.push(Script {
                        src: attribute("src").filter(|src| !src.is_empty()),
                        text: String::new(),
                        is_async: has("async"),
                        is_deferred: has("defer"),
                        is_module: kind == "module",
                        is_nomodule: has("nomodule"),
                        integrity: attribute("integrity").filter(|value| !value.is_empty()),
                        in_head: self.in_head,
                    });
                }
            }
            b"style" => self.in_style = true,
            b"picture" => self.picture = Some(false),
            b"source" => {
                let modern = attribute("type")
                    .is_some_and(|kind| matches!(kind.as_str(), "image/avif" | "image/webp"));
                if let Some(seen) = &mut self.picture {
                    *seen |= modern;
                } else if let Some(src) = attribute("src") {
                    keep(&mut page.media, src, &mut page.cut);
                }
            }
            b"img" => {
                let style = attribute("style").unwrap_or_default();
                let image = Image {
                    src: attribute("src").unwrap_or_default(),
                    srcset: attribute("srcset"),
                    has_size: has("width") && has("height") || declares_size(&style),
                    is_lazy: attribute("loading").is_some_and(|value| value.eq_ignore_ascii_case("lazy")),
                    has_alt: has("alt"),
                    has_modern_source: self.picture == Some(true),
                };
                keep(&mut page.images, image, &mut page.cut);
            }
            b"iframe" | b"frame" | b"embed" => {
                if let Some(src) = attribute("src") {
                    keep(&mut page.frames, src, &mut page.cut);
                }
            }
            b"object" => {
                if let Some(data) = attribute("data") {
                    keep(&mut page.frames, data, &mut page.cut);
                }
            }
            b"video" | b"audio" => {
                for src in [attribute("src"), attribute("poster")].into_iter().flatten() {
                    keep(&mut page.media, src, &mut page.cut);
                }
            }
            b"form" => {
                let form = Form {
                    action: attribute("action").filter(|action| !action.is_empty()),
                    asks_password: false,
                };
                keep(&mut page.forms, form, &mut page.cut);
            }
            b"input" if attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("password")) => {
                if let Some(form) = page.forms.last_mut() {
                    form.asks_password = true;
                }
            }
            b"a" => {
                if let Some(href) = attribute("href") {
                    keep(&mut page.links, href, &mut page.cut);
                }
            }
            _ => {}
        }
        if let Some(style) = tag.attributes.get(&b"style"[..]) {
            self.css(&String::from_utf8_lossy(style));
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"head" => self.in_head = false,
            b"picture" => self.picture = None,
            _ => {}
        }
        self.in_title = false;
        self.in_script = false;
        self.in_style = false;
    }

    fn text(&mut self, text: &[u8]) {
        if self.in_title {
            let text = String::from_utf8_lossy(text);
            let folded: Vec<&str> = text.split_whitespace().collect();
            self.page.title = Some(folded.join(" ").chars().take(MAX_TEXT).collect());
            self.in_title = false;
        } else if self.in_script {
            let room = MAX_SCRIPT.min(MAX_SCRIPTS_TEXT - self.script_bytes);
            let kept = text.get(..room).unwrap_or(text);
            self.script_bytes += kept.len();
            if let Some(script) = self.page.scripts.last_mut() {
                script.text.push_str(&String::from_utf8_lossy(kept));
            }
        } else if self.in_style {
            self.css(&String::from_utf8_lossy(text));
        }
    }

    fn css(&mut self, css: &str) {
        for url in css_urls(css).filter(|url| !url.starts_with("data:")) {
            keep(&mut self.page.css_urls, url.chars().take(MAX_TEXT).collect(), &mut self.page.cut);
        }
    }

    fn meta(&mut self, name: Option<String>, http_equiv: Option<String>, content: Option<String>) {
        let (Some(content), page) = (content, &mut self.page) else { return };
        match http_equiv.unwrap_or_default().to_ascii_lowercase().as_str() {
            "content-security-policy" if page.content_security_policies.len() < MAX_REPEATS => {
                page.content_security_policies.push(content);
                return;
            }
            "refresh" => {
                page.refresh = page.refresh.take().or(Some(content));
                return;
            }
            _ => {}
        }
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if matches!(name.as_str(), "robots" | "googlebot") {
            if page.robots.len() < MAX_REPEATS {
                page.robots.push((name, content));
            }
        } else if !name.is_empty() {
            keep(&mut page.metas, (name, content), &mut page.cut);
        }
    }

    fn link(&mut self, rel: &str, style: Style, hreflang: Option<String>, disabled: bool) {
        let is = |word: &str| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case(word));
        let page = &mut self.page;
        if style.href.is_empty() {
            return;
        }
        if is("canonical") {
            if page.canonical.len() < MAX_REPEATS {
                page.canonical.push(style.href);
            }
        } else if is("stylesheet") {
            if !disabled && !is("alternate") {
                keep(&mut page.styles, style, &mut page.cut);
            }
        } else if let (true, Some(language)) = (is("alternate"), hreflang) {
            keep(&mut page.languages, (language, style.href), &mut page.cut);
        } else if let Some(hint) = HINTS.iter().find(|hint| is(hint)) {
            keep(&mut page.hints, ((*hint).to_owned(), style.href), &mut page.cut);
        }
    }
}

fn keep<T>(list: &mut Vec<T>, item: T, cut: &mut bool) {
    if list.len() < MAX_KEPT {
        list.push(item);
    } else {
        *cut = true;
    }
}

/// The names that the HTML standard knows ("JavaScript MIME type"), those in use.
fn is_javascript(kind: &str) -> bool {
    matches!(
        kind,
        "text/javascript" | "application/javascript" | "application/x-javascript" | "text/ecmascript"
    )
}

/// Whether an inline style gives both dimensions, or one and the ratio.
fn declares_size(style: &str) -> bool {
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

/// `rel` words that are kept.
const HINTS: [&str; 5] = ["modulepreload", "preload", "preconnect", "dns-prefetch", "icon"];
/// Characters of one attribute or title that are kept.
const MAX_TEXT: usize = 4096;
/// How many of one repeated element in the head are kept.
const MAX_REPEATS: usize = 16;
/// How many of anything else are kept.
const MAX_KEPT: usize = 1000;
/// Scripts that are kept.
const MAX_SCRIPTS: usize = 200;
/// Bytes of one inline script that are kept: beginnings of snippets name what they load.
pub const MAX_SCRIPT: usize = 16 * 1024;
/// Bytes of all inline scripts that are kept.
const MAX_SCRIPTS_TEXT: usize = 128 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page::parse(&Body { bytes: html.into(), cut: None })
    }

    #[test]
    fn reads_what_the_page_says_about_itself() {
        let page = page(
            r#"<!doctype html><HTML lang=en><head><title> Launch
               Ready </title><META NAME="Robots" content="NoIndex, follow">
               <meta property="og:URL" content="https://example.com/"><base href="/app/">
               <link rel="alternate canonical" href=https://example.com/><title>second</title>
               <link rel=alternate hreflang=de href=/de><meta http-equiv=refresh content="0;url=/x">"#,
        );
        assert_eq!(page.title.as_deref(), Some("Launch Ready"));
        assert_eq!(page.lang.as_deref(), Some("en"));
        assert_eq!(page.robots, [("robots".to_owned(), "NoIndex, follow".to_owned())]);
        assert_eq!(page.canonical, ["https://example.com/"]);
        assert_eq!(page.meta("og:url"), Some("https://example.com/"));
        assert_eq!(page.languages, [("de".to_owned(), "/de".to_owned())]);
        assert_eq!(page.refresh.as_deref(), Some("0;url=/x"));
        let url = Url::parse("https://example.com/a/b").unwrap();
        assert_eq!(page.base_url(&url).as_str(), "https://example.com/app/");
    }

    #[test]
    fn reads_what_the_page_loads() {
        let page = page(
            r#"<head><script src=/a.js defer></script><script type="application/ld+json">{"a":1}</script>
               <link rel=stylesheet href=/a.css media=print><style>b{background:url( '/b.png' )}</style></head>
               <body style="background:url(/c.png)"><script type=module>import "/m.js"</script>
               <picture><source type=image/avif srcset=/a.avif><img src=a.jpg loading=lazy></picture>
               <img src=b.jpg width=1 height=2><form action=/login><input type=PASSWORD></form>
               <video src=/v.mp4></video><iframe src=/f></iframe><a href=/x>x</a>
               <noscript><img src=pixel.gif></noscript>"#,
        );
        let scripts: Vec<_> =
            page.scripts.iter().map(|s| (s.src.as_deref(), s.is_deferred, s.is_module, s.in_head)).collect();
        assert_eq!(scripts, [(Some("/a.js"), true, false, true), (None, false, true, false)]);
        assert_eq!(page.scripts[1].text, "import \"/m.js\"");
        assert_eq!(page.styles[0].media.as_deref(), Some("print"));
        assert_eq!(page.css_urls, ["/b.png", "/c.png"]);
        let images: Vec<_> =
            page.images.iter().map(|i| (&*i.src, i.has_size, i.is_lazy, i.has_modern_source)).collect();
        assert_eq!(images, [("a.jpg", false, true, true), ("b.jpg", true, false, false)]);
        assert_eq!((page.media[0].as_str(), page.frames[0].as_str()), ("/v.mp4", "/f"));
        assert!(page.forms[0].asks_password);
        assert_eq!(page.links, ["/x"]);
    }

    #[test]
    fn addresses_in_srcset_and_styles() {
        assert_eq!(
            srcset_urls("/a.jpg 1x, http://x/b,c.jpg 2x").collect::<Vec<_>>(),
            ["/a.jpg", "http://x/b,c.jpg"]
        );
        assert_eq!(css_urls("a{b:url(x.png);c:url( \"y z\" )}d{url(").collect::<Vec<_>>(), ["x.png", "y z"]);
    }

    #[test]
    fn what_stands_in_comments_scripts_and_text_is_not_markup() {
        let page = page(
            r#"<!-- <meta name=robots content=noindex> --><script>"<meta name=robots content=noindex>"</script>
               <textarea><meta name=robots content=noindex></textarea>&lt;meta name=robots content=noindex>"#,
        );
        assert_eq!(page.robots, []);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let page = page(&"<img src=x><script>abc</script>".repeat(2 * MAX_KEPT));
        assert_eq!((page.images.len(), page.scripts.len(), page.cut), (MAX_KEPT, MAX_SCRIPTS, true));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = Page::parse(&Body { bytes, cut: None });
        }

        #[test]
        fn no_markup_panics(html in "(<(img|script|style|a|form|meta|link) (src|href|style|content|rel)=['\"]?[a-z:/;(), é]{0,12}['\"]?>|url\\(|\\PC|</(script|style)>){0,20}") {
            let _ = page(&html);
            let _ = (css_urls(&html).count(), srcset_urls(&html).count());
        }
    }
}
