//! Answers from a table: zone-file lines and replies of web servers.

use std::collections::BTreeMap;
use std::fmt;

use url::Url;

use super::{Cause, Failure, Fetch, Refusal, Resolve, Stop, Unreachable};
use crate::dns::{
    CharacterString, DnsReply, Lookup, Record, RecordData, RecordType, ResponseCode, dns_name, read,
};
use crate::email::txt::unquoted;
use crate::http::{Body, Headers, HttpReply, HttpRequest};

/// Answers that are all there: what it does not hold does not exist.
///
/// ```
/// use launch_ready_protocols::answers::Table;
/// use launch_ready_protocols::email::dmarc::discover::policy;
///
/// let table = Table::parse(
///     "_dmarc.example.com. TXT \"v=DMARC1; p=reject\"
///      broken.example.com. TXT SERVFAIL",
/// )
/// .unwrap();
/// let found = policy(&table, "mail.example.com").unwrap();
/// assert_eq!(found.text(), Some("v=DMARC1; p=reject"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Table {
    records: Vec<Record>,
    replies: BTreeMap<(String, RecordType), DnsReply>,
    pages: BTreeMap<String, HttpReply>,
    no_name: Absent,
    no_data: NoData,
}

/// A line that is not one of the notation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableError {
    /// The line, from 1.
    pub line: usize,
    /// As it stands there.
    pub text: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {} is not \"name TYPE data\" with one of the types A, AAAA, CNAME, MX, PTR, TXT: {}",
            self.line, self.text
        )
    }
}

impl std::error::Error for TableError {}

impl Table {
    /// Reads lines such as `example.com. MX 10 mx.example.com.`; `SERVFAIL` in the place of the data makes the question fail.
    /// Empty lines and comments (`;`) are passed by.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let mut table = Self::default();
        let mut broken = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with(';') {
                continue;
            }
            let error = || TableError { line: at + 1, text: line.to_owned() };
            let (name, rest) = line.split_once(char::is_whitespace).ok_or_else(error)?;
            let (kind, data) = rest.trim().split_once(char::is_whitespace).ok_or_else(error)?;
            if data.trim() == "SERVFAIL" {
                broken.push((dns_name(name), record_type(kind).ok_or_else(error)?));
                continue;
            }
            let data = record_data(kind, data.trim()).ok_or_else(error)?;
            table.records.push(Record { name: dns_name(name), ttl: TTL, data });
        }
        let names: Vec<String> = table.records.iter().map(|record| record.name.clone()).collect();
        for name in names {
            for (_, record_type) in TYPES {
                let reply = table.reply_to(&name, record_type);
                table.replies.insert((name.clone(), record_type), reply);
            }
        }
        for key in broken {
            table.replies.insert(key, reply(ResponseCode::ServFail, Vec::new()));
        }
        Ok(table)
    }

    /// The same with what a web server replies to a GET of `url`.
    #[must_use]
    pub fn with_reply(mut self, url: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers =
            Headers::new(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let body = Body { bytes: body.as_bytes().to_vec(), cut: None };
        self.pages.insert(url.to_owned(), HttpReply { status, headers, body, headers_ms: 1, body_ms: 0 });
        self
    }

    /// The answer to a question about a name of the table: its aliases, and what is at their end.
    fn reply_to(&self, name: &str, record_type: RecordType) -> DnsReply {
        let mut answers: Vec<Record> = Vec::new();
        let mut owner = name.to_owned();
        // An alias is followed once.
        for _ in 0..self.records.len() {
            let here = self.records.iter().filter(|record| record.name == owner);
            let here: Vec<&Record> = here
                .filter(|record| {
                    record.data.record_type() == record_type || matches!(record.data, RecordData::Cname(_))
                })
                .collect();
            answers.extend(here.iter().map(|record| (*record).clone()));
            match here.iter().find_map(|record| match &record.data {
                RecordData::Cname(target) if record_type != RecordType::Cname => Some(target.clone()),
                _ => None,
            }) {
                Some(target) if !answers.iter().any(|known| known.name == target) => owner = target,
                _ => break,
            }
        }
        reply(ResponseCode::NoError, answers)
    }
}

impl Resolve for Table {
    fn lookup(&self, name: &str, record_type: RecordType) -> Result<Lookup<'_>, Stop> {
        let name = dns_name(name);
        let known = self.replies.get(&(name.clone(), record_type));
        let exists = || {
            self.records
                .iter()
                .any(|record| record.name == name || record.name.ends_with(&format!(".{name}")))
        };
        let absent = || if exists() { &self.no_data.0 } else { &self.no_name.0 };
        Ok(read(&name, record_type, known.unwrap_or_else(absent)))
    }
}

/// Every address of the table may be asked.
impl Fetch for Table {
    fn admit(&self, url: &str) -> Result<Url, Refusal> {
        let mut url = crate::http::address::parse(url).ok_or(Refusal::NotAUrl)?;
        url.set_fragment(None);
        Ok(url)
    }

    fn unreachable(&self, _host: &str) -> Result<Option<Unreachable>, Stop> {
        Ok(None)
    }

    fn fetch(&self, request: HttpRequest) -> Result<Result<&HttpReply, Failure>, Stop> {
        Ok(self.pages.get(&request.url).ok_or_else(|| Failure::new(Cause::Unreachable)))
    }
}

/// The reply about a name that does not exist.
#[derive(Debug, Clone)]
struct Absent(DnsReply);

impl Default for Absent {
    fn default() -> Self {
        Self(reply(ResponseCode::NxDomain, Vec::new()))
    }
}

/// The reply about a name that has no such record.
#[derive(Debug, Clone)]
struct NoData(DnsReply);

impl Default for NoData {
    fn default() -> Self {
        Self(reply(ResponseCode::NoError, Vec::new()))
    }
}

fn reply(code: ResponseCode, answers: Vec<Record>) -> DnsReply {
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

fn record_type(kind: &str) -> Option<RecordType> {
    TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind)).map(|(_, record_type)| *record_type)
}

fn record_data(kind: &str, data: &str) -> Option<RecordData> {
    Some(match record_type(kind)? {
        RecordType::A => RecordData::A(data.parse().ok()?),
        RecordType::Aaaa => RecordData::Aaaa(data.parse().ok()?),
        RecordType::Cname => RecordData::Cname(dns_name(data)),
        RecordType::Ptr => RecordData::Ptr(dns_name(data)),
        RecordType::Mx => {
            let (preference, exchange) = data.split_once(char::is_whitespace)?;
            RecordData::Mx { preference: preference.parse().ok()?, exchange: dns_name(exchange.trim()) }
        }
        _ => {
            RecordData::Txt(unquoted(data).unwrap_or_else(|| vec![CharacterString::from_presentation(data)]))
        }
    })
}

/// The types that a line may be of.
const TYPES: [(&str, RecordType); 6] = [
    ("A", RecordType::A),
    ("AAAA", RecordType::Aaaa),
    ("CNAME", RecordType::Cname),
    ("MX", RecordType::Mx),
    ("PTR", RecordType::Ptr),
    ("TXT", RecordType::Txt),
];

/// Seconds for which a record of the table may be kept.
const TTL: u32 = 3600;

/// A table that remembers which names were asked, each once, in order.
#[cfg(test)]
pub(crate) struct Asked<'t> {
    table: &'t Table,
    names: std::cell::RefCell<Vec<String>>,
}

#[cfg(test)]
impl<'t> Asked<'t> {
    pub(crate) fn of(table: &'t Table) -> Self {
        Self { table, names: std::cell::RefCell::default() }
    }

    pub(crate) fn names(self) -> Vec<String> {
        self.names.into_inner()
    }
}

#[cfg(test)]
impl Resolve for Asked<'_> {
    fn lookup(&self, name: &str, record_type: RecordType) -> Result<Lookup<'_>, Stop> {
        let mut names = self.names.borrow_mut();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        self.table.lookup(name, record_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Resolution, addresses};

    #[test]
    fn aliases_are_followed_and_what_is_not_there_does_not_exist() {
        let table = Table::parse("www.example.com. CNAME example.com.\nexample.com. A 192.0.2.1").unwrap();
        let found = table.lookup("WWW.example.com.", RecordType::A).unwrap();
        assert_eq!(addresses(&found.records), ["192.0.2.1".parse::<std::net::IpAddr>().unwrap()]);
        assert_eq!(found.aliases, ["example.com"]);
        assert_eq!(table.lookup("example.com", RecordType::Mx).unwrap().outcome, Resolution::NoData);
        assert_eq!(table.lookup("com", RecordType::A).unwrap().outcome, Resolution::NoData);
        assert_eq!(table.lookup("example.org", RecordType::A).unwrap().outcome, Resolution::NxDomain);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let error = Table::parse("example.com. A 192.0.2.1\nexample.com. A nowhere").unwrap_err();
        assert_eq!(error.line, 2);
    }
}
