//! HTTP: messages, redirect chains, header fields and pages.
//!
//! ```
//! use launch_ready_protocols::answers::Table;
//! use launch_ready_protocols::http;
//!
//! let table = Table::parse("example.com. A 192.0.2.1\nwww.example.com. A 192.0.2.1")
//!     .unwrap()
//!     .with_reply("http://example.com/", 301, &[("location", "https://www.example.com/")], "")
//!     .with_reply("https://www.example.com/", 200, &[("content-type", "text/html")], "<h1>Hello</h1>");
//! let chain = http::follow(&table, "http://example.com/").unwrap();
//! assert_eq!(chain.arrived().unwrap().as_str(), "https://www.example.com/");
//! ```

pub mod address;
pub mod cache;
pub(crate) mod chain;
pub mod cookies;
pub mod csp;
pub mod hsts;
pub mod integrity;
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
pub mod xml;

pub use chain::{ARROW, Chain, End, Hop, MAX_HOPS, follow, follow_with_cookies, location};
pub use message::{Body, Cut, Headers, HttpReply, MAX_HEADER_VALUE, MAX_HEADERS};
pub use page::Page;
pub use refresh::{How, PageRedirect};
pub use request::{BODY_LIMIT, HttpRequest, Method};
