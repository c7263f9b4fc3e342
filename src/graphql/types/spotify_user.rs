//! Other people.

use async_graphql::{ID, Object};

use crate::graphql::scalars::Url;
use crate::spotify;

pub(crate) struct SpotifyUser<'e>(&'e spotify::User);

/// A person on Spotify, as others see them.
#[Object(serial)]
impl SpotifyUser<'_> {
    /// The person's Spotify user id; null where Spotify does not say.
    async fn id(&self) -> Option<ID> {
        self.0.id.clone().map(ID)
    }

    /// The name that they show. Spotify does not say it at present of who added an entry: show `id`
    /// where it is null.
    async fn display_name(&self) -> Option<&str> {
        self.0.display_name.as_deref()
    }

    /// `spotify:user:…`
    async fn uri(&self) -> Option<&str> {
        self.0.uri.as_deref()
    }

    /// Their page on open.spotify.com.
    async fn external_url(&self) -> Option<Url> {
        self.0.external_url.clone().map(Url)
    }
}

impl<'e> From<&'e spotify::User> for SpotifyUser<'e> {
    fn from(user: &'e spotify::User) -> Self {
        Self(user)
    }
}
