//! The mail plan of a domain: the records that it should end with, and the difference from what it publishes today.
//!
//! Every check of mail, the command line's `records` and the documents show parts of this one plan, so that following two of
//! them never leaves two records, and nothing that is there is lost silently: what a change leaves out is named with the
//! reason, and what nobody can read is asked about.

pub mod dmarc;
pub mod return_paths;
pub mod services;
pub mod spf;

pub use dmarc::DmarcPlan;
pub use spf::{Alternative, SpfPlan, Wanted};
