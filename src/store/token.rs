//! A person's Spotify tokens, sealed before they come here: the store never sees one in the clear.

use std::fmt;

use chrono::{DateTime, Utc};

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
