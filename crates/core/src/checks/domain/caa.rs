//! # Who may issue certificates (`caa`)
//!
//! ## What it checks
//! Whether CAA records limit who may issue certificates for the domain, and whether they let the authority do so that the
//! host in use orders from.
//!
//! ## Why it matters
//! A record left over from an earlier host lets today's certificate run out: the host orders a new one, the authority
//! refuses, and one morning every visitor sees a warning. Without any CAA record nothing breaks.
//!
//! ## How to fix it
//! Add a record for the authority that your host names in its documentation, or remove the CAA records.
//!
//! ## Sources
//! RFC 8659. The authorities are those that each host names in its own documentation (table, 2026-11). With a certificate of your
//! own the host's authority does not matter; that cannot be seen in DNS, so this check warns and never fails.
//!
//! ## Covers
//! D9
//!
//! ## Examples
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. CAA 0 issue "letsencrypt.org"
//! => limited
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => open
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. CAA 0 issue "digicert.com"
//! => blocks-host
//! ```
//! Parameters belong to the account, and change nothing about who is named.
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. CAA 0 issue "LetsEncrypt.org; validationmethods=dns-01"
//! => limited
//! ```
//! An unknown host may order from anybody.
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue "digicert.com"
//! => limited
//! ```
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue ";"
//! => forbids-all
//! ```
//! Limits for wildcards alone leave every other name open.
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. CAA 0 issuewild "digicert.com"
//! => open
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. CAA 128 tbs "unknown"
//! => unknown-critical
//! ```
//! A name without records of its own is under those of the names above it.
//! ```evidence
//! target app.example.com
//! app.example.com. A 76.76.21.21
//! example.com. CAA 0 issue "digicert.com"
//! => blocks-host
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. CAA TIMEOUT
//! => not-measured
//! ```
//! ```evidence
//! example.com. CAA SERVFAIL
//! => not-measured
//! ```

use crate::check::{Area, Check, Finding, Fix, Impact, Outcome, Stop};
use crate::dns::provider::of_answer;
use crate::dns::{self, RecordData, RecordType, addresses};
use crate::evidence::Evidence;
use crate::stakes::{Effort, Loss, Stakes, Who};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "caa",
    area: Area::Domain,
    impact: Impact::Important,
    stakes: Stakes::new(Loss::Downtime, Effort::Minutes, Who::DnsPanel),
    outcomes: &[&LIMITED, &OPEN, &BLOCKS_HOST, &FORBIDS_ALL, &UNKNOWN_CRITICAL, &PLATFORM],
    run,
};

static LIMITED: Outcome = Outcome::pass("limited", "Only the authorities you named may issue certificates");
static OPEN: Outcome =
    Outcome::not_applicable("open", "Any authority may issue certificates, which breaks nothing");
static BLOCKS_HOST: Outcome =
    Outcome::warn("blocks-host", "The host's certificate authority may not issue certificates");
static FORBIDS_ALL: Outcome = Outcome::warn("forbids-all", "No authority may issue a certificate");
static UNKNOWN_CRITICAL: Outcome =
    Outcome::warn("unknown-critical", "A critical CAA record is one that authorities do not know");
static PLATFORM: Outcome = Outcome::not_applicable("platform", "Certificates are the platform's business");

/// Tags in IANA's registry of CAA properties. Read 2026-11.
static KNOWN: &[&str] = &[
    "issue",
    "issuewild",
    "iodef",
    "issuemail",
    "issuevmc",
    "contactemail",
    "contactphone",
    "auth",
    "path",
    "policy",
];
/// Bit 0 of the flags, counted as RFC 8659 section 4.1 counts: an authority that does not know the tag must not issue.
const CRITICAL: u8 = 0x80;
/// Names that are climbed at most on the way to the registered one.
const MAX_LABELS: usize = 4;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let site = evidence.glance(target.domain.as_str(), RecordType::A);
    // The nearest name upwards that has records counts (RFC 8659 section 3).
    let mut name = target.domain.clone();
    let mut lookup = evidence.glance(name.as_str(), RecordType::Caa)?;
    for _ in 0..MAX_LABELS {
        if !lookup.records.is_empty() || name.is_plainly_registered() {
            break;
        }
        let Some(parent) =
            name.as_str().split_once('.').and_then(|(_, parent)| crate::domain::Domain::from_host(parent))
        else {
            break;
        };
        name = parent;
        lookup = evidence.glance(name.as_str(), RecordType::Caa)?;
    }
    if lookup.outcome == dns::Outcome::ServFail {
        return Err(Stop::NotMeasured(lookup.gap()));
    }
    let label = format!("CAA {name}");
    let shown = lookup.words();
    let records: Vec<(u8, &str, String)> = lookup
        .records
        .iter()
        .filter_map(|record| match &record.data {
            RecordData::Caa { flags, tag, value } => {
                Some((*flags, tag.as_str(), String::from_utf8_lossy(value.as_ref()).into_owned()))
            }
            _ => None,
        })
        .collect();
    let unknown = records.iter().find(|(flags, tag, _)| flags & CRITICAL != 0 && !KNOWN.contains(tag));
    if let Some((_, tag, _)) = unknown {
        return Ok(UNKNOWN_CRITICAL
            .found()
            .detail(format!("An authority that does not know \"{tag}\" must refuse every certificate."))
            .saw(label, shown)
            .fix(Fix::step(format!("Remove the CAA record with the tag {tag}, or set its flags to 0."))));
    }
    let issuers: Vec<String> =
        records.iter().filter(|(_, tag, _)| *tag == "issue").map(|(_, _, value)| issuer(value)).collect();
    if issuers.is_empty() {
        return Ok(OPEN.found().saw(label, shown));
    }
    if issuers.iter().all(String::is_empty) {
        return Ok(FORBIDS_ALL
            .found()
            .detail("When the present certificate runs out, no new one can be had.")
            .saw(label, shown)
            .fix(Fix::record(name.as_str(), "CAA", "0 issue \"letsencrypt.org\"")));
    }
    // Who serves the site is asked for by other checks; without an answer nothing is said about it.
    let host = match site {
        Err(Stop::Pending) => return Err(Stop::Pending),
        Err(Stop::NotMeasured(_)) => None,
        Ok(site) => of_answer(&site.aliases, &addresses(&site.records)),
    };
    let blocked = host.filter(|host| {
        !host.issuers.is_empty()
            && !host.issuers.iter().any(|wanted| issuers.iter().any(|known| known == wanted))
    });
    if let Some(host) = blocked {
        let mut finding = BLOCKS_HOST
            .found()
            .detail(format!(
                "{} orders certificates from {}, which these records do not name.",
                host.name,
                host.issuers.join(" or ")
            ))
            .saw(label, shown);
        for wanted in host.issuers.iter().take(2) {
            finding = finding.fix(Fix::record(name.as_str(), "CAA", format!("0 issue \"{wanted}\"")));
        }
        return Ok(finding);
    }
    Ok(LIMITED.found().saw(label, shown))
}

/// The authority's domain in the value of an `issue` property, before its parameters (RFC 8659 section 4.2).
fn issuer(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().trim_end_matches('.').to_ascii_lowercase()
}
