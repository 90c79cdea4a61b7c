//! X.509 (RFC 5280), as far as it is shown and judged. DER is decoded by the crate `der`; what its fields mean is told here.
//! Nothing is verified.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use der::asn1::{GeneralizedTime, UtcTime};
use der::{AnyRef, Decode, Reader, SliceReader, Tag, Tagged};

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// For whom it was issued.
    pub subject: Name,
    /// By whom.
    pub issuer: Name,
    /// The host names and addresses that it is for: its subjectAltName, which is all that browsers look at (RFC 9525
    /// section 6). At most [`MAX_NAMES`].
    pub names: Vec<String>,
    /// The first second of its validity, since 1970.
    pub not_before: u64,
    /// The last second of its validity, since 1970.
    pub not_after: u64,
    /// The key that it is about.
    pub key: Key,
    /// How it was signed.
    pub signature: &'static Signature,
    /// Its number at its issuer, in hexadecimal digits.
    pub serial: String,
    /// Whether others may be issued with it (basicConstraints).
    pub is_authority: bool,
    /// Where its issuer's certificate can be had (authorityInfoAccess, caIssuers).
    pub issuer_url: Option<String>,
    subject_der: Vec<u8>,
    issuer_der: Vec<u8>,
}

/// The parts of a distinguished name that people know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// commonName.
    pub common: Option<String>,
    /// organizationName.
    pub organisation: Option<String>,
}

/// `R12 (Let's Encrypt)`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.common, &self.organisation) {
            (Some(common), Some(organisation)) => write!(f, "{common} ({organisation})"),
            (Some(one), None) | (None, Some(one)) => f.write_str(one),
            (None, None) => f.write_str("nobody"),
        }
    }
}

/// A public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// RSA, with the bits of its modulus.
    Rsa(usize),
    /// On a curve, with the curve's name.
    Curve(&'static str),
    /// Of a kind that is not known here.
    Other,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA with {bits} bits"),
            Self::Curve(name) => f.write_str(name),
            Self::Other => f.write_str("a key of another kind"),
        }
    }
}

/// How a certificate was signed.
#[derive(Debug, PartialEq, Eq)]
pub struct Signature {
    /// For people: `SHA-256 with RSA`.
    pub name: &'static str,
    /// Whether browsers take it no more, because others can make one that fits.
    pub broken: bool,
}

/// Names of one certificate that are kept.
pub const MAX_NAMES: usize = 200;

impl Certificate {
    /// Reads a certificate; `None` where its fixed fields are not there or not in their form. An extension that cannot be
    /// read is as good as absent.
    ///
    /// ```text
    /// Certificate    ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING }
    /// TBSCertificate ::= SEQUENCE { version [0] DEFAULT v1, serialNumber INTEGER, signature, issuer Name,
    ///                               validity SEQUENCE { notBefore, notAfter }, subject Name, subjectPublicKeyInfo,
    ///                               issuerUniqueID [1] OPTIONAL, subjectUniqueID [2] OPTIONAL, extensions [3] OPTIONAL }
    /// ```
    #[must_use]
    pub fn parse(der: &[u8]) -> Option<Self> {
        let mut certificate = Elements::of(der)?.sequence()?;
        let mut fields = certificate.sequence()?;
        let mut algorithm = certificate.sequence()?;
        let algorithm = algorithm.next()?;
        let mut serial = fields.next()?;
        if serial.tag() != Tag::Integer {
            serial = fields.next()?;
        }
        fields.sequence()?;
        let issuer = fields.next()?;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (seconds(validity.next()?)?, seconds(validity.next()?)?);
        let subject = fields.next()?;
        let key = fields.sequence()?;
        let mut view = Self {
            subject: name(subject),
            issuer: name(issuer),
            names: Vec::new(),
            not_before,
            not_after,
            key: key_of(key).unwrap_or(Key::Other),
            signature: signature(algorithm.value()),
            serial: serial.value().iter().map(|byte| format!("{byte:02x}")).collect(),
            is_authority: false,
            issuer_url: None,
            subject_der: subject.value().to_vec(),
            issuer_der: issuer.value().to_vec(),
        };
        for field in fields {
            if context(field) == Some(3) {
                view.extensions(field);
            }
        }
        Some(view)
    }

    /// Whether it is for `host`, a name in lower case. A wildcard stands for exactly one label (RFC 9525 section 6.3).
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(above) => host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(above)),
            None => name.eq_ignore_ascii_case(host),
        })
    }

    /// Whether it names itself as its issuer: a root, or a certificate that nobody else has signed.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject_der == self.issuer_der
    }

    /// Whether `other` names this one's subject as its issuer.
    #[must_use]
    pub fn issued(&self, other: &Self) -> bool {
        self.subject_der == other.issuer_der
    }

    /// How many seconds it is valid for.
    #[must_use]
    pub fn lifetime(&self) -> u64 {
        self.not_after.saturating_sub(self.not_before)
    }

    /// Its names, for people; of many the first ones.
    #[must_use]
    pub fn names_in_words(&self) -> String {
        let shown: Vec<&str> = self.names.iter().take(MAX_NAMES_SHOWN).map(String::as_str).collect();
        match self.names.len() - shown.len() {
            0 if shown.is_empty() => format!("no names but its subject, {}", self.subject),
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }

    /// `Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`
    fn extensions(&mut self, field: AnyRef<'_>) {
        let list = Elements::in_element(field).and_then(|mut field| field.sequence());
        let mut list = list.into_iter().flat_map(|mut list| std::iter::from_fn(move || list.sequence()));
        list.by_ref().take(MAX_EXTENSIONS).for_each(|mut extension| {
            let Some(id) = extension.next() else { return };
            let Some(value) = extension.find(|element| element.tag() == Tag::OctetString) else { return };
            let content = Elements::of(value.value()).and_then(|mut value| value.sequence());
            match (id.value(), content) {
                (SUBJECT_ALT_NAME, Some(names)) => {
                    self.names = names.filter_map(general_name).take(MAX_NAMES).collect();
                }
                (BASIC_CONSTRAINTS, Some(mut constraints)) => {
                    self.is_authority = constraints
                        .next()
                        .is_some_and(|first| first.tag() == Tag::Boolean && first.value() != [0]);
                }
                (AUTHORITY_INFO_ACCESS, Some(mut descriptions)) => {
                    self.issuer_url =
                        std::iter::from_fn(|| descriptions.sequence()).find_map(|mut description| {
                            let method = description.next()?;
                            let location = description.next()?;
                            (method.value() == CA_ISSUERS && context(location) == Some(6))
                                .then(|| text(location.value()))
                        });
                }
                _ => {}
            }
        });
    }
}

/// The elements of a sequence or set, one after the other, as long as they can be read.
struct Elements<'d>(SliceReader<'d>);

impl<'d> Elements<'d> {
    fn of(der: &'d [u8]) -> Option<Self> {
        SliceReader::new(der).ok().map(Self)
    }

    fn in_element(element: AnyRef<'d>) -> Option<Self> {
        Self::of(element.value())
    }

    /// The elements of the next element, which must be a sequence.
    fn sequence(&mut self) -> Option<Self> {
        self.next().filter(|element| element.tag() == Tag::Sequence).and_then(Self::in_element)
    }
}

impl<'d> Iterator for Elements<'d> {
    type Item = AnyRef<'d>;

    fn next(&mut self) -> Option<AnyRef<'d>> {
        if self.0.is_finished() { None } else { AnyRef::decode(&mut self.0).ok() }
    }
}

/// The number of a context-specific tag.
fn context(element: AnyRef<'_>) -> Option<u32> {
    match element.tag() {
        Tag::ContextSpecific { number, .. } => Some(number.value()),
        _ => None,
    }
}

/// `Time ::= CHOICE { utcTime UTCTime, generalTime GeneralizedTime }`, in seconds since 1970.
fn seconds(time: AnyRef<'_>) -> Option<u64> {
    let since = match time.tag() {
        Tag::UtcTime => time.decode_as::<UtcTime>().ok()?.to_unix_duration(),
        Tag::GeneralizedTime => time.decode_as::<GeneralizedTime>().ok()?.to_unix_duration(),
        _ => return None,
    };
    Some(since.as_secs())
}

/// `Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }`
fn name(element: AnyRef<'_>) -> Name {
    let mut name = Name::default();
    for set in Elements::in_element(element).into_iter().flatten() {
        let mut set = Elements::in_element(set);
        while let Some(mut attribute) = set.as_mut().and_then(Elements::sequence) {
            let (Some(id), Some(value)) = (attribute.next(), attribute.next()) else { continue };
            let value = match value.tag() {
                // BMPString, which only old certificates have: UTF-16 (X.690 section 8.23.8).
                Tag::BmpString => utf16(value.value()),
                _ => text(value.value()),
            };
            match id.value() {
                COMMON_NAME => name.common = Some(value),
                ORGANISATION => name.organisation = Some(value),
                _ => {}
            }
        }
    }
    name
}

fn general_name(element: AnyRef<'_>) -> Option<String> {
    let bytes = element.value();
    match context(element)? {
        2 => Some(text(bytes)),
        7 => {
            let v4 = <[u8; 4]>::try_from(bytes).map(|octets| Ipv4Addr::from(octets).to_string());
            let v6 = <[u8; 16]>::try_from(bytes).map(|octets| Ipv6Addr::from(octets).to_string());
            v4.or(v6).ok()
        }
        _ => None,
    }
}

/// `SubjectPublicKeyInfo ::= SEQUENCE { algorithm SEQUENCE { OBJECT IDENTIFIER, ANY OPTIONAL }, BIT STRING }`
fn key_of(mut info: Elements<'_>) -> Option<Key> {
    let mut algorithm = info.sequence()?;
    let id = algorithm.next()?;
    Some(match id.value() {
        RSA => {
            // The first byte of a bit string tells how many bits of the last one are not used.
            let key = info.next()?.value().get(1..)?;
            let modulus = Elements::of(key)?.sequence()?.next()?;
            let leading = modulus.value().iter().take_while(|byte| **byte == 0).count();
            let significant = modulus.value().get(leading..)?;
            Key::Rsa(significant.len() * 8 - significant.first()?.leading_zeros() as usize)
        }
        ELLIPTIC => Key::Curve(match algorithm.next()?.value() {
            [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7] => "ECDSA P-256",
            [0x2b, 0x81, 4, 0, 34] => "ECDSA P-384",
            [0x2b, 0x81, 4, 0, 35] => "ECDSA P-521",
            _ => "ECDSA on another curve",
        }),
        [0x2b, 0x65, 112] => Key::Curve("Ed25519"),
        [0x2b, 0x65, 113] => Key::Curve("Ed448"),
        _ => Key::Other,
    })
}

fn signature(id: &[u8]) -> &'static Signature {
    SIGNATURES.iter().find(|(known, _)| *known == id).map_or(&UNKNOWN, |(_, signature)| signature)
}

/// Text of strangers: what is not UTF-8 becomes replacement characters, and what is long is cut.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..MAX_TEXT).unwrap_or(bytes)).into_owned()
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.get(..MAX_TEXT).unwrap_or(bytes).chunks_exact(2);
    char::decode_utf16(units.map(|pair| u16::from(pair[0]) << 8 | u16::from(pair[1])))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Names that people are shown.
const MAX_NAMES_SHOWN: usize = 10;
/// Extensions that are looked at; certificates have about ten.
const MAX_EXTENSIONS: usize = 50;
/// Bytes of one text that are kept: a name's 255, and some for addresses.
const MAX_TEXT: usize = 512;

// Object identifiers as they stand in DER.
/// 2.5.4.3
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
/// 2.5.4.10
const ORGANISATION: &[u8] = &[0x55, 4, 10];
/// 2.5.29.17
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
/// 2.5.29.19
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
/// 1.3.6.1.5.5.7.1.1
const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
/// 1.3.6.1.5.5.7.48.2
const CA_ISSUERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 2];
/// 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// 1.2.840.10045.2.1
const ELLIPTIC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

const fn sound(name: &'static str) -> Signature {
    Signature { name, broken: false }
}

const fn broken(name: &'static str) -> Signature {
    Signature { name, broken: true }
}

static UNKNOWN: Signature = sound("an unknown algorithm");

/// RFC 8017 appendix A.2.4, RFC 5758 section 3.2, RFC 8410 section 3.
static SIGNATURES: &[(&[u8], Signature)] = &[
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], broken("MD5 with RSA")),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], broken("SHA-1 with RSA")),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], broken("SHA-1 with ECDSA")),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10], sound("RSA-PSS")),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11], sound("SHA-256 with RSA")),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12], sound("SHA-384 with RSA")),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13], sound("SHA-512 with RSA")),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], sound("SHA-256 with ECDSA")),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], sound("SHA-384 with ECDSA")),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], sound("SHA-512 with ECDSA")),
    (&[0x2b, 0x65, 112], sound("Ed25519")),
    (&[0x2b, 0x65, 113], sound("Ed448")),
];

#[cfg(test)]
mod tests;
