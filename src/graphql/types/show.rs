//! Shows, which episodes belong to.

use async_graphql::{ID, SimpleObject};

use super::Image;
use super::image::images;
use crate::graphql::scalars::Url;
use crate::spotify;

/// The podcast that an episode belongs to.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Show {
    /// Spotify's id.
    id: Option<ID>,
    /// The title.
    name: String,
    /// `spotify:show:…`
    uri: Option<String>,
    /// The page on open.spotify.com.
    external_url: Option<Url>,
    /// Who publishes it. Spotify is giving this up, so do not rely on it: null where it does not say.
    publisher: Option<String>,
    /// The cover, the largest first; may be empty.
    images: Vec<Image>,
}

impl From<&spotify::Show> for Show {
    fn from(show: &spotify::Show) -> Self {
        Self {
            id: show.id.clone().map(ID),
            name: show.name.clone(),
            uri: show.uri.clone(),
            external_url: show.external_url.clone().map(Url),
            publisher: show.publisher.clone(),
            images: images(&show.images),
        }
    }
}
