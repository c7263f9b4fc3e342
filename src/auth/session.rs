//! Browser sessions: an opaque secret in a cookie, its hash in the store.

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::Error;
use super::authorization::reauthorize_by;
use super::viewer::fingerprint;
use crate::store::{NewSession, PersonId};

const SECRET_BYTES: usize = 32;

/// What the browser holds: the person's key, so that the look-up goes to one shard, and a secret of
/// 256 bits.
pub struct SessionToken {
    /// Whose session it says it is; believed only once the store knows the hash.
    pub person: PersonId,
    secret: SecretString,
}

impl SessionToken {
    /// A new secret for a person who has just logged in.
    ///
    /// # Errors
    /// Only where the system's randomness fails.
    pub fn new(person: PersonId) -> Result<Self, Error> {
        let mut secret = [0; SECRET_BYTES];
        rand::fill(&mut secret)?;
        Ok(Self {
            person,
            secret: SecretString::from(URL_SAFE_NO_PAD.encode(secret)),
        })
    }

    /// Reads a cookie's value. `None` where it cannot be one of ours.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let (person, secret) = value.split_once('.')?;
        let person = PersonId::parse(person).ok()?;
        let decoded = URL_SAFE_NO_PAD.decode(secret).ok()?;
        (decoded.len() == SECRET_BYTES).then(|| Self {
            person,
            secret: SecretString::from(secret),
        })
    }

    /// The cookie's value.
    #[must_use]
    pub fn cookie_value(&self) -> String {
        format!("{}.{}", self.person.as_str(), self.secret.expose_secret())
    }

    /// What the store knows it by.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        fingerprint(&self.secret)
    }
}

/// The record of a session that begins `now` and is known by the hash of its secret.
pub(super) fn begin_session(
    secret_hash: [u8; 32],
    device_name: Option<String>,
    now: DateTime<Utc>,
) -> NewSession {
    NewSession {
        secret_hash,
        id: Uuid::new_v4().simple().to_string(),
        device_name,
        created_at: now,
        expires_at: reauthorize_by(now),
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionToken")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}
