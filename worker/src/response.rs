//! What goes out.

pub(crate) mod json;
pub(crate) mod policy;
pub(crate) mod problem;
