//! What DNS says about one name and one type, aliases followed.

use std::net::IpAddr;

use super::{DnsReply, Record, RecordData, RecordType, ResponseCode};
use crate::answers::Unmeasured;
use crate::answers::{Cause, Failure};

/// What DNS says about one name and one type.
#[derive(Debug, Clone)]
pub struct Lookup<'e> {
    /// The name that was asked for.
    pub name: String,
    /// The type that was asked for.
    pub record_type: RecordType,
    /// How it came out.
    pub outcome: Resolution,
    /// The names that aliases led to, in order; the last one is where the records are, or should have been.
    pub aliases: Vec<&'e str>,
    /// The records of the type, at the end of the aliases.
    pub records: Vec<&'e Record>,
    /// The reply this was read from: the first one that had records, or else the first one.
    pub reply: &'e DnsReply,
}

/// How a lookup came out. Everything but `Found` has been confirmed by a second resolver, unless it came from
/// [`Evidence::lookup_any`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// There are records.
    Found,
    /// The name exists, without records of the type.
    NoData,
    /// The name does not exist; or, behind an alias, the name the alias leads to.
    NxDomain,
    /// Independent resolvers cannot get an answer from the zone's name servers that they trust.
    ServFail,
}

impl Lookup<'_> {
    /// Whether there are no records, and two resolvers say so. `false` for [`Resolution::ServFail`]: what a broken
    /// zone holds is not known.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.outcome, Resolution::NoData | Resolution::NxDomain)
    }

    /// The owner of the records: the name itself, or what its aliases lead to.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.aliases.last().copied().unwrap_or(&self.name)
    }

    /// What to say where this outcome leaves a check without an answer.
    #[must_use]
    pub fn gap(&self) -> Unmeasured {
        let failure = Failure::new(Cause::Malformed).detailed(&self.words());
        Unmeasured { asked: format!("{} {}", self.record_type, self.name), failure }
    }

    /// The answer in one line of words and records, for "what was seen".
    #[must_use]
    pub fn words(&self) -> String {
        let what = match self.outcome {
            Resolution::Found => {
                return self.records.iter().map(|r| r.data.to_string()).collect::<Vec<_>>().join(", ");
            }
            Resolution::NoData => "no such record",
            Resolution::NxDomain => "the name does not exist",
            Resolution::ServFail => "resolvers get no valid answer (SERVFAIL)",
        };
        match self.reply.extended_errors.first() {
            Some(error) if !error.text.is_empty() => format!("{what}: {}", error.text),
            _ => what.to_owned(),
        }
    }
}

/// The texts of the TXT records among `records`, the strings of each joined without a blank.
#[must_use]
pub fn texts(records: &[&Record]) -> Vec<Vec<u8>> {
    let text = |record: &&Record| match &record.data {
        // Slice by slice: checks of mail read these again and again, and strangers' may be long.
        RecordData::Txt(strings) => {
            Some(strings.iter().map(|string| string.0.as_slice()).collect::<Vec<_>>().concat())
        }
        _ => None,
    };
    records.iter().filter_map(text).collect()
}

/// The A and AAAA records' addresses among `records`.
#[must_use]
pub fn addresses(records: &[&Record]) -> Vec<IpAddr> {
    let address = |record: &&Record| match record.data {
        RecordData::A(v4) => Some(IpAddr::V4(v4)),
        RecordData::Aaaa(v6) => Some(IpAddr::V6(v6)),
        _ => None,
    };
    records.iter().filter_map(address).collect()
}

/// Reads the reply to a question about `name`, following its aliases. `name` is in lower case, without trailing dot.
#[must_use]
pub fn read<'e>(name: &str, record_type: RecordType, reply: &'e DnsReply) -> Lookup<'e> {
    let mut aliases: Vec<&'e str> = Vec::new();
    if record_type != RecordType::Cname {
        // Bounded by the number of records: an alias is followed once.
        for _ in 0..reply.answers.len() {
            let owner = aliases.last().copied().unwrap_or(name);
            let next = reply.answers.iter().find_map(|record| match &record.data {
                RecordData::Cname(target) if record.name == owner => Some(target.as_str()),
                _ => None,
            });
            match next {
                Some(target) if target != name && !aliases.contains(&target) => aliases.push(target),
                _ => break,
            }
        }
    }
    let owner = aliases.last().copied().unwrap_or(name);
    let records: Vec<&Record> = reply
        .answers
        .iter()
        .filter(|record| record.name == owner && record.data.record_type() == record_type)
        .collect();
    let outcome = match reply.code {
        ResponseCode::NoError if !records.is_empty() => Resolution::Found,
        ResponseCode::NoError => Resolution::NoData,
        ResponseCode::NxDomain => Resolution::NxDomain,
        ResponseCode::ServFail | ResponseCode::Refused | ResponseCode::Other(_) => Resolution::ServFail,
    };
    Lookup { name: name.to_owned(), record_type, outcome, aliases, records, reply }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: ResponseCode, records: &[(&str, RecordData)]) -> DnsReply {
        let answers = records
            .iter()
            .map(|(name, data)| Record { name: (*name).into(), ttl: 60, data: data.clone() })
            .collect();
        DnsReply {
            code,
            authenticated: false,
            truncated: false,
            answers,
            authority: Vec::new(),
            extended_errors: Vec::new(),
            elapsed_ms: 1,
        }
    }

    #[test]
    fn aliases_are_followed_and_a_circle_ends() {
        let chain = [
            ("www.a.com", RecordData::Cname("x.host.net".into())),
            ("x.host.net", RecordData::Cname("y.host.net".into())),
            ("y.host.net", RecordData::A([1, 1, 1, 1].into())),
            ("other.net", RecordData::A([2, 2, 2, 2].into())),
        ];
        let reply_chain = reply(ResponseCode::NoError, &chain);
        let lookup = read("www.a.com", RecordType::A, &reply_chain);
        assert_eq!(
            (lookup.aliases.as_slice(), lookup.records.len()),
            (["x.host.net", "y.host.net"].as_slice(), 1)
        );
        let circle = [
            ("www.a.com", RecordData::Cname("b.com".into())),
            ("b.com", RecordData::Cname("www.a.com".into())),
        ];
        let reply_circle = reply(ResponseCode::NoError, &circle);
        assert_eq!(read("www.a.com", RecordType::A, &reply_circle).outcome, Resolution::NoData);
    }
}
