//! TLS handshakes in a table, with certificates made for them. Nobody in the core verifies a signature, so there is none
//! in these; everything else stands in them as RFC 5280 says.

use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::date::Day;
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::tls::{Der, TlsReply, Trust, Version};

/// What a server answers to a hello.
#[derive(Debug, Clone)]
pub struct Handshake {
    reply: Result<TlsReply, Cause>,
    names: Vec<String>,
    valid: (Day, Day),
    issuer: String,
    key: String,
    signature: String,
    chain: String,
}

impl Handshake {
    /// Reads the line behind `TLS host`.
    pub fn parse(host: &str, line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let read_at = noon("2026-11-25")?;
        let reply = TlsReply { read_at, elapsed_ms: 30, ..TlsReply::default() };
        let reply = match words.next()? {
            "timeout" => Err(Cause::Timeout),
            "unreachable" => Err(Cause::Unreachable),
            "malformed" => Err(Cause::Malformed),
            "alert" => Ok(TlsReply { alert: Some(words.next()?.parse().ok()?), ..reply }),
            version => {
                let version = serde_json::from_value::<Version>(version.into()).ok()?;
                let word = words.next();
                let cipher = (word == Some("cbc")).then_some(0xc013);
                Ok(TlsReply { version: Some(version), newer: word == Some("newer"), cipher, ..reply })
            }
        };
        Some(Self {
            reply,
            names: vec![host.to_owned()],
            valid: (Day::from_rfc3339("2026-10-15")?, Day::from_rfc3339("2027-01-13")?),
            issuer: "R12 (Let's Encrypt)".to_owned(),
            key: "p256".to_owned(),
            signature: "sha256".to_owned(),
            chain: "own issuer".to_owned(),
        })
    }

    /// Reads one of the lines behind that.
    pub fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "names" => {
                self.names = value.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect();
            }
            "valid" => {
                let (from, until) = value.split_once(' ')?;
                self.valid = (Day::from_rfc3339(from)?, Day::from_rfc3339(until)?);
            }
            "issuer" => self.issuer = value.to_owned(),
            "key" => self.key = value.to_owned(),
            "signature" => self.signature = value.to_owned(),
            "chain" => self.chain = value.to_owned(),
            "read" => self.reply.as_mut().ok()?.read_at = noon(value)?,
            "trust" => {
                self.reply.as_mut().ok()?.trust = match value {
                    "verified" => Trust::Trusted,
                    reason => Trust::Untrusted(reason.to_owned()),
                };
            }
            _ => return None,
        }
        Some(())
    }

    /// The answer.
    pub fn answer(&self) -> Answer {
        let reply = match &self.reply {
            Ok(reply) => reply.clone(),
            Err(cause) => return Answer::Failed(Failure::new(*cause)),
        };
        if reply.alert.is_some() {
            return Answer::Tls(reply);
        }
        let subject = name(self.names.first().map_or("", String::as_str));
        let issuer = if self.issuer == "itself" { subject.clone() } else { name(&self.issuer) };
        let root = name("Root (Authority of a table)");
        let dates = self.valid;
        let chain = self.chain.split(' ').filter(|which| *which != "none").map(|which| match which {
            "own" => self.certificate(&issuer, &subject, dates, Some(&self.names)),
            "issuer" => self.certificate(&root, &issuer, dates, None),
            "root" => self.certificate(&root, &root, dates, None),
            "other" => self.certificate(&root, &name("Somebody else"), dates, None),
            _ => b"not a certificate".to_vec(),
        });
        Answer::Tls(TlsReply { chain: chain.map(Der).collect(), ..reply })
    }

    fn certificate(
        &self,
        issuer: &[u8],
        subject: &[u8],
        dates: (Day, Day),
        names: Option<&[String]>,
    ) -> Vec<u8> {
        let signature = sequence(&[&oid(match self.signature.as_str() {
            "sha1" => &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5],
            _ => &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11],
        })]);
        // Valid from the first second of a day to the last one of another.
        let time = |day: Day, end: &str| {
            let digits: String = day.to_string().chars().filter(char::is_ascii_digit).collect();
            tlv(0x18, format!("{digits}{end}Z").as_bytes())
        };
        let validity = sequence(&[&time(dates.0, "000000"), &time(dates.1, "235959")]);
        let key = match self.key.strip_prefix("rsa ").and_then(|bits| bits.parse::<usize>().ok()) {
            Some(bits) => {
                let modulus = [vec![0], vec![0xff; bits / 8]].concat();
                let key = sequence(&[&tlv(2, &modulus), &tlv(2, &[1, 0, 1])]);
                let algorithm =
                    sequence(&[&oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]), &tlv(5, &[])]);
                sequence(&[&algorithm, &tlv(3, &[&[0], key.as_slice()].concat())])
            }
            None => {
                let curve = [
                    oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]),
                    oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]),
                ];
                sequence(&[&sequence(&[&curve[0], &curve[1]]), &tlv(3, &[&[0, 4][..], &[7; 64]].concat())])
            }
        };
        let extension = match names {
            Some(names) => {
                let names: Vec<u8> = names.iter().flat_map(|name| tlv(0x82, name.as_bytes())).collect();
                sequence(&[&oid(&[0x55, 0x1d, 17]), &tlv(4, &tlv(0x30, &names))])
            }
            None => sequence(&[
                &oid(&[0x55, 0x1d, 19]),
                &tlv(1, &[0xff]),
                &tlv(4, &sequence(&[&tlv(1, &[0xff])])),
            ]),
        };
        let version = tlv(0xa0, &tlv(2, &[2]));
        let extensions = tlv(0xa3, &sequence(&[&extension]));
        let fields =
            sequence(&[&version, &tlv(2, &[1]), &signature, issuer, &validity, subject, &key, &extensions]);
        sequence(&[&fields, &signature, &tlv(3, &[0, 1, 2, 3])])
    }
}

/// `R12 (Let's Encrypt)` as commonName and organizationName.
fn name(text: &str) -> Vec<u8> {
    let (common, organisation) = match text.strip_suffix(')').and_then(|text| text.split_once(" (")) {
        Some((common, organisation)) => (common, Some(organisation)),
        None => (text, None),
    };
    let attribute = |number: u8, value: &str| {
        tlv(0x31, &sequence(&[&oid(&[0x55, 4, number]), &tlv(0x0c, value.as_bytes())]))
    };
    let organisation = organisation.map(|value| attribute(10, value)).unwrap_or_default();
    sequence(&[&organisation, &attribute(3, common)])
}

fn oid(bytes: &[u8]) -> Vec<u8> {
    tlv(6, bytes)
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => der.push(short),
        Ok(short) => der.extend([0x81, short]),
        Err(_) => der.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    der.extend(content);
    der
}

/// Noon of a day, in seconds since 1970.
fn noon(day: &str) -> Option<u64> {
    let days = Day::new(1970, 1, 1)?.until(Day::from_rfc3339(day)?);
    u64::try_from(days * 86_400 + 43_200).ok()
}
