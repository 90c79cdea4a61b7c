//! The certificate of the host where `https://` on the domain ends.

use super::home_page::way_in;
use crate::answers::Stop;
use crate::engine::answer::Answer;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::http::{Chain, End};
use crate::target::Target;
use crate::tls::Certificate;

/// The certificate of the host where `https://` on the domain ends, which the check of certificates asks for in every scan; `None`
/// where it could not be read. It was read, and not verified.
///
/// # Errors
/// Pending until it is there; not measured where DNS does not say where the domain leads.
pub fn site_certificate(target: &Target, evidence: &Evidence) -> Result<Option<Certificate>, Stop> {
    let chain = way_in(target, evidence)?;
    let Some(host) = last_https_host(&chain) else { return Ok(None) };
    Ok(match evidence.ask(Probe::tls(&host))? {
        Answer::Tls(reply) => reply.chain.first().and_then(|own| Certificate::parse(&own.0)),
        _ => None,
    })
}

/// The https host where a chain ends, or fails.
fn last_https_host(chain: &Chain) -> Option<String> {
    let failed = match &chain.end {
        End::Failed { url, .. } => Some(url),
        _ => None,
    };
    let mut urls = failed.into_iter().chain(chain.hops.iter().rev().map(|hop| &hop.url));
    urls.find(|url| url.scheme() == "https")?.host_str().map(str::to_owned)
}
