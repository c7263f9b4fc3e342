//! All playlists, and whose library has which.

use std::collections::HashMap;

use super::people::{ADA, JOERG, MINSEO, PEOPLE, Person};
use super::playlist::{Playlist, Quirk};
use super::{
    BARE, COLLABORATIVE, ENDLESS, FOLLOWED, MINSEO_PLAYLISTS, NO_TOTAL, ODD, SHARED, SIZES,
    TOTAL_TOO_LARGE, TOTAL_TOO_SMALL, odd, playlist_id,
};

/// The names and descriptions of the playlists of [`SIZES`].
const SIZED: [(&str, &str); 9] = [
    ("Nothing yet", "Ideas welcome!"),
    ("The one song", "On repeat since \"that\" night"),
    ("Slow Sunday", "49 reasons to stay in bed & drink coffee"),
    ("Fifty for the road", ""),
    ("Half marathon", "One more than fifty: 170 <bpm> and rising"),
    ("Hundred steps", "Up to the lighthouse"),
    ("101 nights", "https://example.org/nights?a=1&b=2"),
    (
        "A thousand kilometres",
        "Vienna – Lisbon, by night train 🚆",
    ),
    ("Everything I ever liked", "Since 2019. Don't judge."),
];

/// All playlists and libraries.
#[derive(Debug)]
pub(crate) struct Catalogue {
    playlists: HashMap<String, Playlist>,
    libraries: HashMap<&'static str, Vec<String>>,
}

impl Catalogue {
    /// The playlists a simulator starts with.
    pub(crate) fn new() -> Self {
        let mut catalogue = Self {
            playlists: HashMap::new(),
            libraries: HashMap::new(),
        };
        let [ada, minseo, amina, _, joerg] = &PEOPLE;

        for (size, (name, description)) in SIZES.into_iter().zip(SIZED) {
            catalogue.add(Playlist {
                description: Some(description.to_owned()),
                public: Some(size % 2 == 0),
                ..Playlist::new(&playlist_id(size), ada, name, size)
            });
        }
        catalogue.add(Playlist {
            collaborative: true,
            collaborators: vec![MINSEO, JOERG],
            description: Some("Add yours, keep it under five minutes".to_owned()),
            ..Playlist::new(COLLABORATIVE, ada, "Kitchen party", 73)
        });
        catalogue.add(Playlist {
            quirk: Quirk::OddEntries,
            description: None,
            public: None,
            ..Playlist::new(ODD, ada, "Flea market 🪩 سوق 蚤の市", odd::LEN + 5)
        });
        for (id, name, quirk) in [
            (TOTAL_TOO_LARGE, "Promises, promises", Quirk::TotalTooLarge),
            (TOTAL_TOO_SMALL, "Understatement", Quirk::TotalTooSmall),
            (NO_TOTAL, "Who counts?", Quirk::NoTotal),
            (ENDLESS, "And on, and on", Quirk::NextForEver),
            (BARE, "", Quirk::Bare),
        ] {
            catalogue.add(Playlist {
                quirk,
                ..Playlist::new(id, ada, name, 70)
            });
        }
        for number in 0..MINSEO_PLAYLISTS {
            catalogue.add(Playlist::new(
                &format!("2Minseo{number:0>15}"),
                minseo,
                format!("믹스테이프 {}", number + 1),
                number % 60,
            ));
        }
        catalogue.add(Playlist {
            collaborative: true,
            collaborators: vec![ADA],
            ..Playlist::new(SHARED, minseo, "우리 둘의 노래", 64)
        });
        catalogue.add(Playlist {
            public: Some(true),
            description: Some("موسيقى لآخر الليل".to_owned()),
            ..Playlist::new(FOLLOWED, amina, "ليالي الدار البيضاء", 120)
        });
        catalogue.add(Playlist::new(
            "6Joerg0000000000000001",
            joerg,
            "Fahrtwind",
            12,
        ));
        catalogue.follow(ADA, SHARED);
        catalogue.follow(ADA, FOLLOWED);
        catalogue.follow(JOERG, COLLABORATIVE);
        catalogue
    }

    /// The playlist with this id.
    pub(crate) fn playlist(&self, id: &str) -> Option<&Playlist> {
        self.playlists.get(id)
    }

    /// Changes a playlist; `None` if there is none with this id.
    pub(crate) fn edit<T>(&mut self, id: &str, edit: impl FnOnce(&mut Playlist) -> T) -> Option<T> {
        self.playlists.get_mut(id).map(|playlist| {
            playlist.touch();
            edit(playlist)
        })
    }

    /// The playlists in the library of `person`, own and followed, in order.
    pub(crate) fn library(&self, person: &Person) -> impl Iterator<Item = &Playlist> {
        self.libraries
            .get(person.id)
            .into_iter()
            .flatten()
            .filter_map(|id| self.playlists.get(id))
    }

    /// Puts the playlist into the library of `person`.
    pub(crate) fn follow(&mut self, person: &'static str, id: &str) {
        self.libraries
            .entry(person)
            .or_default()
            .push(id.to_owned());
    }

    /// Takes the playlist out of the library of `person`.
    pub(crate) fn unfollow(&mut self, person: &str, id: &str) {
        if let Some(library) = self.libraries.get_mut(person) {
            library.retain(|held| held != id);
        }
    }

    fn add(&mut self, playlist: Playlist) {
        self.follow(playlist.owner.id, playlist.id());
        self.playlists.insert(playlist.id().to_owned(), playlist);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::simulator::data::AMINA;
    use crate::simulator::data::id::is_base62;

    #[test]
    fn every_size_is_there_with_distinct_tracks() {
        let catalogue = Catalogue::new();
        for size in SIZES {
            let playlist = catalogue.playlist(&playlist_id(size)).unwrap();
            assert_eq!(playlist.len(), size);
            let ids: HashSet<_> = playlist.track_ids().into_iter().flatten().collect();
            assert_eq!(ids.len(), size as usize);
        }
        assert!(catalogue.playlists.keys().all(|id| is_base62(id)));
    }

    #[test]
    fn libraries_hold_own_and_followed_playlists() {
        let catalogue = Catalogue::new();
        let of = |id| catalogue.library(Person::find(id).unwrap()).count();
        assert!(of(MINSEO) > 100);
        assert_eq!(of("olena_k"), 0);
        assert!(of(AMINA) >= 1);
        let ada = Person::find(ADA).unwrap();
        assert!(
            catalogue
                .library(ada)
                .any(|playlist| playlist.id() == FOLLOWED)
        );
        assert!(!catalogue.playlist(FOLLOWED).unwrap().belongs_to(ada));
        assert!(catalogue.playlist(SHARED).unwrap().belongs_to(ada));
    }

    #[test]
    fn an_edit_changes_the_snapshot() {
        let mut catalogue = Catalogue::new();
        let id = playlist_id(100);
        let before = catalogue.playlist(&id).unwrap().clone();
        catalogue
            .edit(&id, |playlist| playlist.insert(0, 1))
            .unwrap();
        let after = catalogue.playlist(&id).unwrap();
        assert_ne!(before.snapshot_id(), after.snapshot_id());
        assert_eq!(after.track_ids()[1..], before.track_ids());
        assert!(catalogue.edit("nonsense", |_| ()).is_none());
    }
}
