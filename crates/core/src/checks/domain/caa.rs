//! # CAA records (`caa`)
//!
//! ## What it checks
//! Whether CAA records limit who may issue certificates for the domain, and whether they let the authority do so that has
//! issued the certificate in use, or that the host in use orders from.
//!
//! ## Why it matters
//! A CAA record left over from an earlier host blocks the next renewal. The certificate then expires, and every
//! visitor sees a warning. Without a CAA record nothing breaks.
//!
//! ## How to fix it
//! Add a record for the authority of the certificate in use, or for the one that your host names in its documentation; or
//! remove the CAA records.
//!
//! ## Sources
//! RFC 8659 (section 4.3: for wildcards `issuewild` goes before `issue`). The authority in use is told by the issuer of the
//! certificate that the site shows; by which names each takes itself to be named its practice statement tells, section 4.2.1. The
//! authorities of hosts are those that each names in its own documentation (tables, 2026-11). Whoever is about to change the
//! authority has reasons for what looks wrong here, so this check warns and never fails.
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
//! An unknown host may order from anybody; the certificate in use tells from whom.
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue "letsencrypt.org"
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! => limited
//! ```
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue "digicert.com"
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! => other-issuer
//! ```
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue "digicert.com"
//! GET https://example.com/
//! 200
//! TLS example.com
//! alert 70
//! => unseen
//! ```
//! An authority that is not known here may go by any name.
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue "digicert.com"
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! issuer: R1 (Authority of an island)
//! => unseen
//! ```
//! What was issued for another name says nothing about this one.
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue "digicert.com"
//! GET https://example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 200
//! TLS www.example.com
//! 1.2 newer
//! => unseen
//! ```
//! With a certificate of your own the host's authority does not matter, and some go by several names.
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. CAA 0 issue "rapidssl.com"
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! issuer: RapidSSL TLS RSA CA G1 (DigiCert Inc)
//! => limited
//! ```
//! A host that orders from several authorities takes another one next time.
//! ```evidence
//! www.example.com. A 76.76.21.21
//! example.com. CNAME shop.onrender.com.
//! shop.onrender.com. A 216.24.57.1
//! example.com. CAA 0 issue "letsencrypt.org"
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! issuer: WE1 (Google Trust Services)
//! => limited
//! ```
//! A host proves a name over http where somebody else keeps its zone, and the authority may take a proof by DNS alone.
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. NS kim.ns.cloudflare.com.
//! example.com. CAA 0 issue "letsencrypt.org; validationmethods=dns-01"
//! => other-method
//! ```
//! A host that keeps the zone proves it by DNS.
//! ```evidence
//! example.com. A 76.76.21.21
//! example.com. NS ns1.vercel-dns.com.
//! example.com. CAA 0 issue "letsencrypt.org; validationmethods=dns-01"
//! => limited
//! ```
//! For a wildcard certificate the records for wildcards count.
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue "letsencrypt.org"
//! example.com. CAA 0 issuewild ";"
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! names: example.com *.example.com
//! => other-issuer
//! ```
//! ```evidence
//! example.com. A 9.9.9.10
//! example.com. CAA 0 issue ";"
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
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
//! It was issued by the word of the name that it lies below.
//! ```evidence
//! target app.example.com
//! app.example.com. A 9.9.9.10
//! example.com. CAA 0 issue "digicert.com"
//! example.com. CAA 0 issuewild "letsencrypt.org"
//! GET https://app.example.com/
//! 200
//! TLS app.example.com
//! 1.2 newer
//! names: *.example.com
//! => limited
//! ```
//! ```evidence
//! target app.example.com
//! app.example.com. A 9.9.9.10
//! app.example.com. CAA 0 issue "digicert.com"
//! GET https://app.example.com/
//! 200
//! TLS app.example.com
//! 1.2 newer
//! names: *.example.com
//! => unseen
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

use launch_ready_providers::Provider;

use crate::answers::{Stop, if_measured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns;
use crate::dns::{RecordData, RecordType, addresses};
use crate::engine::evidence::Evidence;
use crate::facts::site_certificate::site_certificate;
use crate::providers::certificate_authorities::{caa_names, is_named};
use crate::providers::networks::{of_answer, of_name_server};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "caa",
    area: Area::Domain,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &LIMITED,
        &OPEN,
        &BLOCKS_HOST,
        &OTHER_ISSUER,
        &OTHER_METHOD,
        &FORBIDS_ALL,
        &UNKNOWN_CRITICAL,
        &UNSEEN,
        &PLATFORM,
    ],
    run,
};

static LIMITED: Outcome =
    Outcome::pass("limited", "Only the authorities in your CAA records may issue certificates");
static OPEN: Outcome =
    Outcome::not_applicable("open", "Any certificate authority may issue certificates (no CAA record)");
static BLOCKS_HOST: Outcome =
    Outcome::warn("blocks-host", "Your CAA records block your host's certificate authority").important();
static OTHER_ISSUER: Outcome =
    Outcome::warn("other-issuer", "Your CAA records block the authority of your current certificate")
        .important();
static OTHER_METHOD: Outcome =
    Outcome::warn("other-method", "Your CAA record allows DNS validation only, which your host cannot do")
        .important();
static UNSEEN: Outcome =
    Outcome::not_measured("unseen", "We couldn't see which authority issued your certificate");
static FORBIDS_ALL: Outcome =
    Outcome::warn("forbids-all", "Your CAA records block every certificate authority").important();
static UNKNOWN_CRITICAL: Outcome =
    Outcome::warn("unknown-critical", "A critical CAA record has an unknown tag").important();
static PLATFORM: Outcome = Outcome::not_applicable("platform", "The platform manages certificates");

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
    let site = evidence.lookup_first(target.domain.as_str(), RecordType::A);
    // The nearest name upwards that has records counts (RFC 8659 section 3).
    let mut name = target.domain.clone();
    let mut lookup = evidence.lookup_first(name.as_str(), RecordType::Caa)?;
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
        lookup = evidence.lookup_first(name.as_str(), RecordType::Caa)?;
    }
    if lookup.outcome == dns::Resolution::ServFail {
        return Err(Stop::NotMeasured(lookup.gap()));
    }
    let label = format!("CAA {name}");
    let shown = lookup.words();
    let by_dns_alone: Vec<String> = lookup
        .records
        .iter()
        .filter_map(|record| match &record.data {
            RecordData::Caa { tag, value, .. } if tag == "issue" => {
                Some(String::from_utf8_lossy(value.as_ref()))
            }
            _ => None,
        })
        .filter(|value| takes_dns_alone(value))
        .map(|value| issuer(&value))
        .collect();
    let records: Vec<(u8, &str, String)> = lookup
        .records
        .iter()
        .filter_map(|record| match &record.data {
            RecordData::Caa { flags, tag, value } => {
                Some((*flags, tag.as_str(), issuer(&String::from_utf8_lossy(value.as_ref()))))
            }
            _ => None,
        })
        .collect();
    let unknown = records.iter().find(|(flags, tag, _)| flags & CRITICAL != 0 && !KNOWN.contains(tag));
    if let Some((_, tag, _)) = unknown {
        return Ok(UNKNOWN_CRITICAL
            .found()
            .detail(format!("An authority that does not know \"{tag}\" must refuse every certificate."))
            .with_evidence(label, shown)
            .fix(Fix::step(format!("Remove the CAA record with the tag {tag}, or set its flags to 0."))));
    }
    let any = |wanted: &str, is_wanted: &dyn Fn(&str) -> bool| {
        records.iter().any(|(_, tag, issuer)| *tag == wanted && is_wanted(issuer))
    };
    let may = |tag: &str, names: &[String]| any(tag, &|issuer| is_named(issuer, names));
    if !any("issue", &|_| true) {
        return Ok(OPEN.found().with_evidence(label, shown));
    }
    if !any("issue", &|issuer| !issuer.is_empty()) {
        return Ok(FORBIDS_ALL
            .found()
            .detail("The current certificate cannot be renewed.")
            .with_evidence(label, shown)
            .fix(Fix::record(name.as_str(), "CAA", "0 issue \"letsencrypt.org\"")));
    }
    let certificate = if_measured(site_certificate(target, evidence));
    // Who serves the site is asked for by other checks; without an answer nothing is said about it.
    let host = if_measured(site)?.and_then(|site| of_answer(&site.aliases, &addresses(&site.records)));
    let certificate = certificate?.flatten();
    let host_issuers = host.map(Provider::issuers).unwrap_or_default();
    // A name is issued for by the records that were found; a wildcard by those of the name that it lies below.
    let wildcard = format!("*.{name}");
    let own = certificate.as_ref().filter(|own| own.covers(target.domain.as_str()));
    let has = |wanted: &str| own.is_some_and(|own| own.names.iter().any(|name| name == wanted));
    let (exactly, by_wildcard) = (has(target.domain.as_str()), has(&wildcard));
    let own = own.filter(|_| exactly || by_wildcard);
    let in_use = own.map(|own| caa_names(&own.issuer)).unwrap_or_default();
    let wild_tag = if any("issuewild", &|_| true) { "issuewild" } else { "issue" };
    let bars_wildcard = by_wildcard && !may(wild_tag, in_use);
    let is_barred = exactly && !may("issue", in_use) || bars_wildcard;
    // The host has several authorities, and takes one that may.
    let may_host = may("issue", host_issuers);
    let elsewhere = !bars_wildcard && may_host && in_use.iter().any(|name| host_issuers.contains(name));
    let named = || records.iter().filter(|(_, tag, own)| *tag == "issue" && is_named(own, host_issuers));
    let only_by_dns = may_host && named().all(|(_, _, own)| by_dns_alone.contains(own));
    if let Some(host) = host.filter(|_| only_by_dns)
        && keeps_another_zone(evidence, &name, host)?
    {
        return Ok(OTHER_METHOD
            .found()
            .detail(format!(
                "{} validates over http, because your DNS is elsewhere. The next renewal would fail.",
                host.name
            ))
            .with_evidence(label, shown)
            .fix(Fix::step("Remove \"validationmethods\" from the CAA record, or add http-01 to it.")));
    }
    let mut finding = if !in_use.is_empty() && !is_barred {
        LIMITED.found()
    } else if let Some(host) = host.filter(|host| !host.issuers().is_empty() && !may_host) {
        let orders = host.issuers().join(" or ");
        let mut finding = BLOCKS_HOST.found().detail(format!(
            "{} orders certificates from {orders}, which these records do not name.",
            host.name
        ));
        for wanted in host.issuers().iter().take(2) {
            finding = finding.fix(Fix::record(name.as_str(), "CAA", format!("0 issue \"{wanted}\"")));
        }
        finding
    } else if let (Some(own), [wanted, ..], false) = (own, in_use, elsewhere) {
        let tag = if bars_wildcard { wild_tag } else { "issue" };
        OTHER_ISSUER
            .found()
            .detail(format!("{} has issued it, which these records do not name.", own.issuer))
            .fix(Fix::record(name.as_str(), "CAA", format!("0 {tag} \"{wanted}\"")))
    } else if host_issuers.is_empty() {
        UNSEEN.found().detail(match (&certificate, own) {
            (_, Some(_)) => "It is not known here by which names its issuer is named.",
            (Some(_), None) => "The certificate that was read is for other names.",
            (None, None) => "The certificate could not be read.",
        })
    } else {
        LIMITED.found()
    };
    finding = finding.with_evidence(label, shown);
    if let Some(certificate) = &certificate {
        finding = finding.with_evidence("certificate in use", format!("issued by {}", certificate.issuer));
    }
    Ok(finding)
}

/// Whether the zone is certainly somebody else's than the host's. Without an answer it is not.
fn keeps_another_zone(
    evidence: &Evidence,
    name: &crate::domain::Domain,
    host: &Provider,
) -> Result<bool, Stop> {
    let Some(servers) = if_measured(evidence.lookup_first(name.as_str(), RecordType::Ns))? else {
        return Ok(false);
    };
    let is_another = |provider: &Provider| {
        let shared = provider.name_servers.iter().any(|servers| servers.shared_with.contains(&host.id));
        provider.id != host.id && !shared
    };
    let keepers = servers.records.iter().filter_map(|record| match &record.data {
        RecordData::Ns(server) => Some(of_name_server(server)),
        _ => None,
    });
    let mut keepers = keepers.peekable();
    Ok(keepers.peek().is_some() && keepers.all(|provider| provider.is_none_or(is_another)))
}

/// Whether an `issue` property limits the authority to proofs by DNS (RFC 8657 section 4).
fn takes_dns_alone(value: &str) -> bool {
    let methods = value.split(';').skip(1).flat_map(str::split_ascii_whitespace).find_map(|parameter| {
        let (name, methods) = parameter.split_once('=')?;
        name.eq_ignore_ascii_case("validationmethods").then_some(methods)
    });
    methods.is_some_and(|methods| methods.split(',').all(|method| method.trim() == "dns-01"))
}

/// The authority's domain in the value of an `issue` property, before its parameters (RFC 8659 section 4.2).
fn issuer(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().trim_end_matches('.').to_ascii_lowercase()
}
