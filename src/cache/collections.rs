//! Collections as they were read last, so that one that is asked for again is neither read from the
//! disk nor decompressed. Which record is the newest, the database alone says: every look-up asks it.

use bytes::Bytes;
use moka::sync::Cache;

use super::tickets::Ticket;
use crate::metrics::{Lookups, Metrics};
use crate::store::{MetadataKey, PersonId};

/// What nobody asks for goes after this time.
const IDLE: std::time::Duration = std::time::Duration::from_secs(3600);

/// What an entry takes besides its content, about.
const OVERHEAD: usize = 256;

/// The texts of collections.
pub struct Collections {
    kept: Option<Cache<Key, KeptCollection>>,
    lookups: Lookups,
}

type Key = (PersonId, MetadataKey);

/// A collection, and which record it is of.
#[derive(Clone, Debug)]
pub struct KeptCollection {
    /// The record's id, which is never another's.
    pub id: String,
    /// Its text.
    pub content: Bytes,
}

impl Collections {
    pub(super) fn new(bytes: u64, metrics: &Metrics) -> Self {
        let kept = (bytes > 0).then(|| {
            Cache::builder()
                .max_capacity(bytes)
                .weigher(|(_, key): &(_, MetadataKey), kept: &KeptCollection| {
                    // The URI of a local file may be longer than what is uploaded for it.
                    let key = key.track_id.len() + key.kind.len();
                    u32::try_from(key + kept.content.len() + OVERHEAD).unwrap_or(u32::MAX)
                })
                .time_to_idle(IDLE)
                .support_invalidation_closures()
                .build()
        });
        Self {
            kept,
            lookups: metrics.cache_lookups("collections"),
        }
    }

    /// The collection that was read last for a key; no longer the newest, it may be.
    #[must_use]
    pub fn find(&self, person: &PersonId, key: &MetadataKey) -> Option<KeptCollection> {
        self.kept.as_ref()?.get(&(person.clone(), key.clone()))
    }

    /// Counts whether what was found was the newest.
    pub fn count(&self, newest: bool) {
        if self.kept.is_some() {
            self.lookups.count(newest);
        }
    }

    /// Keeps what was read.
    pub fn keep(
        &self,
        ticket: Ticket<'_>,
        person: &PersonId,
        key: &MetadataKey,
        kept: KeptCollection,
    ) {
        let Some(collections) = &self.kept else {
            return;
        };
        let key = (person.clone(), key.clone());
        ticket.keep(
            || collections.insert(key.clone(), kept),
            || collections.invalidate(&key),
        );
    }

    pub(super) fn forget_person(&self, person: &PersonId) {
        let Some(collections) = &self.kept else {
            return;
        };
        let of = person.clone();
        // Entries that are to go are hidden at once, and removed in the background.
        let hidden = collections.invalidate_entries_if(move |(person, _), _| *person == of);
        debug_assert!(hidden.is_ok(), "the cache supports it");
    }

    /// How many are kept, and their bytes.
    pub(super) fn size(&self) -> (u64, u64) {
        self.kept
            .as_ref()
            .map_or((0, 0), |kept| (kept.entry_count(), kept.weighted_size()))
    }
}
