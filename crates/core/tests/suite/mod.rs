//! The RFC 7208 suite as data: its cases, and what their zones answer. The bench beside pyspf reads it with this, too.

#![allow(clippy::expect_used, clippy::panic, unreachable_pub, reason = "tests and benches may fail loudly")]

use launch_ready_core::answers::Stop;
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::dns::{DnsReply, Record, RecordData, RecordType, ResponseCode};
use launch_ready_core::email::spf::evaluate::{Evaluation, Session, check_host};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::engine::probe::Probe;
use serde_json::Value;

/// The message of a case.
pub fn session(input: &Value) -> Session<'_> {
    let text = |key: &str| input[key].as_str().unwrap_or_else(|| panic!("{key} is a text"));
    let mut session = Session::new(text("ip").parse().expect("an address"), text("mail_from"), text("helo"));
    session.default_explanation = text("default_explanation");
    session
}

/// What a case comes to, and all the answers that it took.
pub fn evaluate(input: &Value) -> (Evaluation, Evidence) {
    let session = session(input);
    let mut evidence = Evidence::default();
    loop {
        match check_host(&evidence, &session) {
            Ok(evaluation) => return (evaluation, evidence),
            Err(Stop::NotMeasured(gap)) => panic!("{gap:?}"),
            Err(Stop::Pending) => {
                let wishes = evidence.take_pending();
                assert!(!wishes.is_empty(), "{} waits for nothing", input["id"]);
                for probe in wishes {
                    let answer = answer(&input["zone"], &probe);
                    evidence.insert(probe, answer);
                }
            }
        }
    }
}

/// What the case's zones answer, as a recursive resolver gives it on.
fn answer(zone: &Value, probe: &Probe) -> Answer {
    let Probe::Dns(question) = probe else { panic!("{probe} is no DNS question") };
    let mut name = question.name.clone();
    let mut answers: Vec<Record> = Vec::new();
    let code = loop {
        let Some(node) = node(zone, &name) else { break ResponseCode::NxDomain };
        let kind = question.record_type.to_string();
        if let Some(found) = node[&kind].as_array() {
            answers.extend(found.iter().map(|value| Record {
                name: name.clone(),
                ttl: 300,
                data: data(question.record_type, value),
            }));
            break ResponseCode::NoError;
        }
        if node["timeout"]
            .as_array()
            .is_some_and(|kinds| kinds.iter().any(|k| k == "*" || k == kind.as_str()))
        {
            return Answer::Failed(Failure::new(Cause::Timeout));
        }
        let Some(target) = node["CNAME"][0].as_str().or(node["CNAME"].as_str()) else {
            break ResponseCode::NoError;
        };
        let target = target.trim_end_matches('.').to_ascii_lowercase();
        let alias = Record { name, ttl: 300, data: RecordData::Cname(target.clone()) };
        if answers.contains(&alias) {
            answers.clear();
            break ResponseCode::ServFail;
        }
        answers.push(alias);
        name = target;
    };
    Answer::Dns(DnsReply {
        code,
        authenticated: false,
        truncated: false,
        answers,
        authority: Vec::new(),
        extended_errors: Vec::new(),
        elapsed_ms: 1,
    })
}

/// The node of a name; the suite writes names without the escapes of a zone file.
fn node<'z>(zone: &'z Value, name: &str) -> Option<&'z Value> {
    let raw = name.replace("\\ ", " ").replace("\\\\", "\\");
    zone.as_object()?.iter().find(|(owner, _)| owner.eq_ignore_ascii_case(&raw)).map(|(_, node)| node)
}

fn data(record_type: RecordType, value: &Value) -> RecordData {
    let text = |value: &Value| value.as_str().expect("a text").to_ascii_lowercase();
    let name = |value: &Value| text(value).trim_end_matches('.').to_owned();
    match record_type {
        RecordType::A => RecordData::A(text(value).parse().expect("an IPv4 address")),
        RecordType::Aaaa => RecordData::Aaaa(text(value).parse().expect("an IPv6 address")),
        RecordType::Mx => RecordData::Mx {
            preference: value[0].as_u64().and_then(|n| u16::try_from(n).ok()).expect("a number"),
            exchange: name(&value[1]),
        },
        RecordType::Ptr => RecordData::Ptr(name(value)),
        RecordType::Txt => {
            let strings = value.as_array().expect("strings").iter();
            // Each character of the suite's strings stands for one octet.
            let octets = |string: &Value| -> Vec<u8> {
                let chars = string.as_str().expect("a string").chars();
                chars.map(|c| u8::try_from(u32::from(c)).expect("one octet")).collect()
            };
            RecordData::Txt(
                strings.map(|string| launch_ready_core::dns::CharacterString(octets(string))).collect(),
            )
        }
        other => panic!("{other} is not asked for"),
    }
}
