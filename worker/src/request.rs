//! What comes in.

pub(crate) mod accept;
pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod question;
pub(crate) mod typed;
