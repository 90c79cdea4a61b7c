//! A check: one pure function from a target and the evidence to a finding, and the words it may use.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::answer::Failure;
use crate::evidence::Evidence;
use crate::issue::{Issue, Severity, Span};
use crate::stakes::Stakes;
use crate::target::Target;

/// One thing that is judged. There is one in every file of `checks/`.
#[derive(Debug)]
pub struct Check {
    /// Names the thing, never changes, part of the API: `dmarc-policy`.
    pub id: &'static str,
    /// Where it belongs.
    pub area: Area,
    /// What it means for a launch.
    pub impact: Impact,
    /// What a problem that it finds costs, and what it takes to put right.
    pub stakes: Stakes,
    /// Everything it can say. The engine adds "not measured".
    pub outcomes: &'static [&'static Outcome],
    /// Plan and judgement in one: asks the evidence for all it can before its first `?`, and is run again from the
    /// top whenever something it asked for has come.
    pub run: fn(&Target, &Evidence) -> Result<Finding, Stop>,
}

/// Why a check did not come to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Something it needs could not be had, and will not be.
    NotMeasured(Gap),
    /// Something it asked for has not come yet.
    Pending,
}

/// What was asked for, where it could be had; `None` where it could not, for a check that goes on without it.
///
/// # Errors
/// Pending until the answer is there.
pub fn if_measured<T>(asked: Result<T, Stop>) -> Result<Option<T>, Stop> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(Stop::NotMeasured(_)) => Ok(None),
        Err(Stop::Pending) => Err(Stop::Pending),
    }
}

/// What could not be had, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What was asked: `MX example.com`, `GET https://example.com/`.
    pub asked: String,
    /// How that failed.
    pub failure: Failure,
}

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
    pub stakes: Option<Stakes>,
}

impl Outcome {
    const fn new(code: &'static str, level: Level, title: &'static str) -> Self {
        Self { code, level, title, stakes: None }
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
    pub const fn costs(mut self, stakes: Stakes) -> Self {
        self.stakes = Some(stakes);
        self
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
        }
    }
}

/// Said by the engine for any check that needs what could not be had.
pub static NOT_MEASURED: Outcome = Outcome::not_measured("not-measured", "Could not be measured");

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which of the check's outcomes.
    pub outcome: &'static Outcome,
    /// One sentence about this domain, with its names and numbers; empty where the title says it all.
    pub detail: String,
    /// What was seen. Every finding shows something.
    pub seen: Vec<Seen>,
    /// What was counted or timed, for comparing with another scan.
    pub measures: Vec<Measure>,
    /// What puts it right, exactly.
    pub fixes: Vec<Fix>,
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
    pub fn saw(mut self, label: impl Into<String>, text: impl Into<String>) -> Self {
        self.seen.push(Seen { label: label.into(), text: text.into(), marks: Vec::new(), picture: None });
        self
    }

    /// The same with something that was seen and that can be drawn; the text says the same in words.
    #[must_use]
    pub fn saw_drawn(mut self, label: impl Into<String>, text: impl Into<String>, picture: Picture) -> Self {
        self.seen.push(Seen {
            label: label.into(),
            text: text.into(),
            marks: Vec::new(),
            picture: Some(picture),
        });
        self
    }

    /// The same with a text in which a parser noticed something.
    #[must_use]
    pub fn saw_marked(mut self, label: impl Into<String>, text: impl Into<String>, issues: &[Issue]) -> Self {
        let marks = issues
            .iter()
            .map(|issue| Mark {
                span: issue.span,
                code: issue.code.to_owned(),
                severity: issue.severity,
                note: issue.message.to_string(),
            })
            .collect();
        self.seen.push(Seen { label: label.into(), text: text.into(), marks, picture: None });
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
    pub fn not_measured(gap: &Gap) -> Self {
        NOT_MEASURED
            .found()
            .detail(format!("{} {}.", gap.asked, gap.failure))
            .saw(&gap.asked, gap.failure.cause.words())
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
pub struct Seen {
    /// What it is: `TXT _dmarc.example.com`.
    pub label: String,
    /// As it was found. Written by strangers: text, never markup.
    pub text: String,
    /// Parts of the text that somebody should look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// The same as a drawing, for whoever can draw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
}

/// Something that people would rather look at than read. It never says more than the text that it stands beside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Picture {
    /// What is drawn.
    pub kind: Drawing,
    /// Its parts, in order.
    pub rows: Vec<Drawn>,
    /// What the values should not pass; 0 where nothing limits them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub limit: u32,
}

/// The kinds of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Drawing {
    /// A redirect chain: a row for each answered request, with its address, its status, and the milliseconds to the end
    /// of its headers; a row without a status says how the chain ends where it does not arrive.
    Chain,
    /// Parts of something of which there is only so much: a row for each part, with its name and what it takes.
    Shares,
    /// Milliseconds in the order of asking, beside a target.
    Times,
    /// From when to when something is valid: three rows, for its first day, the day on which it was read, and its last day,
    /// each with the date and how many whole days there are from then to the end.
    Validity,
}

/// One part of a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Drawn {
    /// What it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How much.
    pub value: u32,
    /// The status of an answer; 0 where it is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub status: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(n: &u32) -> bool {
    *n == 0
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

/// Something that puts a finding right, as data: rendered for whichever provider is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Fix {
    /// Send this header field with the responses of the site.
    Header {
        /// The field's name.
        name: String,
        /// The field's value.
        value: String,
        /// The path of the responses that it is for, with `*` at its end for all below; every response where it is absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<String>,
    },
    /// Publish this DNS record.
    Record {
        /// Owner name, no trailing dot.
        name: String,
        /// `TXT`, `MX` …
        record_type: String,
        /// The data in zone-file notation.
        value: String,
        /// A record of the same name and type that it takes the place of, in zone-file notation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<String>,
    },
    /// Redirect permanently.
    Redirect {
        /// What is asked for, up to the path.
        from: String,
        /// Where it leads; path and query are kept.
        to: String,
    },
    /// Take this DNS record away.
    RemoveRecord {
        /// Owner name, no trailing dot.
        name: String,
        /// `TXT`, `MX` …
        record_type: String,
        /// The data in zone-file notation.
        value: String,
    },
    /// Something a person does.
    Step {
        /// One instruction.
        text: String,
    },
}

impl Fix {
    /// Publish this DNS record.
    #[must_use]
    pub fn record(name: impl Into<String>, record_type: &str, value: impl Into<String>) -> Self {
        Self::Record {
            name: name.into(),
            record_type: record_type.to_owned(),
            value: value.into(),
            replaces: None,
        }
    }

    /// The same record in the place of one that is there, if there is one.
    #[must_use]
    pub fn replacing(mut self, old: Option<String>) -> Self {
        if let Self::Record { replaces, .. } = &mut self {
            *replaces = old;
        }
        self
    }

    /// Send this header with every response.
    #[must_use]
    pub fn header(name: &str, value: impl Into<String>) -> Self {
        Self::Header { name: name.to_owned(), value: value.into(), path: None }
    }

    /// Send this header with the responses below a path, or with that of one path.
    #[must_use]
    pub fn header_for(path: impl Into<String>, name: &str, value: impl Into<String>) -> Self {
        Self::Header { name: name.to_owned(), value: value.into(), path: Some(path.into()) }
    }

    /// Something a person does.
    #[must_use]
    pub fn step(text: impl Into<String>) -> Self {
        Self::Step { text: text.into() }
    }

    /// The lines to copy: a zone-file line, a header line; for a step its text.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Header { name, value, .. } => format!("{name}: {value}"),
            Self::Record { name, record_type, value, .. }
            | Self::RemoveRecord { name, record_type, value } => {
                format!("{name}. {record_type} {value}")
            }
            Self::Redirect { from, to } => format!("{from} → {to} (301, path and query kept)"),
            Self::Step { text } => text.clone(),
        }
    }

    /// What to do with the [line](Self::line).
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Header { path: None, .. } => "Send this header",
            Self::Header { path: Some(_), .. } => "Send this header for some paths only",
            Self::Record { replaces: None, .. } => "Add this DNS record",
            Self::Record { replaces: Some(_), .. } => "Replace the record by this one",
            Self::Redirect { .. } => "Add this redirect",
            Self::RemoveRecord { .. } => "Remove this DNS record",
            Self::Step { .. } => "Do this",
        }
    }
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

/// What a check means for a launch. It weighs the score and ranks the risks; see [`crate::score`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// A must-have: a failure stops the launch, and without an answer nobody can say "ready".
    Critical,
    /// A failure costs visitors, mail or trust.
    Important,
    /// Good practice.
    Minor,
}

/// Where a check belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// Names, addresses, name servers.
    Domain,
    /// How every way in reaches the site.
    Redirects,
    /// Mail from and to the domain.
    Email,
    /// How fast it answers.
    Speed,
    /// What protects the site and its visitors.
    Security,
    /// Whether it can be found.
    Search,
    /// Whether somebody notices when it breaks.
    Operation,
}

impl Area {
    /// Every area, in the order in which a person should read them.
    pub const ALL: [Self; 7] = [
        Self::Domain,
        Self::Redirects,
        Self::Email,
        Self::Speed,
        Self::Security,
        Self::Search,
        Self::Operation,
    ];

    /// The heading for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Domain => "Domain and DNS",
            Self::Redirects => "Redirects and HTTPS",
            Self::Email => "Email",
            Self::Speed => "Speed",
            Self::Security => "Security",
            Self::Search => "Search engines",
            Self::Operation => "Operation",
        }
    }
}
