//! The time that Spotify takes: measurements are told in it, so it must be what it is said to be.

use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;

/// tokio's timer, which counts milliseconds, is late by up to two of them.
const COARSE: Duration = Duration::from_millis(3);

/// Waits until `end`, to about a tenth of a millisecond.
pub(crate) async fn wait_until(end: Instant) {
    if let Some(coarse) = end.checked_sub(COARSE) {
        tokio::time::sleep_until(coarse.into()).await;
    }
    // The task is done, or the runtime is going down: the wait is over either way.
    let _ = spawn_blocking(move || std::thread::sleep(end - Instant::now())).await;
}
