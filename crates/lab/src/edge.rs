//! Requests for any host: which site they reach, and what an edge says when they reach none.
//!
//! An absolute-form request asks the lab to go and fetch. It answers as Cloudflare's edge answers a Worker's `fetch`:
//! failures are responses, with the edge's own numbers.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use hyper::{Response, StatusCode, http::request::Parts};

use crate::{
    fault::Breaker,
    forward::Forward,
    latency,
    resolver::{Resolved, Resolver},
    scenario::{CertificateKind, Scheme, Site, World},
    unreached::{Unreached, as_edge, is_public},
    web::{self, Body, text},
};

/// All that a request may need.
pub(crate) struct Internet {
    pub(crate) world: Arc<World>,
    pub(crate) resolver: Arc<Resolver>,
    pub(crate) forward: Option<Arc<Forward>>,
}

/// Where a connection to a host and port ends.
pub(crate) enum Reached<'a> {
    /// At a site of a scenario.
    Site(&'a Arc<Site>),
    /// Nowhere, for this reason.
    Not(Unreached),
    /// Outside of all scenarios, on the real internet.
    Outside,
}

impl Internet {
    /// Where a connection would end, certificates aside.
    pub(crate) fn reach(&self, host: &str, scheme: Option<Scheme>) -> Reached<'_> {
        if literal(host).is_some() {
            return Reached::Not(Unreached::Literal);
        }
        match self.resolver.resolve(host) {
            Resolved::NotOurs if self.forward.is_some() => return Reached::Outside,
            Resolved::NotOurs | Resolved::Nothing => return Reached::Not(Unreached::NoName),
            Resolved::Addresses(addresses) if !addresses.iter().any(|address| is_public(*address)) => {
                return Reached::Not(Unreached::Private);
            }
            Resolved::Addresses(_) => {}
        }
        match self.world.site(host) {
            Some((_, site)) if listens(site, scheme) => Reached::Site(site),
            _ => Reached::Not(Unreached::Refused),
        }
    }

    /// Fetches for somebody else, as the edge does. `None`: the host is outside, and the caller must pass it on.
    pub(crate) async fn fetch(
        &self,
        host: &str,
        scheme: Option<Scheme>,
        request: &Parts,
        breaker: &Breaker,
    ) -> Option<Response<Body>> {
        let (site, scheme) = match (self.reach(host, scheme), scheme) {
            (Reached::Outside, _) => return None,
            (Reached::Not(reason), _) => return Some(reason.response()),
            (Reached::Site(..), None) => return Some(Unreached::Refused.response()),
            (Reached::Site(site), Some(scheme)) => (site, scheme),
        };
        if self.forward.is_some() && site.real && !web::has_route(site, scheme, request) {
            return None;
        }
        if scheme == Scheme::Https
            && let Some(reason) = untrusted(site)
        {
            latency::wait(site.latency).await;
            return Some(reason.response());
        }
        Some(as_edge(web::respond(site, host, scheme, request, breaker).await))
    }
}

/// Whether a site listens on the port of a scheme; `None` is any other port.
pub(crate) fn listens(site: &Site, scheme: Option<Scheme>) -> bool {
    match scheme {
        Some(Scheme::Http) => site.http,
        Some(Scheme::Https) => site.https,
        None => false,
    }
}

fn untrusted(site: &Site) -> Option<Unreached> {
    if site.tls_fault.is_some() || site.tls.is_empty() {
        return Some(Unreached::Handshake);
    }
    (site.certificate != CertificateKind::Valid).then_some(Unreached::Certificate)
}

/// The address, if a host is one rather than a name.
pub(crate) fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match bare {
        Some(inner) => inner.parse().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    }
}

/// A short page for somebody who opens the lab itself in a browser.
pub(crate) fn index(world: &World) -> Response<Body> {
    let mut page = String::from("Launch Ready lab: a small internet on loopback.\n\nScenarios:\n");
    for name in &world.scenarios {
        page.push_str(&format!("  {name}\n"));
    }
    page.push_str("\nSites:\n");
    for host in world.sites.keys() {
        page.push_str(&format!("  {host}\n"));
    }
    text(StatusCode::OK, Bytes::from(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_global_addresses_are_public() {
        for public in
            ["76.76.21.21", "104.16.132.229", "100.128.0.1", "2606:4700::6810:84e5", "2a05:d014::21"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for inside in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.10",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fd00::10",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "192.88.99.1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:76.76.21.21",
            "64:ff9b::7f00:1",
            "100:0:0:1::1",
            "2001:0:7f00:1::",
            "2001:10::1",
            "2002:7f00:1::",
            "3fff::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
    }

    #[test]
    fn a_literal_is_an_address_with_or_without_brackets() {
        assert!(literal("127.0.0.1").is_some() && literal("[::1]").is_some() && literal("::1").is_some());
        assert!(literal("healthy.lab").is_none() && literal("[healthy.lab]").is_none());
    }
}
