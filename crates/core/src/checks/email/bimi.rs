//! # BIMI (`bimi`)
//!
//! ## What it checks
//! Where DMARC is enforced: whether the domain names a logo for its mail (BIMI), and whether mail programs can read the
//! record. The logo file and its certificate are not fetched.
//!
//! ## Why it matters
//! Gmail, Yahoo and Apple Mail can show your logo beside your mail. It is decoration: nothing is lost without it. A
//! record that cannot be read is work done for nothing.
//!
//! ## How to fix it
//! Publish one TXT record at `default._bimi` below your domain with the https address of an SVG Tiny PS logo in `l=`, and
//! of its certificate (VMC or CMC) in `a=`, which Gmail and Apple ask for. `launch-ready lint < logo.svg` says whether the
//! file is such a logo.
//!
//! ## Sources
//! Internet-Draft draft-brand-indicators-for-message-identification (not an RFC; as of 2026-11), sections on the
//! assertion record and on the DMARC policy that it needs: quarantine or reject, for names below as well. That there is
//! no record is one resolver's word; nothing is made of it.
//!
//! ## Covers
//! E6
//!
//! ## Examples
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"
//! => published
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/logo.svg"
//! => without-certificate
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! default._bimi.example.com. TXT "v=BIMI1; l=http://example.com/logo.svg"
//! => invalid
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/a.svg"
//! default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/b.svg"
//! => several
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! default._bimi.example.com. TXT "v=BIMI1; l=; a="
//! => declined
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => none
//! ```
//! Without an enforced policy no logo is shown, whatever the record says.
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=none"
//! default._bimi.example.com. TXT "v=BIMI1; l=http://example.com/logo.svg"
//! => not-enforced
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; sp=none"
//! => not-enforced
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! default._bimi.example.com. TXT TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::checks::single_record::keep_one;
use crate::dns;
use crate::dns::{RecordType, texts};
use crate::email::bimi::{parse, select};
use crate::email::dmarc::{EffectivePolicy, Policy, discover};
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "bimi",
    area: Area::Email,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &PUBLISHED,
        &WITHOUT_CERTIFICATE,
        &INVALID,
        &SEVERAL,
        &DECLINED,
        &NONE,
        &NOT_ENFORCED,
        &PLATFORM,
    ],
    run,
};

static PUBLISHED: Outcome =
    Outcome::pass("published", "A logo with a certificate is published for your mail");
static WITHOUT_CERTIFICATE: Outcome = Outcome::pass(
    "without-certificate",
    "A logo is published for your mail; some programs want a certificate too",
);
static INVALID: Outcome = Outcome::warn("invalid", "Mail programs cannot read the record for your logo");
static SEVERAL: Outcome = Outcome::warn("several", "Two records for your logo cancel each other out");
static DECLINED: Outcome = Outcome::not_applicable("declined", "The domain says that it wants no logo shown");
static NONE: Outcome =
    Outcome::not_applicable("none", "No logo is published for your mail, which does no harm");
static NOT_ENFORCED: Outcome =
    Outcome::not_applicable("not-enforced", "No logo is shown until DMARC is enforced");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let discovered = discover::policy(evidence, zone.as_str())?;
    let is_enforced = |policy: Option<EffectivePolicy>| {
        policy.and_then(|policy| policy.discovered).is_some_and(|policy| policy > Policy::None)
    };
    // Nothing is asked for what could not be shown.
    if !is_enforced(discovered.applied(dns::Resolution::Found))
        || !is_enforced(discovered.applied_below(dns::Resolution::Found))
    {
        return Ok(NOT_ENFORCED.found());
    }
    let name = zone.child("default._bimi");
    let lookup = evidence.lookup_any(&name, RecordType::Txt)?;
    let texts = texts(&lookup.records);
    let selected = select(&texts);
    let label = format!("TXT {name}");
    let rewrite = || {
        Fix::step(format!(
            "Write the record at {name} again: \"v=BIMI1; l=<https address of the SVG logo>; a=<https address of its certificate>\"."
        ))
    };
    Ok(match (selected.records.as_slice(), selected.near_misses.first()) {
        ([], None) => NONE.found().with_evidence(label, format!("{} (one resolver)", lookup.words())),
        ([], Some(near_miss)) => {
            let (_, issues) = parse(near_miss);
            INVALID.found().with_marked_evidence(label, near_miss.as_ref(), &issues).fix(rewrite())
        }
        ([text], _) => {
            let (record, issues) = parse(text);
            let show = |outcome: &'static Outcome| {
                outcome.found().with_marked_evidence(&label, text.as_ref(), &issues)
            };
            if !record.is_valid() {
                show(&INVALID).fix(rewrite())
            } else if record.is_declination() {
                show(&DECLINED)
            } else if record.evidence.value().unwrap_or_default().is_empty() {
                show(&WITHOUT_CERTIFICATE)
            } else {
                show(&PUBLISHED)
            }
        }
        _ => keep_one(&selected, SEVERAL.found(), &name, |text| parse(text).1),
    })
}
