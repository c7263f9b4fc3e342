//! A valid Spotify access token for a person: opened from the store, refreshed when it is about to
//! expire, once however many requests wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use secrecy::SecretString;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::Error;
use super::crypto::Cipher;
use super::lease::{Leases, Turn};
use super::oauth::{Grant, OAuth, OAuthError};
use super::sealing::Sealing;
use crate::causes::causes;
use crate::clock::Clock;
use crate::metrics::{Metrics, TokenRefresh};
use crate::spotify;
use crate::store::{NewToken, PersonId, Store, TokenRecord};

/// How long one refresh may take, whoever waits for it, and before it the wait for another instance's. It
/// is not tied to a request's deadline: a refresh that Spotify has carried out must be stored even if
/// nobody waits any more.
const REFRESH_TIME: Duration = Duration::from_secs(30);

/// After Spotify refused a refresh token, it is asked again this much later at the earliest. It has
/// refused good ones during outages, so a refusal is marked and tried again, never final.
const REFUSAL_HOLDS: TimeDelta = TimeDelta::minutes(10);

/// While a token still lives, nobody waits longer than this, from a refresh's beginning, for its end:
/// the living token serves.
const PATIENCE: Duration = Duration::from_secs(1);

/// After the token endpoint failed, or refused anything but a refresh token, tokens that still live are
/// not refreshed for this long: an outage, or a wrong setting, is over neither sooner nor later for being
/// asked all the time.
const OUTAGE_HOLDS: TimeDelta = TimeDelta::seconds(30);

/// How often, and how far apart, storing a refreshed token is tried: by then the old refresh token
/// may be dead, and giving up loses the login.
const STORE_TRIES: u32 = 60;
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// An access token, and which version of the stored record it came from.
#[derive(Debug)]
pub struct AccessToken {
    /// For the Web API.
    pub secret: SecretString,
    /// When Spotify stops accepting it.
    pub expires_at: DateTime<Utc>,
    /// Told back to [`Tokens::after_refusal`] when Spotify refuses the token.
    pub version: i64,
}

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
    store: Store,
    oauth: OAuth,
    sealing: Sealing,
    clock: Clock,
    /// An access token with less than this left is refreshed.
    skew: TimeDelta,
    leases: Leases,
    flights: Mutex<HashMap<PersonId, Flight>>,
    /// The refreshes under way, whoever still waits for them.
    tasks: TaskTracker,
    metrics: Metrics,
    /// When the token endpoint last failed.
    failed_at: Mutex<Option<DateTime<Utc>>>,
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
            leases: Leases::new(store.clone(), clock.clone()),
            store,
            oauth,
            sealing: Sealing::new(cipher),
            clock,
            skew,
            flights: Mutex::default(),
            tasks: TaskTracker::new(),
            metrics,
            failed_at: Mutex::default(),
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
        self.0.seal(person, grant, kept)
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
        let record = self.0.record(person).await?;
        if self.0.is_fresh(&record) || (self.0.is_alive(&record) && self.0.puts_off(&record)) {
            return self.0.open(person, &record).map(Arc::new);
        }
        let flight = self.join(person, None);
        if self.0.is_alive(&record) {
            let until = deadline.min(flight.started + PATIENCE);
            if let Ok(outcome) = timeout_at(until, flight.landing).await {
                return outcome;
            }
            return self.0.open(person, &record).map(Arc::new);
        }
        land(flight, deadline).await
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
            landing.inner.refresh(&landing.person, refused).await
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

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

impl Inner {
    fn flights(&self) -> std::sync::MutexGuard<'_, HashMap<PersonId, Flight>> {
        // The map is whole after every statement, so a panic elsewhere does not spoil it.
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn record(&self, person: &PersonId) -> Result<TokenRecord, Error> {
        let record = self.store.token(person).await?;
        record.ok_or(Error::ReauthorizationRequired)
    }

    fn is_fresh(&self, record: &TokenRecord) -> bool {
        self.clock.now() + self.skew < record.expires_at
    }

    fn is_alive(&self, record: &TokenRecord) -> bool {
        self.clock.now() < record.expires_at
    }

    fn is_refused(&self, record: &TokenRecord) -> bool {
        record
            .refused_at
            .is_some_and(|at| self.clock.now() < at + REFUSAL_HOLDS)
    }

    /// Whether refreshing this token, which still serves, had better wait.
    fn puts_off(&self, record: &TokenRecord) -> bool {
        let failed_at = *self.failed_at();
        let in_outage = failed_at.is_some_and(|at| self.clock.now() < at + OUTAGE_HOLDS);
        in_outage || self.is_refused(record)
    }

    fn failed_at(&self) -> std::sync::MutexGuard<'_, Option<DateTime<Utc>>> {
        self.failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the record again, now that this task is the only one here to refresh it.
    async fn refresh(
        &self,
        person: &PersonId,
        refused: Option<i64>,
    ) -> Result<Arc<AccessToken>, Error> {
        let record = self.record(person).await?;
        let replaced = refused.is_some_and(|version| version != record.version);
        if replaced || (refused.is_none() && self.is_fresh(&record)) {
            return self.open(person, &record).map(Arc::new);
        }
        // What is stored serves until it expires, unless Spotify has just refused it.
        let usable = refused.is_none() && self.is_alive(&record);
        let fall_back = |error: Error| {
            if usable {
                self.open(person, &record).map(Arc::new)
            } else {
                Err(error)
            }
        };

        if self.is_refused(&record) {
            return fall_back(Error::ReauthorizationRequired);
        }

        let refresh_token = self.sealing.refresh_token(person, &record)?;
        let deadline = Instant::now() + REFRESH_TIME;
        let lease = match self.leases.take(person, &record, deadline).await {
            Ok(Turn::Ours(lease)) => lease,
            Ok(Turn::Theirs(stored)) => return self.open(person, &stored).map(Arc::new),
            Ok(Turn::TheyWereRefused) => return fall_back(Error::ReauthorizationRequired),
            Err(error) => return fall_back(error),
        };
        // Its own time, and not what waiting for the lease has left: a refresh that is cut short loses
        // the token that Spotify gave.
        let deadline = Instant::now() + REFRESH_TIME;
        let refresh = self.oauth.refresh(&refresh_token, deadline);
        let granted = lease.hold(refresh).await;
        if matches!(
            granted,
            Err(OAuthError::Spotify(_) | OAuthError::Refused(_) | OAuthError::Incomplete)
        ) {
            *self.failed_at() = Some(self.clock.now());
            lease.release().await;
            self.metrics.token_refresh(TokenRefresh::Failed);
        }
        match granted {
            Ok(mut grant) => {
                // Left out where it is what it was (RFC 6749, section 5.1).
                grant.scope = grant.scope.or_else(|| record.scope.clone());
                let token = self.seal(person, &grant, Some(&refresh_token))?;
                let kept = self.keep(person, record.version, token).await;
                let outcome = if kept.is_ok() {
                    TokenRefresh::Refreshed
                } else {
                    TokenRefresh::Lost
                };
                self.metrics.token_refresh(outcome);
                kept?;
                // Read back: what is used is what is stored, be it another instance's newer one.
                let stored = self.record(person).await?;
                self.open(person, &stored).map(Arc::new)
            }
            Err(OAuthError::InvalidGrant(description)) => {
                self.metrics.token_refresh(TokenRefresh::Refused);
                let now = self.clock.now();
                match self.store.mark_refused(person, record.version, now).await {
                    // Replaced meanwhile, by another instance or by a new login: theirs counts.
                    Ok(false) => {
                        let stored = self.record(person).await?;
                        return self.open(person, &stored).map(Arc::new);
                    }
                    Ok(true) => {}
                    Err(error) => {
                        tracing::error!(person = person.as_str(), %error, "a refusal is not marked");
                    }
                }
                tracing::warn!(
                    person = person.as_str(),
                    description,
                    "refresh token refused"
                );
                fall_back(Error::ReauthorizationRequired)
            }
            Err(OAuthError::Spotify(error)) => {
                tracing::warn!(person = person.as_str(), %error, "refresh failed");
                fall_back(error.into())
            }
            Err(OAuthError::Refused(message)) => {
                tracing::error!(
                    person = person.as_str(),
                    message,
                    "refresh failed: SPOTIFY_CLIENT_ID or SPOTIFY_CLIENT_SECRET is not right"
                );
                fall_back(
                    spotify::Error::Rejected {
                        status: 400,
                        message,
                    }
                    .into(),
                )
            }
            Err(error @ OAuthError::Incomplete) => {
                tracing::error!(person = person.as_str(), %error, "refresh failed");
                fall_back(spotify::Error::Unreadable { status: 200 }.into())
            }
        }
    }

    /// Stores a refreshed token before anybody uses it, and does not give up easily.
    async fn keep(
        &self,
        person: &PersonId,
        expected_version: i64,
        token: NewToken,
    ) -> Result<(), Error> {
        let mut tries = 0;
        loop {
            let stored = self
                .store
                .replace_token(person, expected_version, token.clone())
                .await;
            match stored {
                // `false`: somebody stored a newer one, which stays.
                Ok(_) => return Ok(()),
                Err(error) => {
                    tries += 1;
                    tracing::error!(
                        person = person.as_str(),
                        error = causes(&error),
                        tries,
                        "a refreshed token could not be stored"
                    );
                    if tries == STORE_TRIES {
                        return Err(error.into());
                    }
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
    }

    fn seal(
        &self,
        person: &PersonId,
        grant: &Grant,
        kept: Option<&SecretString>,
    ) -> Result<NewToken, Error> {
        self.sealing.seal(person, grant, kept, self.clock.now())
    }

    fn open(&self, person: &PersonId, record: &TokenRecord) -> Result<AccessToken, Error> {
        Ok(AccessToken {
            secret: self.sealing.access_token(person, record)?,
            expires_at: record.expires_at,
            version: record.version,
        })
    }
}
