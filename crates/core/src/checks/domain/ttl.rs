//! # DNS TTLs (`ttl`)
//!
//! ## What it checks
//! How long resolvers may keep the addresses of the domain and of its `www` name.
//!
//! ## Why it matters
//! On launch day something moves: a host, a CDN, an address. Until the TTL expires, visitors still reach the old
//! one. The same goes for every correction.
//!
//! ## How to fix it
//! Set the TTL of these records to 300 seconds a day before the change, and back to an hour when all is well.
//!
//! ## Sources
//! RFC 1035 section 3.2.1; Amazon Route 53 Developer Guide, "Making Route 53 the DNS service for a domain that's in use",
//! step "Lower the TTL" (60 seconds to 15 minutes, read 2026-11). The threshold is an hour, the common default of DNS
//! providers. A resolver's answer shows how much is left of a TTL, so the real one is at least that long: too long is
//! certain, too short cannot be seen.
//!
//! ## Covers
//! D1
//!
//! ## Examples
//! ```evidence
//! example.com. 300 A 76.76.21.21
//! www.example.com. 3600 CNAME example.com.
//! => quick
//! ```
//! ```evidence
//! example.com. 86400 A 76.76.21.21
//! => slow
//! ```
//! Only the records of this domain are its owner's: those behind an alias are the host's.
//! ```evidence
//! example.com. 300 A 76.76.21.21
//! www.example.com. 300 CNAME host.example.net.
//! host.example.net. 86400 A 76.76.21.21
//! => quick
//! ```
//! ```evidence
//! example.com. 300 A 76.76.21.21
//! www.example.com. 14400 CNAME host.example.net.
//! host.example.net. 60 A 76.76.21.21
//! => slow
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! => no-address
//! ```
//! ```evidence
//! target shop.vercel.app
//! shop.vercel.app. 86400 A 76.76.21.21
//! => platform
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
use crate::dns::{Lookup, Record, RecordType};
use crate::engine::evidence::Evidence;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "ttl",
    area: Area::Domain,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&QUICK, &SLOW, &NO_ADDRESS, &PLATFORM],
    run,
};

static QUICK: Outcome = Outcome::pass("quick", "DNS changes take effect within an hour");
static SLOW: Outcome = Outcome::warn("slow", "DNS changes take hours to take effect");
static NO_ADDRESS: Outcome = Outcome::not_applicable("no-address", "No address records to time");
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages the DNS records");

/// Seconds that visitors may be sent to an old address: the common default of DNS providers.
const AN_HOUR: u32 = 3_600;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let www = target.www();
    let names = [
        (target.domain.as_str(), RecordType::A),
        (target.domain.as_str(), RecordType::Aaaa),
        (&www, RecordType::A),
    ];
    let asked: Vec<Result<Lookup<'_>, Stop>> =
        names.iter().map(|(name, record_type)| evidence.lookup_first(name, *record_type)).collect();
    let mut records: Vec<&Record> = Vec::new();
    let mut gap = None;
    for lookup in asked {
        match lookup {
            Ok(lookup) => {
                records.extend(lookup.reply.answers.iter().filter(|record| record.name == lookup.name));
            }
            Err(Stop::Pending) => return Err(Stop::Pending),
            Err(Stop::NotMeasured(missed)) => gap = gap.or(Some(missed)),
        }
    }
    let slowest = records.iter().max_by_key(|record| record.ttl);
    let show = |mut finding: Finding| {
        for record in &records {
            finding = finding.with_evidence(
                format!("{} {}", record.data.record_type(), record.name),
                format!("{}, {} seconds left", record.data, record.ttl),
            );
        }
        finding
    };
    match (slowest, gap) {
        (Some(record), _) if record.ttl > AN_HOUR => Ok(show(SLOW.found())
            .detail(format!(
                "Resolvers keep the {} record of {} for at least {} hours.",
                record.data.record_type(),
                record.name,
                record.ttl / AN_HOUR
            ))
            .fix(Fix::step(format!(
                "Set the TTL of the {} record of {} to 300 seconds, a day before you change anything.",
                record.data.record_type(),
                record.name
            )))),
        (_, Some(gap)) => Err(Stop::NotMeasured(gap)),
        (Some(_), None) => Ok(show(QUICK.found())),
        (None, None) => Ok(NO_ADDRESS.found()),
    }
}
