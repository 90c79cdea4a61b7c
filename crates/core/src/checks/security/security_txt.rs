//! # Contact for security reports (`security-txt`)
//!
//! ## What it checks
//! Whether a `security.txt`, if there is one, holds what it has to: a contact, and a date until which it is good.
//!
//! ## Why it matters
//! Someone who finds a security hole will tell you if they can find out how. An expired file, or one without a
//! contact, sends them elsewhere.
//!
//! ## How to fix it
//! Put a text file at `/.well-known/security.txt` with two lines, `Contact: mailto:…` and `Expires:` a date within a year.
//!
//! ## Sources
//! RFC 9116 (2022), sections 2.3, 2.5 and 3.
//!
//! ## Covers
//! S9
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/.well-known/security.txt
//! 200
//! content-type: text/plain
//! date: Sun, 22 Nov 2026 10:00:00 GMT
//! | Contact: mailto:security@example.com
//! | Expires: 2027-06-30T00:00:00Z
//! => valid
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/.well-known/security.txt
//! 200
//! content-type: text/plain
//! date: Sun, 22 Nov 2026 10:00:00 GMT
//! | Contact: mailto:security@example.com
//! | Expires: 2024-06-30T00:00:00Z
//! => expired
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/.well-known/security.txt
//! 200
//! content-type: text/plain
//! | Contact: security@example.com
//! => faulty
//! ```
//! Many sites answer every address with the same page.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/.well-known/security.txt
//! 200
//! content-type: text/html
//! | <title>Welcome</title>
//! => absent
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/.well-known/security.txt
//! 404
//! => absent
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::date::Time;
use crate::diagnostic::Severity;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::http::security_txt;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "security-txt",
    area: Area::Security,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Minutes, Who::Developer),
    outcomes: &[&VALID, &EXPIRED, &FAULTY, &ABSENT],
    run,
};

static VALID: Outcome = Outcome::pass("valid", "security.txt has a contact for security reports");
static EXPIRED: Outcome = Outcome::warn("expired", "The contact for security reports has expired");
static FAULTY: Outcome = Outcome::warn("faulty", "security.txt lacks required fields");
static ABSENT: Outcome = Outcome::not_applicable("absent", "No security.txt (optional)");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(ABSENT.found().detail(why)),
    };
    let Ok(url) = home.url.join("/.well-known/security.txt") else { return Ok(ABSENT.found()) };
    let chain = follow(evidence, url.as_str())?;
    if let Some(gap) = chain.gap() {
        return Err(Stop::NotMeasured(gap));
    }
    let reply = chain.arrived().and(evidence.last_reply(&chain));
    let is_text = |value: &str| {
        value.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/plain"))
    };
    let Some(reply) =
        reply.filter(|reply| reply.status == 200 && reply.headers.first("content-type").is_some_and(is_text))
    else {
        return Ok(ABSENT.found());
    };
    let text = reply.body.text();
    let (file, issues) = security_txt::parse(&text);
    // The server's own clock: there is no other here.
    let now = reply.headers.first("date").and_then(Time::from_http);
    let expired = now.zip(file.expires()).is_some_and(|(now, expires)| now > expires);
    let outcome = if issues.iter().any(|issue| issue.severity == Severity::Error) {
        &FAULTY
    } else if expired {
        &EXPIRED
    } else {
        &VALID
    };
    let finding = outcome.found().with_marked_evidence(url.as_str(), text.as_ref(), &issues);
    Ok(match outcome.code {
        "expired" => finding.fix(Fix::step(
            "Look whether the contact is still right, and set Expires to a date within a year.",
        )),
        "faulty" => finding.fix(Fix::step(
            "Write two lines: Contact: mailto:… and Expires: a date like 2027-06-30T00:00:00Z.",
        )),
        _ => finding,
    })
}
