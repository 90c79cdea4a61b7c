//! # Subdomains (`subdomains`)
//!
//! ## What it checks
//! Which of the usual names exist below the domain (app, api, staging, dev, mail, admin …), where each one points, who
//! serves it, what it is for and whether it answers, and whether one of them shows an address of a private network.
//!
//! ## Why it matters
//! Most subdomains are set up once and forgotten. Before a launch, someone should be able to say what each is for.
//! A private network address in public DNS tells strangers what is inside.
//!
//! ## How to fix it
//! Go through the list with whoever set the names up. Remove the records of what is no longer in use, and keep internal
//! names in a zone of their own.
//!
//! ## Sources
//! The list of names is our own, by what the roadmaps of the segments ask for; names in MX and SPF records, on the home page and in
//! the site's certificate are added. A default scan asks for the first five, and the first that shows pages for its page; a deep one asks for all,
//! and ten of them for a page. What a wildcard answers is not counted (RFC 4592). Who serves a
//! name is told by the alias and the address, never by what the answer says of itself; the table is dated.
//!
//! ## Covers
//! D3
//!
//! ## Examples
//! ```evidence
//! example.com. A 76.76.21.21
//! app.example.com. CNAME cname.vercel-dns.com.
//! cname.vercel-dns.com. A 76.76.21.98
//! api.example.com. A 5.9.10.11
//! => mapped
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => none
//! ```
//! A wildcard makes every name answer; only those that answer something else were set up.
//! ```evidence
//! *.example.com. A 76.76.21.21
//! example.com. A 76.76.21.21
//! => none
//! ```
//! ```evidence
//! *.example.com. CNAME host.example.net.
//! host.example.net. A 76.76.21.21
//! api.example.com. A 5.9.10.11
//! => mapped
//! ```
//! Names that the home page links to are looked at, too.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <a href="https://booking.example.com/">Book</a>
//! GET https://booking.example.com/
//! 200
//! => mapped
//! ```
//! So are names in mail records.
//! ```evidence
//! example.com. MX 10 mx1.example.com.
//! mx1.example.com. A 5.9.10.11
//! => mapped
//! ```
//! So are names that the certificate is for; with a wildcard it says nothing about names.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! names: example.com www.example.com booking.example.com
//! booking.example.com. A 5.9.10.11
//! => mapped
//! ```
//! ```evidence
//! *.example.com. A 76.76.21.21
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! names: example.com *.example.com booking.example.com
//! => none
//! ```
//! ```evidence
//! dev.example.com. A 127.0.0.1
//! => private-address
//! ```
//! Some of the names could not be had; what was found stands.
//! ```evidence
//! app.example.com. A 76.76.21.21
//! api.example.com. A TIMEOUT
//! => mapped
//! ```
//! ```evidence
//! target app.example.com
//! => not-asked
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! launch-ready-wildcard-check.example.com. A TIMEOUT
//! app.example.com. A 76.76.21.21
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns::address::special_purpose;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::facts::subdomains::{Subdomain, subdomains};
use crate::http::Chain;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "subdomains",
    area: Area::Domain,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&MAPPED, &NONE, &PRIVATE_ADDRESS, &NOT_ASKED, &PLATFORM],
    run,
};

static MAPPED: Outcome = Outcome::pass("mapped", "Subdomains, and where they point");
static NONE: Outcome = Outcome::pass("none", "None of the common subdomains exist");
static PRIVATE_ADDRESS: Outcome = Outcome::warn("private-address", "A subdomain points to a private network");
static NOT_ASKED: Outcome =
    Outcome::not_applicable("not-asked", "This is a subdomain, so its own subdomains are not checked");
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages its subdomains");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    if !target.domain.is_plainly_registered() {
        return Ok(NOT_ASKED.found());
    }
    let subdomains = subdomains(target, evidence)?;
    let asked = format!("{} subdomains of {}", subdomains.asked, target.domain);
    if let (true, Some(gap)) = (subdomains.found.is_empty(), subdomains.missed.first()) {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    let mut finding = if subdomains.found.is_empty() { NONE.found() } else { MAPPED.found() };
    finding = finding.detail(match (subdomains.found.len(), subdomains.wildcard.is_some()) {
        (0, false) => String::new(),
        (found, false) => format!("{found} of {} names that were asked for exist.", subdomains.asked),
        (found, true) => format!("{found} of {} names that were asked for have records of their own; a wildcard answers for the others.", subdomains.asked),
    });
    if subdomains.found.is_empty() {
        finding = finding.with_evidence(asked, "not one has records of its own");
    }
    // What they answer is asked for by the check of their https too.
    let answers: Vec<(&str, Result<Chain, Stop>)> = subdomains
        .web(target)
        .map(|s| (s.name.as_str(), follow(evidence, &format!("https://{}/", s.name))))
        .collect();
    for subdomain in &subdomains.found {
        let answer = match answers.iter().find(|(name, _)| *name == subdomain.name) {
            None => String::new(),
            Some((_, Err(Stop::Pending))) => return Err(Stop::Pending),
            Some((_, Err(Stop::NotMeasured(gap)))) => format!("; {} {}", gap.asked, gap.failure),
            Some((_, Ok(chain))) => format!("; {chain}"),
        };
        finding = finding.with_evidence(&subdomain.name, described(subdomain) + &answer);
    }
    for gap in &subdomains.missed {
        finding = finding.with_evidence(&gap.asked, gap.failure.to_string());
    }
    let private = subdomains.found.iter().find_map(|subdomain| {
        let address =
            subdomain.addresses().into_iter().find(|address| special_purpose(*address).is_some())?;
        Some((subdomain, address, special_purpose(address)?))
    });
    if let Some((subdomain, address, range)) = private {
        let owner = subdomain.lookup.owner().to_owned();
        return Ok(Finding { outcome: &PRIVATE_ADDRESS, ..finding }
            .detail(format!("{} is {address}, which is not on the public internet: {range}.", subdomain.name))
            .fix(Fix::RemoveRecord {
                name: owner,
                record_type: "A".to_owned(),
                value: address.to_string(),
            }));
    }
    Ok(finding)
}

/// Where a name points, who serves it, and what for, on one line.
fn described(subdomain: &Subdomain<'_>) -> String {
    let alias = subdomain.lookup.aliases.join(" → ");
    let alias = if alias.is_empty() { alias } else { format!("{alias}: ") };
    let host = subdomain.host().map(|host| format!(", at {}", host.name)).unwrap_or_default();
    format!("{alias}{}{host} ({})", subdomain.lookup.words(), subdomain.purpose)
}
