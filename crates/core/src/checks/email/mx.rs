//! # Incoming mail (`mx`)
//!
//! ## What it checks
//! Whether mail to the domain has somewhere to go: its MX records, and whether the servers that they name exist.
//!
//! ## Why it matters
//! Replies, password resets to your own team, invoices and bounces go to these servers. Where they do not exist, the
//! mail of your first customers is lost, and nobody is told.
//!
//! ## How to fix it
//! Publish exactly the MX records that your mailbox provider names, and remove all others. A domain that takes no mail
//! says so with a null MX.
//!
//! ## Sources
//! RFC 5321 section 5.1 (no aliases, no addresses), RFC 2181 section 10.3, RFC 7505 (null MX). What the server itself
//! would say cannot be seen: port 25 is closed to us.
//!
//! ## Covers
//! E5
//!
//! ## Examples
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 76.76.21.30
//! => receives
//! ```
//! For a name below the registered one, mail is that one's business.
//! ```evidence
//! target app.example.com
//! app.example.com. A 76.76.21.21
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. AAAA 2606:4700::30
//! => receives
//! ```
//! ```evidence
//! example.com. MX 0 .
//! => takes-none
//! ```
//! ```evidence
//! target example.com mail=both
//! example.com. MX 0 .
//! => refuses-mail
//! ```
//! ```evidence
//! example.com. A 76.76.21.21
//! => none
//! ```
//! ```evidence
//! target example.com mail=receives
//! example.com. A 76.76.21.21
//! => missing
//! ```
//! ```evidence
//! target example.com mail=neither
//! example.com. A 76.76.21.21
//! => none
//! ```
//! ```evidence
//! example.com. MX 10 mx.gone.net.
//! => unresolvable
//! ```
//! ```evidence
//! example.com. MX 10 76.76.21.30.
//! => address-target
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! example.com. MX 20 mx.gone.net.
//! mx.mailhost.net. A 76.76.21.30
//! => partly-unresolvable
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! mail.example.com. CNAME mx.mailhost.net.
//! mx.mailhost.net. A 76.76.21.30
//! => alias-target
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! ```evidence
//! example.com. MX SERVFAIL
//! => not-measured
//! ```
//! One that answers says nothing about the other, which may be gone.
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! example.com. MX 20 mx.slow.net.
//! mx.mailhost.net. A 76.76.21.30
//! mx.slow.net. A TIMEOUT
//! mx.slow.net. AAAA TIMEOUT
//! => not-measured
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A TIMEOUT
//! mx.mailhost.net. AAAA TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::dns::{Lookup, RecordData, RecordType};
use crate::engine::evidence::Evidence;
use crate::engine::lookup::{server_address, zone_apex};
use crate::target::{MailUse, Target};

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "mx",
    area: Area::Email,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &RECEIVES,
        &TAKES_NONE,
        &REFUSES_MAIL,
        &NONE,
        &MISSING,
        &UNRESOLVABLE,
        &ADDRESS_TARGET,
        &PARTLY_UNRESOLVABLE,
        &ALIAS_TARGET,
        &PLATFORM,
    ],
    run,
};

static RECEIVES: Outcome = Outcome::pass("receives", "Mail to the domain has somewhere to go");
static TAKES_NONE: Outcome = Outcome::pass("takes-none", "The domain says that it takes no mail");
static REFUSES_MAIL: Outcome =
    Outcome::fail("refuses-mail", "The domain says that it takes no mail, but it should").blocks();
static NONE: Outcome = Outcome::warn("none", "Nobody can reply: the domain has no mail server").important();
static MISSING: Outcome =
    Outcome::fail("missing", "Mail to the domain is lost: it has no mail server").blocks();
static UNRESOLVABLE: Outcome =
    Outcome::fail("unresolvable", "Mail to the domain is lost: its mail servers do not exist").blocks();
static ADDRESS_TARGET: Outcome =
    Outcome::fail("address-target", "An MX record names an IP address, which senders cannot use").blocks();
static PARTLY_UNRESOLVABLE: Outcome =
    Outcome::warn("partly-unresolvable", "One of the mail servers does not exist").important();
static ALIAS_TARGET: Outcome =
    Outcome::warn("alias-target", "An MX record names an alias, which some senders refuse").important();

/// Mail servers that are looked up, the most preferred first.
const MAX_LOOKED_UP: usize = 4;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let name = zone.as_str();
    let lookup = evidence.lookup(name, RecordType::Mx)?;
    let mut servers: Vec<(u16, &str)> = lookup
        .records
        .iter()
        .filter_map(|record| match &record.data {
            RecordData::Mx { preference, exchange } => Some((*preference, exchange.as_str())),
            _ => None,
        })
        .collect();
    servers.sort();
    let label = format!("MX {name}");
    let show = |outcome: &'static Outcome| outcome.found().with_evidence(&label, lookup.words());
    let provider = Fix::step(
        "Publish the MX records that your mailbox provider names (Google Workspace: 1 smtp.google.com).",
    );
    if servers.is_empty() {
        if !lookup.is_missing() {
            return Err(Stop::NotMeasured(lookup.gap()));
        }
        let null_mx = Fix::record(name, "MX", "0 .");
        return Ok(match target.mail {
            Some(mail) if mail.receives() => show(&MISSING).fix(provider),
            Some(MailUse::Neither) => show(&NONE)
                .detail("Without any MX record, senders still try the site's own address for days. Say that there is no mail here.")
                .fix(null_mx),
            _ => show(&NONE)
                .detail("If the domain should take mail, publish the records of your mailbox provider; if not, say so.")
                .fix(provider)
                .fix(null_mx),
        });
    }
    if servers.iter().all(|(_, server)| server.is_empty()) {
        return Ok(if target.mail.is_some_and(MailUse::receives) {
            show(&REFUSES_MAIL)
                .fix(Fix::RemoveRecord {
                    name: name.to_owned(),
                    record_type: "MX".to_owned(),
                    value: "0 .".to_owned(),
                })
                .fix(provider)
        } else {
            show(&TAKES_NONE)
        });
    }
    let targets = servers.iter().filter(|(_, server)| !server.is_empty());
    // All at once; the second family is asked for only where the first has nothing.
    let looked_up: Vec<(&str, Result<Lookup<'_>, Stop>)> =
        targets.take(MAX_LOOKED_UP).map(|(_, server)| (*server, server_address(evidence, server))).collect();
    let mut seen = show(&RECEIVES);
    let (mut alive, mut dead, mut alias) = (0, Vec::new(), None);
    let mut gap = None;
    for (server, address) in looked_up {
        match address {
            Err(Stop::Pending) => return Err(Stop::Pending),
            Err(Stop::NotMeasured(why)) => gap = gap.or(Some(why)),
            Ok(lookup) if !lookup.is_missing() => {
                alive += 1;
                seen = seen.with_evidence(format!("{} {server}", lookup.record_type), lookup.words());
                if let Some(to) = lookup.aliases.last() {
                    alias = alias.or(Some((server, (*to).to_owned())));
                }
            }
            Ok(lookup) => {
                seen = seen.with_evidence(format!("A {server}"), lookup.words());
                dead.push(server);
            }
        }
    }
    if let Some(address) = dead.iter().find(|server| server.parse::<std::net::IpAddr>().is_ok()) {
        let fix = Fix::step(format!(
            "Give the server at {address} a name with an A record, such as mail.{name}, and put that name into the MX record."
        ));
        return Ok(Finding { outcome: &ADDRESS_TARGET, ..seen }.fix(fix));
    }
    if let Some(server) = dead.first() {
        let gone = format!("{server} has no address.");
        let remove =
            servers.iter().filter(|(_, s)| dead.contains(s)).map(|(preference, s)| Fix::RemoveRecord {
                name: name.to_owned(),
                record_type: "MX".to_owned(),
                value: format!("{preference} {s}."),
            });
        if alive > 0 {
            return Ok(
                remove.fold(Finding { outcome: &PARTLY_UNRESOLVABLE, ..seen }.detail(gone), Finding::fix)
            );
        }
        if gap.is_none() && dead.len() == servers.len().min(MAX_LOOKED_UP) {
            return Ok(remove
                .fold(Finding { outcome: &UNRESOLVABLE, ..seen }.detail(gone).fix(provider), Finding::fix));
        }
    }
    if alive == 0 {
        return Err(gap.map_or_else(|| Stop::NotMeasured(lookup.gap()), Stop::NotMeasured));
    }
    if let Some((server, to)) = alias {
        let fixed = servers.iter().find(|(_, s)| *s == server).map(|(preference, _)| {
            Fix::record(name, "MX", format!("{preference} {to}."))
                .replacing(Some(format!("{preference} {server}.")))
        });
        let finding =
            Finding { outcome: &ALIAS_TARGET, ..seen }.detail(format!("{server} is an alias of {to}."));
        return Ok(fixed.into_iter().fold(finding, Finding::fix));
    }
    match gap {
        Some(gap) => Err(Stop::NotMeasured(gap)),
        None => Ok(seen),
    }
}
