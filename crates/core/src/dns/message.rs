//! The RFC 8484 wire format: questions out, replies in. The codec itself is the `domain` crate's.

use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::opt::ExtendedError as WireExtendedError;
use domain::base::{Message, MessageBuilder, Name, ParsedRecord};
use domain::rdata::{A, Aaaa, Caa, Cname, Ds, Mx, Ns, Ptr, Soa, Txt};

use super::record::{CharacterString, DnsReply, ExtendedError, Record, RecordData, RecordType, ResponseCode};
use crate::answer::{Answer, Cause, Failure};
use crate::probe::{DnsQuestion, dns_name};

/// The question as a DNS message: recursion desired, AD set so that the resolver says whether it validated
/// (RFC 6840 section 5.7), EDNS so that it may add extended errors. The id is zero so that caches can match
/// (RFC 8484 section 4.1).
///
/// `None` where the name cannot stand in a message: a label of more than 63 octets, or more than 255 in all.
#[must_use]
pub fn encode(question: &DnsQuestion) -> Option<Vec<u8>> {
    let name: Name<Vec<u8>> = question.name.parse().ok()?;
    let mut message = MessageBuilder::new_vec();
    message.header_mut().set_rd(true);
    message.header_mut().set_ad(true);
    message.header_mut().set_cd(question.checking_disabled);
    let mut questions = message.question();
    questions.push((name, Rtype::from_int(question.record_type.code()), Class::IN)).ok()?;
    let mut additional = questions.additional();
    additional
        .opt(|opt| {
            opt.set_udp_payload_size(UDP_PAYLOAD);
            Ok(())
        })
        .ok()?;
    Some(additional.finish())
}

/// What a resolver sent back after `elapsed_ms`. A message that is no answer to the question is malformed.
#[must_use]
pub fn decode(question: &DnsQuestion, wire: &[u8], elapsed_ms: u32) -> Answer {
    match read(question, wire, elapsed_ms) {
        Some(reply) => Answer::Dns(reply),
        None => Answer::Failed(
            Failure::new(Cause::Malformed).detailed("not a DNS reply to this question").after(elapsed_ms),
        ),
    }
}

fn read(question: &DnsQuestion, wire: &[u8], elapsed_ms: u32) -> Option<DnsReply> {
    let message = Message::from_octets(wire).ok()?;
    let header = message.header();
    if !header.qr() {
        return None;
    }
    // A resolver may leave the question out of an error reply; where it stands it must be ours.
    if let Some(asked) = message.first_question() {
        let same_name = dns_name(&asked.qname().to_string()) == question.name;
        if !same_name || asked.qtype().to_int() != question.record_type.code() {
            return None;
        }
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
    // One arm for each type: each reads its own data and gives nothing where that is malformed.
    Some(match RecordType::from_code(record.rtype().to_int()) {
        RecordType::A => RecordData::A(record.to_record::<A>().ok()??.into_data().addr()),
        RecordType::Aaaa => RecordData::Aaaa(record.to_record::<Aaaa>().ok()??.into_data().addr()),
        RecordType::Caa => {
            let caa = record.to_record::<Caa<_>>().ok()??.into_data();
            RecordData::Caa {
                flags: caa.flags().bits(),
                tag: caa.tag().to_string().to_ascii_lowercase(),
                value: CharacterString(caa.value().to_vec()),
            }
        }
        RecordType::Cname => {
            RecordData::Cname(dns_name(&record.to_record::<Cname<_>>().ok()??.data().cname().to_string()))
        }
        RecordType::Ds => {
            let ds = record.to_record::<Ds<_>>().ok()??;
            RecordData::Ds {
                key_tag: ds.data().key_tag(),
                algorithm: ds.data().algorithm().to_int(),
                digest_type: ds.data().digest_type().to_int(),
                digest: hex(ds.data().digest()),
            }
        }
        RecordType::Mx => {
            let mx = record.to_record::<Mx<_>>().ok()??;
            RecordData::Mx {
                preference: mx.data().preference(),
                exchange: dns_name(&mx.data().exchange().to_string()),
            }
        }
        RecordType::Ns => {
            RecordData::Ns(dns_name(&record.to_record::<Ns<_>>().ok()??.data().nsdname().to_string()))
        }
        RecordType::Ptr => {
            RecordData::Ptr(dns_name(&record.to_record::<Ptr<_>>().ok()??.data().ptrdname().to_string()))
        }
        RecordType::Soa => {
            let soa = record.to_record::<Soa<_>>().ok()??;
            RecordData::Soa {
                mname: dns_name(&soa.data().mname().to_string()),
                rname: dns_name(&soa.data().rname().to_string()),
                serial: soa.data().serial().into_int(),
                minimum: soa.data().minimum().as_secs(),
            }
        }
        RecordType::Txt => {
            let txt = record.to_record::<Txt<_>>().ok()??;
            RecordData::Txt(txt.data().iter().map(|string| CharacterString(string.to_vec())).collect())
        }
        RecordType::Other(code) => {
            let raw = record.to_record::<domain::base::UnknownRecordData<_>>().ok()??;
            RecordData::Other { code, hex: hex(raw.data().data()) }
        }
    })
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

    fn question(name: &str, record_type: RecordType) -> DnsQuestion {
        DnsQuestion::first(name, record_type)
    }

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
        let wire = encode(&question("example.com", RecordType::Mx)).unwrap();
        assert_eq!(wire[..4], [0, 0, 0x01, 0x20], "id 0, RD and AD");
        assert_eq!(wire[11], 1, "one additional record: OPT");
        let wire = encode(&question("example.com", RecordType::Mx).unvalidated()).unwrap();
        assert_eq!(wire[..4], [0, 0, 0x01, 0x30], "CD beside AD");
        assert!(encode(&question(&format!("{}.com", "a".repeat(64)), RecordType::A)).is_none());
        assert!(encode(&question("_dmarc.example.com", RecordType::Txt)).is_some());
    }

    #[test]
    fn a_reply_is_read_with_every_octet_of_its_text() {
        let Answer::Dns(reply) = decode(&question("example.com", RecordType::Txt), &reply(), 12) else {
            panic!("not read")
        };
        assert_eq!((reply.code, reply.authenticated, reply.elapsed_ms), (ResponseCode::NoError, true, 12));
        assert_eq!(reply.answers[0].data, RecordData::Cname("real.example.com".into()));
        let strings = vec![CharacterString(b"v=spf1 \xff".to_vec()), "-all".into()];
        assert_eq!(reply.answers[1].data, RecordData::Txt(strings));
    }

    #[test]
    fn what_is_no_reply_to_the_question_is_malformed() {
        let malformed = |wire: &[u8], name: &str| matches!(decode(&question(name, RecordType::Txt), wire, 0), Answer::Failed(f) if f.cause == Cause::Malformed);
        assert!(malformed(&reply(), "other.com"));
        assert!(malformed(b"<html>", "example.com"));
        assert!(malformed(&encode(&question("example.com", RecordType::Txt)).unwrap(), "example.com"));
    }

    proptest::proptest! {
        #[test]
        fn no_message_panics(wire: Vec<u8>, cut in 0..80usize, flip in 0..80usize, value: u8) {
            let _ = decode(&question("example.com", RecordType::Txt), &wire, 0);
            let mut damaged = reply();
            if let Some(octet) = damaged.get_mut(flip) { *octet = value; }
            damaged.truncate(cut);
            let _ = decode(&question("example.com", RecordType::Txt), &damaged, 0);
        }
    }
}
