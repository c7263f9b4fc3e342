//! Who is calling, and their Spotify tokens. Knows neither HTTP handlers nor GraphQL.

mod authenticator;
mod crypto;
mod error;
mod lease;
mod login;
mod oauth;
mod sealing;
mod session;
mod tokens;
mod viewer;

pub use authenticator::Authenticator;
pub use crypto::{Cipher, Purpose, Unopenable};
pub use error::Error;
pub use login::{AppRedirect, Finished, LOGIN_LASTS, LoginError, Logins, Started, handle};
pub use oauth::{Authorization, Grant, OAuth, OAuthError};
pub use sealing::{reseal, seal_token};
pub use session::SessionToken;
pub use tokens::{AccessToken, Tokens};
pub use viewer::{Credential, Proof, Viewer};
