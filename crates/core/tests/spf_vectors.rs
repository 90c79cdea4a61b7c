//! `check_host()` clause by clause: the vectors of `fixtures/spf_vectors.txt`, and what the function promises about
//! asking.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use std::net::IpAddr;
use std::time::Duration;

use launch_ready_core::answers::Stop;
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::dns::RecordType;
use launch_ready_core::email::spf::evaluate::{Evaluation, Session, SpfResult, check_host};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::probe::Probe;
use table::Table;

fn session<'s>(ip: &str, mail_from: &'s str, helo: &'s str) -> Session<'s> {
    let ip: IpAddr = ip.parse().expect("an address");
    Session { timestamp: 1_764_000_000, default_explanation: "default", ..Session::new(ip, mail_from, helo) }
}

/// The evaluation, how many rounds of questions it took, and how many questions.
fn evaluate(table: &Table, session: &Session<'_>) -> (Evaluation, usize, usize) {
    let mut rounds = 0;
    let mut asked = 0;
    let outcome = check(session, |probes| {
        rounds += 1;
        asked += probes.len();
        probes.iter().map(|probe| table.answer(probe)).collect()
    });
    (outcome.unwrap_or_else(|stop| panic!("{stop:?}")), rounds, asked)
}

/// Runs the function to its end; `answer` answers the questions of one round.
fn check(session: &Session<'_>, mut answer: impl FnMut(&[Probe]) -> Vec<Answer>) -> Result<Evaluation, Stop> {
    let mut evidence = Evidence::default();
    loop {
        match check_host(&evidence, session) {
            Err(Stop::Pending) => {}
            done => return done,
        }
        let wishes = evidence.take_pending();
        assert!(!wishes.is_empty(), "waits for nothing");
        let answers = answer(&wishes);
        for (probe, answer) in wishes.into_iter().zip(answers) {
            evidence.insert(probe, answer);
        }
    }
}

/// A question of the vectors, and what it promises.
struct Vector {
    title: &'static str,
    line: &'static str,
    table: Table,
    session: Session<'static>,
    promise: &'static str,
}

fn vectors() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for block in include_str!("fixtures/spf_vectors.txt").split("\n== ").skip(1) {
        let (title, lines) = block.split_once('\n').expect("a title");
        let (asks, zone): (Vec<&str>, Vec<&str>) = lines.lines().partition(|line| line.starts_with("ask "));
        let table = Table::parse(&zone.join("\n")).unwrap_or_else(|problem| panic!("{title}: {problem}"));
        for line in asks {
            let (words, promise) = line.split_once(" => ").expect("a promise");
            let words: Vec<&str> = words.split(' ').collect();
            let [_, ip, from, helo] = words.as_slice() else { panic!("{line}") };
            let session = session(ip, if *from == "-" { "" } else { from }, helo);
            vectors.push(Vector { title, line, table: table.clone(), session, promise });
        }
    }
    vectors
}

#[test]
fn every_vector_gives_what_it_promises() {
    let mut wrong = Vec::new();
    let vectors = vectors();
    for Vector { title, line, table, session, promise } in &vectors {
        let (evaluation, ..) = evaluate(table, session);
        let is_explained = evaluation.explanation.is_some();
        assert_eq!(is_explained, evaluation.result == SpfResult::Fail, "{title}: {line}: {evaluation:#?}");
        let mut got = evaluation.result.to_string();
        if promise.contains('/') {
            got = format!("{got} {}/{}", evaluation.lookups, evaluation.voids);
        }
        if let Some(explanation) = evaluation.explanation.as_ref().filter(|_| promise.contains('"')) {
            got = format!("{got} \"{}\"", explanation.text);
        }
        if got != *promise {
            wrong.push(format!("{title}\n    {line}\n    got {got}: {}", evaluation.reason));
        }
    }
    assert!(vectors.len() > 130, "{} vectors were read", vectors.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a receiver is to give an evaluation at least before it says `temperror`.
/// [RFC 7208, 4.6.4](https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4)
const RECEIVERS_TIME: Duration = Duration::from_secs(20);

#[test]
fn a_scan_has_no_less_time_than_receivers_give_an_evaluation() {
    assert!(Limits::default().deadline >= RECEIVERS_TIME && Limits::deep().deadline >= RECEIVERS_TIME);
}

/// Whichever answers the deadline cuts off: either they change nothing, or there is no result. A receiver whose time is up
/// says `temperror`; this time was ours, so nothing is said for it.
#[test]
fn what_the_deadline_cut_off_is_never_another_result() {
    let (mut tried, mut unmeasured) = (0, 0);
    for Vector { title, line, table, session, .. } in vectors() {
        let (whole, _, questions) = evaluate(&table, &session);
        for cut in 0..questions {
            for is_rest in [false, true] {
                let mut asked = 0;
                let outcome = check(&session, |probes| {
                    let answer = |probe| {
                        asked += 1;
                        let is_cut = if is_rest { asked > cut } else { asked == cut + 1 };
                        if is_cut {
                            Answer::Failed(Failure::new(Cause::Deadline))
                        } else {
                            table.answer(probe)
                        }
                    };
                    probes.iter().map(answer).collect()
                });
                tried += 1;
                match outcome {
                    Ok(evaluation) => assert_eq!(
                        (evaluation.result, evaluation.lookups, evaluation.voids),
                        (whole.result, whole.lookups, whole.voids),
                        "{title}: {line}: without answer {cut}{}",
                        if is_rest { " and all behind it" } else { "" }
                    ),
                    Err(Stop::NotMeasured(gap)) => {
                        assert_eq!(gap.failure.cause, Cause::Deadline, "{title}: {line}");
                        unmeasured += 1;
                    }
                    Err(Stop::Pending) => unreachable!("check() runs to the end"),
                }
            }
        }
    }
    assert!(unmeasured > 100 && unmeasured < tried, "{unmeasured} of {tried}");
}

const DEEP: &str = r#"
example.com. TXT "v=spf1 a:a.example.com mx include:one.example.com include:two.example.com ptr redirect=end.example.com"
a.example.com. A 192.0.2.1
example.com. MX 10 mx.example.com.
mx.example.com. A 192.0.2.2
one.example.com. TXT "v=spf1 a:b.example.com include:three.example.com ?all"
two.example.com. TXT "v=spf1 exists:%{ir}.list.example.com ?all"
three.example.com. TXT "v=spf1 a:c.example.com ?all"
b.example.com. A 192.0.2.3
c.example.com. A 192.0.2.4
9.2.0.192.in-addr.arpa. PTR host.example.net.
9.2.0.192.list.example.com. A 127.0.0.1
end.example.com. TXT "v=spf1 ip4:192.0.2.9 -all"
"#;

#[test]
fn questions_go_out_side_by_side_and_none_that_an_early_match_makes_needless() {
    let table = Table::parse(DEEP).expect("a zone");
    // 192.0.2.8 matches nothing, behind ten lookups in five records.
    let (evaluation, rounds, _) = evaluate(&table, &session("192.0.2.8", "a@example.com", "h"));
    assert_eq!((evaluation.result, evaluation.lookups), (SpfResult::Fail, 10));
    assert!(rounds <= 5, "{rounds} rounds: the record, its terms, theirs, theirs, and what confirms a void");
    let early = Table::parse("example.com. TXT \"v=spf1 ip4:192.0.2.9 include:a.example.com a mx -all\"");
    let (evaluation, rounds, asked) =
        evaluate(&early.expect("a zone"), &session("192.0.2.9", "a@example.com", "h"));
    assert_eq!((evaluation.result, rounds, asked), (SpfResult::Pass, 1, 1));
}

#[test]
fn what_we_did_not_ask_is_no_result_and_what_dns_did_not_answer_is_temporary() {
    for (cause, is_ours) in [
        (Cause::Budget, true),
        (Cause::Deadline, true),
        (Cause::NotRecorded, true),
        (Cause::Timeout, false),
        // What a resolver does that answers nobody says nothing about the zone.
        (Cause::Unreachable, true),
        (Cause::Malformed, true),
    ] {
        let session = session("192.0.2.1", "a@example.com", "h");
        let outcome =
            check(&session, |probes| probes.iter().map(|_| Answer::Failed(Failure::new(cause))).collect());
        match outcome {
            Ok(evaluation) => assert_eq!((evaluation.result, is_ours), (SpfResult::TempError, false)),
            Err(stop) => assert!(is_ours && matches!(stop, Stop::NotMeasured(_)), "{cause:?}: {stop:?}"),
        }
    }
}

#[test]
fn hostile_records_cannot_make_us_ask_without_end() {
    // Each record includes the next one twice; the tenth lookup is the last.
    let mut zone = String::new();
    for n in 0..30 {
        let next = n + 1;
        zone.push_str(&format!(
            "n{n}.example.com. TXT \"v=spf1 include:n{next}.example.com include:n{next}.example.com mx:n{n}.example.com -all\"\n"
        ));
    }
    let table = Table::parse(&zone).expect("a zone");
    let (evaluation, _, asked) = evaluate(&table, &session("192.0.2.1", "a@n0.example.com", "h"));
    assert_eq!(evaluation.result, SpfResult::PermError);
    // The chain alone is eleven records; asking ahead adds at most one term for each that may still count.
    assert!(asked <= 30, "{asked} questions");
}

#[test]
fn the_outline_shows_how_the_result_came_about() {
    let table = Table::parse(DEEP).expect("a zone");
    let (evaluation, ..) = evaluate(&table, &session("192.0.2.9", "a@example.com", "h"));
    assert_eq!(
        evaluation.outline(),
        "example.com: pass\n\
         ├─ a:a.example.com  no match\n\
         ├─ mx  no match\n\
         ├─ include:one.example.com  no match\n\
         │  ├─ a:b.example.com  no match\n\
         │  ├─ include:three.example.com  no match\n\
         │  │  ├─ a:c.example.com  no match\n\
         │  │  └─ ?all  match\n\
         │  └─ ?all  match\n\
         └─ include:two.example.com  match\n   \
            └─ exists:%{ir}.list.example.com  match"
    );
    assert_eq!(evaluation.reason, "“include:two.example.com” in the record of example.com matches: pass.");
}

#[test]
fn nothing_is_asked_about_what_is_no_domain() {
    for (mail_from, helo) in [("", "[192.0.2.1]"), ("a@com", "h"), ("a@b..com", "h"), ("", "JUMPIN' JUPITER")]
    {
        let (evaluation, _, asked) =
            evaluate(&table::Table::parse("").expect("empty"), &session("192.0.2.1", mail_from, helo));
        assert_eq!((evaluation.result, asked), (SpfResult::None, 0), "{mail_from} {helo}");
    }
}

#[test]
fn type_99_is_never_asked() {
    let table = Table::parse(DEEP).expect("a zone");
    let mut evidence = Evidence::default();
    while let Err(Stop::Pending) = check_host(&evidence, &session("192.0.2.8", "a@example.com", "h")) {
        for probe in evidence.take_pending() {
            let Probe::Dns(question) = &probe else { panic!("{probe}") };
            assert_ne!(question.record_type, RecordType::Other(99));
            let answer = table.answer(&probe);
            evidence.insert(probe, answer);
        }
    }
}
