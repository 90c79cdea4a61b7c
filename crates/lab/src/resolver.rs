//! What a recursive resolver would say, had it asked the name servers of all scenarios.
//!
//! Aliases are followed from zone to zone, faults of a scenario happen here, and the same answer goes out over UDP, TCP
//! and HTTPS. The root and `.lab` exist only as the places that say "no such name".

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use domain::{
    base::{
        Message, MessageBuilder, Name, Record, Rtype, Serial, StaticCompressor, Ttl,
        iana::{Class, Opcode, OptRcode, Rcode, exterr::ExtendedErrorCode},
        message_builder::PushError,
        name::ToName,
        opt::{ExtendedError, OptRecord},
    },
    rdata::{Soa, ZoneRecordData},
};

use crate::{
    forward::Forward,
    latency,
    scenario::{DnsFault, DnsRule, World},
    unreached::Unreached,
    via::Via,
    zone::{DnsName, DnsRecord, Found},
};

/// Aliases that follow one another; public resolvers give up at about as many.
const MAX_ALIASES: usize = 12;
/// What a UDP answer may have without EDNS.
const PLAIN_UDP: u16 = 512;
/// What the lab says it takes over UDP, and the most it sends.
const EDNS_UDP: u16 = 1232;
/// The most a DNS message can have.
const MAX_MESSAGE: usize = 65_535;

/// What goes back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A message, and for how many seconds it may be kept.
    Message(Vec<u8>, u32),
    /// Nothing: the question or its answer got lost.
    Lost,
    /// Nothing: the name is outside of all scenarios, and the real resolver could not be asked.
    Unreached(Unreached),
    /// What a resolver sends that fails: one of the faults that are about HTTPS.
    Failing(DnsFault),
    /// The question was too broken to be answered.
    Unreadable,
}

/// Where a host name leads, as somebody who wants to connect sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// Addresses from the scenario's zones.
    Addresses(Vec<IpAddr>),
    /// A name of a scenario that has no address, or whose DNS fails.
    Nothing,
    /// A name that no scenario has.
    NotOurs,
}

pub(crate) struct Resolver {
    world: Arc<World>,
    forward: Option<Arc<Forward>>,
}

/// An answer before it is a message.
struct Answer {
    rcode: Rcode,
    records: Vec<DnsRecord>,
    authority: Option<DnsRecord>,
    validated: bool,
    truncated: bool,
    explanation: Option<(ExtendedErrorCode, &'static str)>,
}

impl Answer {
    fn error(rcode: Rcode) -> Self {
        Self {
            rcode,
            records: Vec::new(),
            authority: None,
            validated: false,
            truncated: false,
            explanation: None,
        }
    }

    fn failed(code: ExtendedErrorCode, words: &'static str) -> Self {
        Self { explanation: Some((code, words)), ..Self::error(Rcode::SERVFAIL) }
    }
}

impl Resolver {
    pub(crate) fn new(world: Arc<World>, forward: Option<Arc<Forward>>) -> Self {
        Self { world, forward }
    }

    /// Answers one message. Takes as long as the scenario wants.
    pub(crate) async fn reply(&self, bytes: &[u8], via: Via<'_>) -> Reply {
        let Ok(query) = Message::from_slice(bytes) else { return Reply::Unreadable };
        if query.header().qr() {
            return Reply::Unreadable;
        }
        let opt = query.opt();
        let simple = |rcode| finish(query, &Answer::error(rcode));
        if query.header().opcode() != Opcode::QUERY {
            return simple(Rcode::NOTIMP);
        }
        let Ok(question) = query.sole_question() else { return simple(Rcode::FORMERR) };
        if opt.as_ref().is_some_and(|opt| opt.version() > 0) {
            return simple(Rcode::NOERROR);
        }
        if question.qclass() != Class::IN
            || question.qtype() == Rtype::AXFR
            || question.qtype() == Rtype::IXFR
        {
            return simple(Rcode::REFUSED);
        }
        let name: DnsName = question.qname().to_bytes();
        let rtype = question.qtype();

        let rule = self.rule(&name, rtype, via).cloned();
        latency::wait(self.latency(&name) + rule.as_ref().map_or(Duration::ZERO, |rule| rule.delay_ms)).await;

        if rule.as_ref().and_then(|rule| rule.fault).is_none()
            && !self.is_ours(&name)
            && let Some(forward) = &self.forward
        {
            return match forward.dns(bytes, via).await {
                Ok(message) => Reply::Message(message, 0),
                Err(reason) => Reply::Unreached(reason),
            };
        }
        let over_udp = via == Via::Udp;
        match rule.and_then(|rule| rule.fault) {
            Some(DnsFault::Lost) => Reply::Lost,
            Some(
                fault @ (DnsFault::TooMany
                | DnsFault::Unavailable
                | DnsFault::Reset
                | DnsFault::Garbage
                | DnsFault::Page
                | DnsFault::Empty),
            ) => Reply::Failing(fault),
            Some(DnsFault::Truncated) if via != Via::Tcp => {
                finish(query, &Answer { truncated: true, ..Answer::error(Rcode::NOERROR) })
            }
            Some(DnsFault::Malformed) => {
                match finish(query, &self.answer(&name, rtype, via, query.header().cd())) {
                    Reply::Message(mut message, ttl) => {
                        // The header stays: it should be taken for the answer, and then be found broken.
                        message.truncate((message.len() / 2).max(14));
                        Reply::Message(message, ttl)
                    }
                    other => other,
                }
            }
            _ => match finish(query, &self.answer(&name, rtype, via, query.header().cd())) {
                Reply::Message(message, _) if over_udp && message.len() > udp_limit(query) => {
                    finish(query, &Answer { truncated: true, ..Answer::error(Rcode::NOERROR) })
                }
                reply => reply,
            },
        }
    }

    /// Where a host leads, without the scenario's latency.
    pub(crate) fn resolve(&self, host: &str) -> Resolved {
        let Some(name) = crate::zone::dns_name(host) else { return Resolved::Nothing };
        if !self.is_ours(&name) {
            return Resolved::NotOurs;
        }
        let found = [Rtype::A, Rtype::AAAA].map(|rtype| self.answer(&name, rtype, Via::Tcp, false));
        let addresses: Vec<IpAddr> = found
            .iter()
            .flat_map(|answer| &answer.records)
            .filter_map(|record| match record.data() {
                ZoneRecordData::A(data) => Some(IpAddr::V4(Ipv4Addr::from(data.addr().octets()))),
                ZoneRecordData::Aaaa(data) => Some(IpAddr::V6(Ipv6Addr::from(data.addr().octets()))),
                _ => None,
            })
            .collect();
        if addresses.is_empty() { Resolved::Nothing } else { Resolved::Addresses(addresses) }
    }

    /// Whether a scenario has a zone or a rule for this name.
    fn is_ours(&self, name: &DnsName) -> bool {
        self.world.zone_of(name).is_some()
            || self.world.rules_for(name).any(|(here, rule)| here || rule.below)
    }

    fn latency(&self, name: &DnsName) -> Duration {
        self.world.zone_of(name).map_or(Duration::ZERO, |served| served.latency)
    }

    fn rule<'a>(&'a self, name: &DnsName, rtype: Rtype, via: Via<'_>) -> Option<&'a DnsRule> {
        self.world.rules_for(name).find_map(|(here, rule)| {
            let asked = match via {
                Via::Doh(host) => rule.resolver.as_deref().is_none_or(|wanted| wanted == host),
                Via::Udp | Via::Tcp => rule.resolver.is_none(),
            };
            let covers = here || rule.below;
            // A rule that only says `ad` has nothing to do to a question.
            let acts = rule.fault.is_some() || !rule.delay_ms.is_zero();
            let typed = rule.types.is_empty() || rule.types.contains(&rtype);
            (asked && covers && acts && typed).then_some(rule)
        })
    }

    fn answer(&self, question: &DnsName, rtype: Rtype, via: Via<'_>, unchecked: bool) -> Answer {
        let mut answer = Answer { validated: true, ..Answer::error(Rcode::NOERROR) };
        let mut name = question.clone();
        for _ in 0..=MAX_ALIASES {
            answer.validated &= self.world.rules_for(&name).any(|(_, rule)| rule.ad);
            match self.rule(&name, rtype, via).and_then(|rule| rule.fault) {
                Some(DnsFault::Bogus) if !unchecked => {
                    return Answer::failed(ExtendedErrorCode::DNSSEC_BOGUS, "the signatures do not fit");
                }
                Some(DnsFault::Lame) => {
                    let words = "205.251.192.27:53 rcode=REFUSED";
                    answer.explanation = Some((ExtendedErrorCode::NETWORK_ERROR, words));
                }
                Some(DnsFault::Servfail) => {
                    return Answer::failed(
                        ExtendedErrorCode::NO_REACHABLE_AUTHORITY,
                        "no name server could be reached",
                    );
                }
                // What is wrong with a name behind an alias is seen as a failure only.
                Some(DnsFault::Lost | DnsFault::Malformed) if name != *question => {
                    return Answer::failed(ExtendedErrorCode::NETWORK_ERROR, "no usable answer");
                }
                Some(DnsFault::Refused) => return Answer::error(Rcode::REFUSED),
                Some(DnsFault::Nxdomain) => {
                    answer.rcode = Rcode::NXDOMAIN;
                    answer.authority = self.negative(&name);
                    return answer;
                }
                Some(DnsFault::Nodata) => {
                    answer.authority = self.negative(&name);
                    return answer;
                }
                // Of the others, the message says nothing.
                Some(_) | None => {}
            }
            let Some(served) = self.world.zone_of(&name) else {
                answer.authority = self.negative(&name);
                if !self.is_above_a_zone(&name) {
                    answer.rcode = Rcode::NXDOMAIN;
                }
                return answer;
            };
            match served.zone.find(&name, rtype) {
                Found::Records(records) => {
                    answer.records.extend(records);
                    return answer;
                }
                Found::Alias { record, target } => {
                    answer.records.push(record);
                    name = target;
                }
                Found::NoData => {
                    answer.authority = self.negative(&name);
                    return answer;
                }
                Found::NoName => {
                    answer.rcode = Rcode::NXDOMAIN;
                    answer.authority = self.negative(&name);
                    return answer;
                }
            }
        }
        Answer::failed(ExtendedErrorCode::OTHER, "too many aliases, or a loop of them")
    }

    /// A name like `lab`, which exists because zones stand below it.
    fn is_above_a_zone(&self, name: &DnsName) -> bool {
        self.world.zones.keys().any(|origin| origin.ends_with(name))
    }

    fn negative(&self, name: &DnsName) -> Option<DnsRecord> {
        match self.world.zone_of(name) {
            Some(served) => Some(served.zone.negative()),
            None => root_soa(),
        }
    }
}

/// The root's SOA, as it goes with names that do not exist.
fn root_soa() -> Option<DnsRecord> {
    let primary: DnsName = Name::bytes_from_str("a.root-servers.net").ok()?;
    let contact: DnsName = Name::bytes_from_str("nstld.verisign-grs.com").ok()?;
    let seconds = Ttl::from_secs;
    let soa = Soa::new(
        primary,
        contact,
        Serial(2_026_112_200),
        seconds(1800),
        seconds(900),
        seconds(604_800),
        seconds(86_400),
    );
    Some(Record::new(Name::root_bytes(), Class::IN, seconds(86_400), ZoneRecordData::Soa(soa)))
}

fn udp_limit(query: &Message<[u8]>) -> usize {
    let asked = query.opt().map_or(PLAIN_UDP, |opt| opt.udp_payload_size());
    usize::from(asked.clamp(PLAIN_UDP, EDNS_UDP))
}

fn finish(query: &Message<[u8]>, answer: &Answer) -> Reply {
    match build(query, answer) {
        Ok(message) if message.len() <= MAX_MESSAGE => {
            let records = answer.records.iter().chain(&answer.authority);
            let ttl = records.map(|record| record.ttl().as_secs()).min().unwrap_or(0);
            Reply::Message(message, ttl)
        }
        // What does not fit into a message cannot be answered; a name server would fail on it too.
        _ if !answer.records.is_empty() => {
            finish(query, &Answer::failed(ExtendedErrorCode::OTHER, "larger than a message"))
        }
        _ => Reply::Unreadable,
    }
}

fn build(query: &Message<[u8]>, answer: &Answer) -> Result<Vec<u8>, PushError> {
    let builder =
        MessageBuilder::from_target(StaticCompressor::new(Vec::new())).map_err(|_| PushError::ShortBuf)?;
    let mut builder = builder.start_answer(query, answer.rcode)?;
    let opt = query.opt();
    // RFC 6840: AD is for those who say that they understand it.
    let wants_ad = query.header().ad() || opt.as_ref().is_some_and(OptRecord::dnssec_ok);
    let header = builder.header_mut();
    header.set_ra(true);
    header.set_cd(query.header().cd());
    header.set_tc(answer.truncated);
    header.set_ad(answer.validated && wants_ad && !answer.truncated);
    for record in &answer.records {
        builder.push(record)?;
    }
    let mut builder = builder.authority();
    if let Some(soa) = &answer.authority {
        builder.push(soa)?;
    }
    let mut builder = builder.additional();
    if let Some(asked) = opt {
        builder.opt(|opt| {
            opt.set_udp_payload_size(EDNS_UDP);
            opt.set_dnssec_ok(asked.dnssec_ok());
            if asked.version() > 0 {
                opt.set_rcode(OptRcode::BADVERS);
            }
            if let Some((code, words)) = answer.explanation
                && let Ok(explanation) = ExtendedError::<Bytes>::new_with_str(code, words)
            {
                opt.push(&explanation)?;
            }
            Ok(())
        })?;
    }
    Ok(builder.finish().into_target())
}
