//! A fix in the words of what is in use: which boxes of the DNS panel to fill with what, which lines go into which file.
//!
//! [`Fix`] is data. What a panel calls its boxes, and what a host can do, are tables ([`panels`], [`hosts`]) with a source
//! for each row; [`shown`] puts the two together. A page, the command line and the documents call it with the report's
//! [`ProvidersInUse`], or with what the reader says instead; a Worker carries none of it. What several fixes want in one file,
//! [`files`] writes as that file.

use crate::checks::fix::Fix;
use crate::facts::providers_in_use::ProvidersInUse;

pub mod dns_panels;
mod files;
pub mod hosts;
mod instructions;
pub(crate) mod redirect_ends;
pub mod redirect_rules;
mod server_headers;
mod snippets;
mod together;

pub use files::{WholeFile, files};
pub use instructions::{Entry, FixInstructions, Lines, ProviderOverride};
pub(crate) use together::together;

/// A fix as it is done where the records are kept and the site is served; `None` for a step, which is an instruction
/// already. What nobody recognised is said in general words.
#[must_use]
pub fn shown(fix: &Fix, in_use: &ProvidersInUse, chosen: ProviderOverride<'_>) -> Option<FixInstructions> {
    let panel =
        || dns_panels::of(chosen.dns.or_else(|| in_use.dns.as_ref().map(|service| service.id.as_str())));
    let host = || hosts::in_use(in_use, chosen);
    let zone = in_use.zone.as_deref();
    Some(match fix {
        Fix::Record { name, record_type, value, replaces } => {
            dns_panels::record(&panel(), zone, (name, record_type), value, replaces.as_deref())
        }
        Fix::RemoveRecord { name, record_type, value } => {
            dns_panels::removal(&panel(), zone, (name, record_type), value)
        }
        Fix::Header { name, value, path, replaces } => {
            hosts::header(&host(), (name, value), path.as_deref(), !replaces.is_empty())
        }
        Fix::Redirect { from, to } => hosts::redirect(&host(), from, to),
        Fix::Step { .. } => return None,
    })
}
