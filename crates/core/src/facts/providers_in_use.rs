//! What a domain runs on: who keeps its DNS records, and what serves its site. Told from what a scan saw anyway, so that a
//! fix can be said in the words of the panel and the files that the founder has before them. A guess that is wrong costs
//! a click and no launch: no finding rests on it.

use launch_ready_providers::model::Answers;
use launch_ready_providers::{Provider, all, get};
use serde::{Deserialize, Serialize};

use crate::dns::{RecordData, RecordType};
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::{Resolved, zone_apex};
use crate::http::Headers;
use crate::providers::networks::{of_alias, of_answer, of_name_server};
use crate::shortened;
use crate::target::Target;

/// What a domain runs on, as far as it could be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProvidersInUse {
    /// The zone that the domain's records are in: what names are relative to in a DNS panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Who keeps the zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<Service>,
    /// What serves the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Service>,
}

/// A service that was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Service {
    /// Its name in the API: `amazon-route-53`.
    pub id: String,
    /// How it calls itself: `Amazon Route 53`.
    pub name: String,
    /// What it was told from: `NS ns-1.awsdns-07.org`.
    pub told_by: String,
}

impl Service {
    fn new(provider: &'static Provider, told_by: &str) -> Self {
        let (id, name) = (provider.id.clone(), provider.name.clone());
        Self { id, name, told_by: shortened::name(told_by) }
    }

    /// All that is known of it; `None` where a report of before names what is no longer known.
    #[must_use]
    pub fn provider(&self) -> Option<&'static Provider> {
        get(&self.id)
    }
}

impl ProvidersInUse {
    /// What the evidence tells about `target`. Asks for nothing: what a scan did not see stays unknown.
    #[must_use]
    pub fn of(target: &Target, evidence: &Evidence) -> Self {
        if let Some(platform) = target.domain.platform() {
            let host = Service::new(platform.provider, &format!("the name {}", target.domain));
            return Self { zone: None, dns: None, host: Some(host) };
        }
        let zone = zone_apex(evidence, &target.domain).ok();
        let host = host(target, evidence);
        let dns = zone.as_ref().and_then(|zone| dns(zone.as_str(), host.as_ref(), evidence));
        Self { zone: zone.map(|zone| zone.to_string()), dns, host }
    }
}

/// Who keeps the zone.
fn dns(zone: &str, host: Option<&Service>, evidence: &Evidence) -> Option<Service> {
    let servers = evidence.lookup_first(zone, RecordType::Ns).ok()?;
    servers.records.iter().find_map(|record| {
        let RecordData::Ns(server) = &record.data else { return None };
        let mut provider = of_name_server(server)?;
        // Hosts that keep their customers' zones at somebody else's.
        let at_home = |host: &Service| {
            provider.name_servers.iter().any(|servers| servers.shared_with.contains(&host.id))
        };
        if let Some(own) = host.filter(|host| at_home(host)).and_then(Service::provider) {
            provider = own;
        }
        Some(Service::new(provider, &format!("NS {server}")))
    })
}

/// What serves the site: the platform that the name leads to, or else the one that the answers are signed by; without
/// one the server's software, the proxy before it, the network that it stands in.
fn host(target: &Target, evidence: &Evidence) -> Option<Service> {
    let chain = follow(evidence, &format!("https://{}/", target.domain)).ok();
    let last = chain.as_ref().and_then(|chain| chain.hops.len().checked_sub(1));
    let at = chain.as_ref().zip(last).and_then(|(chain, last)| chain.hops.get(last));
    let site = at.and_then(|hop| hop.url.host_str()).unwrap_or(target.domain.as_str());
    let names = [site, target.domain.as_str()];
    let by_name = names.into_iter().find_map(|name| {
        let resolved = Resolved::ask(evidence, name).ok()?;
        let aliases: Vec<&str> = resolved.answered().flat_map(|lookup| lookup.aliases.clone()).collect();
        let addresses = resolved.addresses();
        let host = of_answer(&aliases, &addresses)?;
        let told_by = match aliases.iter().find(|alias| of_alias(alias).is_some()) {
            Some(alias) => format!("CNAME {alias}"),
            None => addresses.first().map(|address| format!("the address {address}")).unwrap_or_default(),
        };
        Some((host, Service::new(host, &told_by)))
    });
    if let Some((host, service)) = &by_name
        && !host.is_proxy()
        && !host.rents_servers()
    {
        return Some(service.clone());
    }
    let reply = chain.as_ref().zip(last).and_then(|(chain, last)| evidence.reply_to(chain, last));
    let signed = reply.and_then(|reply| signed_by(&reply.headers));
    signed.or(by_name.map(|(_, service)| service))
}

/// Whose answer it is, by the header fields that only one service sends, or else by the server's own name.
fn signed_by(headers: &Headers) -> Option<Service> {
    let answers =
        || all().iter().flat_map(|provider| provider.answers.iter().map(move |own| (provider, own)));
    let mut by_field = answers().filter_map(|(provider, own)| {
        let field = own.fields.iter().find(|field| headers.first(field).is_some())?;
        Some(Service::new(provider, &format!("the header {field}")))
    });
    by_field.next().or_else(|| {
        let server = headers.first("server")?;
        // RFC 9110 section 10.2.4: products separated by blanks, each a name and perhaps a version.
        let product = server.split([' ', '/']).next()?;
        let is_its = |own: &Answers| own.servers.iter().any(|known| known.eq_ignore_ascii_case(product));
        let (provider, _) = answers().find(|(_, own)| is_its(own))?;
        Some(Service::new(provider, &format!("Server: {server}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(fields: &[(&str, &str)]) -> Option<String> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        signed_by(&Headers::new(fields)).map(|service| service.id)
    }

    #[test]
    fn an_answer_is_told_by_the_fields_that_only_one_service_sends() {
        assert_eq!(
            signed(&[("server", "cloudflare"), ("x-vercel-id", "fra1::abc")]).as_deref(),
            Some("vercel")
        );
        assert_eq!(signed(&[("server", "nginx/1.27.2")]).as_deref(), Some("nginx"));
        assert_eq!(signed(&[("server", "Apache")]).as_deref(), Some("apache"));
        // The name of a product is a word, not a part of one.
        assert_eq!(signed(&[("server", "nginx-like/1")]), None);
        assert_eq!(signed(&[("server", "cloudflare")]), None);
    }
}
