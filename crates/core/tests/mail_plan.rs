//! What holds for every line that the mail checks offer, over records from the wild and over what people make of them in
//! typing: following all of them, in order, leaves records that receivers read, and nothing is lost without a word.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may fail loudly, helpers included"
)]

mod table;

use std::collections::BTreeMap;
use std::path::Path;

use launch_ready_core::checks;
use launch_ready_core::checks::check::{Area, Check};
use launch_ready_core::checks::finding::Finding;
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::diagnostic::{Diagnostic, Severity};
use launch_ready_core::dns::{CharacterString, DnsReply, Record, RecordData, RecordType, ResponseCode};
use launch_ready_core::email::spf::Mechanism;
use launch_ready_core::email::txt::{joined, quoted, unquoted};
use launch_ready_core::email::{dkim, dmarc, spf};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::probe::Probe;
use launch_ready_core::engine::scan::Scan;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use table::Table;

/// The records of a domain's mail, and what its founder says.
#[derive(Debug, Clone)]
struct Case {
    target: String,
    spf: Vec<String>,
    dmarc: Vec<String>,
    others: Vec<String>,
}

impl Case {
    fn table(&self) -> Table {
        let texts = |name: &str, texts: &[String]| -> Vec<String> {
            texts.iter().map(|text| format!("{name}. TXT {}", quoted(text))).collect()
        };
        let mut lines = vec![self.target.clone()];
        lines.extend(texts("example.com", &self.spf));
        lines.extend(texts("_dmarc.example.com", &self.dmarc));
        lines.extend(self.others.clone());
        let mut table =
            Table::parse(&lines.join("\n")).unwrap_or_else(|problem| panic!("{problem}: {lines:#?}"));
        table.target.mine = true;
        table
    }
}

/// Runs the mail checks. Other people's names all have an SPF record, so that only the domain's own is judged.
fn run(table: &Table) -> Vec<(&'static str, Finding)> {
    let checks: Vec<&'static Check> =
        checks::DEFAULT.iter().filter(|check| check.area == Area::Email).copied().collect();
    let mut scan = Scan::new(table.target.clone(), &checks, Limits::deep());
    scan.settle(|probe| others(probe).unwrap_or_else(|| table.answer(probe)));
    scan.finish().2.into_iter().map(|(check, finding)| (check.id, finding)).collect()
}

fn others(probe: &Probe) -> Option<Answer> {
    let Probe::Dns(question) = probe else { return None };
    let is_own = question.name == "example.com" || question.name.ends_with(".example.com");
    if is_own || question.name.contains("_dmarc") || question.name.contains("_domainkey") {
        return None;
    }
    let data = match question.record_type {
        RecordType::Txt => RecordData::Txt(vec![CharacterString(b"v=spf1 ip4:198.41.0.4 -all".to_vec())]),
        RecordType::A => RecordData::A("142.250.27.26".parse().unwrap()),
        RecordType::Mx => RecordData::Mx { preference: 1, exchange: "mx.mailhost.net".to_owned() },
        _ => return None,
    };
    let record = Record { name: question.name.clone(), ttl: 300, data };
    Some(Answer::Dns(DnsReply {
        code: ResponseCode::NoError,
        authenticated: false,
        truncated: false,
        answers: vec![record],
        authority: Vec::new(),
        extended_errors: Vec::new(),
        elapsed_ms: 1,
    }))
}

/// The lines of all findings, each once, and everything else that is said.
fn lines(findings: &[(&'static str, Finding)]) -> (Vec<Fix>, String) {
    let (mut lines, mut said): (Vec<Fix>, String) = (Vec::new(), String::new());
    for (_, finding) in findings {
        said.push_str(&finding.detail);
        for fix in &finding.fixes {
            match fix {
                Fix::Record { .. } | Fix::RemoveRecord { .. } => {
                    if !lines.contains(fix) {
                        lines.push(fix.clone());
                    }
                }
                other => said.push_str(&format!("\n{}", other.line())),
            }
        }
    }
    (lines, said)
}

fn text_of(value: &str) -> String {
    let strings = unquoted(value).unwrap_or_else(|| panic!("{value} is no text"));
    String::from_utf8_lossy(&joined(&strings)).into_owned()
}

/// What is kept on purpose although a linter mentions it: it was there, and taking it away could stop mail.
const KEPT: [&str; 7] = [
    "ptr-discouraged",
    "record-long",
    "too-many-lookups",
    "prefix-zero",
    "address-private",
    "tag-historic",
    "psd-yes",
];

fn noticed(issues: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_meant = |issue: &Diagnostic| issue.severity != Severity::Note && !KEPT.contains(&issue.code);
    issues.into_iter().filter(is_meant).collect()
}

/// What a linter says about an offered record.
fn lint(name: &str, text: &str) -> Vec<Diagnostic> {
    if name.starts_with("_dmarc.") {
        noticed(dmarc::parse(text).1)
    } else if name.contains("_domainkey") {
        noticed(dkim::parse(text).1).into_iter().filter(|issue| issue.severity == Severity::Error).collect()
    } else {
        noticed(spf::parse(text).1)
    }
}

/// The terms by which somebody was meant to send, as they would be written today.
fn senders(text: &str) -> Vec<String> {
    let (record, _) = spf::parse(text);
    if !record.is_valid() {
        return Vec::new();
    }
    let written = record.directives().filter(|(_, directive)| directive.mechanism != Mechanism::All);
    let passes = written.filter(|(_, directive)| directive.result() == spf::Qualifier::Pass);
    passes
        .map(|(_, directive)| directive.mechanism.to_string().trim_end_matches('.').to_ascii_lowercase())
        .collect()
}

/// Whether one line takes away, or brings another record in the place of, what the other one writes.
fn contradict(one: &Fix, other: &Fix) -> bool {
    let written = |fix: &Fix| match fix {
        Fix::Record { name, record_type, value, .. } => {
            Some((name.clone(), record_type.clone(), value.clone()))
        }
        _ => None,
    };
    let gone = |fix: &Fix| match fix {
        Fix::RemoveRecord { name, record_type, value } => {
            Some((name.clone(), record_type.clone(), value.clone()))
        }
        Fix::Record { name, record_type, replaces: Some(value), .. } => {
            Some((name.clone(), record_type.clone(), value.clone()))
        }
        _ => None,
    };
    let takes_back = written(one).is_some_and(|record| gone(other) == Some(record));
    // What one card mends, another one does not throw away.
    let is_thrown_away = matches!(one, Fix::Record { .. })
        && matches!(other, Fix::RemoveRecord { .. })
        && gone(one).is_some_and(|record| gone(other) == Some(record));
    takes_back || is_thrown_away
}

/// The records that stand in sentences, in quotation marks.
fn told_records(said: &str) -> Vec<String> {
    let quoted = said.split('“').skip(1).filter_map(|rest| rest.split('”').next());
    quoted
        .filter(|text| text.starts_with("v=spf1 ") || text.starts_with("v=DMARC1;"))
        .map(str::to_owned)
        .collect()
}

fn assert_sound(case: &Case) {
    let before = case.table();
    let findings = run(&before);
    let (offered, said) = lines(&findings);
    let mut after = before.clone();
    let mut by_place: BTreeMap<(String, String), String> = BTreeMap::new();
    for fix in &offered {
        if let Fix::Record { name, record_type, value, replaces } = fix {
            if record_type == "TXT" {
                let found = lint(name, &text_of(value));
                assert!(found.is_empty(), "the offered line {value} is noticed: {found:?}\n{case:#?}");
            }
            let place = (format!("{record_type} {name}"), replaces.clone().unwrap_or_default());
            if let Some(other) = by_place.insert(place, value.clone()).filter(|other| other != value) {
                panic!("two cards contradict each other: {other} and {value}\n{case:#?}");
            }
        }
        if let Err(problem) = after.apply(fix) {
            panic!("{problem}\n{offered:#?}\n{case:#?}");
        }
    }
    for (one, other) in offered.iter().flat_map(|one| offered.iter().map(move |other| (one, other))) {
        assert!(!contradict(one, other), "two cards contradict each other: {one:#?} {other:#?}\n{case:#?}");
    }
    for text in told_records(&said) {
        let is_spf = text.starts_with("v=spf1");
        let found = lint(if is_spf { "example.com" } else { "_dmarc.example.com" }, &text);
        assert!(found.is_empty(), "the record in a sentence {text} is noticed: {found:?}\n{case:#?}");
    }
    let texts = |name: &str| after.texts(name);
    let apex = texts("example.com");
    let spf_now = spf::select(&apex).records.iter().map(ToString::to_string).collect::<Vec<_>>();
    let touched = |of: &str| {
        offered.iter().any(|fix| matches!(fix, Fix::Record { name, record_type, .. } | Fix::RemoveRecord { name, record_type, .. } if name == of && record_type == "TXT"))
    };
    if touched("example.com") {
        let [one] = spf_now.as_slice() else { panic!("{spf_now:?} is left\n{offered:#?}\n{case:#?}") };
        assert!(spf::parse(one).0.is_valid(), "{one}\n{case:#?}");
        let kept = senders(one);
        let selected = spf::select(&case.spf);
        // Beside a record, what is none is left where it is.
        let read = if selected.records.is_empty() { selected.near_misses } else { selected.records };
        for text in &read {
            // What a text is read as, has tests of its own.
            let meant = spf::meant(&[text], &[]);
            let unread = meant.unread.iter().map(|word| word.to_ascii_lowercase());
            for sender in senders(&meant.text).into_iter().chain(unread) {
                let lower = said.to_ascii_lowercase();
                let is_named = ["", "+"].iter().any(|sign| lower.contains(&format!("“{sign}{sender}")));
                assert!(
                    kept.contains(&sender) || is_named,
                    "{sender} is lost without a word: {one}\n{said}\n{case:#?}"
                );
            }
        }
    }
    // A record that refused, and that receivers could read, goes on refusing, unless that is said.
    if let ([old], [new]) = (spf::select(&case.spf).records.as_slice(), spf_now.as_slice()) {
        let refuses = |text: &str| {
            let record = spf::parse(text).0;
            record.is_valid() && record.all().is_some_and(|(_, all)| all.result() == spf::Qualifier::Fail)
        };
        assert!(
            !refuses(old) || refuses(new) || said.contains("-all"),
            "-all is lost without a word: {new}\n{case:#?}"
        );
    }
    let policies = texts("_dmarc.example.com");
    let dmarc_now = dmarc::select(&policies).records.iter().map(ToString::to_string).collect::<Vec<_>>();
    if touched("_dmarc.example.com") {
        let [one] = dmarc_now.as_slice() else { panic!("{dmarc_now:?} is left\n{offered:#?}\n{case:#?}") };
        let (record, _) = dmarc::parse(one);
        assert!(record.is_valid() && record.policy.value().is_some(), "{one}\n{case:#?}");
        let selected = dmarc::select(&case.dmarc);
        let read = if selected.records.is_empty() { selected.near_misses } else { selected.records };
        for text in &read {
            let (old, _) = dmarc::parse(text);
            let addresses = old.aggregate_reports.iter().chain(old.failure_reports.iter());
            for uri in addresses.filter(|uri| uri.is_valid() && uri.text.contains('@')) {
                let (_, mailbox) = uri.text.split_once(':').unwrap_or(("", uri.text));
                // Signs around it are no part of an address.
                let mailbox = mailbox.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                let is_kept = one.contains(mailbox) || said.contains(mailbox);
                assert!(is_kept, "{mailbox} is lost without a word: {one}\n{case:#?}");
            }
            if let Some(policy) = old.policy.value() {
                let is_kept = record.policy.value() == Some(policy)
                    || (read.len() == 1 && record.policy.value() >= Some(policy));
                assert!(
                    is_kept || said.contains(&format!("p={policy}")),
                    "p={policy} is lost without a word: {one}\n{case:#?}"
                );
            }
        }
    }
    // Done once, it is done.
    let (again, _) = lines(&run(&after));
    for place in ["example.com", "_dmarc.example.com"].into_iter().filter(|place| touched(place)) {
        let is_there = |fix: &&Fix| matches!(fix, Fix::Record { name, record_type, .. } if record_type == "TXT" && name == place);
        if let Some(line) = again.iter().find(is_there) {
            panic!("after all of it: {line:#?}\n{case:#?}");
        }
    }
}

fn corpus(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(file);
    match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect(),
        Err(error) => {
            eprintln!("NOT TESTED against records from the wild: {}: {error}", path.display());
            vec!["v=spf1 include:_spf.google.com ~all".to_owned()]
        }
    }
}

/// Mail servers, keys and return paths that domains have.
const OTHERS: [&[&str]; 11] = [
    &[],
    &["example.com. MX 1 smtp.google.com."],
    &["example.com. MX 10 route1.mx.cloudflare.net."],
    &["example.com. MX 0 ."],
    &["example.com. MX 0 .", "example.com. MX 1 smtp.google.com."],
    &["example.com. MX 10 route1.mx.cloudflare.net.example.com."],
    &["example.com. MX 1 smtp.google.com.example.com.", "example.com. MX 5 192.0.2.1."],
    &[
        "example.com. MX 1 smtp.google.com.",
        "google._domainkey.example.com. TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrf\"",
        "google._domainkey.example.com. TXT \"VS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
    ],
    &[
        "resend._domainkey.example.com. TXT \"v=DKIM1; h=rsa-sha256; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
    ],
    &["example.com. MX 10 mx.mailhost.net."],
    &[
        "send.example.com. TXT \"v=spf1 include:amazonses.com ~all\"",
        "resend._domainkey.example.com. TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
    ],
];

const TARGETS: [&str; 5] = [
    "target example.com",
    "target example.com mail=both",
    "target example.com mail=sends",
    "target example.com mail=receives",
    "target example.com mail=neither",
];

#[test]
fn every_line_for_a_record_from_the_wild_is_sound() {
    let policies = corpus("dmarc.txt");
    for (at, text) in corpus("spf.txt").into_iter().enumerate() {
        let dmarc = policies[at % policies.len()].clone();
        let others = OTHERS[at % OTHERS.len()].iter().map(|line| (*line).to_owned()).collect();
        let target = TARGETS[(at / OTHERS.len()) % TARGETS.len()].to_owned();
        assert_sound(&Case { target, spf: vec![text], dmarc: vec![dmarc], others });
    }
}

/// A record as somebody spoils it: at one place something is taken away or comes in.
fn spoiled(texts: Vec<String>) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(String::new()),
        Just("\u{a0}".to_owned()),
        Just("\"".to_owned()),
        Just(" ~all ".to_owned()),
        Just(" v=spf1 ".to_owned()),
        Just(";".to_owned()),
        Just(",".to_owned()),
        Just("=".to_owned()),
        "[ -~]{1,2}",
    ];
    (prop::sample::select(texts), any::<prop::sample::Index>(), 0..3usize, piece).prop_map(
        |(text, at, cut, piece)| {
            let chars: Vec<char> = text.chars().take(255).collect();
            let at = at.index(chars.len().max(1)).min(chars.len());
            let end = (at + cut).min(chars.len());
            chars[..at].iter().chain(&piece.chars().collect::<Vec<_>>()).chain(&chars[end..]).collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: RngSeed::Fixed(20_261_130), ..ProptestConfig::default() })]

    #[test]
    fn every_line_for_spoiled_records_is_sound(
        spf in proptest::collection::vec(spoiled(corpus("spf.txt")), 0..3),
        dmarc in proptest::collection::vec(spoiled(corpus("dmarc.txt")), 0..3),
        others in prop::sample::select(OTHERS.to_vec()),
        target in prop::sample::select(TARGETS.to_vec()),
    ) {
        let others = others.iter().map(|line| (*line).to_owned()).collect();
        assert_sound(&Case { target: target.to_owned(), spf, dmarc, others });
    }
}
