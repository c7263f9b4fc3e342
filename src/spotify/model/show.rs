//! The podcast an episode belongs to.

use serde::Deserialize;

use super::{Image, image, lenient};

/// A show, as far as an episode tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Show {
    /// Spotify's id.
    #[serde(deserialize_with = "lenient::string")]
    pub id: Option<String>,
    /// The name, empty where Spotify gives none.
    #[serde(deserialize_with = "lenient::string_or_empty")]
    pub name: String,
    /// `spotify:show:…`
    #[serde(deserialize_with = "lenient::string")]
    pub uri: Option<String>,
    /// The show at `open.spotify.com`.
    #[serde(rename = "external_urls", deserialize_with = "lenient::spotify_url")]
    pub external_url: Option<String>,
    /// Who publishes it.
    #[serde(deserialize_with = "lenient::string")]
    pub publisher: Option<String>,
    /// The cover in various sizes, widest first.
    #[serde(deserialize_with = "image::images")]
    pub images: Vec<Image>,
}
