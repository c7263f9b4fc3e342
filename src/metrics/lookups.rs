//! What comes of looking into a cache.

use prometheus_client::metrics::counter::Counter;

/// Counts look-ups in one cache. Clones share the counters.
#[derive(Clone, Debug)]
pub struct Lookups {
    pub(super) hits: Counter,
    pub(super) misses: Counter,
}

impl Lookups {
    /// Something was remembered from another request, or not.
    pub fn count(&self, remembered: bool) {
        let outcome = if remembered { &self.hits } else { &self.misses };
        outcome.inc();
    }
}
