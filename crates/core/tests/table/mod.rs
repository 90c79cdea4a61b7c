//! A small internet in a table: zone-file lines and HTTP exchanges, as they stand in the examples of the checks.
//!
//! ```text
//! target app.example.com segment=coach mail=both selectors=a,b paths=/login deep     (otherwise example.com)
//! example.com. A 76.76.21.21
//! example.com. MX SERVFAIL                            (or REFUSED, TIMEOUT)
//! example.com. A BOGUS                                (SERVFAIL to those who validate, the records to those who do not)
//! *.example.com. A 76.76.21.21                        (answers for every name below that has no records of its own)
//! secure example.com                                  (answers about this name and all below are validated)
//! note example.com 23 5.9.10.11:53 rcode=REFUSED      (answers about this name carry that extended error, RFC 8914)
//! GET https://example.com/
//! 200 120ms 130ms                                     (timings of the first request and its repeats; `broken`: it breaks off)
//! content-type: text/html
//! | <title>Body lines begin with a bar</title>        (without any, or with a head alone, a page has a short text; it is HTML unless said otherwise; a bar alone is an empty page)
//! GET https://www.example.com/
//! untrusted                                           (or timeout, handshake, unreachable, challenged)
//! GET https://www.example.com/ cookie: seen=1         (what comes for a request with this Cookie header)
//! TLS example.com
//! 1.2 newer                                           (or 1.0, 1.3 …; alert 70; timeout, unreachable, malformed)
//! names: example.com *.example.com                    (otherwise the host)
//! valid: 2026-10-15 2027-01-13                        (as without this line: 90 days)
//! issuer: R12 (Let's Encrypt)                         (as without; or itself)
//! key: rsa 1024                                       (otherwise P-256)
//! signature: sha1                                     (otherwise sha256)
//! chain: own issuer root                              (otherwise own issuer; or other, garbage, none)
//! trust: verified                                     (or why it is refused; otherwise it was not verified)
//! read: 2026-11-25                                    (as without)
//! => outcome-code
//! ```
//!
//! Names without a line do not exist, unless a `*.` line answers for them. A host that answers HTTP has an address
//! unless the zone says otherwise. URLs and hosts without a line cannot be connected to.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of this module")]

mod handshake;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::dns::{
    CharacterString, DnsReply, ExtendedError, Record, RecordData, RecordType, ResponseCode,
};
use launch_ready_core::domain::Domain;
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::probe::{DnsQuestion, Probe};
use launch_ready_core::http::HttpRequest;
use launch_ready_core::http::{Body, Cut, Headers, HttpReply};
use launch_ready_core::target::{MailUse, Segment, Target};
use url::Url;

use self::handshake::Handshake;

/// What a table answers with.
#[derive(Clone)]
pub struct Table {
    pub target: Target,
    pub expected: Option<String>,
    failing: Option<Failing>,
    records: Vec<Record>,
    dns_faults: BTreeMap<(String, RecordType), Fault>,
    http: BTreeMap<String, Exchange>,
    /// Addresses that are sent on to others: a whole origin, or one URL.
    redirects: Vec<(Url, Url)>,
    tls: BTreeMap<String, Handshake>,
    secure: Vec<String>,
    notes: Vec<(String, ExtendedError)>,
}

/// Names the failure of a probe that is to fail.
type Failing = Rc<dyn Fn(&Probe) -> Option<Cause>>;

#[derive(Debug, Clone)]
enum Fault {
    Bogus,
    Code(ResponseCode),
    Cause(Cause),
}

#[derive(Debug, Clone)]
struct Exchange {
    reply: Result<u16, Cause>,
    timings: Vec<u32>,
    headers: Vec<(String, String)>,
    body: Option<String>,
    cut: Option<Cut>,
}

impl Table {
    /// Reads the notation; `Err` names the line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut table = Self {
            target: Target::parse("example.com").map_err(|error| error.to_string())?,
            expected: None,
            failing: None,
            records: Vec::new(),
            dns_faults: BTreeMap::new(),
            http: BTreeMap::new(),
            redirects: Vec::new(),
            tls: BTreeMap::new(),
            secure: Vec::new(),
            notes: Vec::new(),
        };
        let mut lines = text.lines().map(str::trim_end).peekable();
        while let Some(line) = lines.next() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let problem = || format!("cannot read the line: {line}");
            if let Some(code) = line.strip_prefix("=> ") {
                table.expected = Some(code.to_owned());
            } else if let Some(target) = line.strip_prefix("target ") {
                table.target = parse_target(target).ok_or_else(problem)?;
            } else if let Some(name) = line.strip_prefix("secure ") {
                table.secure.push(name.to_owned());
            } else if let Some(note) = line.strip_prefix("note ") {
                table.notes.push(parse_note(note).ok_or_else(problem)?);
            } else if let Some(url) = line.strip_prefix("GET ") {
                let status = lines.next().ok_or_else(problem)?;
                let mut exchange = parse_status(status).ok_or(format!("cannot read the line: {status}"))?;
                while let Some(next) = lines.next_if(|next| is_header(next) || next.starts_with('|')) {
                    match next.strip_prefix('|') {
                        Some(line) => {
                            let body = exchange.body.get_or_insert_default();
                            body.push_str(line.strip_prefix(' ').unwrap_or(line));
                            body.push('\n');
                        }
                        None => {
                            let (name, value) = next.split_once(':').ok_or_else(problem)?;
                            exchange.headers.push((name.to_owned(), value.trim().to_owned()));
                        }
                    }
                }
                table.http.insert(url.to_owned(), exchange);
            } else if let Some(host) = line.strip_prefix("TLS ") {
                let said = lines.next().ok_or_else(problem)?;
                let unread = |line: &str| format!("cannot read the line: {line}");
                let mut handshake = Handshake::parse(host, said).ok_or_else(|| unread(said))?;
                while let Some(next) = lines.next_if(|next| is_header(next)) {
                    let (name, value) = next.split_once(':').ok_or_else(problem)?;
                    handshake.set(name, value.trim()).ok_or_else(|| unread(next))?;
                }
                table.tls.insert(host.to_owned(), handshake);
            } else {
                table.record(line).ok_or_else(problem)?;
            }
        }
        table.give_addresses();
        Ok(table)
    }

    /// From now on, lets every probe fail for which `cause` names one.
    pub fn fail_when(&mut self, cause: impl Fn(&Probe) -> Option<Cause> + 'static) {
        self.failing = Some(Rc::new(cause));
    }

    /// The answer to a probe.
    pub fn answer(&self, probe: &Probe) -> Answer {
        if let Some(cause) = self.failing.as_ref().and_then(|failing| failing(probe)) {
            return Answer::Failed(Failure::new(cause));
        }
        match probe {
            Probe::Dns(question) => self.dns(question),
            Probe::Http(request) => self.web(request),
            Probe::Tls(request) => match self.tls.get(&request.host) {
                Some(handshake) => handshake.answer(),
                None => Answer::Failed(Failure::new(Cause::Unreachable)),
            },
        }
    }

    /// The texts at a name, the strings of each joined.
    pub fn texts(&self, name: &str) -> Vec<Vec<u8>> {
        let own: Vec<&Record> = self.records.iter().filter(|record| record.name == name).collect();
        launch_ready_core::dns::texts(&own)
    }

    /// Does what a fix says, as somebody would who copies it. `Err` names what cannot be done; `Ok(false)` for a step, which is
    /// for people.
    pub fn apply(&mut self, fix: &Fix) -> Result<bool, String> {
        match fix {
            Fix::Record { name, record_type, value, replaces } => {
                if let Some(old) = replaces {
                    self.remove(name, record_type, old)?;
                }
                let kind = RecordType::from_name(record_type).ok_or(format!("no type {record_type}"))?;
                self.dns_faults.remove(&(name.clone(), kind));
                let line = format!("{name}. {record_type} {value}");
                self.record(&line).ok_or(format!("is no record: {line}"))?;
                let beside = self.records.iter().filter(|record| record.name == *name);
                let kinds: BTreeSet<RecordType> = beside.map(|record| record.data.record_type()).collect();
                if kinds.contains(&RecordType::Cname) && kinds.len() > 1 {
                    return Err(format!("an alias stands beside other records: {line}"));
                }
            }
            Fix::RemoveRecord { name, record_type, value } => self.remove(name, record_type, value)?,
            Fix::Header { name, value, path, .. } => {
                let site = self.target.domain.clone();
                let meant = |at: &str| match path.as_deref().map(|path| (path, path.strip_suffix('*'))) {
                    None => true,
                    Some((path, None)) => at == path,
                    Some((_, Some(below))) => at.starts_with(below),
                };
                let own = |url: &str| {
                    let Ok(url) = Url::parse(url) else { return false };
                    let host = url.host_str().and_then(Domain::from_host);
                    meant(url.path()) && host.is_some_and(|host| host.is_within(site.as_str()))
                };
                for (_, exchange) in self.http.iter_mut().filter(|(url, _)| own(url)) {
                    exchange.headers.retain(|(old, _)| !old.eq_ignore_ascii_case(name));
                    exchange.headers.push((name.clone(), value.clone()));
                }
            }
            Fix::Redirect { from, to } => {
                let url = |text: &str| Url::parse(text).map_err(|error| format!("{text}: {error}"));
                self.redirects.push((url(from)?, url(to)?));
            }
            Fix::Step { .. } => return Ok(false),
        }
        Ok(true)
    }

    fn remove(&mut self, name: &str, record_type: &str, value: &str) -> Result<(), String> {
        let line = format!("{name}. {record_type} {value}");
        let kind = RecordType::from_name(record_type).ok_or(format!("no type {record_type}"))?;
        let data = parse_data(kind, value).ok_or(format!("is no record: {line}"))?;
        let at = self.records.iter().position(|record| record.name == name && record.data == data);
        self.records.remove(at.ok_or(format!("is not there to be removed: {line}"))?);
        Ok(())
    }

    /// Where a redirect that was added sends `url`.
    fn redirected(&self, url: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        self.redirects.iter().find_map(|(from, to)| {
            let whole = from.path() == "/" && from.query().is_none();
            if whole && from.origin() == url.origin() {
                let mut to = to.join(url.path()).ok()?;
                to.set_query(url.query());
                return Some(to.to_string());
            }
            (*from == url).then(|| to.to_string())
        })
    }

    fn record(&mut self, line: &str) -> Option<()> {
        let mut words = line.splitn(3, ' ');
        let name = words.next()?.strip_suffix('.')?.to_ascii_lowercase();
        let second = words.next()?;
        let (ttl, record_type, data) = match second.parse::<u32>() {
            Ok(ttl) => {
                let (record_type, data) = words.next()?.split_once(' ')?;
                (ttl, record_type, data)
            }
            Err(_) => (300, second, words.next()?),
        };
        let record_type = RecordType::from_name(record_type)?;
        let fault = match data {
            "SERVFAIL" => Some(Fault::Code(ResponseCode::ServFail)),
            "REFUSED" => Some(Fault::Code(ResponseCode::Refused)),
            "BOGUS" => Some(Fault::Bogus),
            "TIMEOUT" => Some(Fault::Cause(Cause::Timeout)),
            _ => None,
        };
        match fault {
            Some(fault) => {
                self.dns_faults.insert((name, record_type), fault);
            }
            None => {
                let data = parse_data(record_type, data)?;
                self.records.push(Record { name, ttl, data });
            }
        }
        Some(())
    }

    fn give_addresses(&mut self) {
        let hosts: BTreeSet<String> = self
            .http
            .keys()
            .filter_map(|url| Some(url.split("://").nth(1)?.split('/').next()?.to_owned()))
            .collect();
        for name in hosts {
            let known = self.owned(&name).iter().any(|record| {
                matches!(record.data.record_type(), RecordType::A | RecordType::Aaaa | RecordType::Cname)
            });
            if !known && !self.dns_faults.keys().any(|(fault, _)| *fault == name) {
                let data = RecordData::A([76, 76, 21, 21].into());
                self.records.push(Record { name, ttl: 300, data });
            }
        }
    }

    fn dns(&self, question: &DnsQuestion) -> Answer {
        let mut name = question.name.clone();
        let mut answers = Vec::new();
        loop {
            match self.dns_faults.get(&(name.clone(), question.record_type)) {
                Some(Fault::Cause(cause)) => return Answer::Failed(Failure::new(*cause)),
                Some(Fault::Code(code)) => return self.reply(*code, Vec::new(), &name),
                Some(Fault::Bogus) if !question.checking_disabled => {
                    return self.reply(ResponseCode::ServFail, Vec::new(), &name);
                }
                Some(Fault::Bogus) | None => {}
            }
            let owned = self.owned(&name);
            let matching: Vec<Record> =
                owned.iter().filter(|r| r.data.record_type() == question.record_type).cloned().collect();
            if !matching.is_empty() {
                answers.extend(matching);
                return self.reply(ResponseCode::NoError, answers, &name);
            }
            let alias = owned.iter().find_map(|record| match &record.data {
                RecordData::Cname(target) => Some((target.clone(), record.clone())),
                _ => None,
            });
            match alias {
                Some((target, record)) if !answers.contains(&record) => {
                    answers.push(record);
                    name = target;
                }
                _ => {
                    let exists = !owned.is_empty() || self.exists(&name);
                    let code = if exists { ResponseCode::NoError } else { ResponseCode::NxDomain };
                    return self.reply(code, answers, &name);
                }
            }
        }
    }

    /// The records at `name`, those that a wildcard gives it included.
    fn owned(&self, name: &str) -> Vec<Record> {
        let source = self.source_of(name);
        let at_source = self.records.iter().filter(|record| record.name == source);
        at_source.map(|record| Record { name: name.to_owned(), ..record.clone() }).collect()
    }

    /// Whether the name, or one below it, has a line.
    fn exists(&self, name: &str) -> bool {
        let below = format!(".{name}");
        self.records.iter().any(|record| record.name == name || record.name.ends_with(&below))
    }

    /// The name whose lines answer for `name`: itself, or the wildcard at the closest name above that exists (RFC 4592
    /// section 3.3.1).
    fn source_of(&self, name: &str) -> String {
        let mut above = name;
        while !self.exists(above) {
            match above.split_once('.') {
                Some((_, parent)) => above = parent,
                None => return name.to_owned(),
            }
        }
        if above == name { name.to_owned() } else { format!("*.{above}") }
    }

    /// A reply; where it is negative, the SOA of the registered domain stands in its authority section.
    fn reply(&self, code: ResponseCode, answers: Vec<Record>, name: &str) -> Answer {
        let Answer::Dns(reply) = reply(code, answers, name) else { unreachable!("a DNS reply") };
        let secure = self.secure.iter().any(|zone| {
            name.strip_suffix(zone.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        let notes = self.notes.iter().filter(|(about, _)| about == name);
        let extended_errors = notes.map(|(_, note)| note.clone()).collect();
        let authenticated = secure && code != ResponseCode::ServFail;
        Answer::Dns(DnsReply { authenticated, extended_errors, ..reply })
    }

    fn web(&self, request: &HttpRequest) -> Answer {
        let cookie = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        let key = match cookie {
            Some((_, cookie)) => format!("{} cookie: {cookie}", request.url),
            None => request.url.clone(),
        };
        if let Some(location) = self.redirected(&request.url) {
            return Answer::Http(HttpReply {
                status: 301,
                headers: Headers::new([("location".to_owned(), location)]),
                body: Body::default(),
                headers_ms: 20,
                body_ms: 1,
            });
        }
        let Some(exchange) = self.http.get(&key) else {
            return Answer::Failed(Failure::new(Cause::Unreachable));
        };
        match exchange.reply {
            Err(cause) => Answer::Failed(Failure::new(cause)),
            Ok(status) => {
                let at = usize::from(request.repeat).min(exchange.timings.len().saturating_sub(1));
                let headers_ms = exchange.timings.get(at).copied().unwrap_or(40);
                let limit = usize::try_from(request.body_limit).unwrap_or(usize::MAX);
                let is_page = is_page(&request.url, status);
                let body = match exchange.body.as_deref() {
                    Some(body) if is_page && is_head(body) => format!("{body}{PAGE}"),
                    None if is_page => format!("<!doctype html>{PAGE}"),
                    body => body.unwrap_or_default().to_owned(),
                };
                let bytes = body.bytes().take(limit).collect();
                let mut headers = exchange.headers.clone();
                if is_page && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                    headers.push(("content-type".to_owned(), "text/html".to_owned()));
                }
                Answer::Http(HttpReply {
                    status,
                    headers: Headers::new(headers),
                    body: Body { bytes, cut: exchange.cut },
                    headers_ms,
                    body_ms: 1,
                })
            }
        }
    }
}

/// A reply; where it is negative, the SOA of the registered domain stands in its authority section.
fn reply(code: ResponseCode, answers: Vec<Record>, name: &str) -> Answer {
    let labels: Vec<&str> = name.split('.').collect();
    let zone = labels[labels.len().saturating_sub(2)..].join(".");
    let soa = RecordData::Soa {
        mname: format!("ns1.{zone}"),
        rname: format!("hostmaster.{zone}"),
        serial: 1,
        minimum: 300,
    };
    let authority = vec![Record { name: zone, ttl: 300, data: soa }];
    Answer::Dns(DnsReply {
        code,
        authenticated: false,
        truncated: false,
        answers,
        authority,
        extended_errors: Vec::new(),
        elapsed_ms: 8,
    })
}

fn is_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

fn parse_target(text: &str) -> Option<Target> {
    let mut words = text.split(' ');
    let mut target = Target::parse(words.next()?).ok()?;
    for word in words {
        let list = |text: &str| text.split(',').map(str::to_owned).collect();
        match word.split_once('=').unwrap_or((word, "")) {
            ("deep", "") => target.deep = true,
            ("paths", paths) => target.paths = list(paths),
            ("selectors", selectors) => target.selectors = list(selectors),
            ("segment", id) => target.segment = Some(Segment::from_id(id)?),
            ("mail", id) => target.mail = Some(MailUse::from_id(id)?),
            _ => return None,
        }
    }
    Some(target)
}

fn parse_note(text: &str) -> Option<(String, ExtendedError)> {
    let (name, rest) = text.split_once(' ')?;
    let (code, text) = rest.split_once(' ')?;
    Some((name.to_owned(), ExtendedError { code: code.parse().ok()?, text: text.to_owned() }))
}

fn parse_status(line: &str) -> Option<Exchange> {
    let mut words = line.split(' ');
    let reply = match words.next()? {
        "challenged" => Err(Cause::Challenged),
        "handshake" => Err(Cause::TlsHandshake),
        "timeout" => Err(Cause::Timeout),
        "unreachable" => Err(Cause::Unreachable),
        "untrusted" => Err(Cause::TlsUntrusted),
        status => Ok(status.parse().ok()?),
    };
    let mut cut = None;
    let mut timings = Vec::new();
    for word in words {
        match word {
            "broken" => cut = Some(Cut::Broken),
            // The body goes on behind what was read.
            "cut" => cut = Some(Cut::Limit),
            _ => timings.push(word.strip_suffix("ms")?.parse().ok()?),
        }
    }
    Some(Exchange { reply, timings, headers: Vec::new(), body: None, cut })
}

/// What a page shows of which only the head is said, or nothing.
const PAGE: &str = "<p>Example</p>\n";

/// Whether a body is HTML that holds elements of a head alone.
fn is_head(body: &str) -> bool {
    let tags = body.split('<').skip(1).map(|tag| {
        tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase()
    });
    let head = |tag: String| {
        matches!(tag.as_str(), "" | "html" | "head" | "title" | "meta" | "link" | "base" | "style")
    };
    let mut tags = tags.peekable();
    tags.peek().is_some() && tags.all(head)
}

/// Whether what comes from `url` is a page, as far as its address and status tell.
fn is_page(url: &str, status: u16) -> bool {
    let file = url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next());
    matches!(status, 200..=203 | 206..=299) && file.is_some_and(|file| !file.contains('.'))
}

fn parse_data(record_type: RecordType, data: &str) -> Option<RecordData> {
    let name = |text: &str| text.strip_suffix('.').map(str::to_ascii_lowercase);
    let words: Vec<&str> = data.split(' ').collect();
    Some(match record_type {
        RecordType::A => RecordData::A(data.parse().ok()?),
        RecordType::Aaaa => RecordData::Aaaa(data.parse().ok()?),
        RecordType::Cname => RecordData::Cname(name(data)?),
        RecordType::Ns => RecordData::Ns(name(data)?),
        RecordType::Ptr => RecordData::Ptr(name(data)?),
        RecordType::Ds => RecordData::Ds {
            key_tag: words.first()?.parse().ok()?,
            algorithm: words.get(1)?.parse().ok()?,
            digest_type: words.get(2)?.parse().ok()?,
            digest: (*words.get(3)?).to_owned(),
        },
        RecordType::Mx => {
            RecordData::Mx { preference: words.first()?.parse().ok()?, exchange: name(words.get(1)?)? }
        }
        RecordType::Txt => RecordData::Txt(strings(data)?),
        RecordType::Caa => RecordData::Caa {
            flags: words.first()?.parse().ok()?,
            tag: (*words.get(1)?).to_owned(),
            value: strings(data.splitn(3, ' ').nth(2)?)?.pop()?,
        },
        RecordType::Soa => RecordData::Soa {
            mname: name(words.first()?)?,
            rname: name(words.get(1)?)?,
            serial: words.get(2)?.parse().ok()?,
            minimum: words.get(3)?.parse().ok()?,
        },
        RecordType::Other(_) => return None,
    })
}

/// Quoted strings, separated by blanks.
fn strings(text: &str) -> Option<Vec<CharacterString>> {
    let mut strings = Vec::new();
    let mut rest = text.trim();
    while let Some(open) = rest.strip_prefix('"') {
        let bytes = open.as_bytes();
        let end = (0..bytes.len()).find(|&at| bytes[at] == b'"' && (at == 0 || bytes[at - 1] != b'\\'))?;
        strings.push(CharacterString::from_presentation(&open[..end]));
        rest = open[end + 1..].trim_start();
    }
    (rest.is_empty() && !strings.is_empty()).then_some(strings)
}
