//! # MX records (`mx`)
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
//! mx.mailhost.net. A 142.250.27.26
//! => receives
//! ```
//! For a name below the registered one, mail is that one's business.
//! ```evidence
//! target app.example.com
//! app.example.com. A 76.76.21.21
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. AAAA 2a00:1450:4025:401::1a
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
//! example.com. MX 10 142.250.27.26.
//! => address-target
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! example.com. MX 20 mx.gone.net.
//! mx.mailhost.net. A 142.250.27.26
//! => partly-unresolvable
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! mail.example.com. CNAME mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! => alias-target
//! ```
//! The record of an earlier host names the domain itself, which is with a host of web sites by now.
//! ```evidence
//! example.com. MX 0 example.com.
//! example.com. A 76.76.21.21
//! => web-host
//! ```
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! mail.example.com. A 192.168.1.10
//! => private-address
//! ```
//! One server that nobody reaches costs a delay, or the mail of those who try no other.
//! ```evidence
//! example.com. MX 10 mail.example.com.
//! example.com. MX 20 mx.mailhost.net.
//! mail.example.com. A 10.0.0.1
//! mx.mailhost.net. A 142.250.27.26
//! => partly-unreachable
//! ```
//! RFC 7505 section 3: a null MX stands alone.
//! ```evidence
//! example.com. MX 0 .
//! example.com. MX 10 mx.mailhost.net.
//! mx.mailhost.net. A 142.250.27.26
//! => null-beside-others
//! ```
//! Mail for people arrives in one place or the other, by chance.
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! example.com. MX 10 mx.zoho.com.
//! smtp.google.com. A 142.250.27.26
//! mx.zoho.com. A 204.141.33.44
//! => two-services
//! ```
//! The panel appended the domain to a name that had no dot at its end.
//! ```evidence
//! example.com. MX 1 smtp.google.com.example.com.
//! smtp.google.com. A 142.250.27.26
//! => unresolvable
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
//! mx.mailhost.net. A 142.250.27.26
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

use std::net::IpAddr;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Level, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::PLATFORM;
use crate::dns::RecordType;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::facts::mail_plan::services::united;
use crate::facts::mail_profile::known_mail_server;
use crate::facts::mail_servers::{MailServer, State, mail_servers};
use crate::providers::mail_services::{Kind, MailServiceInUse, Published, recognise};
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
        &PRIVATE_ADDRESS,
        &WEB_HOST,
        &PARTLY_UNREACHABLE,
        &NULL_BESIDE_OTHERS,
        &TWO_SERVICES,
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

static PRIVATE_ADDRESS: Outcome =
    Outcome::fail("private-address", "Mail to the domain is lost: its mail server has a private address")
        .blocks();
static WEB_HOST: Outcome =
    Outcome::fail("web-host", "Mail to the domain is lost: its MX record leads to a web host").blocks();
static PARTLY_UNREACHABLE: Outcome =
    Outcome::warn("partly-unreachable", "One of the mail servers takes no mail from the internet")
        .important();
static NULL_BESIDE_OTHERS: Outcome =
    Outcome::fail("null-beside-others", "The domain says that it takes no mail, and names a mail server")
        .blocks();
static TWO_SERVICES: Outcome =
    Outcome::warn("two-services", "The MX records name two mail services, so mail arrives in either")
        .important();

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    if target.domain.platform().is_some() {
        return Ok(PLATFORM.found());
    }
    let zone = zone_apex(evidence, &target.domain)?;
    let lookup = evidence.lookup(zone.as_str(), RecordType::Mx)?;
    let show =
        |outcome: &'static Outcome| outcome.found().with_evidence(format!("MX {zone}"), lookup.words());
    if lookup.records.is_empty() {
        if !lookup.is_missing() {
            return Err(Stop::NotMeasured(lookup.gap()));
        }
        return Ok(absent(target, zone.as_str(), show));
    }
    let servers = mail_servers(evidence, &lookup)?;
    let (null, named): (Vec<MailServer<'_>>, Vec<MailServer<'_>>) =
        servers.into_iter().partition(|server| server.name.is_empty());
    if named.is_empty() {
        return Ok(if target.mail.is_some_and(MailUse::receives) {
            let finding = show(&REFUSES_MAIL);
            finding.fix(removal(zone.as_str(), "0 .".to_owned())).fix(Fix::step(PROVIDER))
        } else {
            show(&TAKES_NONE)
        });
    }
    let finding = named.iter().fold(show(&RECEIVES), with_server);
    let is_unwanted = target.mail == Some(MailUse::Neither);
    if let Some(null) = null.first() {
        if is_unwanted {
            return Ok(without_mail(
                Finding { outcome: &NULL_BESIDE_OTHERS, ..finding },
                zone.as_str(),
                &named,
                true,
            ));
        }
        return Ok(Finding { outcome: &NULL_BESIDE_OTHERS, ..finding }
            .detail("Senders that see the “.” first send nothing at all, and the others keep trying.")
            .fix(removal(zone.as_str(), format!("{} .", null.preference))));
    }
    let finding = judge(finding, zone.as_str(), &named)?;
    Ok(if is_unwanted && finding.outcome.level != Level::Pass {
        without_mail(finding, zone.as_str(), &named, false)
    } else {
        finding
    })
}

/// The finding with what ends mail at a domain that is to have none: a null MX alone, whatever is wrong with its mail servers.
fn without_mail(finding: Finding, zone: &str, servers: &[MailServer<'_>], has_null: bool) -> Finding {
    let gone = servers.iter().map(|server| removal(zone, format!("{} {}.", server.preference, server.name)));
    let null = (!has_null).then(|| Fix::record(zone, "MX", "0 ."));
    Finding { fixes: gone.chain(null).collect(), ..finding }
}

/// What to do where nothing says who takes mail.
const PROVIDER: &str = "Publish the MX records that your mailbox provider names, each with its number.";

fn removal(zone: &str, value: String) -> Fix {
    Fix::RemoveRecord { name: zone.to_owned(), record_type: "MX".to_owned(), value }
}

/// There is no MX record at all.
fn absent(target: &Target, zone: &str, show: impl Fn(&'static Outcome) -> Finding) -> Finding {
    match target.mail {
        Some(mail) if mail.receives() => show(&MISSING).fix(Fix::step(PROVIDER)),
        Some(MailUse::Neither) => show(&NONE)
            .detail("Without any MX record, senders still try the site's own address for days. Say that there is no mail here.")
            .fix(Fix::record(zone, "MX", "0 .")),
        _ => show(&NONE)
            .detail("If the domain should take mail, publish the records of your mailbox provider; if not, say so.")
            .fix(Fix::step(PROVIDER))
            .fix(Fix::step(format!("If {zone} is to take no mail, publish the MX record “0 .” there instead."))),
    }
}

/// The finding with what was seen of a mail server.
fn with_server(finding: Finding, server: &MailServer<'_>) -> Finding {
    match &server.state {
        State::Alive(lookup) | State::Private(lookup, ..) | State::WebHost(lookup, _) => {
            finding.with_evidence(format!("{} {}", lookup.record_type, server.name), lookup.words())
        }
        State::Gone(lookup) => finding.with_evidence(format!("A {}", server.name), lookup.words()),
        State::NotAsked | State::Unknown(_) => finding,
    }
}

fn judge(finding: Finding, zone: &str, servers: &[MailServer<'_>]) -> Result<Finding, Stop> {
    let gap = servers.iter().find_map(|server| match &server.state {
        State::Unknown(gap) => Some(gap.clone()),
        _ => None,
    });
    let is_alive = |server: &&MailServer<'_>| matches!(server.state, State::Alive(_));
    let alive = servers.iter().filter(is_alive).count();
    if let Some(address) = servers
        .iter()
        .find(|server| matches!(server.state, State::Gone(_)) && server.name.parse::<IpAddr>().is_ok())
    {
        let fix = Fix::step(format!(
            "Give the server at {} a name with an A record, such as mail.{zone}, and put that name into the MX record.",
            address.name
        ));
        return Ok(Finding { outcome: &ADDRESS_TARGET, ..finding }.fix(fix));
    }
    let asked: Vec<&MailServer<'_>> =
        servers.iter().filter(|server| !matches!(server.state, State::NotAsked)).collect();
    let lost: Vec<&MailServer<'_>> =
        asked.iter().filter(|server| server.state.takes_nothing()).copied().collect();
    if let Some(first) = lost.first()
        && (alive > 0 || (gap.is_none() && lost.len() == asked.len()))
    {
        return Ok(unreached(finding, zone, first, &lost, alive > 0));
    }
    if alive == 0 {
        return Err(gap.map_or(Stop::Pending, Stop::NotMeasured));
    }
    if let Some(fixed) = alias(finding.clone(), zone, servers) {
        return Ok(fixed);
    }
    if let Some((one, other)) = two_services(servers) {
        return Ok(Finding { outcome: &TWO_SERVICES, ..finding }
            .detail(format!("Some of the records are {one}'s, the others {other}'s."))
            .fix(Fix::step(format!(
                "Keep the MX records of the service where people read their mail, and remove those of the other: {one} or {other}."
            ))));
    }
    match gap {
        Some(gap) => Err(Stop::NotMeasured(gap)),
        None => Ok(finding),
    }
}

/// Servers that no message reaches: `lost`, and first of them `server`.
fn unreached(
    finding: Finding,
    zone: &str,
    server: &MailServer<'_>,
    lost: &[&MailServer<'_>],
    others_are_alive: bool,
) -> Finding {
    let name = server.name;
    let (alone, beside, detail) = match &server.state {
        State::Private(_, address, range) => (
            &PRIVATE_ADDRESS,
            &PARTLY_UNREACHABLE,
            format!("{name} has the address {address}, which nobody outside reaches: {range}."),
        ),
        State::WebHost(_, host) => (
            &WEB_HOST,
            &PARTLY_UNREACHABLE,
            format!("{name} has an address of {host}, where no mail is taken."),
        ),
        _ => (&UNRESOLVABLE, &PARTLY_UNRESOLVABLE, format!("{name} has no address.")),
    };
    let finding =
        Finding { outcome: if others_are_alive { beside } else { alone }, ..finding }.detail(detail);
    let mended: Vec<Option<Fix>> = lost.iter().map(|server| without_zone(server, zone)).collect();
    // Where the right name is known, the record is not lost.
    if let Some(mended) = mended.into_iter().collect::<Option<Vec<Fix>>>() {
        return mended.into_iter().fold(finding, Finding::fix).fix(Fix::step(
            "The panel appended your domain to the name: where it does so, type the name with a dot at its end.",
        ));
    }
    let finding = if others_are_alive { finding } else { finding.fix(Fix::step(PROVIDER)) };
    lost.iter().fold(finding, |finding, server| {
        finding.fix(removal(zone, format!("{} {}.", server.preference, server.name)))
    })
}

/// The record that was meant where the panel appended the domain to the name of a known mail service.
fn without_zone(server: &MailServer<'_>, zone: &str) -> Option<Fix> {
    let bare = known_mail_server(server.name, zone)?;
    let old = format!("{} {}.", server.preference, server.name);
    Some(Fix::record(zone, "MX", format!("{} {bare}.", server.preference)).replacing(Some(old)))
}

/// The record with the name that an alias leads to, where a mail server is one.
fn alias(finding: Finding, zone: &str, servers: &[MailServer<'_>]) -> Option<Finding> {
    let (server, to) = servers.iter().find_map(|server| match &server.state {
        State::Alive(lookup) => Some((server, (*lookup.aliases.last()?).to_owned())),
        _ => None,
    })?;
    let fixed = Fix::record(zone, "MX", format!("{} {to}.", server.preference))
        .replacing(Some(format!("{} {}.", server.preference, server.name)));
    let finding = Finding { outcome: &ALIAS_TARGET, ..finding };
    Some(finding.detail(format!("{} is an alias of {to}.", server.name)).fix(fixed))
}

/// The service of mailboxes, or the one that sends mail on, that a mail server belongs to.
fn service(name: &str) -> Option<&'static str> {
    let names = [name.to_owned()];
    let found = united(recognise(Published { mx: &names, ..Published::default() }));
    let takes = |one: &&MailServiceInUse| matches!(one.service.kind, Kind::Mailboxes | Kind::Forwarding);
    found.iter().find(takes).map(|one| one.service.name.as_str())
}

/// Two such services that mail is sent to at once.
fn two_services(servers: &[MailServer<'_>]) -> Option<(&'static str, &'static str)> {
    let mut found = servers.iter().filter_map(|server| service(server.name));
    let first = found.next()?;
    found.find(|other| *other != first).map(|other| (first, other))
}
