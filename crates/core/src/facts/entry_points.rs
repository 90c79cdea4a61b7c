//! Home page URLs: http and https, with and without `www`, and where each leads.

use crate::answers::Cause;
use crate::answers::Stop;
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
                Ok(chain) => entries.push(Entry { url, www, https, chain }),
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
