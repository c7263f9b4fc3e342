//! Sealing what must not be read at rest: AES-256-GCM under keys derived from the session secret.
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
#[error("a sealed value does not open with the present SESSION_SECRET")]
pub struct Unopenable;

/// Seals and opens.
pub struct Cipher {
    key_id: String,
    token: RandomizedNonceKey,
    login: RandomizedNonceKey,
}

impl Cipher {
    /// Derives the keys from `secret`.
    ///
    /// # Errors
    /// Only where the cryptographic library itself fails.
    pub fn new(secret: &SecretString) -> Result<Self, Unspecified> {
        let secret = secret.expose_secret().as_bytes();
        let mut key_id = [0; 8];
        derive(secret, b"lockstep-api key id v1", &mut key_id)?;
        Ok(Self {
            key_id: URL_SAFE_NO_PAD.encode(key_id),
            token: key(secret, Purpose::Token)?,
            login: key(secret, Purpose::Login)?,
        })
    }

    /// Names the key that seals, without telling anything of it. Stored beside what it sealed.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
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
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopenable)?;
        let mut body = body.to_vec();
        let opened = self
            .key(purpose)
            .open_in_place(nonce, Aad::from(place.as_bytes()), &mut body)
            .map_err(|_| Unopenable)?
            .len();
        body.truncate(opened);
        Ok(body)
    }

    fn key(&self, purpose: Purpose) -> &RandomizedNonceKey {
        match purpose {
            Purpose::Token => &self.token,
            Purpose::Login => &self.login,
        }
    }
}

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cipher")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
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
        Cipher::new(&SecretString::from(secret)).unwrap()
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
