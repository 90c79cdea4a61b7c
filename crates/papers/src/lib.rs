//! The documents and the roadmap for the Worker: strings in, strings out.
//!
//! A module of its own, because the Worker's main one answers every request and should not carry what few ask for. It is
//! loaded with the first request for papers (`worker/documents.js`).

use launch_ready_api::{DocumentsAnswer, DocumentsRequest, Paper};
use launch_ready_core::plan::documents;
use launch_ready_core::plan::documents::{Document, DocumentContext, Kind};
use launch_ready_core::plan::roadmap;
use launch_ready_core::plan::roadmap::Answers;
use launch_ready_core::target::Segment;

/// The version of what comes back.
const PAPERS_SCHEMA: u32 = 1;

/// The papers as JSON: `{"schema", "assessment", "notes", "documents": [{"document", "markdown"}]}`.
///
/// # Errors
/// A sentence that says what is wrong with the request.
pub fn papers(request: &str) -> Result<String, String> {
    let papers = written(request)?;
    serde_json::to_string(&papers).map_err(|error| error.to_string())
}

/// The same documents as one Markdown text.
///
/// # Errors
/// As [`papers`].
pub fn papers_as_markdown(request: &str) -> Result<String, String> {
    let papers = written(request)?;
    Ok(papers.documents.into_iter().map(|paper| paper.markdown).collect::<Vec<_>>().join("\n\n"))
}

/// The same documents as an archive with all forms.
///
/// # Errors
/// As [`papers`].
pub fn papers_as_zip(request: &str) -> Result<Vec<u8>, String> {
    let papers = written(request)?;
    let documents: Vec<Document> = papers.documents.into_iter().map(|paper| paper.document).collect();
    documents::zip("launch-papers", &documents::files(&documents)).map_err(|error| error.to_string())
}

fn written(request: &str) -> Result<DocumentsAnswer, String> {
    let request: DocumentsRequest = serde_json::from_str(request)
        .map_err(|error| format!("The request cannot be read: {error}. It holds \"report\" or a domain in the address, and may hold \"answers\", \"segment\", \"documents\" and \"before\"."))?;
    let reading = match &request.answers {
        Some(answers) => Answers::read(&answers.to_string())?,
        None => roadmap::Reading { answers: Answers::default(), notes: Vec::new() },
    };
    let answers = reading.answers;
    let named = match request.segment.as_deref() {
        Some(id) => Some(Segment::from_id(id).ok_or_else(|| {
            format!(
                "There is no kind of business \"{id}\". Use one of {}.",
                Segment::ALL.map(Segment::id).join(", ")
            )
        })?),
        None => None,
    };
    let segment =
        named.or(answers.known_segment()).or(request.report.as_ref().and_then(|report| report.segment));
    let assessment = segment.map(|segment| roadmap::assess(segment, request.report.as_ref(), &answers));
    let material = DocumentContext {
        report: request.report.as_ref(),
        before: request.before.as_ref(),
        dns: request.dns.as_deref().or(request.report.as_ref().map(|report| report.dns.as_slice())),
        answers: &answers,
        assessment: assessment.as_ref(),
    };
    let all = documents::KINDS.iter().map(|kind| kind.id).collect::<Vec<_>>();
    if let Some(unknown) = request.documents.iter().find(|id| Kind::of(id).is_none()) {
        return Err(format!("There is no document \"{unknown}\". There are {}.", all.join(", ")));
    }
    let wanted =
        |kind: &&Kind| request.documents.is_empty() || request.documents.iter().any(|id| id == kind.id);
    let documents = documents::KINDS
        .iter()
        .filter(wanted)
        .map(|kind| documents::write(kind, &material))
        .map(|document| Paper { markdown: documents::markdown(&document), document })
        .collect();
    Ok(DocumentsAnswer { schema: PAPERS_SCHEMA, notes: reading.notes, documents, assessment })
}

#[cfg(target_arch = "wasm32")]
#[allow(unreachable_pub, reason = "what JavaScript calls")]
mod exports {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// See [`super::papers`]; what is wrong is thrown as a sentence.
    #[wasm_bindgen]
    pub fn papers(request: &str) -> Result<String, String> {
        super::papers(request)
    }

    /// See [`super::papers_as_markdown`].
    #[wasm_bindgen(js_name = papersAsMarkdown)]
    pub fn papers_as_markdown(request: &str) -> Result<String, String> {
        super::papers_as_markdown(request)
    }

    /// See [`super::papers_as_zip`].
    #[wasm_bindgen(js_name = papersAsZip)]
    pub fn papers_as_zip(request: &str) -> Result<Vec<u8>, String> {
        super::papers_as_zip(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn answers_alone_give_papers_with_gaps() {
        let given = r#"{"segment": "coach", "answers": {"schema": 1, "items": {"rate-limits": {"answer": "no"}, "x": {"answer": "yes"}}}, "documents": ["roadmap", "handover"]}"#;
        let papers: Value = serde_json::from_str(&papers(given).unwrap()).unwrap();
        let ids: Vec<&Value> =
            papers["documents"].as_array().unwrap().iter().map(|paper| &paper["document"]["id"]).collect();
        assert_eq!(ids, ["handover", "roadmap"]);
        assert_eq!(papers["assessment"]["segment"], "coach");
        assert!(papers["notes"][0].as_str().unwrap().contains('x'));
        assert!(papers["documents"][1]["markdown"].as_str().unwrap().contains("No, you said."));
    }

    #[test]
    fn what_is_wrong_is_said_in_a_sentence() {
        for (given, says) in [
            ("", "cannot be read"),
            ("{\"rapport\": 1}", "rapport"),
            ("{\"segment\": \"bakery\"}", "bakery"),
            ("{\"documents\": [\"novel\"]}", "novel"),
            ("{\"answers\": {\"schema\": 1, \"items\": 3}}", "answers cannot be read"),
        ] {
            let refused = papers(given).unwrap_err();
            assert!(refused.contains(says), "{given}: {refused}");
        }
    }

    #[test]
    fn the_archive_and_the_text_hold_the_same_documents() {
        assert!(papers_as_zip("{}").unwrap().starts_with(b"PK\x03\x04"));
        let text = papers_as_markdown("{\"documents\": [\"runbooks\"]}").unwrap();
        assert!(text.starts_with("# Runbooks") && !text.contains("# Handover"));
    }
}
