//! Times as the edge measures them.

use std::time::Duration;

/// Whole milliseconds, as the edge measures them.
pub(super) fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
