//! # Domain address (`apex-address`)
//!
//! ## What it checks
//! Whether the domain itself has an address that visitors can reach: an A record, and where there is one an AAAA
//! record, on the public internet; and whether all of them belong to one host.
//!
//! ## Why it matters
//! Without an address no one reaches the site. Everyone who types the domain, clicks an ad or follows a link sees a
//! browser error.
//!
//! ## How to fix it
//! Add the A record (and the AAAA record, if there is one) that your host shows in its domain settings. Remove records
//! that point into a private network, and those of a host that you have left.
//!
//! ## Sources
//! RFC 1035 section 3.4.1, RFC 3596; IANA special-purpose address registries. "No record" is said only where two
//! resolvers of different operators agree. Hosts are told by their published address ranges (table, 2026-11); an address that
//! is in none of them is not held against anybody.
//!
//! ## Covers
//! D1
//!
//! ## Examples
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. AAAA 2a05:d014::21
//! => resolves
//! ```
//! The record of an earlier host was left in: visitors are sent to either, by chance.
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. A 185.199.108.153
//! => mixed-hosts
//! ```
//! Those with IPv6 go to another host than those without.
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. AAAA 2606:4700::6810:84e5
//! => mixed-hosts
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => resolves
//! ```
//! An answer that could not be had for one family does not hide the other.
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. AAAA TIMEOUT
//! => resolves
//! ```
//! An alias stands alone: resolvers that know it see none of the records beside it, mail servers and name servers among them.
//! ```evidence
//! example.com. CNAME cname.vercel-dns.com.
//! cname.vercel-dns.com. A 76.76.21.21
//! => alias-at-apex
//! ```
//! ```evidence
//! example.com. AAAA 2606:4700::6810:84e5
//! => ipv6-only
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. A 192.168.1.10
//! => private-address
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! => missing
//! ```
//! ```evidence
//! => missing
//! ```
//! Behind an alias, too.
//! ```evidence
//! target app.example.com
//! app.example.com. CNAME gone.example.net.
//! => missing
//! ```
//! ```evidence
//! example.com. A SERVFAIL
//! example.com. AAAA SERVFAIL
//! => broken-zone
//! ```
//! ```evidence
//! example.com. A TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns;
use crate::dns::address::special_purpose;
use crate::dns::{Record, addresses};
use crate::engine::evidence::Evidence;
use crate::engine::lookup::{Resolved, zone_apex};
use crate::providers::networks::of_address;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "apex-address",
    area: Area::Domain,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &RESOLVES,
        &ALIAS_AT_APEX,
        &IPV6_ONLY,
        &MIXED_HOSTS,
        &PRIVATE_ADDRESS,
        &MISSING,
        &BROKEN_ZONE,
    ],
    run,
};

static RESOLVES: Outcome = Outcome::pass("resolves", "The domain has an address");
static ALIAS_AT_APEX: Outcome =
    Outcome::fail("alias-at-apex", "The domain itself is a CNAME, which hides its other records")
        .costs(Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel))
        .blocks();
static IPV6_ONLY: Outcome =
    Outcome::warn("ipv6-only", "Visitors without IPv6 cannot reach the domain").important();
static MIXED_HOSTS: Outcome =
    Outcome::warn("mixed-hosts", "The domain's addresses belong to different hosts").important();
static PRIVATE_ADDRESS: Outcome =
    Outcome::fail("private-address", "The domain points into a private network").blocks();
static MISSING: Outcome = Outcome::fail("missing", "The domain has no address").blocks();
static BROKEN_ZONE: Outcome = Outcome::fail("broken-zone", "The domain's name servers give no valid answer")
    .costs(Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::DnsPanel))
    .blocks();

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let name = target.domain.as_str();
    let resolved = Resolved::ask(evidence, name)?;
    let saw = |mut finding: Finding| {
        for lookup in resolved.answered() {
            let alias = lookup.aliases.iter().map(|alias| format!("{alias}: ")).collect::<String>();
            finding =
                finding.with_evidence(format!("{} {name}", lookup.record_type), alias + &lookup.words());
        }
        finding
    };
    let records: Vec<&Record> =
        resolved.answered().flat_map(|lookup| lookup.records.iter().copied()).collect();
    let private = records.iter().find_map(|record| {
        let address = addresses(&[record]).pop()?;
        Some((record, address, special_purpose(address)?))
    });
    if let Some((record, address, range)) = private {
        let fix = Fix::RemoveRecord {
            name: record.name.clone(),
            record_type: record.data.record_type().to_string(),
            value: record.data.to_string(),
        };
        let detail = format!("{address} is not on the public internet: {range}.");
        return Ok(saw(PRIVATE_ADDRESS.found()).detail(detail).fix(fix));
    }
    if let Some(finding) = alias_at_apex(target, evidence, &resolved)? {
        return Ok(saw(finding));
    }
    let has =
        |family: &Result<dns::Lookup<'_>, _>| family.as_ref().is_ok_and(|lookup| !lookup.records.is_empty());
    if has(&resolved.v4) {
        let known: Vec<(&Record, &str)> = records
            .iter()
            .filter_map(|record| Some((*record, of_address(addresses(&[record]).pop()?)?.name.as_str())))
            .collect();
        if let Some((first, host)) = known.first()
            && let Some((second, other)) = known.iter().find(|(_, other)| other != host)
        {
            return Ok(saw(MIXED_HOSTS.found())
                .detail(format!(
                    "{} is {host}'s, {} is {other}'s. Visitors see the one or the other.",
                    first.data, second.data
                ))
                .fix(Fix::step(format!(
                    "Keep the records of the host that serves {name} today, and remove those of the other one."
                ))));
        }
        return Ok(saw(RESOLVES.found()));
    }
    if has(&resolved.v6) {
        // That there is no IPv4 address must itself have been seen.
        if let Err(gap) = &resolved.v4 {
            return Err(Stop::NotMeasured(gap.clone()));
        }
        let fix = Fix::step(format!(
            "Add an A record for {name} with the IPv4 address that your host shows in its domain settings."
        ));
        return Ok(saw(IPV6_ONLY.found()).fix(fix));
    }
    let finding = saw(MISSING.found());
    Ok(match resolved.without_address()? {
        dns::Resolution::ServFail => Finding { outcome: &BROKEN_ZONE, ..finding }
            .detail("Two independent resolvers ask the domain's name servers and get no answer that they trust.")
            .fix(Fix::step("Ask your DNS provider why its name servers do not answer for the domain. If DNSSEC was switched on or the provider changed, compare the DS record at the registrar with the provider's.")),
        _ => finding.fix(Fix::step(format!(
            "Add an A record for {name} with the address that your host shows in its domain settings."
        ))),
    })
}

/// A registered domain always has name servers beside its other records, and an alias stands alone
/// ([RFC 1034, 3.6.2](https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2)). An alias that the DNS provider resolves itself
/// does not show.
fn alias_at_apex(
    target: &Target,
    evidence: &Evidence,
    resolved: &Resolved<'_>,
) -> Result<Option<Finding>, Stop> {
    let alias = resolved.answered().find_map(|lookup| lookup.aliases.first().copied());
    let Some(alias) = alias else { return Ok(None) };
    if target.domain.platform().is_some() || zone_apex(evidence, &target.domain)? != target.domain {
        return Ok(None);
    }
    let name = target.domain.as_str();
    let addresses: Vec<String> = resolved.addresses().iter().map(ToString::to_string).collect();
    Ok(Some(
        ALIAS_AT_APEX
            .found()
            .detail(format!("{name} is a CNAME of {alias}. Resolvers that cached it no longer see the domain's mail servers."))
            .fix(Fix::step(format!(
                "Replace the CNAME record at {name}: with ALIAS, ANAME or CNAME flattening where your DNS provider has it, or else with A and AAAA records of the addresses that your host names (today {}).",
                addresses.join(", ")
            ))),
    ))
}
