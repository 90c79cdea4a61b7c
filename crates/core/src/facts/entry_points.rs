//! Home page URLs: http and https, with and without `www`, and where each leads.

use super::home_page::kind::challenge;
use crate::answers::{Cause, Failure, Stop};
use crate::dns::RecordType;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::http::{Chain, End};
use crate::target::Target;

/// One way in: what people type, and where that leads them.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The URL it begins with.
    pub url: String,
    /// Whether that is the `www` name.
    pub www: bool,
    /// Whether that is https.
    pub https: bool,
    /// Where it leads; the error is what could not be had.
    pub chain: Chain,
}

/// Whether `entry` is plain http without an answer, on a host whose https arrives: its port 80 is closed, or drops what is
/// sent to it.
#[must_use]
pub fn is_https_only(entry: &Entry, entries: &[Entry]) -> bool {
    let unanswered = matches!(&entry.chain.end, End::Failed { failure, .. }
        if matches!(failure.cause, Cause::Timeout | Cause::Unreachable));
    !entry.https
        && entry.chain.hops.is_empty()
        && unanswered
        && entries.iter().any(|other| {
            other.https
                && other.www == entry.www
                && other.chain.arrived().is_some_and(|end| end.scheme() == "https")
        })
}

/// Whether `entry` is plain http that is refused with a status that says so, on a host whose https shows a page: nothing is served
/// there without encryption. IIS says 403.4, others 421, 426, or 400 where https alone is spoken on the port.
#[must_use]
pub fn is_http_refused(entry: &Entry, entries: &[Entry]) -> bool {
    let refused = |entry: &Entry| {
        let last = entry.chain.hops.last();
        entry.chain.hops.len() == 1 && last.is_some_and(|hop| matches!(hop.status, 400 | 403 | 421 | 426))
    };
    !entry.https
        && entry.chain.arrived().is_some()
        && refused(entry)
        && entries.iter().any(|other| {
            let shows = other.chain.hops.last().is_some_and(|hop| hop.status < 400);
            other.https && other.www == entry.www && other.chain.arrived().is_some() && shows
        })
}

/// Whether a request that failed so shows that a host takes no https: nothing listens there, or what does cannot be trusted.
#[must_use]
pub fn refuses_https(cause: Cause) -> bool {
    cause.proves_tls_fault() || matches!(cause, Cause::Timeout | Cause::Unreachable)
}

/// Whether `entry` is https that finds no connection on a name whose plain http answers, while https on its sister name arrives: port
/// 443 of that name is closed.
#[must_use]
pub fn is_https_closed(entry: &Entry, entries: &[Entry]) -> bool {
    let unanswered = matches!(&entry.chain.end, End::Failed { failure, .. }
        if failure.cause == Cause::Unreachable);
    entry.https
        && entry.chain.hops.is_empty()
        && unanswered
        && entries.iter().any(|other| !other.https && other.www == entry.www && !other.chain.hops.is_empty())
        && entries.iter().any(|other| {
            other.https
                && other.www != entry.www
                && other.chain.arrived().is_some_and(|end| end.scheme() == "https")
        })
}

/// The ways in: http and https on the domain, and on its `www` name where that exists.
///
/// # Errors
/// Pending until all chains are there; not measured where DNS does not say where one of them leads.
pub fn entry_points(target: &Target, evidence: &Evidence) -> Result<Vec<Entry>, Stop> {
    let mut entries = Vec::new();
    let mut stopped = None;
    for www in [false, true] {
        if www && !has_www(target, evidence)? {
            continue;
        }
        let host = if www { target.www() } else { target.domain.to_string() };
        for https in [false, true] {
            let url = format!("{}://{host}/", if https { "https" } else { "http" });
            match follow(evidence, &url) {
                Ok(chain) => {
                    let chain = without_challenge(target, evidence, chain);
                    entries.push(Entry { url, www, https, chain });
                }
                // Ask for everything that can be asked for now; what is pending wins over what was not to be had.
                Err(stop) => {
                    if stopped.is_none() || stop == Stop::Pending {
                        stopped = Some(stop);
                    }
                }
            }
        }
    }
    stopped.map_or(Ok(entries), Err)
}

/// A chain whose last answer is a protection's, as a chain that did not arrive: the site behind it was not seen.
#[must_use]
pub fn without_challenge(target: &Target, evidence: &Evidence, mut chain: Chain) -> Chain {
    let Some(url) = chain.arrived().cloned() else { return chain };
    let Some(reply) = evidence.last_reply(&chain) else { return chain };
    let page = evidence.page(&evidence.woken(url.as_str())).unwrap_or_default();
    let Some(found) = challenge(target, &url, reply, &page) else { return chain };
    let by = found.provider.unwrap_or_default();
    let failure = Failure::new(Cause::Challenged).detailed(&format!("{by}: {}", found.reason));
    chain.hops.pop();
    chain.end = End::Failed { url, failure };
    chain
}

/// Whether the `www` name is one of the ways in: somebody has put an address there. Names below a platform's have
/// no `www` of their own.
///
/// # Errors
/// Pending until DNS has answered.
pub fn has_www(target: &Target, evidence: &Evidence) -> Result<bool, Stop> {
    if target.domain.platform().is_some() {
        return Ok(false);
    }
    let v4 = evidence.first_answer(&target.www(), RecordType::A);
    let v6 = evidence.first_answer(&target.www(), RecordType::Aaaa);
    Ok(!v4?.is_empty() || !v6?.is_empty())
}
