//! Who is calling, and their Spotify tokens. Knows neither HTTP handlers nor GraphQL.

mod app_login;
mod authenticator;
mod authorization;
mod crypto;
mod error;
mod lease;
mod login;
mod login_error;
mod oauth;
mod opaque_token;
mod pending_login;
mod redeem;
mod refresher;
mod sealing;
mod session;
mod session_uses;
mod to_the_end;
mod token_reply;
mod tokens;
mod viewer;

pub use app_login::{AppLogins, AppRedirect, LoginRequest};
pub use authenticator::Authenticator;
pub use authorization::{REMINDER, reauthorize_by, session_end};
pub use crypto::{Cipher, Purpose, Unopenable};
pub use error::Error;
pub use login::{Finished, LOGIN_LASTS, Logins, Started};
pub use login_error::LoginError;
pub use oauth::{Authorization, Grant, OAuth, OAuthError, SCOPES};
pub use opaque_token::{OpaqueToken, TokenKind};
pub use pending_login::handle;
pub use redeem::RedeemError;
pub use sealing::{reseal, seal_tokens};
pub use session::SessionToken;
pub use to_the_end::to_the_end;
pub use tokens::Tokens;
pub use viewer::{Carrier, Credential, Proof, Viewer, ViewerSession};
