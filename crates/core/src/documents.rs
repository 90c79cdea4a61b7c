//! The papers that a founder keeps: written from the evidence and the founder's answers, with what is not known marked as
//! open. Nothing in them is made up, and no secret is in any of them.
//!
//! One file each; [`KINDS`] lists them. Each makes a [`Document`], which becomes [Markdown](markdown), a
//! [page to print](html) or JSON.

pub mod dns_map;

mod accounts;
mod ai_cases;
mod archive;
mod backlog;
mod demo_path;
mod deployment;
mod environment;
mod handover;
mod html;
mod latency;
mod markdown;
mod material;
mod model;
mod monitoring;
mod records;
mod redirects;
mod risk_list;
mod rollback;
mod runbooks;
mod stages;

pub use archive::{File, files, zip};
pub use html::html;
pub use markdown::markdown;
pub use material::Material;
pub use model::{Block, DOCUMENT_SCHEMA, Document, Span, Style, Text, Tick};

/// A kind of document.
#[derive(Debug)]
pub struct Kind {
    /// Its id, part of the API, and the name of its file.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    make: fn(&Material<'_>, Document) -> Document,
}

/// Every document, in the order in which a person should read them.
pub static KINDS: [Kind; 14] = [
    Kind {
        id: "handover",
        title: "Handover checklist",
        about: "Every system that matters, on one page.",
        make: handover::write,
    },
    Kind {
        id: "risk-list",
        title: "Risk list",
        about: "What to repair, the costliest first, with the line that repairs it.",
        make: risk_list::write,
    },
    Kind {
        id: "roadmap",
        title: "Roadmap",
        about: "The stages to the launch, and how far each one is.",
        make: stages::write,
    },
    Kind {
        id: "backlog",
        title: "Backlog",
        about: "Everything there is to do, ranked by what it means for revenue.",
        make: backlog::write,
    },
    Kind {
        id: "deployment",
        title: "Deployment and rollback",
        about: "How production is deployed, and how to be back within ten minutes.",
        make: deployment::write,
    },
    Kind {
        id: "runbooks",
        title: "Runbooks",
        about: "What to do when something usual breaks.",
        make: runbooks::write,
    },
    Kind {
        id: "monitoring",
        title: "Monitoring",
        about: "What is watched, from when on it calls, whom, and what comes first.",
        make: monitoring::write,
    },
    Kind {
        id: "accounts",
        title: "Accounts and access",
        about: "Who owns what, and how to get back in.",
        make: accounts::write,
    },
    Kind {
        id: "environment",
        title: "Environment inventory",
        about: "Every setting that production needs, without its value.",
        make: environment::write,
    },
    Kind {
        id: "dns-map",
        title: "DNS map",
        about: "Every record that was seen, and what it is for.",
        make: records::write,
    },
    Kind {
        id: "redirect-map",
        title: "Redirect map",
        about: "Old addresses, where each leads, and the rules for the host.",
        make: redirects::write,
    },
    Kind {
        id: "latency",
        title: "Latency before and after",
        about: "How long answers take, beside the targets.",
        make: latency::write,
    },
    Kind {
        id: "demo-path",
        title: "Demo path",
        about: "The way of your audience, walked before they walk it.",
        make: demo_path::write,
    },
    Kind {
        id: "ai-cases",
        title: "AI cases",
        about: "Twenty cases to try by hand where the product uses AI.",
        make: ai_cases::write,
    },
];

impl Kind {
    /// The kind of that id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.id == id)
    }

    /// The document.
    #[must_use]
    pub fn write(&self, material: &Material<'_>) -> Document {
        let blank = Document::new(self.id, self.title, material.subject(), material.made());
        (self.make)(material, blank).finished()
    }
}

/// A document as JSON.
#[must_use]
pub fn json(document: &Document) -> String {
    // Strings and lists of strings always can be written.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

/// Every document.
#[must_use]
pub fn all(material: &Material<'_>) -> Vec<Document> {
    KINDS.iter().map(|kind| kind.write(material)).collect()
}
