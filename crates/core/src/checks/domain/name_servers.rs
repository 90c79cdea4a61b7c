//! # Name servers (`name-servers`)
//!
//! ## What it checks
//! Whether the domain's zone is served by two or more name servers whose names lead to an address, and who runs them.
//!
//! ## Why it matters
//! Name servers answer for everything under the domain: site, mail, logins. With a single one, its failure takes all
//! of that offline at once. One that no longer exists slows every visitor down, and whoever registers its name
//! answers for the domain.
//!
//! ## How to fix it
//! Set the name servers at the registrar to exactly those that your DNS provider names.
//!
//! ## Sources
//! RFC 1034 section 4.1 ("a given zone will be available from several name servers"), RFC 2182 section 5.
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

use crate::check::{Area, Check, Finding, Fix, Impact, Outcome, Stop};
use crate::dns::provider::of_name_server;
use crate::dns::{RecordData, RecordType, server_address, zone_apex};
use crate::evidence::Evidence;
use crate::order;
use crate::stakes::{Effort, Loss, Stakes, Who};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "name-servers",
    area: Area::Domain,
    impact: Impact::Important,
    stakes: Stakes::new(Loss::Downtime, Effort::Hour, Who::Registrar),
    outcomes: &[&REDUNDANT, &SINGLE, &UNRESOLVABLE, &NOT_DELEGATED, &PLATFORM],
    run,
};

static REDUNDANT: Outcome = Outcome::pass("redundant", "Several name servers answer for the domain");
static SINGLE: Outcome = Outcome::fail("single", "A single name server answers for the domain");
static UNRESOLVABLE: Outcome = Outcome::fail("unresolvable", "One of the name servers does not exist");
static NOT_DELEGATED: Outcome = Outcome::fail("not-delegated", "The domain has no name servers");
static PLATFORM: Outcome =
    Outcome::not_applicable("platform", "The name servers are the platform's business");

/// Name servers whose names are looked up; the root has thirteen, zones of founders two to six.
const MAX_LOOKED_UP: usize = 4;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let lookup = evidence.lookup(zone.as_str(), RecordType::Ns)?;
    let mut names: Vec<&str> = lookup
        .records
        .iter()
        .filter_map(|record| match &record.data {
            RecordData::Ns(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    order::sort(&mut names);
    names.dedup();
    let label = format!("NS {zone}");
    if names.is_empty() {
        if !lookup.is_missing() {
            return Err(Stop::NotMeasured(lookup.gap()));
        }
        return Ok(NOT_DELEGATED
            .found()
            .detail(format!("Two resolvers find no name servers for {zone}. Is it registered, and paid for?"))
            .saw(label, lookup.words())
            .fix(Fix::step("Check at the registrar that the domain is registered and active, and set your DNS provider's name servers there.")));
    }
    // All at once; one that could not be had says nothing about the others.
    let looked_up: Vec<_> =
        names.iter().take(MAX_LOOKED_UP).map(|name| (*name, server_address(evidence, name))).collect();
    let mut dead = Vec::new();
    for (name, address) in looked_up {
        match address {
            Err(Stop::Pending) => return Err(Stop::Pending),
            Ok(lookup) if lookup.is_missing() => dead.push(name),
            Ok(_) | Err(Stop::NotMeasured(_)) => {}
        }
    }
    let mut providers: Vec<&str> = names.iter().filter_map(|name| of_name_server(name)).collect();
    providers.dedup();
    let run_by = match providers.as_slice() {
        [] => String::new(),
        some => format!(", run by {}", some.join(" and ")),
    };
    let seen = REDUNDANT
        .found()
        .detail(format!(
            "{} {}{run_by}.",
            names.len(),
            if names.len() == 1 { "name server" } else { "name servers" }
        ))
        .saw(label, names.join(", "));
    if let Some(name) = dead.first() {
        return Ok(Finding { outcome: &UNRESOLVABLE, ..seen }
            .detail(format!("{name} has no address: questions sent to it are lost."))
            .fix(Fix::step(format!("Remove {name} from the domain's name servers at the registrar, or replace it by the one that your DNS provider names."))));
    }
    if names.len() == 1 {
        return Ok(Finding { outcome: &SINGLE, ..seen }
            .fix(Fix::step("Add the second name server that your DNS provider names, at the registrar. If it names only one, move the zone to a provider with several.")));
    }
    Ok(seen)
}
