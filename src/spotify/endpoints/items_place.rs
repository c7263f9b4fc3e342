//! Where the items of playlists are: Spotify moved them, for some apps sooner than for others.

use std::sync::atomic::{AtomicU8, Ordering};

use serde::Deserialize;
use serde_json::value::RawValue;

/// An endpoint for the items of a playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Place {
    /// `/v1/playlists/{id}/items`.
    Items = 1,
    /// `/v1/playlists/{id}/tracks`: gone for apps in development mode since March 2026, and the only
    /// one where Spotify has not moved an app yet.
    Tracks = 2,
}

/// Which of them answers this app, as far as is known.
#[derive(Debug, Default)]
pub(in crate::spotify) struct ItemsPlace(AtomicU8);

impl ItemsPlace {
    /// The one to try first.
    pub(super) fn get(&self) -> Place {
        if self.0.load(Ordering::Relaxed) == Place::Tracks as u8 {
            Place::Tracks
        } else {
            Place::Items
        }
    }

    /// The one that answers, as far as is known.
    pub(super) fn known(&self) -> Option<Place> {
        match self.0.load(Ordering::Relaxed) {
            known if known == Place::Items as u8 => Some(Place::Items),
            known if known == Place::Tracks as u8 => Some(Place::Tracks),
            _ => None,
        }
    }

    /// That one answered.
    pub(super) fn set(&self, place: Place) {
        self.0.store(place as u8, Ordering::Relaxed);
    }

    /// A playlist has its entries under that one's name, which usually answers too: so the pages that
    /// are all asked for at once need not each find it out. What is known stays.
    pub(super) fn presume(&self, place: Place) {
        let (unknown, place) = (0, place as u8);
        // Somebody else knows: all the better.
        let _ = self
            .0
            .compare_exchange(unknown, place, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl Place {
    /// Under whose name a playlist object has its entries, where it has any, and the paging object that they are in.
    pub(super) fn of_playlist(text: &str) -> Option<(Self, &str)> {
        #[derive(Deserialize)]
        struct Playlist<'a> {
            #[serde(borrow, default)]
            items: Option<&'a RawValue>,
            #[serde(borrow, default)]
            tracks: Option<&'a RawValue>,
        }
        fn there(entries: Option<&RawValue>) -> Option<&str> {
            let text = entries.map(RawValue::get);
            text.filter(|text| !matches!(*text, "\"\"" | "false"))
        }
        let playlist: Playlist<'_> = serde_json::from_str(text).ok()?;
        let items = there(playlist.items).map(|entries| (Self::Items, entries));
        items.or_else(|| there(playlist.tracks).map(|entries| (Self::Tracks, entries)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_tells_where_its_items_are() {
        for (text, place) in [
            (
                r#"{"items":{"total":1}}"#,
                Some((Place::Items, r#"{"total":1}"#)),
            ),
            (
                r#"{"tracks":{"total":1}}"#,
                Some((Place::Tracks, r#"{"total":1}"#)),
            ),
            (
                r#"{"tracks":{"total":1},"items":{}}"#,
                Some((Place::Items, "{}")),
            ),
            (r#"{"items":null,"tracks":{}}"#, Some((Place::Tracks, "{}"))),
            (
                r#"{"items":false,"tracks":{}}"#,
                Some((Place::Tracks, "{}")),
            ),
            (r#"{"id":"x"}"#, None),
            ("[]", None),
            ("", None),
        ] {
            assert_eq!(Place::of_playlist(text), place, "{text}");
        }
    }

    #[test]
    fn what_is_known_is_not_overruled_by_what_is_presumed() {
        let place = ItemsPlace::default();
        assert_eq!(place.get(), Place::Items);
        place.presume(Place::Tracks);
        assert_eq!(place.get(), Place::Tracks);
        place.set(Place::Items);
        place.presume(Place::Tracks);
        assert_eq!(place.get(), Place::Items);
    }
}
