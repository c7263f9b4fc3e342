//! What comes of looking into a cache.

use prometheus_client::metrics::counter::Counter;

/// Counts look-ups in one cache. Clones share the counters.
#[derive(Clone, Debug)]
pub struct Lookups {
    hits: Counter,
    misses: Counter,
}

impl Lookups {
    /// Those that `counter` has for each outcome.
    pub(super) fn new(counter: impl Fn(&'static str) -> Counter) -> Self {
        Self {
            hits: counter("hit"),
            misses: counter("miss"),
        }
    }

    /// Something was remembered from another request, or not.
    pub fn count(&self, remembered: bool) {
        let outcome = if remembered { &self.hits } else { &self.misses };
        outcome.inc();
    }
}
