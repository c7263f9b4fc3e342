//! A playlist without its entries.

use serde::Deserialize;

use super::{Image, User, image, lenient};

/// A playlist: what it is called, whose it is, how long it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Wire")]
pub struct Playlist {
    /// Spotify's id, 22 base-62 characters.
    pub id: String,
    /// `spotify:playlist:…`
    pub uri: String,
    /// The name, which may be empty.
    pub name: String,
    /// Plain text: Spotify sends it HTML-escaped, and empty or null where there is none.
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
        serde_json::from_str(text).ok()
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

impl TryFrom<Wire> for Playlist {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        if wire.id.is_empty() {
            return Err("a playlist without an id");
        }
        Ok(Self {
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
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playlist(text: &str) -> Playlist {
        Playlist::read(text).unwrap()
    }

    #[test]
    fn the_length_is_read_under_both_names() {
        let total = |text: &str| playlist(text).total;
        assert_eq!(total(r#"{"id":"p","items":{"total":3}}"#), Some(3));
        assert_eq!(total(r#"{"id":"p","tracks":{"total":3}}"#), Some(3));
        assert_eq!(
            total(r#"{"id":"p","items":{"total":3},"tracks":{"total":4}}"#),
            Some(3)
        );
        assert_eq!(
            total(r#"{"id":"p","items":null,"tracks":{"total":4}}"#),
            Some(4)
        );
        assert_eq!(total(r#"{"id":"p","items":{"total":0}}"#), Some(0));
        for nothing in [
            "{}",
            "null",
            "[]",
            r#"{"total":null}"#,
            r#"{"href":"https://x"}"#,
        ] {
            assert_eq!(total(&format!(r#"{{"id":"p","items":{nothing}}}"#)), None);
        }
    }

    #[test]
    fn what_is_null_or_missing_has_a_stand_in() {
        let bare = playlist(r#"{"id":"37i9dQZF1DXcBWIGoYBM5M"}"#);
        let nulls = playlist(
            r#"{"id":"37i9dQZF1DXcBWIGoYBM5M","uri":null,"name":null,"description":null,"public":null,
            "collaborative":null,"snapshot_id":null,"external_urls":null,"images":null,"owner":null,
            "items":null,"tracks":null}"#,
        );
        assert_eq!(bare, nulls);
        assert_eq!(bare.uri, "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M");
        assert_eq!((bare.public, bare.collaborative), (None, false));
        assert_eq!((bare.description, bare.owner), (None, None));
        assert!(bare.images.is_empty());
    }

    #[test]
    fn a_description_is_plain_text() {
        let text = r#"{"id":"p","description":"Rock &amp; Roll &lt;3 &#x2F; &quot;live&quot;"}"#;
        let description = playlist(text).description;
        assert_eq!(description.as_deref(), Some(r#"Rock & Roll <3 / "live""#));
    }

    #[test]
    fn what_has_no_id_is_no_playlist() {
        for text in [
            "null",
            "{}",
            "[]",
            "7",
            r#"{"id":null}"#,
            r#"{"id":""}"#,
            r#"{"id":7}"#,
        ] {
            assert_eq!(Playlist::read(text), None, "{text}");
        }
    }
}
