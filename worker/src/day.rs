//! The day (UTC), with which limits begin anew.

use crate::platform;

/// Days since 1970.
pub(crate) fn today() -> u32 {
    (platform::now() / f64::from(DAY_MS)) as u32
}

/// Milliseconds until midnight.
pub(crate) fn rest_of_the_day_ms() -> u32 {
    // The cast cannot cut anything off: what is left of a division is less than what it is divided by.
    DAY_MS - (platform::now() as u64 % u64::from(DAY_MS)) as u32
}

/// Milliseconds of a day.
const DAY_MS: u32 = 86_400_000;
