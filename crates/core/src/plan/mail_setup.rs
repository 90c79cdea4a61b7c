//! The full set of a domain's mail records: from the services in use, merged with what is there. One SPF record whatever
//! happens, every key that a service asks for, a DMARC record to begin with; and nothing twice.
//!
//! No check needs this: it is for whoever wants to set up the mail of a domain in one go.

use serde::Serialize;

use crate::answers::Stop;
use crate::checks::fix::Fix;
use crate::dns;
use crate::dns::{Record, RecordData, RecordType, texts};
use crate::domain::Domain;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::target::{MailUse, Target};

use crate::checks::mail_records::{dmarc_fixes, fix, one_text, spf_fixes};
use crate::email::dmarc::Policy;
use crate::email::dmarc::discover;
use crate::email::dmarc::discover::Discovered;
use crate::email::spf;
use crate::email::spf::tree::{Reach, Tree};
use crate::email::spf::{Modifier, TermKind};
use crate::email::txt::{joined, unquoted};
use crate::facts::dkim_selectors::survey;
use crate::facts::mail_plan::services::united;
use crate::facts::mail_plan::{DmarcPlan, SpfPlan, Wanted};
use crate::facts::mail_profile::{MailProfile, spf_names};
use crate::providers::mail_services::{Kind, MailServiceInUse, Publish, Published, Service, Sign, recognise};

/// What a domain publishes and what it uses: all that its records are written from.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The domain that mail is sent from.
    pub domain: Domain,
    /// The zone it lies in: what DNS providers want names relative to.
    pub zone: Domain,
    /// What the domain does with mail.
    pub mail: MailUse,
    /// The services that send or take its mail: those that were named, and those that what is published shows.
    pub services: Vec<MailServiceInUse>,
    /// What is to become of the SPF record.
    pub spf: SpfPlan,
    /// The MX records that are there, most preferred first; an empty name says that mail is not taken.
    pub mail_servers: Vec<(u16, String)>,
    /// The DMARC policy that holds.
    pub dmarc: Discovered,
    /// What is to become of the DMARC record.
    dmarc_plan: DmarcPlan,
    /// What stands at the other names that the services ask for.
    standing: Vec<Standing>,
}

/// What stands at a name.
#[derive(Debug, Clone)]
struct Standing {
    name: String,
    record_type: &'static str,
    /// The data of each record, in zone-file notation.
    data: Vec<String>,
    /// Whether they are of another type than is asked for: a key where an alias belongs, or the other way round.
    is_other_type: bool,
}

/// The records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Built {
    /// The one SPF record of the domain as it will be.
    pub spf: String,
    /// What to publish, what to replace and what to remove, in order. Empty where everything is there.
    pub fixes: Vec<Fix>,
    /// What the new records leave out or say otherwise, each with the reason.
    pub notes: Vec<String>,
}

impl Plan {
    /// Finds out what is there. `named`: services that the domain is to use besides those it shows.
    ///
    /// # Errors
    /// Pending until the answers are there; not measured where one that the records depend on could not be had: merging
    /// with what is not known would lose it.
    pub fn gather(evidence: &Evidence, target: &Target, named: &[&'static Service]) -> Result<Self, Stop> {
        let domain = &target.domain;
        let txt = evidence.lookup(domain.as_str(), RecordType::Txt);
        let mx = evidence.lookup(domain.as_str(), RecordType::Mx);
        let zone = zone_apex(evidence, domain);
        let dmarc = discover::policy(evidence, domain.as_str());
        let (txt, mx) = (txt?, mx?);
        for lookup in [&txt, &mx] {
            if lookup.records.is_empty() && !lookup.is_missing() {
                return Err(Stop::NotMeasured(lookup.gap()));
            }
        }
        let all = texts(&txt.records);
        let mut profile = MailProfile::at(domain.clone(), target, evidence)?;
        let meant: Vec<String> = profile.meant().into_iter().map(|meant| meant.text).collect();
        let mut mail_servers: Vec<(u16, String)> = mx.records.iter().filter_map(|r| exchange(r)).collect();
        mail_servers.sort();
        let services = services(evidence, target, named, &all, &meant, &mail_servers)?;
        let standing = standing(evidence, domain, &services)?;
        let receives = mail_servers.iter().any(|(_, server)| !server.is_empty())
            || named.iter().any(|service| takes_mail(service));
        let is_silent = named.is_empty() && profile.sends_nothing(target, evidence)?;
        let usual = match (receives, is_silent) {
            (true, false) => MailUse::Both,
            (true, true) => MailUse::Receives,
            (false, false) => MailUse::Sends,
            (false, true) => MailUse::Neither,
        };
        let mail = target.mail.unwrap_or(usual);
        profile.intent = Some(mail);
        let further: Vec<&'static str> =
            services.iter().filter_map(|one| one.service.include.as_deref()).collect();
        let spf = SpfPlan::of(target, evidence, &profile, &further)?;
        let dmarc = dmarc?;
        let has_mailboxes = services.iter().any(|one| takes_mail(one.service));
        let dmarc_plan = if mail.receives() && has_mailboxes {
            DmarcPlan::taking(target, evidence, &profile, &dmarc, true)?
        } else {
            DmarcPlan::of(target, evidence, &profile, &dmarc)?
        };
        Ok(Self {
            domain: domain.clone(),
            zone: zone?,
            mail,
            services,
            spf,
            mail_servers,
            dmarc,
            dmarc_plan,
            standing,
        })
    }

    /// The records. What is there already and right is left out.
    #[must_use]
    pub fn build(&self) -> Built {
        if !self.mail.sends() {
            return self.silent();
        }
        let mut fixes = self.mail_server_fixes();
        fixes.extend(spf_fixes(&self.spf));
        for one in &self.services {
            let records = one.service.records.iter().filter(|record| !is_mail_server(record));
            fixes.extend(records.flat_map(|record| self.record_fixes(one, record)));
        }
        // The record of a name above holds for this one, too.
        if !self.dmarc.is_inherited() {
            fixes.extend(dmarc_fixes(&self.dmarc_plan));
        }
        let mut once: Vec<Fix> = Vec::new();
        for fix in fixes {
            if !once.contains(&fix) {
                once.push(fix);
            }
        }
        Built { spf: self.spf.text().unwrap_or_default().to_owned(), fixes: once, notes: self.notes() }
    }

    /// What the new records leave out or say otherwise.
    fn notes(&self) -> Vec<String> {
        let dmarc = self
            .dmarc_plan
            .notes
            .iter()
            .filter(|_| self.dmarc_plan.text.is_some() && !self.dmarc.is_inherited());
        self.spf.notes().iter().chain(dmarc).cloned().collect()
    }

    /// The records of a domain that sends nothing, and takes nothing either unless it says so.
    /// [RFC 7208, 10.1.2](https://www.rfc-editor.org/rfc/rfc7208#section-10.1.2),
    /// [RFC 7505, 3](https://www.rfc-editor.org/rfc/rfc7505#section-3)
    fn silent(&self) -> Built {
        let mut fixes = spf_fixes(&self.spf);
        // While something shows that the domain sends, nothing that would stop it is written.
        if matches!(self.spf.wanted, Wanted::Ask(_)) {
            return Built { spf: String::new(), fixes, notes: Vec::new() };
        }
        let rejects =
            self.dmarc.applied(dns::Resolution::Found).is_some_and(|policy| policy.defined == Policy::Reject);
        if !rejects {
            fixes.extend(dmarc_fixes(&self.dmarc_plan));
        }
        if self.mail.receives() {
            fixes.extend(self.mail_server_fixes());
        } else {
            let name = self.domain.as_str();
            let takes = |server: &&(u16, String)| !server.1.is_empty();
            fixes.extend(self.mail_servers.iter().filter(takes).map(|(preference, server)| {
                Fix::RemoveRecord {
                    name: name.to_owned(),
                    record_type: "MX".to_owned(),
                    value: format!("{preference} {server}."),
                }
            }));
            if !self.mail_servers.iter().any(|(_, server)| server.is_empty()) {
                fixes.push(Fix::record(name, "MX", "0 ."));
            }
        }
        Built { spf: self.spf.text().unwrap_or_default().to_owned(), fixes, notes: self.notes() }
    }

    /// The mail servers of the mailboxes, where there are none yet. Which of two providers people's mail is to go to is
    /// not for a machine to decide.
    fn mail_server_fixes(&self) -> Vec<Fix> {
        let mailboxes = self.services.iter().filter(|one| takes_mail(one.service));
        let Some(one) = mailboxes.clone().next().filter(|_| self.mail.receives()) else { return Vec::new() };
        let theirs = |service: &Service| -> Vec<Fix> {
            let records = service.records.iter().filter(|record| is_mail_server(record));
            records.map(|record| fix(record, &self.domain)).collect()
        };
        if !self.mail_servers.iter().any(|(_, server)| !server.is_empty()) {
            return theirs(one.service);
        }
        let elsewhere = mailboxes.filter(|one| !one.signs.iter().any(|sign| matches!(sign, Sign::Mx(_))));
        elsewhere
            .map(|one| {
                let lines: Vec<String> = theirs(one.service).iter().map(Fix::line).collect();
                Fix::step(format!(
                    "Incoming mail goes elsewhere now. If people are to read it at {}, put these in the place of the MX \
                     records: {}",
                    one.service.name,
                    lines.join("; ")
                ))
            })
            .collect()
    }

    /// What is to be done for one record of a service.
    fn record_fixes(&self, one: &MailServiceInUse, record: &Publish) -> Vec<Fix> {
        let name = record.name(self.domain.as_str());
        let data = record.data(self.domain.as_str());
        let has_token = one.signs.iter().any(|sign| matches!(sign, Sign::Token(_)));
        let has_key = one.signs.iter().any(|sign| matches!(sign, Sign::Dkim(_)));
        let is_key = record.owner.contains("_domainkey");
        if (record.owner == "@" && has_token) || (record.owner.contains('<') && is_key && has_key) {
            return Vec::new();
        }
        let standing = self
            .standing
            .iter()
            .find(|standing| standing.name == name && standing.record_type == record.record_type);
        let there: &[String] = standing.map_or(&[], |standing| &standing.data);
        if !record.is_exact() {
            // Whatever stands there, only the service can tell whether it is right.
            return if there.is_empty() { vec![fix(record, &self.domain)] } else { Vec::new() };
        }
        if there.iter().any(|stands| stands.eq_ignore_ascii_case(&data)) {
            return Vec::new();
        }
        if standing.is_some_and(|standing| standing.is_other_type) {
            return vec![Fix::step(format!(
                "At {name} stands a record of another type. {} asks for {} {data}: put it there, unless what stands there \
                 is in use.",
                one.service.name, record.record_type
            ))];
        }
        let as_spf = |data: &str| {
            let text = String::from_utf8_lossy(&joined(&unquoted(data)?)).into_owned();
            spf::parse(&text).0.is_valid().then_some(text)
        };
        if let Some(wanted) = as_spf(&data).filter(|_| record.record_type == "TXT") {
            let texts: Vec<String> = there.iter().filter_map(|data| as_spf(data)).collect();
            let names = spf_names(&wanted);
            let includes: Vec<&str> = names.iter().map(String::as_str).collect();
            return one_text(&name, &texts, &spf::meant(&texts, &includes).text);
        }
        // A name has one alias, or one key.
        vec![Fix::record(name, &record.record_type, data).replacing(there.first().cloned())]
    }
}

/// Lookups that an SPF record costs receivers in the worst case, with everything behind it.
///
/// # Errors
/// Pending until the answers are there.
pub fn spf_cost(evidence: &Evidence, spf: &str) -> Result<usize, Stop> {
    let record = spf::parse(spf).0;
    let all_at = record.all().map_or(usize::MAX, |(span, _)| span.start);
    let behind: Vec<Result<usize, Stop>> = record
        .terms
        .iter()
        .filter(|term| term.span.start < all_at)
        .map(|term| {
            let (own, name) = match &term.kind {
                TermKind::Directive(directive) => match &directive.mechanism {
                    spf::Mechanism::Include(domain) => (1, domain.literal()),
                    mechanism => (usize::from(mechanism.needs_lookup()), None),
                },
                TermKind::Modifier(Modifier::Redirect(domain)) if record.all().is_none() => {
                    (1, domain.literal())
                }
                TermKind::Modifier(_) | TermKind::Malformed => (0, None),
            };
            let Some(name) = name else { return Ok(own) };
            Ok(own + Tree::resolve(evidence, &crate::dns::dns_name(name), Reach::DEFAULT)?.lookups())
        })
        .collect();
    behind.into_iter().sum()
}

impl Built {
    /// The records as lines of a zone file; what is no record stands in comments.
    #[must_use]
    pub fn zone_lines(&self) -> String {
        let line = |fix: &Fix| match fix {
            Fix::Record { replaces: Some(old), name, record_type, .. } => {
                format!("; instead of: {name}. {record_type} {old}\n{}\n", fix.line())
            }
            Fix::Record { .. } => format!("{}\n", fix.line()),
            other => format!("; {}: {}\n", other.verb(), other.line()),
        };
        let notes = self.notes.iter().map(|note| format!("; {note}\n"));
        self.fixes.iter().map(line).chain(notes).collect()
    }

    /// The same as they are entered at a DNS provider, whose pages want names relative to `zone`.
    #[must_use]
    pub fn entries(&self, zone: &Domain) -> Vec<Entry> {
        self.fixes.iter().map(|fix| Entry::new(fix, zone)).collect()
    }
}

/// One thing to do on the pages of a DNS provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Entry {
    /// A record to add.
    Add(Fields),
    /// A record to change.
    Replace {
        /// The value that stands there.
        old: String,
        /// What to enter in its place.
        new: Fields,
    },
    /// A record to delete.
    Remove(Fields),
    /// Something else to do.
    Step {
        /// One instruction.
        text: String,
    },
}

/// The fields of a record, as the pages of DNS providers have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fields {
    /// `TXT`, `CNAME`, `MX`.
    pub record_type: String,
    /// Relative to the zone; `@` for the zone itself.
    pub host: String,
    /// Of an MX record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Without quotes, and in one piece: providers divide long texts themselves.
    pub value: String,
}

impl Entry {
    fn new(fix: &Fix, zone: &Domain) -> Self {
        match fix {
            Fix::Record { name, record_type, value, replaces: None } => {
                Self::Add(Fields::new(name, record_type, value, zone))
            }
            Fix::Record { name, record_type, value, replaces: Some(old) } => Self::Replace {
                old: Fields::new(name, record_type, old, zone).value,
                new: Fields::new(name, record_type, value, zone),
            },
            Fix::RemoveRecord { name, record_type, value } => {
                Self::Remove(Fields::new(name, record_type, value, zone))
            }
            other => Self::Step { text: other.line() },
        }
    }
}

impl Fields {
    fn new(name: &str, record_type: &str, data: &str, zone: &Domain) -> Self {
        let host = match name.strip_suffix(zone.as_str()) {
            Some("") => "@",
            Some(below) => below.strip_suffix('.').unwrap_or(below),
            None => name,
        };
        let (priority, value) = match (record_type, data.split_once(' ')) {
            ("MX", Some((priority, server))) => (Some(priority.to_owned()), server.to_owned()),
            _ => (None, data.to_owned()),
        };
        let value = match unquoted(&value) {
            Some(strings) => String::from_utf8_lossy(&joined(&strings)).into_owned(),
            None => value,
        };
        Self { record_type: record_type.to_owned(), host: host.to_owned(), priority, value }
    }
}

//------------ What is there -------------------------------------------------

fn exchange(record: &Record) -> Option<(u16, String)> {
    match &record.data {
        RecordData::Mx { preference, exchange } => Some((*preference, exchange.clone())),
        _ => None,
    }
}

/// Whether the domain's mail servers are the service's.
fn takes_mail(service: &Service) -> bool {
    matches!(service.kind, Kind::Mailboxes | Kind::Forwarding)
}

fn is_mail_server(record: &Publish) -> bool {
    record.record_type == "MX" && record.owner == "@"
}

/// The services that are named, and those that what is published shows to send or to take mail.
fn services(
    evidence: &Evidence,
    target: &Target,
    named: &[&'static Service],
    all: &[Vec<u8>],
    spf: &[String],
    mail_servers: &[(u16, String)],
) -> Result<Vec<MailServiceInUse>, Stop> {
    let names: Vec<String> = spf.iter().flat_map(|text| spf_names(text)).collect();
    let servers: Vec<String> = mail_servers.iter().map(|(_, server)| server.clone()).collect();
    let all: Vec<String> = all.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
    let published = Published { spf: &names, mx: &servers, texts: &all, dkim: &[] };
    let with_named = |mut found: Vec<MailServiceInUse>| {
        found = united(found);
        found.retain(|one| one.sends() || named.contains(&one.service));
        for &service in named {
            if !found.iter().any(|one| one.service == service) {
                found.push(MailServiceInUse { service, signs: Vec::new() });
            }
        }
        found
    };
    let keys = survey(evidence, target, &target.domain, &with_named(recognise(published)))?;
    Ok(with_named(recognise(Published { dkim: &keys.aliases(), ..published })))
}

/// What stands where the services want their records, but for the domain itself.
fn standing(
    evidence: &Evidence,
    domain: &Domain,
    services: &[MailServiceInUse],
) -> Result<Vec<Standing>, Stop> {
    let records = services.iter().flat_map(|one| &one.service.records);
    let places = records.filter(|record| record.owner != "@" && !record.owner.contains('<'));
    let asked: Vec<Result<Standing, Stop>> = places
        .map(|record| {
            let name = record.name(domain.as_str());
            let record_type = RecordType::from_name(&record.record_type).unwrap_or(RecordType::Txt);
            let lookup = evidence.lookup(&name, record_type)?;
            if lookup.records.is_empty() && !lookup.is_missing() {
                return Err(Stop::NotMeasured(lookup.gap()));
            }
            let mut data: Vec<String> = lookup.records.iter().map(|record| record.data.to_string()).collect();
            let is_other_type = record.owner.ends_with("._domainkey") && data.is_empty();
            if is_other_type {
                let other =
                    if record_type == RecordType::Cname { RecordType::Txt } else { RecordType::Cname };
                let other = evidence.lookup(&name, other)?;
                data.extend(other.records.iter().map(|record| record.data.to_string()));
            }
            let is_other_type = is_other_type && !data.is_empty();
            Ok(Standing { name, record_type: &record.record_type, data, is_other_type })
        })
        .collect();
    asked.into_iter().collect()
}
