//! The one driver behind every host.
//!
//! [`Scan`] is the machine: which task runs when, what is asked next, what is cut off. It does no I/O and knows no clock.
//! [`run`](super::transport::run) turns it with a transport; [`Scan::settle`] turns it with a function, one round after the
//! other, for replays and tests.
//!
//! No request is sent and no handshake begun before the owner's word about that host is known ([`crate::engine::owner_word`]): here is
//! where every probe passes, so this is where it is held back.

use std::collections::VecDeque;

use super::answer::Answer;
use super::evidence::Evidence;
use super::limits::Limits;
use super::owner_word::{self, Word};
use super::probe::{Probe, Resolver};
use super::task::{Priority, Task};
use crate::answers::{Cause, Failure, Stop, Unmeasured};
use crate::target::Target;

/// What happened while a scan went on.
#[derive(Debug, Clone)]
pub enum Event<T: Task> {
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
    /// A task has come to its end; that will not change.
    Settled {
        /// Which.
        task: T,
        /// What it came to, or what could not be had.
        outcome: Outcome<T>,
    },
}

/// What a task came to, or what could not be had.
pub type Outcome<T> = Result<<T as Task>::Output, Unmeasured>;

/// A scan on its way: tasks, what they wait for, what is asked next.
#[derive(Debug)]
pub struct Scan<T: Task> {
    target: Target,
    limits: Limits,
    /// The owner's word about the target, once it is known.
    word: Option<Word>,
    /// Whether the answers are there already, so that nobody is contacted.
    replays: bool,
    evidence: Evidence,
    tasks: Vec<(T, Option<Outcome<T>>)>,
    /// Probes that nobody has answered yet.
    open: Vec<(Probe, Queued)>,
    events: VecDeque<Event<T>>,
    /// What was heard of the resolvers, in their order.
    resolvers: [Heard; 3],
    waiting: usize,
    asked: u32,
    known: u32,
    rounds: u32,
    unheard: u32,
    /// Bytes of bodies that have come.
    body_bytes: u32,
}

/// What was heard of a resolver.
#[derive(Debug, Clone, Copy, Default)]
struct Heard {
    /// Questions that it has answered, whatever it said.
    answered: u32,
    /// Questions that it has not, since the scan began.
    failed: u32,
    /// The last questions in a row for which there was no resolver, or something that does not speak DNS.
    absent: u32,
}

impl Heard {
    fn note(&mut self, answer: &Answer) {
        match answer {
            Answer::Failed(Failure { cause, .. }) => {
                self.failed +=
                    u32::from(matches!(cause, Cause::Malformed | Cause::Timeout | Cause::Unreachable));
                self.absent =
                    if matches!(cause, Cause::Malformed | Cause::Unreachable) { self.absent + 1 } else { 0 };
            }
            _ => (self.answered, self.absent) = (self.answered + 1, 0),
        }
    }

    /// Whether it is not worth asking. One that has never answered may fail however it likes; of one that has, a question
    /// that takes too long may be the domain's doing, and does not count.
    fn is_down(self) -> bool {
        self.absent >= DOWN_AFTER || self.answered == 0 && self.failed >= DOWN_AFTER
    }
}

/// Failures after which a resolver is passed by for the rest of the scan: each question to it would cost a subrequest, and the
/// wait, before another one is asked. Half of those that wait at once.
pub const DOWN_AFTER: u32 = 3;

/// Subrequests that are kept back for checks of a weight while one of them has not settled. For the must-haves as many as those of a
/// healthy domain still want when everything else that is known at first has been asked. For important ones the two visits to a name
/// below the domain that a check may find late, each with its address: else it would hang on which answer comes first whether they are
/// made or records that are good practice are asked for instead.
const RESERVED: [(Priority, u32); 2] = [(Priority::MustHave, 16), (Priority::Important, 4)];

/// Times that something is asked again before anything else. Each waits for the one before, so a scan takes as long as its
/// longest row of these; with the first answer they are the three that a median takes. Further ones wait like everything else.
const EARLY_REPEATS: u8 = 2;

/// A probe without an answer.
#[derive(Debug)]
struct Queued {
    /// Indices of the tasks that asked for it.
    by: Vec<usize>,
    /// The highest priority of theirs: what is asked first when not everything can be.
    priority: Priority,
    /// One more than the round of the answer that led to it.
    round: u32,
    /// Order of asking.
    sequence: u32,
    started: bool,
    /// Whether it waits for the owner's word about its host.
    held: bool,
}

impl Queued {
    /// Whether it takes its place before what was known earlier, because a long row of others waits for it: the first visit to
    /// the site that a must-have makes, and what times it again.
    fn begins_a_row(&self, probe: &Probe) -> bool {
        let Probe::Http(request) = probe else { return false };
        (1..=EARLY_REPEATS).contains(&request.repeat)
            || self.priority == Priority::MustHave && self.round == 2
    }
}

impl<T: Task> Scan<T> {
    /// A scan about `target` by `tasks`. Every task has run once when this returns.
    #[must_use]
    pub fn of(target: Target, tasks: Vec<T>, limits: Limits) -> Self {
        Self::begin(target, tasks, limits, false)
    }

    /// The same where the answers are there already: nobody is contacted, so nobody's word holds anything back.
    #[must_use]
    pub fn of_recorded(target: Target, tasks: Vec<T>, limits: Limits) -> Self {
        Self::begin(target, tasks, limits, true)
    }

    fn begin(target: Target, tasks: Vec<T>, limits: Limits, replays: bool) -> Self {
        let mut scan = Self {
            limits,
            word: None,
            replays,
            evidence: Evidence::about(&target),
            target,
            tasks: tasks.into_iter().map(|task| (task, None)).collect(),
            open: Vec::new(),
            events: VecDeque::new(),
            resolvers: Default::default(),
            waiting: 0,
            asked: 0,
            known: 0,
            rounds: 0,
            unheard: 0,
            body_bytes: 0,
        };
        // First of all, so that nothing is done for a domain whose owner does not want it.
        scan.heed_owner(1);
        for index in 0..scan.tasks.len() {
            scan.wake(index, 1);
        }
        scan.heed_owners(1);
        scan
    }

    /// The next probe to start, if there is a place for it: the one on which most depends. The
    /// caller answers it with [`answered`](Self::answered), and gives its place back with
    /// [`place_free`](Self::place_free) as soon as the answer begins to come.
    pub fn next_probe(&mut self) -> Option<Probe> {
        while self.waiting < self.limits.width {
            // A task that has not settled waits for an answer, and may want more when it has come.
            let reserved_for = RESERVED.iter().find(|(priority, kept)| {
                self.asked + kept >= self.limits.budget
                    && self
                        .tasks
                        .iter()
                        .any(|(task, settled)| settled.is_none() && task.priority() == *priority)
            });
            let stays_back =
                |wanted: &Queued| reserved_for.is_some_and(|(priority, _)| wanted.priority > *priority);
            // While all that is known can be asked, the order is about time alone.
            let all_fits = self.known <= self.limits.budget;
            let ready = |wanted: &Queued| !(wanted.started || wanted.held || stays_back(wanted));
            let evidence = &self.evidence;
            let next = self.open.iter_mut().filter(|(_, wanted)| ready(wanted));
            let (probe, wanted) = next.min_by_key(|(probe, wanted)| {
                let later = !(all_fits && takes_long(evidence, probe));
                (!wanted.begins_a_row(probe), wanted.priority, later, wanted.round, wanted.sequence)
            })?;
            if self.asked >= self.limits.budget {
                let probe = probe.clone();
                self.answered(&probe, Answer::Failed(Failure::new(Cause::Budget)));
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

    /// The probe as its transport gets it: with no more of a body than the scan has room for. What is found out is kept under the probe
    /// itself.
    pub(crate) fn within_limits(&self, probe: &Probe) -> Probe {
        let mut probe = probe.clone();
        if let Probe::Http(request) = &mut probe {
            let left = self.limits.bodies.all.saturating_sub(self.body_bytes);
            request.body_limit = request.body_limit.min(self.limits.bodies.each).min(left);
        }
        probe
    }

    /// A started probe no longer waits for its answer to begin.
    pub fn place_free(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// The answer to a started probe. Wakes the tasks that asked for it, and no others.
    pub fn answered(&mut self, probe: &Probe, answer: Answer) {
        let Some(round) = self.settle_probe(probe, answer) else { return };
        self.heed_owner(round + 1);
        self.heed_owners(round + 1);
    }

    /// Cuts off everything that is still open: its answers are failures of that cause.
    pub fn cut_off(&mut self, cause: Cause) {
        while let Some(probe) = self.open.first().map(|(probe, _)| probe.clone()) {
            self.settle_probe(&probe, Answer::Failed(Failure::new(cause)));
        }
        // What the owner says was among it: from now on it is not known.
        self.heed_owner(self.rounds);
    }

    /// Answers what is still to be asked of resolvers that are down: no subrequest is spent on it. Replays do not come here,
    /// for what was passed by stands in the recording.
    pub(crate) fn pass_by(&mut self) {
        let is_down = |scan: &Self, probe: &Probe| match probe {
            Probe::Dns(question) => scan.resolvers[place(question.resolver)].is_down(),
            Probe::Http(_) | Probe::Tls(_) => false,
        };
        while let Some((probe, _)) = self.open.iter().find(|(p, wanted)| !wanted.started && is_down(self, p))
        {
            let probe = probe.clone();
            let failure = Failure::new(Cause::Unreachable).detailed("the resolver failed before");
            self.answered(&probe, Answer::Failed(failure));
        }
    }

    /// What happened since the last call. Nothing is told before it is known that the owner of the target lets it be scanned, as
    /// far as that can be known, and nothing ever where he does not.
    pub fn next_event(&mut self) -> Option<Event<T>> {
        match self.word {
            None | Some(Word::OptedOut { .. }) => None,
            Some(Word::Free | Word::Unknown { .. }) => self.events.pop_front(),
        }
    }

    /// The owner's word about the target, once it is known. After an opt-out everything that was open has been cut off.
    #[must_use]
    pub fn word(&self) -> Option<&Word> {
        self.word.as_ref()
    }

    /// Whether every task has come to its end.
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

    /// Tasks that have no answer because the resolvers failed, which is none of the domain's doing.
    #[must_use]
    pub fn unheard(&self) -> u32 {
        self.unheard
    }

    /// What bounds it.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The evidence so far.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The end: the evidence, and what every task came to, in their order. What was still open is cut off by the deadline.
    #[must_use]
    pub fn end(mut self) -> (Target, Evidence, Vec<(T, Outcome<T>)>) {
        self.cut_off(Cause::Deadline);
        let outcomes = self.tasks.into_iter().filter_map(|(task, outcome)| Some((task, outcome?))).collect();
        (self.target, self.evidence, outcomes)
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

    /// Whether what comes after the answer to `probe` takes its place.
    pub(crate) fn begins_a_row(&self, probe: &Probe) -> bool {
        self.open.iter().any(|(open, wanted)| open == probe && wanted.begins_a_row(probe))
    }

    /// Hears the owner's word about the target; what is still to be asked for it belongs to `round`. An opt-out ends the scan.
    fn heed_owner(&mut self, round: u32) {
        if self.word.is_some() {
            return;
        }
        let word = owner_word::word(&self.evidence, self.target.domain.as_str());
        for probe in self.evidence.take_pending() {
            self.want(probe, None, Priority::MustHave, round);
        }
        let Ok(word) = word else { return };
        let opted_out = matches!(word, Word::OptedOut { .. });
        self.word = Some(word);
        if opted_out && !self.replays {
            self.cut_off(Cause::OptedOut);
        }
    }

    /// Lets go of the probes for which the owner's word is there, answers those that it forbids, and asks for what is missing.
    /// What becomes known by that belongs to `round`.
    fn heed_owners(&mut self, round: u32) {
        // An answer may wake tasks that want more.
        while let Some((probe, failure)) = self.judge_held(round) {
            self.settle_probe(&probe, Answer::Failed(failure));
        }
    }

    /// The next probe that the owner of its host forbids.
    fn judge_held(&mut self, round: u32) -> Option<(Probe, Failure)> {
        let held: Vec<Probe> =
            self.open.iter().filter(|(_, wanted)| wanted.held).map(|(probe, _)| probe.clone()).collect();
        for probe in held {
            let judged = owner_word::refusal(&self.evidence, &probe);
            let questions = self.evidence.take_pending();
            let Some((_, wanted)) = self.open.iter_mut().find(|(open, _)| *open == probe) else { continue };
            let (priority, wanted_in) = (wanted.priority, wanted.round);
            match judged {
                Ok(Some(failure)) if !self.replays => return Some((probe, failure)),
                Err(_) if !self.replays => {}
                Ok(_) | Err(_) => {
                    wanted.held = false;
                    if !self.replays {
                        wanted.round = wanted_in.max(round);
                        self.rounds = self.rounds.max(wanted.round);
                    }
                }
            }
            for question in questions {
                self.want(question, None, priority, round);
            }
        }
        None
    }

    /// Keeps an answer and wakes those who wait for it; gives the round of the probe, where it was open.
    fn settle_probe(&mut self, probe: &Probe, answer: Answer) -> Option<u32> {
        let at = self.open.iter().position(|(open, _)| open == probe)?;
        let (_, wanted) = self.open.remove(at);
        if let Probe::Dns(question) = probe {
            self.resolvers[place(question.resolver)].note(&answer);
        }
        if let Answer::Http(reply) = &answer {
            let came = u32::try_from(reply.body.bytes.len()).unwrap_or(u32::MAX);
            self.body_bytes = self.body_bytes.saturating_add(came);
        }
        self.evidence.insert(probe.clone(), answer);
        let answered = u32::try_from(self.evidence.len()).unwrap_or(u32::MAX);
        self.events.push_back(Event::Answered { probe: probe.clone(), answered, known: self.known });
        for index in wanted.by {
            self.wake(index, wanted.round + 1);
        }
        Some(wanted.round)
    }

    /// Runs a task that has not settled; what it asks for belongs to `round`.
    fn wake(&mut self, index: usize, round: u32) {
        let Some((task, settled @ None)) = self.tasks.get_mut(index) else { return };
        let stopped = task.run(&self.evidence);
        let pending = self.evidence.take_pending();
        let outcome = match stopped {
            Ok(output) => Ok(output),
            Err(Stop::NotMeasured(unmeasured)) => {
                self.unheard += u32::from(unmeasured.failure.cause == Cause::NoResolver);
                Err(unmeasured)
            }
            Err(Stop::Pending) if pending.is_empty() => Err(Unmeasured {
                asked: task.name(),
                failure: Failure::new(Cause::Malformed).detailed("waits for nothing"),
            }),
            Err(Stop::Pending) => {
                let priority = task.priority();
                for probe in pending {
                    self.want(probe, Some(index), priority, round);
                }
                return;
            }
        };
        *settled = Some(outcome.clone());
        let task = task.clone();
        self.events.push_back(Event::Settled { task, outcome });
    }

    /// Notes a probe that is wanted: by a task, or by nobody where it asks for the owner's word.
    fn want(&mut self, probe: Probe, by: Option<usize>, priority: Priority, round: u32) {
        let sequence = self.known;
        let held = !matches!(probe, Probe::Dns(_));
        let at = self.open.iter().position(|(open, _)| *open == probe).unwrap_or_else(|| {
            self.known += 1;
            let wanted = Queued { by: Vec::new(), priority, round, sequence, started: false, held };
            self.open.push((probe, wanted));
            self.open.len() - 1
        });
        let Some((_, wanted)) = self.open.get_mut(at) else { return };
        wanted.priority = wanted.priority.min(priority);
        if let Some(by) = by
            && !wanted.by.contains(&by)
        {
            wanted.by.push(by);
        }
        self.rounds = self.rounds.max(wanted.round);
    }
}

/// Whether the answer, and what is asked because of it, takes longer than another record: everything that a web server says, and
/// the records of which a task has said that more is behind them ([`Evidence::leads_on`]).
fn takes_long(evidence: &Evidence, probe: &Probe) -> bool {
    match probe {
        Probe::Dns(question) => evidence.is_leading(&question.name),
        Probe::Http(_) | Probe::Tls(_) => true,
    }
}

/// Where in [`Scan::resolvers`] one stands.
fn place(resolver: Resolver) -> usize {
    match resolver {
        Resolver::First => 0,
        Resolver::Second => 1,
        Resolver::Third => 2,
    }
}
