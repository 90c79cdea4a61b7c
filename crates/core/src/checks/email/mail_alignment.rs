//! # DMARC alignment (`mail-alignment`)
//!
//! ## What it checks
//! For mail with your domain in `From`, sent by each service that the domain seems to use: whether it would pass DMARC, by
//! DKIM or by SPF, and why. Told from SPF, MX and DKIM records and from how each service works, without a message.
//!
//! ## Why it matters
//! SPF and DKIM count only where they pass for your own domain. Many services send with their own domain for bounces, so
//! an SPF entry does nothing for them: without DKIM, their mail fails DMARC, and goes to spam once you enforce it.
//!
//! ## How to fix it
//! Turn on DKIM with your own domain ("domain authentication", "verified sending domain") in every service, and set up a
//! return path below your domain where the service offers one. DKIM survives forwarding; SPF does not.
//!
//! ## Sources
//! RFC 9989 sections 4.4 and 4.10.2; RFC 7208 section 2.4 (SPF looks at the address for bounces). Each service's own
//! documentation for its records, as of 2026-11.
//!
//! ## Covers
//! E4, E10
//!
//! ## Examples
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! _spf.google.com. TXT "v=spf1 ip4:74.125.0.0/16 ~all"
//! google._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => aligned
//! ```
//! Bounces of Mailchimp's mail go to Mailchimp: only DKIM can pass.
//! ```evidence
//! example.com. TXT "v=spf1 include:servers.mcsv.net ~all"
//! servers.mcsv.net. TXT "v=spf1 ip4:205.201.128.0/20 ~all"
//! k2._domainkey.example.com. CNAME dkim2.mcsv.net.
//! dkim2.mcsv.net. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => aligned
//! ```
//! Senders that nobody knows pass as far as the records reach.
//! ```evidence
//! example.com. TXT "v=spf1 ip4:76.76.21.30 -all"
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => aligned
//! ```
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! _spf.google.com. TXT "v=spf1 ip4:74.125.0.0/16 ~all"
//! => spf-path
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:servers.mcsv.net ~all"
//! servers.mcsv.net. TXT "v=spf1 ip4:205.201.128.0/20 ~all"
//! k2._domainkey.example.com. TXT "v=DKIM1; p="
//! k3._domainkey.example.com. CNAME dkim3.gone.net.
//! dkim2.mcsv.net. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! dkim3.mcsv.net. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => no-path
//! ```
//! Two SPF records are none, and the key at the selector that was named is withdrawn.
//! ```evidence
//! target example.com selectors=google
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! example.com. TXT "v=spf1 include:_spf.google.com -all"
//! google._domainkey.example.com. TXT "v=DKIM1; p="
//! => no-path
//! ```
//! One of two selectors without a key proves nothing, and neither does a withdrawn key where there may be others.
//! ```evidence
//! example.com. TXT "v=spf1 include:servers.mcsv.net ~all"
//! servers.mcsv.net. TXT "v=spf1 ip4:205.201.128.0/20 ~all"
//! k2._domainkey.example.com. TXT "v=DKIM1; p="
//! => path-unknown
//! ```
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! google._domainkey.example.com. TXT "v=DKIM1; p="
//! => path-unknown
//! ```
//! The selectors of Amazon SES differ for every domain.
//! ```evidence
//! example.com. TXT "v=spf1 include:amazonses.com ~all"
//! amazonses.com. TXT "v=spf1 ip4:54.240.0.0/18 ~all"
//! => path-unknown
//! ```
//! ```evidence
//! target example.com selectors=abc123
//! example.com. TXT "v=spf1 include:amazonses.com ~all"
//! amazonses.com. TXT "v=spf1 ip4:54.240.0.0/18 ~all"
//! abc123._domainkey.example.com. CNAME abc123.dkim.amazonses.com.
//! abc123.dkim.amazonses.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => aligned
//! ```
//! Bounces below the domain agree with it, unless `aspf=s` asks for the same name.
//! ```evidence
//! target example.com deep
//! send.example.com. TXT "v=spf1 include:amazonses.com ~all"
//! resend._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => aligned
//! ```
//! ```evidence
//! target example.com selectors=clk,clk2
//! clk._domainkey.example.com. CNAME dkim1.abc.clerk.services.
//! clk2._domainkey.example.com. CNAME dkim2.abc.clerk.services.
//! dkim1.abc.clerk.services. TXT "v=DKIM1; p="
//! dkim2.abc.clerk.services. TXT "v=DKIM1; p="
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; aspf=s"
//! => no-path
//! ```
//! ```evidence
//! target example.com selectors=clk,clk2
//! clk._domainkey.example.com. CNAME dkim1.abc.clerk.services.
//! clk2._domainkey.example.com. CNAME dkim2.abc.clerk.services.
//! dkim1.abc.clerk.services. TXT "v=DKIM1; p="
//! dkim2.abc.clerk.services. TXT "v=DKIM1; p="
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! => path-unknown
//! ```
//! A newsletter that bounces to its own service has no other path than its signature.
//! ```evidence
//! example.com. TXT "v=spf1 include:servers.mcsv.net ~all"
//! servers.mcsv.net. TXT "v=spf1 ip4:205.201.128.0/20 ~all"
//! k2._domainkey.example.com. TXT "v=DKIM1; p="
//! k3._domainkey.example.com. TXT "v=DKIM1; p="
//! dkim2.mcsv.net. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! dkim3.mcsv.net. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => no-path
//! ```
//! A record that breaks for some senders makes SPF unsure.
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. TXT "v=spf1 include:_spf.google.com include:_spf.gone.net ~all"
//! _spf.google.com. TXT "v=spf1 ip4:74.125.0.0/16 ~all"
//! => path-unknown
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! => no-sender
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! => not-sending
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! _spf.google.com. TXT "v=spf1 ip4:74.125.0.0/16 ~all"
//! _dmarc.example.com. TXT SERVFAIL
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::{NOT_SENDING, PLATFORM};
use crate::checks::mail_records;
use crate::email::dmarc::discover;
use crate::engine::evidence::Evidence;
use crate::facts::alignment::{Path, Route, routes};
use crate::facts::mail_profile::MailProfile;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "mail-alignment",
    area: Area::Email,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Hour, Who::MailService),
    outcomes: &[&ALIGNED, &SPF_PATH, &NO_PATH, &PATH_UNKNOWN, &NO_SENDER, &NOT_SENDING, &PLATFORM],
    run,
};

static ALIGNED: Outcome = Outcome::pass("aligned", "Mail from your services passes DMARC by DKIM");
static SPF_PATH: Outcome =
    Outcome::pass("spf-path", "Mail from your services passes DMARC by SPF; DKIM could not be seen");
static NO_PATH: Outcome = Outcome::fail("no-path", "Mail from one of your services cannot pass DMARC");
static PATH_UNKNOWN: Outcome =
    Outcome::not_measured("path-unknown", "Whether all your services pass DMARC cannot be told from outside");
static NO_SENDER: Outcome = Outcome::not_measured("no-sender", "Nothing shows which services send your mail");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let posture = match MailProfile::of_sender(target, evidence)? {
        Ok(posture) => posture,
        Err(outcome) => return Ok(outcome.found()),
    };
    let policy = discover::policy(evidence, posture.zone.as_str());
    let survey = posture.dkim(target, evidence)?;
    let policy = policy?;
    let record = policy.step().and_then(discover::Step::record);
    let in_use = posture.services(&survey.aliases());
    let routes = routes(evidence, &posture, &survey, &in_use, record.as_ref(), target.deep)?;
    let shown = |outcome: &'static Outcome| {
        let mut finding = outcome.found();
        for route in &routes {
            finding = finding.with_evidence(route.name(), route.to_string());
        }
        for one in in_use.iter().filter(|one| !one.sends()) {
            let signs: Vec<String> = one.signs.iter().map(ToString::to_string).collect();
            let words = format!("set up, but not seen sending ({})", signs.join(", "));
            finding = finding.with_evidence(one.service.name.as_str(), words);
        }
        finding
    };
    let keys = |finding: Finding, route: &Route| {
        let records = route.service.map(|service| mail_records::records_of(service, &posture.zone, None));
        let records = records.unwrap_or_default().into_iter();
        records.flat_map(|record| survey.in_place(record)).fold(finding, Finding::fix)
    };
    if let Some(route) = routes.iter().find(|route| route.fails()) {
        let source = route.service.map_or("its documentation", |service| service.source.at.as_str());
        let finding = shown(&NO_PATH).detail(format!("{}: {route}.", route.name()));
        let turn_on = format!("Turn on DKIM with your own domain in {}; see {source}.", route.name());
        return Ok(keys(finding, route).fix(Fix::step(turn_on)));
    }
    if routes.is_empty() {
        return Ok(shown(&NO_SENDER)
            .with_evidence(format!("TXT {}", posture.zone), "no SPF record was found")
            .with_evidence("Selectors asked for", survey.names())
            .fix(Fix::step(
                "Name the selector that your mail is signed with: s= in the DKIM-Signature header.",
            )));
    }
    if let Some(route) = routes.iter().find(|route| !route.passes()) {
        let look = format!(
            "Send yourself a message through {}, look for s= in its DKIM-Signature header, and name that selector.",
            route.name()
        );
        return Ok(shown(&PATH_UNKNOWN).detail(format!("{}: {route}.", route.name())).fix(Fix::step(look)));
    }
    let unsigned: Vec<&str> =
        routes.iter().filter(|route| !matches!(route.dkim, Path::Passes(_))).map(Route::name).collect();
    Ok(if unsigned.is_empty() {
        shown(&ALIGNED)
    } else {
        shown(&SPF_PATH).detail(format!(
            "No DKIM key was seen for {}; SPF alone does not survive forwarding.",
            unsigned.join(", ")
        ))
    })
}
