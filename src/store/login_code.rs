//! Login codes: what an app is called back with, and redeems for a session, once.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{Error, NewSession, PersonId, Store, query};

/// A login code to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NewLoginCode {
    /// SHA-256 of the code, which only the app has.
    pub code_hash: [u8; 32],
    /// What the app's verifier must hash to (RFC 7636, S256).
    pub challenge: String,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// When the person logged in.
    pub created_at: DateTime<Utc>,
    /// When it is over.
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for NewLoginCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLoginCode")
            .field("redirect_uri", &self.redirect_uri)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What came of redeeming a login code. Whatever it was, the code is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// The session is stored.
    Redeemed,
    /// There is no such code, or none any more.
    Unknown,
    /// It came too late, with another challenge than it was given for, or was sent to an address that
    /// is not allowed any more.
    Refused,
    /// It was used before. What it had given then has been ended; whether there was anything.
    Replayed {
        /// Whether a session ended by it.
        ended: bool,
    },
}

/// What a login gives besides the tokens that it stores.
#[derive(Clone, Debug)]
pub enum Given {
    /// Nothing of this server's.
    Nothing,
    /// A session, to a browser.
    Session(NewSession),
    /// A code, to an app.
    Code(NewLoginCode),
}

impl From<NewSession> for Given {
    fn from(session: NewSession) -> Self {
        Self::Session(session)
    }
}

impl From<NewLoginCode> for Given {
    fn from(code: NewLoginCode) -> Self {
        Self::Code(code)
    }
}

impl Store {
    /// Redeems a code for `session`: at most once, before it is over, for the challenge that it was
    /// given for, and only if it was sent to one of `redirect_uris`.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing has changed then.
    pub async fn redeem_login_code(
        &self,
        id: &PersonId,
        code_hash: &[u8; 32],
        challenge: &str,
        redirect_uris: &[String],
        session: NewSession,
    ) -> Result<Redemption, Error> {
        let (id, code_hash) = (id.clone(), *code_hash);
        let (challenge, redirect_uris) = (challenge.to_owned(), redirect_uris.to_vec());
        query!(self, writer, |queries, conn| {
            queries::login_codes::redeem(
                conn,
                &id,
                &code_hash,
                &challenge,
                &redirect_uris,
                &session,
            )
        })
    }

    /// Removes all codes that were over by `then`; tells how many.
    pub async fn delete_expired_login_codes(&self, then: DateTime<Utc>) -> Result<usize, Error> {
        query!(self, writer, |queries, conn| {
            queries::login_codes::delete_expired(conn, then.into())
        })
    }
}
