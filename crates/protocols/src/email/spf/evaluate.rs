//! What a receiver makes of one message: `check_host()`.
//! [RFC 7208, 4](https://www.rfc-editor.org/rfc/rfc7208#section-4)
//!
//! A pure function on the answers. Every question goes through [`Evidence::lookup`], so nothing counts as missing
//! on one resolver's word: a void lookup or a permanent error that our own resolver made up would be a wrong verdict
//! about somebody's mail. What two resolvers cannot get out of a zone, and what timed out at three of them, is a
//! temporary error, as a receiver would have it. What *we* did not ask (the scan's budget or time was up, the
//! recording does not hold it) is no result at all: no receiver would see it.

mod ahead;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;

use crate::answers::Resolve;
use crate::answers::Stop;
use crate::diagnostic::Severity;
use crate::dns;
use crate::dns::{Lookup, RecordData, RecordType, Resolution};
use crate::idna;

use super::expand;
use super::expand::Values;
use super::macros::MacroString;
use super::{Directive, DomainSpec, DualCidr, MAX_LOOKUP_TERMS, Mechanism, Qualifier, Record, outline};

/// Names behind one `mx`, and names behind one address for `ptr` and `%{p}`, that a receiver looks up.
/// [RFC 7208, 4.6.4](https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4)
pub const MAX_NAMES: usize = 10;

/// Lookups without an answer that one check may meet.
/// [RFC 7208, 4.6.4](https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4)
pub const MAX_VOID_LOOKUPS: usize = 2;

/// What the receiver knows about a message before it has been sent.
/// [RFC 7208, 4.1](https://www.rfc-editor.org/rfc/rfc7208#section-4.1)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session<'s> {
    /// Where the connection comes from.
    pub ip: IpAddr,
    /// The address given in MAIL FROM; empty for a bounce, which is checked by its HELO name.
    pub mail_from: &'s str,
    /// The name given in HELO or EHLO.
    pub helo: &'s str,
    /// The name of the receiving host, for `%{r}`.
    pub receiver: &'s str,
    /// Seconds since 1970, for `%{t}`; the core has no clock.
    pub timestamp: u64,
    /// What the receiver says where the domain has nothing to say about a fail. Not expanded.
    pub default_explanation: &'s str,
}

impl<'s> Session<'s> {
    /// A message from that address, with a receiver that does not give its name or the time away.
    #[must_use]
    pub fn new(ip: IpAddr, mail_from: &'s str, helo: &'s str) -> Self {
        Self {
            ip,
            mail_from,
            helo,
            receiver: "unknown",
            timestamp: 0,
            default_explanation: DEFAULT_EXPLANATION,
        }
    }

    /// The local part and the domain of the sender that is checked.
    /// [RFC 7208, 2.4 and 4.3](https://www.rfc-editor.org/rfc/rfc7208#section-4.3)
    fn sender(&self) -> (&'s str, &'s str) {
        let (local_part, domain) = match self.mail_from.rsplit_once('@') {
            Some(parts) => parts,
            None if self.mail_from.is_empty() => ("", self.helo),
            None => ("", self.mail_from),
        };
        (if local_part.is_empty() { POSTMASTER } else { local_part }, domain)
    }
}

/// The result of a check. [RFC 7208, 2.6](https://www.rfc-editor.org/rfc/rfc7208#section-2.6)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SpfResult {
    /// The domain says that the host may not send.
    Fail,
    /// The domain says nothing about the host.
    Neutral,
    /// There is no record, or no domain that could have one.
    None,
    /// The domain says that the host may send.
    Pass,
    /// The records cannot be read; only their owners can change that.
    PermError,
    /// The domain says that the host probably may not send.
    SoftFail,
    /// DNS gave no answer; it may later.
    TempError,
}

impl SpfResult {
    /// The word of [RFC 7208, 2.6](https://www.rfc-editor.org/rfc/rfc7208#section-2.6), as in `Received-SPF`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Neutral => "neutral",
            Self::None => "none",
            Self::Pass => "pass",
            Self::PermError => "permerror",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
        }
    }
}

impl std::fmt::Display for SpfResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl From<Qualifier> for SpfResult {
    fn from(qualifier: Qualifier) -> Self {
        match qualifier {
            Qualifier::Fail => Self::Fail,
            Qualifier::Neutral => Self::Neutral,
            Qualifier::Pass => Self::Pass,
            Qualifier::SoftFail => Self::SoftFail,
        }
    }
}

/// The outcome of one check, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// What the receiver makes of the message.
    pub result: SpfResult,
    /// The domain that was checked.
    pub domain: String,
    /// What decided, in one sentence.
    pub reason: String,
    /// What the sender is told; for a fail only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// Terms with a lookup that were met, of [`MAX_LOOKUP_TERMS`].
    pub lookups: usize,
    /// Lookups that led nowhere, of [`MAX_VOID_LOOKUPS`].
    pub voids: usize,
    /// Every term that was looked at, in order.
    pub steps: Vec<Step>,
}

impl Evaluation {
    /// The steps as an indented outline, one line for each.
    #[must_use]
    pub fn outline(&self) -> String {
        let head = format!("{}: {}", self.domain, self.result);
        let lines = self.steps.iter().map(|step| (step.depth, format!("{}  {}", step.term, step.outcome)));
        outline::draw(&head, lines)
    }
}

/// What the sender of a failed message is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The words.
    pub text: String,
    /// Whether they are the domain's own, out of the record's `exp=`; otherwise they are the receiver's.
    pub is_from_domain: bool,
}

/// One term that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Zero for the terms of the domain's own record; one more with each include or redirect.
    pub depth: usize,
    /// The domain whose record holds the term.
    pub domain: String,
    /// The term as published.
    pub term: String,
    /// What it came to: `no match`, `match`, `softfail`, `permerror` …
    pub outcome: &'static str,
}

/// Checks whether the host at `session.ip` may send in the name of the message's sender.
/// [RFC 7208, 4](https://www.rfc-editor.org/rfc/rfc7208#section-4)
///
/// Asks ahead for everything that it may need, as far as the limits go, so that the answers come side by side.
///
/// # Errors
/// Pending until the answers are there; not measured where the scan's own bounds kept one of them away.
pub fn check_host(answers: &dyn Resolve, session: &Session<'_>) -> Result<Evaluation, Stop> {
    let (local_part, sender_domain) = session.sender();
    let domain = ascii(sender_domain);
    let mut check = Check {
        answers,
        session,
        ip: expand::unmapped(session.ip),
        local_part,
        sender_domain: &domain,
        lookups: 0,
        voids: 0,
        steps: Vec::new(),
        reason: String::new(),
        explanation: None,
    };
    let result = match check.domain(&domain, 0, true) {
        Ok(result) => result,
        Err(Halt::Error(result, reason)) => {
            check.reason = reason;
            result
        }
        Err(Halt::Stop(Stop::Pending)) => {
            let mut left = MAX_LOOKUP_TERMS;
            check.ask_ahead(&domain, &mut left);
            return Err(Stop::Pending);
        }
        Err(Halt::Stop(stop)) => return Err(stop),
    };
    let Check { lookups, voids, steps, reason, explanation, .. } = check;
    Ok(Evaluation { result, reason, explanation, lookups, voids, steps, domain: domain.clone() })
}

/// A domain in its ASCII form. [RFC 7208, 4.3](https://www.rfc-editor.org/rfc/rfc7208#section-4.3)
fn ascii(domain: &str) -> String {
    if domain.is_ascii() {
        return domain.to_owned();
    }
    // What IDNA refuses stays as it is, and is then no name that DNS could be asked for.
    idna::to_ascii(domain).unwrap_or_else(|| domain.to_owned())
}

/// Why a check ends before a term decides.
enum Halt {
    /// The result for the whole message, with the reason.
    Error(SpfResult, String),
    /// Without a result.
    Stop(Stop),
}

impl Halt {
    fn permanent(reason: impl Into<String>) -> Self {
        Self::Error(SpfResult::PermError, reason.into())
    }
}

/// One check on its way.
struct Check<'c, 'e> {
    answers: &'e dyn Resolve,
    session: &'c Session<'c>,
    ip: IpAddr,
    local_part: &'c str,
    sender_domain: &'c str,
    lookups: usize,
    voids: usize,
    steps: Vec<Step>,
    reason: String,
    explanation: Option<Explanation>,
}

impl<'e> Check<'_, 'e> {
    /// The result for one domain. Only the domain of the message itself, and where it redirects, may explain a fail.
    fn domain(&mut self, domain: &str, depth: usize, explains: bool) -> Result<SpfResult, Halt> {
        let Some(name) = checkable(domain) else {
            self.reason = format!("“{domain}” is not a domain name that could have a record.");
            return Ok(SpfResult::None);
        };
        let lookup = self.lookup(&name, RecordType::Txt)?;
        let texts = dns::texts(&lookup.records);
        let selected = super::select(&texts);
        let text = match selected.records.as_slice() {
            [] => {
                self.reason = format!("{domain} has no SPF record.");
                return Ok(SpfResult::None);
            }
            [text] => text,
            several => {
                return Err(Halt::permanent(format!("{domain} has {} SPF records.", several.len())));
            }
        };
        let (record, issues) = super::parse(text);
        if !record.is_valid() {
            let first = issues.iter().find(|issue| issue.severity == Severity::Error);
            let why = first.map(|issue| &*issue.message).unwrap_or_default();
            return Err(Halt::permanent(format!("The SPF record of {domain} cannot be read: {why}")));
        }
        self.record(&record, domain, &name, depth, explains)
    }

    fn record(
        &mut self,
        record: &Record<'_>,
        domain: &str,
        name: &str,
        depth: usize,
        explains: bool,
    ) -> Result<SpfResult, Halt> {
        for (span, directive) in record.directives() {
            let term = span.of(record.text);
            let at = self.steps.len();
            self.steps.push(Step {
                depth,
                domain: domain.to_owned(),
                term: term.to_owned(),
                outcome: "no match",
            });
            let matched = self.matches(directive, term, domain, name, depth);
            let outcome = match &matched {
                Ok(true) => "match",
                Ok(false) => "no match",
                Err(Halt::Error(result, _)) => result.word(),
                Err(Halt::Stop(_)) => "",
            };
            if let Some(step) = self.steps.get_mut(at) {
                step.outcome = outcome;
            }
            if matched? {
                let result = SpfResult::from(directive.result());
                self.reason = format!("“{term}” in the record of {domain} matches: {result}.");
                if result == SpfResult::Fail && explains {
                    self.explanation = Some(self.explain(record, domain)?);
                }
                return Ok(result);
            }
        }
        // Where there is an `all`, nobody gets here.
        let Some(target) = record.redirect() else {
            self.reason = format!("No term in the record of {domain} matches.");
            return Ok(SpfResult::Neutral);
        };
        let term = format!("redirect={target}");
        let at = self.steps.len();
        self.steps.push(Step { depth, domain: domain.to_owned(), term: term.clone(), outcome: "" });
        self.count(&term, domain)?;
        let target = self.expand(&target.value, domain)?;
        let result = match self.domain(&target, depth + 1, explains)? {
            SpfResult::None => {
                let reason =
                    format!("“{term}” in the record of {domain} leads to a name without SPF record.");
                return Err(Halt::permanent(reason));
            }
            result => result,
        };
        if let Some(step) = self.steps.get_mut(at) {
            step.outcome = result.word();
        }
        Ok(result)
    }

    /// Whether the sender is one of those that the directive means.
    fn matches(
        &mut self,
        directive: &Directive<'_>,
        term: &str,
        domain: &str,
        name: &str,
        depth: usize,
    ) -> Result<bool, Halt> {
        if directive.mechanism.needs_lookup() {
            self.count(term, domain)?;
        }
        match &directive.mechanism {
            Mechanism::A { domain: target, cidr } => {
                let Some(target) = self.target(target.as_ref(), domain, name)? else { return Ok(false) };
                let addresses = self.addresses(&target)?;
                self.note_void(addresses.is_empty(), term, domain)?;
                Ok(addresses.iter().any(|address| self.is_near(*address, *cidr)))
            }
            Mechanism::All => Ok(true),
            Mechanism::Exists(target) => {
                let Some(target) = self.target(Some(target), domain, name)? else { return Ok(false) };
                // An A query, also for a sender with an IPv6 address.
                let lookup = self.lookup(&target, RecordType::A)?;
                self.note_void(lookup.records.is_empty(), term, domain)?;
                Ok(!lookup.records.is_empty())
            }
            Mechanism::Include(target) => {
                let target = self.expand(&target.value, domain)?;
                match self.domain(&target, depth + 1, false)? {
                    SpfResult::Pass => Ok(true),
                    SpfResult::None => Err(Halt::permanent(format!(
                        "“{term}” in the record of {domain} leads to a name without SPF record."
                    ))),
                    _ => Ok(false),
                }
            }
            Mechanism::Ip4 { network, prefix } => {
                Ok(shares_prefix(self.ip, IpAddr::V4(*network), prefix.unwrap_or(32)))
            }
            Mechanism::Ip6 { network, prefix } => {
                Ok(shares_prefix(self.ip, IpAddr::V6(*network), prefix.unwrap_or(128)))
            }
            Mechanism::Mx { domain: target, cidr } => {
                let Some(target) = self.target(target.as_ref(), domain, name)? else { return Ok(false) };
                self.mx(&target, *cidr, term, domain)
            }
            Mechanism::Ptr { domain: target } => {
                let Some(target) = self.target(target.as_ref(), domain, name)? else { return Ok(false) };
                self.ptr(&target, term, domain)
            }
        }
    }

    /// [RFC 7208, 5.4](https://www.rfc-editor.org/rfc/rfc7208#section-5.4)
    fn mx(&mut self, target: &str, cidr: DualCidr, term: &str, domain: &str) -> Result<bool, Halt> {
        let lookup = self.lookup(target, RecordType::Mx)?;
        self.note_void(lookup.records.is_empty(), term, domain)?;
        if lookup.records.len() > MAX_NAMES {
            return Err(Halt::permanent(format!(
                "“{term}” in the record of {domain} leads to {} mail servers; receivers look at {MAX_NAMES}.",
                lookup.records.len()
            )));
        }
        let exchanges = exchanges(&lookup);
        let asked: Vec<_> = exchanges.iter().map(|name| self.addresses(name)).collect();
        for addresses in asked {
            let addresses = addresses?;
            if addresses.iter().any(|address| self.is_near(*address, cidr)) {
                return Ok(true);
            }
            self.note_void(addresses.is_empty(), term, domain)?;
        }
        Ok(false)
    }

    /// [RFC 7208, 5.5](https://www.rfc-editor.org/rfc/rfc7208#section-5.5)
    fn ptr(&mut self, target: &str, term: &str, domain: &str) -> Result<bool, Halt> {
        let Some(names) = self.host_names()? else { return Ok(false) };
        self.note_void(names.is_empty(), term, domain)?;
        // A name that is not below the target would not match, validated or not, so nobody asks for its address.
        let below: Vec<&str> = names.into_iter().filter(|name| is_within(name, target)).collect();
        let asked: Vec<_> = below.iter().map(|name| self.is_validated(name)).collect();
        for validated in asked {
            if validated? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The names that DNS gives for the sender's address, the first [`MAX_NAMES`] of them; `None` where it gives no
    /// answer. An empty list is not counted as void by itself: for `%{p}` the domain's owner has no say in it.
    fn host_names(&self) -> Result<Option<Vec<&'e str>>, Halt> {
        match self.lookup(&expand::reverse_name(self.ip), RecordType::Ptr) {
            Ok(lookup) => {
                let name = |record: &&'e dns::Record| match &record.data {
                    RecordData::Ptr(name) => Some(name.as_str()),
                    _ => None,
                };
                Ok(Some(lookup.records.iter().filter_map(name).take(MAX_NAMES).collect()))
            }
            Err(Halt::Error(..)) => Ok(None),
            Err(halt) => Err(halt),
        }
    }

    /// Whether the name leads back to the sender's address; a name whose lookup fails does not.
    fn is_validated(&self, name: &str) -> Result<bool, Halt> {
        match self.addresses(name) {
            Ok(addresses) => Ok(addresses.contains(&self.ip)),
            Err(Halt::Error(..)) => Ok(false),
            Err(halt) => Err(halt),
        }
    }

    /// The value of `%{p}`. [RFC 7208, 7.3](https://www.rfc-editor.org/rfc/rfc7208#section-7.3)
    fn host_name(&self, domain: &str) -> Result<&'e str, Halt> {
        let mut names = self.host_names()?.unwrap_or_default();
        // The domain itself first, then names below it, then the others, each in the order of the answer.
        names.sort_by_key(|name| match is_within(name, domain) {
            true if name.len() <= domain.len() => 0,
            true => 1,
            false => 2,
        });
        let asked: Vec<_> = names.iter().map(|name| self.is_validated(name)).collect();
        for (name, validated) in names.iter().zip(asked) {
            if validated? {
                return Ok(name);
            }
        }
        Ok(UNKNOWN)
    }

    /// The text of `exp=`, and the receiver's own where anything is wrong with it.
    /// [RFC 7208, 6.2](https://www.rfc-editor.org/rfc/rfc7208#section-6.2)
    fn explain(&self, record: &Record<'_>, domain: &str) -> Result<Explanation, Halt> {
        let own = match self.own_explanation(record, domain) {
            Err(Halt::Stop(Stop::Pending)) => return Err(Halt::Stop(Stop::Pending)),
            // The result stands without it, so nothing else may stop the check here.
            own => own.ok().flatten(),
        };
        Ok(match own {
            Some(text) => Explanation { text, is_from_domain: true },
            None => Explanation { text: self.session.default_explanation.to_owned(), is_from_domain: false },
        })
    }

    fn own_explanation(&self, record: &Record<'_>, domain: &str) -> Result<Option<String>, Halt> {
        let Some(target) = record.explanation() else { return Ok(None) };
        let Some(name) = expand::dns_name(&self.expand(&target.value, domain)?) else { return Ok(None) };
        let lookup = self.lookup(&name, RecordType::Txt)?;
        let texts = dns::texts(&lookup.records);
        let [text] = texts.as_slice() else { return Ok(None) };
        let Ok(string) = std::str::from_utf8(text)
            .map_err(drop)
            .and_then(|text| MacroString::explanation(text).map_err(drop))
        else {
            return Ok(None);
        };
        let text = self.expand(&string, domain)?;
        Ok(text.is_ascii().then_some(text))
    }

    /// The name a mechanism is about, as DNS can be asked for it. `None` where no question can be built from it:
    /// the mechanism then does not match. [RFC 7208, 4.8](https://www.rfc-editor.org/rfc/rfc7208#section-4.8)
    fn target(
        &self,
        spec: Option<&DomainSpec<'_>>,
        domain: &str,
        name: &str,
    ) -> Result<Option<String>, Halt> {
        match spec {
            None => Ok(Some(name.to_owned())),
            Some(spec) => Ok(expand::dns_name(&self.expand(&spec.value, domain)?)),
        }
    }

    fn expand(&self, string: &MacroString<'_>, domain: &str) -> Result<String, Halt> {
        let host_name = if expand::needs_host_name(string) { self.host_name(domain)? } else { UNKNOWN };
        let values = Values {
            local_part: self.local_part,
            sender_domain: self.sender_domain,
            domain,
            ip: self.ip,
            helo: self.session.helo,
            host_name,
            receiver: self.session.receiver,
            timestamp: self.session.timestamp,
        };
        Ok(expand::expand(string, &values))
    }

    /// A term with a lookup is met. [RFC 7208, 4.6.4](https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4)
    fn count(&mut self, term: &str, domain: &str) -> Result<(), Halt> {
        self.lookups += 1;
        if self.lookups > MAX_LOOKUP_TERMS {
            return Err(Halt::permanent(format!(
                "“{term}” in the record of {domain} is one lookup more than the {MAX_LOOKUP_TERMS} that are allowed."
            )));
        }
        Ok(())
    }

    /// A lookup for a term came back, perhaps with nothing.
    /// [RFC 7208, 4.6.4](https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4)
    fn note_void(&mut self, is_void: bool, term: &str, domain: &str) -> Result<(), Halt> {
        self.voids += usize::from(is_void);
        if self.voids > MAX_VOID_LOOKUPS {
            return Err(Halt::permanent(format!(
                "“{term}” in the record of {domain} leads nowhere, and is the third lookup that does."
            )));
        }
        Ok(())
    }

    /// The addresses of the sender's family.
    fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Halt> {
        let record_type = if self.ip.is_ipv4() { RecordType::A } else { RecordType::Aaaa };
        self.lookup(name, record_type).map(|lookup| dns::addresses(&lookup.records))
    }

    /// One question, its answer as a receiver takes it.
    /// [RFC 7208, 4.4 and 5](https://www.rfc-editor.org/rfc/rfc7208#section-4.4)
    fn lookup(&self, name: &str, record_type: RecordType) -> Result<Lookup<'e>, Halt> {
        let temporary = |reason| Halt::Error(SpfResult::TempError, reason);
        match self.answers.lookup(name, record_type) {
            Ok(lookup) if lookup.outcome == Resolution::ServFail => {
                Err(temporary(format!("{record_type} {name}: {}.", lookup.words())))
            }
            Ok(lookup) => Ok(lookup),
            Err(Stop::NotMeasured(gap)) if !gap.failure.cause.is_ours() => {
                Err(temporary(format!("{} {}.", gap.asked, gap.failure)))
            }
            Err(stop) => Err(Halt::Stop(stop)),
        }
    }

    /// Whether the sender's address is in the network of that size around `address`.
    fn is_near(&self, address: IpAddr, cidr: DualCidr) -> bool {
        let prefix = match address {
            IpAddr::V4(_) => cidr.ip4.unwrap_or(32),
            IpAddr::V6(_) => cidr.ip6.unwrap_or(128),
        };
        shares_prefix(self.ip, address, prefix)
    }
}

/// The domain as DNS can be asked for its record; `None` where it is malformed or has but one label.
/// [RFC 7208, 4.3](https://www.rfc-editor.org/rfc/rfc7208#section-4.3)
fn checkable(domain: &str) -> Option<String> {
    let is_literal = domain.starts_with('[');
    expand::dns_name(domain).filter(|name| name.contains('.') && !is_literal)
}

/// The mail servers among the records, the first [`MAX_NAMES`]; the null MX (RFC 7505) is none.
pub(crate) fn exchanges<'e>(lookup: &Lookup<'e>) -> Vec<&'e str> {
    let exchange = |record: &&'e dns::Record| match &record.data {
        RecordData::Mx { exchange, .. } if !exchange.is_empty() => Some(exchange.as_str()),
        _ => None,
    };
    lookup.records.iter().filter_map(exchange).take(MAX_NAMES).collect()
}

/// Whether `name` is `target` or lies below it.
fn is_within(name: &str, target: &str) -> bool {
    let target = target.strip_suffix('.').unwrap_or(target).as_bytes();
    let name = name.as_bytes();
    match name.len().checked_sub(target.len()).and_then(|at| name.split_at_checked(at)) {
        Some((before, end)) => {
            end.eq_ignore_ascii_case(target) && (before.is_empty() || before.last() == Some(&b'.'))
        }
        None => false,
    }
}

/// Whether two addresses of one family agree in their first `prefix` bits.
fn shares_prefix(one: IpAddr, other: IpAddr, prefix: u8) -> bool {
    let (difference, bits) = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (u128::from(one.to_bits() ^ other.to_bits()), Ipv4Addr::BITS),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits(), Ipv6Addr::BITS),
        _ => return false,
    };
    // A prefix of zero shifts everything out; a plain shift by 128 would overflow.
    difference.checked_shr(bits.saturating_sub(u32::from(prefix))).unwrap_or(0) == 0
}

/// [RFC 7208, 4.3](https://www.rfc-editor.org/rfc/rfc7208#section-4.3)
const POSTMASTER: &str = "postmaster";
/// [RFC 7208, 7.3](https://www.rfc-editor.org/rfc/rfc7208#section-7.3)
const UNKNOWN: &str = "unknown";
/// Said where neither the domain nor the receiver has words of its own.
const DEFAULT_EXPLANATION: &str = "The domain does not list this server as one of its senders.";
