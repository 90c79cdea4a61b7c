//! # www address (`www-address`)
//!
//! ## What it checks
//! Whether the `www` name of the domain exists and leads to an address on the public internet.
//!
//! ## Why it matters
//! Many people still type `www.`, and old links and printed cards use it. If it does not exist, they see a browser
//! error. If it points to something that is gone, someone else may be able to claim it.
//!
//! ## How to fix it
//! Add a CNAME record for `www` that points to the domain, or to the name that your host gives, and add the `www` name
//! to the site in your host's settings.
//!
//! ## Sources
//! RFC 1035 section 3.3.1. "No record" is said only where two resolvers of different operators agree.
//!
//! ## Covers
//! D2, D4
//!
//! ## Examples
//! ```evidence
//! example.com. A 76.76.21.21
//! www.example.com. CNAME example.com.
//! => resolves
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => missing
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! www.example.com. CNAME old-shop.example.net.
//! => dangling
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! www.example.com. A 10.0.0.5
//! => private-address
//! ```
//! ```evidence
//! www.example.com. A SERVFAIL
//! www.example.com. AAAA SERVFAIL
//! => broken
//! ```
//! A name below another one, or below a platform's, has no need of a `www` of its own.
//! ```evidence
//! target app.example.com
//! app.example.com. A 76.76.21.21
//! => not-needed
//! ```
//! ```evidence
//! target shop.vercel.app
//! shop.vercel.app. A 76.76.21.21
//! => not-needed
//! ```
//! ```evidence
//! www.example.com. A TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns;
use crate::dns::address::special_purpose;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::Resolved;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "www-address",
    area: Area::Domain,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&RESOLVES, &MISSING, &DANGLING, &PRIVATE_ADDRESS, &BROKEN, &NOT_NEEDED],
    run,
};

static RESOLVES: Outcome = Outcome::pass("resolves", "The www subdomain has an address");
static MISSING: Outcome = Outcome::warn("missing", "The www subdomain does not exist").important();
static DANGLING: Outcome =
    Outcome::fail("dangling", "The www subdomain points to something that does not exist").blocks();
static PRIVATE_ADDRESS: Outcome =
    Outcome::fail("private-address", "The www name points into a private network").blocks();
static BROKEN: Outcome =
    Outcome::fail("broken", "Resolvers get no valid answer for the www subdomain").blocks();
static NOT_NEEDED: Outcome = Outcome::not_applicable("not-needed", "This name needs no www");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() || !target.domain.is_plainly_registered() {
        return Ok(NOT_NEEDED.found());
    }
    let www = target.www();
    let resolved = Resolved::ask(evidence, &www)?;
    let aliases: Vec<String> = resolved
        .answered()
        .next()
        .map(|lookup| lookup.aliases.iter().map(|alias| (*alias).to_owned()).collect())
        .unwrap_or_default();
    let found = resolved.addresses();
    let mut seen = Finding { ..RESOLVES.found() };
    if !aliases.is_empty() {
        seen = seen.with_evidence(format!("CNAME {www}"), aliases.join(" → "));
    }
    for lookup in resolved.answered() {
        seen = seen.with_evidence(format!("{} {}", lookup.record_type, lookup.owner()), lookup.words());
    }
    if let Some((address, range)) =
        found.iter().find_map(|address| Some((address, special_purpose(*address)?)))
    {
        let finding = Finding { outcome: &PRIVATE_ADDRESS, ..seen }
            .detail(format!("{address} is not on the public internet: {range}."));
        let alias = |replaces| Fix::Record {
            name: www.clone(),
            record_type: "CNAME".to_owned(),
            value: format!("{}.", target.domain),
            replaces,
        };
        if let Some(first) = aliases.first() {
            return Ok(finding.fix(alias(Some(format!("{first}.")))));
        }
        // An alias stands alone: what is there goes first.
        let there = resolved.answered().flat_map(|lookup| lookup.records.iter());
        let finding = there.fold(finding, |finding, record| {
            finding.fix(Fix::RemoveRecord {
                name: www.clone(),
                record_type: record.data.record_type().to_string(),
                value: record.data.to_string(),
            })
        });
        return Ok(finding.fix(alias(None)));
    }
    if !found.is_empty() {
        return Ok(seen);
    }
    let outcome = resolved.without_address()?;
    Ok(match (outcome, aliases.last()) {
        (dns::Resolution::ServFail, _) => Finding { outcome: &BROKEN, ..seen }
            .fix(Fix::step(format!("Ask your DNS provider why its name servers do not answer for {www}."))),
        (_, Some(end)) => Finding { outcome: &DANGLING, ..seen }
            .detail(format!("{www} is an alias of {end}, which has no address."))
            .fix(Fix::Record {
                name: www,
                record_type: "CNAME".to_owned(),
                value: format!("{}.", target.domain),
                replaces: aliases.first().map(|first| format!("{first}.")),
            }),
        (_, None) => Finding { outcome: &MISSING, ..seen }
            .fix(Fix::record(www, "CNAME", format!("{}.", target.domain)))
            .fix(Fix::step(
                "Add the www name to the site in your host's domain settings, so that it gets a certificate.",
            )),
    })
}
