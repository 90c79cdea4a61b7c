//! # Name servers (`name-servers`)
//!
//! ## What it checks
//! Whether the domain's zone is served by two or more name servers, in more than one network, whose names lead to public
//! addresses; whether the registry sends people to the same servers that the zone names; and who runs them. The servers are
//! not asked themselves: what they answer is seen through resolvers alone.
//!
//! ## Why it matters
//! Name servers answer for everything under the domain: site, email, sign-in. If the only one fails, all of it goes
//! offline. A name server that no longer exists slows every visitor down, and anyone who registers its name can
//! answer for your domain.
//!
//! ## How to fix it
//! Set the name servers at the registrar to exactly those that your DNS provider names.
//!
//! ## Sources
//! RFC 1034 section 4.1 ("a given zone will be available from several name servers"); RFC 2182 sections 3.1 and 5 (servers in
//! different networks); RFC 2181 section 10.3 (a server's name is no alias); RFC 8914, errors 22 and 23 (what a resolver says about
//! servers that it could not get an answer from). The registry's list comes by RDAP (RFC 9083 section 5.3), with the registration.
//! One network is an IPv4 block of 256 addresses, the smallest that is announced to the internet; providers that are known
//! serve one such block from many places, and are not counted. Two versions of the zone (SOA serials) are normal for as long
//! as its TTL says after a change, so they are shown and not held against anybody.
//!
//! ## Covers
//! D7
//!
//! ## Examples
//! ```evidence
//! example.com. NS kim.ns.cloudflare.com.
//! example.com. NS rob.ns.cloudflare.com.
//! kim.ns.cloudflare.com. A 108.162.192.126
//! rob.ns.cloudflare.com. A 108.162.193.140
//! => redundant
//! ```
//! A name without name servers of its own is served by those of the zone that it lies in.
//! ```evidence
//! target app.example.com
//! app.example.com. A 76.76.21.21
//! example.com. NS ns1.example.net.
//! example.com. NS ns2.example.net.
//! ns1.example.net. A 76.76.21.1
//! ns2.example.net. AAAA 2606:4700::1
//! => redundant
//! ```
//! ```evidence
//! example.com. NS ns1.example.net.
//! ns1.example.net. A 76.76.21.1
//! => single
//! ```
//! ```evidence
//! example.com. NS ns1.example.net.
//! example.com. NS ns2.gone.org.
//! ns1.example.net. A 76.76.21.1
//! => unresolvable
//! ```
//! Nothing outside can reach a server in a private network.
//! ```evidence
//! example.com. NS ns1.example.net.
//! example.com. NS ns2.example.net.
//! ns1.example.net. A 76.76.21.1
//! ns2.example.net. A 10.0.0.2
//! => private-address
//! ```
//! An old provider is still named by the registry: some of the questions go there.
//! ```evidence
//! example.com. NS kim.ns.cloudflare.com.
//! example.com. NS rob.ns.cloudflare.com.
//! kim.ns.cloudflare.com. A 108.162.192.126
//! rob.ns.cloudflare.com. A 108.162.193.140
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! | {"objectClassName":"domain","nameservers":[{"ldhName":"KIM.NS.CLOUDFLARE.COM"},{"ldhName":"NS1.OLDHOST.NET"}]}
//! => registry-differs
//! ```
//! The order and the case of the names mean nothing.
//! ```evidence
//! example.com. NS kim.ns.cloudflare.com.
//! example.com. NS rob.ns.cloudflare.com.
//! kim.ns.cloudflare.com. A 108.162.192.126
//! rob.ns.cloudflare.com. A 108.162.193.140
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! | {"objectClassName":"domain","nameservers":[{"ldhName":"ROB.NS.CLOUDFLARE.COM."},{"ldhName":"KIM.NS.CLOUDFLARE.COM."}]}
//! => redundant
//! ```
//! The resolver got its answer from one server, and says that another one refused.
//! ```evidence
//! example.com. NS ns1.example.net.
//! example.com. NS ns2.example.net.
//! ns1.example.net. A 76.76.21.1
//! ns2.example.net. A 5.9.10.11
//! note example.com 23 5.9.10.11:53 rcode=REFUSED for example.com NS
//! => lame
//! ```
//! ```evidence
//! example.com. NS ns1.example.net.
//! example.com. NS ns2.example.net.
//! ns1.example.net. A 76.76.21.1
//! ns2.example.net. CNAME host.example.org.
//! host.example.org. A 5.9.10.11
//! => alias
//! ```
//! ```evidence
//! example.com. NS ns1.example.net.
//! example.com. NS ns2.example.com.
//! ns1.example.net. A 76.76.21.1
//! ns2.example.com. CNAME host.example.org.
//! host.example.org. A 5.9.10.11
//! => alias
//! ```
//! ```evidence
//! example.com. NS ns1.example.net.
//! example.com. NS ns2.example.net.
//! ns1.example.net. A 5.9.10.11
//! ns2.example.net. A 5.9.10.12
//! => one-network
//! ```
//! A provider that serves one block from many places.
//! ```evidence
//! example.com. NS kim.ns.cloudflare.com.
//! example.com. NS rob.ns.cloudflare.com.
//! kim.ns.cloudflare.com. A 108.162.192.126
//! rob.ns.cloudflare.com. A 108.162.192.140
//! => redundant
//! ```
//! Two resolvers hold two versions of the zone.
//! ```evidence
//! example.com. SOA ns1.example.net. hostmaster.example.com. 7 300
//! example.com. NS ns1.example.net.
//! example.com. NS ns2.example.net.
//! ns1.example.net. A 76.76.21.1
//! ns2.example.net. A 5.9.10.11
//! => changing
//! ```
//! ```evidence
//! => not-delegated
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. NS TIMEOUT
//! => not-measured
//! ```

use std::net::IpAddr;

use crate::answers::{Stop, if_measured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns::address::special_purpose;
use crate::dns::{DnsReply, Lookup, Record, RecordData, RecordType, addresses};
use crate::domain::Domain;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::{server_address, zone_apex};
use crate::engine::probe::{DnsQuestion, Probe, Resolver};
use crate::facts::wildcard::UNLIKELY;
use crate::providers::networks::of_name_server;
use crate::rdap;
use crate::rdap::Registration;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "name-servers",
    area: Area::Domain,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Registrar),
    outcomes: &[
        &REDUNDANT,
        &CHANGING,
        &SINGLE,
        &UNRESOLVABLE,
        &PRIVATE_ADDRESS,
        &REGISTRY_DIFFERS,
        &LAME,
        &ALIAS,
        &ONE_NETWORK,
        &NOT_DELEGATED,
        &PLATFORM,
    ],
    run,
};

static REDUNDANT: Outcome = Outcome::pass("redundant", "Several name servers answer for the domain");
static CHANGING: Outcome =
    Outcome::pass("changing", "Several name servers answer; two versions of the zone were seen");
static SINGLE: Outcome = Outcome::fail("single", "Only one name server answers for the domain");
static UNRESOLVABLE: Outcome = Outcome::fail("unresolvable", "One of the name servers does not exist");
static PRIVATE_ADDRESS: Outcome =
    Outcome::fail("private-address", "One of the name servers is in a private network");
static REGISTRY_DIFFERS: Outcome =
    Outcome::warn("registry-differs", "The registry and the zone name different name servers");
static LAME: Outcome =
    Outcome::warn("lame", "A resolver could not get an answer from one of the name servers");
static ALIAS: Outcome = Outcome::warn("alias", "A name server's name is a CNAME");
static ONE_NETWORK: Outcome = Outcome::warn("one-network", "All name servers are in one network");
static NOT_DELEGATED: Outcome = Outcome::fail("not-delegated", "The domain has no name servers").blocks();
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages the name servers");

/// Name servers whose names are looked up; the root has thirteen, zones of founders two to six.
const MAX_LOOKED_UP: usize = 4;
/// "No Reachable Authority" and "Network Error" (RFC 8914 sections 4.23 and 4.24).
const UNREACHED: [u16; 2] = [22, 23];

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let lookup = evidence.lookup(zone.as_str(), RecordType::Ns);
    let other =
        evidence.lookup_first_at(DnsQuestion::first(zone.as_str(), RecordType::Soa).to(Resolver::Second));
    // Both are asked for by other checks, and cost nothing here.
    let unlikely = evidence.lookup_first(&target.domain.child(UNLIKELY), RecordType::A);
    let registry = registry(evidence, &zone);
    let lookup = lookup?;
    let (other, unlikely, registry) = (if_measured(other)?, if_measured(unlikely)?, registry?);
    let names = names(&lookup.records);
    let label = format!("NS {zone}");
    if names.is_empty() {
        if !lookup.is_missing() {
            return Err(Stop::NotMeasured(lookup.gap()));
        }
        return Ok(NOT_DELEGATED
            .found()
            .detail(format!("Two resolvers find no name servers for {zone}. Is it registered, and paid for?"))
            .with_evidence(label, lookup.words())
            .fix(Fix::step("Check at the registrar that the domain is registered and active, and set your DNS provider's name servers there.")));
    }
    // All at once; one that could not be had says nothing about the others.
    let asked: Vec<_> =
        names.iter().take(MAX_LOOKED_UP).map(|name| (*name, server_address(evidence, name))).collect();
    let mut servers: Vec<(&str, Lookup<'_>)> = Vec::new();
    for (name, address) in asked {
        servers.extend(if_measured(address)?.map(|lookup| (name, lookup)));
    }
    let mut providers: Vec<&str> =
        names.iter().filter_map(|name| Some(of_name_server(name)?.name.as_str())).collect();
    providers.dedup();
    let run_by = match providers.as_slice() {
        [] => String::new(),
        some => format!(", run by {}", some.join(" and ")),
    };
    let mut seen = REDUNDANT
        .found()
        .detail(format!(
            "{} {}{run_by}.",
            names.len(),
            if names.len() == 1 { "name server" } else { "name servers" }
        ))
        .with_evidence(label, names.join(", "));
    for (name, lookup) in &servers {
        seen = seen.with_evidence(format!("{} {name}", lookup.record_type), lookup.words());
    }
    if let Some((name, _)) = servers.iter().find(|(_, lookup)| lookup.is_missing()) {
        return Ok(Finding { outcome: &UNRESOLVABLE, ..seen }
            .detail(format!("{name} has no address: questions sent to it are lost."))
            .fix(replace(name)));
    }
    for (name, lookup) in &servers {
        let private = addresses(&lookup.records).into_iter().find_map(|a| Some((a, special_purpose(a)?)));
        if let Some((address, range)) = private {
            return Ok(Finding { outcome: &PRIVATE_ADDRESS, ..seen }
                .detail(format!("{name} is {address}, which is not on the public internet: {range}."))
                .fix(replace(name)));
        }
    }
    if names.len() == 1 {
        return Ok(Finding { outcome: &SINGLE, ..seen }
            .fix(Fix::step("Add the second name server that your DNS provider names, at the registrar. If it names only one, move the zone to a provider with several.")));
    }
    if let Some(registry) = registry.filter(|registry| !registry.is_empty() && *registry != names) {
        return Ok(Finding { outcome: &REGISTRY_DIFFERS, ..seen }
            .detail("Questions go to the servers that the registry names. If you have just changed them, resolvers remember the old ones for up to two days; otherwise one of the two lists is out of date.")
            .with_evidence("the registry's name servers", registry.join(", "))
            .fix(Fix::step(format!("Compare both lists with what your DNS provider shows for {zone}, and set exactly these servers at the registrar."))));
    }
    let replies = [Some(lookup.reply), other.as_ref().map(|other| other.reply)];
    let error = replies
        .iter()
        .flatten()
        .flat_map(|reply| &reply.extended_errors)
        .find(|error| UNREACHED.contains(&error.code));
    if let Some(error) = error {
        let said = if error.text.is_empty() { "no usable answer from a name server" } else { &error.text };
        return Ok(Finding { outcome: &LAME, ..seen }
            .detail("It was answered by another one. A server that refuses, or that does not know the zone, costs every visitor time.")
            .with_evidence(format!("what the resolver says (error {})", error.code), said)
            .fix(Fix::step(format!("Ask your DNS provider whether {zone} is set up on every name server in the list, and remove the one that does not answer for it at the registrar."))));
    }
    if let Some((name, lookup)) = servers.iter().find(|(_, lookup)| !lookup.aliases.is_empty()) {
        let mut finding = Finding { outcome: &ALIAS, ..seen }.detail(format!(
            "{name} is an alias of {}. Resolvers need not follow it, and some do not.",
            lookup.owner()
        ));
        // In a zone of somebody else's there is nothing to change.
        if !Domain::from_host(name).is_some_and(|server| server.is_within(zone.as_str())) {
            return Ok(finding.fix(Fix::step(format!(
                "At the registrar, use {} itself as the name server, or ask the operator of {name} for a name with its own addresses.",
                lookup.owner()
            ))));
        }
        if let Some(alias) = lookup.aliases.first() {
            finding = finding.fix(Fix::RemoveRecord {
                name: (*name).to_owned(),
                record_type: "CNAME".to_owned(),
                value: format!("{alias}."),
            });
        }
        for record in &lookup.records {
            finding = finding.fix(Fix::record(
                *name,
                &record.data.record_type().to_string(),
                record.data.to_string(),
            ));
        }
        return Ok(finding);
    }
    if let Some(network) =
        one_network(&servers).filter(|_| providers.is_empty() && servers.len() == names.len())
    {
        return Ok(Finding { outcome: &ONE_NETWORK, ..seen }
            .detail(format!("Their IPv4 addresses are all in {network}: one fault there takes site and mail offline."))
            .fix(Fix::step("Ask your DNS provider for a name server in another network, or move the zone to a provider that has several.")));
    }
    let versions = [
        unlikely.and_then(|lookup| serial(lookup.reply, &zone)),
        other.and_then(|lookup| serial(lookup.reply, &zone)),
    ];
    if let [Some(first), Some(second)] = versions {
        seen =
            seen.with_evidence(format!("serial of {zone}, at two resolvers"), format!("{first}, {second}"));
        if first != second {
            let detail = format!(
                "{} The two versions are normal after a change, for as long as the zone's TTL says. If they stay, the name servers do not agree.",
                seen.detail
            );
            return Ok(Finding { outcome: &CHANGING, ..seen }.detail(detail));
        }
    }
    Ok(seen)
}

/// The name servers among `records`, in alphabetical order.
fn names<'e>(records: &[&'e Record]) -> Vec<&'e str> {
    let mut names: Vec<&str> = records
        .iter()
        .filter_map(|record| match &record.data {
            RecordData::Ns(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The name servers that the registry names; `None` where it could not be asked. What the zone above holds cannot be had
/// from a resolver: those answer with the zone's own list.
fn registry(evidence: &Evidence, zone: &Domain) -> Result<Option<Vec<String>>, Stop> {
    let Some(url) = rdap::url(zone.as_str()).filter(|_| zone.is_plainly_registered()) else {
        return Ok(None);
    };
    let reply = if_measured(fetched(evidence, Probe::get(&url)))?;
    let registration =
        reply.filter(|reply| reply.status == 200).and_then(|reply| Registration::parse(&reply.body.bytes));
    Ok(registration.map(|registration| registration.name_servers))
}

/// The version of `zone` that a reply shows: in a SOA record of its answer, or in that of an answer that has nothing (RFC 2308
/// section 3).
fn serial(reply: &DnsReply, zone: &Domain) -> Option<u32> {
    reply.answers.iter().chain(&reply.authority).find_map(|record| match &record.data {
        RecordData::Soa { serial, .. } if record.name == zone.as_str() => Some(*serial),
        _ => None,
    })
}

/// The block of 256 addresses that all servers lie in, where they do.
fn one_network(servers: &[(&str, Lookup<'_>)]) -> Option<String> {
    let mut network = None;
    for (_, lookup) in servers {
        for address in addresses(&lookup.records) {
            let IpAddr::V4(address) = address else { return None };
            let [a, b, c, _] = address.octets();
            if *network.get_or_insert([a, b, c]) != [a, b, c] {
                return None;
            }
        }
    }
    network.map(|[a, b, c]| format!("{a}.{b}.{c}.0/24"))
}

fn replace(name: &str) -> Fix {
    Fix::step(format!(
        "Remove {name} from the domain's name servers at the registrar, or replace it by the one that your DNS provider names."
    ))
}
