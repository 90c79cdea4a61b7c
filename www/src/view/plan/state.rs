//! What the plan knows: report, answers and kind of business as signals, and what follows from them.

use std::sync::Arc;

use launch_ready_core::plan::documents;
use launch_ready_core::plan::documents::{Document, DocumentContext, Kind};
use launch_ready_core::plan::roadmap;
use launch_ready_core::plan::roadmap::{Answers, Assessment, Said, Word};
use launch_ready_core::report::Report;
use launch_ready_core::target::Segment;
use leptos::prelude::*;
use web_sys::Storage;

use super::steps::chosen;

/// Everything that is known while the plan is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// The report that it is about.
    pub(super) report: RwSignal<Option<Arc<Report>>>,
    /// What the founder said.
    pub(super) answers: RwSignal<Answers>,
    /// The kind of business.
    pub(super) segment: Memo<Option<Segment>>,
    /// How far the business is; made anew at every change, here.
    pub(super) assessment: Memo<Option<Assessment>>,
    /// What is said to those who listen to the page.
    pub(super) said: RwSignal<String>,
}

impl Plan {
    pub(super) fn new(report: Option<Arc<Report>>) -> Self {
        let mut answers = kept(report.as_deref());
        if let Some(report) = &report {
            about(&mut answers, report);
        }
        let report = RwSignal::new(report);
        let answers = RwSignal::new(answers);
        let segment = Memo::new(move |_| answers.with(Answers::known_segment));
        let assessment =
            Memo::new(move |_| {
                let segment = segment.get()?;
                Some(report.with(|report| {
                    answers.with(|answers| roadmap::assess(segment, report.as_deref(), answers))
                }))
            });
        Self { report, answers, segment, assessment, said: RwSignal::new(String::new()) }
    }

    /// Takes another report over; another domain brings its own answers.
    pub(super) fn take(self, report: Option<Arc<Report>>) {
        if let Some(new) = &report {
            let same =
                self.report.with_untracked(|old| old.as_ref().is_some_and(|old| old.domain == new.domain));
            let mut answers = if same { self.answers.get_untracked() } else { kept(Some(new)) };
            about(&mut answers, new);
            self.answers.set(answers);
        }
        self.report.set(report);
    }

    /// From now on, writes the answers down in this browser whenever they change: under the report's domain, and without a
    /// report under none, whatever domain is typed, so that nothing is written over.
    pub(super) fn keep(self) {
        Effect::new(move |_| {
            let domain = self
                .report
                .with(|report| report.as_ref().map(|report| report.domain.clone()))
                .unwrap_or_default();
            let text = self.answers.with(Answers::write);
            // Private windows and full disks refuse; then the answers last as long as the page.
            if let Some(storage) = storage() {
                let _ = storage.set_item(&key(&domain), &text);
            }
        });
    }

    pub(super) fn choose(self, segment: Segment) {
        self.answers.update(|answers| answers.segment = segment.id().to_owned());
        self.say(format!("The roadmap for: {}.", segment.title()));
    }

    /// The word that the founder said about `id`.
    pub(super) fn word(self, id: &str) -> Option<Word> {
        self.answers.with(|answers| answers.word(id))
    }

    /// Changes what was said about `id`; what says nothing any more goes.
    pub(super) fn change(self, id: &str, change: impl FnOnce(&mut Said)) {
        self.answers.update(|answers| {
            let said = answers.items.entry(id.to_owned()).or_default();
            change(said);
            if *said == Said::default() {
                answers.items.remove(id);
            }
        });
    }

    /// Says something to those who listen to the page.
    pub(super) fn say(self, words: impl Into<String>) {
        let mut words = words.into();
        if self.said.with_untracked(|before| *before == words) {
            words.push('\u{a0}');
        }
        self.said.set(words);
    }

    /// The name of a file about the domain, where there is one.
    pub(super) fn file_name(self, what: &str) -> String {
        match self.answers.with_untracked(|answers| answers.domain.clone()).as_str() {
            "" => what.to_owned(),
            domain => format!("{what}-{domain}"),
        }
    }

    /// The documents as they are now.
    pub(super) fn documents(self) -> Vec<Document> {
        self.with_material(documents::all)
    }

    /// One of them.
    pub(super) fn document(self, kind: &'static Kind) -> Document {
        self.with_material(|material| documents::write(kind, material))
    }

    fn with_material<T>(self, write: impl FnOnce(&DocumentContext<'_>) -> T) -> T {
        let (report, answers, assessment) = (self.report.get(), self.answers.get(), self.assessment.get());
        let report = report.as_deref();
        write(&DocumentContext {
            report,
            before: None,
            dns: report.map(|report| report.dns.as_slice()),
            answers: &answers,
            assessment: assessment.as_ref(),
            chosen: chosen(),
        })
    }
}

/// What a report tells for the answers: the domain, and the kind of business where the founder said none here.
fn about(answers: &mut Answers, report: &Report) {
    answers.domain.clone_from(&report.domain);
    if let (true, Some(segment)) = (answers.segment.is_empty(), report.segment) {
        answers.segment = segment.id().to_owned();
    }
}

/// The answers that this browser keeps for the report's domain. Where there are none, those that were given before any
/// check, unless they name another domain; they are that domain's from then on.
fn kept(report: Option<&Report>) -> Answers {
    let read = |domain: &str| {
        let text = storage()?.get_item(&key(domain)).ok()??;
        Answers::read(&text).ok().map(|reading| reading.answers)
    };
    let domain = report.map(|report| report.domain.as_str()).unwrap_or_default();
    if let Some(answers) = read(domain) {
        return answers;
    }
    let unnamed = read("").filter(|answers| answers.domain.is_empty() || answers.domain == domain);
    if unnamed.is_some()
        && let Some(storage) = storage()
    {
        let _ = storage.remove_item(&key(""));
    }
    unnamed.unwrap_or_default()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn key(domain: &str) -> String {
    format!("launch-ready:answers:{domain}")
}
