//! The roadmaps: what a kind of business has to settle on its way to the launch, stage by stage, and how far it is.
//!
//! The roadmaps themselves are data, `roadmaps/*.toml`, read and checked when this crate is built. Each of their items is
//! answered by evidence (the outcomes of checks), by the founder, or by both, and a contradiction between the two is
//! shown. From a [report](crate::report), [answers](Answers) and a segment comes an [assessment](Assessment), by one pure
//! function, so a page can do it again at every tick.

mod answers;
mod assess;
mod data;
mod facts;

pub use answers::{ANSWERS_SCHEMA, Answers, MAX_ANSWERS, Reading, Said, Word, blank};
pub use assess::{
    Assessment, DeliverableState, EvidenceShown, ItemState, Progress, SignalState, Source, StageStand,
    StageState, State, assess,
};
pub use data::{
    Advice, By, Case, Deliverable, Devices, Item, Kind, Roadmap, Signal, Stage, Step, ai_cases,
    asked_anywhere, demo_path, of, roadmaps,
};
pub use facts::{Account, Contact, Deploy, Endpoint, Monitor, Monitoring, Variable};
