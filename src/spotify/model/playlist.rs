//! A playlist without its entries.

use serde::Deserialize;

use super::{Image, User, image, lenient};

/// A playlist: what it is called, whose it is, how long it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Wire")]
pub struct Playlist {
    /// Spotify's id, 22 base-62 characters.
    pub id: String,
    /// `spotify:playlist:…`
    pub uri: String,
    /// The name, which may be empty.
    pub name: String,
    /// Plain text: Spotify sends it HTML-escaped.
    pub description: Option<String>,
    /// Whether it is on its owner's profile. None where that has no meaning.
    pub public: Option<bool>,
    /// Whether others may change it.
    pub collaborative: bool,
    /// Changes whenever the content does.
    pub snapshot_id: Option<String>,
    /// The playlist at `open.spotify.com`.
    pub external_url: Option<String>,
    /// The cover in various sizes, widest first; the links end within a day.
    pub images: Vec<Image>,
    /// Whose it is.
    pub owner: Option<User>,
    /// How many entries it has. None where Spotify does not say, as for other people's playlists.
    pub total: Option<u32>,
}

impl Playlist {
    /// Reads a playlist object. `None` if it is none.
    pub(in crate::spotify) fn read(text: &str) -> Option<Self> {
        let playlist: Self = serde_json::from_str(text).ok()?;
        (!playlist.id.is_empty()).then_some(playlist)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    #[serde(deserialize_with = "lenient::string_or_empty")]
    id: String,
    #[serde(deserialize_with = "lenient::string")]
    uri: Option<String>,
    #[serde(deserialize_with = "lenient::string_or_empty")]
    name: String,
    #[serde(deserialize_with = "lenient::escaped")]
    description: Option<String>,
    #[serde(deserialize_with = "lenient::flag")]
    public: Option<bool>,
    #[serde(deserialize_with = "lenient::flag_or_false")]
    collaborative: bool,
    #[serde(deserialize_with = "lenient::string")]
    snapshot_id: Option<String>,
    #[serde(deserialize_with = "lenient::spotify_url")]
    external_urls: Option<String>,
    #[serde(deserialize_with = "image::images")]
    images: Vec<Image>,
    #[serde(deserialize_with = "lenient::object")]
    owner: Option<User>,
    /// The current name of the paging object …
    #[serde(deserialize_with = "lenient::object")]
    items: Option<Entries>,
    /// … and the one that apps in extended quota mode still see.
    #[serde(deserialize_with = "lenient::object")]
    tracks: Option<Entries>,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
struct Entries {
    #[serde(deserialize_with = "lenient::count")]
    total: Option<u32>,
}

impl From<Wire> for Playlist {
    fn from(wire: Wire) -> Self {
        Self {
            uri: wire
                .uri
                .unwrap_or_else(|| format!("spotify:playlist:{}", wire.id)),
            id: wire.id,
            name: wire.name,
            description: wire.description,
            public: wire.public,
            collaborative: wire.collaborative,
            snapshot_id: wire.snapshot_id,
            external_url: wire.external_urls,
            images: wire.images,
            owner: wire.owner,
            total: wire.items.or(wire.tracks).and_then(|entries| entries.total),
        }
    }
}
