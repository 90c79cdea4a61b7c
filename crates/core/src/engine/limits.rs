//! What bounds a scan.

use std::time::Duration;

use crate::http;
use crate::target::Target;

/// External subrequests of a scan; the free plan allows fifty in one invocation, of which two are kept back.
pub const BUDGET: u32 = 48;

/// External subrequests of a deep scan.
pub const DEEP_BUDGET: u32 = 150;

/// Bytes that are read of one body, and of all bodies of a scan, where nothing else is said: what the key search and the tokenizer
/// get through in the CPU time of a free plan.
pub const FREE_BODIES: Bodies = Bodies { each: 512 * 1024, all: 2 * 1024 * 1024 };

/// The same where CPU time is paid for.
pub const PAID_BODIES: Bodies = Bodies { each: 2 * 1024 * 1024, all: 8 * 1024 * 1024 };

/// The same on a machine of one's own.
pub const OWN_BODIES: Bodies = Bodies { each: http::BODY_LIMIT, all: 64 * 1024 * 1024 };

/// How much is read of what sites answer with, in bytes after content decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bodies {
    /// Of one body.
    pub each: u32,
    /// Of all bodies of a scan.
    pub all: u32,
}

/// What bounds a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Probes that may wait for their answer to begin at once. The edge allows six connections and lets a seventh
    /// queue with its timers running, so nothing is started before there is a place.
    pub width: usize,
    /// External subrequests.
    pub budget: u32,
    /// Wall time for the whole scan.
    pub deadline: Duration,
    /// Bytes of bodies.
    pub bodies: Bodies,
}

impl Limits {
    /// The bounds for a scan of `target`.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        if target.deep { Self::deep() } else { Self::default() }
    }

    /// The bounds of a deep scan: only where the host's plan allows more subrequests.
    #[must_use]
    pub fn deep() -> Self {
        Self { budget: DEEP_BUDGET, deadline: Duration::from_secs(45), ..Self::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { width: 6, budget: BUDGET, deadline: Duration::from_secs(20), bodies: FREE_BODIES }
    }
}
