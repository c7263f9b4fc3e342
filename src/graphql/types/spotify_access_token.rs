//! Spotify's own token, for the player on the device.

use async_graphql::{Context, SimpleObject};
use secrecy::ExposeSecret;

use crate::graphql::error::Result;
use crate::graphql::loaders;
use crate::graphql::scalars::DateTime;

/// A Spotify access token of yours, for Spotify's player on this device.
#[derive(SimpleObject)]
pub(crate) struct SpotifyAccessToken {
    /// The token. Ask again for another when it is over; keep it nowhere.
    access_token: String,
    /// When Spotify stops accepting it.
    expires_at: DateTime,
}

impl SpotifyAccessToken {
    /// A token that Spotify should accept now; refreshed where that is due.
    pub(crate) async fn fetch(ctx: &Context<'_>) -> Result<Self> {
        let token = loaders(ctx)?.scope().spotify_access_token().await?;
        Ok(Self {
            access_token: token.secret.expose_secret().to_owned(),
            expires_at: DateTime(token.expires_at),
        })
    }
}
