//! A login under way, as the browser carries it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Error;
use super::app_login::AppCode;
use super::crypto::{Cipher, Purpose};

/// What must be remembered until the browser comes back.
#[derive(Serialize, Deserialize)]
pub(super) struct PendingLogin {
    pub(super) state: String,
    pub(super) pkce_verifier: String,
    pub(super) app_redirect_uri: Option<String>,
    /// Missing in what an older version sealed.
    #[serde(default)]
    pub(super) app_code: Option<AppCode>,
    /// Of an app that wants no code. Missing in what an older version sealed.
    #[serde(default)]
    pub(super) app_state: Option<String>,
    pub(super) expires_at: DateTime<Utc>,
}

impl PendingLogin {
    /// For the cookie of that [`handle`].
    ///
    /// # Errors
    /// Where the cryptographic library fails.
    pub(super) fn seal(&self, cipher: &Cipher) -> Result<String, Error> {
        let pending = serde_json::to_vec(self)
            .map_err(|_| Error::Internal("a pending login does not serialize"))?;
        let sealed = cipher.seal(Purpose::Login, &handle(&self.state), &pending)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// What was sealed, if it is the login of this state.
    pub(super) fn open(cipher: &Cipher, state: &str, sealed: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let opened = cipher.open(Purpose::Login, &handle(state), &sealed).ok()?;
        let pending: Self = serde_json::from_slice(&opened).ok()?;
        let same = verify_slices_are_equal(pending.state.as_bytes(), state.as_bytes()).is_ok();
        same.then_some(pending)
    }
}

/// Which of a browser's logins a callback belongs to. Derived from the state, and telling nothing
/// that the callback's address does not.
#[must_use]
pub fn handle(state: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, state.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..6])
}
