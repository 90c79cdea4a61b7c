//! What the page knows: one store of signals. Events go in, the views look at them.

use std::sync::Arc;

use js_sys::Date;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::score::Rank;
use launch_ready_core::report::stream::{Listed, StreamEvent};
use launch_ready_core::report::{FindingReport, Report};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::AbortController;

use crate::asked::Asked;
use crate::problem::Trouble;
use crate::{decode, keep, stream, typed, words};

/// Who hears that half of the checks are done has waited for at least this long, in milliseconds. For less it would
/// only talk over the verdict.
const HALFWAY_AFTER_MS: f64 = 1500.0;

/// What is said beside the verdict once a finding below it is newer.
const RENEWED: &str = "You checked part of this again. Verdict, score and order are from the full check: run it again to renew them.";

/// Where things stand.
#[derive(Debug, Clone)]
pub enum Phase {
    /// Nothing was asked yet, or what was asked was refused.
    Idle,
    /// The question is on its way, or answers are coming.
    Running,
    /// The report is here.
    Finished(Arc<Report>),
    /// There will be no report.
    Lost(Trouble),
}

/// How far the scan is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Questions answered so far.
    pub answered: u32,
    /// Questions known so far.
    pub known: u32,
    /// Questions that are out, in the order of asking.
    pub open: Vec<String>,
}

/// A check and what it came to, once it has.
#[derive(Debug, Clone)]
pub struct Row {
    /// What the service said about it at first.
    pub listed: Listed,
    /// What it came to.
    pub finding: ArcRwSignal<Option<Arc<FindingReport>>>,
}

impl Row {
    fn new(listed: Listed) -> Self {
        Self { listed, finding: ArcRwSignal::new(None) }
    }

    /// How it came out, once it has.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.finding.with(|finding| finding.as_ref().map(|finding| finding.level))
    }
}

/// The report that is shown, as the line that brought it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What was asked, as a query.
    pub asked: String,
    /// The line.
    pub line: String,
    /// The line of the report before, where the whole check was run again.
    pub before: String,
}

/// Everything that is known, for as long as the page is open.
#[derive(Debug, Clone, Copy)]
pub struct Store {
    /// Where things stand.
    pub phase: RwSignal<Phase>,
    /// What was asked.
    pub asked: RwSignal<Asked>,
    /// The domain that it is about, as well as it is known: as typed, in ASCII, as people write it.
    pub domain: RwSignal<String>,
    /// Why what was typed was refused; empty where it was not.
    pub refusal: RwSignal<String>,
    /// Every check, in the order in which they are listed.
    pub rows: RwSignal<Vec<Row>>,
    /// How far the scan is.
    pub progress: RwSignal<Progress>,
    /// Why this is, or is in part, the report of an earlier time; empty where it is not.
    pub kept: RwSignal<String>,
    /// The report's id, under which it stays; empty where it is not known.
    pub link: RwSignal<String>,
    /// What is said to those who listen to the page.
    pub announced: RwSignal<String>,
    /// The report that is shown, as it came.
    line: StoredValue<Line>,
    /// The scan that is running: its number, and what ends it. An event of any other comes too late.
    current: StoredValue<(u32, Option<AbortController>), LocalStorage>,
    /// When the scan began, and whether it was said that half of it is done.
    halfway: StoredValue<(f64, bool)>,
}

impl Store {
    /// Nothing asked, nothing known.
    #[must_use]
    pub fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Idle),
            asked: RwSignal::new(Asked::default()),
            domain: RwSignal::new(String::new()),
            refusal: RwSignal::new(String::new()),
            rows: RwSignal::new(Vec::new()),
            progress: RwSignal::new(Progress::default()),
            kept: RwSignal::new(String::new()),
            link: RwSignal::new(String::new()),
            announced: RwSignal::new(String::new()),
            line: StoredValue::new(Line::default()),
            current: StoredValue::new_local((0, None)),
            halfway: StoredValue::new((0.0, false)),
        }
    }

    /// Says something to those who listen to the page.
    pub fn announce(&self, words: impl Into<String>) {
        let mut words = words.into();
        // The same words twice would not be a change, and would not be said.
        if self.announced.with_untracked(|before| *before == words) {
            words.push('\u{a0}');
        }
        self.announced.set(words);
    }

    /// Asks the service, for a report that is made now where it is to be `fresh`. A scan that is still running is ended.
    pub fn ask(self, asked: Asked, fresh: bool) {
        let Ok(abort) = AbortController::new() else { return };
        let number = self.end(Some(abort.clone()));
        self.rows.set(Vec::new());
        self.refusal.set(String::new());
        self.kept.set(String::new());
        self.link.set(String::new());
        self.progress.set(Progress::default());
        self.halfway.set_value((Date::now(), false));
        self.domain.set(asked.domain.clone());
        self.asked.set(asked.clone());
        self.phase.set(Phase::Running);
        spawn_local(async move {
            let is_current = || self.current.with_value(|(last, _)| *last == number);
            let ended = stream::read(&asked, fresh, &abort, self.link, |event, line| {
                if is_current() {
                    self.apply(event, line, fresh);
                }
            })
            .await;
            if let (Err(trouble), true) = (ended, is_current()) {
                self.give_up(trouble);
            }
        });
    }

    /// Ends the scan that is running, and shows what has come.
    pub fn stop(self) {
        self.end(None);
        self.give_up(Trouble::Stopped);
    }

    /// Shows what is shown before anything is asked.
    pub fn leave(self) {
        self.end(None);
        self.refusal.set(String::new());
        self.phase.set(Phase::Idle);
    }

    /// Ends the scan that is running; the number of the next.
    fn end(self, next: Option<AbortController>) -> u32 {
        let mut number = 0;
        self.current.update_value(|(last, running)| {
            if let Some(running) = std::mem::replace(running, next) {
                running.abort();
            }
            *last += 1;
            number = *last;
        });
        number
    }

    /// The report that is shown, as it came.
    #[must_use]
    pub fn line(self) -> Line {
        self.line.get_value()
    }

    /// Takes over a finding that was asked for again, as a line of a stream. One check makes no verdict.
    pub fn renew(self, line: &str) -> Option<FindingReport> {
        let Some(StreamEvent::Finding(finding)) = decode::event(line) else { return None };
        self.kept.set(RENEWED.to_owned());
        Some(*finding)
    }

    /// Says why nothing can be asked, and shows no results.
    pub fn refuse(&self, sentence: String) {
        self.announce(sentence.clone());
        self.refusal.set(sentence);
        self.phase.set(Phase::Idle);
    }

    /// How many checks have come to a finding, and how many there are.
    #[must_use]
    pub fn settled(&self) -> (usize, usize) {
        self.rows.with(|rows| (rows.iter().filter(|row| row.level().is_some()).count(), rows.len()))
    }

    /// What was found so far.
    #[must_use]
    pub fn found(&self) -> Vec<Arc<FindingReport>> {
        let found = |row: &Row| row.finding.get_untracked();
        self.rows.with_untracked(|rows| rows.iter().filter_map(found).collect())
    }

    /// What stops the launch, as soon as one thing is known to.
    #[must_use]
    pub fn first_blocker(&self) -> Option<String> {
        self.rows.with(|rows| {
            rows.iter().find_map(|row| {
                row.finding.with(|finding| {
                    let finding = finding.as_ref().filter(|finding| finding.rank == Some(Rank::Blocker))?;
                    Some(finding.title.clone())
                })
            })
        })
    }

    fn apply(self, event: StreamEvent, line: &str, fresh: bool) {
        match event {
            StreamEvent::Started { domain, checks } => {
                self.announce(format!("Checking {domain}: {} checks.", checks.len()));
                // From here on it is asked about by its name, whatever was typed: a URL, an email address.
                self.asked.update(|asked| {
                    asked.domain = typed::in_address(&asked.domain, &domain).to_owned();
                });
                self.domain.set(domain);
                self.rows.set(checks.into_iter().map(Row::new).collect());
            }
            StreamEvent::Progress { probe, done, answered, known } => self.progress.update(|progress| {
                (progress.answered, progress.known) = (answered, known);
                progress.open.retain(|open| *open != probe);
                if !done {
                    progress.open.push(probe);
                }
            }),
            StreamEvent::Finding(finding) => {
                self.settle(*finding);
                self.say_halfway();
            }
            // This page asks for whole reports.
            StreamEvent::Recheck(_) => {}
            StreamEvent::Report(report) => {
                let asked = self.asked.get_untracked();
                keep::keep(&asked, line);
                self.show(*report, asked.query(), line.to_owned(), fresh);
            }
        }
    }

    /// Shows a report.
    fn show(self, report: Report, asked: String, line: String, fresh: bool) {
        let before = self.line.with_value(|known| match fresh && known.asked == asked {
            true => known.line.clone(),
            false => String::new(),
        });
        self.line.set_value(Line { asked, line, before });
        self.domain.set(report.domain_unicode.clone());
        self.announce(words::spoken(&report));
        self.phase.set(Phase::Finished(Arc::new(report)));
    }

    fn settle(self, finding: FindingReport) {
        let row = self
            .rows
            .with_untracked(|rows| rows.iter().find(|row| row.listed.check == finding.check).cloned());
        if let Some(row) = row {
            row.finding.set(Some(Arc::new(finding)));
        }
    }

    fn say_halfway(self) {
        let (began, said) = self.halfway.get_value();
        let (settled, of) = untrack(|| self.settled());
        if !said && settled * 2 >= of && settled < of && Date::now() - began > HALFWAY_AFTER_MS {
            self.halfway.set_value((began, true));
            self.announce(format!("{settled} of {of} checks are done."));
        }
    }

    fn give_up(self, trouble: Trouble) {
        if let Trouble::Refused(sentence) = trouble {
            self.refuse(sentence);
            return;
        }
        let (settled, of) = untrack(|| self.settled());
        // Without any answer of its own, the last report about the same is better than an empty page.
        let nothing_came = settled == 0 || self.progress.with_untracked(|progress| progress.known == 0);
        let asked = self.asked.get_untracked();
        if nothing_came
            && let Some(line) = keep::line(&asked)
            && let Some(StreamEvent::Report(report)) = decode::event(&line)
        {
            let why = trouble.detail(0, 0);
            self.kept.set(format!("{}. {why} This is the last report in this tab.", trouble.title()));
            self.show(*report, asked.query(), line, false);
            return;
        }
        self.announce(format!("{}. {}", trouble.title(), trouble.detail(settled, of)));
        self.phase.set(Phase::Lost(trouble));
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}
