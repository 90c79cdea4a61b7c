//! Some checks asked again: what a fix changed, without a whole scan. It has findings and no verdict, because a few checks
//! say nothing about the rest.

use serde::{Deserialize, Serialize};

use crate::checks::check::Check;
use crate::checks::scan::CheckScan;
use crate::facts::providers_in_use::ProvidersInUse;
use crate::report::score::SCORING_VERSION;
use crate::report::{FindingReport, REPORT_SCHEMA, Run};

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
    pub in_use: ProvidersInUse,
    /// The findings of these checks alone, in the order of the checks.
    pub recheck: Vec<FindingReport>,
}

impl Recheck {
    /// The end of a scan by some checks.
    #[must_use]
    pub fn finish(scan: CheckScan, run: Run) -> Self {
        let (target, evidence, findings) = scan.finish();
        Self {
            schema: REPORT_SCHEMA,
            scoring: SCORING_VERSION,
            domain: target.domain.to_string(),
            run: run.bounded(),
            in_use: ProvidersInUse::of(&target, &evidence),
            recheck: FindingReport::all(&findings),
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
