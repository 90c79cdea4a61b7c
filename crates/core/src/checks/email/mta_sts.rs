//! # MTA-STS (`mta-sts`)
//!
//! ## What it checks
//! Whether the domain tells other mail servers to deliver over TLS only (MTA-STS), and whether record, policy file and
//! mail servers agree. Whether the servers really offer TLS cannot be seen: port 25 is closed to us.
//!
//! ## Why it matters
//! With MTA-STS, mail to you cannot be read on its way or diverted. A policy that does not name one of your mail servers
//! does harm: in enforce mode, Gmail and others stop delivering to it.
//!
//! ## How to fix it
//! Serve the policy file over https at `mta-sts.` below your domain, answer with status 200 and `text/plain`, name every
//! mail server, and change the `id` in the record with every change of the file. Begin with `mode: testing`. Domains
//! without MTA-STS lose nothing: no mail is refused, so its absence is not held against you.
//!
//! ## Sources
//! RFC 8461 sections 3.1 (record), 3.2 (policy), 3.3 (status 200 only, no redirects, media type), 3.4 (a name below the
//! domain needs its own), 4.1 (matching of names).
//! That there is no record is one resolver's word; nothing is made of it.
//!
//! ## Covers
//! E6
//!
//! ## Examples
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: enforce
//! | mx: *.mailhost.net
//! | max_age: 604800
//! => enforced
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: testing
//! | mx: *.mailhost.net
//! | max_age: 604800
//! => testing
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! => none
//! ```
//! A name that is a zone of its own has nothing of the one above.
//! ```evidence
//! target news.example.com
//! news.example.com. SOA ns1.example.net. hostmaster.example.com. 7 300
//! news.example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: enforce
//! | mx: *.mailhost.net
//! | max_age: 604800
//! => none
//! ```
//! The star stands for one label, and every mail server has to be named.
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! example.com. MX 20 backup.mailhost.org.
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: enforce
//! | mx: *.mailhost.net
//! | max_age: 604800
//! => mx-mismatch
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: testing
//! | mx: mailhost.net
//! | max_age: 604800
//! => mx-mismatch-testing
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=2026-01-01"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: enforce
//! | mx: mx.mailhost.net
//! | max_age: 604800
//! => record-invalid
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: enforce
//! | mx: mx.mailhost.net
//! | max_age: 604800
//! => record-invalid
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! _mta-sts.example.com. TXT "v=STSv1; id=2"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: enforce
//! | mx: mx.mailhost.net
//! | max_age: 604800
//! => several
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 404
//! content-type: text/html
//! => policy-unavailable
//! ```
//! A redirect is not followed, wherever it leads.
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 301
//! location: https://example.com/mta-sts.txt
//! => policy-unavailable
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! => policy-unavailable
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! untrusted
//! => policy-unavailable
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain
//! | version: STSv1
//! | mode: enforced
//! => policy-invalid
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: application/octet-stream
//! | version: STSv1
//! | mode: enforce
//! | mx: *.mailhost.net
//! | max_age: 604800
//! => wrong-media-type
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! 200
//! content-type: text/plain; charset=utf-8
//! | version: STSv1
//! | mode: none
//! | max_age: 86400
//! => withdrawn
//! ```
//! ```evidence
//! example.com. MX 0 .
//! => no-mail
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! GET https://mta-sts.example.com/.well-known/mta-sts.txt
//! timeout
//! => not-measured
//! ```

use crate::answers::{Cause, Failure};
use crate::answers::{Stop, Unmeasured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::checks::single_record::keep_one;
use crate::diagnostic::Diagnostic;
use crate::dns::{RecordType, texts};
use crate::email::mta_sts::policy;
use crate::email::mta_sts::policy::{Mode, Policy};
use crate::email::mta_sts::{parse, select};
use crate::email::txt::quoted;
use crate::engine::chain::fetch;
use crate::engine::evidence::Evidence;
use crate::facts::mail_profile::MailProfile;
use crate::http::End;
use crate::http::HttpRequest;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "mta-sts",
    area: Area::Email,
    // A policy in force that does not fit loses mail.
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Hour, Who::Host),
    outcomes: &[
        &ENFORCED,
        &TESTING,
        &RECORD_INVALID,
        &SEVERAL,
        &POLICY_UNAVAILABLE,
        &POLICY_INVALID,
        &WRONG_MEDIA_TYPE,
        &MX_MISMATCH_TESTING,
        &MX_MISMATCH,
        &NONE,
        &WITHDRAWN,
        &NO_MAIL,
        &PLATFORM,
    ],
    run,
};

static ENFORCED: Outcome = Outcome::pass("enforced", "Mail to the domain is delivered over TLS only");
static TESTING: Outcome = Outcome::pass("testing", "Delivery over TLS only is being tried out");
static RECORD_INVALID: Outcome = Outcome::warn(
    "record-invalid",
    "Senders do not recognise the MTA-STS record",
)
.costs(Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel));
static SEVERAL: Outcome = Outcome::warn("several", "Two MTA-STS records cancel each other out")
    .costs(Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel));
static POLICY_UNAVAILABLE: Outcome =
    Outcome::warn("policy-unavailable", "The MTA-STS policy cannot be fetched, so senders have none");
static POLICY_INVALID: Outcome =
    Outcome::warn("policy-invalid", "The MTA-STS policy cannot be read, so senders have none");
static WRONG_MEDIA_TYPE: Outcome = Outcome::warn(
    "wrong-media-type",
    "The MTA-STS policy is not served as plain text, so some senders ignore it",
);
static MX_MISMATCH_TESTING: Outcome =
    Outcome::warn("mx-mismatch-testing", "The MTA-STS policy does not name all mail servers");
static MX_MISMATCH: Outcome = Outcome::fail(
    "mx-mismatch",
    "Senders refuse to deliver: the MTA-STS policy does not name all mail servers",
);
static NONE: Outcome = Outcome::not_applicable("none", "The domain does not use MTA-STS, which does no harm");
static WITHDRAWN: Outcome =
    Outcome::not_applicable("withdrawn", "The MTA-STS policy says that there is none any more");
static NO_MAIL: Outcome = Outcome::not_applicable("no-mail", "The domain has no mail servers to protect");

/// Bytes of a policy that senders read; RFC 8461 section 3.3 suggests 64 kilobytes.
const MAX_POLICY: u32 = 64 * 1024;

/// Characters of a policy that are shown: one with sixty mail servers.
const MAX_SHOWN: usize = 2000;

/// How long a policy should be kept, in seconds: a week, as in the examples of RFC 8461 appendix A.
const USUAL_AGE: u32 = 604_800;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let posture = MailProfile::ask(target, evidence)?;
    if let Err(gap) = &posture.mx {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    let servers = posture.mail_servers();
    if servers.is_empty() {
        return Ok(NO_MAIL.found());
    }
    let zone = &posture.zone;
    let name = zone.child("_mta-sts");
    // Behind the record is the policy, on a server of its own (RFC 8461 section 3.3).
    evidence.leads_on(&name);
    evidence.leads_on(&zone.child("mta-sts"));
    let lookup = evidence.lookup_any(&name, RecordType::Txt)?;
    let texts = texts(&lookup.records);
    let selected = select(&texts);
    let label = format!("TXT {name}");
    let instead_of = |old: &str, id: &str| {
        Fix::record(&name, "TXT", quoted(&format!("v=STSv1; id={id}"))).replacing(Some(quoted(old)))
    };
    let text = match (selected.records.as_slice(), selected.near_misses.first()) {
        ([text], _) => text.as_ref(),
        ([], None) => {
            return Ok(NONE.found().with_evidence(label, format!("{} (one resolver)", lookup.words())));
        }
        ([], Some(near_miss)) => {
            let (_, issues) = parse(near_miss);
            let finding = RECORD_INVALID.found().with_marked_evidence(label, near_miss.as_ref(), &issues);
            return Ok(finding.fix(instead_of(near_miss, FIRST_ID)));
        }
        _ => return Ok(keep_one(&selected, SEVERAL.found(), &name, |text| parse(text).1)),
    };
    let (record, issues) = parse(text);
    if !record.is_valid() {
        let mended = issues.iter().find(|issue| issue.code == "id-malformed");
        let id = mended.and_then(|issue| issue.edit.as_ref()).map_or(FIRST_ID, |edit| edit.text.as_str());
        return Ok(RECORD_INVALID
            .found()
            .with_marked_evidence(label, text, &issues)
            .fix(instead_of(text, id)));
    }
    let url = format!("https://{}/.well-known/mta-sts.txt", zone.child("mta-sts"));
    let request = HttpRequest { body_limit: MAX_POLICY, ..HttpRequest::get(&url) };
    let seen = |outcome: &'static Outcome| outcome.found().with_marked_evidence(&label, text, &issues);
    let asked = format!("GET {url}");
    let serve = |mode: Mode| {
        Fix::step(format!(
            "Serve this file at {url}, as text/plain and without a redirect:\n{}",
            policy_for(&servers, mode)
        ))
    };
    let changed = Fix::step(format!(
        "Then change the id in the record at {name}, so that senders fetch the file again."
    ));
    let fetched = fetch(evidence, request)?;
    let why = match &fetched {
        Ok(reply) if reply.status == 200 => String::new(),
        Ok(reply) if reply.status == 429 => {
            let failure = Failure::new(Cause::Challenged).detailed("status 429");
            return Err(Stop::NotMeasured(Unmeasured { asked, failure }));
        }
        Ok(reply) => {
            let to = reply.headers.first("location").map(|to| format!(" to {to}")).unwrap_or_default();
            format!("status {}{to}", reply.status)
        }
        Err(End::Failed { failure, .. }) if !failure.cause.proves_tls_fault() => {
            return Err(Stop::NotMeasured(Unmeasured { asked, failure: failure.clone() }));
        }
        Err(End::Failed { failure, .. }) => failure.cause.words().to_owned(),
        Err(End::NoAddress { host }) => format!("{host} has no address"),
        Err(End::PrivateAddress { host, address, range }) => {
            format!("{host} is {address}, which is not on the public internet ({range})")
        }
        Err(End::Refused { refusal, .. }) => format!("{url} {refusal}"),
        // The other ends are those of redirects, and none was followed.
        Err(_) => "no answer".to_owned(),
    };
    let reply = match fetched {
        Ok(reply) if why.is_empty() => reply,
        _ => {
            let finding = seen(&POLICY_UNAVAILABLE).with_evidence(&asked, why);
            let detail =
                "Senders take the file over https that they trust, with status 200, and follow no redirect.";
            return Ok(finding.detail(detail).fix(serve(Mode::Testing)).fix(changed));
        }
    };
    let body = reply.body.text();
    let (policy, policy_issues) = policy::parse(&body);
    let media_type = reply.headers.first("content-type").unwrap_or_default();
    let finding = |outcome: &'static Outcome| {
        let (shown, marks) = shown(&body, &policy_issues);
        seen(outcome)
            .with_evidence(&asked, format!("status 200, content-type: {media_type}"))
            .with_marked_evidence(&url, shown, &marks)
    };
    if !policy.is_valid() || reply.body.cut.is_some() {
        let mode = policy.mode.value().filter(|mode| *mode != Mode::None).unwrap_or(Mode::Testing);
        let first = policy_issues.iter().find(|issue| issue.severity == crate::diagnostic::Severity::Error);
        let finding =
            finding(&POLICY_INVALID).detail(first.map(|issue| issue.message.clone()).unwrap_or_default());
        return Ok(finding.fix(serve(mode)).fix(changed));
    }
    let mode = policy.mode.value().unwrap_or(Mode::None);
    if mode == Mode::None {
        return Ok(finding(&WITHDRAWN));
    }
    let missing: Vec<&str> =
        servers.iter().map(String::as_str).filter(|server| !policy.covers(server)).collect();
    if !missing.is_empty() {
        let outcome = if mode == Mode::Enforce { &MX_MISMATCH } else { &MX_MISMATCH_TESTING };
        return Ok(finding(outcome)
            .with_evidence(format!("MX {zone}"), servers.join(", "))
            .detail(format!("Not named in the policy: {}.", missing.join(", ")))
            .fix(Fix::step(added(&url, &policy, &missing)))
            .fix(changed));
    }
    if !is_plain_text(media_type) {
        return Ok(finding(&WRONG_MEDIA_TYPE)
            .fix(Fix::step(format!("Serve {url} with the header Content-Type: text/plain."))));
    }
    let (outcome, next) = match mode {
        Mode::Enforce => (&ENFORCED, ""),
        _ => (
            &TESTING,
            "When TLS reports show no failures for two weeks, write mode: enforce and change the id. ",
        ),
    };
    let mut words = format!(
        "{next}Whether the servers offer TLS themselves cannot be seen from here: port 25 is closed to us."
    );
    // RFC 8461 section 3.4: nobody looks for the policy of a name further up.
    if target.domain != *zone {
        words.push_str(&format!(" Addresses at {} need a record and a policy of their own.", target.domain));
    }
    Ok(finding(outcome).detail(words))
}

/// The id of a first record; RFC 8461 section 3.1 asks only that it changes when the policy does.
const FIRST_ID: &str = "1";

/// RFC 8461, 3.3: the media type should be `text/plain`, whatever its parameters.
fn is_plain_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/plain")
}

/// A policy that names every server.
fn policy_for(servers: &[String], mode: Mode) -> String {
    let mode = if mode == Mode::Enforce { "enforce" } else { "testing" };
    let lines: String = servers.iter().map(|server| format!("mx: {server}\n")).collect();
    format!("version: STSv1\nmode: {mode}\n{lines}max_age: {USUAL_AGE}\n")
}

/// What to add to a policy that lacks servers.
fn added(url: &str, policy: &Policy<'_>, missing: &[&str]) -> String {
    let lines: Vec<String> = missing.iter().map(|server| format!("mx: {server}")).collect();
    let place = if policy.mx.is_empty() { "Add" } else { "Add beside the other mx lines" };
    format!("{place} in {url}:\n{}", lines.join("\n"))
}

/// As much of the file as is shown, with what was noticed in it.
fn shown<'t>(body: &'t str, issues: &[Diagnostic]) -> (&'t str, Vec<Diagnostic>) {
    let end = body.char_indices().nth(MAX_SHOWN).map_or(body.len(), |(end, _)| end);
    let shown = body.get(..end).unwrap_or_default();
    (shown, issues.iter().filter(|issue| issue.span.end <= shown.len()).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_that_is_offered_is_one_that_senders_take() {
        let servers = ["mx1.mailhost.net".to_owned(), "mx2.mailhost.net".to_owned()];
        for mode in [Mode::Enforce, Mode::Testing] {
            let text = policy_for(&servers, mode);
            let (policy, issues) = policy::parse(&text);
            assert!(policy.is_valid() && issues.is_empty(), "{text}");
            assert_eq!(policy.mode.value(), Some(mode));
            assert!(servers.iter().all(|server| policy.covers(server)));
        }
    }

    #[test]
    fn the_media_type_is_compared_without_case_and_parameters() {
        assert!(is_plain_text("Text/Plain; charset=utf-8") && is_plain_text("text/plain"));
        assert!(!is_plain_text("text/html") && !is_plain_text("") && !is_plain_text("text/plainer"));
    }

    #[test]
    fn a_long_page_in_place_of_a_policy_is_shown_in_part() {
        let body = "é".repeat(5000);
        let (_, issues) = policy::parse(&body);
        let (text, marks) = shown(&body, &issues);
        assert_eq!(text.chars().count(), MAX_SHOWN);
        assert!(marks.iter().all(|issue| issue.span.end <= text.len()));
    }
}
