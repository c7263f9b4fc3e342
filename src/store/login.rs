//! Logins: what one brings and gives, stored once.

use chrono::{DateTime, Utc};

use super::{Error, Given, NewToken, PersonId, Store, query};

/// A login to be stored.
#[derive(Clone, Debug)]
pub struct NewLogin {
    /// SHA-256 of the state that it was begun with.
    pub state_hash: [u8; 32],
    /// When whoever comes with that state is refused for coming late.
    pub expires_at: DateTime<Utc>,
    /// What it brought.
    pub token: NewToken,
    /// What it gives.
    pub given: Given,
}

impl Store {
    /// Stores what a login brought and gives: the tokens, in place of older ones, and the session or
    /// code. All or nothing; tells whether it was this time that the login was finished.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is stored then.
    pub async fn record_login(&self, id: &PersonId, login: NewLogin) -> Result<bool, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::logins::record(conn, &id, &login)
        })
    }

    /// Whether a login that was begun with this state has been finished.
    pub async fn is_login_finished(&self, state_hash: &[u8; 32]) -> Result<bool, Error> {
        let state_hash = *state_hash;
        query!(self, reader, |queries, conn| {
            queries::logins::is_finished(conn, &state_hash)
        })
    }

    /// Forgets the logins that would have been late by `then`; tells how many.
    pub async fn delete_expired_logins(&self, then: DateTime<Utc>) -> Result<usize, Error> {
        query!(self, writer, |queries, conn| {
            queries::logins::delete_expired(conn, then.into())
        })
    }
}
