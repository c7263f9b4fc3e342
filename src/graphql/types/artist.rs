//! Artists.

use async_graphql::{ID, Object};

use crate::graphql::scalars::Url;
use crate::spotify;

pub(crate) struct Artist<'t>(&'t spotify::Artist);

/// Who made a track.
#[Object(serial)]
impl Artist<'_> {
    /// Spotify's id; null in a local file.
    async fn id(&self) -> Option<ID> {
        self.0.id.clone().map(ID)
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// `spotify:artist:…`; null in a local file.
    async fn uri(&self) -> Option<&str> {
        self.0.uri.as_deref()
    }

    /// The page on open.spotify.com.
    async fn external_url(&self) -> Option<Url> {
        self.0.external_url.clone().map(Url)
    }
}

impl<'t> From<&'t spotify::Artist> for Artist<'t> {
    fn from(artist: &'t spotify::Artist) -> Self {
        Self(artist)
    }
}
