//! Whose a playlist is.

use async_graphql::{ID, SimpleObject};

use crate::graphql::scalars::Url;
use crate::spotify;

/// The person a playlist belongs to.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct PlaylistOwner {
    /// The person's Spotify user id; null where Spotify does not say.
    id: Option<ID>,
    /// The name that they show; null where Spotify does not say.
    display_name: Option<String>,
    /// `spotify:user:…`
    uri: Option<String>,
    /// Their page on open.spotify.com.
    external_url: Option<Url>,
}

impl From<&spotify::User> for PlaylistOwner {
    fn from(user: &spotify::User) -> Self {
        Self {
            id: user.id.clone().map(ID),
            display_name: user.display_name.clone(),
            uri: user.uri.clone(),
            external_url: user.external_url.clone().map(Url),
        }
    }
}
