//! However much a domain throws at us, its report is one that can be kept: at most [`MAX_REPORT`] bytes of JSON, the same
//! whenever it is made of the same evidence, and so is everything that is made of it.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::checks;
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::checks::scan::CheckScan;
use launch_ready_core::dns::{CharacterString, DnsReply, Record, RecordData, RecordType, ResponseCode};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::probe::{DnsQuestion, Probe};
use launch_ready_core::fixes::ProviderOverride;
use launch_ready_core::http::HttpRequest;
use launch_ready_core::http::{Body, Headers, HttpReply};
use launch_ready_core::plan::documents;
use launch_ready_core::plan::documents::DocumentContext;
use launch_ready_core::plan::roadmap::Answers;
use launch_ready_core::report::bounds::MAX_REPORT;
use launch_ready_core::report::markdown;
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::report::stream::StreamEvent;
use launch_ready_core::report::{Recording, Report, Run};
use launch_ready_core::target::Target;

/// Bytes of one line of the stream, but for the last one.
const MAX_LINE: usize = 40_000;

/// Header fields that checks read, beside others that none does.
const FIELDS: [&str; 16] = [
    "strict-transport-security",
    "content-security-policy",
    "content-security-policy-report-only",
    "permissions-policy",
    "referrer-policy",
    "x-frame-options",
    "x-content-type-options",
    "x-robots-tag",
    "access-control-allow-origin",
    "cache-control",
    "server",
    "x-powered-by",
    "link",
    "vary",
    "content-encoding",
    "content-language",
];

/// What a stranger fills everything with.
struct Hostile {
    filling: &'static str,
    /// Whether every address of the site leads to another one.
    redirects: bool,
    /// Header fields that nobody reads.
    others: usize,
}

impl Hostile {
    fn long(&self, bytes: usize) -> String {
        self.filling.repeat(bytes / self.filling.len())
    }

    fn answer(&self, probe: &Probe) -> Answer {
        match probe {
            Probe::Dns(question) => Answer::Dns(self.records(question)),
            Probe::Http(request) => Answer::Http(self.page(request)),
            Probe::Tls(_) => Answer::Failed(Failure::new(Cause::TlsHandshake).detailed(&self.long(10_000))),
        }
    }

    fn records(&self, question: &DnsQuestion) -> DnsReply {
        let text = |begin: &str, at: usize| {
            let whole = format!("{begin} {at} {}", self.long(1_000));
            RecordData::Txt(whole.as_bytes().chunks(255).map(|part| CharacterString(part.to_vec())).collect())
        };
        let long_name = |at: usize| format!("{at}.{}.example.com", vec!["x".repeat(60); 3].join("."));
        let data = |at: usize| -> Option<RecordData> {
            let begin = match question.name.split('.').next() {
                Some("_dmarc") => "v=DMARC1; p=none; rua=mailto:",
                Some("_mta-sts") => "v=STSv1; id=",
                Some("_smtp") => "v=TLSRPTv1; rua=mailto:",
                Some("default") => "v=BIMI1; l=https://",
                _ if question.name.contains("_domainkey") => "v=DKIM1; p=",
                _ => ["v=spf1 include:", "google-site-verification=", "note"].into_iter().cycle().nth(at)?,
            };
            Some(match question.record_type {
                RecordType::A => RecordData::A([93, 184, 216, u8::try_from(at).ok()?].into()),
                RecordType::Txt => text(begin, at),
                RecordType::Mx => RecordData::Mx { preference: 1, exchange: long_name(at) },
                RecordType::Ns => RecordData::Ns(long_name(at)),
                RecordType::Caa => RecordData::Caa {
                    flags: 128,
                    tag: "issue".into(),
                    value: CharacterString::from(self.long(1_000).as_str()),
                },
                _ => return None,
            })
        };
        let record = |at: usize| Some(Record { name: question.name.clone(), ttl: 300, data: data(at)? });
        DnsReply {
            code: ResponseCode::NoError,
            authenticated: false,
            truncated: false,
            answers: (0..200).filter_map(record).collect(),
            authority: Vec::new(),
            extended_errors: Vec::new(),
            elapsed_ms: 1,
        }
    }

    fn page(&self, request: &HttpRequest) -> HttpReply {
        let mut fields: Vec<(String, String)> = Vec::new();
        if self.redirects && request.url.len() < 15_000 {
            let next = format!("{}/{}", request.url.trim_end_matches('/'), self.long(1_500));
            fields.push(("location".into(), next));
        }
        for at in 0..20 {
            let flags = ["", "; Secure", "; SameSite=None", "; Domain=.com"].into_iter().cycle().nth(at);
            let cookie =
                format!("session{at}{}={}{}", self.long(500), self.long(1_000), flags.unwrap_or_default());
            fields.push(("set-cookie".into(), cookie));
        }
        for name in FIELDS.iter().chain(vec!["x-other"; self.others].iter()) {
            fields.push(((*name).to_owned(), format!("max-age=1; {}", self.long(16_384))));
        }
        let mut html = String::from("<!doctype html><title>");
        html += &self.long(500);
        for at in 0..12 {
            html += &format!(
                "<script src='http://cdn{at}.example.net/{0}'></script><link rel=canonical href='http://{0}'>\
                 <img src='http://example.org/{0}'><form action='http://example.net/{0}'><!-- sk_live_{1} -->",
                self.long(400).replace(['\'', '"'], "x"),
                "4eC39HqLyjWDarjtT1zdp7dc"
            );
        }
        HttpReply {
            status: if self.redirects { 302 } else { 200 },
            headers: Headers::new(fields),
            body: Body { bytes: html.into_bytes(), cut: None },
            headers_ms: 4_000,
            body_ms: 4_000,
        }
    }

    fn scan(&self, deep: bool) -> CheckScan {
        let mut target = Target::parse("example.com").expect("it is a domain");
        target.deep = deep;
        let mut scan = CheckScan::new(target.clone(), &checks::of(&target), Limits::of(&target));
        scan.settle(|probe| self.answer(probe));
        scan
    }
}

fn ran() -> Run {
    Run { started: "2026-11-22T09:00:00Z".into(), vantage: "table".into(), took_ms: 0 }
}

fn json(what: &impl serde::Serialize) -> String {
    serde_json::to_string(what).expect("it is plain data")
}

/// Letters; what JSON writes in two bytes; in six.
const FILLINGS: [&str; 3] = ["abcdefgh", "\"\\", "\u{1}\u{2}"];

#[test]
fn a_report_of_hostile_evidence_can_be_kept() {
    let [letters, quotes, controls] = FILLINGS;
    for (filling, redirects) in [(letters, false), (quotes, true), (controls, false), (letters, true)] {
        let hostile = Hostile { filling, redirects, others: 0 };
        let case = format!("{filling:?}, redirects: {redirects}");
        let mut scan = hostile.scan(false);
        while let Some(event) = scan.next_event() {
            let line = json(&StreamEvent::from_event(&event, 0, 0));
            assert!(line.len() <= MAX_LINE, "{case}: {} bytes: {line:.200}", line.len());
        }
        let (report, recording) = Report::finish(scan, ran());
        let written = json(&report);
        println!("{case}: {} bytes", written.len());
        assert!(written.len() <= MAX_REPORT, "{case}: {} bytes", written.len());
        assert!(written.len() > 40_000, "{case}: what was seen is still told, in {} bytes", written.len());
        assert_eq!(serde_json::from_str::<Report>(&written).expect("it reads back"), report, "{case}");
        assert!(written.contains("more characters)"), "{case}: what is cut is counted");
        for finding in &report.findings {
            for seen in &finding.seen {
                for mark in &seen.marks {
                    let within = seen.text.get(mark.span.start..mark.span.end);
                    assert!(within.is_some(), "{case}: {} marks what is not there", finding.check);
                }
            }
            for fix in finding.fixes.iter().filter(|shown| !matches!(shown.fix, Fix::Step { .. })) {
                assert!(
                    !fix.line.contains("more characters)"),
                    "{case}: {} offers a part of a line",
                    finding.check
                );
            }
        }
        // From the recording, as it is written and read.
        let recording: Recording = serde_json::from_str(&json(&recording)).expect("it reads back");
        assert_eq!(json(&recording.replay()), written, "{case}: the same evidence, the same report");
    }
}

#[test]
fn as_many_headers_as_are_read_at_all_make_no_longer_report() {
    let hostile = Hostile { filling: FILLINGS[0], redirects: false, others: 124 };
    let (report, _) = Report::finish(hostile.scan(false), ran());
    let written = json(&report).len();
    assert!(written <= MAX_REPORT, "{written} bytes");
}

#[test]
fn what_some_checks_say_is_as_short() {
    for filling in [FILLINGS[0], FILLINGS[2]] {
        let recheck = Recheck::finish(Hostile { filling, redirects: false, others: 0 }.scan(false), ran());
        let written = json(&recheck).len();
        assert!(written <= MAX_REPORT, "{filling:?}: {written} bytes");
    }
}

#[test]
fn what_is_made_of_a_report_is_bounded_with_it() {
    let filling = FILLINGS[1];
    let (report, _) = Report::finish(Hostile { filling, redirects: true, others: 0 }.scan(false), ran());
    let text = markdown::report(&report);
    assert!(text.len() <= 4 * MAX_REPORT, "{filling:?}: {} bytes of Markdown", text.len());
    let answers = Answers::default();
    let material = DocumentContext {
        report: Some(&report),
        before: Some(&report),
        dns: Some(&report.dns),
        answers: &answers,
        assessment: None,
        chosen: ProviderOverride::default(),
    };
    let papers = documents::all(&material);
    let written = json(&papers).len();
    assert!(written <= 4 * MAX_REPORT, "{filling:?}: {written} bytes of papers");
    let archive = documents::zip("example.com", &documents::files(&papers)).expect("it can be written");
    assert!(archive.len() <= 16 * MAX_REPORT, "{filling:?}: {} bytes of archive", archive.len());
}

#[test]
fn a_usual_report_is_not_shortened() {
    for recorded in [include_str!("fixtures/healthy.txt"), include_str!("fixtures/broken.txt")] {
        let table = table::Table::parse(recorded).expect("the fixture can be read");
        let mut scan = CheckScan::new(table.target.clone(), &checks::of(&table.target), Limits::default());
        scan.settle(|probe| table.answer(probe));
        let (mut report, _) = Report::finish(scan, ran());
        // The sheet cuts keys on its own.
        report.dns.clear();
        let written = json(&report);
        println!("{} bytes", written.len());
        assert!(!written.contains("more character") && !written.contains("no room"), "{written}");
    }
}
