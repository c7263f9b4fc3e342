//! The one source of the current time, so that a test can let an hour pass without waiting for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the time: the system's, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    /// Milliseconds added to the system's time.
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self {
            start: Instant::now(),
            offset: Arc::default(),
        }
    }

    /// The current time, cut to milliseconds as the database keeps it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = Utc::now().timestamp_millis() + self.offset.load(Ordering::Relaxed);
        DateTime::from_timestamp_millis(now).unwrap_or_default()
    }

    /// How long ago this clock was made. Setting the system's time does not change it.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let offset = self.offset.load(Ordering::Relaxed);
        self.start.elapsed() + Duration::from_millis(offset.try_into().unwrap_or(0))
    }

    /// Lets `by` pass for everything that shares this clock.
    pub fn advance(&self, by: TimeDelta) {
        self.offset
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}
