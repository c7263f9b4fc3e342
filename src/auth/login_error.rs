//! What can become of a login but a login.

use super::Error;
use super::oauth::OAuthError;
use crate::spotify;

/// Why a login came to nothing. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The app's redirect URI is not on the list.
    #[error("redirect_uri is not allowed for this client")]
    RedirectUriNotAllowed,
    /// Something else that the login was begun with breaks its rule.
    #[error("{name} {problem}")]
    BadParameter {
        /// The parameter in the address.
        name: &'static str,
        /// What is wrong, and what would be right.
        problem: &'static str,
    },
    /// The callback came without `state`, with one that this browser did not take along, or with one that
    /// came before.
    #[error(
        "this login was not begun in this browser, or more than ten minutes ago, or it is finished already"
    )]
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

impl LoginError {
    /// What an app is told (RFC 6749, section 4.1.2.1).
    pub(super) fn oauth_code(&self) -> &str {
        use spotify::Error as E;
        match self {
            // Only what is written as a code is one.
            Self::Denied(code) if !code.contains(' ') => code,
            Self::Auth(Error::Store(_)) => "temporarily_unavailable",
            Self::Auth(Error::Spotify(error)) => match error {
                E::Forbidden { .. } => "access_denied",
                E::Rejected { .. } | E::NotFound { .. } => "server_error",
                _ => "temporarily_unavailable",
            },
            _ => "server_error",
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
