//! The launch plan: the roadmap of a kind of business, its documents, and redirect maps.

pub mod documents;
pub mod mail_setup;
pub mod redirect_map;
pub mod roadmap;
