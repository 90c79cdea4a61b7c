//! What requests over https prove about the TLS of a domain's hosts. At the edge they show no certificate, but whether one
//! was trusted.

use super::entry_points::has_www;
use crate::answers::Stop;
use crate::answers::{Cause, Failure};
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::facts::subdomains::subdomains;
use crate::http::{Chain, End};
use crate::target::Target;

/// A host that is asked over https, and what requests have shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpsHost {
    /// Its name.
    pub name: String,
    /// What they have shown.
    pub proof: Proof,
}

/// What requests prove about a host's TLS, and no more than that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A trusted connection was made.
    Trusted,
    /// One was refused for its certificate.
    Untrusted(String),
    /// None could be agreed on.
    NoAgreement,
    /// Nothing: no request came through.
    None,
    /// Nothing was tried yet.
    Untried,
}

impl Proof {
    /// What a request that failed proves.
    #[must_use]
    pub fn of(failure: &Failure) -> Self {
        match failure.cause {
            Cause::TlsUntrusted => Self::Untrusted(failure.to_string()),
            Cause::TlsHandshake => Self::NoAgreement,
            // Whatever answered in the site's place, it did so over a connection that was trusted.
            Cause::Challenged => Self::Trusted,
            _ => Self::None,
        }
    }

    /// What counts more where two requests to one host prove different things: a fault may be one server's of several.
    fn weight(&self) -> u8 {
        match self {
            Self::Untrusted(_) | Self::NoAgreement => 2,
            Self::Trusted => 1,
            Self::None | Self::Untried => 0,
        }
    }
}

/// Where TLS is to be looked at: the hosts where requests have proved a fault, then where the site is. For deep scans every
/// host of the domain that was found.
///
/// # Errors
/// Pending until the ways in are there; not measured where DNS does not say where the first of them leads.
pub fn https_hosts(target: &Target, evidence: &Evidence) -> Result<Vec<HttpsHost>, Stop> {
    let apex = follow(evidence, &format!("https://{}/", target.domain));
    let www = match has_www(target, evidence) {
        Ok(true) => Some(follow(evidence, &format!("https://{}/", target.www()))),
        Ok(false) | Err(Stop::NotMeasured(_)) => None,
        Err(Stop::Pending) => Some(Err(Stop::Pending)),
    };
    let below = if target.deep && target.domain.is_plainly_registered() {
        Some(subdomains(target, evidence))
    } else {
        None
    };
    let apex = apex?;
    let www = match www.transpose() {
        Err(Stop::NotMeasured(_)) => None,
        www => www?,
    };
    let mut hosts: Vec<HttpsHost> = Vec::new();
    for (name, proof) in [Some(&apex), www.as_ref()].into_iter().flatten().flat_map(proofs) {
        match hosts.iter_mut().find(|host| host.name == name) {
            Some(host) if proof.weight() > host.proof.weight() => host.proof = proof,
            Some(_) => {}
            None => hosts.push(HttpsHost { name, proof }),
        }
    }
    let mut ends = [Some(&apex), www.as_ref()].into_iter().flatten().filter_map(|chain| proofs(chain).pop());
    // Where nothing listens on the bare name, the site is on the other one.
    let first = ends.next();
    let other = ends.next().filter(|(_, proof)| *proof == Proof::Trusted);
    let silent = first.as_ref().is_none_or(|(_, proof)| *proof == Proof::None);
    let end = if silent { other.or(first) } else { first };
    let end = end.map(|(name, _)| name).unwrap_or_default();
    let faulty = |host: &HttpsHost| host.proof.weight() == 2;
    if !target.deep {
        hosts.retain(|host| host.name == end || faulty(host));
    }
    hosts.sort_by_key(|host| (!faulty(host), host.name != end));
    match below.transpose() {
        Err(Stop::Pending) => return Err(Stop::Pending),
        Err(Stop::NotMeasured(_)) | Ok(None) => {}
        Ok(Some(subdomains)) => {
            let found = subdomains.found.iter().filter(|found| !found.addresses().is_empty());
            for found in found {
                if !hosts.iter().any(|host| host.name == found.name) {
                    hosts.push(HttpsHost { name: found.name.clone(), proof: Proof::Untried });
                }
            }
        }
    }
    hosts.truncate(if target.deep { MAX_HOSTS_DEEP } else { MAX_HOSTS });
    Ok(hosts)
}

/// The https hosts of a chain in order, and what its requests prove about each; the last one is where it ends.
fn proofs(chain: &Chain) -> Vec<(String, Proof)> {
    let mut proofs: Vec<(String, Proof)> = Vec::new();
    for hop in chain.hops.iter().filter(|hop| hop.url.scheme() == "https") {
        proofs.extend(hop.url.host_str().map(|host| (host.to_owned(), Proof::Trusted)));
    }
    if let End::Failed { url, failure } = &chain.end
        && url.scheme() == "https"
    {
        proofs.extend(url.host_str().map(|host| (host.to_owned(), Proof::of(failure))));
    }
    proofs
}

/// Hosts that a default scan looks at: the site, and one more where requests show a fault of TLS there.
const MAX_HOSTS: usize = 2;
/// Hosts that a deep scan looks at, live subdomains included.
const MAX_HOSTS_DEEP: usize = 12;
