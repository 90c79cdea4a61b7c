//! # Wildcard records (`wildcard-dns`)
//!
//! ## What it checks
//! Whether the zone answers for names that nobody set up, by asking for one that nobody would.
//!
//! ## Why it matters
//! With a wildcard every mistyped subdomain seems to exist, so this report does not count them. If it points to a
//! hosting service, anyone there may be able to claim any of your subdomains.
//!
//! ## How to fix it
//! If your product gives every customer a name of their own, keep it. Otherwise remove the `*` record, and add records for
//! the names in use.
//!
//! ## Sources
//! RFC 4592. The name asked for is fixed: `launch-ready-wildcard-check`.
//!
//! ## Covers
//! D9
//!
//! ## Examples
//! ```evidence
//! example.com. A 76.76.21.21
//! => none
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! *.example.com. A 76.76.21.21
//! => answers
//! ```
//! ```evidence
//! *.example.com. CNAME shops.example.net.
//! => answers
//! ```
//! Some signers call a name that does not exist empty instead (RFC 9824): no wildcard.
//! ```evidence
//! launch-ready-wildcard-check.example.com. TXT ""
//! => none
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! launch-ready-wildcard-check.example.com. A TIMEOUT
//! => not-measured
//! ```
//! ```evidence
//! launch-ready-wildcard-check.example.com. A SERVFAIL
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::dns::{RecordType, ResponseCode};
use crate::engine::evidence::Evidence;
use crate::facts::wildcard;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "wildcard-dns",
    area: Area::Domain,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&NONE, &ANSWERS, &PLATFORM],
    run,
};

static NONE: Outcome = Outcome::pass("none", "Only configured names have an address");
static ANSWERS: Outcome = Outcome::pass("answers", "A wildcard answers for every name");
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages the zone");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let found = wildcard::wildcard(evidence, &target.domain)?;
    let asked = target.domain.child(wildcard::UNLIKELY);
    let lookup = evidence.lookup_first(&asked, RecordType::A)?;
    if !matches!(lookup.reply.code, ResponseCode::NoError | ResponseCode::NxDomain) {
        return Err(Stop::NotMeasured(lookup.gap()));
    }
    let label = format!("A {asked}");
    Ok(match found {
        None => NONE.found().with_evidence(label, lookup.words()),
        Some(found) => {
            let alias = found.alias.map(|alias| format!("{alias}: ")).unwrap_or_default();
            ANSWERS
                .found()
                .detail("Names that only the wildcard answers for are not counted as found.")
                .with_evidence(label, alias + &lookup.words())
        }
    })
}
