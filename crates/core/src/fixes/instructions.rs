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

/// A header that is sent with every response, or with those for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    /// One line.
    pub(super) value: String,
    /// With `*` at its end for all below; every response where there is none.
    pub(super) path: Option<String>,
}

impl Header {
    /// Its line in a `_headers` file.
    pub(super) fn line(&self) -> String {
        format!("  {}: {}", self.name, self.value)
    }

    /// Whether it is for answers that show something: what says that a cache may keep an answer for all must not say so of an error.
    pub(super) fn is_for_success(&self) -> bool {
        let is_public = |part: &str| part.trim().eq_ignore_ascii_case("public");
        self.name.to_ascii_lowercase().ends_with("cache-control") && self.value.split(',').any(is_public)
    }

    pub(super) fn new(name: &str, value: &str, path: Option<&str>) -> Self {
        // A field's value is one line; what is not, is not a value.
        let value = value.chars().filter(|c| !c.is_control()).collect();
        Self { name: name.to_owned(), value, path: path.map(str::to_owned) }
    }
}

/// One address, or everything below it, that is sent on to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    pub(crate) from: Url,
    pub(crate) to: Url,
    /// Whether path and query are kept, for everything there is.
    pub(crate) whole: bool,
}
