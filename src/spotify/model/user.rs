//! People: the one whose token it is, and the others.

use serde::Deserialize;

use super::{Image, image, lenient};

/// Somebody, as a playlist tells of its owner or of who added an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct User {
    /// Spotify's id, which is not promised to stay.
    #[serde(deserialize_with = "lenient::string")]
    pub id: Option<String>,
    /// The name they chose. Absent for who added an entry.
    #[serde(deserialize_with = "lenient::string")]
    pub display_name: Option<String>,
    /// `spotify:user:…`
    #[serde(deserialize_with = "lenient::string")]
    pub uri: Option<String>,
    /// Their profile at `open.spotify.com`.
    #[serde(rename = "external_urls", deserialize_with = "lenient::spotify_url")]
    pub external_url: Option<String>,
}

/// The person whose token it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PrivateUser {
    /// Spotify's id, which is not promised to stay.
    #[serde(deserialize_with = "lenient::string_or_empty")]
    pub id: String,
    /// Public and immutable: what accounts are linked by. Since May 2026.
    #[serde(deserialize_with = "lenient::string")]
    pub account_id: Option<String>,
    /// The name they chose.
    #[serde(deserialize_with = "lenient::string")]
    pub display_name: Option<String>,
    /// `spotify:user:…`
    #[serde(deserialize_with = "lenient::string_or_empty")]
    pub uri: String,
    /// Their profile at `open.spotify.com`.
    #[serde(rename = "external_urls", deserialize_with = "lenient::spotify_url")]
    pub external_url: Option<String>,
    /// Their portrait.
    #[serde(deserialize_with = "image::images")]
    pub images: Vec<Image>,
}

impl PrivateUser {
    /// Reads the answer of `/v1/me`. `None` if it names nobody.
    pub(in crate::spotify) fn read(text: &str) -> Option<Self> {
        let mut user: Self = serde_json::from_str(text).ok()?;
        if user.id.is_empty() {
            return None;
        }
        if user.uri.is_empty() {
            user.uri = format!("spotify:user:{}", user.id);
        }
        Some(user)
    }
}
