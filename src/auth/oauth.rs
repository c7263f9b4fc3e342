//! The authorization code flow with PKCE, and refreshing: the three things the accounts service is
//! asked. <https://developer.spotify.com/documentation/web-api/tutorials/code-flow>

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use oauth2::basic::{
    BasicClient, BasicErrorResponseType, BasicRequestTokenError, BasicTokenResponse,
};
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, Scope, TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::Url;

use super::token_reply;
use crate::config;
use crate::spotify;

/// What the person is asked to allow. The second adds collaborative playlists to the first;
/// someone who granted only the first is served all the same.
pub const SCOPES: [&str; 2] = ["playlist-read-private", "playlist-read-collaborative"];

/// What Spotify's tokens live for when a reply does not say.
const DEFAULT_EXPIRES_IN: Duration = Duration::from_secs(3600);

/// Asks Spotify's accounts service, as the app that the configuration names.
#[derive(Clone)]
pub struct OAuth {
    client: BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>,
    spotify: spotify::Client,
}

/// A login that is about to be sent to Spotify.
pub struct Authorization {
    /// Where the browser goes.
    pub url: Url,
    /// Comes back with the browser.
    pub state: String,
    /// Proves at the token endpoint that the code is redeemed by who asked for it (RFC 7636).
    pub pkce_verifier: SecretString,
}

/// What the token endpoint granted.
#[derive(Debug)]
pub struct Grant {
    /// For the Web API.
    pub access_token: SecretString,
    /// New with a login; with a refresh only where Spotify rotates.
    pub refresh_token: Option<SecretString>,
    /// How long the access token lives.
    pub expires_in: Duration,
    /// As Spotify wrote it: `Bearer`.
    pub token_type: String,
    /// Space separated, where Spotify said.
    pub scope: Option<String>,
}

/// Why the token endpoint granted nothing. The texts are Spotify's, one line each, without what was
/// sent there.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// `invalid_grant`: the code or the refresh token is used up, expired or revoked.
    #[error("Spotify refused the grant: {0}")]
    InvalidGrant(String),
    /// Any other error of RFC 6749, section 5.2: the app's own settings are wrong.
    #[error("Spotify refused the token request: {0}")]
    Refused(String),
    /// An answer that is not a token response, such as one without an access token.
    #[error("Spotify's token response has no access token")]
    Incomplete,
    /// No usable answer.
    #[error(transparent)]
    Spotify(#[from] spotify::Error),
}

impl OAuth {
    /// Speaks for the app in `config` through `spotify`'s connections.
    ///
    /// # Errors
    /// Where the accounts URL cannot be extended by a path.
    pub fn new(
        config: &config::Spotify,
        spotify: spotify::Client,
    ) -> Result<Self, url::ParseError> {
        let base = config.accounts_url.as_str().trim_end_matches('/');
        let client = BasicClient::new(ClientId::new(config.client_id.clone()))
            .set_client_secret(ClientSecret::new(
                config.client_secret.expose_secret().to_owned(),
            ))
            .set_auth_uri(AuthUrl::new(format!("{base}/authorize"))?)
            .set_token_uri(TokenUrl::new(format!("{base}/api/token"))?)
            .set_redirect_uri(RedirectUrl::from_url(config.redirect_uri.clone()));
        Ok(Self { client, spotify })
    }

    /// A fresh state and challenge, and the URL that carries them. `ask_again`: Spotify asks the
    /// person though they have allowed it before.
    #[must_use]
    pub fn authorize(&self, ask_again: bool) -> Authorization {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = self
            .client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge);
        if ask_again {
            request = request.add_extra_param("show_dialog", "true");
        }
        let (url, state) = request.url();
        Authorization {
            url,
            state: state.into_secret(),
            pkce_verifier: SecretString::from(verifier.into_secret()),
        }
    }

    /// Redeems the code that came back with the browser.
    ///
    /// # Errors
    /// See [`OAuthError`].
    pub async fn exchange(
        &self,
        code: String,
        pkce_verifier: &SecretString,
        deadline: Instant,
    ) -> Result<Grant, OAuthError> {
        let http = self.http(deadline);
        let response = self
            .client
            .exchange_code(AuthorizationCode::new(code.clone()))
            .set_pkce_verifier(PkceCodeVerifier::new(
                pkce_verifier.expose_secret().to_owned(),
            ))
            .request_async(&http)
            .await;
        grant(response, &code)
    }

    /// Asks for a new access token. The reply may bring a new refresh token, in whose favour the
    /// old one may be dead, or none, and then the old one stays.
    ///
    /// # Errors
    /// See [`OAuthError`].
    pub async fn refresh(
        &self,
        refresh_token: &SecretString,
        deadline: Instant,
    ) -> Result<Grant, OAuthError> {
        let http = self.http(deadline);
        let response = self
            .client
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose_secret().to_owned()))
            .request_async(&http)
            .await;
        grant(response, refresh_token.expose_secret())
    }

    fn http(&self, deadline: Instant) -> Http {
        Http {
            spotify: self.spotify.clone(),
            deadline,
        }
    }
}

/// Lets the `oauth2` crate use the one HTTP client that there is.
struct Http {
    spotify: spotify::Client,
    deadline: Instant,
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = spotify::Error;
    type Future = BoxFuture<'c, Result<HttpResponse, Self::Error>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let exchange = async move {
            let reply = self.spotify.token_request(request, self.deadline).await?;
            let status = reply.status().as_u16();
            token_reply::read(reply).ok_or(spotify::Error::Unreadable { status })
        };
        exchange.boxed()
    }
}

fn grant(
    response: Result<BasicTokenResponse, BasicRequestTokenError<spotify::Error>>,
    sent: &str,
) -> Result<Grant, OAuthError> {
    let secret = |text: &str| SecretString::from(text);
    match response {
        Ok(response) if response.access_token().secret().is_empty() => Err(OAuthError::Incomplete),
        Ok(response) => Ok(Grant {
            access_token: secret(response.access_token().secret()),
            refresh_token: response
                .refresh_token()
                .filter(|token| !token.secret().is_empty())
                .map(|token| secret(token.secret())),
            expires_in: response.expires_in().unwrap_or(DEFAULT_EXPIRES_IN),
            // RFC 6749, 7.1: the type is case-insensitive; Spotify writes and documents it so.
            token_type: "Bearer".to_owned(),
            scope: response.scopes().map(|scopes| {
                let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
                scopes.join(" ")
            }),
        }),
        Err(BasicRequestTokenError::ServerResponse(refusal)) => {
            let description = refusal
                .error_description()
                .cloned()
                .unwrap_or_else(|| refusal.error().to_string());
            let description = if sent.is_empty() {
                description
            } else {
                description.replace(sent, "…")
            };
            let description = spotify::clean(&description);
            Err(match refusal.error() {
                BasicErrorResponseType::InvalidGrant => OAuthError::InvalidGrant(description),
                _ => OAuthError::Refused(description),
            })
        }
        Err(BasicRequestTokenError::Request(error)) => Err(error.into()),
        Err(BasicRequestTokenError::Parse(..) | BasicRequestTokenError::Other(_)) => {
            Err(OAuthError::Incomplete)
        }
    }
}
