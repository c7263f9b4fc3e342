//! A valid Spotify access token for a person: opened from the store, refreshed when it is about to
//! expire, once however many requests wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use secrecy::SecretString;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::Error;
use super::crypto::Cipher;
use super::oauth::{Grant, OAuth};
use super::refresher::Refresher;
use super::sealing::Sealing;
use crate::cache::AccessToken;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::spotify;
use crate::store::{NewToken, PersonId, Store};

/// While a token still lives, nobody waits longer than this, from a refresh's beginning, for its end:
/// the living token serves.
const PATIENCE: Duration = Duration::from_secs(1);

/// A refresh under way, to be joined by all who need it.
#[derive(Clone)]
struct Flight {
    started: Instant,
    landing: Shared<BoxFuture<'static, Result<Arc<AccessToken>, Error>>>,
}

/// Hands out access tokens.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    refresher: Refresher,
    flights: Mutex<HashMap<PersonId, Flight>>,
    /// The refreshes under way, whoever still waits for them.
    tasks: TaskTracker,
}

impl Tokens {
    /// Keeps tokens in `store`, sealed by `cipher`.
    #[must_use]
    pub fn new(
        store: Store,
        oauth: OAuth,
        cipher: Arc<Cipher>,
        clock: Clock,
        skew: Duration,
        metrics: Metrics,
    ) -> Self {
        let skew = TimeDelta::from_std(skew).unwrap_or(TimeDelta::zero());
        Self(Arc::new(Inner {
            refresher: Refresher::new(store, oauth, Sealing::new(cipher), clock, skew, metrics),
            flights: Mutex::default(),
            tasks: TaskTracker::new(),
        }))
    }

    /// Seals what a login or a refresh granted. The refresh token is `kept` where Spotify sent none.
    ///
    /// # Errors
    /// Where the cryptographic library fails, or there is no refresh token at all.
    pub fn seal(
        &self,
        person: &PersonId,
        grant: &Grant,
        kept: Option<&SecretString>,
    ) -> Result<NewToken, Error> {
        self.0.refresher.seal(person, grant, kept)
    }

    /// A token that Spotify should accept now.
    ///
    /// # Errors
    /// [`Error::ReauthorizationRequired`] where there is none and none is to be had.
    pub async fn valid(
        &self,
        person: &PersonId,
        deadline: Instant,
    ) -> Result<Arc<AccessToken>, Error> {
        let refresher = &self.0.refresher;
        let record = refresher.record(person).await?;
        if refresher.serves(&record) {
            return refresher.open(person, &record).map(Arc::new);
        }
        let flight = self.join(person, None);
        if refresher.is_alive(&record) {
            let until = deadline.min(flight.started + PATIENCE);
            if let Ok(outcome) = timeout_at(until, flight.landing).await {
                return outcome;
            }
            return refresher.open(person, &record).map(Arc::new);
        }
        land(flight, deadline).await
    }

    /// Whether Spotify should still accept the token, and for longer than a request takes.
    pub(super) fn is_fresh(&self, token: &AccessToken) -> bool {
        self.0.refresher.is_fresh(token.expires_at)
    }

    /// Another token, after Spotify refused the one of `version`, which was revoked before its time.
    ///
    /// # Errors
    /// As [`Tokens::valid`].
    pub async fn after_refusal(
        &self,
        person: &PersonId,
        version: i64,
        deadline: Instant,
    ) -> Result<Arc<AccessToken>, Error> {
        loop {
            let token = land(self.join(person, Some(version)), deadline).await?;
            // Otherwise the flight joined was an ordinary one, which saw no need to replace the
            // refused token.
            if token.version != version {
                return Ok(token);
            }
        }
    }

    /// Waits for the refreshes under way: what Spotify has granted must be stored before the
    /// process ends.
    pub async fn finished(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Joins the refresh under way for this person, or starts one.
    fn join(&self, person: &PersonId, refused: Option<i64>) -> Flight {
        let mut flights = self.0.flights();
        if let Some(flight) = flights.get(person) {
            return flight.clone();
        }
        let flight = self.take_off(person.clone(), refused);
        flights.insert(person.clone(), flight.clone());
        flight
    }

    /// The refresh runs as a task of its own: a request that is dropped does not take it along.
    fn take_off(&self, person: PersonId, refused: Option<i64>) -> Flight {
        let inner = Arc::clone(&self.0);
        let flight = async move {
            let landing = Landing { inner, person };
            let refresher = &landing.inner.refresher;
            refresher.refresh(&landing.person, refused).await
        };
        let task = self.0.tasks.spawn(flight.in_current_span());
        let landing = async move {
            task.await
                .unwrap_or(Err(Error::Internal("the refresh task failed")))
        };
        Flight {
            started: Instant::now(),
            landing: landing.boxed().shared(),
        }
    }
}

async fn land(flight: Flight, deadline: Instant) -> Result<Arc<AccessToken>, Error> {
    timeout_at(deadline, flight.landing)
        .await
        .unwrap_or(Err(spotify::Error::DeadlineExceeded.into()))
}

/// Takes the flight off the board when it is over, be it by a panic.
struct Landing {
    inner: Arc<Inner>,
    person: PersonId,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.inner.flights().remove(&self.person);
    }
}

impl Inner {
    fn flights(&self) -> std::sync::MutexGuard<'_, HashMap<PersonId, Flight>> {
        // The map is whole after every statement, so a panic elsewhere does not spoil it.
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
