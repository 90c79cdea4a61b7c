//! One line of a redirect map: an old address, and where it should lead.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::http::address;

/// One line of the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectRule {
    /// The line of the pasted text, from 1.
    pub line: usize,
    /// The old address: absolute, or a path on the site.
    pub from: String,
    /// Where it should lead: absolute, or a path on the site.
    pub to: String,
}

impl RedirectRule {
    /// Both addresses on `site`, without fragments; `None` where one of them is no web address there.
    #[must_use]
    pub fn on(&self, site: &Url) -> Option<(Url, Url)> {
        let clean = |address: &str| {
            let mut url = address::join(site, address)?;
            url.set_fragment(None);
            matches!(url.scheme(), "http" | "https").then_some(url)
        };
        Some((clean(&self.from)?, clean(&self.to)?))
    }
}
