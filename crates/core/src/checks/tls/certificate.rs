//! # Certificate (`certificate`)
//!
//! ## What it checks
//! The certificate that the site shows: for which names it is, who issued it, until when it is valid, with which key it is
//! made, and whether the server sends everything that browsers need to trust it. A deep scan looks at the `www` name and the
//! live subdomains, too.
//!
//! ## Why it matters
//! With an expired or wrong certificate, every visitor sees a full-page warning and cannot reach the site. It
//! happens to the second, usually months after the launch.
//!
//! ## How to fix it
//! Let your host issue and renew the certificate by itself: nearly all do, for every name that you add to the site. Where
//! you install it yourself, use an ACME client such as certbot or acme.sh, install the whole chain ("fullchain.pem"), and
//! let something remind you two weeks before the end.
//!
//! ## Sources
//! RFC 5280 (certificates), RFC 9525 (names: only subjectAltName counts), RFC 5246 section 7.4.2 (the issuer's certificate must be
//! sent). Renewal: Let's Encrypt, "Integration Guide": with a third of the time left, below ten days with half; how long certificates may
//! last: CA/Browser Forum, ballot SC-081v3. RSA keys below 2048 bits and SHA-1: Apple, "Requirements for trusted certificates in iOS 13
//! and macOS 10.15". TLS 1.0 and 1.1: RFC 8996; browsers have dropped them. TLS 1.3 in reserve: RFC 8446 section 4.1.3. All read 2026-11.
//! The certificate is read from a connection of our own and, at the edge, not verified in it: trust is what an https request to the same host
//! proved.
//!
//! ## Covers
//! T1, T2, T5, W4
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! names: example.com www.example.com
//! => valid
//! ```
//! The site is where the redirects end.
//! ```evidence
//! GET https://example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 200
//! TLS www.example.com
//! 1.3
//! names: *.example.com
//! trust: verified
//! => valid
//! ```
//! ```evidence
//! GET https://example.com/
//! untrusted
//! TLS example.com
//! 1.2 newer
//! valid: 2026-05-01 2026-07-30
//! => expired
//! ```
//! ```evidence
//! GET https://example.com/
//! 526
//! TLS example.com
//! 1.2 newer
//! valid: 2026-12-01 2027-03-01
//! => not-yet-valid
//! ```
//! ```evidence
//! GET https://example.com/
//! 526
//! TLS example.com
//! 1.2
//! names: host.example.net *.host.example.net
//! => wrong-name
//! ```
//! Browsers look at the list of names alone, and a wildcard stands for one label.
//! ```evidence
//! GET https://example.com/
//! 526
//! TLS example.com
//! 1.2
//! names: *.example.com
//! => wrong-name
//! ```
//! ```evidence
//! GET https://example.com/
//! 526
//! TLS example.com
//! 1.2
//! issuer: itself
//! chain: own
//! => self-signed
//! ```
//! ```evidence
//! GET https://example.com/
//! 526
//! TLS example.com
//! 1.2
//! chain: own
//! => incomplete
//! ```
//! ```evidence
//! GET https://example.com/
//! 526
//! TLS example.com
//! 1.2
//! issuer: Office CA (Example Ltd)
//! chain: own issuer root
//! => unknown-issuer
//! ```
//! Some programs fetch what is missing, others refuse the site.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! chain: own other
//! => missing-issuer
//! ```
//! In the wrong order it is all there.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! chain: own other issuer
//! => valid
//! ```
//! Ten of ninety days left: the software that renews it should have done so three weeks ago.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! valid: 2026-09-07 2026-12-05
//! => expires-soon
//! ```
//! Eight of ninety days: a tenth of its time is not left.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! valid: 2026-09-05 2026-12-03
//! => nearly-gone
//! ```
//! A certificate of 47 days that has a third left has just been renewed, or is about to be.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! valid: 2026-10-26 2026-12-12
//! => valid
//! ```
//! A name beside the site, to which neither the site nor its sign-in leads.
//! ```evidence
//! target example.com deep
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! names: example.com blog.example.com
//! blog.example.com. A 76.76.21.22
//! GET https://blog.example.com/
//! untrusted
//! TLS blog.example.com
//! 1.2 newer
//! valid: 2026-07-01 2026-09-29
//! => other-name
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! valid: 2026-09-27 2026-12-26
//! => valid
//! ```
//! One that lives for six days is renewed after three.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! valid: 2026-11-23 2026-11-28
//! => valid
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! valid: 2026-11-20 2026-11-26
//! => expires-soon
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2
//! key: rsa 1024
//! => weak
//! ```
//! ```evidence
//! GET https://example.com/
//! 526
//! TLS example.com
//! 1.2
//! signature: sha1
//! => weak
//! ```
//! ```evidence
//! GET https://example.com/
//! 525
//! TLS example.com
//! 1.0
//! => old-protocol
//! ```
//! It may leave before its certificate, and be from the last century.
//! ```evidence
//! GET https://example.com/
//! handshake
//! TLS example.com
//! ssl-3.0
//! chain: none
//! => old-protocol
//! ```
//! ```evidence
//! GET https://example.com/
//! 525
//! TLS example.com
//! alert 40
//! => no-agreement
//! ```
//! A suite that browsers speak, and the client of an https request does not, is not the server's fault.
//! ```evidence
//! GET https://example.com/
//! 525
//! TLS example.com
//! 1.2 cbc
//! => unverified
//! ```
//! From TLS 1.3 on certificates are encrypted, and the edge reads what is in clear.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! alert 70
//! => tls13-only
//! ```
//! Two connections met two certificates, of which only one is in order.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! valid: 2026-05-01 2026-07-30
//! => differs
//! ```
//! What nobody verified may look as it likes; what is wrong with it is wrong all the same.
//! ```evidence
//! GET https://example.com/
//! timeout
//! TLS example.com
//! 1.2 newer
//! => unverified
//! ```
//! ```evidence
//! GET https://example.com/
//! timeout
//! TLS example.com
//! 1.2 newer
//! valid: 2026-05-01 2026-07-30
//! => expired
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! 1.2 newer
//! chain: garbage
//! => unreadable
//! ```
//! The edge makes no connections of its own to proxies like these.
//! ```evidence
//! example.com. A 104.16.132.229
//! GET https://example.com/
//! 200
//! TLS example.com
//! unreachable
//! => managed
//! ```
//! A firewall that lets no inspection through proves nothing.
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! unreachable
//! => not-measured
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! TLS example.com
//! alert 40
//! => not-measured
//! ```
//! The `www` name is looked at where requests to it show that something is wrong.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://www.example.com/
//! untrusted
//! TLS example.com
//! 1.2 newer
//! TLS www.example.com
//! 1.2 newer
//! names: example.com
//! => wrong-name
//! ```
//! A deep scan looks below the domain.
//! ```evidence
//! target example.com deep
//! GET https://example.com/
//! 200
//! GET https://app.example.com/
//! 526
//! TLS example.com
//! 1.2 newer
//! TLS app.example.com
//! 1.2
//! valid: 2026-05-01 2026-07-30
//! => expired
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! => no-site
//! ```
//! ```evidence
//! example.com. A 10.0.0.1
//! => no-site
//! ```

use crate::answers::{Cause, Failure};
use crate::answers::{Stop, Unmeasured};
use crate::checks::chart::{Chart, ChartKind, ChartRow};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Level, Outcome};
use crate::checks::fix::Fix;
use crate::checks::rank::Rank;
use crate::date::Day;
use crate::dns::{RecordType, addresses};
use crate::engine::answer::Answer;
use crate::engine::chain::fetch;
use crate::engine::evidence::Evidence;
use crate::engine::guard::unreachable_host;
use crate::engine::probe::Probe;
use crate::facts::https_hosts::{HttpsHost, Proof, https_hosts};
use crate::facts::purpose::{is_behind_sign_in, purpose};
use crate::http::End;
use crate::http::{HttpRequest, Method};
use crate::providers::certificate_authorities::comes_by_software;
use crate::providers::networks::of_address;
use crate::target::Target;
use crate::tls::{Certificate, Key, TlsReply, Trust, Version, alert_name, renewal};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "certificate",
    area: Area::Tls,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Host),
    outcomes: &[
        &VALID,
        &EXPIRES_SOON,
        &NEARLY_GONE,
        &OTHER_NAME,
        &EXPIRED,
        &NOT_YET_VALID,
        &WRONG_NAME,
        &SELF_SIGNED,
        &INCOMPLETE,
        &UNKNOWN_ISSUER,
        &MISSING_ISSUER,
        &WEAK,
        &OLD_PROTOCOL,
        &NO_AGREEMENT,
        &DIFFERS,
        &TLS13_ONLY,
        &UNVERIFIED,
        &UNREADABLE,
        &MANAGED,
        &NO_SITE,
    ],
    run,
};

static VALID: Outcome = Outcome::pass("valid", "The certificate is valid and not about to expire");
static EXPIRES_SOON: Outcome =
    Outcome::warn("expires-soon", "The certificate expires soon and should have renewed by now").important();
static NEARLY_GONE: Outcome =
    Outcome::fail("nearly-gone", "The certificate is about to end, and was not renewed").blocks();
static OTHER_NAME: Outcome =
    Outcome::fail("other-name", "The certificate of another name of yours keeps browsers out");
static EXPIRED: Outcome = Outcome::fail("expired", "The certificate has expired").blocks();
static NOT_YET_VALID: Outcome = Outcome::fail("not-yet-valid", "The certificate is not valid yet").blocks();
static WRONG_NAME: Outcome = Outcome::fail("wrong-name", "The certificate is for other names").blocks();
static SELF_SIGNED: Outcome =
    Outcome::fail("self-signed", "The certificate is self-signed, which no browser trusts").blocks();
static INCOMPLETE: Outcome =
    Outcome::fail("incomplete", "The server does not send the certificate of its certificate's issuer")
        .blocks();
static UNKNOWN_ISSUER: Outcome =
    Outcome::fail("unknown-issuer", "The certificate is from an issuer that browsers do not trust").blocks();
static MISSING_ISSUER: Outcome = Outcome::warn(
    "missing-issuer",
    "The intermediate certificate is missing: some apps and devices refuse the site",
)
.important();
static WEAK: Outcome = Outcome::fail("weak", "The certificate is too weak for today's browsers").blocks();
static OLD_PROTOCOL: Outcome =
    Outcome::fail("old-protocol", "The server speaks only versions of TLS that browsers have dropped")
        .blocks();
static NO_AGREEMENT: Outcome =
    Outcome::fail("no-agreement", "The server refuses encrypted connections").blocks();
static DIFFERS: Outcome =
    Outcome::warn("differs", "One of the site's servers shows a certificate that is not in order")
        .important();
static TLS13_ONLY: Outcome = Outcome::not_measured(
    "tls13-only",
    "The server speaks TLS 1.3 only: its certificate cannot be read from here",
);
static UNVERIFIED: Outcome =
    Outcome::not_measured("unverified", "The certificate looks right, but nothing shows that it is trusted");
static UNREADABLE: Outcome = Outcome::not_measured("unreadable", "The certificate cannot be read");
static MANAGED: Outcome = Outcome::not_applicable("managed", "The CDN manages the certificate");
static NO_SITE: Outcome = Outcome::not_applicable("no-site", "No public address to test");

/// Bits of an RSA key that every browser takes (Apple, see above; CA/Browser Forum, Baseline Requirements section 6.1.5).
const MIN_RSA_BITS: usize = 2048;
const DAY: u64 = 86_400;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let hosts = https_hosts(target, evidence)?;
    let mut looked: Vec<Result<(String, Finding), Unmeasured>> = Vec::new();
    let mut pending = false;
    for host in &hosts {
        match look(evidence, host, &hosts) {
            Ok(Some(finding)) => looked.push(Ok((host.name.clone(), ranked(host, finding)))),
            Ok(None) => {}
            Err(Stop::NotMeasured(gap)) => looked.push(Err(gap)),
            Err(Stop::Pending) => pending = true,
        }
    }
    if pending {
        return Err(Stop::Pending);
    }
    // What is wrong anywhere goes first; where nothing is, the site itself.
    let urgency = |one: &Result<(String, Finding), Unmeasured>| match one
        .as_ref()
        .map(|(_, finding)| finding.outcome.level)
    {
        Ok(Level::Fail) => 0,
        Ok(Level::Warn) => 1,
        _ => 2,
    };
    let Some(worst) = (0..looked.len()).min_by_key(|at| looked.get(*at).map(urgency)) else {
        return Ok(NO_SITE.found());
    };
    let (_, mut finding) = looked.remove(worst).map_err(Stop::NotMeasured)?;
    for other in looked {
        finding = match other {
            Ok((host, other)) => {
                finding.with_evidence(host, format!("{}. {}", other.outcome.title, other.detail).trim_end())
            }
            Err(gap) => finding.with_evidence(gap.asked, gap.failure.to_string()),
        };
    }
    Ok(finding)
}

/// A finding about a name to which neither the site nor its sign-in leads: it keeps nobody out on launch day.
fn ranked(host: &HttpsHost, finding: Finding) -> Finding {
    let label = host.name.split('.').next().unwrap_or_default();
    let beside = host.proof == Proof::Untried && !purpose(label).is_some_and(is_behind_sign_in);
    if beside && finding.outcome.rank() == Some(Rank::Blocker) {
        let detail = format!("{}. {}", finding.outcome.title, finding.detail);
        return Finding { outcome: &OTHER_NAME, detail, ..finding };
    }
    finding
}

/// Whether another host of the site shows a newer certificate that is for `host`, too: then renewing works, and is on its way there.
fn newer_is_seen(evidence: &Evidence, host: &str, hosts: &[HttpsHost], own: &Certificate, now: u64) -> bool {
    hosts.iter().filter(|other| other.name != host).any(|other| {
        let Some(Answer::Tls(reply)) = evidence.get(&Probe::tls(&other.name)) else { return false };
        let leaf = reply.chain.first().and_then(|der| Certificate::parse(&der.0));
        leaf.is_some_and(|leaf| leaf.covers(host) && leaf.not_after > own.not_after && leaf.not_before <= now)
    })
}

/// What the certificate of one host comes to; `None` where nothing is served there over https.
fn look(evidence: &Evidence, host: &HttpsHost, hosts: &[HttpsHost]) -> Result<Option<Finding>, Stop> {
    let name = &host.name;
    if unreachable_host(evidence, name)?.is_some() {
        return Ok(None);
    }
    let request =
        HttpRequest { method: Method::Head, body_limit: 0, ..HttpRequest::get(&format!("https://{name}/")) };
    let tried = if host.proof == Proof::Untried { Some(fetch(evidence, request)) } else { None };
    let probe = Probe::tls(name);
    let asked = probe.to_string();
    let answer = evidence.ask(probe)?;
    let proof = match tried.transpose()? {
        None => host.proof.clone(),
        Some(Ok(_)) => Proof::Trusted,
        Some(Err(End::Failed { failure, .. })) => Proof::of(&failure),
        Some(Err(_)) => Proof::None,
    };
    let failure = match answer {
        Answer::Tls(reply) => {
            return judge(name, reply, proof, &|own, now| newer_is_seen(evidence, name, hosts, own, now))
                .map(Some);
        }
        Answer::Failed(failure) => failure.clone(),
        Answer::Dns(_) | Answer::Http(_) => Failure::new(Cause::Malformed),
    };
    // A subdomain where nobody answers on this port serves no web site.
    if host.proof == Proof::Untried && proof == Proof::None && !failure.cause.is_ours() {
        return Ok(None);
    }
    let records = evidence.first_answer(name, RecordType::A)?;
    let records =
        records.into_iter().chain(evidence.first_answer(name, RecordType::Aaaa)?).collect::<Vec<_>>();
    let mut in_front = addresses(&records).into_iter().filter_map(of_address);
    if let Some(proxy) = in_front.find(|host| host.is_proxy())
        && proof == Proof::Trusted
        && failure.cause == Cause::Unreachable
    {
        return Ok(Some(
            MANAGED
                .found()
                .detail(format!("{name} is at {}, which issues and renews it.", proxy.name))
                .with_evidence(asked, failure.to_string()),
        ));
    }
    Err(Stop::NotMeasured(Unmeasured { asked, failure }))
}

fn judge(
    host: &str,
    reply: &TlsReply,
    proof: Proof,
    newer: &dyn Fn(&Certificate, u64) -> bool,
) -> Result<Finding, Stop> {
    let proof = match &reply.trust {
        Trust::NotVerified => proof,
        Trust::Trusted => Proof::Trusted,
        Trust::Untrusted(why) => Proof::Untrusted(why.clone()),
    };
    let asked = Probe::tls(host).to_string();
    if reply.chain.is_empty() {
        return without_certificate(host, reply, &proof, asked);
    }
    let chain: Vec<Certificate> = reply.chain.iter().map_while(|der| Certificate::parse(&der.0)).collect();
    let Some((own, others)) = chain.split_first() else {
        let bytes = reply.chain.first().map_or(0, |der| der.0.len());
        return Ok(UNREADABLE
            .found()
            .with_evidence(asked, format!("{bytes} bytes that are no certificate in X.509")));
    };
    let now = reply.read_at;
    let left = own.not_after.saturating_sub(now) / DAY;
    let (from, until) = (Day::from_unix(own.not_before), Day::from_unix(own.not_after));
    let complete = own.is_self_issued() || others.iter().any(|other| other.issued(own)) || reply.cut;
    let weak = own.signature.broken || matches!(own.key, Key::Rsa(bits) if bits < MIN_RSA_BITS);

    // What stands in the certificate itself, whoever verifies it.
    let wrong = if now > own.not_after {
        let since = days_ago((now - own.not_after) / DAY);
        Some((&EXPIRED, format!("It ended on {until}, {since}."), Remedy::Renew))
    } else if now < own.not_before {
        Some((&NOT_YET_VALID, format!("It begins on {from}."), Remedy::Restore))
    } else if !own.covers(host) {
        let names = if own.names.is_empty() {
            "no names that browsers look at".to_owned()
        } else {
            own.names_in_words()
        };
        Some((&WRONG_NAME, format!("{host} shows a certificate for {names}."), Remedy::AddName))
    } else if own.is_self_issued() {
        Some((&SELF_SIGNED, format!("{host} vouches for itself."), Remedy::Diagnostic))
    } else {
        None
    };
    let issuer = || format!("Its issuer is {}.", own.issuer);
    let (outcome, detail, remedy) = match (wrong, &proof) {
        (_, _) if reply.is_old() => old_protocol(host, reply),
        (Some((_, detail, _)), Proof::Trusted) => {
            let met =
                format!("An https request was trusted, and another connection to {host} met this. {detail}");
            (&DIFFERS, met, Remedy::Compare)
        }
        (Some(wrong), _) => wrong,
        (None, _) if weak => {
            (&WEAK, format!("{}, signed by {}.", own.key, own.signature.name), Remedy::Diagnostic)
        }
        (None, Proof::Untrusted(_)) if !complete => (&INCOMPLETE, issuer(), Remedy::WholeChain),
        (None, Proof::Untrusted(_)) => (&UNKNOWN_ISSUER, issuer(), Remedy::Diagnostic),
        // Browsers agree to what the server shows here; the client that sent the request does not.
        (None, Proof::NoAgreement) if is_unspoken(reply) => (&UNVERIFIED, String::new(), Remedy::None),
        (None, Proof::NoAgreement) => no_agreement(host),
        (None, Proof::None | Proof::Untried) => (&UNVERIFIED, String::new(), Remedy::None),
        (None, Proof::Trusted) if !complete => (&MISSING_ISSUER, issuer(), Remedy::WholeChain),
        (None, Proof::Trusted)
            if own.not_after - now < renewal::notice(own, comes_by_software(own)) && !newer(own, now) =>
        {
            let soon = format!(
                "The certificate of {host} ends on {until}, in {}. It should have been renewed by now.",
                days(left)
            );
            let gone = own.not_after - now < renewal::going(own, comes_by_software(own));
            (if gone { &NEARLY_GONE } else { &EXPIRES_SOON }, soon, Remedy::Renew)
        }
        (None, Proof::Trusted) => (&VALID, format!("{} left.", days(left)), Remedy::None),
    };
    let automatic = if renewal::is_automatic(own, comes_by_software(own)) {
        "renewed by software"
    } else {
        "of a kind that is often renewed by hand"
    };
    let mut finding = outcome
        .found()
        .detail(detail)
        .with_evidence(format!("certificate of {host}"), own.names_in_words())
        .with_evidence("issued by", format!("{}, {automatic}", own.issuer))
        .with_charted_evidence(
            "valid",
            format!("{from} to {until}; read on {}", Day::from_unix(now)),
            validity(own.not_before, now, own.not_after),
        )
        .with_evidence(
            "key and signature",
            format!("{}, signed by {}, serial number {}", own.key, own.signature.name, own.serial),
        )
        .with_evidence("sent", sent(&chain, reply))
        .with_evidence("protocol", reply.protocol_in_words())
        .with_evidence("trust", trust(&reply.trust, &proof));
    if let (false, Some(url)) = (complete, &own.issuer_url) {
        finding = finding.with_evidence("the issuer's certificate is at", url);
    }
    finding.fixes.extend(remedy.fix(host));
    Ok(finding)
}

/// What puts a fault of the certificate right.
#[derive(Clone, Copy)]
enum Remedy {
    AddName,
    Compare,
    Diagnostic,
    NewVersions,
    None,
    Renew,
    Restore,
    SwitchOn,
    WholeChain,
}

impl Remedy {
    fn fix(self, host: &str) -> Option<Fix> {
        // What stands before the host's name, and behind it where it is named.
        let (before, behind) = match self {
            Self::None => return None,
            Self::AddName => {
                ("Add ", " to the site at your host, and let it issue a certificate for exactly this name.")
            }
            Self::Compare => (
                "Compare what the addresses of ",
                " show, IPv4 and IPv6: one of them may point to an old server.",
            ),
            Self::Diagnostic => {
                ("Let your host, or an ACME client such as certbot, issue a certificate for ", ".")
            }
            Self::NewVersions => ("Switch on TLS 1.2 and 1.3 at the server, and the older versions off.", ""),
            Self::Renew => (
                "Renew the certificate of ",
                ", and see that the software which should do so runs: with certbot, `certbot renew --dry-run` tells what is in its way.",
            ),
            Self::Restore => (
                "Put the certificate that is valid today back in place, or have a new one issued. If the dates look right, compare the clock of the server that ordered it.",
                "",
            ),
            Self::SwitchOn => {
                ("Add ", " to the site at your host, and see that TLS 1.2 and 1.3 are on for it.")
            }
            Self::WholeChain => (
                "Install the whole chain: the certificate and, behind it, that of its issuer. ACME clients write both into fullchain.pem.",
                "",
            ),
        };
        let named = if behind.is_empty() { "" } else { host };
        Some(Fix::step([before, named, behind].concat()))
    }
}

/// Whether a server agreed to TLS 1.2 with a cipher suite that the command line's TLS library does not speak: CBC, or keys without
/// ephemeral.
fn is_unspoken(reply: &TlsReply) -> bool {
    reply.version == Some(Version::Tls12)
        && reply.cipher.is_some_and(|cipher| !LIBRARY_SUITES.contains(&cipher))
}

/// The suites of TLS 1.2 in rustls 0.23: ephemeral keys with AEAD.
const LIBRARY_SUITES: [u16; 6] = [0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9];

fn no_agreement(host: &str) -> (&'static Outcome, String, Remedy) {
    (&NO_AGREEMENT, format!("{host} did not accept an encrypted connection."), Remedy::SwitchOn)
}

fn old_protocol(host: &str, reply: &TlsReply) -> (&'static Outcome, String, Remedy) {
    let version = reply.version.map(|version| version.to_string()).unwrap_or_default();
    (&OLD_PROTOCOL, format!("{host} speaks {version} and nothing newer."), Remedy::NewVersions)
}

/// The server has answered, and not with a certificate.
fn without_certificate(host: &str, reply: &TlsReply, proof: &Proof, asked: String) -> Result<Finding, Stop> {
    let said = match reply.alert {
        Some(alert) => format!("alert {alert} ({})", alert_name(alert).unwrap_or("unknown")),
        None => "no certificate".to_owned(),
    };
    if reply.is_old() || matches!(proof, Proof::NoAgreement | Proof::Untrusted(_)) {
        let (outcome, detail, remedy) =
            if reply.is_old() { old_protocol(host, reply) } else { no_agreement(host) };
        let mut finding = outcome
            .found()
            .detail(detail)
            .with_evidence(asked, said)
            .with_evidence("trust", trust(&reply.trust, proof));
        finding.fixes.extend(remedy.fix(host));
        return Ok(finding);
    }
    if reply.alert == Some(PROTOCOL_VERSION) || reply.version == Some(Version::Tls13) {
        return Ok(TLS13_ONLY
            .found()
            .with_evidence(asked, said)
            .with_evidence("trust", trust(&reply.trust, proof)));
    }
    Err(Stop::NotMeasured(Unmeasured { asked, failure: Failure::new(Cause::TlsHandshake).detailed(&said) }))
}

/// The alert of a server that speaks none of the versions on offer (RFC 8446 section 6.2).
const PROTOCOL_VERSION: u8 = 70;

/// The chain as it was sent, each by its subject.
fn sent(chain: &[Certificate], reply: &TlsReply) -> String {
    let names: Vec<String> = chain.iter().map(|certificate| certificate.subject.to_string()).collect();
    let cut = if reply.cut || chain.len() < reply.chain.len() { ", and more that was not read" } else { "" };
    format!("{}{cut}", names.join(" ← "))
}

fn trust(verified: &Trust, proof: &Proof) -> String {
    match (verified, proof) {
        (Trust::Trusted, _) => "verified when it was read".to_owned(),
        (Trust::Untrusted(why), _) => format!("not trusted: {why}"),
        (_, Proof::Trusted) => {
            "an https request was trusted; this connection only read, and verified nothing".to_owned()
        }
        (_, Proof::Untrusted(why)) => format!("an https request {why}"),
        (_, Proof::NoAgreement) => "an https request came to no agreement with the server".to_owned(),
        (_, Proof::None | Proof::Untried) => {
            "no https request came through; this connection verified nothing".to_owned()
        }
    }
}

/// How much of its time was left when it was read.
fn validity(from: u64, now: u64, until: u64) -> Chart {
    let row = |at: u64| ChartRow {
        text: Day::from_unix(at).to_string(),
        value: u32::try_from(until.saturating_sub(at) / DAY).unwrap_or(u32::MAX),
        status: 0,
    };
    Chart { kind: ChartKind::Validity, rows: [from, now, until].map(row).into(), limit: 0 }
}

fn days(count: u64) -> String {
    match count {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        count => format!("{count} days"),
    }
}

fn days_ago(count: u64) -> String {
    match count {
        0 => "less than a day ago".to_owned(),
        count => format!("{} ago", days(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_drawn_in_the_days_that_the_sentence_says() {
        let drawn = |now: u64| {
            let rows = validity(1_000 * DAY + 5, now, 1_090 * DAY + 4).rows;
            rows.iter().map(|row| (row.text.clone(), row.value)).collect::<Vec<_>>()
        };
        let [from, until] = [("1972-09-27".to_owned(), 89), ("1972-12-26".to_owned(), 0)];
        assert_eq!(drawn(1_050 * DAY), [from.clone(), ("1972-11-16".to_owned(), 40), until.clone()]);
        // One that has ended has nothing left, and a clock far off does not overflow.
        assert_eq!(drawn(1_200 * DAY)[1].1, 0);
        assert_eq!(validity(0, u64::MAX, u64::MAX).rows[0].value, u32::MAX);
    }
}
