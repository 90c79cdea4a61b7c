//! DNS records and replies as evidence: decoded, comparable, readable in a file.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A resolver's reply to one question (RFC 1035 section 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsReply {
    /// How the resolver says it went.
    pub code: ResponseCode,
    /// The resolver has validated the answer with DNSSEC (AD, RFC 4035 section 3.2.3).
    #[serde(default, skip_serializing_if = "is_false")]
    pub authenticated: bool,
    /// The reply did not fit and was cut (TC).
    #[serde(default, skip_serializing_if = "is_false")]
    pub truncated: bool,
    /// The answer section, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Record>,
    /// The authority section, in order: for a negative answer it holds the zone's SOA (RFC 2308).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authority: Vec<Record>,
    /// What the resolver adds about a failure (RFC 8914).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extended_errors: Vec<ExtendedError>,
    /// Milliseconds from having a place to the last byte.
    pub elapsed_ms: u32,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Owner name: lower case, no trailing dot.
    pub name: String,
    /// Seconds the answer may be kept.
    pub ttl: u32,
    /// Type and data.
    #[serde(flatten)]
    pub data: RecordData,
}

/// The data of the types this product looks at; every other type is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "UPPERCASE")]
pub enum RecordData {
    /// An IPv4 address (RFC 1035 section 3.4.1).
    A(Ipv4Addr),
    /// An IPv6 address (RFC 3596).
    Aaaa(Ipv6Addr),
    /// Who may issue certificates (RFC 8659).
    Caa {
        /// Bit 7 is "critical".
        flags: u8,
        /// `issue`, `issuewild`, `iodef` …
        tag: String,
        /// The value, as text.
        value: CharacterString,
    },
    /// The owner name is an alias of this one (RFC 1035 section 3.3.1).
    Cname(String),
    /// The parent zone's word for the key that signs this one (RFC 4034 section 5).
    Ds {
        /// The tag of the key.
        key_tag: u16,
        /// The key's algorithm, by number.
        algorithm: u8,
        /// The digest's algorithm, by number.
        digest_type: u8,
        /// The digest, in hexadecimal.
        digest: String,
    },
    /// A mail exchanger (RFC 1035 section 3.3.9).
    Mx {
        /// Lower is tried first.
        preference: u16,
        /// Its name; empty for the null MX (RFC 7505).
        exchange: String,
    },
    /// A name server of the zone.
    Ns(String),
    /// Any other type.
    Other {
        /// The type's number.
        code: u16,
        /// The data, in hexadecimal.
        hex: String,
    },
    /// The name an address belongs to.
    Ptr(String),
    /// The start of a zone (RFC 1035 section 3.3.13).
    Soa {
        /// The primary name server.
        mname: String,
        /// The mailbox of whoever is responsible, as a name.
        rname: String,
        /// The zone's version.
        serial: u32,
        /// Seconds a negative answer may be kept (RFC 2308 section 4).
        minimum: u32,
    },
    /// Text, as one or more strings of up to 255 octets.
    Txt(Vec<CharacterString>),
}

impl RecordData {
    /// The type this is data of.
    #[must_use]
    pub fn record_type(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Caa { .. } => RecordType::Caa,
            Self::Cname(_) => RecordType::Cname,
            Self::Ds { .. } => RecordType::Ds,
            Self::Mx { .. } => RecordType::Mx,
            Self::Ns(_) => RecordType::Ns,
            Self::Other { code, .. } => RecordType::Other(*code),
            Self::Ptr(_) => RecordType::Ptr,
            Self::Soa { .. } => RecordType::Soa,
            Self::Txt(_) => RecordType::Txt,
        }
    }
}

/// The data in zone-file notation.
impl fmt::Display for RecordData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => write!(f, "{address}"),
            Self::Aaaa(address) => write!(f, "{address}"),
            Self::Caa { flags, tag, value } => write!(f, "{flags} {tag} \"{value}\""),
            Self::Cname(name) | Self::Ns(name) | Self::Ptr(name) => write!(f, "{name}."),
            Self::Ds { key_tag, algorithm, digest_type, digest } => {
                write!(f, "{key_tag} {algorithm} {digest_type} {digest}")
            }
            Self::Mx { preference, exchange } => write!(f, "{preference} {exchange}."),
            Self::Other { hex, .. } => write!(f, "\\# {} {hex}", hex.len() / 2),
            Self::Soa { mname, rname, serial, minimum } => {
                write!(f, "{mname}. {rname}. {serial} … {minimum}")
            }
            Self::Txt(strings) => {
                for (n, string) in strings.iter().enumerate() {
                    write!(f, "{}\"{string}\"", if n == 0 { "" } else { " " })?;
                }
                Ok(())
            }
        }
    }
}

/// A line of a zone file, without the TTL.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {} {}", self.name, self.data.record_type(), self.data)
    }
}

/// Up to 255 octets that are text by convention only. Written in zone-file notation (RFC 1035 section 5.1):
/// printable ASCII as it is, `"` and `\` behind a backslash, everything else as `\DDD`. Nothing is lost.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CharacterString(pub Vec<u8>);

impl CharacterString {
    /// Reads zone-file notation; a backslash that begins no escape stands for itself.
    #[must_use]
    pub fn from_presentation(text: &str) -> Self {
        let mut octets = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let Some((&first, tail)) = rest.split_first() {
            let escaped = (first == b'\\').then(|| escape(tail)).flatten();
            let (octet, length) = escaped.unwrap_or((first, 0));
            octets.push(octet);
            rest = tail.get(length..).unwrap_or_default();
        }
        Self(octets)
    }
}

/// The octet that the text behind a backslash stands for, and how much of the text it takes.
fn escape(tail: &[u8]) -> Option<(u8, usize)> {
    match tail {
        [a, b, c, ..] if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit() => {
            let value = u32::from(a - b'0') * 100 + u32::from(b - b'0') * 10 + u32::from(c - b'0');
            u8::try_from(value).ok().map(|octet| (octet, 3))
        }
        [octet @ (b'"' | b'\\'), ..] => Some((*octet, 1)),
        _ => None,
    }
}

impl fmt::Display for CharacterString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &octet in &self.0 {
            match octet {
                b'"' | b'\\' => write!(f, "\\{}", char::from(octet))?,
                0x20..=0x7e => write!(f, "{}", char::from(octet))?,
                _ => write!(f, "\\{octet:03}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for CharacterString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl AsRef<[u8]> for CharacterString {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for CharacterString {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl Serialize for CharacterString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CharacterString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::from_presentation(&text))
    }
}

/// A record type (<https://www.iana.org/assignments/dns-parameters>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordType {
    /// IPv4 address.
    A,
    /// IPv6 address.
    Aaaa,
    /// Certification authority authorisation.
    Caa,
    /// Alias.
    Cname,
    /// Delegation signer.
    Ds,
    /// Mail exchanger.
    Mx,
    /// Name server.
    Ns,
    /// Pointer.
    Ptr,
    /// Start of a zone.
    Soa,
    /// Text.
    Txt,
    /// Any other, by number.
    Other(u16),
}

impl RecordType {
    const NAMED: [(Self, u16, &'static str); 10] = [
        (Self::A, 1, "A"),
        (Self::Aaaa, 28, "AAAA"),
        (Self::Caa, 257, "CAA"),
        (Self::Cname, 5, "CNAME"),
        (Self::Ds, 43, "DS"),
        (Self::Mx, 15, "MX"),
        (Self::Ns, 2, "NS"),
        (Self::Ptr, 12, "PTR"),
        (Self::Soa, 6, "SOA"),
        (Self::Txt, 16, "TXT"),
    ];

    /// The type's number.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Other(code) => code,
            named => Self::NAMED.iter().find(|row| row.0 == named).map_or(0, |row| row.1),
        }
    }

    /// The type of that number.
    #[must_use]
    pub fn from_code(code: u16) -> Self {
        Self::NAMED.iter().find(|row| row.1 == code).map_or(Self::Other(code), |row| row.0)
    }

    /// Reads `MX` or `TYPE65`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let named = Self::NAMED.iter().find(|row| row.2.eq_ignore_ascii_case(name)).map(|row| row.0);
        named.or_else(|| name.strip_prefix("TYPE").and_then(|n| n.parse().ok()).map(Self::from_code))
    }
}

/// The mnemonic, or `TYPE65` (RFC 3597).
impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(code) => write!(f, "TYPE{code}"),
            named => f.write_str(Self::NAMED.iter().find(|row| row.0 == *named).map_or("", |row| row.2)),
        }
    }
}

impl Serialize for RecordType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| serde::de::Error::custom("not a DNS record type"))
    }
}

/// A response code (RFC 1035 section 4.1.1, RFC 6895).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ResponseCode {
    /// The name exists; there may be no record of the type.
    NoError,
    /// Neither the name nor anything below it exists (RFC 8020).
    NxDomain,
    /// The resolver could not get an answer it trusts.
    ServFail,
    /// The resolver will not answer.
    Refused,
    /// Any other code.
    #[serde(untagged)]
    Other(u16),
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoError => f.write_str("NOERROR"),
            Self::NxDomain => f.write_str("NXDOMAIN"),
            Self::ServFail => f.write_str("SERVFAIL"),
            Self::Refused => f.write_str("REFUSED"),
            Self::Other(code) => write!(f, "RCODE{code}"),
        }
    }
}

/// What a resolver adds about a failure (RFC 8914).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendedError {
    /// The registered code: 6 is "DNSSEC Bogus", 22 "No Reachable Authority".
    pub code: u16,
    /// The resolver's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn any_octets_survive_zone_file_notation(octets: Vec<u8>) {
            let string = CharacterString(octets);
            let text = string.to_string();
            proptest::prop_assert!(text.is_ascii());
            proptest::prop_assert_eq!(CharacterString::from_presentation(&text), string);
        }

        #[test]
        fn any_text_is_read_as_some_octets(text: String) {
            let _ = CharacterString::from_presentation(&text);
        }
    }

    #[test]
    fn records_read_back_from_a_file_and_print_as_zone_lines() {
        let record = Record {
            name: "example.com".into(),
            ttl: 300,
            data: RecordData::Txt(vec!["v=spf1 -all".into(), CharacterString(vec![0xe9, b'"'])]),
        };
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(
            json,
            r#"{"name":"example.com","ttl":300,"type":"TXT","data":["v=spf1 -all","\\233\\\""]}"#
        );
        assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
        assert_eq!(record.to_string(), r#"example.com. TXT "v=spf1 -all" "\233\"""#);
    }

    #[test]
    fn types_are_known_by_name_and_by_number() {
        for (named, code, name) in RecordType::NAMED {
            assert_eq!((RecordType::from_code(code), RecordType::from_name(name)), (named, Some(named)));
            assert_eq!((named.code(), named.to_string()), (code, name.to_owned()));
        }
        assert_eq!(RecordType::from_name("TYPE65"), Some(RecordType::Other(65)));
        assert_eq!(RecordType::Other(65).to_string(), "TYPE65");
        assert_eq!(RecordType::from_name("BOGUS"), None);
    }
}
