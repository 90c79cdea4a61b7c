//! What a page holds, as far as checks look at it.

use super::css::CssUse;
use crate::http::PageRedirect;

/// A page, as far as checks look at it. Everything in it was written by strangers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The first `<title>`, blanks folded.
    pub title: Option<String>,
    /// The first heading of the first rank, blanks folded, where it stands in what is kept of the text.
    pub heading: Option<String>,
    /// The element that an app is put into: `root` for `<div id=root>`, `app-root` for the element of that name.
    pub mount: Option<String>,
    /// Whether something is there for browsers without scripts alone.
    pub has_noscript: bool,
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
    /// Where the page sends everybody on by itself, if it does.
    pub redirect: Option<PageRedirect>,
    /// Scripts that run, in order.
    pub scripts: Vec<Script>,
    /// Scripts from files that no browser runs, because of their `type`: the type in lower case, and `src`.
    pub inert_scripts: Vec<(String, String)>,
    /// Style sheets from files.
    pub styles: Vec<Style>,
    /// Images.
    pub images: Vec<Image>,
    /// Preloads, preconnects and icons.
    pub hints: Vec<Hint>,
    /// `src` of frames and embedded objects.
    pub frames: Vec<String>,
    /// `src` of video, audio and their sources.
    pub media: Vec<String>,
    /// Forms.
    pub forms: Vec<Form>,
    /// `href` of links.
    pub links: Vec<String>,
    /// Modules of islands: `component-url` and `renderer-url` of Astro.
    pub islands: Vec<String>,
    /// The text of the first `<script type=importmap>` (HTML standard, "import maps"), where it is short enough to be kept whole.
    pub import_map: Option<String>,
    /// Addresses in `<style>` and `style=`, and what is loaded from each.
    pub css_urls: Vec<(CssUse, String)>,
    /// Start tags.
    pub elements: u32,
    /// The beginning of what visitors read, a line for each block, blanks folded.
    pub text: String,
    /// Whether visitors read more than that.
    pub has_more_text: bool,
    /// How much visitors see before a script has run: characters of text, and what counts as many. No more is counted than it
    /// takes to call a page a page.
    pub shown: usize,
    /// Whether the head was read to its end, so that what is not in it is not there.
    pub head_is_whole: bool,
    /// Whether the page goes on behind what was read, or there was more of something than is kept here.
    pub cut: bool,
}

/// A script that runs: `type` empty, JavaScript or `module`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Where it is loaded from; `None` where it stands in the page.
    pub src: Option<String>,
    /// The beginning of its text, where it stands in the page.
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
    /// `nonce`.
    pub nonce: Option<String>,
    /// Whether its text goes on behind what is kept of it.
    pub text_is_cut: bool,
    /// Whether `crossorigin` is given.
    pub is_cors: bool,
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
    /// Whether `crossorigin` is given.
    pub is_cors: bool,
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

/// A `<link>` that says what will be needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hint {
    /// `preload`, `modulepreload`, `preconnect`, `dns-prefetch` or `icon`.
    pub rel: &'static str,
    /// `href`.
    pub href: String,
    /// `as`, in lower case.
    pub what: String,
    /// Whether `crossorigin` is given.
    pub is_cors: bool,
}

/// A form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// `action`; `None` sends to the page itself.
    pub action: Option<String>,
    /// `formaction` of its buttons, which win over `action`.
    pub button_actions: Vec<String>,
    /// Whether it asks for a password.
    pub asks_password: bool,
}
