//! One line of JSON for each scan, as Workers Logs takes it apart. It names the domain, which is public, and nothing
//! about who asked.

use serde::Serialize;

/// A scan that has ended.
#[derive(Serialize)]
pub(crate) struct ScanLogLine<'s> {
    /// What kind of line this is.
    pub(crate) event: &'static str,
    /// The id that the client was given, too.
    pub(crate) request_id: &'s str,
    /// What was checked.
    pub(crate) domain: &'s str,
    /// From beginning to end.
    pub(crate) duration_ms: u32,
    /// External subrequests.
    pub(crate) subrequests: u32,
    /// Checks that were answered.
    pub(crate) answered: u32,
    /// All checks.
    pub(crate) checks: usize,
    /// The longest row of questions of which each needed the answer to the one before.
    pub(crate) rounds: u32,
    /// The decision, or `client-left`.
    pub(crate) outcome: &'s str,
    /// Where it was measured from.
    pub(crate) vantage: &'s str,
}

impl ScanLogLine<'_> {
    /// Writes the line.
    pub(crate) fn write(&self) {
        match serde_json::to_string(self) {
            Ok(line) => worker::console_log!("{line}"),
            Err(error) => worker::console_error!("{error}"),
        }
    }
}
