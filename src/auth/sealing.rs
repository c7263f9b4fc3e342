//! Spotify's tokens on their way into the database and out of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::Error;
use super::crypto::{Cipher, Purpose, Unopenable};
use super::oauth::Grant;
use crate::store::{NewToken, PersonId, SealedTokens, TokenRecord};

/// The columns that hold a sealed token.
const ACCESS: &str = "access";
const REFRESH: &str = "refresh";

/// Seals grants and opens records.
pub(super) struct Sealing {
    cipher: Arc<Cipher>,
    /// Whether the log has been told that tokens do not open.
    told: AtomicBool,
}

impl Sealing {
    pub(super) fn new(cipher: Arc<Cipher>) -> Self {
        Self {
            cipher,
            told: AtomicBool::new(false),
        }
    }

    /// The record of what was granted `now`. The refresh token is `kept` where Spotify sent none.
    pub(super) fn seal(
        &self,
        person: &PersonId,
        grant: &Grant,
        kept: Option<&SecretString>,
        now: DateTime<Utc>,
    ) -> Result<NewToken, Error> {
        let refresh_token = grant
            .refresh_token
            .as_ref()
            .or(kept)
            .ok_or(Error::Internal("sealing a grant without a refresh token"))?;
        Ok(NewToken {
            sealed: seal_tokens(&self.cipher, person, &grant.access_token, refresh_token)?,
            token_type: grant.token_type.clone(),
            scope: grant.scope.clone(),
            expires_at: expiry(now, grant.expires_in),
            now,
        })
    }

    pub(super) fn access_token(
        &self,
        person: &PersonId,
        record: &TokenRecord,
    ) -> Result<SecretString, Error> {
        self.open(&place(person, ACCESS), &record.sealed.access, record)
    }

    pub(super) fn refresh_token(
        &self,
        person: &PersonId,
        record: &TokenRecord,
    ) -> Result<SecretString, Error> {
        self.open(&place(person, REFRESH), &record.sealed.refresh, record)
    }

    /// What does not open is lost, but the person can replace it by logging in again.
    fn open(
        &self,
        place: &str,
        sealed: &[u8],
        record: &TokenRecord,
    ) -> Result<SecretString, Error> {
        let Ok(opened) = self.cipher.open(Purpose::Token, place, sealed) else {
            if !self.told.swap(true, Ordering::Relaxed) {
                tracing::error!(
                    sealed_with = record.sealed.key_id,
                    present_key = self.cipher.key_id(),
                    "stored tokens do not open, so people have to log in again: SESSION_SECRET does \
                     not list the one that they were sealed with, or they were changed (told only once)"
                );
            }
            return Err(Error::ReauthorizationRequired);
        };
        let text =
            String::from_utf8(opened).map_err(|_| Error::Internal("a stored token is not text"))?;
        Ok(SecretString::from(text))
    }
}

/// Seals a person's tokens with the first of the secrets.
///
/// # Errors
/// Where the cryptographic library fails.
pub fn seal_tokens(
    cipher: &Cipher,
    person: &PersonId,
    access: &SecretString,
    refresh: &SecretString,
) -> Result<SealedTokens, Error> {
    let seal = |which: &str, token: &SecretString| {
        let token = token.expose_secret().as_bytes();
        cipher.seal(Purpose::Token, &place(person, which), token)
    };
    Ok(SealedTokens {
        access: seal(ACCESS, access)?,
        refresh: seal(REFRESH, refresh)?,
        key_id: cipher.key_id().to_owned(),
    })
}

/// Seals a person's tokens anew, with the first of the secrets.
///
/// # Errors
/// [`Unopenable`] where none of the secrets opens them, or where the cryptographic library fails.
pub fn reseal(
    cipher: &Cipher,
    person: &PersonId,
    sealed: &SealedTokens,
) -> Result<SealedTokens, Unopenable> {
    let anew = |which: &str, sealed: &[u8]| {
        let place = place(person, which);
        let opened = cipher.open(Purpose::Token, &place, sealed)?;
        cipher
            .seal(Purpose::Token, &place, &opened)
            .map_err(|_| Unopenable)
    };
    Ok(SealedTokens {
        access: anew(ACCESS, &sealed.access)?,
        refresh: anew(REFRESH, &sealed.refresh)?,
        key_id: cipher.key_id().to_owned(),
    })
}

/// Binds a sealed token to its row and column.
fn place(person: &PersonId, which: &str) -> String {
    format!("{}/{which}", person.as_str())
}

fn expiry(now: DateTime<Utc>, expires_in: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(expires_in)
        .ok()
        .and_then(|life| now.checked_add_signed(life))
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(expires_in: u64) -> Grant {
        Grant {
            access_token: SecretString::from("access"),
            refresh_token: Some(SecretString::from("refresh")),
            expires_in: Duration::from_secs(expires_in),
            token_type: "Bearer".to_owned(),
            scope: None,
        }
    }

    fn record(token: NewToken) -> TokenRecord {
        TokenRecord {
            sealed: token.sealed,
            scope: token.scope,
            expires_at: token.expires_at,
            granted_at: token.now,
            refused_at: None,
            version: 1,
        }
    }

    fn sealing() -> Sealing {
        let secret = SecretString::from("0123456789abcdef0123456789abcdef");
        Sealing::new(Arc::new(Cipher::new(&secret.into()).unwrap()))
    }

    #[test]
    fn a_persons_row_opens_in_no_other_place() {
        let (sealing, ada, eve) = (sealing(), PersonId::new(), PersonId::new());
        let token = sealing.seal(&ada, &grant(60), None, Utc::now()).unwrap();
        let mut record = record(token);
        let opened = sealing.refresh_token(&ada, &record).unwrap();
        assert_eq!(opened.expose_secret(), "refresh");
        assert!(matches!(
            sealing.refresh_token(&eve, &record),
            Err(Error::ReauthorizationRequired)
        ));
        // The one column's value in the other.
        record.sealed.access = record.sealed.refresh.clone();
        assert!(matches!(
            sealing.access_token(&ada, &record),
            Err(Error::ReauthorizationRequired)
        ));
    }

    #[test]
    fn an_absurd_lifetime_is_no_lifetime() {
        let (sealing, ada, now) = (sealing(), PersonId::new(), Utc::now());
        for (life, expected) in [(0, 0), (3600, 3600), (u64::MAX, 0), (1 << 53, 0)] {
            let token = sealing.seal(&ada, &grant(life), None, now).unwrap();
            assert_eq!((token.expires_at - now).num_seconds(), expected, "{life}");
        }
    }
}
