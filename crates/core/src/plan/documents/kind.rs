//! The kinds of documents.

/// A kind of document.
#[derive(Debug)]
pub struct Kind {
    /// Its id, part of the API, and the name of its file.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
}

/// Every document, in the order in which a person should read them.
pub static KINDS: [Kind; 14] = [
    Kind { id: "handover", title: "Handover checklist", about: "Every system that matters, on one page." },
    Kind {
        id: "risk-list",
        title: "Risk list",
        about: "What to repair, the costliest first, with the line that repairs it.",
    },
    Kind { id: "roadmap", title: "Roadmap", about: "The stages to the launch, and how far each one is." },
    Kind {
        id: "backlog",
        title: "Backlog",
        about: "Everything there is to do, ranked by what it means for revenue.",
    },
    Kind {
        id: "deployment",
        title: "Deployment and rollback",
        about: "How production is deployed, and how to be back within ten minutes.",
    },
    Kind { id: "runbooks", title: "Runbooks", about: "What to do when something usual breaks." },
    Kind {
        id: "monitoring",
        title: "Monitoring",
        about: "What is watched, from when on it calls, whom, and what comes first.",
    },
    Kind { id: "accounts", title: "Accounts and access", about: "Who owns what, and how to get back in." },
    Kind {
        id: "environment",
        title: "Environment inventory",
        about: "Every setting that production needs, without its value.",
    },
    Kind { id: "dns-map", title: "DNS map", about: "Every record that was seen, and what it is for." },
    Kind {
        id: "redirect-map",
        title: "Redirect map",
        about: "Old addresses, where each leads, and the rules for the host.",
    },
    Kind {
        id: "latency",
        title: "Latency before and after",
        about: "How long answers take, beside the targets.",
    },
    Kind {
        id: "demo-path",
        title: "Demo path",
        about: "The way of your audience, walked before they walk it.",
    },
    Kind {
        id: "ai-cases",
        title: "AI cases",
        about: "Twenty cases to try by hand where the product uses AI.",
    },
];
impl Kind {
    /// The kind of that id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.id == id)
    }
}
