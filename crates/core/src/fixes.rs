//! A fix in the words of what is in use: which boxes of the DNS panel to fill with what, which lines go into which file.
//!
//! [`Fix`] is data. What a panel calls its boxes, and what a host can do, are tables ([`panels`], [`hosts`]) with a source
//! for each row; [`shown`] puts the two together. A page, the command line and the documents call it with the report's
//! [`InUse`], or with what the reader says instead; a Worker carries none of it. What several fixes want in one file,
//! [`files`] writes as that file.

use serde::{Deserialize, Serialize};

use crate::check::Fix;
use crate::in_use::InUse;

mod files;
pub mod hosts;
pub mod panels;
mod snippets;

pub use files::{WholeFile, files};

/// A fix as it is done where it is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
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
pub struct Chosen<'a> {
    /// The id of a DNS panel, one of [`panels::ids`].
    pub dns: Option<&'a str>,
    /// The id of a host, one of [`hosts::ids`].
    pub host: Option<&'a str>,
}

/// A fix as it is done where the records are kept and the site is served; `None` for a step, which is an instruction
/// already. What nobody recognised is said in general words.
#[must_use]
pub fn shown(fix: &Fix, in_use: &InUse, chosen: Chosen<'_>) -> Option<Shown> {
    let panel = || panels::of(chosen.dns.or_else(|| in_use.dns.as_ref().map(|service| service.id.as_str())));
    let host = || hosts::in_use(in_use, chosen);
    let zone = in_use.zone.as_deref();
    Some(match fix {
        Fix::Record { name, record_type, value, replaces } => {
            panels::record(panel(), zone, (name, record_type), value, replaces.as_deref())
        }
        Fix::RemoveRecord { name, record_type, value } => {
            panels::removal(panel(), zone, (name, record_type), value)
        }
        Fix::Header { name, value, path } => hosts::header(host(), name, value, path.as_deref()),
        Fix::Redirect { from, to } => hosts::redirect(host(), from, to),
        Fix::Step { .. } => return None,
    })
}
