//! What is told of a report where it is shown in short: by the domain's Durable Object, to the module that shows it.

use serde::{Deserialize, Serialize};

use crate::js;

/// A report, as far as it is shown without the page's own code.
#[derive(Debug, Serialize, Deserialize)]
pub struct Facts {
    /// The report's id.
    pub id: String,
    /// When it was made, in milliseconds since 1970. A whole number: writing others costs kilobytes.
    pub at: u64,
    /// `go`, `no-go` or `no-verdict`.
    pub decision: String,
    /// The verdict in one sentence.
    pub reason: String,
    /// 0 to 100; `None` where nothing was measured.
    pub score: Option<u32>,
    /// Checks with an answer.
    pub answered: u32,
    /// All checks.
    pub of: u32,
    /// What to fix, the worst first.
    pub risks: Vec<Risk>,
}

/// Something to fix.
#[derive(Debug, Serialize, Deserialize)]
pub struct Risk {
    /// `blocker`, `important` or `optional`.
    pub rank: String,
    /// The check's name.
    pub name: String,
    /// What is so.
    pub title: String,
    /// About this domain; may be empty.
    pub detail: String,
    /// What to do, and the line to copy.
    pub fixes: Vec<(String, String)>,
}

impl Facts {
    /// The verdict in a word or two.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self.decision.as_str() {
            "go" => "Go",
            "no-go" => "Not yet",
            _ => "No verdict",
        }
    }

    /// The day of the report: `2026-11-25`.
    #[must_use]
    pub fn day(&self) -> String {
        js::iso(self.at as f64).chars().take(10).collect()
    }

    /// "Score 82 of 100, 61 of 64 checks answered".
    #[must_use]
    pub fn measure(&self) -> String {
        let answered = format!("{} of {} checks answered", self.answered, self.of);
        match self.score {
            Some(score) => format!("Score {score} of 100, {answered}"),
            None => answered,
        }
    }
}
