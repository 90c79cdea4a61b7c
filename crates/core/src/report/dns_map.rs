//! The DNS map: every name, record, target and purpose on one sheet. Made from the evidence and nothing else, so it
//! shows what a scan has asked for, and asks for nothing itself.
//!
//! A report carries the rows ([`Report::dns`]), so whoever has a report has the sheet: [`markdown`] for people, the rows for a table.

use launch_ready_providers::by_mail_server;
use serde::{Deserialize, Serialize};

use crate::dns::{Record, RecordData, addresses};
use crate::engine::answer::Answer;
use crate::engine::evidence::Evidence;
use crate::engine::probe::{Probe, Resolver};
use crate::facts::purpose::purpose;
use crate::facts::wildcard::UNLIKELY;
use crate::owner_record;
use crate::providers::networks::{of_address, of_alias, of_name_server};
use crate::shortened;
use crate::target::Target;

/// One record on the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Row {
    /// The owner name; `*.example.com` for what a wildcard answers.
    pub name: String,
    /// `A`, `MX` …
    pub record_type: String,
    /// The data as people paste it: a text in one piece and without quotes, everything else in zone-file notation.
    pub value: String,
    /// How many seconds resolvers may still keep it, as far as was seen.
    pub ttl: u32,
    /// Who runs what it points to, where that is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// What it is for.
    pub purpose: String,
}

/// Bytes of one value that stand on the sheet: keys and long policies are cut, and say so.
const MAX_VALUE: usize = 256;

/// The rows, by name, the domain itself first, then by type.
#[must_use]
pub fn rows(target: &Target, evidence: &Evidence) -> Vec<Row> {
    let domain = target.domain.as_str();
    let own =
        |name: &str| name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let unlikely = target.domain.child(UNLIKELY);
    let mut rows: Vec<Row> = Vec::new();
    for (probe, answer) in evidence.iter() {
        let (Probe::Dns(question), Answer::Dns(reply)) = (probe, answer) else { continue };
        // Others only confirm what the first one did not have.
        if question.checking_disabled {
            continue;
        }
        // What we ask of owners belongs to us, and a wildcard may answer it.
        if question.name.starts_with(owner_record::LABEL) {
            continue;
        }
        for record in reply.answers.iter().filter(|record| own(&record.name)) {
            let mut row = row(target, record, &reply.answers);
            if record.name == unlikely {
                row.name = format!("*.{domain}");
                row.purpose = "every name without its own records".to_owned();
            }
            let known = rows.iter_mut().find(|known| {
                (&known.name, &known.record_type, &known.value) == (&row.name, &row.record_type, &row.value)
            });
            match known {
                Some(known) if question.resolver == Resolver::First => known.ttl = known.ttl.max(row.ttl),
                Some(_) => {}
                None => rows.push(row),
            }
        }
    }
    let order = |row: &Row| {
        let depth = row.name.split('.').count();
        (row.name != domain, depth, row.name.clone(), row.record_type.clone(), row.value.clone())
    };
    rows.sort_by_key(order);
    rows
}

fn row(target: &Target, record: &Record, answers: &[Record]) -> Row {
    let value = shortened::text(&pasted(&record.data), MAX_VALUE);
    let provider = match &record.data {
        RecordData::A(_) | RecordData::Aaaa(_) => {
            addresses(&[record]).first().and_then(|address| of_address(*address))
        }
        RecordData::Cname(alias) => {
            // What the alias leads to tells more than the alias, where that has no name of its own.
            let behind: Vec<&Record> = answers.iter().collect();
            let by_address = || addresses(&behind).first().and_then(|address| of_address(*address));
            of_alias(alias).or_else(by_address)
        }
        RecordData::Mx { exchange, .. } => by_mail_server(exchange).or_else(|| of_alias(exchange)),
        RecordData::Ns(name) => of_name_server(name),
        _ => None,
    };
    Row {
        name: record.name.clone(),
        record_type: record.data.record_type().to_string(),
        value,
        ttl: record.ttl,
        provider: provider.map(|provider| provider.name.clone()).unwrap_or_default(),
        purpose: meaning(target, record),
    }
}

/// Data as it is typed into the page of a DNS provider.
fn pasted(data: &RecordData) -> String {
    match data {
        RecordData::Txt(strings) => {
            let octets: Vec<u8> = strings.iter().flat_map(|string| string.0.iter().copied()).collect();
            String::from_utf8_lossy(&octets).into_owned()
        }
        other => other.to_string(),
    }
}

/// What a record is for, told from its type, its name and, for texts, how they begin.
fn meaning(target: &Target, record: &Record) -> String {
    let domain = target.domain.as_str();
    let below = record.name.strip_suffix(domain).map(|rest| rest.trim_end_matches('.')).unwrap_or_default();
    let labels: Vec<&str> = below.split('.').collect();
    let fixed = match (&record.data, labels.as_slice()) {
        (RecordData::Ns(_), _) => "name server",
        (RecordData::Mx { exchange, .. }, _) if exchange.is_empty() => "takes no mail",
        (RecordData::Mx { .. }, _) => "incoming mail",
        (RecordData::Caa { .. }, _) => "who may issue certificates",
        (RecordData::Ds { .. }, _) => "DNSSEC: the key's mark at the registry",
        (RecordData::Soa { .. }, _) => "the zone's own data",
        (RecordData::Txt(_), ["_dmarc"]) => "DMARC: what receivers do with forged mail",
        (RecordData::Txt(_), ["_mta-sts"]) => "MTA-STS: mail only over TLS",
        (RecordData::Txt(_), ["_smtp", "_tls"]) => "reports about mail over TLS",
        (RecordData::Txt(_), [_, "_bimi"]) => "BIMI: your logo in inboxes",
        (RecordData::Txt(_) | RecordData::Cname(_), [selector, "_domainkey"]) => {
            return format!("DKIM: the key {selector} that signs mail");
        }
        (RecordData::Txt(strings), _) => text_purpose(strings),
        (RecordData::A(_) | RecordData::Aaaa(_) | RecordData::Cname(_), [""]) => "the site",
        (RecordData::A(_) | RecordData::Aaaa(_) | RecordData::Cname(_), ["www"]) => "the site, with www",
        (_, [label]) => purpose(label).unwrap_or("unknown: ask the person who set it up"),
        _ => "unknown: ask the person who set it up",
    };
    fixed.to_owned()
}

/// What a text is for, by its first word. Tokens of services are how they know that the domain is yours.
fn text_purpose(strings: &[crate::dns::CharacterString]) -> &'static str {
    let octets: Vec<u8> = strings.iter().flat_map(|string| string.0.iter().copied()).collect();
    let text = String::from_utf8_lossy(&octets).to_ascii_lowercase();
    let word = text.split([' ', ';']).next().unwrap_or_default();
    let key = word.split('=').next().unwrap_or_default();
    match (word, key) {
        ("v=spf1", _) => "SPF: who may send mail",
        (_, key)
            if key.ends_with("-verification")
                || key.ends_with("-domain-verification")
                || key.ends_with("-site-verification") =>
        {
            "proof of ownership for a service"
        }
        (_, "ms" | "zoho" | "protonmail" | "keybase") => "proof of ownership for a service",
        _ => "a note for a service, or left over",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{CharacterString, DnsReply, ResponseCode};
    use crate::report::markdown::dns_map::sheet;

    fn evidence(records: &[(&str, RecordData)]) -> Evidence {
        let mut evidence = Evidence::default();
        for (name, data) in records {
            let record = Record { name: (*name).into(), ttl: 300, data: data.clone() };
            let reply = DnsReply {
                code: ResponseCode::NoError,
                authenticated: false,
                truncated: false,
                answers: vec![record],
                authority: Vec::new(),
                extended_errors: Vec::new(),
                elapsed_ms: 1,
            };
            evidence.insert(Probe::dns(name, data.record_type()), Answer::Dns(reply));
        }
        evidence
    }

    fn text(text: &str) -> RecordData {
        RecordData::Txt(vec![CharacterString::from(text)])
    }

    #[test]
    fn every_record_stands_on_the_sheet_with_its_purpose() {
        let evidence = evidence(&[
            ("www.example.com", RecordData::Cname("cname.vercel-dns.com".into())),
            ("example.com", RecordData::A([76, 76, 21, 21].into())),
            ("example.com", RecordData::Mx { preference: 1, exchange: "aspmx.l.google.com".into() }),
            ("example.com", text("v=spf1 include:_spf.google.com ~all")),
            ("google._domainkey.example.com", text("v=DKIM1; p=abc")),
            ("launch-ready-wildcard-check.example.com", RecordData::A([9, 9, 9, 9].into())),
            ("cname.vercel-dns.com", RecordData::A([76, 76, 21, 98].into())),
        ]);
        let target = Target::parse("example.com").unwrap();
        let shown: Vec<(String, String, String, String)> = rows(&target, &evidence)
            .into_iter()
            .map(|row| (row.name, row.record_type, row.provider, row.purpose))
            .collect();
        let expected = [
            ("example.com", "A", "Vercel", "the site"),
            ("example.com", "MX", "Google Workspace", "incoming mail"),
            ("example.com", "TXT", "", "SPF: who may send mail"),
            ("*.example.com", "A", "", "every name without its own records"),
            ("www.example.com", "CNAME", "Vercel", "the site, with www"),
            ("google._domainkey.example.com", "TXT", "", "DKIM: the key google that signs mail"),
        ];
        let expected = expected.map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned()));
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_strangers_wrote_cannot_become_markup() {
        let target = Target::parse("example.com").unwrap();
        let hostile = "| x | <script>alert(1)</script> [a](javascript:b) ![i](u) `c` **d** \u{202e}";
        let sheet = sheet("example.com", &rows(&target, &evidence(&[("example.com", text(hostile))])));
        let line = sheet.lines().find(|line| line.contains("TXT")).unwrap();
        let bars = line.char_indices().filter(|(at, c)| *c == '|' && !line[..*at].ends_with('\\')).count();
        assert_eq!(bars, 7, "{line}");
        for markup in ['<', '[', ']', '`', '*'] {
            let bare = line.char_indices().any(|(at, c)| c == markup && !line[..at].ends_with('\\'));
            assert!(!bare, "{markup}: {line}");
        }
        assert!(!line.contains('\u{202e}'), "{line}");
    }

    #[test]
    fn the_rows_read_back() {
        let target = Target::parse("example.com").unwrap();
        let rows = rows(&target, &evidence(&[("example.com", text("a"))]));
        let json = serde_json::to_string(&rows).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Row>>(&json).unwrap(), rows);
        assert!(sheet("example.com", &[]).contains("No records seen."));
    }

    proptest::proptest! {
        #[test]
        fn every_row_is_one_line(octets: Vec<u8>, label in "[a-z0-9_-]{1,12}") {
            let target = Target::parse("example.com").unwrap();
            let octets: Vec<u8> = octets.into_iter().take(255).collect();
            let name = format!("{label}.example.com");
            let rows = rows(&target, &evidence(&[(&name, RecordData::Txt(vec![CharacterString(octets)]))]));
            let sheet = sheet("example.com", &rows);
            proptest::prop_assert_eq!(sheet.lines().count(), 7, "{}", sheet);
        }
    }
}
