//! What a reply is in the place of a home page: told by its status, its header fields and what it shows.

use url::Url;

use super::marks::{MARKS, Mark, Shows, Sign};
use crate::domain::Domain;
use crate::http::{Cut, HttpReply, Page};
use crate::target::Target;

/// What came where the home page should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageKind {
    /// The site's page.
    Site,
    /// The site's page, which shows next to nothing before its scripts have run.
    AppShell,
    /// The beginning of the site's page: the connection broke off, or was too slow.
    BrokeOff,
    /// A question or refusal of a protection, meant for robots.
    Challenge,
    /// A refusal that may be meant for us alone: 403, 429, 503.
    Refused,
    /// A page that says that there is work going on.
    Maintenance,
    /// The page of another company's, where people sign in.
    SignInService,
    /// Something that cannot be decoded.
    Unreadable,
    /// It is on a port that is not asked.
    OtherPort,
    /// A demand for a password: 401, 407.
    AsksPassword,
    /// A file or a text, and no HTML.
    NotHtml,
    /// A list of files.
    FileList,
    /// Nothing: a page without content.
    Empty,
    /// A status that brings no page: 1xx, 204, 205, 3xx without a redirect, and those that no standard knows.
    NoPageStatus,
    /// The error of a program, at a status that says that all is well.
    Crash,
    /// A page for a domain that leads nowhere yet.
    Parked,
    /// What a server, a panel or a host shows before there is a site.
    DefaultPage,
    /// What a host shows for a name that it does not know, or no longer.
    Unclaimed,
    /// A shop's or builder's page that keeps visitors out.
    Locked,
    /// A page that says "coming soon".
    ComingSoon,
    /// An error, by its status.
    Error,
    /// No page: a redirect leads in a circle or nowhere, or there is no address.
    Nowhere,
}

/// What checks of the page may say about a kind of page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Whatever they find, and whatever is not there.
    All,
    /// What they find; nothing is absent.
    Present,
    /// Nothing: the site was not seen.
    NotMeasured,
    /// That it does not concern them: there is no page of the site.
    NoPage,
}

impl PageKind {
    /// Every kind.
    pub const ALL: [Self; 22] = [
        Self::Site,
        Self::AppShell,
        Self::BrokeOff,
        Self::Challenge,
        Self::Refused,
        Self::Maintenance,
        Self::SignInService,
        Self::Unreadable,
        Self::OtherPort,
        Self::AsksPassword,
        Self::NotHtml,
        Self::FileList,
        Self::Empty,
        Self::NoPageStatus,
        Self::Crash,
        Self::Parked,
        Self::DefaultPage,
        Self::Unclaimed,
        Self::Locked,
        Self::ComingSoon,
        Self::Error,
        Self::Nowhere,
    ];

    /// What checks of the page may say.
    #[must_use]
    pub fn conclusion(self) -> Conclusion {
        match self {
            // "Coming soon" may be the founder's own words.
            Self::Site | Self::AppShell | Self::ComingSoon => Conclusion::All,
            Self::BrokeOff => Conclusion::Present,
            Self::Challenge
            | Self::Refused
            | Self::Maintenance
            | Self::SignInService
            | Self::Unreadable
            | Self::OtherPort => Conclusion::NotMeasured,
            Self::AsksPassword
            | Self::NotHtml
            | Self::FileList
            | Self::Empty
            | Self::NoPageStatus
            | Self::Crash
            | Self::Parked
            | Self::DefaultPage
            | Self::Unclaimed
            | Self::Locked
            | Self::Error
            | Self::Nowhere => Conclusion::NoPage,
        }
    }

    /// Whether somebody else's page stands where the site should be.
    #[must_use]
    pub fn is_somebody_elses(self) -> bool {
        matches!(self, Self::Parked | Self::DefaultPage | Self::Unclaimed | Self::Locked)
    }

    fn of(shows: Shows) -> Self {
        match shows {
            Shows::Challenge => Self::Challenge,
            Shows::FileList => Self::FileList,
            Shows::Crash => Self::Crash,
            Shows::Parked => Self::Parked,
            Shows::Default => Self::DefaultPage,
            Shows::Unclaimed => Self::Unclaimed,
            Shows::Locked => Self::Locked,
            Shows::ComingSoon => Self::ComingSoon,
            Shows::Maintenance => Self::Maintenance,
            Shows::SignIn => Self::SignInService,
        }
    }
}

/// How sure a kind is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// By status, header fields, hosts or what is loaded.
    Certain,
    /// By what the page says.
    Likely,
}

/// What a reply is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What it is.
    pub kind: PageKind,
    /// Whose page it is, where that is known.
    pub provider: Option<&'static str>,
    /// How that was told.
    pub reason: String,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Judgement {
    fn certain(kind: PageKind, reason: impl Into<String>) -> Self {
        Self { kind, provider: None, reason: reason.into(), confidence: Confidence::Certain }
    }

    fn by(mark: &'static Mark) -> Self {
        let words = mark.signs.iter().all(Sign::is_words);
        let reason: Vec<String> = mark.signs.iter().map(Sign::words).collect();
        Self {
            kind: PageKind::of(mark.shows),
            provider: Some(mark.provider),
            reason: reason.join(", "),
            confidence: if words { Confidence::Likely } else { Confidence::Certain },
        }
    }
}

/// What `reply` is, which came from `url`.
#[must_use]
pub fn judge(target: &Target, url: &Url, reply: &HttpReply, page: &Page) -> Judgement {
    let looked = Looked::at(target, url, reply, page);
    if let Some(mark) = looked.mark(|shows| shows == Shows::Challenge) {
        return Judgement::by(mark);
    }
    let status = reply.status;
    let by_status = match status {
        200..=203 | 206..=299 => None,
        401 | 407 => Some(PageKind::AsksPassword),
        400..=599 => {
            // What stands there may say whose fault it is.
            let known = looked.mark(|shows| {
                matches!(shows, Shows::Unclaimed | Shows::Maintenance | Shows::Parked | Shows::Default)
            });
            if let Some(mark) = known {
                return Judgement::by(mark);
            }
            Some(if matches!(status, 403 | 429 | 503) { PageKind::Refused } else { PageKind::Error })
        }
        204 | 205 => Some(PageKind::Empty),
        _ => Some(PageKind::NoPageStatus),
    };
    if let Some(kind) = by_status {
        return Judgement::certain(kind, format!("status {status}"));
    }
    if let Some(found) = looked.without_html() {
        return found;
    }
    if let Some(mark) = looked.mark(|_| true) {
        return Judgement::by(mark);
    }
    if looked.is_sign_in_elsewhere() {
        let host = url.host_str().unwrap_or_default();
        return Judgement {
            confidence: Confidence::Likely,
            ..Judgement::certain(PageKind::SignInService, format!("a form for a password on {host}"))
        };
    }
    looked.own()
}

/// The failure of a protection that answers in a site's place, where that is what `reply` is.
#[must_use]
pub fn challenge(target: &Target, url: &Url, reply: &HttpReply, page: &Page) -> Option<Judgement> {
    Looked::at(target, url, reply, page).mark(|shows| shows == Shows::Challenge).map(Judgement::by)
}

/// A reply, as marks look at it.
struct Looked<'l> {
    target: &'l Target,
    url: &'l Url,
    reply: &'l HttpReply,
    page: &'l Page,
    /// In lower case.
    title: String,
    /// What the page shows, in lower case; `None` where that is more than such pages show.
    text: Option<String>,
}

impl<'l> Looked<'l> {
    fn at(target: &'l Target, url: &'l Url, reply: &'l HttpReply, page: &'l Page) -> Self {
        let text = (!page.has_more_text).then(|| straight(&page.text));
        Self { target, url, reply, page, title: straight(page.title.as_deref().unwrap_or_default()), text }
    }

    fn mark(&self, wanted: impl Fn(Shows) -> bool) -> Option<&'static Mark> {
        MARKS.iter().find(|mark| wanted(mark.shows) && mark.signs.iter().all(|sign| self.shows(sign)))
    }

    fn shows(&self, sign: &Sign) -> bool {
        let headers = &self.reply.headers;
        let begins = |text: &str, start: &str| text.starts_with(&straight(start));
        match *sign {
            Sign::Status(statuses) => statuses.contains(&self.reply.status),
            Sign::Header(name) => headers.first(name).is_some(),
            Sign::HeaderBegins(name, start) => headers.all(name).any(|value| begins(&straight(value), start)),
            Sign::Host(host) => {
                let own =
                    Domain::from_host(host).is_some_and(|host| self.target.domain.is_within(host.as_str()));
                !own && is_at(self.url, host)
            }
            Sign::Path(start) => self.url.path().starts_with(start),
            Sign::Title(title) => self.title == straight(title),
            Sign::TitleBegins(start) => begins(&self.title, start),
            Sign::TitleEnds(end) => self.title.len() > end.len() && self.title.ends_with(&straight(end)),
            Sign::Says(words) => {
                self.text.as_ref().is_some_and(|text| text.replace('\n', " ").contains(&words.to_lowercase()))
            }
            Sign::SaysOnly(words) => {
                self.text.as_ref().is_some_and(|text| text.replace('\n', " ") == straight(words))
            }
            Sign::Sentence(start) => {
                let start = straight(start);
                // At the beginning of a block: in the middle of one, a page of the site's own tells of such pages.
                let mut lines = self.text.iter().flat_map(|text| text.lines());
                lines.any(|line| line.trim_start().starts_with(&start))
            }
            Sign::Begins(start) => self.text.as_ref().is_some_and(|text| begins(text, start)),
            Sign::Loads(host) => self.loaded().any(|url| is_at(&url, host)),
            Sign::LoadsPath(start) => self.loaded().any(|url| url.path().starts_with(start)),
            Sign::Script(word) => self.page.scripts.iter().any(|script| script.text.contains(word)),
            Sign::Bare => self.is_bare(),
        }
    }

    /// Whether the page shows nothing of its own before a script has run, but that it is on its way.
    fn is_shell(&self) -> bool {
        let page = self.page;
        let waits = |text: &String| text.is_empty() || WAITING.iter().any(|word| text.contains(word));
        let few = self.text.as_ref().is_some_and(|text| text.chars().count() <= BARE && waits(text));
        few && page.forms.is_empty()
            && page.links.is_empty()
            && page.media.is_empty()
            && page.frames.is_empty()
            && page.images.len() <= 1
    }

    fn is_bare(&self) -> bool {
        self.page.shown <= BARE
    }

    /// What scripts and frames are loaded from.
    fn loaded(&self) -> impl Iterator<Item = Url> {
        let base = self.page.base_url(self.url);
        let scripts = self.page.scripts.iter().filter_map(|script| script.src.as_deref());
        scripts
            .chain(self.page.frames.iter().map(String::as_str))
            .filter_map(move |address| crate::http::address::join(&base, address))
    }

    /// What is no HTML page: a file, a text, nothing, or something that cannot be decoded.
    fn without_html(&self) -> Option<Judgement> {
        let body = &self.reply.body;
        let headers = &self.reply.headers;
        let broken = matches!(body.cut, Some(Cut::Broken | Cut::Time));
        if body.bytes.trim_ascii().is_empty() {
            let kind = if body.cut.is_some() { PageKind::Unreadable } else { PageKind::Empty };
            return Some(Judgement::certain(kind, format!("status {}, no content", self.reply.status)));
        }
        let disposition = headers.first("content-disposition").unwrap_or_default();
        if disposition.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("attachment")) {
            return Some(Judgement::certain(
                PageKind::NotHtml,
                format!("Content-Disposition: {disposition}"),
            ));
        }
        let sent = headers.first("content-type");
        let essence =
            sent.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_html = match essence.as_str() {
            "text/html" | "application/xhtml+xml" => true,
            // Without a type browsers look at the beginning (MIME Sniffing standard, section 7.1), unless they are told not to.
            "" | "unknown/unknown" | "application/unknown" | "*/*" => {
                self.page.elements > 0
                    && !headers
                        .first("x-content-type-options")
                        .is_some_and(|value| value.trim().eq_ignore_ascii_case("nosniff"))
            }
            _ => false,
        };
        if !is_html {
            let kind = if essence.is_empty() { "no Content-Type" } else { essence.as_str() };
            return Some(Judgement::certain(PageKind::NotHtml, format!("Content-Type: {kind}")));
        }
        // HTML holds no such characters, in whatever encoding it is; what is packed does.
        let beginning = self.page.text.chars().chain(self.page.title.iter().flat_map(|title| title.chars()));
        let (mut all, mut odd) = (0_usize, 0_usize);
        for character in beginning {
            all += 1;
            odd += usize::from(character == char::REPLACEMENT_CHARACTER || character.is_control());
        }
        if self.page.elements == 0 && odd * UNREADABLE_SHARE > all {
            return Some(Judgement::certain(PageKind::Unreadable, "it cannot be decoded"));
        }
        if broken && self.page.elements == 0 {
            return Some(Judgement::certain(PageKind::Unreadable, "it broke off before there was any HTML"));
        }
        None
    }

    /// Whether people are sent to another company's host to sign in, and see nothing else there.
    fn is_sign_in_elsewhere(&self) -> bool {
        let host = self.url.host_str().unwrap_or_default();
        let Some(host) = Domain::from_host(host) else { return false };
        if host.is_within(self.target.domain.as_str()) || self.target.domain.is_within(host.as_str()) {
            return false;
        }
        // A name of the founder's under another ending is the founder's.
        let own = self.target.domain.labels().max_by_key(|label| label.len()).unwrap_or_default();
        let mut registered = host.labels().rev().skip(1).skip_while(|label| label.len() <= SECOND_LEVEL);
        let same_name = registered.next() == Some(own);
        let words = |segment: &str| SIGN_IN.iter().any(|word| segment.eq_ignore_ascii_case(word));
        let asked = self.url.path().split('/').any(words) || host.labels().any(words);
        let form = self.page.forms.iter().any(|form| form.asks_password);
        !same_name
            && self.text.is_some()
            && (form && asked || asked && self.is_bare() && self.url.query().is_some_and(is_oauth))
    }

    /// The site's own page.
    fn own(&self) -> Judgement {
        if matches!(self.reply.body.cut, Some(Cut::Broken | Cut::Time)) {
            return Judgement::certain(
                PageKind::BrokeOff,
                "the connection broke off before the end of the page",
            );
        }
        // An island's script is named by its element, and no tag of its own.
        let runs = !self.page.islands.is_empty()
            || self.page.scripts.iter().any(|script| script.src.is_some() || !script.text.trim().is_empty());
        let sends_on = self.page.redirect.is_some();
        let is_titled = !self.title.is_empty();
        if self.page.shown == 0 && !runs && !sends_on && !is_titled && !self.page.cut {
            return Judgement::certain(
                PageKind::Empty,
                "HTML that shows nothing, with no title and no script",
            );
        }
        if self.is_shell() && runs && !self.page.cut {
            return Judgement::certain(PageKind::AppShell, "HTML that shows next to nothing, and scripts");
        }
        Judgement::certain(PageKind::Site, format!("status {}, HTML", self.reply.status))
    }
}

impl Sign {
    /// Whether it is told by what the page says, which anybody could write.
    fn is_words(&self) -> bool {
        matches!(
            self,
            Self::Title(_)
                | Self::TitleBegins(_)
                | Self::TitleEnds(_)
                | Self::Says(_)
                | Self::Sentence(_)
                | Self::SaysOnly(_)
                | Self::Begins(_)
                | Self::Bare
        )
    }

    fn words(&self) -> String {
        match self {
            Self::Status(_) => "the status".to_owned(),
            Self::Header(name) => format!("the header {name}"),
            Self::HeaderBegins(name, start) => format!("the header {name}: {start}"),
            Self::Host(host) => format!("the host {host}"),
            Self::Path(path) => format!("the path {path}"),
            Self::Title(title) | Self::TitleBegins(title) | Self::TitleEnds(title) => {
                format!("the title \"{title}\"")
            }
            Self::Says(words) | Self::SaysOnly(words) | Self::Sentence(words) | Self::Begins(words) => {
                format!("the words \"{words}\"")
            }
            Self::Loads(host) => format!("a script or frame from {host}"),
            Self::LoadsPath(path) => format!("a script or frame from {path}"),
            Self::Script(word) => format!("a script that names {word}"),
            Self::Bare => "nothing else to see".to_owned(),
        }
    }
}

/// In lower case, with straight quotation marks.
fn straight(text: &str) -> String {
    text.trim().to_lowercase().replace(['\u{2019}', '\u{2018}'], "'")
}

fn is_at(url: &Url, host: &str) -> bool {
    url.host_str()
        .and_then(|actual| actual.strip_suffix(host))
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a query begins a sign-in by OAuth 2.0 (RFC 6749 section 4.1.1), OpenID Connect or SAML.
fn is_oauth(query: &str) -> bool {
    query.split('&').any(|pair| {
        matches!(pair.split('=').next(), Some("client_id" | "response_type" | "redirect_uri" | "SAMLRequest"))
    })
}

/// Characters of what stands below a country's ending: `co`, `com`, `org`.
const SECOND_LEVEL: usize = 3;
/// What parts of addresses are called where people sign in.
const SIGN_IN: [&str; 16] = [
    "accounts",
    "auth",
    "authenticate",
    "authorize",
    "id",
    "identity",
    "login",
    "oauth",
    "oauth2",
    "realms",
    "saml",
    "sign-in",
    "signin",
    "sso",
    "u",
    "users",
];
/// What a page says while its app is on its way.
const WAITING: [&str; 6] =
    ["loading", "please wait", "enable javascript", "requires javascript", "laden", "chargement"];
/// Characters below which a page shows next to nothing; see `http::page`.
const BARE: usize = 200;
/// One in so many characters that cannot be read makes a text unreadable.
const UNREADABLE_SHARE: usize = 10;
