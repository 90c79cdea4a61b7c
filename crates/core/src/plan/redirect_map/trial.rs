//! Trying a redirect map on the site as it is. It judges nothing, so it is no check: a [task](Task) of a scan of its own.

use url::Url;

use super::{RedirectRule, Tried, tried};
use crate::answers::Stop;
use crate::engine::evidence::Evidence;
use crate::engine::task::{Priority, Task};

/// Tries the first [`MAX_TRIED`](super::MAX_TRIED) lines of a map: how each came out, by its line. Every request goes to the site or to
/// the host of an address in the list, behind the guard that every request passes.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The site that paths without a host are on.
    pub site: Url,
    /// The lines.
    pub rules: Vec<RedirectRule>,
}

impl Task for Trial {
    type Output = Vec<(usize, Tried)>;

    fn name(&self) -> String {
        "the redirect map".to_owned()
    }

    fn priority(&self) -> Priority {
        Priority::Important
    }

    fn run(&self, evidence: &Evidence) -> Result<Self::Output, Stop> {
        tried(&self.rules, &self.site, evidence)
    }
}
