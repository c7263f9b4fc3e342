//! Sessions: what a person's client presents instead of logging in again.

use chrono::{DateTime, Utc};

use super::{Error, PersonId, Store, query};

/// A session to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the session's secret, which only the client has.
    pub secret_hash: [u8; 32],
    /// What clients call it. It opens nothing.
    pub id: String,
    /// What the person tells it from others by.
    pub device_name: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// A session as it is stored. Whether it has ended is for the caller to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What clients call it.
    pub id: String,
    /// What the person tells it from others by.
    pub device_name: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, as far as it was noted.
    pub last_used_at: DateTime<Utc>,
    /// When it ends, unless the authorization ends before.
    pub expires_at: DateTime<Utc>,
    /// When the person last authorized this server at Spotify; none where no tokens are stored.
    pub granted_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The person's session with this hash. It may have ended: that is for the caller to compare.
    pub async fn session(
        &self,
        id: &PersonId,
        secret_hash: &[u8; 32],
    ) -> Result<Option<Session>, Error> {
        let (id, secret_hash) = (id.clone(), *secret_hash);
        query!(self, reader, |queries, conn| {
            queries::sessions::find(conn, &id, &secret_hash)
        })
    }

    /// The person's sessions that have not ended by `now`, the one that was used last first.
    pub async fn sessions(&self, id: &PersonId, now: DateTime<Utc>) -> Result<Vec<Session>, Error> {
        let id = id.clone();
        query!(self, reader, |queries, conn| {
            queries::sessions::list(conn, &id, now.into())
        })
    }

    /// Notes that a session is in use at `now`, unless that was noted since `unless_since`.
    pub async fn note_session_use(
        &self,
        id: &PersonId,
        secret_hash: &[u8; 32],
        now: DateTime<Utc>,
        unless_since: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (id, secret_hash) = (id.clone(), *secret_hash);
        query!(self, writer, |queries, conn| {
            queries::sessions::note_use(conn, &id, &secret_hash, now.into(), unless_since.into())
        })
    }

    /// Ends a session; tells whether there was one.
    pub async fn delete_session(
        &self,
        id: &PersonId,
        secret_hash: &[u8; 32],
    ) -> Result<bool, Error> {
        let (id, secret_hash) = (id.clone(), *secret_hash);
        query!(self, writer, |queries, conn| {
            queries::sessions::delete(conn, &id, &secret_hash)
        })
    }

    /// Ends the person's session that clients call `session`; tells whether there was one.
    pub async fn revoke_session(&self, id: &PersonId, session: &str) -> Result<bool, Error> {
        let (id, session) = (id.clone(), session.to_owned());
        query!(self, writer, |queries, conn| {
            queries::sessions::revoke(conn, &id, &session)
        })
    }

    /// Ends all of the person's sessions but the one that clients call `kept`, and login codes that
    /// nobody has redeemed; tells how many sessions had not ended by `now` already.
    pub async fn revoke_other_sessions(
        &self,
        id: &PersonId,
        kept: &str,
        now: DateTime<Utc>,
    ) -> Result<usize, Error> {
        let (id, kept) = (id.clone(), kept.to_owned());
        query!(self, writer, |queries, conn| {
            queries::sessions::revoke_others(conn, &id, &kept, now.into())
        })
    }

    /// Removes all sessions that have ended by `now`; tells how many.
    pub async fn delete_expired_sessions(&self, now: DateTime<Utc>) -> Result<usize, Error> {
        query!(self, writer, |queries, conn| {
            queries::sessions::delete_expired(conn, now.into())
        })
    }
}
