//! Sealing what must not be read at rest: AES-256-GCM under keys derived from the session secrets.
//!
//! The first secret seals; what any of them has sealed opens, so that secrets can be replaced while
//! people are logged in.
//!
//! Each purpose has a key of its own (HKDF with the purpose as its label), and what is sealed is
//! bound to its place by additional data, so that a sealed token copied into another person's row,
//! or into a cookie, does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use crate::config::Secrets;

/// What a sealed value is for; it opens for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An access or refresh token in the database.
    Token,
    /// A login between the redirect out and the redirect back, in a cookie.
    Login,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Token => b"lockstep-api token v1",
            Self::Login => b"lockstep-api login v1",
        }
    }
}

/// What was sealed does not open: another key, another place, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open with any secret of SESSION_SECRET")]
pub struct Unopenable;

/// Seals and opens.
pub struct Cipher {
    first: Keys,
    older: Vec<Keys>,
}

/// What one secret gives.
struct Keys {
    id: String,
    token: RandomizedNonceKey,
    login: RandomizedNonceKey,
}

impl Cipher {
    /// Derives the keys from `secrets`.
    ///
    /// # Errors
    /// Only where the cryptographic library itself fails.
    pub fn new(secrets: &Secrets) -> Result<Self, Unspecified> {
        Ok(Self {
            first: Keys::derive(&secrets.session_secret)?,
            older: secrets
                .older_secrets
                .iter()
                .map(Keys::derive)
                .collect::<Result<_, _>>()?,
        })
    }

    /// Names the key that seals, without telling anything of it. Stored beside what it sealed.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.first.id
    }

    /// Whether what was sealed under this name may open here.
    #[must_use]
    pub fn has_key(&self, key_id: &str) -> bool {
        self.keys().any(|keys| keys.id == key_id)
    }

    /// Seals `plaintext` for `purpose`, bound to `place` (the row or name it is kept under).
    ///
    /// # Errors
    /// Only where the cryptographic library itself fails.
    pub fn seal(
        &self,
        purpose: Purpose,
        place: &str,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, Unspecified> {
        let mut body = plaintext.to_vec();
        let nonce = self
            .first
            .key(purpose)
            .seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut body)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Opens what [`Cipher::seal`] gave for the same purpose and place.
    ///
    /// # Errors
    /// [`Unopenable`] where any of the three differs.
    pub fn open(
        &self,
        purpose: Purpose,
        place: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, Unopenable> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(Unopenable)?;
        // What does not open at once is rare, and the list is short.
        self.keys()
            .find_map(|keys| {
                let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
                let mut body = body.to_vec();
                let place = Aad::from(place.as_bytes());
                let key = keys.key(purpose);
                let opened = key.open_in_place(nonce, place, &mut body).ok()?.len();
                body.truncate(opened);
                Some(body)
            })
            .ok_or(Unopenable)
    }

    fn keys(&self) -> impl Iterator<Item = &Keys> {
        std::iter::once(&self.first).chain(&self.older)
    }
}

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cipher")
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

impl Keys {
    fn derive(secret: &SecretString) -> Result<Self, Unspecified> {
        let secret = secret.expose_secret().as_bytes();
        let mut id = [0; 8];
        derive(secret, b"lockstep-api key id v1", &mut id)?;
        Ok(Self {
            id: URL_SAFE_NO_PAD.encode(id),
            token: key(secret, Purpose::Token)?,
            login: key(secret, Purpose::Login)?,
        })
    }

    fn key(&self, purpose: Purpose) -> &RandomizedNonceKey {
        match purpose {
            Purpose::Token => &self.token,
            Purpose::Login => &self.login,
        }
    }
}

fn key(secret: &[u8], purpose: Purpose) -> Result<RandomizedNonceKey, Unspecified> {
    let mut bytes = [0; 32];
    derive(secret, purpose.label(), &mut bytes)?;
    RandomizedNonceKey::new(&AES_256_GCM, &bytes)
}

/// HKDF-SHA-256 (RFC 5869) with `label` as its info.
fn derive(secret: &[u8], label: &[u8], out: &mut [u8]) -> Result<(), Unspecified> {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    Salt::new(HKDF_SHA256, &[])
        .extract(secret)
        .expand(&[label], Length(out.len()))?
        .fill(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cipher(secret: &str) -> Cipher {
        Cipher::new(&Secrets::from(SecretString::from(secret))).unwrap()
    }

    #[test]
    fn another_key_purpose_or_place_does_not_open() {
        let one = cipher("0123456789abcdef0123456789abcdef");
        let other = cipher("fedcba9876543210fedcba9876543210");
        let sealed = one
            .seal(Purpose::Token, "person/refresh", b"secret")
            .unwrap();
        assert_eq!(
            one.open(Purpose::Token, "person/refresh", &sealed).unwrap(),
            b"secret"
        );
        assert_eq!(
            other.open(Purpose::Token, "person/refresh", &sealed),
            Err(Unopenable)
        );
        assert_eq!(
            one.open(Purpose::Login, "person/refresh", &sealed),
            Err(Unopenable)
        );
        assert_eq!(
            one.open(Purpose::Token, "other/refresh", &sealed),
            Err(Unopenable)
        );
        assert_ne!(one.key_id(), other.key_id());
        assert!(!format!("{one:?}").contains("0123456789"));
    }

    #[test]
    fn the_first_secret_seals_and_all_open() {
        let (old, new) = ("0".repeat(32), "1".repeat(32));
        let list = |first: &str, second: &str| {
            Cipher::new(&Secrets {
                session_secret: SecretString::from(first),
                older_secrets: vec![
                    SecretString::from("2".repeat(32)),
                    SecretString::from(second),
                ],
            })
            .unwrap()
        };
        let (only_old, only_new) = (cipher(&old), cipher(&new));
        let both = list(&new, &old);
        assert_eq!(both.key_id(), only_new.key_id());
        assert!(both.has_key(only_old.key_id()) && !only_new.has_key(only_old.key_id()));
        for purpose in [Purpose::Token, Purpose::Login] {
            let before = only_old.seal(purpose, "place", b"secret").unwrap();
            assert_eq!(both.open(purpose, "place", &before).unwrap(), b"secret");
            assert_eq!(both.open(purpose, "elsewhere", &before), Err(Unopenable));
            let after = both.seal(purpose, "place", b"secret").unwrap();
            assert_eq!(only_new.open(purpose, "place", &after).unwrap(), b"secret");
            assert_eq!(only_old.open(purpose, "place", &after), Err(Unopenable));
            let swapped = list(&old, &new);
            assert_eq!(swapped.open(purpose, "place", &after).unwrap(), b"secret");
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_and_changed_bytes_do_not(
            plaintext in proptest::collection::vec(any::<u8>(), 0..200),
            flip in any::<prop::sample::Index>(),
        ) {
            let cipher = cipher("0123456789abcdef0123456789abcdef");
            let mut sealed = cipher.seal(Purpose::Login, "place", &plaintext).unwrap();
            prop_assert_eq!(&cipher.open(Purpose::Login, "place", &sealed).unwrap(), &plaintext);
            let at = flip.index(sealed.len());
            sealed[at] ^= 1;
            prop_assert_eq!(cipher.open(Purpose::Login, "place", &sealed), Err(Unopenable));
            prop_assert_eq!(cipher.open(Purpose::Login, "place", &sealed[..at]), Err(Unopenable));
        }
    }
}
