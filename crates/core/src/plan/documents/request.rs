//! Documents for somebody who sends what they are written from: a report, the founder's answers, or both.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::archive::{files, zip};
use super::context::DocumentContext;
use super::kind::{KINDS, Kind};
use super::markdown::markdown;
use super::model::Document;
use super::write;
use crate::fixes::ProviderOverride;
use crate::plan::roadmap::{self, Answers, Assessment};
use crate::report::Report;
use crate::report::dns_map;
use crate::target::Segment;

/// What papers are written from, where no domain is named: nothing is scanned.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DocumentsRequest {
    /// A report as the API gives it; without one only the founder's word counts.
    pub report: Option<Report>,
    /// An earlier one of the same domain, for before and after.
    pub before: Option<Report>,
    /// The records of the DNS map, where they are not to be the report's.
    pub dns: Option<Vec<dns_map::Row>>,
    /// The founder's answers: the file that the page and the command line keep. Files of older versions are read, too.
    #[cfg_attr(feature = "schema", schemars(schema_with = "answers_schema"))]
    pub answers: Option<Value>,
    /// The kind of business; otherwise that of the answers, or else of the report.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Segment>"))]
    pub segment: Option<String>,
    /// Ids of the documents that are wanted; all where none is named.
    #[cfg_attr(feature = "schema", schemars(schema_with = "documents_schema"))]
    pub documents: Vec<String>,
}

/// Papers, and how far the business is.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentsAnswer {
    /// The version of this answer; it changes when a field changes its meaning or goes away.
    pub schema: u32,
    /// How far the business is on the roadmap of its kind: go or no-go, each stage with its items, targets, and where evidence
    /// and answers say different things. Absent where its kind is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// What whoever gave the answers should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub notes: Vec<String>,
    /// The documents that were asked for.
    pub documents: Vec<Paper>,
}

/// A document in two forms.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Paper {
    /// As data.
    pub document: Document,
    /// As text.
    pub markdown: String,
}

/// The founder's answers as this version writes them, or any object: older versions looked otherwise.
#[cfg(feature = "schema")]
pub fn answers_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let now = generator.subschema_for::<Answers>();
    schemars::json_schema!({ "anyOf": [now, { "type": "object" }, { "type": "null" }] })
}

#[cfg(feature = "schema")]
fn documents_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let ids: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
    schemars::json_schema!({ "type": "array", "items": { "type": "string", "enum": ids } })
}

/// The version of [`DocumentsAnswer`].
const ANSWER_SCHEMA: u32 = 1;

impl DocumentsRequest {
    /// Reads one from JSON.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn read(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| {
            format!("The request cannot be read: {error}. It holds \"report\" or a domain in the address, and may hold \"answers\", \"segment\", \"documents\" and \"before\".")
        })
    }

    /// Writes the documents that are wanted.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the request.
    pub fn answer(&self) -> Result<DocumentsAnswer, String> {
        let reading = match &self.answers {
            Some(answers) => Answers::read(&answers.to_string())?,
            None => roadmap::Reading { answers: Answers::default(), notes: Vec::new() },
        };
        let answers = reading.answers;
        let named = match self.segment.as_deref() {
            Some(id) => Some(Segment::from_id(id).ok_or_else(|| {
                format!(
                    "Unknown kind of business \"{id}\". Use one of {}.",
                    Segment::ALL.map(Segment::id).join(", ")
                )
            })?),
            None => None,
        };
        let segment =
            named.or(answers.known_segment()).or(self.report.as_ref().and_then(|report| report.segment));
        let assessment = segment.map(|segment| roadmap::assess(segment, self.report.as_ref(), &answers));
        let context = DocumentContext {
            report: self.report.as_ref(),
            before: self.before.as_ref(),
            dns: self.dns.as_deref().or(self.report.as_ref().map(|report| report.dns.as_slice())),
            answers: &answers,
            assessment: assessment.as_ref(),
            chosen: ProviderOverride::default(),
        };
        let all = KINDS.iter().map(|kind| kind.id).collect::<Vec<_>>();
        if let Some(unknown) = self.documents.iter().find(|id| Kind::of(id).is_none()) {
            return Err(format!("Unknown document \"{unknown}\". Known documents: {}.", all.join(", ")));
        }
        let wanted =
            |kind: &&Kind| self.documents.is_empty() || self.documents.iter().any(|id| id == kind.id);
        let documents = KINDS
            .iter()
            .filter(wanted)
            .map(|kind| write(kind, &context))
            .map(|document| Paper { markdown: markdown(&document), document })
            .collect();
        Ok(DocumentsAnswer { schema: ANSWER_SCHEMA, notes: reading.notes, documents, assessment })
    }
}

impl DocumentsAnswer {
    /// All documents as one text.
    #[must_use]
    pub fn markdown(self) -> String {
        self.documents.into_iter().map(|paper| paper.markdown).collect::<Vec<_>>().join("\n\n")
    }

    /// All documents as an archive with every form of each.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn zip(self) -> Result<Vec<u8>, String> {
        let documents: Vec<Document> = self.documents.into_iter().map(|paper| paper.document).collect();
        zip("launch-papers", &files(&documents)).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(json: &str) -> Result<DocumentsAnswer, String> {
        DocumentsRequest::read(json)?.answer()
    }

    #[test]
    fn answers_alone_give_documents_with_gaps() {
        let given = r#"{"segment": "coach", "answers": {"schema": 1, "items": {"rate-limits": {"answer": "no"}, "x": {"answer": "yes"}}}, "documents": ["roadmap", "handover"]}"#;
        let answer = serde_json::to_value(answered(given).unwrap()).unwrap();
        let ids: Vec<&Value> =
            answer["documents"].as_array().unwrap().iter().map(|paper| &paper["document"]["id"]).collect();
        assert_eq!(ids, ["handover", "roadmap"]);
        assert_eq!(answer["assessment"]["segment"], "coach");
        assert!(answer["notes"][0].as_str().unwrap().contains('x'));
        assert!(answer["documents"][1]["markdown"].as_str().unwrap().contains("You answered No."));
    }

    #[test]
    fn what_is_wrong_is_said_in_a_sentence() {
        for (given, says) in [
            ("", "cannot be read"),
            ("{\"rapport\": 1}", "rapport"),
            ("{\"segment\": \"bakery\"}", "bakery"),
            ("{\"documents\": [\"novel\"]}", "novel"),
            ("{\"answers\": {\"schema\": 1, \"items\": 3}}", "answers are not readable"),
        ] {
            let refused = answered(given).unwrap_err();
            assert!(refused.contains(says), "{given}: {refused}");
        }
    }

    #[test]
    fn the_archive_and_the_text_hold_the_same_documents() {
        assert!(answered("{}").unwrap().zip().unwrap().starts_with(b"PK\x03\x04"));
        let text = answered("{\"documents\": [\"runbooks\"]}").unwrap().markdown();
        assert!(text.starts_with("# Runbooks") && !text.contains("# Handover"));
    }
}
