//! Scans by checks: each check is a task of the engine, and what could not be had becomes a finding that says so.

use std::rc::Rc;

use super::check::{Check, Weight};
use super::finding::Finding;
use crate::answers::{Stop, Unmeasured};
use crate::engine::evidence::Evidence;
use crate::engine::limits::Limits;
use crate::engine::scan::{Event, Scan};
use crate::engine::task::{Priority, Task};
use crate::target::Target;

/// A check about one target, as the engine runs it.
#[derive(Debug, Clone)]
pub struct CheckTask {
    /// Which check.
    pub check: &'static Check,
    target: Rc<Target>,
}

impl Task for CheckTask {
    type Output = Finding;

    fn name(&self) -> String {
        format!("the check {}", self.check.id)
    }

    fn priority(&self) -> Priority {
        match self.check.impact {
            Weight::Critical => Priority::MustHave,
            Weight::Important => Priority::Important,
            Weight::Minor => Priority::Optional,
        }
    }

    fn run(&self, evidence: &Evidence) -> Result<Finding, Stop> {
        (self.check.run)(&self.target, evidence)
    }
}

/// A scan by checks.
pub type CheckScan = Scan<CheckTask>;

/// What happened while a scan by checks went on.
pub type CheckEvent = Event<CheckTask>;

impl CheckEvent {
    /// The check that has come to its finding, where that is what happened.
    #[must_use]
    pub fn settled(&self) -> Option<(&'static Check, Finding)> {
        match self {
            Self::Settled { task, outcome } => Some((task.check, finding(outcome.clone()))),
            Self::Asked(_) | Self::Answered { .. } => None,
        }
    }
}

impl CheckScan {
    /// A scan of `target` by `checks`. Every check has run once when this returns.
    #[must_use]
    pub fn new(target: Target, checks: &[&'static Check], limits: Limits) -> Self {
        let tasks = tasks(&target, checks);
        Self::of(target, tasks, limits)
    }

    /// A scan whose answers are there already: nobody is contacted, so nobody's word holds anything back. What was held back
    /// when they were recorded failed, and fails again.
    #[must_use]
    pub fn replaying(target: Target, checks: &[&'static Check], limits: Limits) -> Self {
        let tasks = tasks(&target, checks);
        Self::of_recorded(target, tasks, limits)
    }

    /// The end: the evidence, and every check with its finding, in the order of the checks. What was still open is cut off by
    /// the deadline.
    #[must_use]
    pub fn finish(self) -> (Target, Evidence, Vec<(&'static Check, Finding)>) {
        let (target, evidence, outcomes) = self.end();
        let findings = outcomes.into_iter().map(|(task, outcome)| (task.check, finding(outcome))).collect();
        (target, evidence, findings)
    }
}

fn tasks(target: &Target, checks: &[&'static Check]) -> Vec<CheckTask> {
    let target = Rc::new(target.clone());
    checks.iter().map(|check| CheckTask { check, target: Rc::clone(&target) }).collect()
}

fn finding(outcome: Result<Finding, Unmeasured>) -> Finding {
    outcome.unwrap_or_else(|unmeasured| Finding::not_measured(&unmeasured))
}
