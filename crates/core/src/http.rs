//! HTTP: redirects, the address guard, header fields and pages as checks look at them.

mod chain;
pub mod csp;
mod edge;
mod guard;
pub mod hsts;
mod page;
mod refresh;
pub mod robots;
mod site;

pub use chain::{Chain, End, Hop, MAX_HOPS, fetch, follow, follow_with_cookies, location};
pub use edge::{failure_behind, fetched};
pub use guard::{Refusal, guarded};
pub use page::Page;
pub use refresh::{How, PageRedirect, page_redirect};
pub use site::{Entry, entry_points, has_www, home};
