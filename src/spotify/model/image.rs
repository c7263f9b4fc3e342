//! Covers and portraits.

use serde::{Deserialize, Deserializer, Serialize};

use super::lenient;

/// A picture. Spotify's links to playlist covers end within a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Image {
    /// Where it is.
    #[serde(deserialize_with = "lenient::string_or_empty")]
    pub url: String,
    /// In pixels, where Spotify knows.
    #[serde(deserialize_with = "lenient::count")]
    pub width: Option<u32>,
    /// In pixels, where Spotify knows.
    #[serde(deserialize_with = "lenient::count")]
    pub height: Option<u32>,
}

/// The pictures of a list that are somewhere.
pub(super) fn images<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<Image>, D::Error> {
    let mut images: Vec<Image> = lenient::list(source)?;
    images.retain(|image| !image.url.is_empty());
    Ok(images)
}
