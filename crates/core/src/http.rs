//! HTTP: redirects, the address guard, header fields and pages as checks look at them.

pub(crate) mod address;
pub mod cache;
mod chain;
pub mod cookies;
pub mod csp;
mod edge;
mod guard;
pub mod hsts;
pub mod page;
pub mod permissions_policy;
mod refresh;
pub mod robots;
pub mod security_txt;
mod site;
pub mod sitemap;
pub mod structured;
pub mod third_party;
mod trust;

pub(crate) use chain::unreachable_host;
pub use chain::{ARROW, Chain, End, Hop, MAX_HOPS, fetch, follow, follow_with_cookies, location};
pub use edge::{failure_behind, fetched};
pub use guard::{Refusal, guarded};
pub use page::Page;
pub use refresh::{How, PageRedirect};
pub use site::{Entry, Home, Scripts, entry_points, has_www, home, home_page, is_https_only, script_probe};
pub use trust::{HttpsHost, Proof, https_hosts, site_certificate};
