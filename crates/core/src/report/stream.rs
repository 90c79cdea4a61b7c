//! The event stream of a scan (`application/x-ndjson`).

use serde::{Deserialize, Serialize};

use super::recheck::Recheck;
use super::{FindingReport, Report};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::docs;
use crate::checks::finding::Finding;
use crate::checks::scan::CheckEvent;
use crate::engine::scan::Event;
use crate::shortened;
use crate::target::Target;

/// One line of the event stream (`application/x-ndjson`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum StreamEvent {
    /// The first line: what will be checked.
    Started {
        /// The domain in ASCII.
        domain: String,
        /// Every check, in order.
        checks: Vec<Listed>,
    },
    /// A question was sent or answered.
    Progress {
        /// The question: `MX example.com`.
        probe: String,
        /// Whether this is its answer.
        done: bool,
        /// Questions answered so far.
        answered: u32,
        /// Questions known so far.
        known: u32,
    },
    /// A check has come to its finding.
    Finding(Box<FindingReport>),
    /// The last line of a scan that ended.
    Report(Box<Report>),
    /// The last line where only some checks were asked again.
    Recheck(Box<Recheck>),
}

/// A check as it is listed before it has run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Listed {
    /// The check's id.
    pub check: String,
    /// The check's name for people.
    pub name: String,
    /// Where it belongs.
    pub area: Area,
    /// What it means for a launch.
    pub impact: Weight,
}

impl StreamEvent {
    /// The first line of a scan of `target` by `checks`.
    #[must_use]
    pub fn started(target: &Target, checks: &[&Check]) -> Self {
        let listed = |check: &&Check| Listed {
            check: check.id.to_owned(),
            name: docs::words(check.id).map_or(check.id, |words| words.name).to_owned(),
            area: check.area,
            impact: check.impact,
        };
        Self::Started { domain: target.domain.to_string(), checks: checks.iter().map(listed).collect() }
    }

    /// The line for something that happened in `scan`.
    #[must_use]
    pub fn from_event(event: &CheckEvent, answered: u32, known: u32) -> Self {
        match event {
            Event::Asked(probe) => {
                Self::Progress { probe: shortened::name(&probe.to_string()), done: false, answered, known }
            }
            Event::Answered { probe, answered, known } => Self::Progress {
                probe: shortened::name(&probe.to_string()),
                done: true,
                answered: *answered,
                known: *known,
            },
            Event::Settled { task, outcome } => {
                let finding = outcome.clone().unwrap_or_else(|unmeasured| Finding::not_measured(&unmeasured));
                Self::Finding(Box::new(FindingReport::new(task.check, &finding)))
            }
        }
    }
}
