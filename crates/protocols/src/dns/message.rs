//! The RFC 8484 wire format: questions out, replies in. The codec itself is the `domain` crate's.

use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::opt::ExtendedError as WireExtendedError;
use domain::base::rdata::ParseRecordData;
use domain::base::wire::ParseError;
use domain::base::{Message, MessageBuilder, Name, ParsedName, ParsedRecord, UnknownRecordData};
use domain::dep::octseq::Parser;
use domain::rdata::{Mx, Soa};

use super::{CharacterString, DnsReply, ExtendedError, Record, RecordData, RecordType, ResponseCode};
use crate::answers::{Cause, Failure};
use crate::dns::dns_name;

/// The question as a DNS message: recursion desired, AD set so that the resolver says whether it validated
/// (RFC 6840 section 5.7), EDNS so that it may add extended errors. The id is zero so that caches can match
/// (RFC 8484 section 4.1).
///
/// With `checking_disabled` the resolver answers without validating (CD, RFC 4035 section 3.2.2). `None` where the name cannot stand in a message: a label of more than 63 octets, or more than 255 in all.
#[must_use]
pub fn encode(name: &str, record_type: RecordType, checking_disabled: bool) -> Option<Vec<u8>> {
    let name: Name<Vec<u8>> = name.parse().ok()?;
    let mut message = MessageBuilder::new_vec();
    message.header_mut().set_rd(true);
    message.header_mut().set_ad(true);
    message.header_mut().set_cd(checking_disabled);
    let mut questions = message.question();
    questions.push((name, Rtype::from_int(record_type.code()), Class::IN)).ok()?;
    let mut additional = questions.additional();
    additional
        .opt(|opt| {
            opt.set_udp_payload_size(UDP_PAYLOAD);
            Ok(())
        })
        .ok()?;
    Some(additional.finish())
}

/// The media type of questions and replies (RFC 8484 section 6).
pub const MEDIA_TYPE: &str = "application/dns-message";

/// Whether a `Content-Type` says that the body is a DNS message. What else a resolver's address sends is somebody else's
/// page in front of it.
#[must_use]
pub fn is_message(content_type: Option<&str>) -> bool {
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(MEDIA_TYPE)
}

/// What a resolver sent back after `elapsed_ms` to a question about `name`, which is in lower case and without trailing dot.
///
/// # Errors
/// A message that is no answer to the question is malformed.
pub fn decode(
    name: &str,
    record_type: RecordType,
    wire: &[u8],
    elapsed_ms: u32,
) -> Result<DnsReply, Failure> {
    read(name, record_type, wire, elapsed_ms).ok_or_else(|| {
        Failure::new(Cause::Malformed).detailed("not a DNS reply to this question").after(elapsed_ms)
    })
}

fn read(name: &str, record_type: RecordType, wire: &[u8], elapsed_ms: u32) -> Option<DnsReply> {
    let message = Message::from_octets(wire).ok()?;
    let header = message.header();
    if !header.qr() {
        return None;
    }
    // A resolver may leave the question out of an error reply; where it stands it must be ours.
    match message.first_question() {
        Some(asked) => {
            let same_name = dns_name(&asked.qname().to_string()) == name;
            if !same_name || asked.qtype().to_int() != record_type.code() {
                return None;
            }
        }
        None if matches!(header.rcode(), Rcode::NOERROR | Rcode::NXDOMAIN) => return None,
        None => {}
    }
    let mut extended_errors = Vec::new();
    if let Some(opt) = message.opt() {
        for error in opt.opt().iter::<WireExtendedError<_>>().flatten().take(MAX_EXTENDED_ERRORS) {
            let text: String =
                error.text_slice().map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
            extended_errors.push(ExtendedError {
                code: error.code().to_int(),
                text: text.chars().filter(|c| !c.is_control()).take(200).collect(),
            });
        }
    }
    Some(DnsReply {
        code: response_code(message.opt_rcode().to_int()),
        authenticated: header.ad(),
        truncated: header.tc(),
        answers: records(message.answer().ok()?)?,
        authority: records(message.authority().ok()?)?,
        extended_errors,
        elapsed_ms,
    })
}

fn response_code(code: u16) -> ResponseCode {
    match u8::try_from(code).map(Rcode::masked_from_int) {
        Ok(Rcode::NOERROR) if code == 0 => ResponseCode::NoError,
        Ok(Rcode::NXDOMAIN) if code == 3 => ResponseCode::NxDomain,
        Ok(Rcode::SERVFAIL) if code == 2 => ResponseCode::ServFail,
        Ok(Rcode::REFUSED) if code == 5 => ResponseCode::Refused,
        _ => ResponseCode::Other(code),
    }
}

/// A section's records; `None` where one of them cannot be read. OPT and the like are not data and left out.
fn records(section: domain::base::message::RecordSection<'_, &[u8]>) -> Option<Vec<Record>> {
    let mut records = Vec::new();
    for record in section.take(MAX_RECORDS) {
        let record = record.ok()?;
        if record.class() != Class::IN || record.rtype() == Rtype::OPT {
            continue;
        }
        records.push(Record {
            name: dns_name(&record.owner().to_string()),
            ttl: record.ttl().as_secs(),
            data: data(&record)?,
        });
    }
    Some(records)
}

fn data(record: &ParsedRecord<'_, &[u8]>) -> Option<RecordData> {
    let record_type = RecordType::from_code(record.rtype().to_int());
    // One arm for each format: each reads its own data and gives nothing where that is malformed.
    Some(match record_type {
        RecordType::Cname | RecordType::Ns | RecordType::Ptr => {
            let name = name(&record.to_record::<AnotherName<'_>>().ok()??.data().0);
            match record_type {
                RecordType::Cname => RecordData::Cname(name),
                RecordType::Ns => RecordData::Ns(name),
                _ => RecordData::Ptr(name),
            }
        }
        RecordType::Mx => {
            let mx = record.to_record::<Mx<_>>().ok()??;
            RecordData::Mx { preference: mx.data().preference(), exchange: name(mx.data().exchange()) }
        }
        RecordType::Soa => {
            let soa = record.to_record::<Soa<_>>().ok()??;
            RecordData::Soa {
                mname: name(soa.data().mname()),
                rname: name(soa.data().rname()),
                serial: soa.data().serial().into_int(),
                minimum: soa.data().minimum().as_secs(),
            }
        }
        // Octets without names that may be compressed.
        RecordType::A
        | RecordType::Aaaa
        | RecordType::Caa
        | RecordType::Ds
        | RecordType::Txt
        | RecordType::Other(_) => {
            let raw = record.to_record::<UnknownRecordData<&[u8]>>().ok()??.into_data();
            let octets: &[u8] = raw.data();
            match (record_type, octets) {
                (RecordType::A, _) => RecordData::A(<[u8; 4]>::try_from(octets).ok()?.into()),
                (RecordType::Aaaa, _) => RecordData::Aaaa(<[u8; 16]>::try_from(octets).ok()?.into()),
                // RFC 8659 section 4.1: flags, the tag behind its length, the value.
                (RecordType::Caa, [flags, length, rest @ ..]) => {
                    let (tag, value) = rest.split_at_checked(usize::from(*length))?;
                    RecordData::Caa {
                        flags: *flags,
                        tag: String::from_utf8_lossy(tag).to_ascii_lowercase(),
                        value: CharacterString(value.to_vec()),
                    }
                }
                // RFC 1035 section 3.3.14: one string or more, each behind its length.
                (RecordType::Txt, [_, ..]) => {
                    let (mut strings, mut rest) = (Vec::new(), octets);
                    while let [length, behind @ ..] = rest {
                        let (string, next) = behind.split_at_checked(usize::from(*length))?;
                        strings.push(CharacterString(string.to_vec()));
                        rest = next;
                    }
                    RecordData::Txt(strings)
                }
                (RecordType::Ds, [high, low, algorithm, digest_type, digest @ ..]) => RecordData::Ds {
                    key_tag: u16::from_be_bytes([*high, *low]),
                    algorithm: *algorithm,
                    digest_type: *digest_type,
                    digest: hex(digest),
                },
                (RecordType::Other(code), _) => RecordData::Other { code, hex: hex(octets) },
                _ => return None,
            }
        }
    })
}

/// A name as it is written here.
fn name(name: &ParsedName<&[u8]>) -> String {
    dns_name(&name.to_string())
}

/// The data of records that are another name: CNAME, NS, PTR. The codec has a type for each, and code for each type.
struct AnotherName<'m>(ParsedName<&'m [u8]>, Rtype);

impl domain::base::rdata::RecordData for AnotherName<'_> {
    fn rtype(&self) -> Rtype {
        self.1
    }
}

impl<'m> ParseRecordData<'m, &'m [u8]> for AnotherName<'m> {
    fn parse_rdata(rtype: Rtype, parser: &mut Parser<'m, &'m [u8]>) -> Result<Option<Self>, ParseError> {
        Ok(Some(Self(ParsedName::parse(parser)?, rtype)))
    }
}

fn hex(octets: &[u8]) -> String {
    let digits = octets.iter().flat_map(|octet| [octet >> 4, octet & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Octets a reply may have over UDP; over HTTPS it only says that EDNS is spoken. The value of DNS Flag Day 2020.
const UDP_PAYLOAD: u16 = 1232;
/// Records of one section that are kept.
const MAX_RECORDS: usize = 200;
/// Extended errors of one reply that are kept.
const MAX_EXTENDED_ERRORS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use domain::base::Ttl;
    use domain::rdata::Cname;

    /// A reply with one TXT record and one alias, built by the codec.
    fn reply() -> Vec<u8> {
        let mut message = MessageBuilder::new_vec();
        message.header_mut().set_qr(true);
        message.header_mut().set_ad(true);
        let mut questions = message.question();
        let name: Name<Vec<u8>> = "Example.COM".parse().unwrap();
        questions.push((&name, Rtype::TXT, Class::IN)).unwrap();
        let mut answer = questions.answer();
        let target: Name<Vec<u8>> = "Real.Example.com".parse().unwrap();
        answer.push((&name, Class::IN, Ttl::from_secs(60), Cname::new(target.clone()))).unwrap();
        let mut txt = domain::rdata::rfc1035::TxtBuilder::<Vec<u8>>::new();
        txt.append_slice(b"v=spf1 \xff").unwrap();
        txt.close_charstr();
        txt.append_slice(b"-all").unwrap();
        answer.push((&target, Class::IN, Ttl::from_secs(300), txt.finish().unwrap())).unwrap();
        answer.finish()
    }

    #[test]
    fn a_question_goes_out_with_id_zero_recursion_and_edns() {
        let wire = encode("example.com", RecordType::Mx, false).unwrap();
        assert_eq!(wire[..4], [0, 0, 0x01, 0x20], "id 0, RD and AD");
        assert_eq!(wire[11], 1, "one additional record: OPT");
        let wire = encode("example.com", RecordType::Mx, true).unwrap();
        assert_eq!(wire[..4], [0, 0, 0x01, 0x30], "CD beside AD");
        assert!(encode(&format!("{}.com", "a".repeat(64)), RecordType::A, false).is_none());
        assert!(encode("_dmarc.example.com", RecordType::Txt, false).is_some());
    }

    #[test]
    fn a_reply_is_read_with_every_octet_of_its_text() {
        let Ok(reply) = decode("example.com", RecordType::Txt, &reply(), 12) else { panic!("not read") };
        assert_eq!((reply.code, reply.authenticated, reply.elapsed_ms), (ResponseCode::NoError, true, 12));
        assert_eq!(reply.answers[0].data, RecordData::Cname("real.example.com".into()));
        let strings = vec![CharacterString(b"v=spf1 \xff".to_vec()), "-all".into()];
        assert_eq!(reply.answers[1].data, RecordData::Txt(strings));
    }

    /// A reply with one record of a type, whose data are these octets; `0xc00c` in them is the name that was asked for.
    fn replied(code: u16, octets: &[u8]) -> Option<RecordData> {
        let mut message = MessageBuilder::new_vec();
        message.header_mut().set_qr(true);
        let mut questions = message.question();
        let name: Name<Vec<u8>> = "example.com".parse().unwrap();
        questions.push((&name, Rtype::from_int(code), Class::IN)).unwrap();
        let mut answer = questions.answer();
        let raw = UnknownRecordData::from_octets(Rtype::from_int(code), octets).unwrap();
        answer.push((&name, Class::IN, Ttl::from_secs(60), raw)).unwrap();
        match decode("example.com", RecordType::from_code(code), &answer.finish(), 1) {
            Ok(reply) => reply.answers.first().map(|record| record.data.clone()),
            _ => None,
        }
    }

    #[test]
    fn the_data_of_every_format_is_read_and_what_does_not_fit_is_not() {
        let name = || "example.com".to_owned();
        let ds = RecordData::Ds { key_tag: 2371, algorithm: 13, digest_type: 2, digest: "0aff".into() };
        for (code, octets, data) in [
            (1, &[76, 76, 21, 21][..], RecordData::A([76, 76, 21, 21].into())),
            (2, &[0xc0, 0x0c], RecordData::Ns(name())),
            (5, &[0xc0, 0x0c], RecordData::Cname(name())),
            (12, &[0xc0, 0x0c], RecordData::Ptr(name())),
            (15, &[0, 10, 0xc0, 0x0c], RecordData::Mx { preference: 10, exchange: name() }),
            (
                16,
                &[1, b'a', 0, 2, b'b', 255],
                RecordData::Txt(vec!["a".into(), "".into(), CharacterString(vec![b'b', 255])]),
            ),
            (
                257,
                &[128, 3, b'T', b'b', b's', b'x'],
                RecordData::Caa { flags: 128, tag: "tbs".into(), value: "x".into() },
            ),
            (
                28,
                &[0x2a, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                RecordData::Aaaa("2a05::1".parse().unwrap()),
            ),
            (43, &[9, 67, 13, 2, 10, 255], ds),
            (65280, &[0xde, 0xad], RecordData::Other { code: 65280, hex: "dead".into() }),
        ] {
            assert_eq!(replied(code, octets), Some(data), "{code}");
            // One octet too many is no longer such a record, where its format says how long it is.
            let longer = [octets, &[7]].concat();
            assert_eq!(replied(code, &longer).is_some(), matches!(code, 43 | 257 | 65280), "{code}");
        }
        for (code, octets) in [
            (1, &[76, 76, 21][..]),
            (28, &[1; 15]),
            (43, &[9, 67, 13]),
            (2, &[3, b'n', b's']),
            (16, &[]),
            (16, &[2, b'a']),
            (257, &[0]),
            (257, &[0, 9, b'a']),
        ] {
            assert_eq!(replied(code, octets), None, "{code}");
        }
    }

    #[test]
    fn what_is_no_reply_to_the_question_is_malformed() {
        let malformed = |wire: &[u8], name: &str| matches!(decode(name, RecordType::Txt, wire, 0), Err(f) if f.cause == Cause::Malformed);
        assert!(malformed(&reply(), "other.com"));
        assert!(malformed(b"<html>", "example.com"));
        assert!(malformed(&encode("example.com", RecordType::Txt, false).unwrap(), "example.com"));
    }

    proptest::proptest! {
        #[test]
        fn no_message_panics(wire: Vec<u8>, cut in 0..80usize, flip in 0..80usize, value: u8) {
            let _ = decode("example.com", RecordType::Txt, &wire, 0);
            let mut damaged = reply();
            if let Some(octet) = damaged.get_mut(flip) { *octet = value; }
            damaged.truncate(cut);
            let _ = decode("example.com", RecordType::Txt, &damaged, 0);
        }
    }
}
