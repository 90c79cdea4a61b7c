//! What is kept between requests.
//!
//! One Durable Object for each domain keeps its reports, and is where its scans run: whoever asks while one runs waits
//! for the same ([`scan_session`]). One for each client and day counts what that client caused ([`visitor`]). In front of both
//! stands a small memory of each isolate ([`isolate_cache`](crate::isolate_cache)).

pub(crate) mod admission;
pub(crate) mod client_disconnect;
pub(crate) mod domain;
pub(crate) mod opt_out;
pub(crate) mod owner_token;
pub(crate) mod owners;
pub(crate) mod report_store;
pub(crate) mod scan_session;
pub(crate) mod sql;
pub(crate) mod visitor;
