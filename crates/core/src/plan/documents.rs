//! The papers that a founder keeps: written from the evidence and the founder's answers, with what is not known marked as
//! open. Nothing in them is made up, and no secret is in any of them.
//!
//! One file each; [`KINDS`] lists them. Each makes a [`Document`], which becomes [Markdown](markdown), a
//! [page to print](html) or JSON.

mod accounts;
mod ai_cases;
mod archive;
mod backlog;
mod context;
mod demo_path;
mod deployment;
mod environment;
mod handover;
mod html;
mod kind;
mod latency;
mod markdown;
mod model;
mod monitoring;
mod records;
mod redirects;
mod request;
mod risk_list;
mod rollback;
mod runbooks;
mod stages;

pub use archive::{File, files, zip};
pub use context::DocumentContext;
pub use html::html;
pub use kind::{KINDS, Kind};
pub use markdown::markdown;
pub use model::{Block, DOCUMENT_SCHEMA, Document, Span, Style, Text, Tick};
#[cfg(feature = "schema")]
pub use request::answers_schema;
pub use request::{DocumentsAnswer, DocumentsRequest, Paper};

/// The document of a kind.
#[must_use]
pub fn write(kind: &Kind, context: &DocumentContext<'_>) -> Document {
    let blank = Document::new(kind.id, kind.title, context.subject(), context.made());
    let written = match kind.id {
        "handover" => handover::write(context, blank),
        "risk-list" => risk_list::write(context, blank),
        "roadmap" => stages::write(context, blank),
        "backlog" => backlog::write(context, blank),
        "deployment" => deployment::write(context, blank),
        "runbooks" => runbooks::write(context, blank),
        "monitoring" => monitoring::write(context, blank),
        "accounts" => accounts::write(context, blank),
        "environment" => environment::write(context, blank),
        "dns-map" => records::write(context, blank),
        "redirect-map" => redirects::write(context, blank),
        "latency" => latency::write(context, blank),
        "demo-path" => demo_path::write(context, blank),
        "ai-cases" => ai_cases::write(context, blank),
        // A test holds that every kind is written.
        _ => blank,
    };
    written.finished()
}

/// A document as JSON.
#[must_use]
pub fn json(document: &Document) -> String {
    // Strings and lists of strings always can be written.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

/// Every document.
#[must_use]
pub fn all(material: &DocumentContext<'_>) -> Vec<Document> {
    KINDS.iter().map(|kind| write(kind, material)).collect()
}
