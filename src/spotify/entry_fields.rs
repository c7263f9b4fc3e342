//! What of a playlist's entries is asked for: Spotify leaves out what its `fields` filter does not
//! name, which is most of an entry.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/get-playlists-items>

use bitflags::bitflags;

bitflags! {
    /// Parts of an entry. What tells an entry, its item, and that item's artists, album and show from
    /// others is always asked for with them.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct EntryFields: u32 {
        /// When it was added.
        const ADDED_AT = 1;
        /// Who added it.
        const ADDED_BY = 1 << 1;
        /// Whether it is a file on somebody's device.
        const IS_LOCAL = 1 << 2;
        /// The name of the track or episode.
        const NAME = 1 << 3;
        /// How long it takes.
        const DURATION_MS = 1 << 4;
        /// Whether its words are explicit.
        const EXPLICIT = 1 << 5;
        /// Its page at `open.spotify.com`.
        const EXTERNAL_URL = 1 << 6;
        /// Whether it can be played where the person is.
        const IS_PLAYABLE = 1 << 7;
        /// Its recording code.
        const ISRC = 1 << 8;
        /// The number of its disc.
        const DISC_NUMBER = 1 << 9;
        /// Its number on the disc.
        const TRACK_NUMBER = 1 << 10;
        /// The artists' ids and names.
        const ARTISTS = 1 << 11;
        /// The artists' URIs.
        const ARTIST_URI = 1 << 12 | Self::ARTISTS.bits();
        /// The artists' pages.
        const ARTIST_EXTERNAL_URL = 1 << 13 | Self::ARTISTS.bits();
        /// The album's id and name.
        const ALBUM = 1 << 14;
        /// The album's URI.
        const ALBUM_URI = 1 << 15 | Self::ALBUM.bits();
        /// The album's page.
        const ALBUM_EXTERNAL_URL = 1 << 16 | Self::ALBUM.bits();
        /// The album's cover.
        const ALBUM_IMAGES = 1 << 17 | Self::ALBUM.bits();
        /// When the album was released.
        const ALBUM_RELEASE_DATE = 1 << 18 | Self::ALBUM.bits();
        /// What kind of album it is.
        const ALBUM_TYPE = 1 << 19 | Self::ALBUM.bits();
        /// What an episode is about.
        const DESCRIPTION = 1 << 20;
        /// When an episode was released.
        const RELEASE_DATE = 1 << 21;
        /// An episode's pictures.
        const IMAGES = 1 << 22;
        /// The id and name of an episode's show.
        const SHOW = 1 << 23;
        /// The show's URI.
        const SHOW_URI = 1 << 24 | Self::SHOW.bits();
        /// Who publishes the show.
        const SHOW_PUBLISHER = 1 << 25 | Self::SHOW.bits();
        /// The show's page.
        const SHOW_EXTERNAL_URL = 1 << 26 | Self::SHOW.bits();
        /// The show's cover.
        const SHOW_IMAGES = 1 << 27 | Self::SHOW.bits();
    }
}

impl EntryFields {
    /// The `fields` filter for a page of entries, under both names of the item.
    pub(super) fn of_page(self) -> String {
        let mut entry = self.named(&[
            (Self::ADDED_AT, "added_at"),
            (Self::ADDED_BY, "added_by(id,uri,external_urls)"),
            (Self::IS_LOCAL, "is_local"),
        ]);
        let item = self.of_item();
        entry.extend([format!("item({item})"), format!("track({item})")]);
        format!("total,next,items({})", entry.join(","))
    }

    fn of_item(self) -> String {
        let mut item = vec!["type,id,uri,is_local".to_owned()];
        item.extend(self.named(&[
            (Self::NAME, "name"),
            (Self::DURATION_MS, "duration_ms"),
            (Self::EXPLICIT, "explicit"),
            (Self::EXTERNAL_URL, "external_urls"),
            (Self::IS_PLAYABLE, "is_playable"),
            (Self::ISRC, "external_ids(isrc)"),
            (Self::DISC_NUMBER, "disc_number"),
            (Self::TRACK_NUMBER, "track_number"),
            (Self::DESCRIPTION, "description"),
            (Self::RELEASE_DATE, "release_date"),
            (Self::IMAGES, "images"),
        ]));
        item.extend(self.inside(
            "artists",
            &[
                (Self::ARTISTS, "id,name"),
                (Self::ARTIST_URI, "uri"),
                (Self::ARTIST_EXTERNAL_URL, "external_urls"),
            ],
        ));
        item.extend(self.inside(
            "album",
            &[
                (Self::ALBUM, "id,name"),
                (Self::ALBUM_URI, "uri"),
                (Self::ALBUM_EXTERNAL_URL, "external_urls"),
                (Self::ALBUM_IMAGES, "images"),
                (Self::ALBUM_RELEASE_DATE, "release_date"),
                (Self::ALBUM_TYPE, "album_type"),
            ],
        ));
        item.extend(self.inside(
            "show",
            &[
                (Self::SHOW, "id,name"),
                (Self::SHOW_URI, "uri"),
                (Self::SHOW_PUBLISHER, "publisher"),
                (Self::SHOW_EXTERNAL_URL, "external_urls"),
                (Self::SHOW_IMAGES, "images"),
            ],
        ));
        item.join(",")
    }

    /// An object in the item, where anything of it is asked for.
    fn inside(self, object: &str, names: &[(Self, &str)]) -> Option<String> {
        let named = self.named(names).join(",");
        (!named.is_empty()).then(|| format!("{object}({named})"))
    }

    fn named(self, names: &[(Self, &str)]) -> Vec<String> {
        let asked = names.iter().filter(|(field, _)| self.contains(*field));
        asked.map(|(_, name)| (*name).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_an_entry_from_others_is_always_asked_for() {
        assert_eq!(
            EntryFields::empty().of_page(),
            "total,next,items(item(type,id,uri,is_local),track(type,id,uri,is_local))"
        );
    }

    #[test]
    fn an_object_is_asked_for_with_what_names_it_and_no_more() {
        let fields = EntryFields::ADDED_AT | EntryFields::NAME | EntryFields::ALBUM_IMAGES;
        assert_eq!(
            fields.of_item(),
            "type,id,uri,is_local,name,album(id,name,images)"
        );
        assert!(
            fields
                .of_page()
                .starts_with("total,next,items(added_at,item(")
        );
    }
}
