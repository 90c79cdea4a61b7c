//! What has been answered so far. Append-only: an answer is never replaced, so a check that has run may be run
//! again and sees the same and more.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::answers::Stop;
use crate::domain::Domain;
use crate::engine::answer::Answer;
use crate::http::Chain;
use crate::http::page::Page;

use crate::engine::probe::Probe;
use crate::providers::keys::rules;
use crate::secrets::Found;
use crate::target::Target;

/// The answers so far, and what a running check wished for that was not among them.
#[derive(Debug, Default)]
pub struct Evidence {
    /// In the order of the probes.
    answers: Vec<(Probe, Kept)>,
    /// What the running task asked for that is not there.
    pending: RefCell<Vec<Probe>>,
    /// Names of which a task has said that more is behind them.
    leading: RefCell<Vec<String>>,
    /// The domain whose owner asks: see [`crate::engine::owner_word`].
    owned: Option<Domain>,
    /// Redirect chains that are complete, by where they begin: an answer never changes, so they do not either.
    chains: RefCell<Vec<(String, Rc<Chain>)>>,
    /// What several checks want and is not there yet.
    waits: RefCell<Vec<Wait>>,
    /// What was made of the answers once for all tasks, by its name.
    made: RefCell<Vec<(&'static str, Rc<dyn Any>)>>,
}

/// Something that several checks want, and that waits for answers.
#[derive(Debug)]
struct Wait {
    /// The address where a redirect chain begins, or what else it is.
    what: String,
    /// How many answers there were when it was worked at last.
    answers: usize,
    /// What it asked for without an answer.
    wishes: Vec<Probe>,
}

/// An answer and what was made of it once for all checks.
#[derive(Debug)]
struct Kept {
    answer: Answer,
    /// The keys in a reply's body.
    keys: Vec<Found<'static>>,
    /// The HTML of a reply.
    page: OnceCell<Rc<Page>>,
}

impl Evidence {
    /// No answer yet, about `target`.
    #[must_use]
    pub fn about(target: &Target) -> Self {
        Self { owned: target.mine.then(|| target.domain.clone()), ..Self::default() }
    }

    /// Whether the owner of `host` is who asks.
    pub(crate) fn is_asked_by_owner_of(&self, host: &Domain) -> bool {
        self.owned.as_ref().is_some_and(|owned| host.is_within(owned.as_str()))
    }

    /// The answer to `probe`. Where there is none yet it is recorded as pending, and the task is run again when it came.
    ///
    /// # Errors
    /// [`Stop::Pending`] while there is no answer.
    pub fn ask(&self, probe: Probe) -> Result<&Answer, Stop> {
        if let Some(answer) = self.get(&probe) {
            return Ok(answer);
        }
        self.record_pending(probe);
        Err(Stop::Pending)
    }

    fn record_pending(&self, probe: Probe) {
        let mut pending = self.pending.borrow_mut();
        if !pending.contains(&probe) {
            pending.push(probe);
        }
    }

    /// The answer to `probe`, where there is one; asks for nothing.
    #[must_use]
    pub fn get(&self, probe: &Probe) -> Option<&Answer> {
        self.kept(probe).map(|kept| &kept.answer)
    }

    fn kept(&self, probe: &Probe) -> Option<&Kept> {
        self.answers.get(self.place(probe).ok()?).map(|(_, kept)| kept)
    }

    /// Where a probe stands; the error is where it belongs.
    fn place(&self, probe: &Probe) -> Result<usize, usize> {
        self.answers.binary_search_by(|(known, _)| known.cmp(probe))
    }

    /// Adds an answer; the first one to a probe stays. Secrets in it are masked before anybody sees them: they reach
    /// neither a finding nor a recording, and a recording gives the same findings.
    pub fn insert(&mut self, probe: Probe, mut answer: Answer) {
        let Err(place) = self.place(&probe) else { return };
        let mut keys = Vec::new();
        if let Answer::Http(reply) = &mut answer {
            keys = rules().scan_and_mask(&mut reply.body.bytes);
            reply.headers.mask_secrets(rules());
        }
        self.answers.insert(place, (probe, Kept { answer, keys, page: OnceCell::new() }));
    }

    /// Says that more is behind what stands at `name`: a row of further questions begins there, so it is asked early.
    pub fn leads_on(&self, name: &str) {
        let mut leading = self.leading.borrow_mut();
        if !leading.iter().any(|known| known == name) {
            leading.push(name.to_owned());
        }
    }

    /// Whether more is behind what stands at `name`.
    pub(crate) fn is_leading(&self, name: &str) -> bool {
        self.leading.borrow().iter().any(|known| known == name)
    }

    /// What was asked for without an answer since the last call, in the order of asking.
    pub fn take_pending(&self) -> Vec<Probe> {
        self.pending.take()
    }

    /// Every probe with its answer, in the order of the probes.
    pub fn iter(&self) -> impl Iterator<Item = (&Probe, &Answer)> {
        self.answers.iter().map(|(probe, kept)| (probe, &kept.answer))
    }

    /// How many answers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there is no answer yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// The keys in the body that came for `probe`, in its order, the first [`MAX_FOUND`]: found once, when the answer
    /// came.
    ///
    /// [`MAX_FOUND`]: crate::secrets::MAX_FOUND
    #[must_use]
    pub fn keys(&self, probe: &Probe) -> &[Found<'static>] {
        self.kept(probe).map(|kept| kept.keys.as_slice()).unwrap_or_default()
    }

    /// The chain that begins at `start`. Most checks want the same few chains, each time they are run: one that has come to its
    /// end is walked once, and one that waits is walked again when something new was answered.
    ///
    /// # Errors
    /// Those of `walk`.
    pub(crate) fn chain(
        &self,
        start: &str,
        walk: impl FnOnce() -> Result<Chain, Stop>,
    ) -> Result<Rc<Chain>, Stop> {
        if let Some((_, chain)) = self.chains.borrow().iter().find(|(known, _)| known == start) {
            return Ok(Rc::clone(chain));
        }
        let chain = Rc::new(self.unless_waiting(start, walk)?);
        self.chains.borrow_mut().push((start.to_owned(), Rc::clone(&chain)));
        Ok(chain)
    }

    /// What `work` makes of the answers, made once for all tasks. An answer never changes, so neither does what is made of it.
    ///
    /// # Errors
    /// Those of `work`.
    pub(crate) fn once<T: 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce() -> Result<T, Stop>,
    ) -> Result<Rc<T>, Stop> {
        let known =
            self.made.borrow().iter().find(|(name, _)| *name == what).map(|(_, made)| Rc::clone(made));
        if let Some(made) = known.and_then(|made| made.downcast::<T>().ok()) {
            return Ok(made);
        }
        let made = Rc::new(self.unless_waiting(what, work)?);
        self.made.borrow_mut().push((what, Rc::clone(&made) as Rc<dyn Any>));
        Ok(made)
    }

    /// What `work` makes of the answers. Several checks want `what`, each time one of them is run: while it waits, it is worked at
    /// again only when something new was answered.
    ///
    /// # Errors
    /// Those of `work`.
    pub(crate) fn unless_waiting<T>(
        &self,
        what: &str,
        work: impl FnOnce() -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let waits = |wait: &&Wait| wait.what == what && wait.answers == self.answers.len();
        if let Some(wait) = self.waits.borrow().iter().find(waits) {
            wait.wishes.iter().for_each(|probe| self.record_pending(probe.clone()));
            return Err(Stop::Pending);
        }
        // Its own wishes, apart from those that this check has uttered before.
        let before = self.take_pending();
        let worked = work();
        let wishes = self.pending.replace(before);
        wishes.iter().for_each(|probe| self.record_pending(probe.clone()));
        if matches!(worked, Err(Stop::Pending)) {
            let mut waits = self.waits.borrow_mut();
            waits.retain(|wait| wait.what != what);
            waits.push(Wait { what: what.to_owned(), answers: self.answers.len(), wishes });
        }
        worked
    }

    /// The HTML that came for `probe`, parsed once for all checks. `None` where the answer is not a reply.
    pub fn page(&self, probe: &Probe) -> Option<Rc<Page>> {
        let kept = self.kept(probe)?;
        let Answer::Http(reply) = &kept.answer else { return None };
        Some(Rc::clone(kept.page.get_or_init(|| Rc::new(Page::of(reply)))))
    }
}

/// One answer as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// What was asked.
    pub probe: Probe,
    /// What came back.
    pub answer: Answer,
}

/// Written as a list in the order of the probes: the same evidence is the same bytes.
impl Serialize for Evidence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.iter().map(|(probe, answer)| Recorded { probe: probe.clone(), answer: answer.clone() }),
        )
    }
}

impl<'de> Deserialize<'de> for Evidence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let recorded = Vec::<Recorded>::deserialize(deserializer)?;
        let mut evidence = Self::default();
        for Recorded { probe, answer } in recorded {
            evidence.insert(probe, answer);
        }
        Ok(evidence)
    }
}
