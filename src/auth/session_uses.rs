//! Notes when sessions were last used, for the people who look through theirs: to within minutes, so
//! that requests do not become writes, and behind the request, which it neither holds up nor fails.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tracing::Instrument;

use crate::causes::causes;
use crate::clock::Clock;
use crate::store::{PersonId, Store};

/// A use is noted where the last one noted is older than this.
const PRECISION: TimeDelta = TimeDelta::minutes(5);

/// Writes the uses of sessions down.
pub(super) struct SessionUses {
    store: Store,
    clock: Clock,
    /// Those that are being written. Of many requests at once, one writes.
    under_way: Arc<Mutex<HashSet<[u8; 32]>>>,
}

impl SessionUses {
    pub(super) fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            under_way: Arc::default(),
        }
    }

    /// The session is in use; the last use that was noted is `noted_at`.
    pub(super) fn note(&self, person: &PersonId, hash: &[u8; 32], noted_at: DateTime<Utc>) {
        let now = self.clock.now();
        let unless_since = now - PRECISION;
        if unless_since < noted_at || !lock(&self.under_way).insert(*hash) {
            return;
        }
        let (store, under_way) = (self.store.clone(), self.under_way.clone());
        let (person, hash) = (person.clone(), *hash);
        let write = async move {
            let noted = store
                .note_session_use(&person, &hash, now, unless_since)
                .await;
            if let Err(error) = noted {
                tracing::warn!(error = causes(&error), "a session's use is not noted");
            }
            lock(&under_way).remove(&hash);
        };
        tokio::spawn(write.in_current_span());
    }
}

fn lock(set: &Mutex<HashSet<[u8; 32]>>) -> std::sync::MutexGuard<'_, HashSet<[u8; 32]>> {
    // The set is whole after every statement, so a panic elsewhere does not spoil it.
    set.lock().unwrap_or_else(PoisonError::into_inner)
}
