//! # Dangling records (`dangling`)
//!
//! ## What it checks
//! Whether the domain, its `www` name, its mail and name servers, the usual names below it, or a wildcard, point at something
//! that is gone: a name that does not exist, a domain that anybody can register, or a place at a service that nobody uses.
//!
//! ## Why it matters
//! Anyone who claims that place can publish anything under your name, with a valid certificate: a copy of your
//! sign-in page, or email that looks like yours. It is one of the most common attacks on young companies, and it
//! starts with a test site that was switched off.
//!
//! ## How to fix it
//! Remove the DNS record first, and only then the site at the service. If the site is still wanted, create it again
//! and connect the name to it today.
//!
//! ## Sources
//! Microsoft Learn, "Prevent dangling DNS entries and avoid subdomain takeover"; GitHub Docs, "Verifying your custom domain
//! for GitHub Pages"; the public list can-i-take-over-xyz (all read 2026-11). Only what is documented as claimable fails.
//! That a name does not exist is said only where two resolvers agree, that a domain is free only where its registry says so
//! by RDAP (RFC 9083).
//!
//! ## Covers
//! D4
//!
//! ## Examples
//! ```evidence
//! example.com. A 76.76.21.21
//! www.example.com. CNAME example.com.
//! app.example.com. CNAME my-app.onrender.com.
//! my-app.onrender.com. A 216.24.57.1
//! => clean
//! ```
//! Amazon, Microsoft and others hand a released name to the next who asks for it.
//! ```evidence
//! example.com. A 76.76.21.21
//! api.example.com. CNAME my-api.azurewebsites.net.
//! => claimable
//! ```
//! A record of the service's keeps the name for the subscription that had it.
//! ```evidence
//! example.com. A 192.0.2.1
//! api.example.com. CNAME my-api.azurewebsites.net.
//! asuid.api.example.com. TXT "0A1B2C"
//! => gone
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! dev.example.com. CNAME me.github.io.
//! me.github.io. A 185.199.108.153
//! GET http://dev.example.com/
//! 404
//! | <p><strong>There isn't a GitHub Pages site here.</strong></p>
//! => claimable
//! ```
//! GitHub keeps a name for the account that has proved that the domain is its own.
//! ```evidence
//! example.com. A 76.76.21.21
//! dev.example.com. CNAME me.github.io.
//! me.github.io. A 185.199.108.153
//! _github-pages-challenge-me.example.com. TXT "4e38ba"
//! GET http://dev.example.com/
//! 404
//! | <p><strong>There isn't a GitHub Pages site here.</strong></p>
//! => unclaimed
//! ```
//! A site at GitHub whose own page is missing is a site.
//! ```evidence
//! example.com. A 76.76.21.21
//! dev.example.com. CNAME me.github.io.
//! me.github.io. A 185.199.108.153
//! GET http://dev.example.com/
//! 404
//! | <title>Page not found</title>
//! => clean
//! ```
//! A bucket that is there refuses to list itself.
//! ```evidence
//! example.com. A 76.76.21.21
//! dev.example.com. CNAME dev.example.com.s3.amazonaws.com.
//! dev.example.com.s3.amazonaws.com. A 52.216.8.1
//! GET http://dev.example.com/
//! 403
//! | <Error><Code>AccessDenied</Code></Error>
//! => clean
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! dev.example.com. CNAME dev.example.com.s3.amazonaws.com.
//! dev.example.com.s3.amazonaws.com. A 52.216.8.1
//! GET http://dev.example.com/
//! 404
//! | <Error><Code>NoSuchBucket</Code></Error>
//! => claimable
//! ```
//! A bucket must be named as the host is asked for; another one's name cannot be claimed to any effect.
//! ```evidence
//! example.com. A 76.76.21.21
//! dev.example.com. CNAME old-files.s3.amazonaws.com.
//! old-files.s3.amazonaws.com. A 52.216.8.1
//! GET http://dev.example.com/
//! 404
//! | <Error><Code>NoSuchBucket</Code></Error>
//! => unclaimed
//! ```
//! A paused shop says the same as one that is gone, and the service asks for proof before it hands a name out.
//! ```evidence
//! example.com. A 76.76.21.21
//! www.example.com. CNAME shops.myshopify.com.
//! shops.myshopify.com. A 23.227.38.74
//! GET http://www.example.com/
//! 404
//! | Sorry, this shop is currently unavailable.
//! => unclaimed
//! ```
//! Nobody can create that name below a domain that is in use, but nothing answers there either.
//! ```evidence
//! example.com. A 76.76.21.21
//! api.example.com. CNAME old.host.example.net.
//! example.net. NS ns1.example.net.
//! => gone
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! api.example.com. CNAME api.closed-business.com.
//! GET https://rdap.verisign.com/com/v1/domain/closed-business.com
//! 404
//! => registrable
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. MX 10 mx.closed-business.com.
//! GET https://rdap.verisign.com/com/v1/domain/closed-business.com
//! 404
//! => registrable
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. NS ns1.closed-business.com.
//! GET https://rdap.verisign.com/com/v1/domain/closed-business.com
//! 404
//! => registrable
//! ```
//! A domain that is missing in DNS may still be somebody's: switched off over a bill, or kept for its owner for a while.
//! ```evidence
//! example.com. A 76.76.21.21
//! api.example.com. CNAME api.closed-business.com.
//! GET https://rdap.verisign.com/com/v1/domain/closed-business.com
//! 200
//! | {"objectClassName":"domain","status":["server hold"]}
//! => gone
//! ```
//! Where no registry can be asked nothing is said about who could have it.
//! ```evidence
//! example.com. A 76.76.21.21
//! api.example.com. CNAME api.closed-business.zz.
//! => gone
//! ```
//! With a wildcard every name can be claimed.
//! ```evidence
//! example.com. A 76.76.21.21
//! *.example.com. CNAME me.github.io.
//! me.github.io. A 185.199.108.153
//! GET http://launch-ready-wildcard-check.example.com/
//! 404
//! | There isn't a GitHub Pages site here.
//! => claimable
//! ```
//! A name that is verified for mail by an alias into nothing is no site: only addresses were asked for.
//! ```evidence
//! example.com. A 76.76.21.21
//! mail.example.com. CNAME ghs.googlehosted.com.
//! ghs.googlehosted.com. TXT "x"
//! => clean
//! ```
//! One resolver's word is not enough to call a name gone.
//! ```evidence
//! example.com. A 76.76.21.21
//! api.example.com. CNAME my-api.azurewebsites.net.
//! my-api.azurewebsites.net. A SERVFAIL
//! => clean
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. A TIMEOUT
//! => not-measured
//! ```

use crate::answers::{Stop, Unmeasured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns;
use crate::dns::address::special_purpose;
use crate::dns::{Lookup, RecordData, RecordType, addresses};
use crate::domain::Domain;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::engine::probe::Probe;
use crate::facts::subdomains::subdomains;
use crate::facts::wildcard::UNLIKELY;
use crate::providers::claims::{Proof, Service, services};
use crate::rdap;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "dangling",
    area: Area::Domain,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&CLEAN, &CLAIMABLE, &REGISTRABLE, &UNCLAIMED, &GONE, &PLATFORM],
    run,
};

static CLEAN: Outcome = Outcome::pass("clean", "No DNS record points to something that is gone");
static CLAIMABLE: Outcome = Outcome::fail("claimable", "A subdomain can be taken over").blocks();
static REGISTRABLE: Outcome =
    Outcome::fail("registrable", "A DNS record points to a domain that anyone can register").blocks();
static UNCLAIMED: Outcome =
    Outcome::warn("unclaimed", "A name points at a service that does not know it").important();
static GONE: Outcome =
    Outcome::warn("gone", "A DNS record points to something that does not exist").important();
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages the DNS records");

/// Names at services that are asked over HTTP whether they are in use: in a default scan, and in a deep one.
const MAX_FETCHED: (usize, usize) = (2, 10);
/// Mail and name servers that are looked at.
const MAX_SERVERS: usize = 4;

/// Something that is not as it should be.
struct Dangling {
    outcome: &'static Outcome,
    why: String,
    record: (String, &'static str, String),
    seen: String,
}

fn run<'e>(target: &Target, evidence: &'e Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    // Asked together. Only the domain itself must be answered, by whichever resolver can: about names that could not be had
    // nothing is said.
    let apex = evidence.lookup(target.domain.as_str(), RecordType::A);
    let mut names: Vec<(String, Lookup<'e>)> = Vec::new();
    let mut gaps: Vec<Unmeasured> = Vec::new();
    let mut pending = false;
    let mut take = |name: String, lookup: Result<Lookup<'e>, Stop>| match lookup {
        Ok(lookup) => names.push((name, lookup)),
        Err(Stop::Pending) => pending = true,
        Err(Stop::NotMeasured(gap)) => gaps.push(gap),
    };
    if target.domain.is_plainly_registered() {
        let www = evidence.lookup_first(&target.www(), RecordType::A);
        match subdomains(target, evidence) {
            Err(stop) => {
                take(target.www(), www);
                take(String::new(), Err(stop));
            }
            Ok(subdomains) => {
                // What a wildcard answers is looked at once.
                let wild = subdomains.wildcard.as_ref();
                if !www.as_ref().is_ok_and(|www| wild.is_some_and(|wildcard| wildcard.explains(www))) {
                    take(target.www(), www);
                }
                if let Some(wildcard) = subdomains.wildcard {
                    let lookup = evidence.lookup_first(&wildcard.asked, RecordType::A);
                    take(wildcard.asked, lookup);
                }
                for subdomain in subdomains.found {
                    take(subdomain.name, Ok(subdomain.lookup));
                }
                for gap in subdomains.missed {
                    take(String::new(), Err(Stop::NotMeasured(gap)));
                }
            }
        }
    }
    let servers = servers(target, evidence);
    let apex = apex?;
    if apex.outcome == dns::Resolution::ServFail {
        return Err(Stop::NotMeasured(apex.gap()));
    }
    names.insert(0, (target.domain.to_string(), apex));

    let mut problems: Vec<Dangling> = Vec::new();
    let mut fetched = 0;
    let most = if target.deep { MAX_FETCHED.1 } else { MAX_FETCHED.0 };
    for (name, lookup) in &names {
        if lookup.aliases.is_empty() {
            continue;
        }
        let judged = if lookup.records.is_empty() {
            nowhere(target, evidence, name, lookup)
        } else {
            match lookup.aliases.iter().find_map(|alias| Some((*alias, services(alias).next()?))) {
                Some((alias, service)) if !service.vanishes() && fetched < most => {
                    fetched += 1;
                    unused(target, evidence, (name, alias), lookup, service)
                }
                _ => Ok(None),
            }
        };
        match judged {
            Ok(problem) => problems.extend(problem),
            Err(Stop::Pending) => pending = true,
            // What could not be seen is not held against anybody.
            Err(Stop::NotMeasured(gap)) => gaps.push(gap),
        }
    }
    match servers {
        Ok(found) => problems.extend(found),
        Err(Stop::Pending) => pending = true,
        Err(Stop::NotMeasured(gap)) => gaps.push(gap),
    }
    if pending {
        return Err(Stop::Pending);
    }
    // The outcomes stand in the order of their weight.
    let weight = |problem: &Dangling| CHECK.outcomes.iter().position(|known| *known == problem.outcome);
    problems.sort_by_key(weight);
    if problems.is_empty() {
        // More questions than answers: nothing can be said.
        if gaps.len() > names.len() {
            return Err(gaps.into_iter().next().map_or(Stop::Pending, Stop::NotMeasured));
        }
        let there =
            names.iter().filter(|(_, lookup)| !lookup.records.is_empty() || !lookup.aliases.is_empty());
        let mut listed: Vec<&str> = there.map(|(name, _)| name.as_str()).collect();
        listed.push("mail and name servers");
        let mut finding = CLEAN.found().with_evidence("looked at", listed.join(", "));
        for gap in gaps {
            finding = finding.with_evidence(gap.asked, gap.failure.to_string());
        }
        return Ok(finding);
    }
    let mut finding = problems.first().map_or_else(|| CLEAN.found(), |worst| worst.outcome.found());
    if let Some(worst) = problems.first() {
        finding = finding.detail(&worst.why);
    }
    for Dangling { record: (name, record_type, value), seen, .. } in problems {
        // A name that nobody made up but us is the wildcard's.
        let name = match name.strip_prefix(UNLIKELY) {
            Some(zone) => format!("*{zone}"),
            None => name,
        };
        finding = finding
            .with_evidence(format!("{record_type} {name}"), format!("{value} {seen}"))
            .fix(Fix::RemoveRecord { name, record_type: record_type.to_owned(), value });
    }
    Ok(finding)
}

/// An alias that leads to no address.
fn nowhere(
    target: &Target,
    evidence: &Evidence,
    name: &str,
    lookup: &Lookup<'_>,
) -> Result<Option<Dangling>, Stop> {
    if lookup.outcome != dns::Resolution::NxDomain {
        return Ok(None);
    }
    let confirmed = evidence.lookup(name, RecordType::A)?;
    let (Some(first), Some(end)) = (lookup.aliases.first(), lookup.aliases.last()) else { return Ok(None) };
    if confirmed.outcome != dns::Resolution::NxDomain {
        return Ok(None);
    }
    let record = (name.to_owned(), "CNAME", format!("{first}."));
    let seen = format!("({end} does not exist)");
    if let Some(service) = services(end).find(|service| service.vanishes()) {
        // A customer of the service keeps the name: nobody else gets it.
        if is_kept(target, evidence, service, (name, end))? {
            let why = format!(
                "{name} points to {end}, which does not exist at {}. A record of yours keeps others from taking it.",
                service.name()
            );
            return Ok(Some(Dangling { outcome: &GONE, why, record, seen }));
        }
        let why = format!(
            "{name} points to {end}, which is free at {}. Anyone who claims it there can publish anything under {name} ({}).",
            service.name(),
            service.source()
        );
        return Ok(Some(Dangling { outcome: &CLAIMABLE, why, record, seen }));
    }
    if let Some(free) = free(target, evidence, end)? {
        let why = format!(
            "{name} points to {end}, and the domain {free} is free. Anyone who registers it can publish anything under {name}."
        );
        return Ok(Some(Dangling { outcome: &REGISTRABLE, why, record, seen }));
    }
    let why = format!("{name} points to {end}, which does not exist.");
    Ok(Some(Dangling { outcome: &GONE, why, record, seen }))
}

/// A name at a service that does not know it.
fn unused(
    target: &Target,
    evidence: &Evidence,
    (name, alias): (&str, &str),
    lookup: &Lookup<'_>,
    service: Service,
) -> Result<Option<Dangling>, Stop> {
    // Nothing is sent to a name that leads into a private network.
    if addresses(&lookup.records).into_iter().any(|address| special_purpose(address).is_some()) {
        return Ok(None);
    }
    let reply = fetched(evidence, Probe::get(&format!("http://{name}/")))?;
    if !services(alias).any(|way| way.shows_unclaimed(reply)) {
        return Ok(None);
    }
    // A bucket is found by the host name that was asked for.
    let other_name =
        service.named_like_the_host() && !alias.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    let proof = match service.proof() {
        Proof::Claimable if other_name || is_kept(target, evidence, service, (name, alias))? => {
            Proof::Unclaimed
        }
        proof => proof,
    };
    let record = (
        name.to_owned(),
        "CNAME",
        lookup.aliases.first().map(|alias| format!("{alias}.")).unwrap_or_default(),
    );
    let seen =
        format!("(status {}, the page of {} for names that it does not know)", reply.status, service.name());
    let (outcome, why) = match proof {
        Proof::Claimable => (
            &CLAIMABLE,
            format!(
                "{name} points to {}, where it is unclaimed. Anyone who claims it can publish anything under {name} ({}).",
                service.name(),
                service.source()
            ),
        ),
        Proof::Unclaimed => (
            &UNCLAIMED,
            format!(
                "{name} points to {}, which does not know the name. We could not tell whether someone else can claim it there.",
                service.name()
            ),
        ),
    };
    Ok(Some(Dangling { outcome, why, record, seen }))
}

/// Whether a customer of the service keeps `name`, which leads to `alias`, by a TXT record that the service asks for.
fn is_kept(
    target: &Target,
    evidence: &Evidence,
    service: Service,
    (name, alias): (&str, &str),
) -> Result<bool, Stop> {
    let Some(record) = service.kept_by(&target.domain, name, alias) else { return Ok(false) };
    Ok(!evidence.lookup_first(&record, RecordType::Txt)?.records.is_empty())
}

/// The registered domain of `name`, where two resolvers say that it does not exist and its registry that it is free.
/// The domain's own is never meant.
fn free(target: &Target, evidence: &Evidence, name: &str) -> Result<Option<Domain>, Stop> {
    let Some(mut registered) = Domain::from_host(name) else { return Ok(None) };
    while !registered.is_plainly_registered() {
        match registered.as_str().split_once('.').and_then(|(_, parent)| Domain::from_host(parent)) {
            Some(parent) => registered = parent,
            None => return Ok(None),
        }
    }
    // A platform hands names out; its own exists.
    if target.domain.is_within(registered.as_str()) || crate::providers::platforms::hosting(name).is_some() {
        return Ok(None);
    }
    let lookup = evidence.lookup(registered.as_str(), RecordType::Ns)?;
    let Some(url) = rdap::url(registered.as_str()).filter(|_| lookup.outcome == dns::Resolution::NxDomain)
    else {
        return Ok(None);
    };
    match fetched(evidence, Probe::get(&url)) {
        Ok(reply) => Ok((reply.status == 404).then_some(registered)),
        // Nobody said that it is free.
        Err(Stop::NotMeasured(_)) => Ok(None),
        Err(Stop::Pending) => Err(Stop::Pending),
    }
}

/// Mail and name servers whose domain is free.
fn servers(target: &Target, evidence: &Evidence) -> Result<Vec<Dangling>, Stop> {
    let zone = zone_apex(evidence, &target.domain)?;
    let mx = evidence.lookup_first(zone.as_str(), RecordType::Mx);
    let ns = evidence.lookup_first(zone.as_str(), RecordType::Ns);
    let mut found = Vec::new();
    let mut stopped = None;
    for lookup in [mx, ns] {
        let lookup = match lookup {
            Ok(lookup) => lookup,
            Err(stop) => {
                stopped = if stop == Stop::Pending { Some(stop) } else { stopped.or(Some(stop)) };
                continue;
            }
        };
        for record in lookup.records.iter().take(MAX_SERVERS) {
            let server = match &record.data {
                RecordData::Mx { exchange, .. } => exchange,
                RecordData::Ns(name) => name,
                _ => continue,
            };
            match free_server(target, evidence, server) {
                Ok(None) => {}
                Ok(Some(free)) => found.push(Dangling {
                    outcome: &REGISTRABLE,
                    why: format!("{server} is on {free}, a domain that is free. Anyone who registers it receives what is sent there."),
                    record: (zone.to_string(), if lookup.record_type == RecordType::Mx { "MX" } else { "NS" }, record.data.to_string()),
                    seen: format!("({free} is free)"),
                }),
                Err(stop) => stopped = if stop == Stop::Pending { Some(stop) } else { stopped.or(Some(stop)) },
            }
        }
    }
    match stopped {
        Some(Stop::Pending) => Err(Stop::Pending),
        Some(stop) if found.is_empty() => Err(stop),
        _ => Ok(found),
    }
}

/// The free domain that a server's name lies below, if there is one. Asked only where the server itself does not exist.
fn free_server(target: &Target, evidence: &Evidence, server: &str) -> Result<Option<Domain>, Stop> {
    if server.is_empty() || evidence.lookup_first(server, RecordType::A)?.outcome != dns::Resolution::NxDomain
    {
        return Ok(None);
    }
    free(target, evidence, server)
}
