//! The home page of a site: what stands in its place, and the page itself.

pub mod app;
pub mod kind;
pub mod marks;
pub mod phrases;

use std::rc::Rc;

use launch_ready_providers::is_library;
use url::Url;

pub use self::kind::{Conclusion, Confidence, Judgement, PageKind};
use super::entry_points::{has_www, refuses_https, without_challenge};
use crate::answers::{Cause, Failure, Refusal, Stop, Unmeasured};
use crate::domain::Domain;
use crate::engine::chain::follow;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::guard::guarded;
use crate::engine::probe::Probe;
use crate::http::address;
use crate::http::page::Page;
use crate::http::{Chain, End, HttpReply};
use crate::target::Target;

/// What stands where the home page should be: known before any check judges it, and computed once for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomePage {
    /// What it is, and how that was told.
    pub judgement: Judgement,
    /// Where it is; `None` where there is no page.
    pub url: Option<Url>,
    /// How the way there ends, where it does not arrive.
    pub end: Option<End>,
}

impl HomePage {
    /// What stands where `https://` on the domain leads. A page that only sends visitors on, by a refresh or a script, is not that
    /// page: the one behind it is. Where the bare name takes no https, what its `www` name shows.
    ///
    /// # Errors
    /// Pending until it is there; not measured where it could not be had.
    pub fn of(target: &Target, evidence: &Evidence) -> Result<Rc<Self>, Stop> {
        evidence.once("the home page", || Self::find(target, evidence))
    }

    fn find(target: &Target, evidence: &Evidence) -> Result<Self, Stop> {
        let mut chain = measured(way_in(target, evidence)?)?;
        let mut arrived: Vec<Url> = Vec::new();
        loop {
            let Some(url) = chain.arrived().cloned() else {
                let reason = chain.ending().unwrap_or_default();
                let other_port = matches!(chain.end, End::Refused { refusal: Refusal::Port(_), .. });
                let kind = if other_port { PageKind::OtherPort } else { PageKind::Nowhere };
                let judgement = Judgement { kind, provider: None, reason, confidence: Confidence::Certain };
                return Ok(Self { judgement, url: None, end: Some(chain.end) });
            };
            let probe = evidence.woken(url.as_str());
            let reply = fetched(evidence, probe.clone())?;
            let page = evidence.page(&probe).unwrap_or_default();
            let judgement = kind::judge(target, &url, reply, &page);
            let judged = matches!(judgement.kind.conclusion(), Conclusion::All | Conclusion::Present);
            let next = sends_on(&url, &page).filter(|next| judged && !arrived.contains(next));
            match next {
                Some(next) if arrived.len() < MAX_PAGES => {
                    chain = measured(follow(evidence, next.as_str())?)?;
                }
                _ => return Ok(Self { judgement, url: Some(url), end: None }),
            }
            arrived.push(url);
        }
    }

    /// Why checks of the page say nothing, where that is so.
    #[must_use]
    pub fn unmeasured(&self, target: &Target) -> Option<Unmeasured> {
        let Judgement { kind, provider, reason, .. } = &self.judgement;
        let cause = match kind {
            PageKind::Challenge | PageKind::Refused => Cause::Challenged,
            PageKind::Unreadable => Cause::Malformed,
            PageKind::Maintenance | PageKind::SignInService | PageKind::OtherPort => Cause::NotTheSite,
            _ => return None,
        };
        let url = self.url.as_ref().map_or_else(|| format!("https://{}/", target.domain), Url::to_string);
        let by = provider.map(|provider| format!("{provider}: ")).unwrap_or_default();
        Some(Unmeasured {
            asked: format!("GET {url}"),
            failure: Failure::new(cause).detailed(&format!("{by}{reason}")),
        })
    }
}

/// The way to the home page that a visitor takes: over the bare name, or, where that takes no https at all, over `www`.
///
/// # Errors
/// Pending until it is there; not measured where it ends in something that could not be had, or at a protection.
pub fn front_door(target: &Target, evidence: &Evidence) -> Result<Chain, Stop> {
    measured(without_challenge(target, evidence, way_in(target, evidence)?))
}

/// The same, wherever it ends.
///
/// # Errors
/// Pending until it is there; not measured where DNS does not say where it leads.
pub fn way_in(target: &Target, evidence: &Evidence) -> Result<Chain, Stop> {
    let bare = follow(evidence, &format!("https://{}/", target.domain))?;
    let closed = match &bare.end {
        End::Failed { failure, .. } => bare.hops.is_empty() && refuses_https(failure.cause),
        _ => false,
    };
    if closed && has_www(target, evidence)? {
        let www = follow(evidence, &format!("https://{}/", target.www()))?;
        if www.arrived().is_some() {
            return Ok(www);
        }
    }
    Ok(bare)
}

/// A chain, unless it ends in something that could not be had.
fn measured(chain: Chain) -> Result<Chain, Stop> {
    chain.gap().map_or(Ok(chain), |gap| Err(Stop::NotMeasured(gap)))
}

/// Where the home page is and what it was asked with, whatever it is. `None` where there is none.
///
/// # Errors
/// As [`HomePage::of`].
pub fn home(target: &Target, evidence: &Evidence) -> Result<Option<(Url, Probe)>, Stop> {
    let found = HomePage::of(target, evidence)?;
    Ok(found.url.clone().map(|url| {
        let probe = evidence.woken(url.as_str());
        (url, probe)
    }))
}

/// Where a page that only sends visitors on sends them: to another address that may be asked.
fn sends_on(url: &Url, page: &Page) -> Option<Url> {
    let redirect = page.redirect.as_ref()?;
    let next = guarded(address::join(&page.base_url(url), &redirect.target)?.as_str()).ok()?;
    (next != *url).then_some(next)
}

/// Pages that send visitors on which are followed.
const MAX_PAGES: usize = 2;

/// The home page as it was fetched.
#[derive(Debug)]
pub struct Home<'e> {
    /// Where it is.
    pub url: Url,
    /// What it was asked with.
    pub probe: Probe,
    /// The reply: a success.
    pub reply: &'e HttpReply,
    /// Its HTML.
    pub page: Rc<Page>,
    /// What kind of page it is.
    pub kind: PageKind,
}

/// The site's home page, or in words why there is none.
///
/// # Errors
/// Pending until it is there; not measured where it could not be had, or where something else came that says nothing about it.
pub fn home_page<'e>(target: &Target, evidence: &'e Evidence) -> Result<Result<Home<'e>, String>, Stop> {
    let found = HomePage::of(target, evidence)?;
    if let Some(unmeasured) = found.unmeasured(target) {
        return Err(Stop::NotMeasured(unmeasured));
    }
    let Judgement { kind, reason, .. } = &found.judgement;
    let Some(url) = found.url.clone() else {
        return Ok(Err(format!("https://{}/ returns no page.", target.domain)));
    };
    if kind.conclusion() == Conclusion::NoPage {
        return Ok(Err(format!("What {url} answers is not a page of the site: {reason}.")));
    }
    let probe = evidence.woken(url.as_str());
    let reply = fetched(evidence, probe.clone())?;
    let page = evidence.page(&probe).unwrap_or_default();
    Ok(Ok(Home { url, probe, reply, page, kind: *kind }))
}

/// What a script of the site is asked with.
#[must_use]
pub fn script_probe(url: &Url) -> Probe {
    Probe::get(url.as_str())
}

/// Scripts of a page that are fetched to be looked at: each is somebody's bandwidth.
const MAX_SCRIPTS_FETCHED: usize = 3;

impl Home<'_> {
    /// What there is to say where the page was not read to its end: the rest of a sentence's paragraph, empty where it was.
    #[must_use]
    pub fn cut_note(&self) -> &'static str {
        if self.page.cut { " The page is long; only its beginning was looked at." } else { "" }
    }

    /// Whether all of the page came, so that what is not in it is not there.
    ///
    /// # Errors
    /// Not measured where it broke off.
    pub fn whole(&self) -> Result<(), Stop> {
        if self.kind == PageKind::BrokeOff { Err(self.missed()) } else { Ok(()) }
    }

    /// Whether the head of the page was read to its end, so that what is not in it is not there.
    ///
    /// # Errors
    /// Not measured where it was not.
    pub fn whole_head(&self) -> Result<(), Stop> {
        if self.page.head_is_whole { Ok(()) } else { Err(self.missed()) }
    }

    fn missed(&self) -> Stop {
        let failure = Failure::new(Cause::Malformed).detailed("only the beginning of the page was read");
        Stop::NotMeasured(Unmeasured { asked: format!("GET {}", self.url), failure })
    }

    /// An address in the page, absolute; `None` for what is not fetched (`data:`, `javascript:`, `mailto:`).
    #[must_use]
    pub fn resolve(&self, address: &str) -> Option<Url> {
        let url = address::join(&self.page.base_url(&self.url), address)?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    }

    /// A path on the host of the home page; `None` for what leads away from it.
    #[must_use]
    pub fn own_url(&self, path: &str) -> Option<Url> {
        let url = guarded(self.url.join(path).ok()?.as_str()).ok()?;
        (url.origin() == self.url.origin()).then_some(url)
    }

    /// Whether `url` is on the site itself: the domain, the page's own host, or below one of them.
    #[must_use]
    pub fn is_first_party(&self, target: &Target, url: &Url) -> bool {
        let own = self.url.host_str().unwrap_or_default();
        let own = own.strip_prefix("www.").unwrap_or(own);
        url.host_str().and_then(Domain::from_host).is_some_and(|host| {
            host.is_within(target.domain.as_str())
                || Domain::from_host(own).is_some_and(|o| host.is_within(o.as_str()))
        })
    }

    /// The site's own scripts that are worth a look, the most telling first: what the site's builders wrote before
    /// frameworks and libraries, at most [`MAX_SCRIPTS_FETCHED`].
    #[must_use]
    pub fn own_scripts(&self, target: &Target) -> Vec<Url> {
        let sources = self.page.scripts.iter().filter(|script| !script.is_nomodule);
        let preloaded = self.page.hints.iter().filter(|hint| hint.rel == "modulepreload");
        let mut urls: Vec<Url> = Vec::new();
        for address in
            sources.filter_map(|s| s.src.as_deref()).chain(preloaded.map(|hint| hint.href.as_str()))
        {
            let url = self.resolve(address).and_then(|url| guarded(url.as_str()).ok());
            if let Some(url) = url.filter(|url| self.is_first_party(target, url) && !urls.contains(url)) {
                urls.push(url);
            }
        }
        urls.sort_by_key(|url| (telling(url), url.host() != self.url.host()));
        urls.truncate(MAX_SCRIPTS_FETCHED);
        urls
    }

    /// The site's own scripts, fetched: those that answered with a success, and what could not be had.
    ///
    /// # Errors
    /// Pending until all are there.
    pub fn fetch_scripts<'e>(&self, target: &Target, evidence: &'e Evidence) -> Result<Scripts<'e>, Stop> {
        let mut scripts = Scripts { read: Vec::new(), gaps: Vec::new() };
        let mut pending = false;
        for url in self.own_scripts(target) {
            match follow(evidence, url.as_str()) {
                Ok(chain) => {
                    scripts.gaps.extend(chain.gap());
                    let reply = evidence.last_reply(&chain);
                    if let (Some(at), Some(reply)) = (chain.arrived(), reply)
                        && (200..300).contains(&reply.status)
                    {
                        scripts.read.push((at.clone(), reply));
                    }
                }
                Err(Stop::NotMeasured(gap)) => scripts.gaps.push(gap),
                Err(Stop::Pending) => pending = true,
            }
        }
        if pending { Err(Stop::Pending) } else { Ok(scripts) }
    }
}

/// Scripts of the site that were fetched.
#[derive(Debug)]
pub struct Scripts<'e> {
    /// Where each came from, and its reply.
    pub read: Vec<(Url, &'e HttpReply)>,
    /// What could not be had.
    pub gaps: Vec<Unmeasured>,
}

/// Whether a script is the one that an app begins with, by its file's name.
#[must_use]
pub fn is_entry(url: &Url) -> bool {
    telling(url) == 0
}

/// How much a script says about the site by its file's name: bundles of pages and the app before anything else,
/// frameworks and libraries last. The names are those of Vite, Next.js, Nuxt, Create React App, webpack and WordPress.
pub(super) fn telling(url: &Url) -> u8 {
    let file = url.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let stem = file.split(['.', '-', '_']).next().unwrap_or_default();
    match stem {
        "app" | "index" | "main" | "bundle" | "entry" | "page" | "layout" | "config" | "env" | "settings" => {
            0
        }
        "polyfill" | "polyfills" | "framework" | "vendor" | "vendors" | "runtime" => 2,
        library if is_library(library) => 2,
        _ => 1,
    }
}
