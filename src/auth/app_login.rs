//! What an app asks for when it sends a person to log in, judged, and what it is called back with.
//!
//! Whatever goes to the app's address may be read by another app that has claimed the same address
//! (RFC 8252, section 8.1). So an app gets a code there that is useless without the verifier, which
//! has never left it (RFC 7636). The way of the Flask server, Spotify's tokens in the address, stays
//! for apps that know no other, unless it is turned off.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::login_error::LoginError;
use super::oauth::Grant;

/// A longer one has no place in a cookie.
const MAX_STATE: usize = 256;

/// What stands in the address that a login begins with.
#[derive(Debug, Default)]
pub struct LoginRequest {
    /// Where an app wants to be called back.
    pub redirect_uri: Option<String>,
    /// What the app's verifier hashes to.
    pub code_challenge: Option<String>,
    /// How it is hashed.
    pub code_challenge_method: Option<String>,
    /// Given back to the app as it came.
    pub state: Option<String>,
}

/// An app's login, as it travels in the cookie.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct AppCode {
    pub(super) challenge: String,
    pub(super) state: Option<String>,
}

/// Which apps may log people in, and how.
#[derive(Clone, Debug)]
pub struct AppLogins {
    /// Where a login may end, compared exactly.
    pub redirect_uris: Vec<String>,
    /// Whether an app that sends no challenge gets Spotify's tokens in the address.
    pub tokens_in_url: bool,
}

impl AppLogins {
    /// Judges what a login begins with: `None` is a browser's, or an app's of the old way.
    pub(super) fn judge(&self, request: &LoginRequest) -> Result<Option<AppCode>, LoginError> {
        let bad = |name, problem| Err(LoginError::BadParameter { name, problem });
        let right = |state: &str| {
            (1..=MAX_STATE).contains(&state.len())
                && state.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        };
        if request.state.as_deref().is_some_and(|state| !right(state)) {
            return bad("state", "must be 1 to 256 printable ASCII characters");
        }
        let Some(challenge) = &request.code_challenge else {
            return if request.code_challenge_method.is_some() {
                bad("code_challenge", "is missing beside code_challenge_method")
            } else if request.redirect_uri.is_some() && !self.tokens_in_url {
                let problem = "is required: this server gives apps a code (RFC 7636), not tokens";
                bad("code_challenge", problem)
            } else {
                self.check(request.redirect_uri.as_ref())?;
                Ok(None)
            };
        };
        if request.redirect_uri.is_none() {
            return bad("redirect_uri", "is missing beside code_challenge");
        }
        self.check(request.redirect_uri.as_ref())?;
        if !is_challenge(challenge) {
            let problem = "must be the 43 characters that the SHA-256 of the verifier has in base64url \
                           without padding (RFC 7636, section 4.2)";
            return bad("code_challenge", problem);
        }
        if request.code_challenge_method.as_deref() != Some("S256") {
            return bad("code_challenge_method", "must be S256");
        }
        Ok(Some(AppCode {
            challenge: challenge.clone(),
            state: request.state.clone(),
        }))
    }

    /// Compared exactly: whoever is at that address gets what opens the person's account.
    pub(super) fn check(&self, redirect_uri: Option<&String>) -> Result<(), LoginError> {
        match redirect_uri {
            Some(uri) if !self.redirect_uris.contains(uri) => {
                Err(LoginError::RedirectUriNotAllowed)
            }
            _ => Ok(()),
        }
    }
}

/// Whether it is a SHA-256 in base64url, in the one spelling that there is.
fn is_challenge(text: &str) -> bool {
    text.len() == 43
        && URL_SAFE_NO_PAD
            .decode(text)
            .is_ok_and(|hash| hash.len() == 32)
}

/// An app's redirect URI and what is appended to it. Not to be logged.
pub struct AppRedirect {
    pub(super) uri: String,
    pub(super) answer: AppAnswer,
}

/// What an app is called back with.
pub(super) enum AppAnswer {
    /// As the Android app reads it today.
    Tokens {
        grant: Grant,
        refresh_token: SecretString,
        state: Option<String>,
    },
    Code {
        code: SecretString,
        state: Option<String>,
    },
    /// RFC 6749, section 4.1.2.1.
    Error { code: String, state: Option<String> },
}

impl AppRedirect {
    /// Where the app is called back. `explanation` goes with an error, for the app's developer.
    #[must_use]
    pub fn location(&self, explanation: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let state = match &self.answer {
            AppAnswer::Tokens {
                grant,
                refresh_token,
                state,
            } => {
                query
                    .append_pair("access_token", grant.access_token.expose_secret())
                    .append_pair("refresh_token", refresh_token.expose_secret())
                    .append_pair("expires_in", &grant.expires_in.as_secs().to_string())
                    .append_pair("token_type", &grant.token_type);
                state
            }
            AppAnswer::Code { code, state } => {
                query.append_pair("code", code.expose_secret());
                state
            }
            AppAnswer::Error { code, state } => {
                query.append_pair("error", code);
                if let Some(explanation) = explanation {
                    query.append_pair("error_description", explanation);
                }
                state
            }
        };
        if let Some(state) = state {
            query.append_pair("state", state);
        }
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
