//! What a reader does for a fix: where to go, which fields to fill, which lines go into a file.

use serde::{Deserialize, Serialize};
use url::Url;

/// A fix as it is done where it is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixInstructions {
    /// Where to go: "Cloudflare dashboard → your domain → DNS → Records → Add record".
    pub place: String,
    /// What goes into which box, in their order; empty where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<Entry>,
    /// Lines for a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Lines>,
    /// What else there is to know, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A box of a form and what goes into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The box's label.
    pub label: String,
    /// What to type.
    pub value: String,
}

/// Lines for a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// The file, and where in it.
    pub file: String,
    /// The lines, each ended by a line break.
    pub text: String,
}

/// What a reader says instead of what was recognised.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProviderOverride<'a> {
    /// The id of a DNS panel, one of [`dns_panels::ids`](super::dns_panels::ids).
    pub dns: Option<&'a str>,
    /// The id of a host, one of [`hosts::ids`](super::hosts::ids).
    pub host: Option<&'a str>,
}

/// One address, or everything below it, that is sent on to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    pub(crate) from: Url,
    pub(crate) to: Url,
    /// Whether path and query are kept, for everything there is.
    pub(crate) whole: bool,
}
