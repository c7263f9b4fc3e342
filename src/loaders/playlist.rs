//! Playlists, with as much of their entries as comes in the same answer.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::Scope;
use super::flight::{self, Flight};
use crate::auth::Error;
use crate::cache::EntryPage;
use crate::spotify::{self, EntryFields, OpenedPlaylist, Playlist, PlaylistId};

/// A playlist that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) id: PlaylistId,
    /// What of its first entries is wanted too.
    pub(crate) opened: Option<EntryFields>,
    /// Whether pages are wanted that are not kept. They are read now, so that which snapshot they are of is
    /// to be told now as well.
    pub(crate) reads: bool,
}

/// A playlist as it is shown to the caller.
#[derive(Clone, Debug)]
pub struct ShownPlaylist {
    /// What Spotify told of it.
    pub playlist: Arc<Playlist>,
    /// Its first page of entries, where that came along.
    pub first_page: Option<EntryPage>,
    /// Whether it stood in a list, which tells the number of entries of those playlists too whose
    /// entries are kept from the caller.
    pub listed: bool,
}

impl ShownPlaylist {
    /// As it was asked for.
    fn asked(playlist: Arc<Playlist>, first_page: Option<EntryPage>) -> Self {
        Self {
            playlist,
            first_page,
            listed: false,
        }
    }

    /// As it stood in a list.
    #[must_use]
    pub fn listed(playlist: Arc<Playlist>) -> Self {
        Self {
            playlist,
            first_page: None,
            listed: true,
        }
    }
}

pub(crate) type Outcome = Option<ShownPlaylist>;

pub(crate) struct Batch {
    scope: Arc<Scope>,
    /// One of an id serves for all that the request wants of it.
    begun: HashMap<PlaylistId, Flight<Outcome>>,
}

impl Batch {
    pub(crate) fn new(scope: Arc<Scope>) -> Self {
        Self {
            scope,
            begun: HashMap::new(),
        }
    }
}

impl BatchFn<Key, Flight<Outcome>> for Batch {
    async fn load(&mut self, keys: &[Key]) -> HashMap<Key, Flight<Outcome>> {
        let opened = |id: &PlaylistId| {
            let of_it = keys.iter().filter(|key| key.id == *id);
            of_it
                .filter_map(|key| key.opened)
                .reduce(EntryFields::union)
        };
        let mut flights = HashMap::new();
        for key in keys {
            let flight = self.begun.entry(key.id.clone()).or_insert_with(|| {
                let of_all = Key {
                    id: key.id.clone(),
                    opened: opened(&key.id),
                    reads: keys.iter().any(|other| other.id == key.id && other.reads),
                };
                flight::start(playlist(self.scope.clone(), of_all))
            });
            flights.insert(key.clone(), flight.clone());
        }
        flights
    }
}

async fn playlist(scope: Arc<Scope>, mut key: Key) -> Result<Outcome, Error> {
    let owner = scope.viewer().await?.owner.clone();
    let kept = scope.services().cache.playlists();
    if !std::mem::take(&mut key.reads)
        && let Some(playlist) = kept.fresh(&owner, &key.id)
    {
        return Ok(Some(ShownPlaylist::asked(playlist, None)));
    }
    // Whether the entries that are kept still hold, the playlist alone tells.
    key.opened = key
        .opened
        .filter(|fields| !kept.has_first_page(&owner, &key.id, *fields));
    let flights = &scope.services().under_way.playlists;
    let of = (owner, key.clone());
    scope
        .share(flights, &of, || ask(scope.clone(), key.clone()))
        .await
}

async fn ask(scope: Arc<Scope>, key: Key) -> Result<Outcome, Error> {
    let owner = scope.viewer().await?.owner.clone();
    let services = scope.services();
    let (spotify, id) = (&services.spotify, &key.id);
    let ticket = services.cache.ticket(&owner.person);
    let asked_at = services.clock.now();
    let answer = if let Some(fields) = key.opened {
        scope
            .ask(|call| async move { spotify.open_playlist(&call, id, fields).await })
            .await
    } else {
        let answer = scope
            .ask(|call| async move { spotify.playlist(&call, id).await })
            .await;
        answer.map(|playlist| OpenedPlaylist {
            playlist,
            first_page: None,
        })
    };
    let kept = services.cache.playlists();
    match answer {
        Ok(opened) => {
            let playlist = Arc::new(opened.playlist);
            let first_page = opened.first_page.map(|page| EntryPage {
                page: Arc::new(page),
                fields: key.opened.unwrap_or_default(),
            });
            kept.keep(ticket, &owner, id, playlist.clone(), Some(asked_at));
            if let (Some(snapshot), Some(page)) = (&playlist.snapshot_id, &first_page) {
                kept.keep_page(ticket, &owner, id, snapshot, page);
            }
            Ok(Some(ShownPlaylist::asked(playlist, first_page)))
        }
        Err(error) => {
            if is_withheld(&error) {
                kept.forget(&owner, id);
            }
            match error {
                Error::Spotify(spotify::Error::NotFound { .. }) => Ok(None),
                error => Err(error),
            }
        }
    }
}

/// Whether Spotify does not show the playlist to the caller, or not any more.
pub(super) fn is_withheld(error: &Error) -> bool {
    matches!(
        error,
        Error::Spotify(spotify::Error::NotFound { .. } | spotify::Error::Forbidden { .. })
    )
}
