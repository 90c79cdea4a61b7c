//! Every check, in the order in which a person should read them. This file lists them and does nothing else.

use crate::check::Check;

/// Every check.
pub static ALL: &[&Check] = &[];
