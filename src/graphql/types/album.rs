//! Albums.

use async_graphql::{ID, SimpleObject};

use super::Image;
use super::image::images;
use crate::graphql::scalars::Url;
use crate::spotify;

/// What a track was published on.
#[derive(SimpleObject)]
pub(crate) struct Album {
    /// Spotify's id; null in a local file.
    id: Option<ID>,
    /// The title.
    name: String,
    /// `spotify:album:…`; null in a local file.
    uri: Option<String>,
    /// The page on open.spotify.com.
    external_url: Option<Url>,
    /// The cover, the largest first; may be empty.
    images: Vec<Image>,
    /// `album`, `single` or `compilation`, as Spotify says.
    album_type: Option<String>,
    /// `2026`, `2026-11` or `2026-11-23`, as exactly as Spotify knows.
    release_date: Option<String>,
}

impl From<&spotify::Album> for Album {
    fn from(album: &spotify::Album) -> Self {
        Self {
            id: album.id.clone().map(ID),
            name: album.name.clone(),
            uri: album.uri.clone(),
            external_url: album.external_url.clone().map(Url),
            images: images(&album.images),
            album_type: album.album_type.clone(),
            release_date: album.release_date.clone(),
        }
    }
}
