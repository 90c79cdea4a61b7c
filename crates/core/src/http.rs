//! HTTP: redirects, the address guard, header fields and pages as checks look at them.

mod chain;
pub mod csp;
mod edge;
mod guard;
pub mod hsts;
mod page;
pub mod robots;
mod site;

pub use chain::{Chain, End, Hop, MAX_HOPS, fetch, follow};
pub use edge::{failure_behind, fetched};
pub use guard::{Refusal, guarded};
pub use page::Page;
pub use site::{Entry, entry_points, home};
