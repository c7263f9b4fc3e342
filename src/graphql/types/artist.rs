//! Artists.

use async_graphql::{ID, SimpleObject};

use crate::graphql::scalars::Url;
use crate::spotify;

/// Who made a track.
#[derive(SimpleObject)]
pub(crate) struct Artist {
    /// Spotify's id; null in a local file.
    id: Option<ID>,
    /// The name.
    name: String,
    /// `spotify:artist:…`; null in a local file.
    uri: Option<String>,
    /// The page on open.spotify.com.
    external_url: Option<Url>,
}

impl From<&spotify::Artist> for Artist {
    fn from(artist: &spotify::Artist) -> Self {
        Self {
            id: artist.id.clone().map(ID),
            name: artist.name.clone(),
            uri: artist.uri.clone(),
            external_url: artist.external_url.clone().map(Url),
        }
    }
}
