//! How far a business is: report and answers, measured at the roadmap of its segment.

use crate::checks::consequences::BusinessImpact;
use serde::Serialize;

use super::{Answers, Said, Word};
use super::{By, Item, Roadmap, Signal, Stage, data};
use crate::checks::finding::Level;
use crate::report::score::Decision;
use crate::report::words;
use crate::report::words::capital;
use crate::report::{FindingReport, Report};
use crate::target::Segment;

/// How far a business is on its roadmap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assessment {
    /// By which roadmap.
    pub segment: Segment,
    /// Whether a business of this kind should launch.
    pub decision: Decision,
    /// The same in a few sentences that can be forwarded.
    pub reason: String,
    /// The first of them: what it comes to.
    pub summary: String,
    /// What it rests on, one by one: what stops the launch, or what is open.
    pub reasons: Vec<String>,
    /// Items of all stages.
    pub progress: Progress,
    /// The stages, in their order.
    pub stages: Vec<StageState>,
    /// The targets.
    pub targets: Vec<ItemState>,
    /// Ids of everything about which checks and founder say different things.
    pub contradictions: Vec<&'static str>,
    /// Ids of answers that nothing asks for; they are kept.
    pub unknown: Vec<String>,
}

/// How much of a list is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Progress {
    /// Done, or not applicable.
    pub done: usize,
    /// All.
    pub of: usize,
}

/// A stage and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageState {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is to reach.
    pub goal: &'static str,
    /// How it stands.
    pub stand: StageStand,
    /// Its items.
    pub progress: Progress,
    /// Its items, one by one.
    pub items: Vec<ItemState>,
    /// Deliverables.
    pub deliverables: Vec<DeliverableState>,
    /// What would show that it failed.
    pub signals: Vec<SignalState>,
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StageStand {
    /// A sign of failure is there, or a must-have is missing.
    Failing,
    /// All its items are done.
    Done,
    /// Some of them are known.
    Underway,
    /// Nothing is known.
    NotBegun,
}

impl StageStand {
    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Failing => "blocked",
            Self::Done => "done",
            Self::Underway => "in progress",
            Self::NotBegun => "not started",
        }
    }
}

/// An item or target and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ItemState {
    /// Its id.
    pub id: &'static str,
    /// What is so when it is done, in the words of this roadmap.
    pub text: &'static str,
    /// How to find out, or what to do.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub how: &'static str,
    /// Whether nobody should launch without it.
    pub must: bool,
    /// What is lost while it is not so.
    pub loses: BusinessImpact,
    /// Who answers it.
    pub by: By,
    /// How it stands.
    pub state: State,
    /// Who says so.
    pub source: Source,
    /// What the checks came to.
    pub evidence: Vec<EvidenceShown>,
    /// What the founder said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// Where checks and founder say different things: both, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<String>,
}

impl ItemState {
    /// How it stands and who says so: the one name of that, wherever people read it.
    #[must_use]
    pub fn standing(&self) -> &'static str {
        match (self.state, self.source) {
            (State::Yes, Source::Evidence) => "Checks pass",
            (State::Yes, Source::Both) => "Checks pass, confirmed by you",
            (State::Yes, _) => "Confirmed by you",
            (State::Partly, _) => "Checks pass in part",
            (State::No, Source::Evidence) => "Checks fail",
            (State::No, Source::Both) => "Checks fail, confirmed by you",
            (State::No, _) => "You answered No",
            (State::NotApplicable, _) => "Not applicable",
            (State::Open, Source::Evidence) => "Checks pass, please confirm",
            (State::Open, _) => "Open",
        }
    }
}

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is so.
    Yes,
    /// It is so, but not as well as it should be.
    Partly,
    /// It is not so.
    No,
    /// It does not concern this product.
    NotApplicable,
    /// Nobody has answered it, and no check could.
    Open,
}

impl State {
    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
            Self::NotApplicable => "not applicable",
            Self::Open => "open",
        }
    }
}

/// Who says how something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The checks.
    Evidence,
    /// The founder.
    Founder,
    /// Both.
    Both,
    /// Nobody.
    Nobody,
}

/// What a check came to, as far as an item needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceShown {
    /// The check's id.
    pub check: String,
    /// Its name for people.
    pub name: String,
    /// How it came out.
    pub level: Level,
    /// What is so; why it does not count, where it does not.
    pub title: String,
}

/// A deliverable and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliverableState {
    /// Its id.
    pub id: &'static str,
    /// What it is.
    pub text: &'static str,
    /// The document that we write for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<&'static str>,
    /// What the founder said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// A sign of failure and whether it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignalState {
    /// Its id.
    pub id: &'static str,
    /// What can be noticed.
    pub text: &'static str,
    /// Whether nobody should launch while it is there.
    pub blocks: bool,
    /// Whether it is there.
    pub present: bool,
    /// What shows it; empty where it is not there.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub because: String,
    /// What the founder said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// Where checks and founder say different things.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<String>,
}

/// How far a business of that kind is. Without a report, only the founder's word counts.
#[must_use]
pub fn assess(segment: Segment, report: Option<&Report>, answers: &Answers) -> Assessment {
    let roadmap = data::of(segment);
    let eye = Eye { segment, report, answers };
    let stages: Vec<StageState> = roadmap.stages.iter().map(|stage| eye.stage(stage)).collect();
    let targets: Vec<ItemState> = roadmap.targets.iter().map(|target| eye.item(target)).collect();
    let items = || stages.iter().flat_map(|stage| &stage.items);
    let signals = || stages.iter().flat_map(|stage| &stage.signals);
    let differing = items().chain(&targets).filter(|item| item.contradiction.is_some()).map(|item| item.id);
    let contradictions = differing
        .chain(signals().filter(|signal| signal.contradiction.is_some()).map(|signal| signal.id))
        .collect();
    let (decision, summary, reasons) = decide(roadmap, report, answers, &stages, &targets);
    Assessment {
        segment,
        decision,
        reason: sentences(&summary, &reasons),
        summary,
        reasons,
        progress: progress(items()),
        contradictions,
        unknown: answers.unknown().into_iter().map(str::to_owned).collect(),
        stages,
        targets,
    }
}

/// Who looks, and at what.
struct Eye<'a> {
    segment: Segment,
    report: Option<&'a Report>,
    answers: &'a Answers,
}

impl Eye<'_> {
    fn stage(&self, stage: &'static Stage) -> StageState {
        let items: Vec<ItemState> = stage.items.iter().map(|item| self.item(item)).collect();
        let signals: Vec<SignalState> = stage.signals.iter().map(|signal| self.signal(signal)).collect();
        let deliverables = stage.deliverables.iter().map(|deliverable| DeliverableState {
            id: &deliverable.id,
            text: &deliverable.text,
            document: deliverable.document.as_deref(),
            said: self.answers.said(&deliverable.id).cloned(),
        });
        let progress = progress(items.iter());
        let stand = if signals.iter().any(|signal| signal.present)
            || items.iter().any(|item| item.must && item.state == State::No)
        {
            StageStand::Failing
        } else if progress.done == progress.of {
            StageStand::Done
        } else if items.iter().any(|item| item.state != State::Open) {
            StageStand::Underway
        } else {
            StageStand::NotBegun
        };
        let deliverables = deliverables.collect();
        let Stage { id, title, goal, .. } = stage;
        StageState { id, title, goal, stand, progress, items, deliverables, signals }
    }

    fn item(&self, item: &'static Item) -> ItemState {
        let found = |check: &String| Some(self.shown(self.finding(check)?));
        let wrong = |shown: &EvidenceShown| matches!(shown.level, Level::Fail | Level::Warn);
        let refuting = item.refutes.iter().filter_map(found).filter(wrong);
        let evidence: Vec<EvidenceShown> = item.evidence.iter().filter_map(found).chain(refuting).collect();
        let said = self.answers.said(&item.id).cloned();
        let word = said.as_ref().and_then(|said| said.answer);
        let (state, source) = weigh(item.by, seen(&evidence), word);
        let contradiction = contradiction(item.by, &evidence, word);
        let Item { id, text, how, must, loses, by, .. } = item;
        let (must, loses, by) = (*must, *loses, *by);
        ItemState { id, text, how, must, loses, by, state, source, evidence, said, contradiction }
    }

    fn signal(&self, signal: &'static Signal) -> SignalState {
        let shows = |reference: &String| {
            let (check, outcome) =
                reference.split_once('/').map_or((reference.as_str(), None), |(c, o)| (c, Some(o)));
            let finding = self.finding(check)?;
            let there = match outcome {
                Some(outcome) => finding.outcome == outcome,
                None => finding.level == Level::Fail,
            };
            (there && !self.measured_for_another(finding))
                .then(|| format!("{}: {}", finding.name, finding.title))
        };
        let seen = signal.seen.iter().find_map(shows);
        let refused = || {
            let item = signal.items.iter().find(|item| self.answers.word(item) == Some(Word::No))?;
            let known = data::of(self.segment).items().find(|known| known.id == *item);
            Some(format!(
                "you answered No to \"{}\"",
                known.map_or(item.as_str(), |known| known.text.trim_end_matches('.'))
            ))
        };
        let said = self.answers.said(&signal.id).cloned();
        let word = said.as_ref().and_then(|said| said.answer);
        let because = match (&seen, word) {
            (Some(seen), _) => Some(seen.clone()),
            (None, Some(Word::Yes)) => Some("confirmed by you".to_owned()),
            (None, Some(Word::No | Word::NotApplicable)) => None,
            (None, None) => refused(),
        };
        let contradiction = seen
            .filter(|_| matches!(word, Some(Word::No | Word::NotApplicable)))
            .map(|seen| format!("You answered No, but the checks see it ({seen})."));
        let Signal { id, text, .. } = signal;
        let blocks = signal.blocks;
        let (present, because) = (because.is_some(), because.unwrap_or_default());
        SignalState { id, text, blocks, present, because, said, contradiction }
    }

    fn finding(&self, check: &str) -> Option<&FindingReport> {
        self.report?.findings.iter().find(|finding| finding.check == check)
    }

    /// Whether the finding was judged by the target of another kind of business.
    fn measured_for_another(&self, finding: &FindingReport) -> bool {
        BY_SEGMENT.contains(&finding.check.as_str())
            && self.report.is_some_and(|report| report.segment != Some(self.segment))
    }

    fn shown(&self, finding: &FindingReport) -> EvidenceShown {
        let judged = matches!(finding.level, Level::Pass | Level::Warn | Level::Fail);
        let (level, title) = if judged && self.measured_for_another(finding) {
            (
                Level::NotMeasured,
                "Measured against another target; check the domain again with this kind of business."
                    .to_owned(),
            )
        } else {
            (finding.level, finding.title.clone())
        };
        EvidenceShown { check: finding.check.clone(), name: finding.name.clone(), level, title }
    }
}

/// Checks whose outcome depends on the segment that the scan was told.
const BY_SEGMENT: [&str; 2] = ["endpoint-response-time", "home-response-time"];

/// What several checks say together; `None` where they say nothing.
fn seen(evidence: &[EvidenceShown]) -> Option<State> {
    let any = |level| evidence.iter().any(|shown| shown.level == level);
    if any(Level::Fail) {
        Some(State::No)
    } else if any(Level::NotMeasured) {
        None
    } else if any(Level::Warn) {
        Some(State::Partly)
    } else if any(Level::Pass) {
        Some(State::Yes)
    } else if any(Level::NotApplicable) {
        Some(State::NotApplicable)
    } else {
        None
    }
}

/// How an item stands, and who says so. What was measured is never talked away by a yes; a no always counts.
fn weigh(by: By, seen: Option<State>, said: Option<Word>) -> (State, Source) {
    let founder = |word| match word {
        Word::Yes => State::Yes,
        Word::No => State::No,
        Word::NotApplicable => State::NotApplicable,
    };
    match (seen, said) {
        (Some(State::No), Some(Word::No)) => (State::No, Source::Both),
        (Some(State::No), _) => (State::No, Source::Evidence),
        (_, Some(Word::No)) => (State::No, Source::Founder),
        (Some(State::Partly), _) => (State::Partly, Source::Evidence),
        (Some(State::Yes), Some(Word::Yes)) => (State::Yes, Source::Both),
        (Some(State::Yes), Some(Word::NotApplicable)) if by == By::Both => {
            (State::NotApplicable, Source::Founder)
        }
        (Some(State::Yes), None) if by == By::Both => (State::Open, Source::Evidence),
        (Some(State::Yes), _) => (State::Yes, Source::Evidence),
        (Some(State::NotApplicable), None) if by == By::Evidence => (State::NotApplicable, Source::Evidence),
        (None | Some(State::NotApplicable | State::Open), Some(word)) => (founder(word), Source::Founder),
        (None | Some(State::NotApplicable | State::Open), None) => (State::Open, Source::Nobody),
    }
}

/// What checks and founder say, where that differs. A founder may know more than the checks see; then it differs only where
/// the checks see all of it.
fn contradiction(by: By, evidence: &[EvidenceShown], said: Option<Word>) -> Option<String> {
    let word = said?;
    match (seen(evidence), word) {
        (Some(State::No), Word::Yes | Word::NotApplicable) => {
            let failed = evidence.iter().find(|shown| shown.level == Level::Fail)?;
            let (name, title) = (&failed.name, &failed.title);
            Some(format!("You answered {}, but a check fails ({name}: {title}).", capital(word.words())))
        }
        (Some(State::Yes), Word::No) if by == By::Evidence => {
            let names: Vec<&str> = evidence
                .iter()
                .filter(|shown| shown.level == Level::Pass)
                .map(|shown| shown.name.as_str())
                .collect();
            Some(format!("You answered No, but the checks pass ({}).", words::list(&names)))
        }
        _ => None,
    }
}

fn progress<'a>(items: impl Iterator<Item = &'a ItemState>) -> Progress {
    let mut progress = Progress::default();
    for item in items {
        progress.of += 1;
        progress.done += usize::from(matches!(item.state, State::Yes | State::NotApplicable));
    }
    progress
}

/// Go takes every must-have of the roadmap; one that is missing, a sign that stops, or a no-go of the report is no-go.
fn decide(
    roadmap: &Roadmap,
    report: Option<&Report>,
    answers: &Answers,
    stages: &[StageState],
    targets: &[ItemState],
) -> (Decision, String, Vec<String>) {
    let must: Vec<&ItemState> =
        stages.iter().flat_map(|stage| &stage.items).chain(targets).filter(|item| item.must).collect();
    let name = match report {
        Some(report) => report.domain_unicode.as_str(),
        None if answers.domain.is_empty() => "your product",
        None => answers.domain.as_str(),
    };
    let kind = roadmap.segment.title().to_lowercase();
    let kind = format!("{} {kind}", article(&kind));
    let mut against: Vec<String> = Vec::new();
    if let Some(report) = report.filter(|report| report.verdict.decision == Decision::NoGo) {
        let title = |id: &String| report.findings.iter().find(|finding| finding.check == *id);
        against.extend(report.verdict.checks.iter().filter_map(title).map(|finding| finding.title.clone()));
    }
    against.extend(
        must.iter()
            .filter(|item| item.state == State::No)
            // What a blocker of the report says already is not said again.
            .filter(|item| {
                let stops = |shown: &EvidenceShown| {
                    report.is_some_and(|report| report.verdict.checks.contains(&shown.check))
                };
                item.source != Source::Evidence || !item.evidence.iter().any(stops)
            })
            .map(|item| format!("Not done: {}", item.text.trim_end_matches('.'))),
    );
    let blocking =
        stages.iter().flat_map(|stage| &stage.signals).filter(|signal| signal.blocks && signal.present);
    against.extend(blocking.map(|signal| format!("Warning sign: {}", signal.text.trim_end_matches('.'))));
    if !against.is_empty() {
        let things = words::count(against.len(), "thing stops", "things stop");
        return (Decision::NoGo, format!("{things} {name} from launching as {kind}."), against);
    }
    let open = must.iter().filter(|item| item.state == State::Open);
    let mut open: Vec<String> =
        open.map(|item| format!("Open: {}", item.text.trim_end_matches('.'))).collect();
    let unmeasured = report.is_none_or(|report| report.verdict.decision == Decision::NoVerdict);
    if !open.is_empty() || unmeasured {
        let summary = match (report, open.len()) {
            (Some(_), 0) => "The checks came to no verdict.".to_owned(),
            (None, 0) => "Check your domain.".to_owned(),
            (Some(_), n) => {
                format!("{n} of {} must-haves for {kind} are open.", must.len())
            }
            (None, n) => {
                format!("Check your domain, or answer the open must-haves: {n} of {} for {kind}.", must.len())
            }
        };
        if unmeasured && !open.is_empty() {
            let first = if report.is_none() { "Not checked yet" } else { "The checks came to no verdict" };
            open.insert(0, first.to_owned());
        }
        return (Decision::NoVerdict, summary, open);
    }
    let partly = must.iter().filter(|item| item.state == State::Partly).count();
    let follow = match partly {
        0 => String::new(),
        1 => " Improve one of them soon.".to_owned(),
        n => format!(" Improve {n} of them soon."),
    };
    let met = format!("All {} must-haves for {kind} are met: {name} can launch.{follow}", must.len());
    (Decision::Go, met, Vec::new())
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// A summary and the first few of its reasons as sentences; the rest as a number. What is forwarded has to be read.
fn sentences(summary: &str, reasons: &[String]) -> String {
    let mut text = summary.to_owned();
    for reason in reasons.iter().take(SHOWN) {
        text.push(' ');
        text.push_str(reason);
        text.push('.');
    }
    if let Some(more @ 1..) = reasons.len().checked_sub(SHOWN) {
        text.push_str(&format!(" And {more} more."));
    }
    text
}

const SHOWN: usize = 3;

#[cfg(test)]
mod tests;
