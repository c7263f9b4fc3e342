//! Albums.

use async_graphql::{ID, Object};

use super::Image;
use super::image::images;
use crate::graphql::scalars::Url;
use crate::spotify;

pub(crate) struct Album<'t>(&'t spotify::Album);

/// What a track was published on.
#[Object(serial)]
impl Album<'_> {
    /// Spotify's id; null in a local file.
    async fn id(&self) -> Option<ID> {
        self.0.id.clone().map(ID)
    }

    /// The title.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// `spotify:album:…`; null in a local file.
    async fn uri(&self) -> Option<&str> {
        self.0.uri.as_deref()
    }

    /// The page on open.spotify.com.
    async fn external_url(&self) -> Option<Url> {
        self.0.external_url.clone().map(Url)
    }

    /// The cover, the largest first; may be empty.
    async fn images(&self) -> Vec<Image> {
        images(&self.0.images)
    }

    /// `album`, `single` or `compilation`, as Spotify says.
    async fn album_type(&self) -> Option<&str> {
        self.0.album_type.as_deref()
    }

    /// `2026`, `2026-11` or `2026-11-23`, as precise as Spotify has it; null where it does not know.
    async fn release_date(&self) -> Option<&str> {
        self.0.release_date.as_deref()
    }
}

impl<'t> From<&'t spotify::Album> for Album<'t> {
    fn from(album: &'t spotify::Album) -> Self {
        Self(album)
    }
}
