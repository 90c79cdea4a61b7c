//! # Registration (`registration`)
//!
//! ## What it checks
//! What the registry says about the domain: when the registration ends, with whom it is, and whether it is locked against
//! being moved away.
//!
//! ## Why it matters
//! An expired registration takes site, email and sign-in down in one day, and someone else may buy the name. The
//! usual cause is an expired card at the registrar. Without a transfer lock, anyone who gets into your mailbox can
//! move the domain away.
//!
//! ## How to fix it
//! Renew the domain now, switch on automatic renewal, check the card on file, and switch on the transfer lock.
//!
//! ## Sources
//! RFC 9083; ICANN Expired Registration Recovery Policy section 2.1: registrars remind about a month and about a week
//! before the end (read 2026-11). "Today" is the `Date` of the registry's answer, or the day its data was current. Registries are found by a
//! table from IANA's bootstrap file; some country registries publish no date.
//!
//! ## Covers
//! D8
//!
//! ## Examples
//! ```evidence
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! date: Sun, 22 Nov 2026 09:00:00 GMT
//! | {"objectClassName":"domain","status":["client transfer prohibited"],
//! |  "events":[{"eventAction":"expiration","eventDate":"2027-08-13T04:00:00Z"}]}
//! => current
//! ```
//! ```evidence
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! date: Sun, 22 Nov 2026 09:00:00 GMT
//! | {"objectClassName":"domain","status":["client transfer prohibited"],
//! |  "events":[{"eventAction":"expiration","eventDate":"2026-12-13T04:00:00Z"}]}
//! => expiring
//! ```
//! ```evidence
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! date: Sun, 22 Nov 2026 09:00:00 GMT
//! | {"objectClassName":"domain",
//! |  "events":[{"eventAction":"expiration","eventDate":"2026-11-13T04:00:00Z"}]}
//! => expired
//! ```
//! The day its data was current stands in for a missing `Date`.
//! ```evidence
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! | {"objectClassName":"domain","status":["redemption period"],
//! |  "events":[{"eventAction":"expiration","eventDate":"2027-11-13T04:00:00Z"},
//! |            {"eventAction":"last update of RDAP database","eventDate":"2026-11-22T00:00:00Z"}]}
//! => expired
//! ```
//! ```evidence
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! date: Sun, 22 Nov 2026 09:00:00 GMT
//! | {"objectClassName":"domain","status":["client hold"],
//! |  "events":[{"eventAction":"expiration","eventDate":"2027-08-13T04:00:00Z"}]}
//! => on-hold
//! ```
//! ```evidence
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! date: Sun, 22 Nov 2026 09:00:00 GMT
//! | {"objectClassName":"domain","status":["active"],
//! |  "events":[{"eventAction":"expiration","eventDate":"2027-08-13T04:00:00Z"}]}
//! => unlocked
//! ```
//! Country registries lock in ways of their own.
//! ```evidence
//! target example.co.uk
//! GET https://rdap.nominet.uk/uk/domain/example.co.uk
//! 200
//! date: Sun, 22 Nov 2026 09:00:00 GMT
//! | {"objectClassName":"domain","status":["active"],
//! |  "events":[{"eventAction":"expiration","eventDate":"2027-08-13T04:00:00Z"}]}
//! => current
//! ```
//! ```evidence
//! target example.de
//! GET https://rdap.denic.de/domain/example.de
//! 200
//! date: Sun, 22 Nov 2026 09:00:00 GMT
//! | {"objectClassName":"domain","status":["active"]}
//! => undated
//! ```
//! ```evidence
//! target example.zz
//! => no-registry
//! ```
//! A name below a registered one belongs to the registration above it.
//! ```evidence
//! target app.example.com
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 200
//! date: Sun, 22 Nov 2026 09:00:00 GMT
//! | {"objectClassName":"domain","status":["client transfer prohibited"],
//! |  "events":[{"eventAction":"expiration","eventDate":"2027-08-13T04:00:00Z"}]}
//! => current
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! A registry that limits how often it is asked says nothing about the domain.
//! ```evidence
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! 429
//! => not-measured
//! ```
//! ```evidence
//! GET https://rdap.verisign.com/com/v1/domain/example.com
//! timeout
//! => not-measured
//! ```

use crate::answers::{Cause, Failure};
use crate::answers::{Stop, Unmeasured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::date::Day;
use crate::domain::Domain;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::rdap;
use crate::rdap::Registration;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "registration",
    area: Area::Domain,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Minutes, Who::Registrar),
    outcomes: &[&CURRENT, &EXPIRING, &EXPIRED, &ON_HOLD, &UNLOCKED, &UNDATED, &NO_REGISTRY, &PLATFORM],
    run,
};

static CURRENT: Outcome = Outcome::pass("current", "The registration is not about to expire");
static EXPIRING: Outcome = Outcome::warn("expiring", "The registration expires within a month").important();
static EXPIRED: Outcome = Outcome::fail("expired", "The registration has expired").blocks();
static ON_HOLD: Outcome = Outcome::fail("on-hold", "The registry has put the domain on hold").blocks();
static UNLOCKED: Outcome = Outcome::warn("unlocked", "The domain has no transfer lock")
    .costs(Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::Registrar));
static UNDATED: Outcome =
    Outcome::not_measured("undated", "The registry does not say when the registration ends");
static NO_REGISTRY: Outcome =
    Outcome::not_measured("no-registry", "No registry is known that can be asked about this domain");
static PLATFORM: Outcome =
    Outcome::not_applicable("platform", "The platform's own name is registered, not this one");

/// Days before the end at which it is time: when registrars must send their first reminder (ICANN Expired Registration
/// Recovery Policy section 2.1.1, read 2026-11).
const SOON: i64 = 30;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let asked = registered(&target.domain).and_then(|domain| Some((rdap::url(domain.as_str())?, domain)));
    let Some((url, domain)) = asked else {
        let tld = target.domain.labels().next_back().unwrap_or_default();
        return Ok(NO_REGISTRY.found().with_evidence(format!(".{tld}"), "not in the table of registries"));
    };
    let reply = fetched(evidence, Probe::get(&url))?;
    let parsed = (reply.status == 200).then(|| Registration::parse(&reply.body.bytes)).flatten();
    let Some(registration) = parsed else {
        let failure = Failure::new(Cause::Malformed).detailed(&format!("status {}", reply.status));
        return Err(Stop::NotMeasured(Unmeasured { asked: format!("GET {url}"), failure }));
    };
    let today = reply.headers.first("date").and_then(Day::from_http).or(registration.as_of);
    let show = |outcome: &'static Outcome| {
        let mut finding = outcome.found();
        if let Some(day) = registration.expires {
            finding = finding.with_evidence(format!("end of the registration of {domain}"), day.to_string());
        }
        if let Some(registrar) = &registration.registrar {
            finding = finding.with_evidence("registrar", registrar);
        }
        let states =
            if registration.status.is_empty() { "none".to_owned() } else { registration.status.join(", ") };
        finding.with_evidence("states", states)
    };
    let with = registration.registrar.as_deref().unwrap_or("your registrar");
    let renew = || Fix::step(format!("Renew {domain} at {with} today, and switch on automatic renewal."));
    if registration.is("redemption period") || registration.is("pending delete") {
        return Ok(show(&EXPIRED)
            .detail("The registry keeps it for a few weeks; until then you alone can get it back.")
            .fix(renew()));
    }
    if registration.is("hold") {
        return Ok(show(&ON_HOLD)
            .detail("It takes no part in DNS while that state lasts: usually a bill, or an address that was never confirmed.")
            .fix(Fix::step(format!("Ask {with} why {domain} is on hold, and confirm the owner's e-mail address if that is it."))));
    }
    let (Some(end), Some(today)) = (registration.expires, today) else { return Ok(show(&UNDATED)) };
    let left = today.until(end);
    if left < 0 {
        return Ok(show(&EXPIRED).detail(format!("It ended {} days ago.", -left)).fix(renew()));
    }
    if left <= SOON {
        return Ok(show(&EXPIRING).detail(format!("{left} days are left.")).fix(renew()));
    }
    if rdap::locks_transfers(domain.as_str()) && !registration.is("transfer prohibited") {
        return Ok(show(&UNLOCKED)
            .detail(format!("{left} days are left."))
            .fix(Fix::step(format!("Switch on the transfer lock of {domain} at {with}."))));
    }
    Ok(show(&CURRENT).detail(format!("{left} days are left.")))
}

/// The registered name that `domain` is or lies below.
fn registered(domain: &Domain) -> Option<Domain> {
    let mut name = domain.clone();
    while !name.is_plainly_registered() {
        let (_, parent) = name.as_str().split_once('.')?;
        name = Domain::from_host(parent)?;
    }
    Some(name)
}
