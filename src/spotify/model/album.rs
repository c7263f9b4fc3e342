//! The album a track is on.

use serde::Deserialize;

use super::{Image, image, lenient};

/// An album, as far as a track of a playlist tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Album {
    /// None for the album of a local file.
    #[serde(deserialize_with = "lenient::string")]
    pub id: Option<String>,
    /// Empty after a takedown.
    #[serde(deserialize_with = "lenient::string_or_empty")]
    pub name: String,
    /// None for the album of a local file.
    #[serde(deserialize_with = "lenient::string")]
    pub uri: Option<String>,
    /// The album at `open.spotify.com`.
    #[serde(rename = "external_urls", deserialize_with = "lenient::spotify_url")]
    pub external_url: Option<String>,
    /// The cover in various sizes, widest first.
    #[serde(deserialize_with = "image::images")]
    pub images: Vec<Image>,
    /// A year, a month or a day: `1981`, `1981-12`, `1981-12-15`.
    #[serde(deserialize_with = "lenient::date")]
    pub release_date: Option<String>,
    /// `album`, `single`, `compilation`, or what Spotify comes up with next.
    #[serde(deserialize_with = "lenient::string")]
    pub album_type: Option<String>,
}
