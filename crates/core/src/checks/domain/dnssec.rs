//! # DNSSEC (`dnssec`)
//!
//! ## What it checks
//! Whether the domain is signed, and whether resolvers that check signatures accept its answers.
//!
//! ## Why it matters
//! Invalid signatures are worse than none: most large resolvers then answer that the domain does not exist. It
//! happens when you change DNS providers and the registrar still publishes the old key. Without DNSSEC nothing
//! breaks.
//!
//! ## How to fix it
//! Remove the DS record at the registrar, wait for as long as its TTL says, and sign again at the new provider.
//!
//! ## Sources
//! RFC 4033 to 4035; RFC 8914 (reasons that resolvers give). Broken is said only where two resolvers that validate give no
//! answer, and the first of them gives one when it is asked not to validate (CD).
//!
//! ## Covers
//! D9
//!
//! ## Examples
//! ```evidence
//! secure example.com
//! example.com. A 76.76.21.21
//! example.com. NS ns1.example.net.
//! => valid
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. NS ns1.example.net.
//! => unsigned
//! ```
//! ```evidence
//! example.com. A BOGUS
//! example.com. A 76.76.21.21
//! example.com. NS BOGUS
//! example.com. NS ns1.example.net.
//! example.com. DS 2371 13 2 c988ec423e3880eb8dd8a46fe06ca230ee23f35b578d64e78b29c3e1c83d245a
//! => broken
//! ```
//! A zone that does not answer at all is broken in another way.
//! ```evidence
//! example.com. NS SERVFAIL
//! => not-measured
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. NS ns1.example.net.
//! example.com. DS 2371 13 2 c988ec423e3880eb8dd8a46fe06ca230ee23f35b578d64e78b29c3e1c83d245a
//! => not-validated
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. NS TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns;
use crate::dns::{RecordType, ResponseCode};
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::engine::probe::DnsQuestion;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "dnssec",
    area: Area::Domain,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Registrar),
    outcomes: &[&VALID, &UNSIGNED, &BROKEN, &NOT_VALIDATED, &PLATFORM],
    run,
};

static VALID: Outcome = Outcome::pass("valid", "DNSSEC is enabled and valid");
static UNSIGNED: Outcome =
    Outcome::not_applicable("unsigned", "The domain is not signed with DNSSEC (optional)");
static BROKEN: Outcome = Outcome::fail("broken", "The DNSSEC signatures are invalid");
static NOT_VALIDATED: Outcome =
    Outcome::warn("not-validated", "The domain uses a DNSSEC algorithm that resolvers do not validate")
        .costs(Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Registrar));
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages DNSSEC");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let label = format!("NS {zone}");
    let question = DnsQuestion::first(zone.as_str(), RecordType::Ns);
    let first = evidence.lookup_first(zone.as_str(), RecordType::Ns)?;
    if first.reply.code == ResponseCode::ServFail {
        let confirmed = evidence.lookup(zone.as_str(), RecordType::Ns);
        let unchecked = evidence.lookup_first_at(question.unvalidated());
        let (confirmed, unchecked) = (confirmed?, unchecked?);
        if confirmed.outcome != dns::Resolution::ServFail || unchecked.outcome != dns::Resolution::Found {
            return Err(Stop::NotMeasured(confirmed.gap()));
        }
        return Ok(BROKEN
            .found()
            .detail("Resolvers that check signatures give no answer. Asked not to check, they do.")
            .with_evidence(&label, confirmed.words())
            .with_evidence(format!("{label}, unchecked"), unchecked.words())
            .fix(Fix::step(format!("At the registrar, remove the DS record of {zone}, or replace it by the one that your present DNS provider shows. Until then the domain is gone for most visitors."))));
    }
    if first.reply.authenticated {
        return Ok(VALID.found().with_evidence(label, format!("{}: validated", first.words())));
    }
    let ds = evidence.lookup_first(zone.as_str(), RecordType::Ds)?;
    let shown = format!("DS {zone}");
    Ok(match ds.outcome {
        dns::Resolution::ServFail => return Err(Stop::NotMeasured(ds.gap())),
        dns::Resolution::NoData | dns::Resolution::NxDomain => UNSIGNED.found().with_evidence(shown, ds.words()),
        dns::Resolution::Found => NOT_VALIDATED
            .found()
            .detail("The registry publishes a key, but the resolver does not call the answers validated: it may not know the algorithm.")
            .with_evidence(shown, ds.words())
            .fix(Fix::step("Ask your DNS provider which algorithm signs the zone. Algorithm 13 (ECDSA P-256) is checked everywhere.")),
    })
}
