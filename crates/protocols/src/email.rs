//! Email authentication: the records that say who may send as a domain, and how receivers treat the rest.
//!
//! Every parser here takes the text of a record and gives `(record, issues)`. None of them fails: what a stranger
//! wrote is kept, what a receiver would refuse is an issue of severity *error*, and a record knows whether a
//! receiver would accept it (`is_valid`). Records borrow from the text they were read from.
//!
//! TXT records are bytes. Each module's `select` picks its own records out of everything published at a name;
//! what looks as if it was meant to be one, but is not, is kept apart for teaching.

pub mod bimi;
pub mod dkim;
pub mod dmarc;
pub mod mta_sts;
pub mod spf;
pub mod tags;
#[cfg(test)]
mod tests;
pub mod tls_rpt;
pub mod txt;
pub(crate) mod typo;
pub mod uri;
mod version;
