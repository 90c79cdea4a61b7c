//! A task: any question that is answered from evidence. A check is one; so is looking for a proof of ownership, or trying a
//! redirect map. What it asks for passes the same guard, limits and order as everything else in a [`Scan`](super::scan::Scan).

use std::fmt::Debug;

use super::evidence::Evidence;
use crate::answers::Stop;

/// A question that is answered from evidence, and from nothing else.
pub trait Task: Clone + Debug {
    /// What it comes to.
    type Output: Clone + Debug;

    /// What it is called where it has to be named: `the check dmarc-policy`.
    fn name(&self) -> String;

    /// How much depends on it: what is asked first where not everything can be.
    fn priority(&self) -> Priority;

    /// Plan and answer in one: asks the evidence for all it can before its first `?`, and is run again from the top whenever
    /// something it asked for has come.
    ///
    /// # Errors
    /// Pending until everything it needs is there; not measured where something could not be had.
    fn run(&self, evidence: &Evidence) -> Result<Self::Output, Stop>;
}

/// How much depends on a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Without it nothing can be decided: requests are kept back for it.
    MustHave,
    /// It matters.
    Important,
    /// It is left out first.
    Optional,
}
