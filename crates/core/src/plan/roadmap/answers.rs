//! The founder's answers: a file that people keep, carry from browser to command line, and open again years later.
//!
//! Nothing in it is lost: what this version does not know is kept as it is and written back. Every older version is read:
//!
//! - **0**, before there was a number: one flat object, `{"rollback-path": "yes", "cors-limited": false}`;
//! - **1**: this file's types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Account, Contact, Deploy, Endpoint, Monitoring, Variable};
use super::{ai_cases, data, demo_path};
use crate::target::Segment;

/// The version of the answers file.
pub const ANSWERS_SCHEMA: u32 = 1;

/// Octets of an answers file: a thousand answers with a page of notes each are far from it.
pub const MAX_ANSWERS: usize = 1 << 20;

/// Entries of one list, and answers: nobody runs a launch with more, and documents of them would help nobody.
const MAX_ENTRIES: usize = 1_000;

/// What the founder said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Answers {
    /// [`ANSWERS_SCHEMA`] when it was written.
    pub schema: u32,
    /// The domain it is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub domain: String,
    /// The kind of business, by its id; kept as it is where this version does not know it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub segment: String,
    /// Answers by the id of what is asked.
    pub items: BTreeMap<String, Said>,
    /// Accounts at providers.
    pub accounts: Vec<Account>,
    /// Environment variables.
    pub environment: Vec<Variable>,
    /// How the product is deployed.
    pub deploy: Deploy,
    /// What is watched.
    pub monitoring: Monitoring,
    /// Who can help.
    pub contacts: Vec<Contact>,
    /// Old addresses and where each should lead, one a line, in any form that [`crate::plan::redirect_map::parse`] reads.
    pub redirects: String,
    /// Latencies that were measured.
    pub latency: Vec<Endpoint>,
    /// What else the file holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            schema: ANSWERS_SCHEMA,
            domain: String::new(),
            segment: String::new(),
            items: BTreeMap::new(),
            accounts: Vec::new(),
            environment: Vec::new(),
            deploy: Deploy::default(),
            monitoring: Monitoring::default(),
            contacts: Vec::new(),
            redirects: String::new(),
            latency: Vec::new(),
            other: Map::new(),
        }
    }
}

/// One answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Said {
    /// The answer; `None` where there is only a note, or nothing yet.
    pub answer: Option<Word>,
    /// What there is to say about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Who looks after it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// When it was answered, or until when it is to be done: `2026-11-30`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// What else the file holds; blank files carry the question here.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It does not concern this product.
    NotApplicable,
}

impl Word {
    /// The word for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotApplicable => "not applicable",
        }
    }
}

impl From<Word> for Said {
    fn from(word: Word) -> Self {
        Self { answer: Some(word), ..Self::default() }
    }
}

/// An answers file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What it says.
    pub answers: Answers,
    /// What whoever gave it should know: an older version, answers to what nobody asks.
    pub notes: Vec<String>,
}

impl Answers {
    /// Reads a file of any version.
    ///
    /// # Errors
    /// A sentence with line and column that says what is wrong and what to write instead.
    pub fn read(text: &str) -> Result<Reading, String> {
        if text.len() > MAX_ANSWERS {
            return Err(format!("The answers have {} bytes; at most {MAX_ANSWERS} are read.", text.len()));
        }
        let text = text.trim_start_matches('\u{feff}');
        let mut notes = Vec::new();
        let version: Version = serde_json::from_str(text).map_err(|error| refused(&error))?;
        let mut answers = match version.schema {
            None => {
                notes.push(
                    "This file is of version 0; it was read, and is written as version 1 from now on."
                        .to_owned(),
                );
                flat(text)?
            }
            Some(_) => serde_json::from_str::<Self>(text).map_err(|error| refused(&error))?,
        };
        if answers.schema > ANSWERS_SCHEMA {
            notes.push(format!(
                "This file is of version {}, newer than this program (version {ANSWERS_SCHEMA}). What it does not know is kept and not used.",
                answers.schema
            ));
        } else {
            answers.schema = ANSWERS_SCHEMA;
        }
        answers.bounded()?;
        if !answers.segment.is_empty() && answers.known_segment().is_none() {
            notes.push(format!("Unknown kind of business \"{}\": kept, but not used.", answers.segment));
        }
        let unknown = answers.unknown();
        if !unknown.is_empty() {
            let (shown, more) = (unknown.len().min(10), unknown.len().saturating_sub(10));
            let mut note = format!(
                "These answers match no question; they are kept: {}",
                unknown.get(..shown).unwrap_or_default().join(", ")
            );
            if more > 0 {
                note.push_str(&format!(" and {more} more"));
            }
            notes.push(note + ".");
        }
        Ok(Reading { answers, notes })
    }

    /// The file, to be kept.
    #[must_use]
    pub fn write(&self) -> String {
        // Strings, numbers, and maps with keys that are strings always can be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The answer to what has that id.
    #[must_use]
    pub fn said(&self, id: &str) -> Option<&Said> {
        self.items.get(id)
    }

    /// The word of the answer to what has that id.
    #[must_use]
    pub fn word(&self, id: &str) -> Option<Word> {
        self.said(id)?.answer
    }

    /// The kind of business, where this version knows it.
    #[must_use]
    pub fn known_segment(&self) -> Option<Segment> {
        Segment::from_id(&self.segment)
    }

    /// The ids that nothing asks for.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        self.items.keys().map(String::as_str).filter(|id| !data::asked_anywhere(id)).collect()
    }

    fn bounded(&self) -> Result<(), String> {
        let lists = [
            ("items", self.items.len()),
            ("accounts", self.accounts.len()),
            ("environment", self.environment.len()),
            ("deploy.steps", self.deploy.steps.len()),
            ("deploy.rollback", self.deploy.rollback.len()),
            ("deploy.smoke_test", self.deploy.smoke_test.len()),
            ("monitoring.monitors", self.monitoring.monitors.len()),
            ("contacts", self.contacts.len()),
            ("latency", self.latency.len()),
        ];
        match lists.into_iter().find(|(_, len)| *len > MAX_ENTRIES) {
            Some((name, len)) => {
                Err(format!("\"{name}\" has {len} entries; at most {MAX_ENTRIES} are read."))
            }
            None => Ok(()),
        }
    }
}

/// As much of a file as tells its version.
#[derive(Deserialize)]
struct Version {
    schema: Option<u32>,
}

fn refused(error: &serde_json::Error) -> String {
    format!(
        "The answers are not readable: {error}. An answer looks like \"rollback-path\": {{ \"answer\": \"yes\" }}, with yes, no or not-applicable."
    )
}

/// Version 0: ids and words.
fn flat(text: &str) -> Result<Answers, String> {
    let flat: BTreeMap<String, Value> = serde_json::from_str(text).map_err(|error| refused(&error))?;
    let mut answers = Answers::default();
    for (id, value) in flat {
        let word = match &value {
            Value::Bool(true) => Some(Word::Yes),
            Value::Bool(false) => Some(Word::No),
            Value::String(word) => serde_json::from_value(Value::String(word.clone())).ok(),
            _ => None,
        };
        match word {
            Some(word) => {
                answers.items.insert(id, word.into());
            }
            // Not an answer: kept where it was, at the top.
            None => {
                answers.other.insert(id, value);
            }
        }
    }
    Ok(answers)
}

/// A file with every question of a segment and no answer, for somebody with a text editor.
#[must_use]
pub fn blank(segment: Segment) -> Answers {
    let roadmap = data::of(segment);
    let mut answers = Answers { segment: segment.id().to_owned(), ..Answers::default() };
    let mut ask = |id: String, question: &str| {
        let other = Map::from_iter([("question".to_owned(), Value::String(question.to_owned()))]);
        answers.items.insert(id, Said { other, ..Said::default() });
    };
    for item in roadmap.items() {
        ask(item.id.clone(), &item.text);
    }
    for stage in &roadmap.stages {
        for deliverable in stage.deliverables.iter().filter(|deliverable| deliverable.document.is_none()) {
            ask(deliverable.id.clone(), &deliverable.text);
        }
        for signal in &stage.signals {
            ask(signal.id.clone(), &format!("Is it so? {}", signal.text));
        }
    }
    for step in demo_path() {
        ask(step.answered_as(), &format!("{} {}", step.action, step.see));
    }
    for case in ai_cases() {
        ask(case.answered_as(), &format!("{}: it held. What must not happen: {}", case.title, case.never));
    }
    // One empty entry each shows what can be said.
    answers.accounts.push(Account::default());
    answers.environment.push(Variable::default());
    answers.monitoring.monitors.push(super::Monitor::default());
    answers.contacts.push(Contact::default());
    answers.latency.push(Endpoint::default());
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_version_0_still_loads() {
        let Reading { answers, notes } =
            Answers::read(r#"{"rollback-path": "yes", "cors-limited": false, "jobs-monitored": "not-applicable", "who": 7}"#).unwrap();
        assert_eq!(answers.schema, ANSWERS_SCHEMA);
        assert_eq!(answers.word("rollback-path"), Some(Word::Yes));
        assert_eq!(answers.word("cors-limited"), Some(Word::No));
        assert_eq!(answers.word("jobs-monitored"), Some(Word::NotApplicable));
        assert_eq!(answers.other["who"], 7);
        assert!(notes[0].contains("version 0"), "{notes:?}");
    }

    #[test]
    fn what_this_version_does_not_know_is_kept_and_said() {
        let text = r#"{"schema": 1, "segment": "bakery", "colour": "red",
            "items": {"rollback-path": {"answer": "yes", "mood": "good"}, "no-such-thing": {"answer": "no", "note": "old"}},
            "accounts": [{"service": "Cloudflare", "plan": "Pro"}], "deploy": {"lunch": true}}"#;
        let Reading { answers, notes } = Answers::read(text).unwrap();
        assert_eq!(answers.unknown(), ["no-such-thing"]);
        assert!(notes.iter().any(|note| note.contains("no-such-thing")), "{notes:?}");
        assert!(notes.iter().any(|note| note.contains("bakery")), "{notes:?}");
        let written: Value = serde_json::from_str(&answers.write()).unwrap();
        assert_eq!(written["colour"], "red");
        assert_eq!(written["segment"], "bakery");
        assert_eq!(written["items"]["rollback-path"]["mood"], "good");
        assert_eq!(written["items"]["no-such-thing"]["note"], "old");
        assert_eq!(written["accounts"][0]["plan"], "Pro");
        assert_eq!(written["deploy"]["lunch"], true);
        assert_eq!(Answers::read(&answers.write()).unwrap().answers, answers);
    }

    #[test]
    fn a_newer_file_is_read_as_far_as_it_is_known_and_keeps_its_number() {
        let Reading { answers, notes } =
            Answers::read(r#"{"schema": 9, "items": {"rollback-path": {"answer": "no"}}}"#).unwrap();
        assert_eq!((answers.schema, answers.word("rollback-path")), (9, Some(Word::No)));
        assert!(notes[0].contains("version 9"), "{notes:?}");
    }

    #[test]
    fn what_cannot_be_read_says_where_and_what_to_write() {
        for (text, says) in [
            ("", "line 1"),
            ("[1]", "line 1"),
            ("{\"schema\": 1,\n\"items\": {\"rollback-path\": {\"answer\": \"perhaps\"}}}", "line 2"),
            ("{\"schema\": 1, \"accounts\": {}}", "accounts"),
        ] {
            let refused = Answers::read(text).unwrap_err();
            assert!(refused.contains("not-applicable"), "{refused}");
            assert!(refused.contains(says) || refused.contains("line"), "{refused}");
        }
        let long = format!("{{\"a\": \"{}\"}}", "x".repeat(MAX_ANSWERS));
        assert!(Answers::read(&long).unwrap_err().contains("at most"));
        let many: String = (0..=MAX_ENTRIES).map(|n| format!("\"{n}\": true,")).collect();
        assert!(Answers::read(&format!("{{{many}\"z\": true}}")).unwrap_err().contains("items"));
    }

    #[test]
    fn a_blank_file_asks_everything_once_and_reads_back() {
        for segment in Segment::ALL {
            let blank = blank(segment);
            assert!(blank.unknown().is_empty(), "{:?}", blank.unknown());
            assert!(
                blank.items.values().all(|said| said.answer.is_none() && said.other.contains_key("question"))
            );
            let Reading { answers, notes } = Answers::read(&blank.write()).unwrap();
            assert_eq!((answers, notes), (blank, Vec::new()));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = Answers::read(&text);
        }

        #[test]
        fn any_object_is_kept(id in "[a-z-]{1,12}", note in "\\PC{0,40}") {
            let text = serde_json::json!({"schema": 1, "items": {&id: {"note": &note}}}).to_string();
            let read = Answers::read(&text).unwrap().answers;
            proptest::prop_assert_eq!(&read.items[&id].note, &note);
        }
    }
}
