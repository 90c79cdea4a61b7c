//! What only the founder knows about how the product is run, as the documents need it. Every field may be left out; the
//! documents then say that it is open.
//!
//! There is no field for a secret's value, on purpose.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An account at a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Account {
    /// The provider: `Cloudflare`.
    pub service: String,
    /// What it is used for: `DNS and proxy`.
    pub purpose: String,
    /// Who is responsible for it.
    pub owner: String,
    /// The address it is registered with.
    pub login: String,
    /// Who else may do what.
    pub access: String,
    /// Who pays, and how.
    pub billing: String,
    /// How a lost login is recovered, and where the second factor is.
    pub recovery: String,
    /// When its keys and passwords are replaced, and how.
    pub rotation: String,
    /// What else the file holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An environment variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Variable {
    /// Its name: `DATABASE_URL`.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Whether its value is a secret; `None` where nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<bool>,
    /// Where it is set: `Vercel, production and preview`.
    pub place: String,
    /// Who looks after it.
    pub owner: String,
    /// What has to be done when it changes.
    pub change: String,
    /// What else the file holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How the product is deployed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Deploy {
    /// Where production runs.
    pub host: String,
    /// Where the code is.
    pub repository: String,
    /// What is deployed: a branch or a tag.
    pub branch: String,
    /// The steps of a deployment.
    pub steps: Vec<String>,
    /// The steps back.
    pub rollback: Vec<String>,
    /// When the way back is taken: `errors above 2 % for 5 minutes after a release`.
    pub rollback_when: String,
    /// Who may decide that, and who does it.
    pub rollback_who: String,
    /// How database changes are made and taken back.
    pub migrations: String,
    /// Where backups are, how old they can be, and when one was last restored.
    pub backups: String,
    /// How staging is kept apart.
    pub staging: String,
    /// The addresses to try after a deployment.
    pub smoke_test: Vec<String>,
    /// What else the file holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What is watched, and who is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Monitoring {
    /// The tools: `UptimeRobot, Sentry`.
    pub tools: String,
    /// What is watched.
    pub monitors: Vec<Monitor>,
    /// Where alerts go.
    pub channel: String,
    /// Who is called first, and who if they do not answer.
    pub paged: String,
    /// Where the logs are.
    pub logs: String,
    /// Where customers see whether all is well.
    pub status_page: String,
    /// What else the file holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One thing that is watched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Monitor {
    /// What: `https://example.com/health`.
    pub what: String,
    /// How often: `every minute`.
    pub every: String,
    /// From when on there is an alert.
    pub threshold: String,
    /// Who is called.
    pub paged: String,
    /// What to do first.
    pub first_action: String,
    /// What else the file holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Somebody who can help.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Contact {
    /// Who.
    pub name: String,
    /// For what.
    pub role: String,
    /// How to reach them.
    pub reach: String,
    /// What else the file holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An endpoint's latency that the founder measured, in milliseconds at the 95th percentile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Endpoint {
    /// What: `login`, `GET /feed`.
    pub name: String,
    /// Before the repairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_p95_ms: Option<u32>,
    /// After them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_p95_ms: Option<u32>,
    /// What was done, and how it was measured.
    pub note: String,
    /// What else the file holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
