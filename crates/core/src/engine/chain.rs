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
        let first = Probe::Http(request);
        self.ask(first.clone())?;
        let probe = match again(&first).filter(|_| self.get(&first).is_some_and(is_asleep)) {
            // The second answer counts, unless it is none.
            Some(second) => match self.ask(second.clone())? {
                Answer::Failed(_) => first,
                _ => second,
            },
            None => first,
        };
        Ok(match self.ask(probe)? {
            Answer::Http(reply) => failure_behind(reply).map_or(Ok(reply), Err),
            Answer::Failed(failure) => Err(failure.clone()),
            Answer::Dns(_) | Answer::Tls(_) => Err(Failure::new(Cause::Malformed)),
        })
    }
}

impl Evidence {
    /// The probe whose answer stands for a plain GET of `url`: the second one where the first met a host that was asleep.
    #[must_use]
    pub fn woken(&self, url: &str) -> Probe {
        let first = Probe::get(url);
        let second = again(&first).filter(|_| self.get(&first).is_some_and(is_asleep));
        second.filter(|second| matches!(self.get(second), Some(Answer::Http(_)))).unwrap_or(first)
    }

    /// The reply to the hop of `chain` at `index`.
    #[must_use]
    pub fn reply_to(&self, chain: &Chain, index: usize) -> Option<&HttpReply> {
        match self.get(&self.woken(chain.hops.get(index)?.url.as_str()))? {
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

/// The same question once more, where it is one that is asked twice of a host that may have been asleep: for what a name shows
/// over https.
fn again(probe: &Probe) -> Option<Probe> {
    let Probe::Http(request) = probe else { return None };
    let front = Url::parse(&request.url).is_ok_and(|url| url.scheme() == "https" && url.path() == "/");
    let plain = request.method == http::Method::Get && request.headers.is_empty() && request.repeat == 0;
    (front && plain && request.body_limit > 0)
        .then(|| Probe::Http(HttpRequest { repeat: 1, ..request.clone() }))
}

/// Whether an answer is what a platform gives while it starts an app that nobody has asked for in a while: none in time, or that of a
/// gateway without anything behind it.
fn is_asleep(answer: &Answer) -> bool {
    match answer {
        Answer::Failed(failure) => failure.cause == Cause::Timeout,
        Answer::Http(reply) => {
            matches!(reply.status, 502 | 504 | 524)
                || reply.status == 503 && reply.headers.first("retry-after").is_none()
        }
        Answer::Dns(_) | Answer::Tls(_) => false,
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
