//! A finding: which of a check's outcomes holds, and the evidence for it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::answers::Unmeasured;
use crate::checks::chart::Chart;
use crate::checks::consequences::Consequences;
use crate::checks::fix::Fix;
use crate::checks::rank::Rank;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::http::Chain;

/// One of the things a check can say. The code is API; the words are free to change.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Stable kebab-case name, unique within its check.
    pub code: &'static str,
    /// How it is judged.
    pub level: Level,
    /// What is so, in a few plain words.
    pub title: &'static str,
    /// What this outcome costs where that is not what the check's others cost.
    pub stakes: Option<Consequences>,
    /// How urgent it is, where it says so itself; see [`Outcome::rank`].
    ranked: Option<Rank>,
}

impl Outcome {
    const fn new(code: &'static str, level: Level, title: &'static str) -> Self {
        Self { code, level, title, stakes: None, ranked: None }
    }

    /// It is as it should be.
    #[must_use]
    pub const fn pass(code: &'static str, title: &'static str) -> Self {
        Self::new(code, Level::Pass, title)
    }

    /// It works, but not as well as it should.
    #[must_use]
    pub const fn warn(code: &'static str, title: &'static str) -> Self {
        Self::new(code, Level::Warn, title)
    }

    /// It is broken.
    #[must_use]
    pub const fn fail(code: &'static str, title: &'static str) -> Self {
        Self::new(code, Level::Fail, title)
    }

    /// It does not concern this domain.
    #[must_use]
    pub const fn not_applicable(code: &'static str, title: &'static str) -> Self {
        Self::new(code, Level::NotApplicable, title)
    }

    /// What came back cannot be judged, and why is worth saying.
    #[must_use]
    pub const fn not_measured(code: &'static str, title: &'static str) -> Self {
        Self::new(code, Level::NotMeasured, title)
    }

    /// The same, costing something else than the check's other outcomes.
    #[must_use]
    pub const fn costs(mut self, stakes: Consequences) -> Self {
        self.stakes = Some(stakes);
        self
    }

    /// The same, so urgent that nobody should launch with it. Only what fails blocks.
    #[must_use]
    pub const fn blocks(self) -> Self {
        self.ranked(Rank::Blocker)
    }

    /// The same, costing customers within weeks.
    #[must_use]
    pub const fn important(self) -> Self {
        self.ranked(Rank::Important)
    }

    /// The same, as good practice.
    #[must_use]
    pub const fn optional(self) -> Self {
        self.ranked(Rank::Optional)
    }

    const fn ranked(mut self, rank: Rank) -> Self {
        self.ranked = Some(rank);
        self
    }

    /// How urgent it is, by the rule of [`Rank::rule`]; `None` where there is nothing to fix. Where an outcome does not say,
    /// what is broken is important and what could be better is optional.
    #[must_use]
    pub fn rank(&self) -> Option<Rank> {
        match self.level {
            Level::Fail => Some(self.ranked.unwrap_or(Rank::Important)),
            Level::Warn => Some(self.ranked.unwrap_or(Rank::Optional)),
            Level::Pass | Level::NotApplicable | Level::NotMeasured => None,
        }
    }

    /// Whether it says itself how urgent it is.
    #[must_use]
    pub fn says_its_rank(&self) -> bool {
        self.ranked.is_some()
    }

    /// A finding with this outcome, to be filled with what was seen.
    #[must_use]
    pub fn found(&'static self) -> Finding {
        Finding {
            outcome: self,
            detail: String::new(),
            seen: Vec::new(),
            measures: Vec::new(),
            fixes: Vec::new(),
            missed: None,
        }
    }
}

/// Said by the engine for any check that needs what could not be had.
pub static NOT_MEASURED: Outcome = Outcome::not_measured("not-measured", "Couldn't check");

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which of the check's outcomes.
    pub outcome: &'static Outcome,
    /// One sentence about this domain, with its names and numbers; empty where the title says it all.
    pub detail: String,
    /// What was seen. Every finding shows something.
    pub seen: Vec<EvidenceItem>,
    /// What was counted or timed, for comparing with another scan.
    pub measures: Vec<Measure>,
    /// What puts it right, exactly.
    pub fixes: Vec<Fix>,
    /// What could not be had, where that is why nothing was measured.
    pub missed: Option<Unmeasured>,
}

impl Finding {
    /// The same with a sentence about this domain.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same with something that was seen.
    #[must_use]
    pub fn with_evidence(mut self, label: impl Into<String>, text: impl Into<String>) -> Self {
        self.seen.push(EvidenceItem {
            label: label.into(),
            text: text.into(),
            marks: Vec::new(),
            picture: None,
        });
        self
    }

    /// The same with something that was seen and that can be drawn; the text says the same in words.
    #[must_use]
    pub fn with_charted_evidence(
        mut self,
        label: impl Into<String>,
        text: impl Into<String>,
        picture: Chart,
    ) -> Self {
        self.seen.push(EvidenceItem {
            label: label.into(),
            text: text.into(),
            marks: Vec::new(),
            picture: Some(picture),
        });
        self
    }

    /// The same with a text in which a parser noticed something.
    #[must_use]
    pub fn with_marked_evidence(
        mut self,
        label: impl Into<String>,
        text: impl Into<String>,
        issues: &[Diagnostic],
    ) -> Self {
        let marks = issues
            .iter()
            .map(|issue| Mark {
                span: issue.span,
                code: issue.code.to_owned(),
                severity: issue.severity,
                note: issue.message.to_string(),
            })
            .collect();
        self.seen.push(EvidenceItem { label: label.into(), text: text.into(), marks, picture: None });
        self
    }

    /// The same with something that was counted or timed.
    #[must_use]
    pub fn measure(mut self, label: impl Into<String>, value: u32, unit: &str) -> Self {
        self.measures.push(Measure { label: label.into(), value, unit: unit.to_owned() });
        self
    }

    /// The same with something that puts it right.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// The finding for what could not be had.
    #[must_use]
    pub fn not_measured(gap: &Unmeasured) -> Self {
        NOT_MEASURED
            .found()
            .detail(format!("{} {}.", gap.asked, gap.failure))
            .with_evidence(&gap.asked, gap.failure.cause.words())
            .missing(gap.clone())
    }

    /// The same, because this could not be had.
    #[must_use]
    pub fn missing(mut self, gap: Unmeasured) -> Self {
        self.missed = Some(gap);
        self
    }
}

/// Something that was counted or timed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Measure {
    /// What it is, the same in every scan: `median response time of https://example.com/`.
    pub label: String,
    /// How much.
    pub value: u32,
    /// `ms`, or what is counted: `redirects`.
    pub unit: String,
}

/// Something that was seen: a record, a header, a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceItem {
    /// What it is: `TXT _dmarc.example.com`.
    pub label: String,
    /// As it was found. Written by strangers: text, never markup.
    pub text: String,
    /// Parts of the text that somebody should look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// The same as a drawing, for whoever can draw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Chart>,
}

/// A part of a text with a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mark {
    /// Where in the text.
    #[serde(flatten)]
    pub span: Span,
    /// The issue's stable name.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// What there is to say.
    pub note: String,
}

/// How an outcome is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Broken, and the evidence shows it.
    Fail,
    /// Works, but not as well as it should.
    Warn,
    /// Could not be had: says nothing about the domain, good or bad.
    NotMeasured,
    /// As it should be.
    Pass,
    /// Does not concern this domain.
    NotApplicable,
}

impl Level {
    /// The word for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warning",
            Self::NotMeasured => "not measured",
            Self::Pass => "pass",
            Self::NotApplicable => "not applicable",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl Finding {
    /// The same with a chain as evidence, in words and as a chart.
    #[must_use]
    pub fn with_chain(self, label: impl Into<String>, chain: &Chain) -> Self {
        self.with_charted_evidence(label, chain.to_string(), Chart::of_chain(chain))
    }
}
