//! One position of a playlist.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::playable_item::Item;
use super::{PlayableItem, User, lenient};

/// What stands at one position of a playlist, and who put it there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Wire")]
pub struct PlaylistEntry {
    /// When it was added; None in very old playlists.
    pub added_at: Option<DateTime<Utc>>,
    /// Who added it; None in very old playlists.
    pub added_by: Option<User>,
    /// Whether it is a file on somebody's device.
    pub is_local: bool,
    /// None where Spotify has it no more, or where it is of a kind that is not known here.
    pub item: Option<PlayableItem>,
}

impl PlaylistEntry {
    /// Reads an entry, whatever it is: the position counts even where nothing can be read.
    pub(in crate::spotify) fn read(raw: &RawValue) -> Self {
        if raw.get() == "null" {
            return Self::default();
        }
        serde_json::from_str(raw.get()).unwrap_or_else(|error| {
            tracing::debug!(%error, "an entry of a playlist could not be read");
            Self::default()
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    #[serde(deserialize_with = "lenient::date_time")]
    added_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "lenient::object")]
    added_by: Option<User>,
    #[serde(deserialize_with = "lenient::flag_or_false")]
    is_local: bool,
    /// The current name …
    #[serde(deserialize_with = "lenient::object")]
    item: Option<Item>,
    /// … and the one that apps in extended quota mode still see.
    #[serde(deserialize_with = "lenient::object")]
    track: Option<Item>,
}

impl From<Wire> for PlaylistEntry {
    fn from(wire: Wire) -> Self {
        let item = wire
            .item
            .and_then(Item::into_playable)
            .or_else(|| wire.track.and_then(Item::into_playable));
        let local = matches!(&item, Some(PlayableItem::Track(track)) if track.is_local);
        Self {
            added_at: wire.added_at,
            added_by: wire.added_by,
            is_local: wire.is_local || local,
            item,
        }
    }
}
