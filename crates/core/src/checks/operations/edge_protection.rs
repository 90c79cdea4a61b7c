//! # CDN and DDoS protection (`edge-protection`)
//!
//! ## What it checks
//! Whether a network that filters attacks stands in front of the site: recognised by the addresses that the name leads to, and by
//! headers that only that network sends. Name servers of such a network alone protect nothing: that they are there is said.
//!
//! ## Why it matters
//! A launch draws attention, including from people who flood sites for fun or money. A CDN absorbs that traffic; a
//! single server does not.
//!
//! ## How to fix it
//! Put the site behind such a network, or on a host that has one. Free plans of several do.
//!
//! ## Sources
//! Cloudflare, "IP Ranges"; Fastly, "Public IP list"; GitHub, "About GitHub's IP addresses"; Vercel and Netlify, "Configuring an apex domain"; AWS, "Adding CloudFront request headers"; Imperva
//! and Akamai, response headers. Read 2026-11.
//!
//! ## Covers
//! S7
//!
//! ## Examples
//! ```evidence
//! example.com. A 104.16.132.229
//! GET https://example.com/
//! 200
//! => recognised
//! ```
//! ```evidence
//! example.com. A 198.41.0.4
//! GET https://example.com/
//! 200
//! x-amz-cf-id: abc==
//! => recognised
//! ```
//! Where we measure from, every answer says "cloudflare".
//! ```evidence
//! example.com. A 5.161.10.10
//! GET https://example.com/
//! 200
//! server: cloudflare
//! cf-ray: 8e1
//! => not-recognised
//! ```
//! The network answers for the name, and is not in front of the site.
//! ```evidence
//! example.com. A 5.161.10.10
//! example.com. NS ada.ns.cloudflare.com.
//! GET https://example.com/
//! 200
//! => dns-only
//! ```

use launch_ready_providers::all;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns::{RecordData, RecordType, addresses};
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::providers::networks::{of_address, of_name_server};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "edge-protection",
    area: Area::Operations,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Host),
    outcomes: &[&RECOGNISED, &DNS_ONLY, &NOT_RECOGNISED],
    run,
};

static RECOGNISED: Outcome = Outcome::pass("recognised", "A CDN with DDoS protection is in front");
static DNS_ONLY: Outcome =
    Outcome::not_applicable("dns-only", "Your CDN is bypassed: visitors reach the server directly");
// Many hosts have a protection of their own that cannot be seen: no guess, no warning.
static NOT_RECOGNISED: Outcome =
    Outcome::not_applicable("not-recognised", "No CDN recognized; your host may have its own protection");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NOT_RECOGNISED.found().detail(why)),
    };
    let host = home.url.host_str().unwrap_or_default();
    let (v4, v6) =
        (evidence.first_answer(host, RecordType::A), evidence.first_answer(host, RecordType::Aaaa));
    let mut leads_to = addresses(&v4?);
    leads_to.extend(addresses(&v6?));
    let name_servers = evidence.first_answer(target.domain.as_str(), RecordType::Ns)?;
    let by_address = leads_to.iter().find_map(|address| {
        let network = of_address(*address).filter(|network| network.protection.is_some())?;
        Some((network.name.as_str(), format!("address {address}")))
    });
    let by_header = all().iter().find_map(|network| {
        let mut fields = network.protection.iter().flat_map(|protection| &protection.fields);
        let (name, value) = fields.find_map(|name| Some((name, home.reply.headers.first(name)?)))?;
        Some((network.name.as_str(), format!("{name}: {}", value.chars().take(60).collect::<String>())))
    });
    Ok(match by_address.or(by_header) {
        Some((owner, sign)) => {
            RECOGNISED.found().detail(format!("{owner} answers for {host}.")).with_evidence(owner, sign)
        }
        None => {
            let switchable = name_servers.iter().find_map(|record| match &record.data {
                RecordData::Ns(name) => {
                    Some((of_name_server(name)?.protection.as_ref()?.switch.as_ref()?, name))
                }
                _ => None,
            });
            match switchable {
                Some((switch, name)) => DNS_ONLY
                    .found()
                    .with_evidence(format!("NS {}", target.domain), name)
                    .fix(Fix::step(switch)),
                None => NOT_RECOGNISED.found(),
            }
        }
    })
}
