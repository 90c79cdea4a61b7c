//! Waiting for as long as a scenario says an answer takes.

use std::time::{Duration, Instant};

/// What the runtime's timers may be late by: they tick in milliseconds, and round up.
const COARSE: Duration = Duration::from_millis(3);

/// Waits to the tenth of a millisecond. A scan is a row of a dozen answers: what the lab adds to each of them would look
/// like the scan's own time.
pub(crate) async fn wait(latency: Duration) {
    let until = Instant::now() + latency;
    if latency > COARSE {
        tokio::time::sleep(latency - COARSE).await;
    }
    let left = until.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        // Threads sleep more exactly. It cannot fail: nothing in there panics.
        let _ = tokio::task::spawn_blocking(move || std::thread::sleep(left)).await;
    }
}
