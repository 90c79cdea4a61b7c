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
        about: "What to fix, most costly first, with the line that fixes it.",
    },
    Kind { id: "roadmap", title: "Roadmap", about: "The stages up to launch, and the status of each." },
    Kind { id: "backlog", title: "Backlog", about: "Everything to do, ranked by revenue impact." },
    Kind {
        id: "deployment",
        title: "Deployment and rollback",
        about: "How production is deployed, and how to roll back within ten minutes.",
    },
    Kind { id: "runbooks", title: "Runbooks", about: "What to do when something usual breaks." },
    Kind {
        id: "monitoring",
        title: "Monitoring",
        about: "What is monitored, when it alerts, who is called, and the first action.",
    },
    Kind { id: "accounts", title: "Accounts and access", about: "Who owns what, and how to recover access." },
    Kind {
        id: "environment",
        title: "Environment inventory",
        about: "Every setting that production needs, without values.",
    },
    Kind { id: "dns-map", title: "DNS map", about: "Every record we saw, and what it is for." },
    Kind {
        id: "redirect-map",
        title: "Redirect map",
        about: "Old URLs, where each one goes, and the rules for your host.",
    },
    Kind { id: "latency", title: "Latency before and after", about: "Response times against their targets." },
    Kind { id: "demo-path", title: "Demo path", about: "Your users' path, walked before they walk it." },
    Kind { id: "ai-cases", title: "AI cases", about: "Twenty cases to test by hand if the product uses AI." },
];
impl Kind {
    /// The kind of that id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.id == id)
    }
}
