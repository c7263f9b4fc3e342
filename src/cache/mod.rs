//! What one request learns and the next may use: who a session is, what Spotify said of a person's
//! playlists, what they uploaded.
//!
//! Everything is kept for an [`Owner`], and answered to nobody else. What is kept is bounded in bytes
//! and in time; what it is worth without asking again is for `PLAYLIST_FRESHNESS_SECONDS` and
//! `SESSION_FRESHNESS_SECONDS` to say. Knows what is kept and for how long, never how to ask for it.

mod access_token;
mod collections;
mod known_person;
mod owner;
mod playlists;
mod sessions;
mod tickets;

use std::sync::Arc;

pub use self::access_token::AccessToken;
pub use self::collections::{Collections, KeptCollection};
pub use self::known_person::KnownPerson;
pub use self::owner::Owner;
pub use self::playlists::{EntryPage, Playlists};
pub use self::sessions::{KeptSession, Sessions};
pub use self::tickets::Ticket;

use self::tickets::Tickets;
use crate::clock::Clock;
use crate::config;
use crate::metrics::{Lookups, Metrics};
use crate::store::PersonId;

/// The process's memory of what it learned. Clones share it.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    sessions: Sessions,
    playlists: Playlists,
    collections: Collections,
    tickets: Tickets,
    under_way: Lookups,
    metrics: Metrics,
}

impl Cache {
    /// An empty one.
    #[must_use]
    pub fn new(config: &config::Cache, clock: &Clock, metrics: Metrics) -> Self {
        Self(Arc::new(Inner {
            sessions: Sessions::new(config.session_freshness, &metrics),
            playlists: Playlists::new(config, clock.clone(), &metrics),
            // Half of it for what is Spotify's, half for what is the people's own.
            collections: Collections::new(config.bytes / 2, &metrics),
            tickets: Tickets::default(),
            under_way: metrics.cache_lookups("under_way"),
            metrics,
        }))
    }

    /// Who sessions are.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// What Spotify said of playlists.
    #[must_use]
    pub fn playlists(&self) -> &Playlists {
        &self.0.playlists
    }

    /// What people uploaded.
    #[must_use]
    pub fn collections(&self) -> &Collections {
        &self.0.collections
    }

    /// To be taken before something is asked for that is to be kept for `person`: what was asked for
    /// before they were forgotten is not kept after it.
    #[must_use]
    pub fn ticket(&self, person: &PersonId) -> Ticket<'_> {
        self.0.tickets.take(person)
    }

    /// Forgets one session of a person's. To be called when it has ended in the store.
    pub fn forget_session(&self, person: &PersonId, hash: &[u8; 32]) {
        self.0.tickets.void(person);
        self.0.sessions.forget(hash);
    }

    /// Forgets who a person's sessions are. To be called when some of them have ended in the store, or
    /// the person's profile has changed there: it holds at once on this instance, and on others after
    /// `SESSION_FRESHNESS_SECONDS`.
    pub fn forget_sessions(&self, person: &PersonId) {
        self.0.tickets.void(person);
        self.0.sessions.forget_person(person);
    }

    /// Forgets all that is known of a person. To be called when their sessions have ended, their
    /// tokens were replaced, or their data was removed from the store.
    pub fn forget_person(&self, person: &PersonId) {
        self.0.tickets.void(person);
        self.0.sessions.forget_person(person);
        self.0.playlists.forget_person(person);
        self.0.collections.forget_person(person);
    }

    /// Counts a call that a request needed, and whether the same was under way already.
    pub fn count_call(&self, under_way: bool) {
        self.0.under_way.count(under_way);
    }

    /// Tells the metrics how much is kept at this moment.
    pub fn count(&self) {
        for (name, (entries, bytes)) in [
            ("pages", self.0.playlists.size()),
            ("collections", self.0.collections.size()),
        ] {
            self.0.metrics.set_cache_size(name, entries, bytes);
        }
    }
}
