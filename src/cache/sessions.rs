//! Sessions that were looked up a moment ago, so that a client that asks often costs the database
//! little.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;

use super::known_person::KnownPerson;
use super::tickets::Ticket;
use crate::metrics::{Lookups, Metrics};
use crate::store::{PersonId, Session};

/// How many are kept: a few hundred bytes each.
const SESSIONS: u64 = 10_000;

/// Who sessions are, by the hashes of their secrets.
pub struct Sessions {
    kept: Option<Cache<[u8; 32], KeptSession>>,
    freshness: TimeDelta,
    lookups: Lookups,
}

/// A session as it was looked up. Whether it has ended since is for the caller to say.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// Whose it is.
    pub person: Arc<KnownPerson>,
    /// The session.
    pub session: Arc<Session>,
    /// Before it was looked up.
    pub asked_at: DateTime<Utc>,
}

impl Sessions {
    pub(super) fn new(freshness: Duration, metrics: &Metrics) -> Self {
        let kept = (!freshness.is_zero()).then(|| {
            Cache::builder()
                .max_capacity(SESSIONS)
                .time_to_live(freshness)
                .support_invalidation_closures()
                .build()
        });
        Self {
            kept,
            freshness: TimeDelta::from_std(freshness).unwrap_or(TimeDelta::zero()),
            lookups: metrics.cache_lookups("sessions"),
        }
    }

    /// The session, if it was looked up a moment before `now`.
    #[must_use]
    pub fn find(
        &self,
        person: &PersonId,
        hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Option<KeptSession> {
        let kept = self
            .kept
            .as_ref()?
            .get(hash)
            .filter(|kept| kept.person.id == *person && now < kept.asked_at + self.freshness);
        self.lookups.count(kept.is_some());
        kept
    }

    /// Keeps what was looked up.
    pub fn keep(&self, ticket: Ticket<'_>, hash: [u8; 32], looked_up: KeptSession) {
        let Some(sessions) = &self.kept else { return };
        ticket.keep(
            || sessions.insert(hash, looked_up),
            || sessions.invalidate(&hash),
        );
    }

    pub(super) fn forget(&self, hash: &[u8; 32]) {
        if let Some(sessions) = &self.kept {
            sessions.invalidate(hash);
        }
    }

    pub(super) fn forget_person(&self, person: &PersonId) {
        let Some(sessions) = &self.kept else { return };
        let person = person.clone();
        // Entries that are to go are hidden at once, and removed in the background.
        let hidden = sessions.invalidate_entries_if(move |_, kept| kept.person.id == person);
        debug_assert!(hidden.is_ok(), "the cache supports it");
    }
}
