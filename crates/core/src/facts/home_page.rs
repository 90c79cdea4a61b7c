//! The home page of a site.

use std::rc::Rc;

use url::Url;

use crate::answers::{Stop, Unmeasured};
use crate::domain::Domain;
use crate::engine::answer::Answer;
use crate::engine::chain::follow;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::guard::guarded;
use crate::engine::probe::Probe;
use crate::http::HttpReply;
use crate::http::address;
use crate::http::page::Page;
use crate::target::Target;

/// Where `https://` on the domain leads: the page that visitors see. A page that only sends them on, by a refresh or a
/// script, is not that page: the one behind it is. `None` where it leads nowhere.
///
/// # Errors
/// Pending until the chain is there; not measured where the chain ends in something that could not be had.
pub fn home(target: &Target, evidence: &Evidence) -> Result<Option<(Url, Probe)>, Stop> {
    let mut start = format!("https://{}/", target.domain);
    let mut arrived: Vec<Url> = Vec::new();
    loop {
        let chain = follow(evidence, &start)?;
        if let Some(gap) = chain.gap() {
            return Err(Stop::NotMeasured(gap));
        }
        let Some(url) = chain.arrived().cloned() else { return Ok(None) };
        let probe = Probe::get(url.as_str());
        let next = sends_on(evidence, &url, &probe).filter(|next| !arrived.contains(next));
        match next {
            Some(next) if arrived.len() < MAX_PAGES => start = next.to_string(),
            _ => return Ok(Some((url, probe))),
        }
        arrived.push(url);
    }
}

/// Where a page that only sends visitors on sends them: to another address that may be asked.
fn sends_on(evidence: &Evidence, url: &Url, probe: &Probe) -> Option<Url> {
    let succeeded = matches!(evidence.get(probe), Some(Answer::Http(r)) if (200..300).contains(&r.status));
    let page = evidence.page(probe).filter(|_| succeeded)?;
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
    /// Its HTML. Empty where it is something else.
    pub page: Rc<Page>,
}

/// The home page, or in words why there is none.
///
/// # Errors
/// Pending until it is there; not measured where it could not be had.
pub fn home_page<'e>(target: &Target, evidence: &'e Evidence) -> Result<Result<Home<'e>, String>, Stop> {
    let Some((url, probe)) = home(target, evidence)? else {
        return Ok(Err(format!("https://{}/ leads to no page.", target.domain)));
    };
    let reply = fetched(evidence, probe.clone())?;
    if !(200..300).contains(&reply.status) {
        return Ok(Err(format!("{url} answers with status {}.", reply.status)));
    }
    let page = evidence.page(&probe).unwrap_or_default();
    Ok(Ok(Home { url, probe, reply, page }))
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

    /// Whether the reply may be HTML: without a `Content-Type` browsers guess.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let essence = self.reply.headers.first("content-type").unwrap_or_default().split(';').next();
        let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
        matches!(essence.as_str(), "" | "text/html" | "application/xhtml+xml")
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

/// How much a script says about the site by its file's name: bundles of pages and the app before anything else,
/// frameworks and libraries last. The names are those of Vite, Next.js, Nuxt, Create React App, webpack and WordPress.
fn telling(url: &Url) -> u8 {
    let file = url.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let stem = file.split(['.', '-', '_']).next().unwrap_or_default();
    match stem {
        "app" | "index" | "main" | "bundle" | "entry" | "page" | "layout" | "config" | "env" | "settings" => {
            0
        }
        "polyfill" | "polyfills" | "jquery" | "framework" | "react" | "vue" | "vendor" | "vendors"
        | "webpack" | "runtime" | "bootstrap" | "email" | "rocket" => 2,
        _ => 1,
    }
}
