//! How much of what is stored one request may have in memory.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Error;

/// The bytes of collections that one request may still read. They are kept compressed: a few kilobytes
/// may stand for many megabytes.
#[derive(Debug)]
pub struct Budget {
    used: AtomicU64,
    max: u64,
    warn_only: bool,
}

impl Budget {
    /// At most `max` bytes; where it is to warn only, any number of them.
    #[must_use]
    pub fn new(max: u64, warn_only: bool) -> Self {
        Self {
            used: AtomicU64::new(0),
            max,
            warn_only,
        }
    }

    /// Takes note of so many bytes that are about to be read.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] where there are not so many left: they must not be read.
    pub fn take(&self, bytes: u64) -> Result<(), Error> {
        let max = self.max;
        let take = |used: u64| {
            let found = used.saturating_add(bytes);
            (found <= max || self.warn_only).then_some(found)
        };
        let taken = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        let used = taken.unwrap_or_else(|used| used);
        let found = used.saturating_add(bytes);
        if taken.is_err() {
            return Err(Error::TooMuch { found, max });
        }
        if used <= max && max < found {
            tracing::warn!(limit = "answerBytes", max, found, "over a limit");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_leaves_the_rest_for_others() {
        let budget = Budget::new(10, false);
        assert!(budget.take(6).is_ok());
        let refused = budget.take(5);
        assert!(matches!(
            refused,
            Err(Error::TooMuch { found: 11, max: 10 })
        ));
        assert!(budget.take(u64::MAX).is_err());
        assert!(budget.take(4).is_ok() && budget.take(0).is_ok());
        assert!(budget.take(1).is_err());
    }

    #[test]
    fn one_that_only_warns_has_no_end() {
        let budget = Budget::new(10, true);
        for bytes in [11, 1, u64::MAX, 1] {
            assert!(budget.take(bytes).is_ok());
        }
    }
}
