//! A login, from the redirect out to the redirect back.
//!
//! What must be remembered in between (state, PKCE verifier, where an app wants to be sent) travels
//! sealed in a cookie of the browser that began it. So it survives a restart, ends on whichever
//! instance the browser comes back to, costs the database nothing, and belongs to that browser
//! alone (RFC 9700, section 4.7.1). Once finished it is noted in the database: a copy of the cookie
//! finishes no other login.

use std::sync::Arc;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::Url;

use super::Error;
use super::app_login::{AppAnswer, AppCode, AppLogins, AppRedirect, LoginRequest};
use super::crypto::Cipher;
use super::login_error::LoginError;
use super::oauth::OAuth;
use super::opaque_token::{OpaqueToken, TokenKind};
use super::pending_login::{PendingLogin, handle};
use super::session::{SessionToken, begin_session};
use super::to_the_end::to_the_end;
use super::tokens::Tokens;
use super::viewer::fingerprint;
use crate::cache::Cache;
use crate::clock::Clock;
use crate::spotify::{self, Call};
use crate::store::{Given, NewLogin, NewLoginCode, PersonId, Profile, Store};

/// How long a person may take at Spotify's consent page.
pub const LOGIN_LASTS: TimeDelta = TimeDelta::minutes(10);

/// How long an app may take to redeem its code.
const CODE_LASTS: TimeDelta = TimeDelta::seconds(60);

/// Begins and finishes logins.
pub struct Logins {
    pub(super) store: Store,
    spotify: spotify::Client,
    oauth: OAuth,
    tokens: Tokens,
    cipher: Arc<Cipher>,
    pub(super) clock: Clock,
    pub(super) cache: Cache,
    pub(super) apps: AppLogins,
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
    /// An app's own redirect URI, with what it expects there.
    App(AppRedirect),
    /// An app that expects a code, which is told at its redirect URI that there is none, and why.
    AppRefused(AppRedirect, LoginError),
}

impl Logins {
    /// Logs people in through `oauth` and keeps what comes of it in `store`.
    #[must_use]
    #[allow(
        clippy::too_many_arguments,
        reason = "each is a service of its own, named once, where they are assembled"
    )]
    pub fn new(
        store: Store,
        spotify: spotify::Client,
        oauth: OAuth,
        tokens: Tokens,
        cipher: Arc<Cipher>,
        clock: Clock,
        cache: Cache,
        apps: AppLogins,
    ) -> Self {
        Self {
            store,
            spotify,
            oauth,
            tokens,
            cipher,
            clock,
            cache,
            apps,
        }
    }

    /// Begins a login, an app's where it says where it wants to be sent.
    ///
    /// # Errors
    /// [`LoginError::RedirectUriNotAllowed`], [`LoginError::BadParameter`].
    pub fn start(&self, request: LoginRequest) -> Result<Started, LoginError> {
        let app_code = self.apps.judge(&request)?;
        // An address that any app can claim says nothing of who asks, so the person is always asked,
        // though they have allowed it before (RFC 8252, section 8.6).
        let claimed = |uri: &String| !uri.starts_with("https:");
        let ask_again = request.redirect_uri.as_ref().is_some_and(claimed);
        let authorization = self.oauth.authorize(ask_again);
        let pending = PendingLogin {
            pkce_verifier: authorization.pkce_verifier.expose_secret().to_owned(),
            state: authorization.state,
            app_redirect_uri: request.redirect_uri,
            app_state: request.state.filter(|_| app_code.is_none()),
            app_code,
            expires_at: self.clock.now() + LOGIN_LASTS,
        };
        Ok(Started {
            url: authorization.url,
            handle: handle(&pending.state),
            sealed: pending.seal(&self.cipher)?,
        })
    }

    /// Finishes the login that `sealed` was begun with: redeems the code, asks whose it is, stores. A
    /// browser's session is called `device_name`.
    ///
    /// # Errors
    /// See [`LoginError`].
    pub async fn finish(
        &self,
        state: &str,
        outcome: Result<String, String>,
        sealed: Option<&str>,
        device_name: Option<String>,
        deadline: Instant,
    ) -> Result<Finished, LoginError> {
        let pending = sealed
            .and_then(|sealed| PendingLogin::open(&self.cipher, state, sealed))
            .filter(|pending| self.clock.now() < pending.expires_at)
            .ok_or(LoginError::UnknownState)?;
        // The list may have changed since.
        self.apps.check(pending.app_redirect_uri.as_ref())?;
        let app = pending
            .app_redirect_uri
            .clone()
            .zip(pending.app_code.clone());
        let finished = self.complete(pending, outcome, device_name, deadline).await;
        match (finished, app) {
            // The app has had its answer.
            (Err(LoginError::UnknownState), _) => Err(LoginError::UnknownState),
            (Err(error), Some((uri, AppCode { state, .. }))) => {
                let code = error.oauth_code().to_owned();
                let answer = AppAnswer::Error { code, state };
                Ok(Finished::AppRefused(AppRedirect { uri, answer }, error))
            }
            (finished, _) => finished,
        }
    }

    async fn complete(
        &self,
        pending: PendingLogin,
        outcome: Result<String, String>,
        device_name: Option<String>,
        deadline: Instant,
    ) -> Result<Finished, LoginError> {
        let state_hash = fingerprint(&SecretString::from(pending.state));
        let replayed = self.store.is_login_finished(&state_hash).await;
        if replayed.map_err(Error::from)? {
            return Err(LoginError::UnknownState);
        }
        let code = outcome.map_err(|error| LoginError::Denied(known(&error)))?;
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
            is_ours: true,
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

        let (given, finished) = match (pending.app_redirect_uri, pending.app_code) {
            (None, _) => {
                let session = SessionToken::new(person.clone())?;
                let record = begin_session(session.hash(), device_name, now);
                (record.into(), Finished::Browser(session))
            }
            (Some(uri), None) => {
                let answer = AppAnswer::Tokens {
                    grant,
                    refresh_token,
                    state: pending.app_state,
                };
                let redirect = AppRedirect { uri, answer };
                (Given::Nothing, Finished::App(redirect))
            }
            (Some(uri), Some(AppCode { challenge, state })) => {
                let code = OpaqueToken::new(TokenKind::LoginCode, person.clone())?;
                let record = NewLoginCode {
                    code_hash: code.hash(),
                    challenge,
                    redirect_uri: uri.clone(),
                    created_at: now,
                    expires_at: now + CODE_LASTS,
                };
                let code = code.text().clone();
                let answer = AppAnswer::Code { code, state };
                let redirect = AppRedirect { uri, answer };
                (record.into(), Finished::App(redirect))
            }
        };
        let app = matches!(finished, Finished::App(_));
        let login = NewLogin {
            state_hash,
            expires_at: pending.expires_at,
            token,
            given,
        };
        let (store, cache) = (self.store.clone(), self.cache.clone());
        let recorded = to_the_end(async move {
            let recorded = store.record_login(&person, login).await;
            // The new token may show less than the old one did.
            cache.forget_person(&person);
            if matches!(recorded, Ok(true)) {
                tracing::info!(person = person.as_str(), app, "logged in");
            }
            Ok(recorded?)
        });
        // Another request may have finished it meanwhile.
        if recorded.await? {
            Ok(finished)
        } else {
            Err(LoginError::UnknownState)
        }
    }

    /// Ends a session, if it is one.
    ///
    /// # Errors
    /// The store's.
    pub async fn log_out(&self, person: &PersonId, hash: &[u8; 32]) -> Result<bool, Error> {
        let (store, cache) = (self.store.clone(), self.cache.clone());
        let (person, hash) = (person.clone(), *hash);
        to_the_end(async move {
            let ended = store.delete_session(&person, &hash).await;
            cache.forget_session(&person, &hash);
            Ok(ended?)
        })
        .await
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
