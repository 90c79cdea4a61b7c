//! The roadmaps as the build has read them from `roadmaps/*.toml`.

use crate::checks::consequences::BusinessImpact;
use serde::{Deserialize, Serialize};

use crate::target::Segment;

/// What a kind of business has to settle before it launches.
#[derive(Debug, PartialEq, Eq)]
pub struct Roadmap {
    /// For whom.
    pub segment: Segment,
    /// From where to where it leads.
    pub journey: &'static str,
    /// What is at stake for this kind of business.
    pub summary: &'static str,
    /// The stages, in their order.
    pub stages: &'static [Stage],
    /// Numbers to reach.
    pub targets: &'static [Item],
    /// What is worth automating now.
    pub automate: &'static [Advice],
    /// What not to build yet.
    pub not_yet: &'static [Advice],
}

/// A stage of a roadmap.
#[derive(Debug, PartialEq, Eq)]
pub struct Stage {
    /// Stable name, unique in its roadmap.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it is to reach.
    pub goal: &'static str,
    /// What has to be so at its end.
    pub items: &'static [Item],
    /// What it leaves behind.
    pub deliverables: &'static [Deliverable],
    /// What shows that it failed.
    pub signals: &'static [Signal],
}

/// Something that has to be so.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    /// Stable name; the same in every roadmap that asks for the same.
    pub id: &'static str,
    /// What is so when it is done.
    pub text: &'static str,
    /// How to find out, or what to do; may be empty.
    pub how: &'static str,
    /// The checks that answer it.
    pub evidence: &'static [&'static str],
    /// Checks that can refute it and not confirm it: what they find wrong counts, and nothing else that they say.
    pub refutes: &'static [&'static str],
    /// Who has the last word.
    pub by: By,
    /// What is lost while it is not so.
    pub loses: BusinessImpact,
    /// Whether nobody of this kind should launch without it.
    pub must: bool,
}

/// Who answers an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The checks settle it; the founder's word counts where they could not.
    Evidence,
    /// The checks see a part; a yes takes the founder's word, too.
    Both,
    /// Only the founder can know.
    Founder,
}

/// What a stage leaves behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Deliverable {
    /// Stable name.
    pub id: &'static str,
    /// What it is.
    pub text: &'static str,
    /// The [document](crate::plan::documents) that we write for it.
    pub document: Option<&'static str>,
}

/// A sign that a stage has failed.
#[derive(Debug, PartialEq, Eq)]
pub struct Signal {
    /// Stable name.
    pub id: &'static str,
    /// What can be noticed.
    pub text: &'static str,
    /// `check/outcome`, or a check whose failure shows it.
    pub seen: &'static [&'static str],
    /// Items whose "no" by the founder shows it.
    pub items: &'static [&'static str],
    /// Whether nobody should launch while it is there.
    pub blocks: bool,
}

/// Something to do, or to leave, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Advice {
    /// What.
    pub what: &'static str,
    /// Why.
    pub why: &'static str,
}

/// A step of the walk along the demo path.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Stable name.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What to do.
    pub action: &'static str,
    /// What must be seen.
    pub see: &'static str,
    /// What usually goes wrong.
    pub fails: &'static str,
    /// On which devices.
    pub on: Devices,
}

/// On which devices a step is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Devices {
    /// On a phone and on a computer.
    Both,
    /// On a phone.
    Phone,
    /// On any, once.
    Once,
}

/// A case to run by hand against a product with AI features.
#[derive(Debug, PartialEq, Eq)]
pub struct Case {
    /// Stable name.
    pub id: &'static str,
    /// What is tried.
    pub kind: Kind,
    /// The same in a few words.
    pub title: &'static str,
    /// What has to be there first; may be empty.
    pub setup: &'static str,
    /// What to type, or to put where the product reads it.
    pub typed: &'static str,
    /// What must not happen.
    pub never: &'static str,
    /// What to do if it does.
    pub then: &'static str,
}

/// What an AI case tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Instructions from where none may come.
    Injection,
    /// Data that leaves the account it belongs to.
    Exfiltration,
    /// Actions that nobody wanted.
    ToolUse,
    /// Where a person must take over.
    Escalation,
}

impl Kind {
    /// Every kind, in the order of the cases.
    pub const ALL: [Self; 4] = [Self::Injection, Self::Exfiltration, Self::ToolUse, Self::Escalation];

    /// The heading for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Injection => "Instructions from strangers",
            Self::Exfiltration => "Data of other accounts",
            Self::ToolUse => "Unsafe actions",
            Self::Escalation => "Handing over to a person",
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/roadmaps.rs"));

/// The roadmap of a segment.
#[must_use]
pub fn of(segment: Segment) -> &'static Roadmap {
    // The build writes one for each segment; a test holds that the first is never a makeshift.
    ROADMAPS.iter().find(|roadmap| roadmap.segment == segment).unwrap_or(&ROADMAPS[0])
}

impl Roadmap {
    /// Everything of this roadmap that can be answered under its id.
    pub fn asked(&self) -> impl Iterator<Item = &'static str> + '_ {
        let stage = |stage: &'static Stage| {
            let items = stage.items.iter().map(|item| item.id);
            let deliverables = stage.deliverables.iter().map(|deliverable| deliverable.id);
            items.chain(deliverables).chain(stage.signals.iter().map(|signal| signal.id))
        };
        self.stages.iter().flat_map(stage).chain(self.targets.iter().map(|target| target.id))
    }

    /// Every item and target.
    pub fn items(&self) -> impl Iterator<Item = &'static Item> + '_ {
        self.stages.iter().flat_map(|stage| stage.items).chain(self.targets)
    }
}

impl Step {
    /// The id under which it is answered.
    #[must_use]
    pub fn answered_as(&self) -> String {
        format!("demo-path/{}", self.id)
    }
}

impl Case {
    /// The id under which it is answered.
    #[must_use]
    pub fn answered_as(&self) -> String {
        format!("ai-cases/{}", self.id)
    }
}

/// Whether any roadmap, the demo path or the AI cases ask for `id`.
#[must_use]
pub fn asked_anywhere(id: &str) -> bool {
    match id.split_once('/') {
        Some(("demo-path", step)) => DEMO_PATH.iter().any(|known| known.id == step),
        Some(("ai-cases", case)) => AI_CASES.iter().any(|known| known.id == case),
        Some(_) => false,
        None => ROADMAPS.iter().any(|roadmap| roadmap.asked().any(|known| known == id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_segment_has_its_own_roadmap() {
        let order: Vec<Segment> = ROADMAPS.iter().map(|roadmap| roadmap.segment).collect();
        assert_eq!(order, Segment::ALL);
        for segment in Segment::ALL {
            assert_eq!(of(segment).segment, segment);
        }
    }

    /// Numbers that founders are told, as the requirements name them.
    #[test]
    fn the_targets_carry_the_numbers_of_their_segment() {
        let says = |segment: Segment, number: &str| {
            assert!(
                of(segment).targets.iter().any(|target| target.text.contains(number)),
                "{number} {segment:?}"
            );
        };
        for number in ["300 ms", "800 ms", "1 %", "1 second"] {
            says(Segment::CreatorPlatform, number);
        }
        for number in ["300 ms", "700 ms", "2 seconds", "every minute", "80 %", "SPF, DKIM and DMARC"] {
            says(Segment::MobileApp, number);
        }
        for number in ["300 ms", "800 ms", "2 seconds"] {
            says(Segment::InternalTool, number);
        }
        for number in ["300 to 500 ms", "1 second"] {
            says(Segment::AiTool, number);
        }
        for number in ["400 ms", "80 or more", "1 %", "5 minutes"] {
            says(Segment::Coach, number);
        }
    }

    #[test]
    fn the_ai_cases_try_every_kind() {
        for kind in Kind::ALL {
            let tried = AI_CASES.iter().filter(|case| case.kind == kind).count();
            assert!(tried >= 3, "{kind:?}: {tried}");
        }
    }
}
