//! What an entry of a playlist plays, told by its `type`.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::{Album, Artist, Episode, Image, Show, Track, image, lenient};

/// A track or an episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlayableItem {
    /// A track, also a local file.
    Track(Arc<Track>),
    /// An episode of a podcast.
    Episode(Arc<Episode>),
}

/// `None` for what is no track and no episode, and for what has no name that could be asked for again.
pub(super) fn playable_item<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<PlayableItem>, D::Error> {
    Ok(lenient::any_object::<D, Item>(source)?.and_then(Item::into_playable))
}

/// The fields of both kinds: which one it is stands in the middle of them, and so they are read in
/// one go. (There are also booleans `track` and `episode` among them, which not every answer has.)
#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    #[serde(rename = "type", deserialize_with = "lenient::string")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    uri: Option<String>,
    #[serde(deserialize_with = "lenient::string_or_empty")]
    name: String,
    #[serde(deserialize_with = "lenient::milliseconds")]
    duration_ms: i32,
    #[serde(deserialize_with = "lenient::flag_or_false")]
    explicit: bool,
    #[serde(deserialize_with = "lenient::spotify_url")]
    external_urls: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    artists: Vec<Artist>,
    #[serde(deserialize_with = "lenient::object")]
    album: Option<Album>,
    #[serde(deserialize_with = "lenient::ordinal")]
    disc_number: Option<i32>,
    #[serde(deserialize_with = "lenient::ordinal")]
    track_number: Option<i32>,
    #[serde(deserialize_with = "lenient::object")]
    external_ids: Option<ExternalIds>,
    #[serde(deserialize_with = "lenient::flag")]
    is_playable: Option<bool>,
    #[serde(deserialize_with = "lenient::flag_or_false")]
    is_local: bool,
    #[serde(deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(deserialize_with = "lenient::date")]
    release_date: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    show: Option<Show>,
    #[serde(deserialize_with = "image::images")]
    images: Vec<Image>,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(default)]
struct ExternalIds {
    #[serde(deserialize_with = "lenient::string")]
    isrc: Option<String>,
}

impl Item {
    fn into_playable(self) -> Option<PlayableItem> {
        let named = |kind: &str| {
            self.uri
                .as_deref()
                .and_then(|uri| uri.strip_prefix("spotify:"))
                .is_some_and(|uri| uri.split(':').next() == Some(kind))
        };
        let kind = match self.kind.as_deref() {
            Some(kind) => kind,
            None if named("episode") => "episode",
            None if named("track") || named("local") => "track",
            None => "",
        };
        let is_local = self.is_local || named("local");
        let uri = self
            .uri
            .or_else(|| self.id.as_ref().map(|id| format!("spotify:{kind}:{id}")))?;
        match kind {
            "track" => Some(PlayableItem::Track(Arc::new(Track {
                id: self.id.filter(|_| !is_local),
                uri,
                name: self.name,
                duration_ms: self.duration_ms,
                explicit: self.explicit,
                external_url: self.external_urls,
                artists: self.artists,
                album: self.album,
                disc_number: self.disc_number,
                track_number: self.track_number,
                isrc: self.external_ids.and_then(|ids| ids.isrc),
                is_playable: self.is_playable,
                is_local,
            }))),
            "episode" => Some(PlayableItem::Episode(Arc::new(Episode {
                id: self.id,
                uri,
                name: self.name,
                duration_ms: self.duration_ms,
                explicit: self.explicit,
                external_url: self.external_urls,
                description: self.description,
                release_date: self.release_date,
                show: self.show,
                images: self.images,
            }))),
            _ => None,
        }
    }
}
