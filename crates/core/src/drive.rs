//! The one driver behind every host.
//!
//! [`Scan`] is the machine: which check runs when, what is asked next, what is cut off. It does no I/O and knows no
//! clock. [`run`] turns it with a [`Host`]; [`Scan::settle`] turns it with a function, one round after the other,
//! for replays and tests.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::answer::{Answer, Cause, Failure};
use crate::check::{Check, Finding, Gap, Impact, Stop};
use crate::evidence::Evidence;
use crate::probe::Probe;
use crate::target::Target;

/// What bounds a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Probes that may wait for their answer to begin at once. The edge allows six connections and lets a seventh
    /// queue with its timers running, so nothing is started before there is a place.
    pub width: usize,
    /// External subrequests; the free plan allows fifty in one invocation, of which two are kept back.
    pub budget: u32,
    /// Wall time for the whole scan.
    pub deadline: Duration,
}

impl Limits {
    /// The bounds for a scan of `target`.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        if target.deep { Self::deep() } else { Self::default() }
    }

    /// The bounds of a deep scan: only where the host's plan allows more subrequests.
    #[must_use]
    pub fn deep() -> Self {
        Self { budget: 150, deadline: Duration::from_secs(45), ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { width: 6, budget: 48, deadline: Duration::from_secs(20) }
    }
}

/// What happened while a scan went on.
#[derive(Debug, Clone)]
pub enum Event {
    /// A probe has been started.
    Asked(Probe),
    /// A probe has been answered or cut off.
    Answered {
        /// Which.
        probe: Probe,
        /// Answers so far.
        answered: u32,
        /// Probes known to be wanted so far, answered ones included.
        known: u32,
    },
    /// A check has come to its finding; it will not change.
    Settled {
        /// Which.
        check: &'static Check,
        /// What it came to.
        finding: Finding,
    },
}

/// A scan on its way: checks, what they wait for, what is asked next.
#[derive(Debug)]
pub struct Scan {
    target: Target,
    limits: Limits,
    evidence: Evidence,
    checks: Vec<(&'static Check, Option<Finding>)>,
    /// Probes that nobody has answered yet.
    open: Vec<(Probe, Wanted)>,
    events: VecDeque<Event>,
    waiting: usize,
    asked: u32,
    known: u32,
    rounds: u32,
}

/// Subrequests that are kept back for the must-haves while one of them has not settled: as many as those of a healthy
/// domain still want when everything else that is known at first has been asked.
const RESERVED: u32 = 16;

/// Times that something is asked again before anything else. Each waits for the one before, so a scan takes as long as its
/// longest row of these; with the first answer they are the three that a median takes. Further ones wait like everything else.
const EARLY_REPEATS: u8 = 2;

/// A probe without an answer.
#[derive(Debug)]
struct Wanted {
    /// Indices of the checks that asked for it.
    by: Vec<usize>,
    /// The impact of the most telling of them: what is asked first when not everything can be.
    impact: Impact,
    /// One more than the round of the answer that led to it.
    round: u32,
    /// Order of asking.
    sequence: u32,
    started: bool,
}

impl Wanted {
    /// Whether it takes its place before what was known earlier, because a long row of others waits for it: the first visit to
    /// the site that a must-have makes, and what times it again.
    fn begins_a_row(&self, probe: &Probe) -> bool {
        let Probe::Http(request) = probe else { return false };
        (1..=EARLY_REPEATS).contains(&request.repeat) || self.impact == Impact::Critical && self.round == 2
    }
}

/// Whether the answer, and what is asked because of it, takes longer than another record: everything that a web server says, and
/// the record behind which the policy of MTA-STS is, with the addresses of the server that has it (RFC 8461 section 3.3).
fn takes_long(probe: &Probe) -> bool {
    match probe {
        Probe::Dns(question) => matches!(question.name.split('.').next(), Some("_mta-sts" | "mta-sts")),
        Probe::Http(_) | Probe::Tls(_) => true,
    }
}

impl Scan {
    /// A scan of `target` by `checks`. Every check has run once when this returns.
    #[must_use]
    pub fn new(target: Target, checks: &[&'static Check], limits: Limits) -> Self {
        let mut scan = Self {
            target,
            limits,
            evidence: Evidence::default(),
            checks: checks.iter().map(|check| (*check, None)).collect(),
            open: Vec::new(),
            events: VecDeque::new(),
            waiting: 0,
            asked: 0,
            known: 0,
            rounds: 0,
        };
        for index in 0..scan.checks.len() {
            scan.wake(index, 1);
        }
        scan
    }

    /// The next probe to start, if there is a place for it: the one that the most telling check waits for. The
    /// caller answers it with [`answered`](Self::answered), and gives its place back with
    /// [`place_free`](Self::place_free) as soon as the answer begins to come.
    pub fn next_probe(&mut self) -> Option<Probe> {
        while self.waiting < self.limits.width {
            // A must-have that has not settled waits for an answer, and may want more when it has come.
            let reserved = self.asked + RESERVED >= self.limits.budget
                && self.checks.iter().any(|(c, f)| c.impact == Impact::Critical && f.is_none());
            let stays_back = |wanted: &Wanted| reserved && wanted.impact != Impact::Critical;
            // While all that is known can be asked, the order is about time alone.
            let all_fits = self.known <= self.limits.budget;
            let next = self.open.iter_mut().filter(|(_, wanted)| !(wanted.started || stays_back(wanted)));
            let (probe, wanted) = next.min_by_key(|(probe, wanted)| {
                let later = !(all_fits && takes_long(probe));
                (!wanted.begins_a_row(probe), wanted.impact, later, wanted.round, wanted.sequence)
            })?;
            if self.asked >= self.limits.budget {
                let probe = probe.clone();
                self.settle_probe(&probe, Answer::Failed(Failure::new(Cause::Budget)));
                continue;
            }
            let probe = probe.clone();
            wanted.started = true;
            self.waiting += 1;
            self.asked += 1;
            self.events.push_back(Event::Asked(probe.clone()));
            return Some(probe);
        }
        None
    }

    /// A started probe no longer waits for its answer to begin.
    pub fn place_free(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// The answer to a started probe. Wakes the checks that asked for it, and no others.
    pub fn answered(&mut self, probe: &Probe, answer: Answer) {
        self.settle_probe(probe, answer);
    }

    /// Cuts off everything that is still open: its answers are failures of that cause.
    pub fn cut_off(&mut self, cause: Cause) {
        while let Some(probe) = self.open.first().map(|(probe, _)| probe.clone()) {
            self.settle_probe(&probe, Answer::Failed(Failure::new(cause)));
        }
    }

    /// What happened since the last call.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether every check has come to its finding.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.open.is_empty()
    }

    /// Rounds so far: the longest row of probes of which each was asked because of an answer to the one before.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    /// Probes started so far: the external subrequests of the scan.
    #[must_use]
    pub fn asked(&self) -> u32 {
        self.asked
    }

    /// The evidence so far.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The end: the evidence, and every check with its finding, in the order of the checks. What was still open is
    /// cut off by the deadline.
    #[must_use]
    pub fn finish(mut self) -> (Target, Evidence, Vec<(&'static Check, Finding)>) {
        self.cut_off(Cause::Deadline);
        let findings =
            self.checks.into_iter().filter_map(|(check, finding)| Some((check, finding?))).collect();
        (self.target, self.evidence, findings)
    }

    /// Runs to the end with `answer` as the outside: all open probes are answered, then the next round's.
    pub fn settle(&mut self, mut answer: impl FnMut(&Probe) -> Answer) {
        while !self.is_finished() {
            let mut round = Vec::new();
            while let Some(probe) = self.next_probe() {
                self.place_free();
                round.push(probe);
            }
            for probe in round {
                let answer = answer(&probe);
                self.answered(&probe, answer);
            }
        }
    }

    fn begins_a_row(&self, probe: &Probe) -> bool {
        self.open.iter().any(|(open, wanted)| open == probe && wanted.begins_a_row(probe))
    }

    fn settle_probe(&mut self, probe: &Probe, answer: Answer) {
        let Some(at) = self.open.iter().position(|(open, _)| open == probe) else { return };
        let (_, wanted) = self.open.remove(at);
        self.evidence.insert(probe.clone(), answer);
        let answered = u32::try_from(self.evidence.len()).unwrap_or(u32::MAX);
        self.events.push_back(Event::Answered { probe: probe.clone(), answered, known: self.known });
        for index in wanted.by {
            self.wake(index, wanted.round + 1);
        }
    }

    /// Runs a check that has not settled; what it wishes for belongs to `round`.
    fn wake(&mut self, index: usize, round: u32) {
        let Some((check, finding @ None)) = self.checks.get_mut(index) else { return };
        let check = *check;
        let stopped = (check.run)(&self.target, &self.evidence);
        let wishes = self.evidence.take_wishes();
        let settled = match stopped {
            Ok(found) => found,
            Err(Stop::NotMeasured(gap)) => Finding::not_measured(&gap),
            Err(Stop::Pending) if wishes.is_empty() => Finding::not_measured(&Gap {
                asked: format!("the check {}", check.id),
                failure: Failure::new(Cause::Malformed).detailed("waits for nothing"),
            }),
            Err(Stop::Pending) => {
                for probe in wishes {
                    self.want(probe, index, check.impact, round);
                }
                return;
            }
        };
        *finding = Some(settled.clone());
        self.events.push_back(Event::Settled { check, finding: settled });
    }

    fn want(&mut self, probe: Probe, by: usize, impact: Impact, round: u32) {
        let sequence = self.known;
        let at = self.open.iter().position(|(open, _)| *open == probe).unwrap_or_else(|| {
            self.known += 1;
            let wanted = Wanted { by: Vec::new(), impact, round, sequence, started: false };
            self.open.push((probe, wanted));
            self.open.len() - 1
        });
        let Some((_, wanted)) = self.open.get_mut(at) else { return };
        wanted.impact = wanted.impact.min(impact);
        if !wanted.by.contains(&by) {
            wanted.by.push(by);
        }
        self.rounds = self.rounds.max(wanted.round);
    }
}

/// Whatever can answer a probe. It has no opinion about launch readiness, and it starts its clock for a probe when
/// it is asked, which is when the probe has a place.
pub trait Host {
    /// Starts the probe. The future resolves when the answer begins to come (an HTTP reply's headers) or is there.
    fn ask(&self, probe: &Probe) -> impl Future<Output = Begun>;

    /// Resolves after `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;
}

/// An answer that has begun to come.
pub enum Begun {
    /// It is all there.
    Done(Answer),
    /// The body is still being read, which takes no place.
    Reading(Pin<Box<dyn Future<Output = Answer>>>),
}

/// Runs `scan` to its end on `host`, telling `on_event` what happens while it does. Ends at the deadline at the
/// latest. Where `on_event` answers `false` nobody listens any more: the scan stops and what is open is cut off.
pub async fn run<H: Host>(scan: &mut Scan, host: &H, mut on_event: impl FnMut(Event) -> bool) {
    let mut waiting = FuturesUnordered::new();
    let mut reading = FuturesUnordered::new();
    let mut deadline = pin!(host.sleep(scan.limits.deadline));
    loop {
        while let Some(probe) = scan.next_probe() {
            waiting.push(async move {
                let begun = host.ask(&probe).await;
                (probe, begun)
            });
        }
        while let Some(event) = scan.next_event() {
            if !on_event(event) {
                scan.cut_off(Cause::Deadline);
                return;
            }
        }
        if scan.is_finished() {
            return;
        }
        // Both queues are polled together; an empty one never resolves.
        let step = async {
            let begun = async {
                if waiting.is_empty() { std::future::pending().await } else { waiting.next().await }
            };
            let read = async {
                if reading.is_empty() { std::future::pending().await } else { reading.next().await }
            };
            match select(pin!(begun), pin!(read)).await {
                Either::Left((begun, _)) => (begun, None),
                Either::Right((read, _)) => (None, read),
            }
        };
        let stepped = match select(pin!(step), deadline.as_mut()).await {
            Either::Left((stepped, _)) => Some(stepped),
            Either::Right(_) => None,
        };
        match stepped {
            Some((Some((probe, begun)), _)) => {
                // What comes next in a row gets the place of the one before, which is known only when that has been read.
                let keeps_place = matches!(begun, Begun::Reading(_)) && scan.begins_a_row(&probe);
                if !keeps_place {
                    scan.place_free();
                }
                match begun {
                    Begun::Done(answer) => scan.answered(&probe, answer),
                    Begun::Reading(body) => reading.push(async move { (probe, keeps_place, body.await) }),
                }
            }
            Some((None, Some((probe, kept_place, answer)))) => {
                if kept_place {
                    scan.place_free();
                }
                scan.answered(&probe, answer);
            }
            Some((None, None)) => return,
            None => scan.cut_off(Cause::Deadline),
        }
    }
}
