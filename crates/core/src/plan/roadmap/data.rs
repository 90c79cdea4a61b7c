//! The roadmaps as the build has read them from `roadmaps/*.toml`: one JSON document in the program, read when something
//! of it is first asked for.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::checks::consequences::BusinessImpact;
use crate::target::Segment;

/// What a kind of business has to settle before it launches.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roadmap {
    /// For whom.
    pub segment: Segment,
    /// From where to where it leads.
    pub journey: String,
    /// What is at stake for this kind of business.
    pub summary: String,
    /// The stages, in their order.
    pub stages: Vec<Stage>,
    /// Numbers to reach.
    pub targets: Vec<Item>,
    /// What to automate now.
    pub automate: Vec<Advice>,
    /// What not to build yet.
    pub not_yet: Vec<Advice>,
}

/// A stage of a roadmap.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Stable name, unique in its roadmap.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it is to reach.
    pub goal: String,
    /// What has to be so at its end.
    pub items: Vec<Item>,
    /// Deliverables.
    pub deliverables: Vec<Deliverable>,
    /// What shows that it failed.
    pub signals: Vec<Signal>,
}

/// Something that has to be so.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable name; the same in every roadmap that asks for the same.
    pub id: String,
    /// What is so when it is done.
    pub text: String,
    /// How to find out, or what to do; may be empty.
    pub how: String,
    /// The checks that answer it.
    pub evidence: Vec<String>,
    /// Checks that can refute it and not confirm it: what they find wrong counts, and nothing else that they say.
    pub refutes: Vec<String>,
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
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliverable {
    /// Stable name.
    pub id: String,
    /// What it is.
    pub text: String,
    /// The [document](crate::plan::documents) that we write for it.
    pub document: Option<String>,
}

/// A sign that a stage has failed.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Stable name.
    pub id: String,
    /// What can be noticed.
    pub text: String,
    /// `check/outcome`, or a check whose failure shows it.
    pub seen: Vec<String>,
    /// Items whose "no" by the founder shows it.
    pub items: Vec<String>,
    /// Whether nobody should launch while it is there.
    pub blocks: bool,
}

/// Something to do, or to leave, and why.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// A step of the walk along the demo path.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Stable name.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What to do.
    pub action: String,
    /// What must be seen.
    pub see: String,
    /// What usually goes wrong.
    pub fails: String,
    /// On which devices.
    pub on: Devices,
}

/// On which devices a step is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Devices {
    /// On a phone and on a computer.
    Both,
    /// On a phone.
    Phone,
    /// On any, once.
    Once,
}

/// A case to run by hand against a product with AI features.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Stable name.
    pub id: String,
    /// What is tried.
    pub kind: Kind,
    /// The same in a few words.
    pub title: String,
    /// What has to be there first; may be empty.
    pub setup: String,
    /// What to type, or to put where the product reads it.
    pub typed: String,
    /// What must not happen.
    pub never: String,
    /// What to do if it does.
    pub then: String,
}

/// What an AI case tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// Everything that the roadmaps' files say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    roadmaps: Vec<Roadmap>,
    demo_path: Vec<Step>,
    ai_cases: Vec<Case>,
}

/// The build has checked the document; that it can be read, a test holds.
static DATA: LazyLock<Data> = LazyLock::new(|| {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/roadmaps.json"))).unwrap_or_default()
});

/// What [`of`] would give if the document had no roadmap of a segment, which a test excludes.
static NONE: Roadmap = Roadmap {
    segment: Segment::CreatorPlatform,
    journey: String::new(),
    summary: String::new(),
    stages: Vec::new(),
    targets: Vec::new(),
    automate: Vec::new(),
    not_yet: Vec::new(),
};

/// Every roadmap, in the order of [`Segment::ALL`].
#[must_use]
pub fn roadmaps() -> &'static [Roadmap] {
    &DATA.roadmaps
}

/// The walk along the demo path.
#[must_use]
pub fn demo_path() -> &'static [Step] {
    &DATA.demo_path
}

/// The cases to run by hand against a product with AI features.
#[must_use]
pub fn ai_cases() -> &'static [Case] {
    &DATA.ai_cases
}

/// The roadmap of a segment.
#[must_use]
pub fn of(segment: Segment) -> &'static Roadmap {
    roadmaps().iter().find(|roadmap| roadmap.segment == segment).unwrap_or(&NONE)
}

impl Roadmap {
    /// Everything of this roadmap that can be answered under its id.
    pub fn asked(&self) -> impl Iterator<Item = &str> {
        let items = self.items().map(|item| item.id.as_str());
        let deliverables = self.stages.iter().flat_map(|stage| &stage.deliverables);
        let signals = self.stages.iter().flat_map(|stage| &stage.signals);
        items
            .chain(deliverables.map(|deliverable| deliverable.id.as_str()))
            .chain(signals.map(|signal| signal.id.as_str()))
    }

    /// Every item and target.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.stages.iter().flat_map(|stage| &stage.items).chain(&self.targets)
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
        Some(("demo-path", step)) => demo_path().iter().any(|known| known.id == step),
        Some(("ai-cases", case)) => ai_cases().iter().any(|known| known.id == case),
        Some(_) => false,
        None => roadmaps().iter().any(|roadmap| roadmap.asked().any(|known| known == id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_segment_has_its_own_roadmap() {
        let order: Vec<Segment> = roadmaps().iter().map(|roadmap| roadmap.segment).collect();
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
            let tried = ai_cases().iter().filter(|case| case.kind == kind).count();
            assert!(tried >= 3, "{kind:?}: {tried}");
        }
    }
}
