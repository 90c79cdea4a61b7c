//! What a reply is in the place of a home page: told by its status, its header fields and what it shows.

use launch_ready_providers::is_added;
use launch_ready_providers::model::Shows;
use url::Url;

use super::marks::{BARE, Found, Looked};
use crate::domain::Domain;
use crate::http::{Cut, HttpReply, Page};
use crate::providers::third_party::{Purpose, Service, named_in, service};
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
    /// A frame in which another address is shown, and nothing else: forwarding "with masking".
    Framed,
    /// XHTML that is no well-formed XML, for which browsers show an error.
    NotWellFormed,
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
    pub const ALL: [Self; 24] = [
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
        Self::Framed,
        Self::NotWellFormed,
        Self::Error,
        Self::Nowhere,
    ];

    /// What checks of the page may say.
    #[must_use]
    pub fn conclusion(self) -> Conclusion {
        match self {
            // "Coming soon" may be the founder's own words. What phones and search engines get of a page in a frame is the page around it.
            Self::Site | Self::AppShell | Self::ComingSoon | Self::Framed => Conclusion::All,
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
            | Self::NotWellFormed
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
            Shows::Placeholder | Shows::Suspended => Self::DefaultPage,
            Shows::NotConnected => Self::Unclaimed,
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

    fn by(found: Found) -> Self {
        Self {
            kind: PageKind::of(found.shows),
            provider: found.provider,
            reason: found.reason,
            confidence: if found.by_words { Confidence::Likely } else { Confidence::Certain },
        }
    }
}

/// What `reply` is, which came from `url`.
#[must_use]
pub fn judge(target: &Target, url: &Url, reply: &HttpReply, page: &Page) -> Judgement {
    let looked = Looked::at(target, url, reply, page);
    if let Some(found) = looked.find(|shows| shows == Shows::Challenge) {
        return Judgement::by(found);
    }
    let status = reply.status;
    let by_status = match status {
        200..=203 | 206..=299 => None,
        401 | 407 => Some(PageKind::AsksPassword),
        400..=599 => {
            // What stands there may say whose fault it is.
            if status == 503 && reply.headers.first("retry-after").is_some() {
                // RFC 9110 section 15.6.4.
                return Judgement::certain(PageKind::Maintenance, "status 503, Retry-After");
            }
            let known = looked.find(|shows| {
                matches!(
                    shows,
                    Shows::NotConnected
                        | Shows::Maintenance
                        | Shows::Parked
                        | Shows::Placeholder
                        | Shows::Suspended
                        | Shows::Locked
                )
            });
            if let Some(found) = known {
                // What the page says, its status bears out.
                return Judgement { confidence: Confidence::Certain, ..Judgement::by(found) };
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
    if let Some(found) = looked.find(|_| true) {
        return Judgement::by(found);
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
    Looked::at(target, url, reply, page).find(|shows| shows == Shows::Challenge).map(Judgement::by)
}

/// Whether nothing fills a page that shows next to nothing: it has no script, or none but those of services that measure.
#[must_use]
pub fn is_never_filled(target: &Target, url: &Url, reply: &HttpReply, page: &Page) -> bool {
    !page.cut && !Looked::at(target, url, reply, page).has_script_that_fills()
}

impl Looked<'_> {
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

    /// Where the frame leads that is all that the page shows, where that is another site.
    fn frame_of_others(&self) -> Option<Url> {
        let page = self.page;
        let alone = self.text.as_ref().is_some_and(|text| text.chars().count() <= FRAME_WORDS)
            && page.links.is_empty()
            && page.forms.is_empty()
            && page.images.is_empty()
            && page.media.is_empty()
            && page.frames.len() <= MAX_FRAMES
            && !page.cut
            && page.mount.is_none();
        if !alone {
            return None;
        }
        let base = page.base_url(self.url);
        let own = Domain::from_host(self.url.host_str().unwrap_or_default());
        page.frames.iter().filter_map(|src| crate::http::address::join(&base, src)).find(|url| {
            let host = url.host_str().and_then(Domain::from_host);
            host.is_some_and(|host| {
                !host.is_within(self.target.domain.as_str())
                    && !own.as_ref().is_some_and(|own| host.is_within(own.as_str()))
                    // What measures visitors is a frame of its own.
                    && service(host.as_str()).is_none()
            })
        })
    }

    /// Whether a script could fill the page: one that is neither a service's nor such a service's snippet.
    fn has_script_that_fills(&self) -> bool {
        let base = self.page.base_url(self.url);
        // An island's script is named by its element, and no tag of its own.
        !self.page.islands.is_empty()
            || self.page.scripts.iter().filter(|script| !script.is_nomodule).any(|script| match &script.src {
                Some(src) => crate::http::address::join(&base, src).is_some_and(|url| {
                    let delivers = |service: Service| service.purpose == Purpose::Delivery;
                    !is_added(url.path()) && url.host_str().and_then(service).is_none_or(delivers)
                }),
                None => {
                    let text = script.text.trim();
                    let is_snippet = named_in(text).any(|service| service.purpose != Purpose::Delivery)
                        || SNIPPETS.iter().any(|start| text.contains(start));
                    !text.is_empty() && (!is_snippet || script.text_is_cut)
                }
            })
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
        if essence == "application/xhtml+xml"
            && body.cut.is_none()
            && let Err(why) = crate::http::xml::well_formed(&body.bytes)
        {
            let reason =
                format!("Content-Type: application/xhtml+xml, and the page is no well-formed XML: {why}");
            return Some(Judgement::certain(PageKind::NotWellFormed, reason));
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
        if let Some(frame) = self.frame_of_others() {
            let host = frame.host_str().unwrap_or_default();
            return Judgement::certain(PageKind::Framed, format!("a frame with {host}, and nothing else"));
        }
        let page = self.page;
        let fills = self.has_script_that_fills();
        if page.cut {
            return Judgement::certain(PageKind::Site, format!("status {}, HTML", self.reply.status));
        }
        if self.is_shell() && (fills || page.mount.is_some()) {
            let scripts = if fills { "and scripts" } else { "and no script that fills it" };
            return Judgement::certain(
                PageKind::AppShell,
                format!("HTML that shows next to nothing, {scripts}"),
            );
        }
        // A picture may be put there by a style sheet alone.
        let styled = !page.styles.is_empty() || !page.css_urls.is_empty();
        let sends_on = page.redirect.is_some();
        if page.shown == 0 && !fills && !sends_on && (page.has_noscript || !styled) {
            return Judgement::certain(PageKind::Empty, "HTML that shows nothing, and no script that does");
        }
        Judgement::certain(PageKind::Site, format!("status {}, HTML", self.reply.status))
    }
}

/// Whether a query begins a sign-in by OAuth 2.0 (RFC 6749 section 4.1.1), OpenID Connect or SAML.
fn is_oauth(query: &str) -> bool {
    query.split('&').any(|pair| {
        matches!(pair.split('=').next(), Some("client_id" | "response_type" | "redirect_uri" | "SAMLRequest"))
    })
}

/// Characters that stand beside a frame that shows everything: a name, a way there for browsers without frames.
const FRAME_WORDS: usize = 60;
/// Frames of such a page: some have an empty one beside the one that shows.
const MAX_FRAMES: usize = 3;
/// What snippets call that count visitors.
const SNIPPETS: [&str; 4] = ["dataLayer", "gtag(", "fbq(", "_paq.push("];
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
/// One in so many characters that cannot be read makes a text unreadable.
const UNREADABLE_SHARE: usize = 10;
