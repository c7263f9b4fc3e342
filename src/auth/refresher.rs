//! One refresh of a person's tokens: Spotify asked, and what it gave stored before anybody uses it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use tokio::time::Instant;

use super::Error;
use super::lease::{Leases, Turn};
use super::oauth::{Grant, OAuth, OAuthError};
use super::sealing::Sealing;
use crate::cache::AccessToken;
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

/// After the token endpoint failed, or refused anything but a refresh token, tokens that still live are
/// not refreshed for this long: an outage, or a wrong setting, is over neither sooner nor later for being
/// asked all the time.
const OUTAGE_HOLDS: TimeDelta = TimeDelta::seconds(30);

/// How often, and how far apart, storing a refreshed token is tried: by then the old refresh token
/// may be dead, and giving up loses the login.
const STORE_TRIES: u32 = 60;
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Reads tokens, and gets new ones.
pub(super) struct Refresher {
    store: Store,
    oauth: OAuth,
    sealing: Sealing,
    clock: Clock,
    /// An access token with less than this left is refreshed.
    skew: TimeDelta,
    leases: Leases,
    metrics: Metrics,
    /// When the token endpoint last failed.
    failed_at: Mutex<Option<DateTime<Utc>>>,
}

impl Refresher {
    pub(super) fn new(
        store: Store,
        oauth: OAuth,
        sealing: Sealing,
        clock: Clock,
        skew: TimeDelta,
        metrics: Metrics,
    ) -> Self {
        Self {
            leases: Leases::new(store.clone(), clock.clone()),
            store,
            oauth,
            sealing,
            clock,
            skew,
            metrics,
            failed_at: Mutex::default(),
        }
    }

    pub(super) async fn record(&self, person: &PersonId) -> Result<TokenRecord, Error> {
        let record = self.store.token(person).await?;
        record.ok_or(Error::ReauthorizationRequired)
    }

    /// Whether a token that expires then is far from its end.
    pub(super) fn is_fresh(&self, expires_at: DateTime<Utc>) -> bool {
        self.clock.now() + self.skew < expires_at
    }

    /// Whether Spotify should still accept the access token.
    pub(super) fn is_alive(&self, record: &TokenRecord) -> bool {
        self.clock.now() < record.expires_at
    }

    fn is_refused(&self, record: &TokenRecord) -> bool {
        record
            .refused_at
            .is_some_and(|at| self.is_within(at, REFUSAL_HOLDS))
    }

    /// Whether `at` was no longer ago than `holds`. A time to come is no reason to wait for it: the clock was
    /// wrong, by who knows how much.
    fn is_within(&self, at: DateTime<Utc>, holds: TimeDelta) -> bool {
        let now = self.clock.now();
        at <= now && now < at + holds
    }

    /// Whether the access token is to be used as it is: it is far from its end, or refreshing it had
    /// better wait while it lives.
    pub(super) fn serves(&self, record: &TokenRecord) -> bool {
        self.is_fresh(record.expires_at) || (self.is_alive(record) && self.puts_off(record))
    }

    /// Whether refreshing this token, which still serves, had better wait.
    fn puts_off(&self, record: &TokenRecord) -> bool {
        let failed_at = *self.failed_at();
        let in_outage = failed_at.is_some_and(|at| self.is_within(at, OUTAGE_HOLDS));
        in_outage || self.is_refused(record)
    }

    fn failed_at(&self) -> std::sync::MutexGuard<'_, Option<DateTime<Utc>>> {
        self.failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the record again, now that this task is the only one here to refresh it.
    pub(super) async fn refresh(
        &self,
        person: &PersonId,
        refused: Option<i64>,
    ) -> Result<Arc<AccessToken>, Error> {
        let record = self.record(person).await?;
        let replaced = refused.is_some_and(|version| version != record.version);
        if replaced || (refused.is_none() && self.is_fresh(record.expires_at)) {
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
                // Who took over meanwhile would refresh with a token that may be dead.
                let kept = lease.hold(self.keep(person, record.version, token)).await;
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

    pub(super) fn seal(
        &self,
        person: &PersonId,
        grant: &Grant,
        kept: Option<&SecretString>,
    ) -> Result<NewToken, Error> {
        self.sealing.seal(person, grant, kept, self.clock.now())
    }

    pub(super) fn open(
        &self,
        person: &PersonId,
        record: &TokenRecord,
    ) -> Result<AccessToken, Error> {
        Ok(AccessToken {
            secret: self.sealing.access_token(person, record)?,
            expires_at: record.expires_at,
            version: record.version,
        })
    }
}
