//! One DNS zone: read from a master file, and looked up as RFC 1034 and RFC 4592 say.
//!
//! A zone here knows nothing of resolvers. It says what stands at a name: records, an alias, nothing of that type
//! (NODATA) or nothing at all (NXDOMAIN). Wildcards are found by the closest encloser, so a name that exists with
//! other types hides the wildcard, as it must.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use domain::{
    base::{Name, Record, Rtype, iana::Class, name::FlattenInto},
    rdata::{Cname, Mx, Ns, Ptr, Srv, ZoneRecordData},
    zonefile::inplace::{Entry, Zonefile},
};

use crate::error::{Error, ScenarioError};

/// An absolute name that owns its bytes. Compared without regard to case.
pub(crate) type DnsName = Name<Bytes>;
/// A record that owns its bytes.
pub(crate) type DnsRecord = Record<DnsName, ZoneRecordData<Bytes, DnsName>>;

/// Files that include files that include files: deeper than this is a mistake.
const MAX_INCLUDES: usize = 8;
/// Zones are small; a larger file is not one.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// All records at and below one name.
#[derive(Debug)]
pub(crate) struct Zone {
    pub(crate) file: PathBuf,
    pub(crate) origin: DnsName,
    soa: DnsRecord,
    /// What stands at each name. Names that exist only because something stands below them are here too, with
    /// nothing at them: that is what tells NODATA from NXDOMAIN.
    nodes: HashMap<DnsName, BTreeMap<u16, Vec<DnsRecord>>>,
}

/// What a zone says about a name and a type.
#[derive(Debug)]
pub(crate) enum Found {
    /// Records of the type asked for.
    Records(Vec<DnsRecord>),
    /// The name is an alias.
    Alias { record: DnsRecord, target: DnsName },
    /// The name exists, but not with this type.
    NoData,
    /// The name does not exist.
    NoName,
}

impl Zone {
    /// Reads `name.zone`; the origin is the file's name without `.zone`, until an `$ORIGIN` says otherwise.
    pub(crate) fn load(file: &Path) -> Result<Self, Error> {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let origin: DnsName = Name::bytes_from_str(stem).map_err(|error| {
            ScenarioError::at(file, None, format!("the file is not named after a domain: {error}"))
        })?;
        let mut records = Vec::new();
        read(file, &origin, 0, &mut records)?;

        let soa = records
            .iter()
            .find(|record| record.owner() == &origin && record.rtype() == Rtype::SOA)
            .cloned()
            .ok_or_else(|| ScenarioError::at(file, None, format!("no SOA record for {origin}")))?;
        let mut zone = Self { file: file.to_owned(), origin, soa, nodes: HashMap::new() };
        zone.nodes.entry(zone.origin.clone()).or_default();
        for record in records {
            zone.insert(record)?;
        }
        Ok(zone)
    }

    fn insert(&mut self, record: DnsRecord) -> Result<(), Error> {
        let owner = record.owner().clone();
        let mistake = |message: String| ScenarioError::at(&self.file, None, message);
        // A CNAME beside SOA and NS is forbidden, and common: a scenario may show it at the origin.
        let at_origin = owner == self.origin;
        if !owner.ends_with(&self.origin) {
            return Err(mistake(format!("{owner} is not in the zone {}", self.origin)));
        }
        let mut above = owner.parent();
        while let Some(name) = above {
            if !name.ends_with(&self.origin) {
                break;
            }
            above = name.parent();
            self.nodes.entry(name).or_default();
        }
        let node = self.nodes.entry(owner.clone()).or_default();
        let alias = Rtype::CNAME.to_int();
        let is_alias = record.rtype() == Rtype::CNAME;
        if !at_origin && ((is_alias && !node.is_empty()) || (!is_alias && node.contains_key(&alias))) {
            return Err(mistake(format!("{owner} has a CNAME and other records")));
        }
        node.entry(record.rtype().to_int()).or_default().push(record);
        Ok(())
    }

    /// What the zone says. The name must be at or below the origin.
    pub(crate) fn find(&self, name: &DnsName, rtype: Rtype) -> Found {
        if let Some(node) = self.nodes.get(name) {
            return at_node(node, name, rtype);
        }
        let mut encloser = name.parent();
        while let Some(candidate) = encloser {
            if self.nodes.contains_key(&candidate) {
                return match below(&candidate).and_then(|wildcard| self.nodes.get(&wildcard)) {
                    Some(node) => at_node(node, name, rtype),
                    None => Found::NoName,
                };
            }
            encloser = candidate.parent();
        }
        Found::NoName
    }

    /// The SOA record as it goes with an answer that has nothing: RFC 2308 says how long nothing may be kept.
    pub(crate) fn negative(&self) -> DnsRecord {
        let mut soa = self.soa.clone();
        if let ZoneRecordData::Soa(data) = soa.data() {
            let ttl = soa.ttl().min(data.minimum());
            soa.set_ttl(ttl);
        }
        soa
    }
}

/// `*` in front of a name; nothing if that would be too long.
fn below(name: &DnsName) -> Option<DnsName> {
    let mut bytes = vec![1, b'*'];
    bytes.extend_from_slice(name.as_slice());
    Name::from_octets(Bytes::from(bytes)).ok()
}

fn at_node(node: &BTreeMap<u16, Vec<DnsRecord>>, name: &DnsName, rtype: Rtype) -> Found {
    // Records that came from a wildcard get the name that was asked for.
    let named =
        |record: &DnsRecord| Record::new(name.clone(), record.class(), record.ttl(), record.data().clone());
    if rtype == Rtype::ANY {
        let all: Vec<_> = node.values().flatten().map(named).collect();
        return if all.is_empty() { Found::NoData } else { Found::Records(all) };
    }
    if let Some(records) = node.get(&rtype.to_int()) {
        return Found::Records(records.iter().map(named).collect());
    }
    match node.get(&Rtype::CNAME.to_int()).and_then(|aliases| aliases.first()) {
        Some(record) => match record.data() {
            ZoneRecordData::Cname(alias) => {
                Found::Alias { target: alias.cname().clone(), record: named(record) }
            }
            _ => Found::NoData,
        },
        None => Found::NoData,
    }
}

fn read(file: &Path, origin: &DnsName, depth: usize, records: &mut Vec<DnsRecord>) -> Result<(), Error> {
    if depth > MAX_INCLUDES {
        return Err(ScenarioError::at(file, None, format!("$INCLUDE goes deeper than {MAX_INCLUDES} files")));
    }
    let size = fs::metadata(file).map_err(|error| Error::file(file, error))?.len();
    if size > MAX_FILE {
        return Err(ScenarioError::at(file, None, format!("larger than {MAX_FILE} bytes")));
    }
    let mut text = fs::read(file).map_err(|error| Error::file(file, error))?;
    // A last line without a line break is a line all the same.
    text.push(b'\n');
    let mut zonefile = Zonefile::from(text.as_slice());
    zonefile.set_origin(origin.clone());
    zonefile.set_default_class(Class::IN);
    loop {
        let start = zonefile.current_offset();
        let entry = zonefile.next_entry().map_err(|error| {
            let (line, message) = place(&error.to_string(), text.get(start..).unwrap_or_default(), &text);
            ScenarioError::at(file, line, message)
        })?;
        match entry {
            None => return Ok(()),
            Some(Entry::Record(record)) => {
                let here = zonefile.origin().unwrap_or_else(|_| origin.clone());
                records.push(with_origin(record.flatten_into(), &here));
            }
            Some(Entry::Include { path, origin: other }) => {
                let folder = file.parent().unwrap_or(Path::new("."));
                let included = folder.join(&*path);
                let here = zonefile.origin().unwrap_or_else(|_| origin.clone());
                read(&included, other.as_ref().unwrap_or(&here), depth + 1, records)?;
            }
        }
    }
}

/// The line and the words of a parser's error, which come as "line:column: words". `rest` is the text from the broken
/// entry on: the parser has often read the line break already, and is then a line too far.
fn place(error: &str, rest: &[u8], text: &[u8]) -> (Option<usize>, String) {
    let (place, words) = error.split_once(": ").unwrap_or(("", error));
    let mut numbers = place.split(':').map(|number| number.parse::<usize>().ok());
    let line = numbers.next().flatten();
    let at_start = numbers.next().flatten() == Some(1);
    let lines_before = text.iter().filter(|byte| **byte == b'\n').count()
        - rest.iter().filter(|byte| **byte == b'\n').count();
    let broken = String::from_utf8_lossy(rest);
    let is_entry = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with([';', '$'])
    };
    let first = broken.lines().position(is_entry).map(|index| lines_before + index + 1);
    let line =
        line.map(|line| if at_start && first.is_some_and(|first| first < line) { line - 1 } else { line });
    (line, words.to_owned())
}

/// `@` in record data is the origin, too. The parser knows it only as the name of a record, and takes it for a label.
fn with_origin(mut record: DnsRecord, origin: &DnsName) -> DnsRecord {
    let name = |name: &DnsName| {
        let is_at = name.first().as_slice() == b"@" && name.parent().as_ref() == Some(origin);
        if is_at { origin.clone() } else { name.clone() }
    };
    match record.data_mut() {
        ZoneRecordData::Cname(data) => *data = Cname::new(name(data.cname())),
        ZoneRecordData::Ns(data) => *data = Ns::new(name(data.nsdname())),
        ZoneRecordData::Ptr(data) => *data = Ptr::new(name(data.ptrdname())),
        ZoneRecordData::Mx(data) => *data = Mx::new(data.preference(), name(data.exchange())),
        ZoneRecordData::Srv(data) => {
            *data = Srv::new(data.priority(), data.weight(), data.port(), name(data.target()));
        }
        _ => {}
    }
    record
}

/// A host name as it stands in a URL, as a DNS name.
pub(crate) fn dns_name(host: &str) -> Option<DnsName> {
    Name::bytes_from_str(host).ok()
}
