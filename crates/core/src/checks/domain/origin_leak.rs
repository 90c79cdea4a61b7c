//! # Origin exposure (`origin-leak`)
//!
//! ## What it checks
//! Where the site stands behind a proxy: whether other records of the domain show the address of the server behind it.
//!
//! ## Why it matters
//! A CDN protects you only while its origin is unknown. Anyone who knows the server's address can bypass the CDN
//! and every rule you set there.
//!
//! ## How to fix it
//! Let the server accept web traffic from the proxy alone, by its published address ranges or a tunnel. Move mail to a
//! server of its own, and ask your host for a new address once the old one is out of DNS.
//!
//! ## Sources
//! Cloudflare, "Protect your origin server" and cloudflare.com/ips; address ranges of other proxies from their own pages
//! (read 2026-11). An address is called likely only where two independent records show it, or the name says what it is for;
//! nothing is sent to it.
//!
//! ## Covers
//! D5
//!
//! ## Examples
//! ```evidence
//! example.com. A 104.16.132.229
//! www.example.com. A 104.16.132.229
//! app.example.com. CNAME my-app.onrender.com.
//! my-app.onrender.com. A 216.24.57.1
//! => hidden
//! ```
//! Mail and a test site on one machine: what hosts the one hosts the other.
//! ```evidence
//! example.com. A 104.16.132.229
//! example.com. MX 10 mail.example.com.
//! mail.example.com. A 5.9.10.11
//! staging.example.com. A 5.9.10.11
//! => likely
//! ```
//! ```evidence
//! example.com. A 104.16.132.229
//! mail.example.com. A 5.9.10.11
//! example.com. TXT "v=spf1 ip4:5.9.10.11 -all"
//! => likely
//! ```
//! ```evidence
//! target example.com deep
//! example.com. A 104.16.132.229
//! direct.example.com. A 5.9.10.11
//! => likely
//! ```
//! A single address may be a mail server, or another product.
//! ```evidence
//! example.com. A 104.16.132.229
//! api.example.com. A 5.9.10.11
//! => beside
//! ```
//! A network in SPF is a mail service's, not a server.
//! ```evidence
//! example.com. A 104.16.132.229
//! example.com. TXT "v=spf1 ip4:5.9.0.0/16 -all"
//! => hidden
//! ```
//! Where every name has the same wildcard, none of them tells anything.
//! ```evidence
//! example.com. A 104.16.132.229
//! *.example.com. A 5.9.10.11
//! => hidden
//! ```
//! ```evidence
//! example.com. A 5.9.10.11
//! => no-proxy
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. A TIMEOUT
//! => not-measured
//! ```

use std::net::IpAddr;

use launch_ready_providers::Provider;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns::address::special_purpose;
use crate::dns::{RecordType, addresses, texts};
use crate::domain::Domain;
use crate::email::spf;
use crate::email::spf::Mechanism;
use crate::engine::evidence::Evidence;
use crate::facts::subdomains::subdomains;
use crate::providers::networks::of_address;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "origin-leak",
    area: Area::Domain,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Host),
    outcomes: &[&HIDDEN, &LIKELY, &BESIDE, &NO_PROXY, &PLATFORM],
    run,
};

static HIDDEN: Outcome = Outcome::pass("hidden", "No DNS record reveals the server behind the proxy");
static LIKELY: Outcome =
    Outcome::warn("likely", "Other DNS records likely reveal the server behind the proxy");
static BESIDE: Outcome = Outcome::pass(
    "beside",
    "We found a server outside the proxy, but cannot tell whether the site runs on it",
);
static NO_PROXY: Outcome = Outcome::not_applicable("no-proxy", "The site is behind no known proxy");
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages the server");

/// First labels that name the server itself.
static TELLING: &[&str] = &["cpanel", "direct", "ftp", "origin", "server", "webmail"];

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let site = evidence.lookup_first(target.domain.as_str(), RecordType::A)?;
    let proxied = addresses(&site.records);
    let proxy = proxied.iter().find_map(|address| of_address(*address).filter(|host| host.is_proxy()));
    let Some(proxy) =
        proxy.filter(|_| proxied.iter().all(|a| of_address(*a).is_some_and(Provider::is_proxy)))
    else {
        return Ok(NO_PROXY.found());
    };
    let subdomains = subdomains(target, evidence);
    let txt = evidence.lookup_first(target.domain.as_str(), RecordType::Txt);
    let subdomains = subdomains?;
    // Which records show an address; names of one machine count once for each kind of record.
    let mut shown: Vec<(IpAddr, Vec<(String, bool)>)> = Vec::new();
    let mut note = |address: IpAddr, record: String, is_telling: bool| match shown
        .iter_mut()
        .find(|(known, _)| *known == address)
    {
        Some((_, by)) => by.push((record, is_telling)),
        None => shown.push((address, vec![(record, is_telling)])),
    };
    for subdomain in &subdomains.found {
        // A name at a hosting service shows that service, not the founder's server.
        let own = |alias: &&str| {
            Domain::from_host(alias).is_some_and(|alias| alias.is_within(target.domain.as_str()))
        };
        if !subdomain.lookup.aliases.iter().all(own) {
            continue;
        }
        let first = subdomain.name.split('.').next().unwrap_or_default();
        for address in subdomain.addresses() {
            let serves = of_address(address).is_some_and(|host| host.is_proxy() || !host.rents_servers());
            if special_purpose(address).is_none() && !serves {
                note(address, format!("A {}", subdomain.name), TELLING.contains(&first));
            }
        }
    }
    match txt {
        Err(Stop::Pending) => return Err(Stop::Pending),
        // Without it there is less to see, and less is said.
        Err(Stop::NotMeasured(_)) => {}
        Ok(txt) => {
            let texts = texts(&txt.records);
            if let Some(record) = spf::select(&texts).only() {
                for (_, directive) in spf::parse(record).0.directives() {
                    let Mechanism::Ip4 { network, prefix: None | Some(32) } = &directive.mechanism else {
                        continue;
                    };
                    let address = IpAddr::V4(*network);
                    if special_purpose(address).is_none()
                        && !of_address(address).is_some_and(Provider::is_proxy)
                    {
                        note(address, format!("SPF of {}", target.domain), false);
                    }
                }
            }
        }
    }
    // An address in SPF alone is a mail service's.
    shown.retain(|(_, by)| by.iter().any(|(record, _)| record.starts_with("A ")));
    shown.sort();
    let found = HIDDEN
        .found()
        .with_evidence(format!("A {}", target.domain), format!("{} ({})", site.words(), proxy.name));
    let show = |finding: Finding, address: &IpAddr, by: &[(String, bool)]| {
        let records: Vec<&str> = by.iter().map(|(record, _)| record.as_str()).collect();
        finding.with_evidence(address.to_string(), records.join(", "))
    };
    let likely = shown.iter().find(|(_, by)| by.len() > 1 || by.iter().any(|(_, telling)| *telling));
    if let Some((address, by)) = likely {
        return Ok(show(Finding { outcome: &LIKELY, ..found }, address, by)
            .detail(format!("The site is behind {}, but {address} is in {} of the domain's other records. We did not test whether the site answers there.", proxy.name, by.len()))
            .fix(Fix::step(format!("On the server, let only the address ranges of {} reach ports 80 and 443, and look whether {address} still answers for the site.", proxy.name))));
    }
    Ok(match shown.first() {
        Some((address, by)) => show(Finding { outcome: &BESIDE, ..found }, address, by),
        None => found,
    })
}
