//! Some checks asked again: what a fix changed, without a whole scan. It has findings and no verdict, because a few checks
//! say nothing about the rest.

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::drive::Scan;
use crate::in_use::InUse;
use crate::report::{Judged, REPORT_SCHEMA, Run};
use crate::score::SCORING_VERSION;

/// What some checks say now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recheck {
    /// [`REPORT_SCHEMA`]: the findings are those of a report.
    pub schema: u32,
    /// [`SCORING_VERSION`].
    pub scoring: u32,
    /// The domain in ASCII.
    pub domain: String,
    /// Where and when it ran.
    pub run: Run,
    /// What the domain runs on, as far as these checks saw.
    #[serde(default)]
    pub in_use: InUse,
    /// The findings of these checks alone, in the order of the checks.
    pub recheck: Vec<Judged>,
}

impl Recheck {
    /// The end of a scan by some checks.
    #[must_use]
    pub fn finish(scan: Scan, run: Run) -> Self {
        let (target, evidence, findings) = scan.finish();
        Self {
            schema: REPORT_SCHEMA,
            scoring: SCORING_VERSION,
            domain: target.domain.to_string(),
            run: run.bounded(),
            in_use: InUse::of(&target, &evidence),
            recheck: Judged::all(&findings),
        }
    }
}

/// Those of `checks` that are named, in their order.
///
/// # Errors
/// The first name that is none of them.
pub fn named<'n>(checks: &[&'static Check], names: &'n [String]) -> Result<Vec<&'static Check>, &'n str> {
    if let Some(unknown) = names.iter().find(|name| !checks.iter().any(|check| check.id == name.as_str())) {
        return Err(unknown);
    }
    Ok(checks.iter().copied().filter(|check| names.iter().any(|name| name == check.id)).collect())
}
