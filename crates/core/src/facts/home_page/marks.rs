//! Whether what came is a page that is not the site's own: the marks of providers, which stand in their files, and [phrases] that
//! anybody writes, held against the page as it was read. No mark is looked for in markup or in the octets of a body.
//!
//! [phrases]: super::phrases

use std::cell::OnceCell;
use std::sync::OnceLock;

use launch_ready_providers::model::{HeaderMark, PageMark, Shows, Sign};
use launch_ready_providers::page_marks;
use url::Url;

use super::phrases::{PHRASES, Phrases};
use crate::domain::Domain;
use crate::http::{HttpReply, Page};
use crate::target::Target;

/// What a page was told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub shows: Shows,
    /// Whose it is, where that is known.
    pub provider: Option<&'static str>,
    /// How that was told.
    pub reason: String,
    /// Whether it was told by nothing but words, which anybody could write.
    pub by_words: bool,
}

/// A reply, as marks look at it.
#[derive(Debug)]
pub struct Looked<'l> {
    pub(super) target: &'l Target,
    pub(super) url: &'l Url,
    pub(super) reply: &'l HttpReply,
    pub(super) page: &'l Page,
    /// In lower case.
    title: String,
    /// In lower case.
    heading: String,
    /// What the page shows, in lower case, a line for each block; `None` where that is more than such pages show.
    pub(super) text: Option<String>,
    /// The same in one line.
    line: String,
    /// Its characters.
    length: usize,
    /// What it loads, where a mark has asked for it.
    loaded: OnceCell<Vec<Url>>,
}

impl<'l> Looked<'l> {
    /// Looks at what came from `url`.
    #[must_use]
    pub fn at(target: &'l Target, url: &'l Url, reply: &'l HttpReply, page: &'l Page) -> Self {
        let text = (!page.has_more_text).then(|| straight(&page.text));
        let line = text.as_deref().unwrap_or_default().replace('\n', " ");
        let length = line.chars().count();
        let title = straight(page.title.as_deref().unwrap_or_default());
        let heading = straight(page.heading.as_deref().unwrap_or_default());
        Self { target, url, reply, page, title, heading, text, line, length, loaded: OnceCell::new() }
    }

    /// What the page is told to be, if it is one of those that are `wanted`: by a provider's mark, else by a phrase.
    #[must_use]
    pub fn find(&self, wanted: impl Fn(Shows) -> bool) -> Option<Found> {
        self.marked(&wanted).or_else(|| self.phrased(&wanted))
    }

    fn marked(&self, wanted: impl Fn(Shows) -> bool) -> Option<Found> {
        let fits = |shows: Shows, signs: &[Sign]| {
            // Words in the middle of a text tell of the page only where there is hardly anything else.
            let says_alone = signs.iter().all(|sign| matches!(sign, Sign::Says(_) | Sign::LinksTo(_)));
            let most = if shows == Shows::Challenge { LITTLE } else { TERSE };
            (!says_alone || self.says_at_most(most)) && signs.iter().all(|sign| self.shows(sign))
        };
        let marks = page_marks().iter().zip(signs_in_lower_case());
        let ((provider, mark), _) =
            marks.into_iter().find(|((_, mark), signs)| wanted(mark.shows) && fits(mark.shows, signs))?;
        let reason: Vec<String> = mark.signs.iter().map(Sign::words).collect();
        Some(Found {
            shows: mark.shows,
            provider: Some(&provider.name),
            reason: reason.join(", "),
            by_words: mark.signs.iter().all(Sign::is_words),
        })
    }

    fn phrased(&self, wanted: impl Fn(Shows) -> bool) -> Option<Found> {
        if !self.says_at_most(LITTLE) {
            return None;
        }
        let mut kinds = PHRASES.iter().filter(|phrases| wanted(phrases.shows));
        kinds.find_map(|phrases| {
            let reason = self.phrase(phrases)?;
            Some(Found { shows: phrases.shows, provider: None, reason, by_words: true })
        })
    }

    /// The words by which the page says one of these, and where they stand.
    fn phrase(&self, phrases: &Phrases) -> Option<String> {
        let is_whole =
            |text: &str| phrases.whole.contains(&bare(text)) || phrases.whole.contains(&clause(text));
        let title = bare(&self.title);
        if let Some(part) = parts(&self.title).find(|part| is_whole(part)) {
            return Some(format!("the title \"{}\"", bare(part)));
        }
        if let Some(start) = phrases.begins.iter().find(|start| begins(title, start)) {
            return Some(format!("the title \"{start}\""));
        }
        if let Some(end) = phrases.title_ends.iter().find(|end| title.ends_with(**end) && title != **end) {
            return Some(format!("the title \"{end}\""));
        }
        if is_whole(&self.heading) {
            return Some(format!("the heading \"{}\"", bare(&self.heading)));
        }
        let text = self.text.as_deref().unwrap_or_default();
        let blocks = || text.lines().map(bare).filter(|block| !block.is_empty());
        // All that there is, but for a name above it and a line or two below.
        let few = self.length <= FEW_WORDS && blocks().count() <= FEW_BLOCKS;
        if let Some(block) = blocks().find(|block| few && is_whole(block)) {
            return Some(format!("the words \"{block}\""));
        }
        // At the beginning of a block: in the middle of one, a page of the site's own tells of such pages.
        // Nor behind prose: such pages come to the point.
        let mut is_behind_prose = false;
        let mut first_blocks = blocks().take(FIRST_BLOCKS).take_while(|block| {
            let is_in_front = !is_behind_prose;
            is_behind_prose |= block.chars().count() > PROSE;
            is_in_front
        });
        let begun = first_blocks.find_map(|block| {
            let first = phrases.begins.iter().find(|start| begins(block, start)).copied();
            first.or_else(|| {
                let (start, _) = phrases
                    .pairs
                    .iter()
                    .find(|(start, then)| begins(block, start) && self.line.contains(then))?;
                Some(*start)
            })
        });
        begun.map(|start| format!("the words \"{start}\""))
    }

    /// Whether the page shows a sign, whose words are in lower case.
    fn shows(&self, sign: &Sign) -> bool {
        match sign {
            Sign::Status(statuses) => statuses.contains(&self.reply.status),
            Sign::Header(mark) => self.has_header(mark),
            Sign::Host(host) => {
                let own =
                    Domain::from_host(host).is_some_and(|host| self.target.domain.is_within(host.as_str()));
                !own && is_at(self.url, host)
            }
            Sign::Path(start) => self.url.path().starts_with(start.as_str()),
            Sign::Title(title) => self.title == *title,
            Sign::TitleBegins(start) => self.title.starts_with(start.as_str()),
            Sign::TitleEnds(end) => self.title.len() > end.len() && self.title.ends_with(end.as_str()),
            Sign::Heading(heading) => self.heading == *heading,
            Sign::HeadingBegins(start) => begins(&self.heading, start),
            Sign::Generator(name) => {
                self.page.meta("generator").is_some_and(|generator| begins(&straight(generator), name))
            }
            Sign::Says(words) => stands_in(&self.line, words),
            Sign::SaysOnly(words) => self.line == *words,
            Sign::Sentence(start) => {
                let mut lines = self.text.iter().flat_map(|text| text.lines());
                lines.any(|line| line.trim_start().starts_with(start.as_str()))
            }
            Sign::Begins(start) => self.line.starts_with(start.as_str()),
            Sign::Loads(host) => self.loaded().any(|url| is_at(url, host)),
            Sign::LoadsPath(start) => self.loaded().any(|url| url.path().starts_with(start.as_str())),
            Sign::Script(word) => self.page.scripts.iter().any(|script| script.text.contains(word.as_str())),
            Sign::LinksTo(host) => {
                let base = self.page.base_url(self.url);
                let links = self.page.links.iter().take(MAX_LINKS);
                links.filter_map(|href| crate::http::address::join(&base, href)).any(|url| is_at(&url, host))
            }
            Sign::Bare => self.is_bare(),
        }
    }

    fn has_header(&self, mark: &HeaderMark) -> bool {
        self.reply.headers.all(&mark.name).any(|value| mark.is(&mark.name, value))
    }

    /// Whether the page shows next to nothing of its own before a script has run.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        let page = self.page;
        self.text.is_some()
            && self.length <= BARE
            && page.links.len() <= FEW_LINKS
            && page.images.len() <= FEW_LINKS
            && page.media.is_empty()
            && !page.forms.iter().any(|form| form.asks_password)
    }

    /// Whether the page says no more than so many characters, and leads to as few pages as those do that stand in a site's place.
    fn says_at_most(&self, most: usize) -> bool {
        self.text.is_some()
            && self.length <= most
            && self.page.links.len() <= LITTLE_LINKS
            && self.page.media.is_empty()
    }

    /// What scripts, frames, images and style sheets are loaded from.
    fn loaded(&self) -> impl Iterator<Item = &Url> {
        let urls = self.loaded.get_or_init(|| {
            let page = self.page;
            let base = page.base_url(self.url);
            let scripts = page.scripts.iter().filter_map(|script| script.src.as_deref());
            scripts
                .chain(page.frames.iter().map(String::as_str))
                .chain(page.images.iter().take(MAX_LINKS).map(|image| image.src.as_str()))
                .chain(page.styles.iter().map(|style| style.href.as_str()))
                .take(MAX_LOADED)
                .filter_map(|address| crate::http::address::join(&base, address))
                .collect()
        });
        urls.iter()
    }
}

/// The signs of every mark with their words as they are compared: once for all pages.
fn signs_in_lower_case() -> &'static [Vec<Sign>] {
    static SIGNS: OnceLock<Vec<Vec<Sign>>> = OnceLock::new();
    SIGNS.get_or_init(|| {
        let of = |mark: &PageMark| mark.signs.iter().cloned().map(in_lower_case).collect();
        page_marks().iter().map(|(_, mark)| of(mark)).collect()
    })
}

fn in_lower_case(mut sign: Sign) -> Sign {
    match &mut sign {
        Sign::Title(words)
        | Sign::Heading(words)
        | Sign::HeadingBegins(words)
        | Sign::Generator(words)
        | Sign::SaysOnly(words) => *words = straight(words),
        Sign::TitleBegins(words)
        | Sign::TitleEnds(words)
        | Sign::Says(words)
        | Sign::Sentence(words)
        | Sign::Begins(words) => *words = lower(words),
        _ => {}
    }
    sign
}

/// The parts of a title: a name and what it says, set apart by a mark.
fn parts(title: &str) -> impl Iterator<Item = &str> {
    // Behind a colon stands what is said of the name before it; before one, what is explained.
    let behind_colon = title.rsplit_once(": ").map(|(_, said)| said);
    std::iter::once(title)
        .chain(title.split(['|', '\u{2013}', '\u{2014}', '\u{b7}', '\u{bb}']))
        .chain(title.split(" - "))
        .chain(behind_colon)
}

/// A text without marks and pictures at its ends. What it begins with in quotation marks, somebody else said.
fn bare(text: &str) -> &str {
    let is_mark = |c: char| !c.is_alphanumeric() && !matches!(c, '[' | ']' | '/') && !is_mark_of_script(c);
    let is_quote = |c: char| matches!(c, '"' | '\'' | '\u{201c}' | '\u{201e}' | '\u{ab}' | '\u{300c}');
    text.trim_end_matches(is_mark).trim_start_matches(|c: char| is_mark(c) && !is_quote(c))
}

/// The first clause of a sentence in Chinese or Japanese, where no blank sets it apart: what follows says when to come again.
fn clause(text: &str) -> &str {
    bare(text.split(['\u{ff0c}', '\u{3002}', '\u{ff01}', '\u{3001}']).next().unwrap_or(text))
}

/// Signs that belong to the letter before them in scripts of South and South East Asia.
fn is_mark_of_script(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{eff}' | '\u{1000}'..='\u{109f}')
}

/// Whether a text begins with these words, and with no longer one.
fn begins(text: &str, start: &str) -> bool {
    text.strip_prefix(start).is_some_and(|rest| {
        let word = start.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
        !word || !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
    })
}

/// Whether a text holds these words, the first of them at the beginning of a word.
fn stands_in(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let is_word = words.starts_with(char::is_alphanumeric);
        !is_word || !before.is_some_and(|c| c.is_ascii_alphanumeric())
    })
}

/// In lower case, with straight quotation marks.
fn lower(text: &str) -> String {
    text.to_lowercase().replace(['\u{2019}', '\u{2018}'], "'")
}

/// The same, without blanks at its ends.
pub(super) fn straight(text: &str) -> String {
    lower(text.trim())
}

fn is_at(url: &Url, host: &str) -> bool {
    url.host_str()
        .and_then(|actual| actual.strip_suffix(host))
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Characters up to which a page shows next to nothing; see `http::page`.
pub(super) const BARE: usize = 200;
/// Links and images of a page that shows next to nothing.
const FEW_LINKS: usize = 3;
/// Characters up to which a page says as little as those do that stand in a site's place.
const LITTLE: usize = 1200;
/// Characters of a page of which words in the middle of a text tell what it is.
const TERSE: usize = 500;
/// Links of such a page: those that sell a name have a list of searches.
const LITTLE_LINKS: usize = 12;
/// Characters of a page of which one block is a phrase.
const FEW_WORDS: usize = 200;
/// Blocks of such a page: a name, the phrase, an address, a year.
const FEW_BLOCKS: usize = 5;
/// Blocks of which one begins with a phrase: what stands further down is not what the page is for.
const FIRST_BLOCKS: usize = 4;
/// Characters from which a block is prose, and no slogan.
const PROSE: usize = 160;
/// Links, and images, that are looked at.
const MAX_LINKS: usize = 100;
/// Addresses that are looked at of all that a page loads.
const MAX_LOADED: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Body, Headers};

    fn told(html: &str) -> Option<Shows> {
        let target = Target::new(Domain::parse("example.com").unwrap());
        let url = Url::parse("https://example.com/").unwrap();
        let body = Body { bytes: html.into(), cut: None };
        let page = Page::parse(&body);
        let reply = HttpReply { status: 200, headers: Headers::default(), body, headers_ms: 0, body_ms: 0 };
        Looked::at(&target, &url, &reply, &page).find(|_| true).map(|found| found.shows)
    }

    #[test]
    fn a_phrase_is_told_by_title_heading_or_all_there_is_in_any_language() {
        for (html, shows) in [
            ("<title>Acme</title><h1>Opening soon</h1><p>Leave your address</p>", Shows::ComingSoon),
            ("<title>Acme – Coming Soon</title><p>Follow us</p>", Shows::ComingSoon),
            ("<p>Acme</p><p>🚧 Under construction! 🚧</p>", Shows::ComingSoon),
            ("<h1>Site en construction</h1>", Shows::ComingSoon),
            ("<h1>Página en construcción</h1>", Shows::ComingSoon),
            ("<h1>Sito in costruzione</h1>", Shows::ComingSoon),
            ("<h1>Strona w budowie</h1>", Shows::ComingSoon),
            ("<h1>In aanbouw</h1>", Shows::ComingSoon),
            ("<h1>Em construção</h1>", Shows::ComingSoon),
            ("<h1>準備中です。</h1>", Shows::ComingSoon),
            ("<h1>网站建设中</h1>", Shows::ComingSoon),
            ("<h1>网站维护中，请稍后访问</h1>", Shows::Maintenance),
            ("<p>Diese Website befindet sich im Aufbau.</p>", Shows::ComingSoon),
            ("<h1>We’ll be right back.</h1><p>We are baking.</p>", Shows::Maintenance),
            (
                "<p>Briefly unavailable for scheduled maintenance. Check back in a minute.</p>",
                Shows::Maintenance,
            ),
            ("<h1>Wartungsarbeiten</h1>", Shows::Maintenance),
            ("<h1>example.com</h1><p>Hier entsteht eine neue Internetpräsenz</p>", Shows::Parked),
            ("<h1>example.com</h1><p>Ce nom de domaine a été réservé.</p>", Shows::Parked),
            ("<p>このドメインは取得されています。</p>", Shows::Parked),
            ("<title>example.com is for sale</title>", Shows::Parked),
            ("<h1>Please verify you are human</h1>", Shows::Challenge),
            ("<h1>Account suspended</h1>", Shows::Suspended),
            ("<pre>Traceback (most recent call last): File \"a.py\", line 3</pre>", Shows::Crash),
        ] {
            assert_eq!(told(html), Some(shows), "{html}");
        }
    }

    #[test]
    fn a_site_that_tells_of_such_pages_is_a_site() {
        let prose = "We bake at five and bring it to your door at seven, on foot and by bike. ".repeat(20);
        let links = "<a href=/a>a</a>".repeat(20);
        for html in [
            format!("<title>Coming soon: new flavours</title><h1>Fresh bread</h1><p>{prose}</p>"),
            format!("<h1>Coming soon</h1><p>{prose}</p>"),
            format!("<h1>Opening soon</h1>{links}<p>Our second shop</p>"),
            "<h1>Fresh bread</h1><p>Order today.</p><p>Shop</p><p>About</p><p>Blog</p><p>Coming soon</p>"
                .to_owned(),
            "<h1>Builders in Leeds</h1><p>We know what sites under construction need.</p>".to_owned(),
            "<h1>Maintenance for your boiler</h1><p>Book a visit.</p>".to_owned(),
            "<h1>Baustellenbedarf Müller</h1><p>Alles für die Baustelle.</p>".to_owned(),
            format!(
                "<h1>How parking works</h1><p>GoDaddy says: This domain is parked free.</p><p>{}</p>",
                &prose[..600]
            ),
            "<title>Domain parking explained: what it costs</title><h1>What parking is</h1><p>A page.</p>"
                .to_owned(),
            "<title>Python</title><h1>Errors</h1><pre>Traceback (most recent call last):</pre>".to_owned(),
            "<h1>How to verify customers</h1><p>Checking your browser is not enough, they say.</p>"
                .to_owned(),
        ] {
            assert_eq!(told(&html), None, "{html}");
        }
    }
}
