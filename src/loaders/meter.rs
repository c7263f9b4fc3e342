//! How often one request has asked Spotify.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::auth::Error;

/// Counts a request's calls, and says when it is enough.
#[derive(Debug)]
pub struct Meter {
    made: AtomicU64,
    max: u64,
    warn_only: bool,
}

impl Meter {
    /// At most `max` calls; where it is to warn only, any number of them.
    #[must_use]
    pub fn new(max: u64, warn_only: bool) -> Self {
        Self {
            made: AtomicU64::new(0),
            max,
            warn_only,
        }
    }

    /// How many calls were made.
    #[must_use]
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// Takes note of a call that is about to be made.
    ///
    /// # Errors
    /// Where it is one too many: it must not be made.
    pub(super) fn count(&self) -> Result<(), Error> {
        let made = self.made.fetch_add(1, Ordering::Relaxed);
        if made < self.max {
            return Ok(());
        }
        if self.warn_only {
            if made == self.max {
                tracing::warn!(limit = "upstreamCalls", max = self.max, "over a limit");
            }
            return Ok(());
        }
        self.made.fetch_sub(1, Ordering::Relaxed);
        Err(Error::CallsExhausted(self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_made_up_to_the_limit_and_no_further() {
        let meter = Meter::new(2, false);
        assert!(meter.count().is_ok() && meter.count().is_ok());
        assert!(matches!(meter.count(), Err(Error::CallsExhausted(2))));
        assert!(meter.count().is_err());
        assert_eq!(meter.made(), 2);
    }

    #[test]
    fn a_meter_that_only_warns_counts_on() {
        let meter = Meter::new(0, true);
        assert!(meter.count().is_ok() && meter.count().is_ok());
        assert_eq!(meter.made(), 2);
    }
}
