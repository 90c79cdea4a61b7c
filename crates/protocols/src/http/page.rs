//! What the HTML of a page says about itself and what it loads, from one pass of a WHATWG tokenizer. Bounded: of
//! everything that a page may hold any number of, so many are kept, and [`Page::cut`] says where there were more.

mod bytes;
mod charset;
mod css;
mod elements;
mod emitter;
mod imports;
mod place;
mod reader;

use html5gum::Tokenizer;
use url::Url;

use super::address;
use super::refresh::refresh_header;
use crate::http::{Body, HttpReply};
use bytes::Bytes;
pub use css::{CssUse, css_addresses};
pub use elements::{Form, Hint, Image, Page, Script, Style};
use emitter::Tokens;
pub(super) use emitter::{Attributes, Sink};
pub use imports::{MAX_IMPORTS, specifiers, static_imports};
pub use place::{Place, place_of};
use reader::Reader;

impl Page {
    /// Reads as much as its bounds allow: what is markup and text, and no more than some thousand tags. Scripts, styles and comments
    /// are skipped, however long they are. In the encoding that the page itself declares.
    #[must_use]
    pub fn parse(body: &Body) -> Self {
        Self::read(body, None)
    }

    /// The same for a reply: in the encoding that it declares, which outranks the page. Its `Refresh` header does what such a tag in
    /// the page does, and comes before it.
    #[must_use]
    pub fn of(reply: &HttpReply) -> Self {
        let mut page = Self::read(&reply.body, reply.headers.first("content-type"));
        if let Some(redirect) = reply.headers.first("refresh").and_then(refresh_header) {
            page.redirect = Some(redirect);
        }
        page
    }

    fn read(body: &Body, content_type: Option<&str>) -> Self {
        let mut reader = Reader::default();
        let stopped = tokenize(&charset::in_utf8(&body.bytes, content_type), &mut reader, false);
        reader.finish(body.cut.is_some() || stopped)
    }

    /// The content of the first `<meta>` of that name or property.
    #[must_use]
    pub fn meta(&self, name: &str) -> Option<&str> {
        self.metas.iter().find(|(meta, _)| meta == name).map(|(_, content)| content.as_str())
    }

    /// What relative addresses are relative to, in a page that was fetched from `url`.
    #[must_use]
    pub fn base_url(&self, url: &Url) -> Url {
        self.base.as_deref().and_then(|base| address::join(url, base)).unwrap_or_else(|| url.clone())
    }
}

/// Reads a document in XML, as far as that is like HTML: names arrive in lower case.
pub(super) fn read_xml(xml: &[u8], sink: &mut dyn Sink) {
    tokenize(xml, sink, true);
}

/// Reads a document to its end, or until the sink has enough; whether it was that.
fn tokenize(bytes: &[u8], sink: &mut dyn Sink, is_xml: bool) -> bool {
    Tokenizer::new_with_emitter(Bytes::of(bytes), Tokens::to(sink, is_xml)).next().is_some()
}

/// The addresses in a `srcset` (HTML standard, "srcset attributes"): each up to a blank, then a descriptor.
pub fn srcset_urls(srcset: &str) -> impl Iterator<Item = &str> {
    srcset.split(", ").filter_map(|candidate| candidate.split_ascii_whitespace().next()).map(|url| {
        // Candidates may also be set apart by a comma alone, but an address does not end in one.
        url.trim_matches(',')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::page::emitter::PAGE_WORK;
    use crate::http::page::reader::{MAX_ELEMENTS, MAX_KEPT, MAX_SCRIPTS};

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
        assert_eq!(page.redirect.as_ref().map(|redirect| redirect.target.as_str()), Some("/x"));
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
        let styled: Vec<_> = page.css_urls.iter().map(|(used, url)| (*used, url.as_str())).collect();
        assert_eq!(styled, [(CssUse::Image, "/b.png"), (CssUse::Image, "/c.png")]);
        let images: Vec<_> =
            page.images.iter().map(|i| (&*i.src, i.has_size, i.is_lazy, i.has_modern_source)).collect();
        assert_eq!(images, [("a.jpg", false, true, true), ("b.jpg", true, false, false)]);
        assert_eq!((page.media[0].as_str(), page.frames[0].as_str()), ("/v.mp4", "/f"));
        assert!(page.forms[0].asks_password);
        assert_eq!(page.links, ["/x"]);
    }

    #[test]
    fn what_visitors_read_is_kept_as_they_read_it() {
        let read = page(
            "<title>T</title><style>a{}</style><h1>Wel<b>come</b></h1><p>to\n it</p><noscript>no</noscript>\
             <template>later</template><script>var x</script>",
        );
        assert_eq!((read.text.as_str(), read.has_more_text, read.shown), ("Welcome\nto it", false, 11));
        let long = page(&"<p>word</p>".repeat(1000));
        assert!(long.has_more_text && long.text.starts_with("word\nword"));
    }

    #[test]
    fn a_blank_between_elements_sets_words_apart() {
        let read = page("<h1><span>Error</span> <span>1020</span></h1><p>Press &amp; hold</p> <p>a</p>");
        assert_eq!(read.text, "Error 1020\nPress & hold\na");
        assert_eq!(read.heading.as_deref(), Some("Error 1020"));
    }

    #[test]
    fn the_first_heading_and_the_place_of_an_app_are_kept() {
        let read =
            page("<p>Above</p><h1> We're\n <br>coming <b>soon</b> </h1><h1>second</h1><div id=root></div>");
        assert_eq!(read.heading.as_deref(), Some("We're coming soon"));
        assert_eq!(read.mount.as_deref(), Some("root"));
        assert_eq!(page("<app-root></app-root>").mount.as_deref(), Some("app-root"));
        assert_eq!(page("<h1><img src=a.png></h1><h1>Shop</h1>").heading.as_deref(), Some("Shop"));
        assert!(
            page("<noscript>Please</noscript>").has_noscript && page("<div id=roots></div>").mount.is_none()
        );
    }

    #[test]
    fn scripts_that_no_browser_runs_are_kept_apart_from_data() {
        let read = page(
            "<script type=text/jsx src=/a.jsx></script><script type=javascript src=/b.js></script>\
             <script type=application/ld+json src=/c></script><script type=text/x-template src=/d></script>",
        );
        let kept: Vec<_> =
            read.inert_scripts.iter().map(|(kind, src)| (kind.as_str(), src.as_str())).collect();
        assert_eq!(kept, [("text/jsx", "/a.jsx"), ("javascript", "/b.js")]);
        assert!(read.scripts.is_empty());
    }

    #[test]
    fn a_head_that_was_cut_off_is_not_whole() {
        let cut = |html: &str| Page::parse(&Body { bytes: html.into(), cut: Some(crate::http::Cut::Limit) });
        assert!(!cut("<head><style>a{}").head_is_whole);
        assert!(cut("<head><title>a</title></head><body>").head_is_whole);
        assert!(page("<title>a</title>").head_is_whole);
    }

    #[test]
    fn pages_are_read_in_the_encoding_that_they_declare() {
        let title = |bytes: Vec<u8>, kind: Option<&str>| {
            Page::read(&Body { bytes, cut: None }, kind).title.unwrap_or_default()
        };
        let utf16 = |order: fn(u16) -> [u8; 2]| {
            "\u{feff}<title>Café</title>".encode_utf16().flat_map(order).collect::<Vec<u8>>()
        };
        assert_eq!(title(utf16(u16::to_le_bytes), None), "Café");
        assert_eq!(title(utf16(u16::to_be_bytes), Some("text/html; charset=utf-8")), "Café");
        let latin = b"<title>Caf\xe9</title>".to_vec();
        assert_eq!(title(latin.clone(), Some("text/html; Charset=\"ISO-8859-1\"")), "Café");
        let declared =
            [b"<meta http-equiv=content-type content='text/html; charset=windows-1252'>", &latin[..]];
        assert_eq!(title(declared.concat(), Some("text/html")), "Café");
        assert_eq!(title(declared.concat(), Some("text/html; charset=utf-8")), "Caf\u{fffd}");
        let japanese = b"<meta charset=Shift_JIS><title>\x93\xfa\x96\x7b</title>".to_vec();
        assert_eq!(title(japanese, None), "日本");
    }

    #[test]
    fn addresses_in_srcset() {
        assert_eq!(
            srcset_urls("/a.jpg 1x, http://x/b,c.jpg 2x").collect::<Vec<_>>(),
            ["/a.jpg", "http://x/b,c.jpg"]
        );
    }

    #[test]
    fn what_stands_in_comments_scripts_and_text_is_not_markup() {
        let page = page(
            r#"<!-- <meta name=robots content=noindex> --><script>"<meta name=robots content=noindex>"</script>
               <textarea><meta name=robots content=noindex></textarea><noframes><meta name=robots content=noindex></noframes>&lt;meta name=robots content=noindex>"#,
        );
        assert_eq!(page.robots, []);
    }

    #[test]
    fn tags_are_read_as_browsers_do() {
        let page = page(
            r#"<IMG ALT="a &amp; b" SRC=first.png src=second.png data-x='<a href="/no">'><a href='?a=1&amp;b=2'>x</a>
               <script>if (1 < 2) { "</a>" }</script><a href="/later" class></a></a href="/end"><title>t&eacute;st</title>"#,
        );
        assert_eq!(page.images[0].src, "first.png");
        assert_eq!(page.links, ["?a=1&b=2", "/later"]);
        assert_eq!(page.scripts[0].text, "if (1 < 2) { \"</a>\" }");
        assert_eq!(page.title.as_deref(), Some("tést"));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let many = page(&"<img src=x><script>abc</script>".repeat(2 * MAX_KEPT));
        assert_eq!((many.images.len(), many.scripts.len(), many.cut), (MAX_KEPT, MAX_SCRIPTS, true));
        let tags = page(&"<b>".repeat(6000));
        assert_eq!((tags.elements, tags.cut), (MAX_ELEMENTS, true));
        let long = page(&format!("<title>a</title>{}<a href=/end>", "word ".repeat(PAGE_WORK / 4)));
        assert_eq!((long.title.as_deref(), long.links.len(), long.cut), (Some("a"), 0, true));
    }

    #[test]
    fn what_is_no_markup_is_skipped_however_long_it_is() {
        for (before, behind) in [
            ("<style>", "</style>"),
            ("<script>", "</script>"),
            ("<!--", "-->"),
            ("<img src='data:image/png;base64,", "'>"),
        ] {
            let html = format!("{before}{}{behind}<title>end</title>", "a{b:c} ".repeat(100_000));
            let page = page(&html);
            assert_eq!((page.title.as_deref(), page.cut), (Some("end"), false), "{before}");
        }
        // What would be looked at piece by piece is not.
        let hostile = page(&format!("<script>{}</script><title>end</title>", "<".repeat(400_000)));
        assert_eq!((hostile.title, hostile.cut, hostile.head_is_whole), (None, true, false));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = Page::parse(&Body { bytes, cut: None });
        }

        #[test]
        fn no_markup_panics(html in "(<(img|script|style|a|form|meta|link) (src|href|style|content|rel)=['\"]?[a-z:/;(), é]{0,12}['\"]?>|url\\(|\\PC|</(script|style)>){0,20}") {
            let _ = page(&html);
            let _ = (css_addresses(html.as_bytes()).len(), srcset_urls(&html).count());
        }
    }
}
