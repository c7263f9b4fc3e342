//! Episodes of podcasts, which playlists hold too.

use std::sync::Arc;

use async_graphql::{ID, Object};

use super::image::images;
use super::{Image, Show};
use crate::graphql::scalars::Url;
use crate::spotify;

pub(crate) struct Episode(pub(crate) Arc<spotify::Episode>);

/// An episode of a podcast.
#[Object]
impl Episode {
    /// Spotify's id.
    pub async fn id(&self) -> Option<ID> {
        self.0.id.clone().map(ID)
    }

    /// `spotify:episode:…`
    pub async fn uri(&self) -> &str {
        &self.0.uri
    }

    /// The title; may be empty.
    pub async fn name(&self) -> &str {
        &self.0.name
    }

    /// The length in milliseconds; 0 where Spotify does not say.
    pub async fn duration_ms(&self) -> i32 {
        self.0.duration_ms
    }

    /// Whether Spotify marks it as explicit.
    pub async fn explicit(&self) -> bool {
        self.0.explicit
    }

    /// The page on open.spotify.com.
    pub async fn external_url(&self) -> Option<Url> {
        self.0.external_url.clone().map(Url)
    }

    /// What it is about, as plain text.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// `2026`, `2026-11` or `2026-11-23`, as precise as Spotify has it; null where it does not know.
    async fn release_date(&self) -> Option<&str> {
        self.0.release_date.as_deref()
    }

    /// The cover, the largest first; may be empty.
    async fn images(&self) -> Vec<Image> {
        images(&self.0.images)
    }

    /// The podcast that it belongs to.
    async fn show(&self) -> Option<Show> {
        self.0.show.as_ref().map(Show::from)
    }
}
