//! The app's rate limit: so many calls in any window of time, and calls beyond it lengthen the wait.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

/// A rolling window of calls to the Web API.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    allowance: usize,
    length: TimeDelta,
    calls: VecDeque<DateTime<Utc>>,
}

impl Window {
    pub(crate) fn new(allowance: u32, length: TimeDelta) -> Self {
        Self {
            allowance: allowance as usize,
            length,
            calls: VecDeque::new(),
        }
    }

    /// Counts a call. Where it is one too many, returns after how many seconds the next would not be.
    pub(crate) fn call(&mut self, now: DateTime<Utc>) -> Result<(), u64> {
        let start = now - self.length;
        while self.calls.front().is_some_and(|&call| call <= start) {
            self.calls.pop_front();
        }
        self.calls.push_back(now);
        if self.calls.len() <= self.allowance {
            return Ok(());
        }
        // Refused calls count too. No more than the allowance need be remembered to know the next free moment.
        while self.calls.len() > self.allowance.max(1) {
            self.calls.pop_front();
        }
        let free = self.calls.front().map_or(now, |&call| call + self.length);
        let millis = u64::try_from((free - now).num_milliseconds()).unwrap_or(0);
        Err(millis.div_ceil(1000).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_rolls_and_refused_calls_lengthen_it() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let mut window = Window::new(2, TimeDelta::seconds(30));
        assert_eq!(window.call(at(0)), Ok(()));
        assert_eq!(window.call(at(10)), Ok(()));
        assert_eq!(window.call(at(12)), Err(28));
        assert_eq!(window.call(at(39)), Err(3));
        // Those at 12 and 39 count: free at 42.
        assert_eq!(window.call(at(42)), Ok(()));
        assert_eq!(window.call(at(50)), Err(22));
    }

    #[test]
    fn no_allowance_at_all() {
        let mut window = Window::new(0, TimeDelta::seconds(30));
        assert_eq!(window.call(DateTime::UNIX_EPOCH), Err(30));
    }
}
