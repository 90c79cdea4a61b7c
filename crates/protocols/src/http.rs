//! HTTP: messages, redirect chains, header fields and pages.

pub mod address;
pub mod cache;
pub(crate) mod chain;
pub mod cookies;
pub mod csp;
pub mod hsts;
mod jar;
mod message;
pub mod page;
pub mod permissions_policy;
mod refresh;
mod request;
pub mod robots;
pub mod security_txt;
pub mod sitemap;
pub mod structured;

pub use chain::{ARROW, Chain, End, Hop, MAX_HOPS, follow, follow_with_cookies, location};
pub use message::{Body, Cut, Headers, HttpReply, MAX_HEADER_VALUE, MAX_HEADERS};
pub use page::Page;
pub use refresh::{How, PageRedirect};
pub use request::{BODY_LIMIT, HttpRequest, Method};
