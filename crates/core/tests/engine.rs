//! What the engine promises, whatever the outside does: every scan ends, the same evidence gives the same report, no
//! answer is never a pass and never a fail, and the bounds hold.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use launch_ready_core::answers::Stop;
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::checks;
use launch_ready_core::checks::check::{Area, Check, Weight};
use launch_ready_core::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use launch_ready_core::checks::finding::{Finding, Level, Outcome};
use launch_ready_core::checks::scan::{CheckEvent, CheckScan};
use launch_ready_core::dns::RecordType;
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::owner_word::Word;
use launch_ready_core::engine::probe::{Probe, Resolver};
use launch_ready_core::engine::scan::{Event, Scan};
use launch_ready_core::engine::transport::{Started, Transport};
use launch_ready_core::http::HttpRequest;
use launch_ready_core::report::recheck;
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::report::score::Decision;
use launch_ready_core::report::{Recording, Report, Run};
use launch_ready_core::target::Target;
use proptest::prelude::*;
use table::Table;

/// External subrequests of the default scan of a healthy domain, and how many of them answer every must-have.
const COMPLETE: u32 = 43;
const MUST_HAVES: u32 = 28;

/// What the checks of these tests cost; none of them is about that.
const STAKES: Consequences = Consequences::new(BusinessImpact::Downtime, Effort::Minutes, Who::DnsPanel);

fn healthy() -> Table {
    Table::parse(include_str!("fixtures/healthy.txt")).expect("the fixture can be read")
}

fn broken() -> Table {
    Table::parse(include_str!("fixtures/broken.txt")).expect("the fixture can be read")
}

/// A domain whose owner asks: for what is below it nobody's word is asked, so these tests count their own probes alone.
fn owned() -> Target {
    Target { mine: true, ..healthy().target }
}

fn ran() -> Run {
    Run { started: "2026-11-22T09:00:00Z".into(), vantage: "table".into(), took_ms: 0 }
}

fn scan(table: &Table, limits: Limits) -> CheckScan {
    Scan::new(table.target.clone(), &checks::of(&table.target), limits)
}

fn report(table: &Table) -> (Report, Recording) {
    // Enough for everything: the default budget has tests of its own.
    let mut scan = scan(table, Limits { budget: 150, ..Limits::default() });
    scan.settle(|probe| table.answer(probe));
    Report::finish(scan, ran())
}

#[test]
fn a_healthy_domain_is_ready_and_costs_what_it_costs() {
    let table = healthy();
    let mut scan = scan(&table, Limits::default());
    scan.settle(|probe| table.answer(probe));
    assert_eq!(scan.rounds(), 4, "addresses, home page, two repeats: a longer row makes every scan slower");
    assert_eq!(scan.asked(), COMPLETE, "external subrequests of the default scan");
    let (report, _) = Report::finish(scan, ran());
    assert_eq!(report.verdict.decision, Decision::Go, "{:#?}", report.risks);
    assert_eq!(report.risks, []);
    assert_eq!(report.score.map(|score| score.value), Some(100));
}

#[test]
fn a_domain_with_port_80_closed_is_ready() {
    let table = healthy();
    let mut scan = scan(&table, Limits::default());
    scan.settle(|probe| match probe {
        Probe::Http(request) if request.url.starts_with("http://") => {
            Answer::Failed(Failure::new(Cause::Unreachable))
        }
        _ => table.answer(probe),
    });
    let (report, _) = Report::finish(scan, ran());
    assert_eq!(report.verdict.decision, Decision::Go, "{:?}", report.verdict);
    let found = report.findings.iter().find(|finding| finding.check == "https-redirect").expect("it ran");
    assert_eq!(found.outcome, "https-only");
}

#[test]
fn without_a_verdict_there_is_no_score_that_could_read_like_one() {
    let table = healthy();
    for budget in [0, 5, 10, 20] {
        let mut scan = scan(&table, Limits { budget, ..Limits::default() });
        scan.settle(|probe| table.answer(probe));
        let (report, _) = Report::finish(scan, ran());
        assert_eq!(report.verdict.decision, Decision::NoVerdict, "a budget of {budget}");
        assert_eq!(report.score, None);
    }
}

/// How long a scan takes where every DNS answer takes 20 ms and every web answer 50, by a clock that jumps from answer to
/// answer; and all of that together. In milliseconds.
fn timed(table: &Table, width: usize) -> (u64, u64) {
    let mut scan = scan(table, Limits { width, ..Limits::default() });
    let (mut clock, mut total) = (0, 0);
    let mut coming: Vec<(u64, Probe)> = Vec::new();
    loop {
        while let Some(probe) = scan.next_probe() {
            let takes = if matches!(probe, Probe::Dns(_)) { 20 } else { 50 };
            total += takes;
            coming.push((clock + takes, probe));
        }
        let Some(next) = (0..coming.len()).min_by_key(|at| coming[*at].0) else { break };
        let (at, probe) = coming.remove(next);
        clock = at;
        scan.place_free();
        scan.answered(&probe, table.answer(&probe));
    }
    (clock, total)
}

#[test]
fn places_are_taken_in_an_order_that_costs_little_time() {
    let table = healthy();
    let width = Limits::default().width;
    let (longest_row, total) = timed(&table, usize::MAX);
    let floor = longest_row.max(total / width as u64);
    let (took, _) = timed(&table, width);
    println!(
        "{took} ms, floor {floor} ms: the longest row {longest_row}, all shared out {}",
        total / width as u64
    );
    assert!(took * 100 <= floor * 115, "{took} ms, at least {floor} ms");
}

#[test]
fn a_broken_domain_is_no_go_for_exactly_its_blockers() {
    let (report, _) = report(&broken());
    assert_eq!(report.verdict.decision, Decision::NoGo);
    assert_eq!(report.verdict.checks, ["https-redirect", "mx", "spf-record"]);
    assert!(report.score.is_some_and(|score| score.value <= 49));
}

#[test]
fn a_recording_replays_to_the_same_report_byte_for_byte() {
    for table in [healthy(), broken()] {
        let (report, recording) = report(&table);
        let written = serde_json::to_string(&recording).expect("a recording can be written");
        let read: Recording = serde_json::from_str(&written).expect("and read");
        let replayed = serde_json::to_string(&read.replay()).expect("a report can be written");
        assert_eq!(replayed, serde_json::to_string(&report).expect("a report can be written"));
    }
}

#[test]
fn when_nothing_answers_there_is_no_verdict_and_nothing_passes_or_fails() {
    for cause in [Cause::Timeout, Cause::Unreachable, Cause::Malformed, Cause::Challenged, Cause::Budget] {
        let mut scan = scan(&healthy(), Limits::default());
        scan.settle(|_| Answer::Failed(Failure::new(cause)));
        let (report, _) = Report::finish(scan, ran());
        assert_eq!(report.verdict.decision, Decision::NoVerdict);
        // What a person did not name is not applicable without a question.
        let (measured, not): (Vec<_>, Vec<_>) =
            report.findings.iter().partition(|finding| finding.level != Level::NotMeasured);
        assert!(
            measured.iter().all(|finding| finding.level == Level::NotApplicable),
            "{cause:?} {measured:#?}"
        );
        assert!(not.len() > measured.len());
        assert_eq!(report.score, None);
    }
}

#[test]
fn the_budget_is_spent_on_the_must_haves_first_and_what_it_cuts_says_so() {
    let table = healthy();
    for budget in 0..=COMPLETE {
        let mut scan = scan(&table, Limits { budget, ..Limits::default() });
        scan.settle(|probe| table.answer(probe));
        assert!(scan.asked() <= budget);
        let (report, _) = Report::finish(scan, ran());
        let failed: Vec<_> =
            report.findings.iter().filter(|f| matches!(f.level, Level::Fail | Level::Warn)).collect();
        assert!(failed.is_empty(), "a budget of {budget} made something up: {failed:#?}");
        // Enough for every must-have, not for everything.
        if (MUST_HAVES..COMPLETE).contains(&budget) {
            let unanswered: Vec<_> =
                report.findings.iter().filter(|f| f.level == Level::NotMeasured).map(|f| f.impact).collect();
            assert!(!unanswered.is_empty() && !unanswered.contains(&Weight::Critical), "{unanswered:?}");
        }
    }
}

/// While everything fits, what takes long begins first: then the scan is over sooner. When more is wanted than can be asked,
/// what was known first goes first, so that what is cut does not hang on what kind of answer it is.
#[test]
fn what_takes_long_begins_first_while_everything_fits() {
    static DONE: Outcome = Outcome::pass("done", "done");
    static IMPORTANT: Check = Check {
        id: "important",
        area: Area::Domain,
        impact: Weight::Important,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, evidence| {
            evidence.leads_on("_mta-sts.one.example.com");
            let asked = [
                evidence.ask(Probe::dns("one.example.com", RecordType::Txt)),
                evidence.ask(Probe::dns("_mta-sts.one.example.com", RecordType::Txt)),
                evidence.ask(Probe::get("https://one.example.com/")),
                evidence.ask(Probe::tls("one.example.com")),
            ];
            asked.into_iter().try_for_each(|asked| asked.map(drop)).map(|()| DONE.found())
        },
    };
    let asked_with = |budget: u32| {
        let mut scan = Scan::new(owned(), &[&IMPORTANT], Limits { budget, ..Limits::default() });
        let mut asked = Vec::new();
        scan.settle(|probe| {
            asked.push(probe.to_string());
            Answer::Failed(Failure::new(Cause::Timeout))
        });
        asked
    };
    assert_eq!(
        asked_with(4),
        [
            "TXT _mta-sts.one.example.com",
            "GET https://one.example.com/",
            "TLS one.example.com",
            "TXT one.example.com"
        ]
    );
    assert_eq!(
        asked_with(3),
        ["TXT one.example.com", "TXT _mta-sts.one.example.com", "GET https://one.example.com/"]
    );
}

/// What is asked again row upon row takes the longest, so it does not wait for what was known earlier: twice. After that it
/// does, and is what is left out.
#[test]
fn what_is_timed_again_goes_first_twice_and_then_waits_its_turn() {
    static DONE: Outcome = Outcome::pass("done", "done");
    static TIMED: Check = Check {
        id: "timed",
        area: Area::Performance,
        impact: Weight::Important,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, evidence| {
            for repeat in 0..5 {
                let request = HttpRequest { repeat, ..HttpRequest::get("https://timed.example.com/") };
                evidence.ask(Probe::Http(request))?;
            }
            Ok(DONE.found())
        },
    };
    static MUST: Check = Check {
        id: "must-have",
        area: Area::Domain,
        impact: Weight::Critical,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, evidence| {
            let asked: Vec<_> = (0..20)
                .map(|i| evidence.ask(Probe::get(&format!("https://must-{i}.example.com/"))))
                .collect();
            asked.into_iter().try_for_each(|asked| asked.map(drop)).map(|()| DONE.found())
        },
    };
    let asked_with = |budget: u32| {
        let limits = Limits { budget, ..Limits::default() };
        let mut scan = Scan::new(owned(), &[&MUST, &TIMED], limits);
        // One after the other: what is asked is what the engine wants most at that moment.
        let mut asked = Vec::new();
        // What a must-have may want is kept back, so the first request is answered by hand.
        scan.answered(
            &Probe::get("https://timed.example.com/"),
            Answer::Failed(Failure::new(Cause::Timeout)),
        );
        while let Some(probe) = scan.next_probe() {
            scan.place_free();
            if let Probe::Http(request) = &probe {
                asked.push(if request.repeat > 0 {
                    format!("again {}", request.repeat)
                } else {
                    "must".to_owned()
                });
            }
            scan.answered(&probe, Answer::Failed(Failure::new(Cause::Timeout)));
        }
        asked
    };
    let all = asked_with(48);
    assert_eq!(all[..3], ["again 1", "again 2", "must"]);
    assert_eq!(all[20..], ["must", "must", "again 3", "again 4"]);
    assert_eq!(asked_with(22).last().map(String::as_str), Some("must"), "the later ones are left out first");
}

/// What the budget leaves out first, as ARCHITECTURE.md writes it down: of what is known, what matters least and was known
/// last. For must-haves more is kept back that they may want later, for what is important a little, and for good practice nothing.
#[test]
fn what_is_left_out_first_is_what_matters_least_and_was_known_last() {
    fn asks(evidence: &launch_ready_core::engine::evidence::Evidence, name: &str, n: u8) -> Result<(), Stop> {
        let first: Vec<_> =
            (0..n).map(|i| evidence.ask(Probe::get(&format!("https://{name}-{i}.example.com/")))).collect();
        first.into_iter().try_for_each(|asked| asked.map(drop))?;
        // A second round, known only when the first has been answered.
        let then: Vec<_> = (0..n)
            .map(|i| evidence.ask(Probe::get(&format!("https://{name}-then-{i}.example.com/"))))
            .collect();
        then.into_iter().try_for_each(|asked| asked.map(drop))
    }
    static DONE: Outcome = Outcome::pass("done", "done");
    // Listed in the wrong order on purpose: where a check stands does not matter before what it means.
    static GOOD: Check = Check {
        id: "good-practice",
        area: Area::Domain,
        impact: Weight::Minor,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, evidence| asks(evidence, "good", 6).map(|()| DONE.found()),
    };
    static IMPORTANT: Check = Check {
        id: "important",
        area: Area::Domain,
        impact: Weight::Important,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, evidence| asks(evidence, "important", 6).map(|()| DONE.found()),
    };
    static MUST: Check = Check {
        id: "must-have",
        area: Area::Domain,
        impact: Weight::Critical,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, evidence| asks(evidence, "must", 6).map(|()| DONE.found()),
    };
    let asked_with = |budget: u32| {
        let limits = Limits { budget, ..Limits::default() };
        let mut scan = Scan::new(owned(), &[&GOOD, &IMPORTANT, &MUST], limits);
        let mut asked: Vec<String> = Vec::new();
        scan.settle(|probe| {
            asked.push(probe.to_string().replace("GET https://", ""));
            Answer::Failed(Failure::new(Cause::Timeout))
        });
        asked
    };
    let kinds = |budget: u32| {
        let asked = asked_with(budget);
        let count = |name: &str| asked.iter().filter(|asked| asked.starts_with(name)).count();
        [
            count("must-"),
            count("important-") - count("important-then-"),
            count("important-then-"),
            count("good-") - count("good-then-"),
            count("good-then-"),
        ]
    };
    assert_eq!(kinds(36), [12, 6, 6, 6, 6], "enough for everything");
    assert_eq!(kinds(33), [12, 6, 6, 6, 3], "first goes what good practice wants in a later round");
    assert_eq!(kinds(28), [12, 6, 6, 4, 0], "then the rest of what good practice wants");
    assert_eq!(kinds(22), [12, 6, 4, 0, 0], "four were kept back for what is important and known late");
    assert_eq!(kinds(14), [12, 2, 0, 0, 0], "then what is important");
    assert_eq!(kinds(10), [10, 0, 0, 0, 0], "a must-have last of all");
}

/// A deep scan has more to spend, and spends it in the same order.
#[test]
fn a_deep_scan_has_150_subrequests_and_leaves_out_the_same_first() {
    fn asks(evidence: &launch_ready_core::engine::evidence::Evidence, name: &str) -> Result<Finding, Stop> {
        for round in ["now", "then"] {
            let asked: Vec<_> = (0..30)
                .map(|n| evidence.ask(Probe::get(&format!("https://{name}-{round}-{n}.example.com/"))))
                .collect();
            asked.into_iter().try_for_each(|asked| asked.map(drop))?;
        }
        Ok(DONE.found())
    }
    static DONE: Outcome = Outcome::pass("done", "done");
    static GOOD: Check = Check {
        id: "good-practice",
        area: Area::Domain,
        impact: Weight::Minor,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, evidence| asks(evidence, "good"),
    };
    static IMPORTANT: Check =
        Check { id: "important", impact: Weight::Important, run: |_, e| asks(e, "important"), ..GOOD_COPY };
    static MUST: Check =
        Check { id: "must-have", impact: Weight::Critical, run: |_, e| asks(e, "must"), ..GOOD_COPY };
    const GOOD_COPY: Check = Check {
        id: "",
        area: Area::Domain,
        impact: Weight::Minor,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, _| Err(Stop::Pending),
    };
    let mut target = owned();
    let asked = |target: &Target| {
        let mut scan = Scan::new(target.clone(), &[&GOOD, &IMPORTANT, &MUST], Limits::of(target));
        let mut asked: Vec<String> = Vec::new();
        scan.settle(|probe| {
            asked.push(probe.to_string());
            Answer::Failed(Failure::new(Cause::Timeout))
        });
        ["must", "important", "good-now", "good-then"]
            .map(|kind| asked.iter().filter(|asked| asked.contains(kind)).count())
    };
    assert_eq!(asked(&target).iter().sum::<usize>(), 48);
    target.deep = true;
    assert_eq!(asked(&target), [60, 60, 30, 0]);
}

#[test]
fn duplicates_are_asked_once_and_only_those_who_asked_are_woken() {
    static RUNS: std::sync::Mutex<Vec<&str>> = std::sync::Mutex::new(Vec::new());
    static DONE: Outcome = Outcome::pass("done", "done");
    fn asks(
        name: &'static str,
        evidence: &launch_ready_core::engine::evidence::Evidence,
        url: &str,
    ) -> Result<(), Stop> {
        RUNS.lock().expect("one thread").push(name);
        evidence.ask(Probe::get(url)).map(drop)
    }
    static FIRST: Check = Check {
        id: "first",
        area: Area::Domain,
        impact: Weight::Minor,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, evidence| asks("first", evidence, "https://a.example.com/").map(|()| DONE.found()),
    };
    static SECOND: Check = Check {
        id: "second",
        run: |_, e| asks("second", e, "https://b.example.com/").map(|()| DONE.found()),
        ..FIRST_COPY
    };
    static THIRD: Check = Check {
        id: "third",
        run: |_, e| asks("third", e, "https://b.example.com/").map(|()| DONE.found()),
        ..FIRST_COPY
    };
    const FIRST_COPY: Check = Check {
        id: "",
        area: Area::Domain,
        impact: Weight::Minor,
        stakes: STAKES,
        outcomes: &[&DONE],
        run: |_, _| Err(Stop::Pending),
    };

    let mut scan = Scan::new(owned(), &[&FIRST, &SECOND, &THIRD], Limits::default());
    let mut asked = Vec::new();
    scan.settle(|probe| {
        asked.push(probe.to_string());
        Answer::Failed(Failure::new(Cause::Timeout))
    });
    assert_eq!(asked, ["GET https://a.example.com/", "GET https://b.example.com/"]);
    assert_eq!(*RUNS.lock().expect("one thread"), ["first", "second", "third", "first", "second", "third"]);
}

#[test]
fn a_check_that_waits_for_nothing_is_not_measured_instead_of_hanging() {
    static STUCK: Check = Check {
        id: "stuck",
        area: Area::Domain,
        impact: Weight::Minor,
        stakes: STAKES,
        outcomes: &[],
        run: |_, _| Err(Stop::Pending),
    };
    let scan = Scan::new(owned(), &[&STUCK], Limits::default());
    assert!(scan.is_finished());
    assert_eq!(scan.finish().2[0].1.outcome.level, Level::NotMeasured);
}

//------------ The asynchronous loop, with a clock of our own ------------------

/// A host with a clock that moves only when nothing else can: each probe takes as long as it is told, and a body as
/// long again.
struct Clockwork {
    table: Table,
    now: Rc<Cell<u64>>,
    sleepers: Rc<RefCell<BTreeSet<u64>>>,
    delay: Box<dyn Fn(&Probe) -> u64>,
    body: u64,
    waiting: Cell<usize>,
    peak: Cell<usize>,
}

impl Clockwork {
    fn new(table: Table, delay: impl Fn(&Probe) -> u64 + 'static, body: u64) -> Self {
        Self {
            table,
            now: Rc::default(),
            sleepers: Rc::default(),
            delay: Box::new(delay),
            body,
            waiting: Cell::new(0),
            peak: Cell::new(0),
        }
    }

    fn until(&self, at: u64) -> impl Future<Output = ()> + 'static {
        let (now, sleepers) = (Rc::clone(&self.now), Rc::clone(&self.sleepers));
        std::future::poll_fn(move |_| {
            if now.get() >= at {
                return Poll::Ready(());
            }
            sleepers.borrow_mut().insert(at);
            Poll::Pending
        })
    }

    /// Runs a future to its end, moving the clock on whenever everything waits for it.
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..100_000 {
            self.sleepers.borrow_mut().clear();
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            let next = self.sleepers.borrow().first().copied().expect("somebody waits for the clock");
            self.now.set(next);
        }
        panic!("the scan does not end");
    }
}

impl Transport for Clockwork {
    async fn ask(&self, probe: &Probe) -> Started {
        self.waiting.set(self.waiting.get() + 1);
        self.peak.set(self.peak.get().max(self.waiting.get()));
        self.until(self.now.get() + (self.delay)(probe)).await;
        self.waiting.set(self.waiting.get() - 1);
        let answer = self.table.answer(probe);
        if self.body == 0 || matches!(probe, Probe::Dns(_)) {
            return Started::Done(answer);
        }
        let read = self.until(self.now.get() + self.body);
        let body: Pin<Box<dyn Future<Output = Answer>>> = Box::pin(async move {
            read.await;
            answer
        });
        Started::Reading(body)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        self.until(self.now.get() + u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }
}

// FuturesUnordered polls a future again only when it was woken, and this clock wakes nobody: the loop is driven by
// wakers in the hosts. Here every poll of the loop polls everything, which the following wrapper takes care of.
struct Eager<'h>(&'h Clockwork);

impl Transport for Eager<'_> {
    fn ask(&self, probe: &Probe) -> impl Future<Output = Started> {
        let mut asked = Box::pin(self.0.ask_owned(probe.clone()));
        std::future::poll_fn(move |context| {
            let polled = asked.as_mut().poll(context);
            if polled.is_pending() {
                WAKERS.with_borrow_mut(|wakers| wakers.push(context.waker().clone()));
            }
            polled.map(|begun| match begun {
                Started::Done(answer) => Started::Done(answer),
                Started::Reading(mut body) => {
                    Started::Reading(Box::pin(std::future::poll_fn(move |context| {
                        let polled = body.as_mut().poll(context);
                        if polled.is_pending() {
                            WAKERS.with_borrow_mut(|wakers| wakers.push(context.waker().clone()));
                        }
                        polled
                    })))
                }
            })
        })
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        self.0.sleep(duration)
    }
}

impl Clockwork {
    async fn ask_owned(&self, probe: Probe) -> Started {
        self.ask(&probe).await
    }

    fn run(&self, scan: &mut CheckScan, mut on_event: impl FnMut(CheckEvent) -> bool) {
        let host = Eager(self);
        let driven = async {
            let mut running =
                std::pin::pin!(launch_ready_core::engine::transport::run(scan, &host, &mut on_event));
            std::future::poll_fn(|context| {
                WAKERS.with_borrow_mut(|wakers| wakers.drain(..).for_each(Waker::wake));
                running.as_mut().poll(context)
            })
            .await;
        };
        self.block_on(driven);
    }
}

thread_local! {
    static WAKERS: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
}

#[test]
fn no_more_than_six_wait_at_once_and_a_body_being_read_takes_no_place() {
    let host = Clockwork::new(healthy(), |_| 50, 10_000);
    let mut scan = scan(&healthy(), Limits::default());
    host.run(&mut scan, |_| true);
    assert_eq!(host.peak.get(), 6);
    // Some forty probes, six at a time, with a body of ten seconds each would take minutes if bodies held places.
    let (report, _) = Report::finish(scan, ran());
    assert!(report.coverage.answered >= 6, "{:?}", report.coverage);
}

/// The longest row of a healthy scan is an address, the home page, and the home page two times more. Nothing in it waits for a
/// place, not even for one that is given away while a body is being read.
#[test]
fn the_home_page_is_timed_without_waiting_for_anything_else() {
    const DNS: u64 = 20;
    const HEADERS: u64 = 50;
    const BODY: u64 = 2;
    let price = |probe: &Probe| if matches!(probe, Probe::Dns(_)) { DNS } else { HEADERS };
    let host = Clockwork::new(healthy(), price, BODY);
    let mut scan = scan(&healthy(), Limits::default());
    let mut timed_at = None;
    host.run(&mut scan, |event| {
        if event.settled().is_some_and(|(check, _)| check.id == "home-response-time") {
            timed_at = Some(host.now.get());
        }
        true
    });
    assert_eq!(timed_at, Some(DNS + 3 * (HEADERS + BODY)));
}

#[test]
fn the_deadline_ends_the_scan_and_what_it_cut_off_is_not_measured() {
    let slow = |probe: &Probe| if probe.to_string().starts_with("GET") { 1_000_000 } else { 5 };
    let host = Clockwork::new(healthy(), slow, 0);
    let mut scan = scan(&healthy(), Limits::default());
    host.run(&mut scan, |_| true);
    assert_eq!(host.now.get(), 20_000);
    let (report, _) = Report::finish(scan, ran());
    assert_eq!(report.verdict.decision, Decision::NoVerdict);
    let hsts = report.findings.iter().find(|finding| finding.check == "hsts").expect("listed");
    assert_eq!(hsts.level, Level::NotMeasured);
    assert!(hsts.detail.contains("time was up"), "{}", hsts.detail);
}

#[test]
fn when_nobody_listens_any_more_the_scan_stops_asking() {
    let host = Clockwork::new(healthy(), |_| 50, 0);
    let mut scan = scan(&healthy(), Limits::default());
    let mut heard = 0;
    host.run(&mut scan, |_| {
        heard += 1;
        heard < 10
    });
    assert!(scan.asked() <= 10, "{}", scan.asked());
    assert!(scan.is_finished());
}

/// A scan of the healthy domain in which those resolvers fail so, and how many questions each failing one was asked.
fn without(down: &'static [Resolver], cause: Cause) -> (Report, Recording, u32) {
    let mut table = healthy();
    let is_down = |probe: &Probe| matches!(probe, Probe::Dns(question) if down.contains(&question.resolver));
    table.fail_when(move |probe| is_down(probe).then_some(cause));
    let host = Clockwork::new(table.clone(), |_| 50, 0);
    let mut scan = scan(&table, Limits::default());
    let mut asked = 0;
    host.run(&mut scan, |event| {
        asked += u32::from(matches!(event, Event::Asked(probe) if is_down(&probe)));
        true
    });
    let (report, recording) = Report::finish(scan, ran());
    (report, recording, asked)
}

#[test]
fn one_resolver_that_is_down_costs_a_few_questions_and_changes_no_verdict() {
    for down in [&[Resolver::First][..], &[Resolver::Second], &[Resolver::Third]] {
        for cause in [Cause::Unreachable, Cause::Malformed, Cause::Timeout] {
            let (report, recording, asked) = without(down, cause);
            assert_eq!(report.verdict.decision, Decision::Go, "{down:?} {cause:?}: {:?}", report.verdict);
            assert_eq!(report.risks, [], "{down:?} {cause:?}");
            // What was asked in vain may leave questions of good practice without a subrequest.
            assert!(report.coverage.unheard <= 2, "{down:?} {cause:?}: {:?}", report.coverage);
            // Those that were on their way when the third failed were sent already.
            let most = launch_ready_core::engine::scan::DOWN_AFTER - 1
                + u32::try_from(Limits::default().width).expect("six");
            assert!(asked <= most, "{down:?} {cause:?}: {asked} questions to it");
            assert_eq!(recording.replay(), report, "what was passed by stands in the recording");
        }
    }
}

#[test]
fn where_no_resolver_answers_nothing_is_said_of_the_domain_and_the_report_says_whose_fault_it_is() {
    for cause in [Cause::Unreachable, Cause::Malformed] {
        let (report, recording, _) = without(&[Resolver::First, Resolver::Second, Resolver::Third], cause);
        assert_eq!(report.verdict.decision, Decision::NoVerdict);
        assert!(report.coverage.unheard > 0, "{:?}", report.coverage);
        for finding in &report.findings {
            assert!(!matches!(finding.level, Level::Fail | Level::Warn), "{finding:#?}");
        }
        let mx = report.findings.iter().find(|finding| finding.check == "mx").expect("listed");
        assert!(mx.detail.contains("the resolvers that we ask failed"), "{}", mx.detail);
        assert_eq!(recording.replay(), report);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever order the answers come in, the report is the same.
    #[test]
    fn the_order_of_the_answers_changes_nothing(seed: u64, width in 1usize..9, body in 0u64..200) {
        for table in [healthy(), broken()] {
            let expected = report(&table).0;
            let delay = move |probe: &Probe| hash(seed, &probe.to_string()) % 300;
            let host = Clockwork::new(table.clone(), delay, body);
            // Enough for everything: what a budget cuts off depends on what was asked before.
            let mut scan = scan(&table, Limits { width, budget: 150, ..Limits::default() });
            host.run(&mut scan, |_| true);
            prop_assert!(host.peak.get() <= width);
            prop_assert_eq!(Report::finish(scan, ran()).0, expected);
        }
    }

    /// Whatever fails, cut off by whatever bound: the scan ends, replays to the same, and no failure of ours turns
    /// into a failure of the domain.
    #[test]
    fn failures_and_bounds_never_make_a_finding_up(
        seed: u64, share in 0u64..101, budget in 0u32..50, deadline in 0u64..2_000, width in 1usize..7,
    ) {
        let mut table = healthy();
        let answers = table.clone();
        table.fail_when(move |probe| (hash(seed, &probe.to_string()) % 100 < share).then_some(Cause::Timeout));
        let host = Clockwork::new(table, move |probe| hash(!seed, &probe.to_string()) % 400, 0);
        let limits = Limits { width, budget, deadline: Duration::from_millis(deadline), ..Limits::default() };
        let mut scan = scan(&answers, limits);
        host.run(&mut scan, |_| true);
        prop_assert!(scan.asked() <= budget);
        prop_assert!(host.peak.get() <= width);
        prop_assert!(host.now.get() <= deadline);
        let (report, recording) = Report::finish(scan, ran());
        for finding in &report.findings {
            prop_assert!(!matches!(finding.level, Level::Fail | Level::Warn), "{finding:#?}");
        }
        prop_assert_eq!(report.findings.len(), checks::DEFAULT.len());
        prop_assert_eq!(recording.replay(), report);
    }
}

/// A number from a seed and a text (FNV-1a), so that a failing case can be run again.
fn hash(seed: u64, text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    }) >> 7
}

#[test]
fn a_recheck_asks_what_its_check_needs_and_nothing_else() {
    let table = healthy();
    let probes = |checks: &[&'static Check]| {
        let mut scan = Scan::new(table.target.clone(), checks, Limits::default());
        let mut asked = BTreeSet::new();
        scan.settle(|probe| {
            asked.insert(probe.clone());
            table.answer(probe)
        });
        assert_eq!(scan.asked() as usize, asked.len(), "nothing is asked twice");
        (asked, Recheck::finish(scan, ran()))
    };
    let (all, _) = probes(checks::DEFAULT);
    let mut counts = Vec::new();
    for check in checks::DEFAULT {
        let (asked, recheck) = probes(&[check]);
        assert!(asked.is_subset(&all), "{} asks more alone than in a scan", check.id);
        assert_eq!(
            recheck.recheck.iter().map(|finding| finding.check.as_str()).collect::<Vec<_>>(),
            [check.id]
        );
        counts.push((check.id, asked.len()));
    }
    let count = |id: &str| counts.iter().find(|(check, _)| *check == id).map(|(_, count)| *count);
    // Exact: what one click on "check again" costs, the owner's word about every host included.
    for (id, subrequests) in [
        ("spf-record", 4),
        ("dmarc-policy", 2),
        ("mx", 3),
        ("security-headers", 4),
        ("hsts", 9),
        ("https-redirect", 10),
    ] {
        assert_eq!(count(id), Some(subrequests), "{id} of {counts:?}");
    }
}

#[test]
fn a_name_that_is_no_check_is_refused_and_named() {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let named = names(&["mx", "caa"]);
    let found = recheck::named(checks::DEFAULT, &named).expect("both are checks");
    assert_eq!(
        found.iter().map(|check| check.id).collect::<Vec<_>>(),
        ["caa", "mx"],
        "in the order of the checks"
    );
    assert_eq!(recheck::named(checks::DEFAULT, &names(&["mx", "nonsense"])).err(), Some("nonsense"));
}

#[test]
fn risks_stand_in_the_order_in_which_to_fix_them() {
    let (report, _) = report(&broken());
    let order: Vec<_> =
        report.risks.iter().map(|r| (r.rank, r.loses, std::cmp::Reverse(r.gain), r.effort)).collect();
    assert!(order.is_sorted(), "{order:?}");
    let score = report.score.expect("much was measured");
    assert!(
        score.unblocked > score.uncapped,
        "the must-fix list is worth more than the cap hides: {score:?}"
    );
    assert!(
        report.verdict.reason.starts_with("Launch example.com now, and you could lose sign-ups and email. "),
        "{}",
        report.verdict.reason
    );
    assert!(!report.verdict.reason.contains(';'), "each blocker is a sentence: {}", report.verdict.reason);
}

//------------ The owner's word ------------------------------------------------

/// Every request and handshake that a scan of `table` sends, and its end.
fn contacts(table: &Table) -> (Vec<String>, CheckScan) {
    let mut scan = scan(table, Limits { budget: 150, ..Limits::default() });
    let mut sent = Vec::new();
    scan.settle(|probe| {
        if !matches!(probe, Probe::Dns(_)) {
            sent.push(probe.to_string());
        }
        table.answer(probe)
    });
    (sent, scan)
}

/// The healthy site with lines on top.
fn healthy_with(lines: &str) -> Table {
    let text = include_str!("fixtures/healthy.txt");
    Table::parse(&format!("{text}\n{lines}")).expect("the lines can be read")
}

#[test]
fn nothing_is_sent_to_a_domain_that_opted_out_and_nothing_is_told_of_it() {
    let table = healthy_with("_launch-ready.example.com. TXT \"launch-ready=opt-out\"");
    let (sent, mut scan) = contacts(&table);
    assert_eq!(sent, Vec::<String>::new());
    assert_eq!(scan.word(), Some(&Word::OptedOut { record: "_launch-ready.example.com".into() }));
    assert!(scan.next_event().is_none());
    let (report, _) = Report::finish(scan, ran());
    let measured =
        report.findings.iter().filter(|found| matches!(found.level, Level::Pass | Level::Warn | Level::Fail));
    assert_eq!(measured.count(), 0);
}

#[test]
fn an_opt_out_covers_the_names_below_it() {
    let mut table = healthy_with("_launch-ready.example.com. TXT \"launch-ready=opt-out\"");
    table.target = Target::parse("shop.example.com").expect("a name");
    let (sent, scan) = contacts(&table);
    assert_eq!(sent, Vec::<String>::new());
    assert!(matches!(scan.word(), Some(Word::OptedOut { .. })));
}

#[test]
fn a_name_below_the_target_may_opt_out_alone() {
    let table = healthy_with("_launch-ready.www.example.com. TXT \"launch-ready=opt-out\"");
    let (sent, scan) = contacts(&table);
    assert!(sent.iter().all(|sent| !sent.contains("www.example.com")), "{sent:#?}");
    assert!(sent.iter().any(|sent| sent.contains("//example.com/")), "{sent:#?}");
    let (report, _) = Report::finish(scan, ran());
    let found = report.findings.iter().find(|found| found.check == "https-redirect").expect("it ran");
    assert_eq!(found.level, Level::NotMeasured);
    assert!(found.detail.contains("the owner has opted this host out of checks"), "{}", found.detail);
}

#[test]
fn a_redirect_leads_to_no_host_that_opted_out() {
    for (record, host) in
        [("other.net", "other.net"), ("other.net", "shop.other.net"), ("shop.other.net", "shop.other.net")]
    {
        let table = Table::parse(&format!(
            "GET https://example.com/\n301\nlocation: https://{host}/\nGET https://{host}/\n200\n\
             _launch-ready.{record}. TXT \"launch-ready=opt-out\""
        ))
        .expect("the lines can be read");
        let (sent, scan) = contacts(&table);
        assert!(sent.contains(&"GET https://example.com/".to_owned()), "{sent:#?}");
        assert!(sent.iter().all(|sent| !sent.contains(host)), "{sent:#?}");
        let (report, recording) = Report::finish(scan, ran());
        assert!(
            report.findings.iter().any(|found| found.detail.contains("the owner has opted this host out"))
        );
        assert_eq!(recording.replay(), report);
    }
}

#[test]
fn what_the_owner_says_is_asked_of_a_second_resolver_and_without_an_answer_nothing_is_sent() {
    let is_word =
        |probe: &Probe| matches!(probe, Probe::Dns(question) if question.name.starts_with("_launch-ready."));
    for second_answers in [true, false] {
        let mut table = healthy();
        table.fail_when(move |probe| {
            let Probe::Dns(question) = probe else { return None };
            (is_word(probe) && !(second_answers && question.resolver == Resolver::Second))
                .then_some(Cause::Timeout)
        });
        let (sent, scan) = contacts(&table);
        assert_eq!(!sent.is_empty(), second_answers, "{sent:#?}");
        let (report, recording) = Report::finish(scan, ran());
        assert_eq!(recording.replay(), report);
        if second_answers {
            assert_eq!(report.verdict.decision, Decision::Go);
            continue;
        }
        assert_eq!(report.verdict.decision, Decision::NoVerdict);
        let hsts = report.findings.iter().find(|found| found.check == "hsts").expect("it ran");
        assert_eq!(hsts.level, Level::NotMeasured);
        assert!(
            hsts.detail.contains("could not find out whether the owner allows checks"),
            "{}",
            hsts.detail
        );
    }
}

/// A recording from before the owner's word was asked for.
#[test]
fn a_recording_without_the_owners_word_replays_as_it_was() {
    let (report, recording) = report(&healthy());
    let mut json = serde_json::to_value(&recording).expect("a recording can be written");
    let evidence = json["evidence"].as_array_mut().expect("a list");
    let all = evidence.len();
    evidence.retain(|recorded| !recorded["probe"].to_string().contains("_launch-ready."));
    assert!(evidence.len() < all);
    let old: Recording = serde_json::from_value(json).expect("a recording can be read");
    assert_eq!(old.replay(), report);
}

#[test]
fn who_owns_the_domain_may_check_it_although_its_record_opts_out() {
    let mut table = healthy_with(
        "_launch-ready.example.com. TXT \"launch-ready=opt-out\"\n_launch-ready.www.example.com. TXT \"launch-ready=opt-out\"",
    );
    table.target.mine = true;
    let (sent, scan) = contacts(&table);
    assert!(sent.iter().any(|sent| sent.contains("//www.example.com/")), "{sent:#?}");
    assert!(scan.evidence().iter().all(|(probe, _)| !probe.to_string().contains("_launch-ready.")));
    let (report, recording) = Report::finish(scan, ran());
    assert_eq!(report.verdict.decision, Decision::Go);
    assert_eq!(recording.replay(), report);
}

/// What is wanted of a host waits for its owner, whatever is asked meanwhile, and however late that comes.
#[test]
fn no_request_begins_before_the_owners_word_is_there() {
    let slow_word = |probe: &Probe| if probe.to_string().contains("_launch-ready.") { 500 } else { 10 };
    let host = Clockwork::new(healthy(), slow_word, 0);
    let mut scan = scan(&healthy(), Limits::default());
    let mut first = None;
    host.run(&mut scan, |event| {
        if let Event::Asked(Probe::Http(_) | Probe::Tls(_)) = &event {
            first.get_or_insert(host.now.get());
        }
        true
    });
    assert!(first.is_some_and(|at| at >= 500), "{first:?}");
    let (report, _) = Report::finish(scan, ran());
    assert_eq!(report.verdict.decision, Decision::Go);
}
