//! A person's Spotify tokens, sealed before they come here: the store never sees one in the clear.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Error, PersonId, Store, query};

/// Longer than any right to refresh lasts, as far apart as the instances' clocks may be. One that lasts longer
/// was taken by a clock that was wrong, and would keep everybody out for as much as it was wrong by.
const LEASE_AT_MOST: TimeDelta = TimeDelta::minutes(5);

/// A person's tokens as they lie in the database, and nothing else of their row.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedTokens {
    /// The access token, encrypted.
    pub access: Vec<u8>,
    /// The refresh token, encrypted.
    pub refresh: Vec<u8>,
    /// Which secret sealed them.
    pub key_id: String,
}

// Written by hand to leave the sealed tokens out: what is not printed cannot end up in a log.
impl fmt::Debug for SealedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedTokens")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Tokens to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// The tokens themselves.
    pub sealed: SealedTokens,
    /// What Spotify calls the kind of token, `Bearer`.
    pub token_type: String,
    /// What the person allowed, space separated.
    pub scope: Option<String>,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// The time of this change.
    pub now: DateTime<Utc>,
}

/// Tokens as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// The tokens themselves.
    pub sealed: SealedTokens,
    /// What the person allowed, space separated.
    pub scope: Option<String>,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// When the person last logged in. A refresh leaves it as it is.
    pub granted_at: DateTime<Utc>,
    /// When Spotify last refused the refresh token, if nothing has succeeded since.
    pub refused_at: Option<DateTime<Utc>>,
    /// The milliseconds of the first login, and one more with every replacement. A refresh names the
    /// version it started from, so that it never overwrites newer tokens.
    pub version: i64,
}

impl Store {
    /// The person's tokens, if they have logged in.
    pub async fn token(&self, id: &PersonId) -> Result<Option<TokenRecord>, Error> {
        let id = id.clone();
        query!(self, reader, |queries, conn| {
            queries::tokens::find(conn, &id)
        })
    }

    /// Stores what a refresh brought, if the stored tokens are still those of `expected_version`;
    /// tells whether they were.
    pub async fn replace_token(
        &self,
        id: &PersonId,
        expected_version: i64,
        token: NewToken,
    ) -> Result<bool, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::tokens::replace(conn, &id, expected_version, &token)
        })
    }

    /// Takes or extends the right to refresh a person's tokens until `until`, unless another holder has
    /// it at `now`; tells whether it is `holder`'s. One that lasts longer than any can is nobody's. It ends by
    /// itself, with [`Store::replace_token`] and [`Store::mark_refused`], or with [`Store::release_lease`].
    pub async fn take_lease(
        &self,
        id: &PersonId,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let (id, holder) = (id.clone(), holder.to_owned());
        query!(self, writer, |queries, conn| {
            let latest = now + LEASE_AT_MOST;
            let (now, until, latest) = (now.into(), until.into(), latest.into());
            queries::tokens::take_lease(conn, &id, &holder, now, until, latest)
        })
    }

    /// Gives the right to refresh back, if it is `holder`'s.
    pub async fn release_lease(&self, id: &PersonId, holder: &str) -> Result<(), Error> {
        let (id, holder) = (id.clone(), holder.to_owned());
        query!(self, writer, |queries, conn| {
            queries::tokens::release_lease(conn, &id, &holder)
        })
    }

    /// Notes that Spotify refused the refresh token, if the stored tokens are still those of
    /// `expected_version`; tells whether they were.
    pub async fn mark_refused(
        &self,
        id: &PersonId,
        expected_version: i64,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::tokens::mark_refused(conn, &id, expected_version, at.into())
        })
    }
}
