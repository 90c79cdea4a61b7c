//! What is kept between requests.
//!
//! One Durable Object for each domain keeps its reports, and is where its scans run: whoever asks while one runs waits
//! for the same ([`flight`]). One for each client and day counts what that client caused ([`visitor`]). In front of both
//! stands a small memory of each isolate (worker/near.js).

pub(crate) mod admission;
pub(crate) mod domain;
pub(crate) mod flight;
pub(crate) mod opt_out;
pub(crate) mod owner_token;
pub(crate) mod owners;
pub(crate) mod reports;
pub(crate) mod visitor;
