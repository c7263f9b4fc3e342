//! Who performs a track.

use serde::Deserialize;

use super::lenient;

/// An artist, as far as a track tells of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Artist {
    /// None for the artist of a local file.
    #[serde(deserialize_with = "lenient::string")]
    pub id: Option<String>,
    /// The name, empty where Spotify gives none.
    #[serde(deserialize_with = "lenient::string_or_empty")]
    pub name: String,
    /// None for the artist of a local file.
    #[serde(deserialize_with = "lenient::string")]
    pub uri: Option<String>,
    /// The artist at `open.spotify.com`.
    #[serde(rename = "external_urls", deserialize_with = "lenient::spotify_url")]
    pub external_url: Option<String>,
}
