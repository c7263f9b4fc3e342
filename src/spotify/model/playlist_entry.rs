//! One position of a playlist.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{PlayableItem, User, lenient, playable_item};

/// What stands at one position of a playlist, and who put it there. Clones share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Wire")]
pub struct PlaylistEntry {
    /// When it was added; None in very old playlists.
    pub added_at: Option<DateTime<Utc>>,
    /// Who added it; None in very old playlists.
    pub added_by: Option<Arc<User>>,
    /// Whether it is a file on somebody's device.
    pub is_local: bool,
    /// None where Spotify has it no more, or where it is of a kind that is not known here.
    pub item: Option<PlayableItem>,
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
    #[serde(deserialize_with = "playable_item::playable_item")]
    item: Option<PlayableItem>,
    /// … and the one that apps in extended quota mode still see.
    #[serde(deserialize_with = "playable_item::playable_item")]
    track: Option<PlayableItem>,
}

impl From<Wire> for PlaylistEntry {
    fn from(wire: Wire) -> Self {
        let item = wire.item.or(wire.track);
        // Spotify names nobody by a user without an id.
        let added_by = wire.added_by.filter(|user| user.id.is_some());
        let local = matches!(&item, Some(PlayableItem::Track(track)) if track.is_local);
        Self {
            added_at: wire.added_at,
            added_by: added_by.map(Arc::new),
            is_local: wire.is_local || local,
            item,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Track;
    use super::*;
    use crate::spotify::page;

    const ID: &str = "4iV5W9uYEdYUVa79Axb7Rh";

    /// The only entry of a page, whose position counts whatever it is.
    fn entry(text: &str) -> PlaylistEntry {
        let page = format!(r#"{{"items":[{text}]}}"#);
        let mut page = page::read(&page, 0, 1).unwrap();
        page.items.remove(0).unwrap_or_default()
    }

    fn track(text: &str) -> Arc<Track> {
        match entry(text).item {
            Some(PlayableItem::Track(track)) => track,
            other => panic!("{other:?}"),
        }
    }

    /// A track as the development mode sends it in 2026, and more than is asked for.
    fn item() -> String {
        format!(
            r#"{{"type":"track","track":true,"episode":false,"id":"{ID}","uri":"spotify:track:{ID}",
            "name":"Cirice","duration_ms":362160,"explicit":false,"disc_number":1,"track_number":3,
            "available_markets":["AR","AU"],"preview_url":null,"popularity":null,
            "external_ids":{{"isrc":"USC4R1501235","ean":null}},
            "external_urls":{{"spotify":"https://open.spotify.com/track/{ID}"}},
            "artists":[{{"id":"1Qp56T7n950O3EGMsSl81D","name":"Ghost","uri":"spotify:artist:1Qp56T7n950O3EGMsSl81D"}}],
            "album":{{"id":"3c9Kz5sfDkcZ0RYBoDCjrd","name":"Meliora","album_type":"album","release_date":"2015-08-21",
                "images":[{{"url":"https://i.scdn.co/image/ab67","height":null,"width":640.0}}]}}}}"#
        )
    }

    #[test]
    fn a_track_is_read_under_both_of_its_names() {
        let item = item();
        for text in [
            format!(r#"{{"item":{item}}}"#),
            format!(r#"{{"track":{item}}}"#),
            format!(r#"{{"item":{item},"track":{{"type":"track","uri":"spotify:track:other"}}}}"#),
            format!(r#"{{"item":{item},"track":true}}"#),
            format!(r#"{{"item":null,"track":{item}}}"#),
            format!(r#"{{"track":{item},"item":{{}}}}"#),
        ] {
            let track = track(&text);
            assert_eq!(track.id.as_deref(), Some(ID));
            assert_eq!(track.name, "Cirice");
            assert_eq!((track.disc_number, track.track_number), (Some(1), Some(3)));
            assert_eq!(track.duration_ms, 362_160);
            assert_eq!(track.isrc.as_deref(), Some("USC4R1501235"));
            assert_eq!(track.is_playable, None);
            assert_eq!(track.artists[0].name, "Ghost");
            let album = track.album.as_ref().unwrap();
            assert_eq!(album.release_date.as_deref(), Some("2015-08-21"));
            assert_eq!(
                (album.images[0].width, album.images[0].height),
                (Some(640), None)
            );
        }
    }

    #[test]
    fn a_local_file_has_no_id_and_keeps_its_uri() {
        let uri = "spotify:local:Artist:Album:Title:215";
        for text in [
            format!(
                r#"{{"is_local":true,"item":{{"type":"track","id":null,"uri":"{uri}","is_local":true}}}}"#
            ),
            format!(
                r#"{{"track":{{"type":"track","id":"x","uri":"{uri}","artists":[{{"name":"Artist","id":null,"uri":null}}]}}}}"#
            ),
            format!(
                r#"{{"item":{{"uri":"{uri}","album":{{"name":"Album","id":null,"images":null}}}}}}"#
            ),
        ] {
            let entry = entry(&text);
            assert!(entry.is_local, "{text}");
            let Some(PlayableItem::Track(track)) = entry.item else {
                panic!("{text}");
            };
            assert!(track.is_local);
            assert_eq!((track.id.as_deref(), track.uri.as_str()), (None, uri));
        }
    }

    #[test]
    fn an_episode_is_told_by_its_type_or_its_uri() {
        for kind in [r#""type":"episode","#, ""] {
            let text = format!(
                r#"{{"item":{{{kind}"id":"{ID}","uri":"spotify:episode:{ID}","name":"E","duration_ms":1686230,
                "description":"D &amp; d","release_date":"1981-12","show":{{"id":"s","name":"S","publisher":"P"}},
                "images":[null,{{"url":null,"width":3}},{{"url":"https://i"}}]}}}}"#
            );
            let Some(PlayableItem::Episode(episode)) = entry(&text).item else {
                panic!("{text}");
            };
            assert_eq!(
                episode.show.as_ref().unwrap().publisher.as_deref(),
                Some("P")
            );
            assert_eq!(episode.images.len(), 1);
            // Unlike a playlist's, an episode's description is plain text as it comes.
            assert_eq!(episode.description.as_deref(), Some("D &amp; d"));
        }
    }

    #[test]
    fn what_cannot_be_played_leaves_its_position() {
        for text in [
            "null",
            "{}",
            "7",
            r#""text""#,
            "[]",
            r#"{"item":null,"track":null}"#,
            r#"{"item":{}}"#,
            r#"{"item":7}"#,
            r#"{"item":[{"type":"track","uri":"spotify:track:x"}]}"#,
            r#"{"item":{"type":"chapter","id":"x","uri":"spotify:chapter:x"}}"#,
            r#"{"item":{"type":"track","name":"nothing to ask for"}}"#,
            r#"{"item":{"id":"of what kind"}}"#,
            r#"{"added_by":{},"added_by":{}}"#,
        ] {
            assert_eq!(entry(text), PlaylistEntry::default(), "{text}");
        }
    }

    #[test]
    fn a_removed_item_keeps_who_added_it_and_when() {
        let entry = entry(
            r#"{"added_at":"2015-01-15T12:39:22Z","added_by":{"id":"jmperezperez","uri":"spotify:user:jmperezperez"},
            "is_local":null,"item":null,"primary_color":null,"video_thumbnail":{"url":null}}"#,
        );
        assert_eq!(
            entry.added_at.map(|date| date.timestamp()),
            Some(1_421_325_562)
        );
        assert_eq!(entry.added_by.unwrap().id.as_deref(), Some("jmperezperez"));
    }

    #[test]
    fn every_field_may_be_null_or_missing() {
        let full: serde_json::Value = serde_json::from_str(&item()).unwrap();
        let names: Vec<String> = full.as_object().unwrap().keys().cloned().collect();
        for name in names {
            for value in ["null", "false", "0", r#""""#, "[]", "{}"] {
                let mut changed = full.clone();
                changed[&name] = serde_json::from_str(value).unwrap();
                let text = format!(r#"{{"item":{changed}}}"#);
                let item = entry(&text).item;
                assert!(item.is_some() || name == "type", "{name}: {value}");
            }
            let mut changed = full.clone();
            changed.as_object_mut().unwrap().remove(&name);
            assert!(
                entry(&format!(r#"{{"item":{changed}}}"#)).item.is_some(),
                "{name}"
            );
        }
    }
}
