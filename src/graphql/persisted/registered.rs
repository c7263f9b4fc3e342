//! Documents that clients registered, as many as fit.

use std::sync::Arc;

use moka::sync::Cache;

use super::{Document, Missing, QueryHash};

/// What an entry takes beside its text.
const OVERHEAD: usize = 128;

/// Bounded by bytes. What is asked for often stays, so nobody pushes it out by registering much.
pub(super) struct Registered(Cache<QueryHash, Arc<str>>);

impl Registered {
    pub(super) fn new(bytes: u64) -> Self {
        let weigh = |_: &QueryHash, text: &Arc<str>| {
            u32::try_from(text.len().saturating_add(OVERHEAD)).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().weigher(weigh).max_capacity(bytes).build())
    }

    pub(super) fn find(&self, hash: QueryHash) -> Result<Document, Missing> {
        let text = self.0.get(&hash).ok_or(Missing::Unknown)?;
        Ok(Document {
            text,
            trusted: false,
            register: None,
        })
    }

    pub(super) fn add(&self, hash: QueryHash, text: Arc<str>) {
        self.0.insert(hash, text);
    }
}

impl std::fmt::Debug for Registered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registered").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_kept_than_fits() {
        let registered = Registered::new(10_000);
        for n in 0..1000 {
            let text = format!("{{ a{n} }} #{}", " ".repeat(500));
            registered.add(QueryHash::of(&text), text.into());
        }
        registered.0.run_pending_tasks();
        assert!(registered.0.weighted_size() <= 10_000);
        assert!(registered.0.entry_count() > 0);
    }
}
