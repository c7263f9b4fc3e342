//! One refresh across instances: the right to refresh a person's tokens, held by one instance at a
//! time and kept in their row.
//!
//! It is short and extended while it is used, so that the death of its holder holds nobody up for
//! long. It only keeps instances from asking Spotify twice; that nobody stores an older token over a
//! newer one is seen to by the version that [`Store::replace_token`] compares, whatever the clocks of
//! the instances say.

use std::convert::Infallible;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{Instant, interval, sleep};
use uuid::Uuid;

use super::Error;
use crate::clock::Clock;
use crate::spotify;
use crate::store::{PersonId, Store, TokenRecord};

/// After this long without an extension another instance takes over.
const LASTS: TimeDelta = TimeDelta::seconds(6);
/// How often the holder extends it.
const EXTENDED_EVERY: Duration = Duration::from_secs(2);
/// How often the others look for the result.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(100);

/// This process's leases.
pub(super) struct Leases {
    store: Store,
    clock: Clock,
    /// Names this process, and none before it.
    holder: String,
}

/// Whose turn it is.
pub(super) enum Turn<'a> {
    /// Ours: nobody else refreshes now.
    Ours(Lease<'a>),
    /// Another instance refreshed meanwhile; this is what it stored.
    Theirs(TokenRecord),
    /// Another instance tried meanwhile, and Spotify refused it.
    TheyWereRefused,
}

/// The right to refresh one person's tokens.
pub(super) struct Lease<'a> {
    leases: &'a Leases,
    person: &'a PersonId,
}

impl Leases {
    pub(super) fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            holder: Uuid::new_v4().simple().to_string(),
        }
    }

    /// Takes the lease to refresh `record`, or waits for what its holder makes of it.
    ///
    /// # Errors
    /// The store's, or that it took until `deadline`.
    pub(super) async fn take<'a>(
        &'a self,
        person: &'a PersonId,
        record: &TokenRecord,
        deadline: Instant,
    ) -> Result<Turn<'a>, Error> {
        loop {
            let ours = self.extend(person).await?;
            // Read after it was taken: another instance may have finished just before.
            let stored = self.store.token(person).await?;
            let stored = stored.ok_or(Error::ReauthorizationRequired)?;
            let lease = Lease {
                leases: self,
                person,
            };
            if stored.version != record.version {
                if ours {
                    lease.release().await;
                }
                return Ok(Turn::Theirs(stored));
            }
            if stored.refused_at != record.refused_at {
                if ours {
                    lease.release().await;
                }
                return Ok(Turn::TheyWereRefused);
            }
            if ours {
                return Ok(Turn::Ours(lease));
            }
            if Instant::now() >= deadline {
                return Err(spotify::Error::DeadlineExceeded.into());
            }
            sleep(LOOKED_AT_EVERY).await;
        }
    }

    async fn extend(&self, person: &PersonId) -> Result<bool, Error> {
        let now = self.clock.now();
        let until = now + LASTS;
        Ok(self
            .store
            .take_lease(person, &self.holder, now, until)
            .await?)
    }
}

impl Lease<'_> {
    /// Keeps the lease for as long as `work` takes.
    pub(super) async fn hold<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            never = self.keep_extending() => match never {},
        }
    }

    async fn keep_extending(&self) -> Infallible {
        let mut turns = interval(EXTENDED_EVERY);
        // The first turn is at once, and the lease has just been taken.
        turns.tick().await;
        loop {
            turns.tick().await;
            if let Err(error) = self.leases.extend(self.person).await {
                tracing::warn!(%error, "a refresh lease could not be extended");
            }
        }
    }

    /// Gives it back, where nothing was stored that ends it.
    pub(super) async fn release(&self) {
        let leases = self.leases;
        let released = leases
            .store
            .release_lease(self.person, &leases.holder)
            .await;
        if let Err(error) = released {
            tracing::warn!(%error, "a refresh lease could not be given back; it ends by itself");
        }
    }
}
