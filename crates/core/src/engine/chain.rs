//! Redirect chains, followed through the evidence: each is walked once for all checks.

use url::Url;

use super::answer::Answer;
use super::edge::failure_behind;
use super::evidence::Evidence;
use super::guard::{guarded, unreachable_host};
use super::probe::Probe;
use crate::answers::{Cause, Failure, Fetch, Refusal, Stop, Unreachable};
use crate::http::{self, Chain, End, HttpReply, HttpRequest};

impl Fetch for Evidence {
    fn admit(&self, url: &str) -> Result<Url, Refusal> {
        guarded(url)
    }

    fn unreachable(&self, host: &str) -> Result<Option<Unreachable>, Stop> {
        unreachable_host(self, host)
    }

    fn fetch(&self, request: HttpRequest) -> Result<Result<&HttpReply, Failure>, Stop> {
        Ok(match self.ask(Probe::Http(request))? {
            Answer::Http(reply) => failure_behind(reply).map_or(Ok(reply), Err),
            Answer::Failed(failure) => Err(failure.clone()),
            Answer::Dns(_) | Answer::Tls(_) => Err(Failure::new(Cause::Malformed)),
        })
    }
}

impl Evidence {
    /// The reply to the hop of `chain` at `index`.
    #[must_use]
    pub fn reply_to(&self, chain: &Chain, index: usize) -> Option<&HttpReply> {
        match self.get(&Probe::get(chain.hops.get(index)?.url.as_str()))? {
            Answer::Http(reply) => Some(reply),
            _ => None,
        }
    }

    /// The reply to the last hop of `chain`.
    #[must_use]
    pub fn last_reply(&self, chain: &Chain) -> Option<&HttpReply> {
        self.reply_to(chain, chain.hops.len().checked_sub(1)?)
    }
}

/// Follows the redirects that begin at `start`, as a visitor does who keeps no cookies: a crawler, `curl`.
///
/// # Errors
/// Pending until the next answer is there; not measured where DNS does not say whether a host has an address.
pub fn follow(evidence: &Evidence, start: &str) -> Result<Chain, Stop> {
    evidence.chain(start, || http::follow(evidence, start)).map(|chain| Chain::clone(&chain))
}

/// Follows the redirects that begin at `start`, as a browser does: cookies that a host sets go back to that host. A
/// page that first sets a cookie and then redirects to itself is a loop for crawlers and none for browsers.
///
/// # Errors
/// As [`follow`].
pub fn follow_with_cookies(evidence: &Evidence, start: &str) -> Result<Chain, Stop> {
    http::follow_with_cookies(evidence, start)
}

/// The reply to one request behind which no redirect is followed, or how the way there ends. Passes the same guard as
/// every hop of a chain.
///
/// # Errors
/// Pending until the answers are there; not measured where DNS does not say whether the host has an address.
pub fn fetch(evidence: &Evidence, request: HttpRequest) -> Result<Result<&HttpReply, End>, Stop> {
    let url = match guarded(&request.url) {
        Ok(url) => url,
        Err(refusal) => return Ok(Err(End::Refused { location: request.url, refusal })),
    };
    let host = url.host_str().unwrap_or_default();
    if let Some(why) = unreachable_host(evidence, host)? {
        return Ok(Err(End::unreachable(host, why)));
    }
    let request = HttpRequest { url: url.to_string(), ..request };
    Ok(Fetch::fetch(evidence, request)?.map_err(|failure| End::Failed { url, failure }))
}
