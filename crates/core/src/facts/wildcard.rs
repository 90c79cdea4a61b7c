//! Wildcards (RFC 4592): a zone that answers for names that nobody set up.

use std::net::IpAddr;

use crate::answers::Stop;
use crate::dns::RecordType;
use crate::dns::{Lookup, addresses};
use crate::domain::Domain;
use crate::engine::evidence::Evidence;

/// A label that nobody sets up. Fixed, so that a scan can be replayed.
pub const UNLIKELY: &str = "launch-ready-wildcard-check";

/// What a zone answers for any name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wildcard {
    /// The name that was asked.
    pub asked: String,
    /// The alias that every name is, if it is one.
    pub alias: Option<String>,
    /// The addresses that every name has.
    pub addresses: Vec<IpAddr>,
}

impl Wildcard {
    /// Whether `lookup` says nothing that this wildcard does not say about every name. A name with records of its own that
    /// are the same cannot be told apart, and is not counted as found.
    #[must_use]
    pub fn explains(&self, lookup: &Lookup<'_>) -> bool {
        match (&self.alias, lookup.aliases.first()) {
            (Some(alias), Some(first)) => alias == first,
            (None, None) => addresses(&lookup.records).iter().any(|address| self.addresses.contains(address)),
            _ => false,
        }
    }
}

/// The wildcard of `domain`; `None` where the unlikely name has neither alias nor address.
///
/// # Errors
/// Pending until the answer is there; not measured where it could not be had.
pub fn wildcard(evidence: &Evidence, domain: &Domain) -> Result<Option<Wildcard>, Stop> {
    let asked = domain.child(UNLIKELY);
    let lookup = evidence.lookup_first(&asked, RecordType::A)?;
    let alias = lookup.aliases.first().map(|alias| (*alias).to_owned());
    let addresses = addresses(&lookup.records);
    if alias.is_none() && addresses.is_empty() {
        return Ok(None);
    }
    Ok(Some(Wildcard { asked, alias, addresses }))
}
