//! The one source of the current time, so that a test can let an hour pass without waiting for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the time: the system's, or one that a test moves by hand.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds added to the system's time.
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The current time, cut to milliseconds as the database keeps it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = Utc::now().timestamp_millis() + self.offset.load(Ordering::Relaxed);
        DateTime::from_timestamp_millis(now).unwrap_or_default()
    }

    /// Lets `by` pass for everything that shares this clock.
    pub fn advance(&self, by: TimeDelta) {
        self.offset
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}
