//! # Protection in front (`edge-protection`)
//!
//! ## What it checks
//! Whether a network that filters attacks stands in front of the site: recognised by the addresses that the name leads to, and by
//! headers that only that network sends. Name servers of such a network alone protect nothing: that they are there is said.
//!
//! ## Why it matters
//! A launch draws attention, also of those who flood sites for fun or money. A network in front takes that traffic; a single
//! server does not.
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

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns::{RecordData, RecordType, addresses};
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::providers::networks::of_name_server;
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

static RECOGNISED: Outcome = Outcome::pass("recognised", "A network that filters attacks stands in front");
static DNS_ONLY: Outcome = Outcome::not_applicable(
    "dns-only",
    "Cloudflare answers for the name, but visitors reach the server directly",
);
// Many hosts have a protection of their own that cannot be seen: no guess, no warning.
static NOT_RECOGNISED: Outcome = Outcome::not_applicable(
    "not-recognised",
    "No protecting network was recognised; a host may have its own",
);

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
        let network = NETWORKS.iter().find(|(range, _)| range.contains(address))?;
        Some((network.1, format!("address {address}")))
    });
    let by_header = FIELDS.iter().find_map(|(name, owner)| {
        let value = home.reply.headers.first(name)?;
        Some((*owner, format!("{name}: {}", value.chars().take(60).collect::<String>())))
    });
    Ok(match by_address.or(by_header) {
        Some((owner, sign)) => {
            RECOGNISED.found().detail(format!("{owner} answers for {host}.")).with_evidence(owner, sign)
        }
        None => {
            let cloudflare = name_servers.iter().find_map(|record| match &record.data {
                RecordData::Ns(name) => (of_name_server(name) == Some("Cloudflare")).then_some(name),
                _ => None,
            });
            match cloudflare {
                Some(name) => DNS_ONLY.found().with_evidence(format!("NS {}", target.domain), name).fix(Fix::step(
                    "Switch the proxy on for the record in Cloudflare's DNS settings (the orange cloud), if the host has no protection of its own.",
                )),
                None => NOT_RECOGNISED.found(),
            }
        }
    })
}

/// Fields that only these networks send.
const FIELDS: [(&str, &str); 6] = [
    ("x-amz-cf-id", "Amazon CloudFront"),
    ("x-akamai-transformed", "Akamai"),
    ("x-iinfo", "Imperva"),
    ("x-nf-request-id", "Netlify"),
    ("x-sucuri-id", "Sucuri"),
    ("x-vercel-id", "Vercel"),
];

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

const fn v6(first: u16, second: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), length))
}

/// Address ranges as published by their owners, 2026-11.
static NETWORKS: &[(IpNet, &str)] = &[
    (v4(103, 21, 244, 0, 22), "Cloudflare"),
    (v4(103, 22, 200, 0, 22), "Cloudflare"),
    (v4(103, 31, 4, 0, 22), "Cloudflare"),
    (v4(104, 16, 0, 0, 13), "Cloudflare"),
    (v4(104, 24, 0, 0, 14), "Cloudflare"),
    (v4(108, 162, 192, 0, 18), "Cloudflare"),
    (v4(131, 0, 72, 0, 22), "Cloudflare"),
    (v4(141, 101, 64, 0, 18), "Cloudflare"),
    (v4(162, 158, 0, 0, 15), "Cloudflare"),
    (v4(172, 64, 0, 0, 13), "Cloudflare"),
    (v4(173, 245, 48, 0, 20), "Cloudflare"),
    (v4(188, 114, 96, 0, 20), "Cloudflare"),
    (v4(190, 93, 240, 0, 20), "Cloudflare"),
    (v4(197, 234, 240, 0, 22), "Cloudflare"),
    (v4(198, 41, 128, 0, 17), "Cloudflare"),
    (v6(0x2400, 0xcb00, 32), "Cloudflare"),
    (v6(0x2405, 0x8100, 32), "Cloudflare"),
    (v6(0x2405, 0xb500, 32), "Cloudflare"),
    (v6(0x2606, 0x4700, 32), "Cloudflare"),
    (v6(0x2803, 0xf800, 32), "Cloudflare"),
    (v6(0x2a06, 0x98c0, 29), "Cloudflare"),
    (v6(0x2c0f, 0xf248, 32), "Cloudflare"),
    (v4(151, 101, 0, 0, 16), "Fastly"),
    (v4(146, 75, 0, 0, 17), "Fastly"),
    (v4(199, 232, 0, 0, 16), "Fastly"),
    (v6(0x2a04, 0x4e40, 32), "Fastly"),
    (v4(185, 199, 108, 0, 22), "GitHub Pages (Fastly)"),
    (v4(75, 2, 60, 5, 32), "Netlify"),
    (v4(99, 83, 190, 102, 32), "Netlify"),
    (v4(76, 76, 21, 0, 24), "Vercel"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_told_from_their_neighbours() {
        let owner = |address: &str| {
            let address: std::net::IpAddr = address.parse().unwrap();
            NETWORKS.iter().find(|(range, _)| range.contains(&address)).map(|(_, owner)| *owner)
        };
        assert_eq!(owner("104.31.255.255"), None, "beyond 104.24.0.0/14");
        assert_eq!(owner("104.27.255.255"), Some("Cloudflare"));
        assert_eq!(owner("2606:4700::1"), Some("Cloudflare"));
        assert_eq!(owner("8.8.8.8"), None);
    }
}
