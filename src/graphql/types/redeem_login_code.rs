//! What `redeemLoginCode` takes and gives.

use async_graphql::{Context, InputObject, SimpleObject};
use secrecy::ExposeSecret;

use super::Me;
use crate::auth::RedeemError;
use crate::graphql::device_name::device_name;
use crate::graphql::error::{Error, Result};
use crate::graphql::loaders;
use crate::graphql::scalars::DateTime;

/// The end of an app's login.
#[derive(InputObject)]
pub(crate) struct RedeemLoginCodeInput {
    /// The `code` that stood in the redirect URI. It works once, within a minute.
    code: String,
    /// What the login's `code_challenge` was made from (RFC 7636): 43 to 128 letters, digits, `-`, `.`,
    /// `_` or `~`, fresh for each login.
    code_verifier: String,
    /// A name by which the person recognizes this device among their sessions, such as `Pixel 9`: 1 to
    /// 64 characters, none of them a control character.
    device_name: Option<String>,
}

/// What `redeemLoginCode` gives.
#[derive(SimpleObject)]
pub(crate) struct RedeemLoginCodePayload {
    /// Send it as `Authorization: Bearer` with every request, and keep it as you keep a password: it
    /// is shown this once. It begins with `lsk_`.
    token: String,
    /// When it ends: with the Spotify authorization, six months after this login.
    expires_at: DateTime,
    /// Who has logged in.
    me: Me,
}

impl RedeemLoginCodePayload {
    /// Judges the input and redeems the code.
    pub(crate) async fn redeem(ctx: &Context<'_>, input: RedeemLoginCodeInput) -> Result<Self> {
        let device = device_name("input.deviceName", input.device_name)?;
        let scope = loaders(ctx)?.scope();
        let redeemed = scope
            .redeem_login_code(&input.code, &input.code_verifier, device)
            .await;
        let (token, viewer, expires_at) = redeemed.map_err(|error| match error {
            RedeemError::MalformedCode => Error::input("input.code", error.to_string()),
            RedeemError::MalformedVerifier => Error::input("input.codeVerifier", error.to_string()),
            RedeemError::Auth(error) => error.into(),
        })?;
        Ok(Self {
            token: token.text().expose_secret().to_owned(),
            expires_at: DateTime(expires_at),
            me: viewer.into(),
        })
    }
}
