//! The ways into a site and its home page.

use url::Url;

use super::chain::{Chain, follow};
use crate::check::Stop;
use crate::dns::RecordType;
use crate::evidence::Evidence;
use crate::probe::Probe;
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

/// Where `https://` on the domain leads: the page that visitors see. `None` where it leads nowhere.
///
/// # Errors
/// Pending until the chain is there; not measured where the chain ends in something that could not be had.
pub fn home(target: &Target, evidence: &Evidence) -> Result<Option<(Url, Probe)>, Stop> {
    let chain = follow(evidence, &format!("https://{}/", target.domain))?;
    if let Some(gap) = chain.gap() {
        return Err(Stop::NotMeasured(gap));
    }
    Ok(chain.arrived().map(|url| (url.clone(), Probe::get(url.as_str()))))
}
