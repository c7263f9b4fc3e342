//! A login, from the redirect out to the redirect back.
//!
//! What must be remembered in between (state, PKCE verifier, where an app wants to be sent) travels
//! sealed in a cookie of the browser that began it. So it survives a restart, ends on whichever
//! instance the browser comes back to, costs the database nothing, and belongs to that browser
//! alone (RFC 9700, section 4.7.1). The code that comes back with it is single-use at Spotify.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

use super::Error;
use super::crypto::{Cipher, Purpose};
use super::oauth::{Grant, OAuth, OAuthError};
use super::session::SessionToken;
use super::tokens::Tokens;
use crate::clock::Clock;
use crate::spotify::{self, Call};
use crate::store::{PersonId, Profile, Store};

/// How long a person may take at Spotify's consent page.
pub const LOGIN_LASTS: TimeDelta = TimeDelta::minutes(10);

/// Begins and finishes logins.
pub struct Logins {
    store: Store,
    spotify: spotify::Client,
    oauth: OAuth,
    tokens: Tokens,
    cipher: Arc<Cipher>,
    clock: Clock,
    app_redirect_uris: Vec<String>,
}

/// What the browser gets to take along.
pub struct Started {
    /// Spotify's consent page.
    pub url: Url,
    /// Names this login among several under way in one browser.
    pub handle: String,
    /// For the cookie.
    pub sealed: String,
}

/// What a finished login gives.
#[derive(Debug)]
pub enum Finished {
    /// A session for the browser.
    Browser(SessionToken),
    /// An app's own redirect URI, with the tokens that it expects.
    App(AppRedirect),
}

/// An app's redirect URI and what is appended to it. Not to be logged: it carries tokens.
pub struct AppRedirect {
    uri: String,
    grant: Grant,
    refresh_token: SecretString,
}

/// Why a login came to nothing. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The app's redirect URI is not on the list.
    #[error("redirect_uri is not allowed for this client")]
    RedirectUriNotAllowed,
    /// The callback came without `state`, or with one that this browser did not take along.
    #[error("this login was not begun in this browser, or more than ten minutes ago")]
    UnknownState,
    /// The person said no, or Spotify did: the code of RFC 6749, section 4.1.2.1.
    #[error("Spotify answered the login with {0}")]
    Denied(String),
    /// The code is used up, expired or made up.
    #[error("Spotify did not accept the login's code, which works once and only for a short time")]
    CodeRefused,
    /// The token endpoint's answer lacks one of the tokens.
    #[error("Spotify's token response has no access_token or no refresh_token")]
    Incomplete,
    /// The app's settings are wrong; the text is Spotify's.
    #[error("Spotify refused the token request")]
    Misconfigured(String),
    /// Spotify, the store or a bug.
    #[error(transparent)]
    Auth(#[from] Error),
}

#[derive(Serialize, Deserialize)]
struct Pending {
    state: String,
    pkce_verifier: String,
    app_redirect_uri: Option<String>,
    expires_at: DateTime<Utc>,
}

impl Logins {
    /// Logs people in through `oauth` and keeps what comes of it in `store`.
    #[must_use]
    pub fn new(
        store: Store,
        spotify: spotify::Client,
        oauth: OAuth,
        tokens: Tokens,
        cipher: Arc<Cipher>,
        clock: Clock,
        app_redirect_uris: Vec<String>,
    ) -> Self {
        Self {
            store,
            spotify,
            oauth,
            tokens,
            cipher,
            clock,
            app_redirect_uris,
        }
    }

    /// Begins a login, an app's where it says where it wants to be sent.
    ///
    /// # Errors
    /// [`LoginError::RedirectUriNotAllowed`].
    pub fn start(&self, app_redirect_uri: Option<String>) -> Result<Started, LoginError> {
        self.check_app(app_redirect_uri.as_ref())?;
        let authorization = self.oauth.authorize();
        let handle = handle(&authorization.state);
        let pending = Pending {
            pkce_verifier: authorization.pkce_verifier.expose_secret().to_owned(),
            state: authorization.state,
            app_redirect_uri,
            expires_at: self.clock.now() + LOGIN_LASTS,
        };
        let pending = serde_json::to_vec(&pending)
            .map_err(|_| Error::Internal("a pending login does not serialize"))?;
        let sealed = self
            .cipher
            .seal(Purpose::Login, &handle, &pending)
            .map_err(Error::from)?;
        Ok(Started {
            url: authorization.url,
            handle,
            sealed: URL_SAFE_NO_PAD.encode(sealed),
        })
    }

    /// Finishes the login that `sealed` was begun with: redeems the code, asks whose it is, stores.
    ///
    /// # Errors
    /// See [`LoginError`].
    pub async fn finish(
        &self,
        state: &str,
        outcome: Result<String, String>,
        sealed: Option<&str>,
        deadline: Instant,
    ) -> Result<Finished, LoginError> {
        let pending = self
            .pending(state, sealed)
            .ok_or(LoginError::UnknownState)?;
        let code = outcome.map_err(|error| LoginError::Denied(known(&error)))?;
        // The list may have changed since.
        self.check_app(pending.app_redirect_uri.as_ref())?;
        if code.is_empty() {
            return Err(LoginError::CodeRefused);
        }
        let verifier = SecretString::from(pending.pkce_verifier);
        let grant = self.oauth.exchange(code, &verifier, deadline).await?;
        let Some(refresh_token) = grant.refresh_token.clone() else {
            return Err(LoginError::Incomplete);
        };

        let call = Call {
            token: grant.access_token.clone(),
            deadline,
        };
        let profile = self
            .spotify
            .current_user(&call)
            .await
            .map_err(Error::from)?;
        let now = self.clock.now();
        let person = self
            .store
            .identify(&Profile::from(&profile), now)
            .await
            .map_err(Error::from)?
            .id;
        let token = self.tokens.seal(&person, &grant, None)?;

        let session = match pending.app_redirect_uri {
            None => Some(SessionToken::new(person.clone())?),
            Some(_) => None,
        };
        let record = session.as_ref().map(|session| session.record(now));
        self.store
            .record_login(&person, token, record)
            .await
            .map_err(Error::from)?;
        tracing::info!(
            person = person.as_str(),
            app = session.is_none(),
            "logged in"
        );

        Ok(match (session, pending.app_redirect_uri) {
            (Some(session), _) => Finished::Browser(session),
            (None, uri) => Finished::App(AppRedirect {
                uri: uri.unwrap_or_default(),
                grant,
                refresh_token,
            }),
        })
    }

    /// Ends a session, if it is one.
    ///
    /// # Errors
    /// The store's.
    pub async fn log_out(&self, person: &PersonId, hash: &[u8; 32]) -> Result<bool, Error> {
        Ok(self.store.delete_session(person, hash).await?)
    }

    /// Compared exactly: whoever is at that address gets the tokens.
    fn check_app(&self, redirect_uri: Option<&String>) -> Result<(), LoginError> {
        match redirect_uri {
            Some(uri) if !self.app_redirect_uris.contains(uri) => {
                Err(LoginError::RedirectUriNotAllowed)
            }
            _ => Ok(()),
        }
    }

    fn pending(&self, state: &str, sealed: Option<&str>) -> Option<Pending> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed?).ok()?;
        let opened = self
            .cipher
            .open(Purpose::Login, &handle(state), &sealed)
            .ok()?;
        let pending: Pending = serde_json::from_slice(&opened).ok()?;
        let same = verify_slices_are_equal(pending.state.as_bytes(), state.as_bytes()).is_ok();
        (same && self.clock.now() < pending.expires_at).then_some(pending)
    }
}

impl std::fmt::Debug for Logins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logins").finish_non_exhaustive()
    }
}

/// An error code, if it is written as all of them are. Anybody can write anything into the address.
fn known(error: &str) -> String {
    let is_code = (1..=64).contains(&error.len())
        && error
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let code = if is_code { error } else { "an unknown error" };
    code.to_owned()
}

/// Which of a browser's logins a callback belongs to. Derived from the state, and telling nothing
/// that the callback's address does not.
#[must_use]
pub fn handle(state: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, state.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..6])
}

impl AppRedirect {
    /// Where the app is called back: `access_token`, `refresh_token`, `expires_in` and `token_type`
    /// in the query, as the Android app reads them today.
    #[must_use]
    pub fn location(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("access_token", self.grant.access_token.expose_secret())
            .append_pair("refresh_token", self.refresh_token.expose_secret())
            .append_pair("expires_in", &self.grant.expires_in.as_secs().to_string())
            .append_pair("token_type", &self.grant.token_type);
        let separator = if self.uri.contains('?') { '&' } else { '?' };
        format!("{}{separator}{}", self.uri, query.finish())
    }
}

impl std::fmt::Debug for AppRedirect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppRedirect")
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}

impl From<&spotify::PrivateUser> for Profile {
    fn from(user: &spotify::PrivateUser) -> Self {
        Self {
            account_id: user.account_id.clone(),
            spotify_user_id: user.id.clone(),
            display_name: user.display_name.clone(),
            uri: Some(user.uri.clone()),
            external_url: user.external_url.clone(),
            images: serde_json::to_string(&user.images).ok(),
        }
    }
}

impl From<OAuthError> for LoginError {
    fn from(error: OAuthError) -> Self {
        match error {
            OAuthError::InvalidGrant(_) => Self::CodeRefused,
            OAuthError::Refused(description) => Self::Misconfigured(description),
            OAuthError::Incomplete => Self::Incomplete,
            OAuthError::Spotify(error) => Self::Auth(error.into()),
        }
    }
}
