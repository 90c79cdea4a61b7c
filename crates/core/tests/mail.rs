//! What the mail checks cost, and that no guess of theirs costs more than it may.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::checks;
use launch_ready_core::checks::check::{Area, Check};
use launch_ready_core::checks::finding::{Finding, Level};
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::dns::{DnsReply, Record, RecordData, RecordType, ResponseCode};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::probe::Probe;
use launch_ready_core::engine::scan::Scan;
use launch_ready_core::facts::dkim_selectors::{MAX_DEEP_SELECTORS, MAX_SELECTORS};
use launch_ready_core::http::{Body, Headers, HttpReply};
use launch_ready_core::target::Target;
use proptest::prelude::*;
use table::Table;

struct Ran {
    asked: Vec<String>,
    rounds: u32,
    findings: Vec<(&'static str, Finding)>,
}

impl Ran {
    fn code(&self, check: &str) -> &'static str {
        self.findings.iter().find(|(id, _)| *id == check).map_or("", |(_, finding)| finding.outcome.code)
    }

    fn detail(&self, check: &str) -> String {
        let finding = self.findings.iter().find(|(id, _)| *id == check);
        finding.map(|(_, finding)| finding.detail.clone()).unwrap_or_default()
    }

    fn selectors(&self) -> usize {
        self.asked.iter().filter(|name| name.contains("._domainkey.")).count()
    }
}

/// Runs those of the mail checks whose ids are given on the zone lines; all of them where none is given.
fn run(ids: &[&str], zone: &str) -> Ran {
    let mut table = Table::parse(zone).expect("the lines can be read");
    // What the owner's word costs has tests of its own.
    table.target.mine = true;
    let wanted =
        |check: &&&'static Check| check.area == Area::Email && (ids.is_empty() || ids.contains(&check.id));
    let checks: Vec<&'static Check> = checks::DEFAULT.iter().filter(wanted).copied().collect();
    let limits = if table.target.deep { Limits::deep() } else { Limits::default() };
    let mut scan = Scan::new(table.target.clone(), &checks, limits);
    let mut asked = Vec::new();
    scan.settle(|probe| {
        asked.push(match probe {
            Probe::Dns(question) => format!("{probe} {:?}", question.resolver),
            Probe::Http(_) | Probe::Tls(_) => probe.to_string(),
        });
        table.answer(probe)
    });
    let rounds = scan.rounds();
    let findings = scan.finish().2.into_iter().map(|(check, finding)| (check.id, finding)).collect();
    Ran { asked, rounds, findings }
}

const KEY: &str = r#"TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=""#;

#[test]
fn a_key_that_is_known_where_to_look_for_costs_what_its_service_has() {
    let zone = format!("example.com. MX 1 smtp.google.com.\ngoogle._domainkey.example.com. {KEY}");
    let ran = run(&["dkim-keys", "dkim-strength"], &zone);
    // TXT twice, as it is missing; MX; the key; and a selector that nobody uses, as every selector had an answer.
    assert_eq!((ran.asked.len(), ran.rounds), (5, 4), "{:#?}", ran.asked);
    assert_eq!(ran.code("dkim-keys"), "found");
}

#[test]
fn guessing_costs_no_more_than_it_may_and_no_second_opinion() {
    for (deep, most) in [("", MAX_SELECTORS), (" deep", MAX_DEEP_SELECTORS)] {
        let zone = format!("target example.com{deep}\nexample.com. MX 10 mx.mailhost.net.");
        let ran = run(&["dkim-keys", "dkim-strength", "mail-alignment", "sender-requirements"], &zone);
        assert_eq!(ran.selectors(), most);
        let guesses = ran.asked.iter().filter(|name| name.contains("_domainkey"));
        assert!(guesses.clone().all(|name| name.ends_with("First")), "{:#?}", ran.asked);
        assert_eq!(guesses.count(), most + 1, "and _domainkey itself");
        assert_eq!(ran.code("dkim-keys"), "selector-unknown");
        assert!(ran.findings.iter().all(|(id, finding)| *id == "sender-requirements"
            || !matches!(finding.outcome.level, Level::Fail | Level::Warn)));
    }
}

#[test]
fn however_many_selectors_are_named_the_default_scan_stays_small() {
    let named: Vec<String> = (0..50).map(|n| format!("s{n}x")).collect();
    let zone = format!("target example.com selectors={}\ns0x._domainkey.example.com. {KEY}", named.join(","));
    let ran = run(&["dkim-keys"], &zone);
    // What was named and is missing is said to be missing: by two resolvers.
    assert!(ran.selectors() <= 2 * MAX_SELECTORS, "{:#?}", ran.asked);
    assert_eq!(ran.code("dkim-keys"), "named-missing");
}

#[test]
fn a_record_of_its_own_ends_the_search_for_the_policy() {
    let zone = "_dmarc.example.com. TXT \"v=DMARC1; p=reject; rua=mailto:d@example.com\"";
    assert_eq!(run(&["dmarc-policy"], zone).asked.len(), 1);
    let ran = run(&["dmarc-policy"], "example.com. A 76.76.21.21");
    let policies = ran.asked.iter().filter(|asked| asked.contains("_dmarc."));
    assert_eq!(
        policies.count(),
        5,
        "both names, each by two resolvers, and once the one to which a panel appends the domain: {:#?}",
        ran.asked
    );
}

#[test]
fn what_does_no_harm_is_asked_once() {
    let zone = "example.com. MX 10 mx.mailhost.net.\n_dmarc.example.com. TXT \"v=DMARC1; p=reject\"";
    let ran = run(&["mta-sts", "tls-rpt", "bimi"], zone);
    let once = ["_mta-sts.", "_smtp._tls.", "default._bimi."];
    for name in once {
        assert_eq!(ran.asked.iter().filter(|asked| asked.contains(name)).count(), 1, "{name}");
    }
    // Without a policy that is enforced no logo is shown, and nobody looks for one.
    let ran = run(&["bimi"], "_dmarc.example.com. TXT \"v=DMARC1; p=none\"");
    assert_eq!(ran.asked.len(), 1, "{:#?}", ran.asked);
}

#[test]
fn a_policy_file_is_fetched_once_and_no_redirect_followed() {
    let zone = "example.com. MX 10 mx.mailhost.net.\n_mta-sts.example.com. TXT \"v=STSv1; id=1\"\n\
        GET https://mta-sts.example.com/.well-known/mta-sts.txt\n302\nlocation: https://example.com/p.txt";
    let ran = run(&["mta-sts"], zone);
    let fetched: Vec<_> = ran.asked.iter().filter(|asked| asked.starts_with("GET")).collect();
    assert_eq!(fetched, ["GET https://mta-sts.example.com/.well-known/mta-sts.txt"]);
    assert_eq!(ran.code("mta-sts"), "policy-unavailable");
    // Nothing is sent to a name that leads inside.
    let zone = "example.com. MX 10 mx.mailhost.net.\n_mta-sts.example.com. TXT \"v=STSv1; id=1\"\n\
        mta-sts.example.com. A 10.0.0.1";
    let ran = run(&["mta-sts"], zone);
    assert!(!ran.asked.iter().any(|asked| asked.starts_with("GET")), "{:#?}", ran.asked);
    assert_eq!(ran.code("mta-sts"), "policy-unavailable");
}

const POLICY: &str = "_mta-sts.example.com. TXT \"v=STSv1; id=1\"\n\
    GET https://mta-sts.example.com/.well-known/mta-sts.txt\n200\ncontent-type: text/plain\n\
    | version: STSv1\n| mode: enforce\n| mx: *.mailhost.net\n| max_age: 604800";

#[test]
fn a_name_below_the_domain_is_told_that_it_needs_a_policy_of_its_own() {
    let detail = |target: &str| {
        let zone = format!("target {target}\nexample.com. MX 10 mx.mailhost.net.\n{POLICY}");
        let ran = run(&["mta-sts"], &zone);
        assert_eq!(ran.code("mta-sts"), "enforced", "{target}");
        ran.detail("mta-sts")
    };
    assert!(detail("app.example.com").contains("app.example.com need a record and a policy of their own"));
    assert!(!detail("example.com").contains("of their own"));
}

#[test]
fn test_mode_makes_no_difference_to_reports() {
    for testing in ["", "; t=y"] {
        let record = format!("v=DMARC1; p=reject{testing}; rua=mailto:d@reports.net");
        let zone = format!(
            "_dmarc.example.com. TXT \"{record}\"\nexample.com._report._dmarc.reports.net. TXT \"v=DMARC1\""
        );
        assert_eq!(run(&["dmarc-reports"], &zone).code("dmarc-reports"), "reported", "{record}");
    }
}

#[test]
fn where_the_standard_reads_a_record_in_two_ways_both_are_said() {
    for (record, words) in [
        ("v=DMARC1", "some only watch, as with p=none, some take it for no record"),
        ("v=DMARC1; p=block", "some only watch, as with p=none, some take it for no record"),
        ("v=DMARC1; p=reject; np=block", "some only watch, as with p=none, some take it for no record"),
        ("v=DMARC1; rua=mailto:d@example.com", "Receivers then only watch, as with p=none."),
    ] {
        let ran = run(&["dmarc-policy"], &format!("_dmarc.example.com. TXT \"{record}\""));
        assert_eq!(ran.code("dmarc-policy"), "no-policy", "{record}");
        assert!(ran.detail("dmarc-policy").contains(words), "{record}: {}", ran.detail("dmarc-policy"));
    }
}

/// Two checks speak about the policy of a domain that sends nothing; two records would cancel each other out.
#[test]
fn a_domain_that_sends_nothing_is_told_one_policy() {
    let record = |finding: &Finding| {
        let is_policy = |fix: &&Fix| fix.line().contains("v=DMARC1");
        finding.fixes.iter().filter(is_policy).map(Fix::line).collect::<Vec<_>>()
    };
    for policy in ["", "\n_dmarc.example.com. TXT \"v=DMARC1; p=none\""] {
        let zone = format!("example.com. TXT \"v=spf1 -all\"\nexample.com. MX 0 .{policy}");
        let ran = run(&["dmarc-policy", "non-sending"], &zone);
        for (check, finding) in &ran.findings {
            assert_eq!(record(finding), ["_dmarc.example.com. TXT \"v=DMARC1; p=reject\""], "{check}");
        }
    }
}

/// What a record says besides is kept; the policy begins at the bottom, because nobody has followed it yet.
#[test]
fn a_record_that_is_not_recognised_is_corrected() {
    for (record, better) in [
        (
            "v=dmarc1; p=reject; sp=none; adkim=s; rua=mailto:d@reports.net",
            "v=DMARC1; p=none; adkim=s; rua=mailto:d@reports.net",
        ),
        ("v=DMARC1, p=none, rua=d@example.com", "v=DMARC1; p=none; rua=mailto:d@example.com"),
        ("v=dmarc1", "v=DMARC1; p=none"),
    ] {
        let ran = run(&["dmarc-policy"], &format!("_dmarc.example.com. TXT \"{record}\""));
        assert_eq!(ran.code("dmarc-policy"), "unrecognised", "{record}");
        let finding = &ran.findings.first().expect("one check").1;
        assert_eq!(
            finding.fixes.first().map(Fix::line),
            Some(format!("_dmarc.example.com. TXT \"{better}\""))
        );
        let said = &finding.detail;
        assert_eq!(said.contains("Start with p=none"), record.contains("p=reject"), "{record}");
    }
}

/// The lines that a check offers for a zone.
fn offered(check: &str, zone: &str) -> Vec<String> {
    let ran = run(&[check], zone);
    let finding = ran.findings.into_iter().next().expect("one check").1;
    finding.fixes.iter().map(|fix| format!("{}: {}", fix.verb(), fix.line())).collect()
}

#[test]
fn a_dmarc_record_keeps_its_addresses_wherever_it_was_put() {
    let better = "_dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:d@reports.net\"";
    for (place, text, first) in [
        (
            "_dmarc.example.com",
            "p=reject; v=DMARC1; rua=mailto:d@reports.net",
            "Replace the record with this one",
        ),
        ("_dmarc.example.com", "p=reject; rua=mailto:d@reports.net", "Replace the record with this one"),
        ("example.com", "v=DMARC1; p=reject; rua=mailto:d@reports.net", "Add this DNS record"),
        ("example.com", "p=reject; v=DMARC1; rua=mailto:d@reports.net", "Add this DNS record"),
        ("dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:d@reports.net", "Add this DNS record"),
    ] {
        let zone = format!("example.com. MX 10 mx.mailhost.net.\n{place}. TXT \"{text}\"");
        let lines = offered("dmarc-policy", &zone);
        assert_eq!(lines.first(), Some(&format!("{first}: {better}")), "{zone}");
        let is_elsewhere = place != "_dmarc.example.com";
        let gone = format!("Remove this DNS record: {place}. TXT \"{text}\"");
        assert_eq!(lines.contains(&gone), is_elsewhere, "{zone}: {lines:#?}");
        let said = run(&["dmarc-policy"], &zone).detail("dmarc-policy");
        assert_eq!(
            said.contains(&format!("A DMARC record stands at {place}, where no receiver looks")),
            is_elsewhere,
            "{said}"
        );
        assert!(said.contains("p=reject comes later"), "{said}");
    }
}

#[test]
fn what_receivers_ignore_in_a_dmarc_record_is_told_with_the_whole_record() {
    let mail = "example.com. MX 10 mx.mailhost.net.\nmx.mailhost.net. A 142.250.27.26\n";
    for (check, code, record, better) in [
        (
            "dmarc-reports",
            "partly-malformed",
            "v=DMARC1; p=reject; rua=mailto:a@example.com; mailto:b@example.com",
            "v=DMARC1; p=reject; rua=mailto:a@example.com,mailto:b@example.com",
        ),
        (
            "dmarc-reports",
            "partly-malformed",
            "v=DMARC1; p=reject; rua=mailto:a@example.com; ruf=mailto:a@example.com; mailto:b@example.com",
            "v=DMARC1; p=reject; rua=mailto:a@example.com; ruf=mailto:a@example.com,mailto:b@example.com",
        ),
        (
            "dmarc-reports",
            "partly-malformed",
            "v=DMARC1; p=reject; rua=mailto:a@example.com; ruf=b@example.com",
            "v=DMARC1; p=reject; rua=mailto:a@example.com; ruf=mailto:b@example.com",
        ),
        (
            "dmarc-policy",
            "part-ignored",
            "v=DMARC1; p=reject; adkim=strict; aspf=relaxed; rua=mailto:a@example.com",
            "v=DMARC1; p=reject; adkim=s; aspf=r; rua=mailto:a@example.com",
        ),
        (
            "dmarc-policy",
            "monitoring",
            "v=DMARC1; p=none; adkim=strict; rua=mailto:a@example.com",
            "v=DMARC1; p=none; adkim=s; rua=mailto:a@example.com",
        ),
    ] {
        let zone = format!("{mail}_dmarc.example.com. TXT \"{record}\"");
        assert_eq!(run(&[check], &zone).code(check), code, "{record}");
        let line = format!("Replace the record with this one: _dmarc.example.com. TXT \"{better}\"");
        assert_eq!(offered(check, &zone).first(), Some(&line), "{record}");
    }
    // All of it heeded: nothing to say.
    let whole = "v=DMARC1; p=reject; adkim=s; rua=mailto:a@example.com,mailto:b@example.com";
    let zone = format!("{mail}_dmarc.example.com. TXT \"{whole}\"");
    let ran = run(&["dmarc-reports", "dmarc-policy"], &zone);
    assert_eq!((ran.code("dmarc-reports"), ran.code("dmarc-policy")), ("reported", "enforced"));
}

#[test]
fn an_alias_to_a_name_of_ones_own_gives_way_to_the_record() {
    let zone = "_dmarc.example.com. CNAME example.com.\nexample.com. MX 10 mx.mailhost.net.\nmx.mailhost.net. A 142.250.27.26\nexample.com. TXT \"v=spf1 mx ~all\"";
    assert_eq!(
        offered("dmarc-policy", zone).get(..2).unwrap_or_default(),
        [
            "Remove this DNS record: _dmarc.example.com. CNAME example.com.",
            "Add this DNS record: _dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:dmarc-reports@example.com\""
        ]
    );
    let said = run(&["dmarc-policy"], zone).detail("dmarc-policy");
    assert!(said.contains("is an alias of example.com, a name of your own"), "{said}");
    // That of a service stays.
    let zone =
        "_dmarc.example.com. CNAME example.com.dmarc.reports.net.\nexample.com. TXT \"v=spf1 mx ~all\"";
    let lines = offered("dmarc-policy", zone);
    assert!(lines.iter().any(|line| line.contains("in the settings of the service")), "{lines:#?}");
}

#[test]
fn a_mended_spf_record_names_the_mailboxes_that_it_never_let_send() {
    for (there, better) in [
        ("v=spf1 ip4=203.0.113.4 -all", "v=spf1 ip4:203.0.113.4 include:_spf.google.com ~all"),
        ("v=spf1 ip4:203.0.113.4:25 -all", "v=spf1 ip4:203.0.113.4 include:_spf.google.com -all"),
        ("v=spf 1 include:_spf.google.com ~all", "v=spf1 include:_spf.google.com ~all"),
        ("v=spf1 include:_spf.google.com --all", "v=spf1 include:_spf.google.com -all"),
    ] {
        let zone = format!(
            "example.com. MX 1 smtp.google.com.\nexample.com. TXT \"{there}\"\n_spf.google.com. TXT \"v=spf1 ip4:142.250.220.0/24 ~all\""
        );
        let line = format!("Replace the record with this one: example.com. TXT \"{better}\"");
        assert_eq!(offered("spf-record", &zone).first(), Some(&line), "{there}");
    }
    // Servers that receivers do let through may be those of the mailboxes.
    let zone = "example.com. MX 1 smtp.google.com.\nexample.com. TXT \"v=spf1 ip4:203.0.113.4 -all\"";
    assert_eq!(run(&["spf-record"], zone).code("spf-record"), "valid");
}

#[test]
fn every_stage_says_what_to_watch() {
    for (policy, words) in [
        ("none", "Read the reports for two weeks."),
        ("quarantine", "For a month, failing mail goes to spam"),
        ("reject", "Keep the address for reports"),
    ] {
        let zone = format!("_dmarc.example.com. TXT \"v=DMARC1; p={policy}; rua=mailto:d@example.com\"");
        let ran = run(&["dmarc-policy"], &zone);
        let finding = &ran.findings.first().expect("one check").1;
        let said = finding.fixes.iter().map(Fix::line).chain([finding.detail.clone()]).collect::<String>();
        assert!(said.contains(words), "{policy}: {said}");
    }
}

/// A key with `t=s` does not count for a signature with `i=` below `d=`.
/// [RFC 6376, 3.6.1](https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1)
#[test]
fn a_key_for_exactly_this_domain_says_so() {
    for (tag, is_said) in [("t=s; ", true), ("", false)] {
        let key = KEY.replace("k=ed25519", &format!("{tag}k=ed25519"));
        let ran = run(&["dkim-strength"], &format!("default._domainkey.example.com. {key}"));
        let said = ran.detail("dkim-strength");
        assert!(said.starts_with("Sign with an RSA key of 2048 bits as well"), "{said}");
        assert_eq!(said.contains("exactly this domain, not below it"), is_said, "{said}");
    }
}

/// Receivers may count before the evaluation or while it goes on, so a number is worth nothing without its case.
/// [RFC 7208, 4.6.4](https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4)
#[test]
fn a_count_of_lookups_says_for_which_sender() {
    let include = |n: usize| (0..n).map(|n| format!("include:i{n}.example.net ")).collect::<String>();
    let behind: String =
        (0..11).map(|n| format!("\ni{n}.example.net. TXT \"v=spf1 ip4:76.76.21.{n} ?all\"")).collect();
    for (count, code, words) in [
        (2, "within-limit", "2 of 10 lookups in the worst case"),
        (9, "near-limit", "9 of 10 lookups in the worst case"),
        (11, "over-limit", "11 lookups for a sender that no earlier term matches"),
    ] {
        let ran =
            run(&["spf-lookups"], &format!("example.com. TXT \"v=spf1 {}~all\"{behind}", include(count)));
        assert_eq!(ran.code("spf-lookups"), code);
        assert!(ran.detail("spf-lookups").starts_with(words), "{}", ran.detail("spf-lookups"));
    }
}

#[test]
fn all_mail_checks_together_stay_within_rounds_whatever_is_missing() {
    for zone in [
        "example.com. A 76.76.21.21",
        "example.com. MX 10 mx.mailhost.net.",
        "target app.example.com\napp.example.com. A 76.76.21.21\nexample.com. MX 10 mx.mailhost.net.",
        "*.example.com. CNAME sites.mailhost.net.",
        "_dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:x@reports.net,mailto:y@other.net\"",
    ] {
        let ran = run(&[], zone);
        assert!(ran.rounds <= 8, "{} rounds for {zone}", ran.rounds);
        assert!(ran.asked.len() <= 48, "{} questions for {zone}", ran.asked.len());
    }
}

/// Answers every TXT question with `texts`, every other one with what keeps the checks going.
fn hostile(probe: &Probe, texts: &[String]) -> Answer {
    let question = match probe {
        Probe::Dns(question) => question,
        Probe::Tls(_) => return Answer::Failed(Failure::new(Cause::Unreachable)),
        Probe::Http(_) => {
            let body = Body { bytes: texts.join("\n").into_bytes(), cut: None };
            let headers = Headers::new([("content-type".to_owned(), "text/plain".to_owned())]);
            return Answer::Http(HttpReply { status: 200, headers, body, headers_ms: 1, body_ms: 1 });
        }
    };
    let record = |data| Record { name: question.name.clone(), ttl: 60, data };
    let answers = match question.record_type {
        RecordType::Txt => {
            let strings = |text: &String| vec![text.as_str().into()];
            texts.iter().map(|text| record(RecordData::Txt(strings(text)))).collect()
        }
        RecordType::Mx => vec![record(RecordData::Mx { preference: 1, exchange: "mx.mailhost.net".into() })],
        RecordType::A => vec![record(RecordData::A([76, 76, 21, 21].into()))],
        _ => Vec::new(),
    };
    Answer::Dns(DnsReply {
        code: ResponseCode::NoError,
        authenticated: false,
        truncated: false,
        answers,
        authority: Vec::new(),
        extended_errors: Vec::new(),
        elapsed_ms: 1,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever strangers write: every check comes to a finding within its bounds, every mark lies in its text, and
    /// every problem comes with something to do.
    #[test]
    fn whatever_stands_there_every_check_comes_to_a_finding(
        texts in proptest::collection::vec(
            "(v=(DMARC1|DKIM1|spf1|STSv1|TLSRPTv1|BIMI1)[; ])?((p|sp|np|t|k|id|l|rua|mode|include)[=:](none|reject|y|mailto:[a-z@.,]{0,12}|\\PC{0,6})[; ]{0,2}){0,5}",
            0..4,
        ),
        deep: bool,
    ) {
        let checks: Vec<&'static Check> =
            checks::DEFAULT.iter().filter(|check| check.area == Area::Email).copied().collect();
        let mut target = Target::parse("example.com").expect("a name");
        target.deep = deep;
        target.selectors = texts.clone();
        let limits = if deep { Limits::deep() } else { Limits::default() };
        let mut scan = Scan::new(target, &checks, limits);
        scan.settle(|probe| hostile(probe, &texts));
        prop_assert!(scan.rounds() <= 12);
        for (check, finding) in scan.finish().2 {
            let level = finding.outcome.level;
            prop_assert!(
                !matches!(level, Level::Warn | Level::Fail) || !finding.fixes.is_empty(),
                "{} {}", check.id, finding.outcome.code
            );
            for seen in &finding.seen {
                for mark in &seen.marks {
                    prop_assert!(seen.text.get(mark.span.start..mark.span.end).is_some(), "{}", check.id);
                }
            }
        }
    }
}

/// Whatever is wrong with the name, the forwarder behind it sends with bounces to the domain.
#[test]
fn a_forwarder_that_a_typing_mistake_hides_keeps_its_servers_in_the_record() {
    let zone = "target example.com mail=receives\nexample.com. MX 10 route1.mx.cloudflare.net.example.com.\nexample.com. TXT \"v=spf1 include:_spf.mx.cloudflare.net ~all\"";
    for check in ["spf-record", "non-sending", "dmarc-policy", "mx"] {
        let lines = offered(check, zone);
        assert!(lines.iter().all(|line| !line.contains("v=spf1 -all")), "{check}: {lines:#?}");
    }
    assert_eq!(
        offered("mx", zone).first().map(String::as_str),
        Some("Replace the record with this one: example.com. MX 10 route1.mx.cloudflare.net.")
    );
}

#[test]
fn a_key_that_contradicts_the_founder_keeps_no_broken_record_from_being_mended() {
    let zone = format!(
        "target example.com mail=receives\nexample.com. MX 10 mx.mailhost.net.\nmail._domainkey.example.com. {KEY}\nexample.com. TXT \"v=spf1 ip4:9.9.9.9 include: _spf.mailhost.net -all\"\n_spf.mailhost.net. TXT \"v=spf1 ip4:9.9.9.8 -all\""
    );
    let lines = offered("spf-record", &zone);
    let better = "example.com. TXT \"v=spf1 ip4:9.9.9.9 include:_spf.mailhost.net -all\"";
    assert_eq!(lines.first(), Some(&format!("Replace the record with this one: {better}")));
    let said = run(&["spf-record"], &zone).detail("spf-record");
    assert!(said.contains("You said example.com sends no mail, but"), "{said}");
}

/// What one card mends, another one would throw away.
#[test]
fn every_card_about_the_mail_servers_of_a_domain_without_mail_ends_in_the_same_null_mx() {
    for server in ["gone.mailhost.net.", "route1.mx.cloudflare.net.example.com.", "web.example.com."] {
        let zone = format!(
            "target example.com mail=neither\nexample.com. MX 10 {server}\nweb.example.com. A 76.76.21.21\nexample.com. TXT \"v=spf1 -all\""
        );
        let records = |check: &str| -> Vec<String> {
            offered(check, &zone).into_iter().filter(|line| line.contains(" MX ")).collect()
        };
        let expected = [
            format!("Remove this DNS record: example.com. MX 10 {server}"),
            "Add this DNS record: example.com. MX 0 .".to_owned(),
        ];
        assert_eq!(records("mx"), expected);
        assert_eq!(records("non-sending"), expected);
    }
}

/// Most services for apps use a subdomain for bounces: without one that is known, nobody can say that the domain needs SPF.
#[test]
fn a_missing_spf_record_blocks_only_where_bounces_come_to_the_domain() {
    for (zone, spf) in [
        ("target example.com mail=sends\nexample.com. A 76.76.21.21", "missing"),
        ("target example.com mail=both\nexample.com. A 76.76.21.21", "missing-for-sender"),
        ("target example.com mail=sends\nexample.com. MX 10 mx.mailhost.net.", "missing-for-sender"),
    ] {
        assert_eq!(run(&["spf-record"], zone).code("spf-record"), spf, "{zone}");
    }
}

/// Two words that nobody can read are no reason for a record without the services that are known.
#[test]
fn beside_a_word_that_cannot_be_read_the_known_senders_are_in_the_record() {
    for (record, rest) in [
        ("v=spf1 include:x-all", "v=spf1 include:_spf.google.com -all"),
        ("v=spf1 mx:all ip4:9.9.9.9 ~all", "v=spf1 ip4:9.9.9.9 include:_spf.google.com ~all"),
        ("v=spf1 include:spf.google.com ~all", "v=spf1 include:_spf.google.com ~all"),
    ] {
        let zone = format!(
            "target example.com mail=both\nexample.com. MX 1 smtp.google.com.\n_spf.google.com. TXT \"v=spf1 ip4:74.125.0.0/16 ~all\"\nexample.com. TXT \"{record}\""
        );
        let lines: Vec<String> =
            ["spf-record", "spf-lookups"].iter().flat_map(|check| offered(check, &zone)).collect();
        assert!(lines.iter().any(|line| line.contains(rest)), "{record}: {lines:#?}");
    }
}
