//! A playlist's entries, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::flight::{self, Flight, FlightLoader};
use super::playlist::is_withheld;
use super::slice::{Slice, slice};
use super::{Loaders, Scope, ShownPlaylist, WantedEntries};
use crate::auth::Error;
use crate::cache::EntryPage;
use crate::spotify::page::SIZE;
use crate::spotify::{EntryFields, PlaylistEntry, PlaylistId};

/// Which page of which playlist; pages begin at multiples of [`SIZE`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    id: PlaylistId,
    offset: u32,
    /// What of the entries is wanted.
    fields: EntryFields,
    /// As which the page is kept. `None`: it is not.
    snapshot: Option<Arc<str>>,
    /// Whether the caller is known to see the entries of that snapshot, so that one that is kept may
    /// be given.
    seen: bool,
}

impl Key {
    /// A page of a snapshot, for who is told that the playlist has it and that they see its entries.
    pub(super) fn of_snapshot(
        id: &PlaylistId,
        snapshot: &Arc<str>,
        offset: u32,
        fields: EntryFields,
    ) -> Self {
        Self {
            id: id.clone(),
            offset,
            fields,
            snapshot: Some(snapshot.clone()),
            seen: true,
        }
    }

    /// Whether it is the playlist's first page.
    pub(super) fn is_first(&self) -> bool {
        self.offset == 0
    }
}

pub(crate) type Outcome = EntryPage;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<Key, Flight<Outcome>> for Batch {
    async fn load(&mut self, keys: &[Key]) -> HashMap<Key, Flight<Outcome>> {
        keys.iter()
            .map(|key| {
                let page = page(self.0.clone(), key.clone());
                (key.clone(), flight::start(page))
            })
            .collect()
    }
}

async fn page(scope: Arc<Scope>, key: Key) -> Result<Outcome, Error> {
    let owner = scope.viewer().await?.owner.clone();
    if let (true, Some(snapshot)) = (key.seen, &key.snapshot) {
        let kept = scope.services().cache.playlists();
        if let Some(page) = kept.page(&owner, &key.id, snapshot, key.offset, key.fields) {
            return Ok(page);
        }
    }
    let flights = &scope.services().under_way.pages;
    scope
        .share(flights, &(owner, key.clone()), || {
            ask(scope.clone(), key.clone())
        })
        .await
}

async fn ask(scope: Arc<Scope>, key: Key) -> Result<Outcome, Error> {
    let owner = scope.viewer().await?.owner.clone();
    let services = scope.services();
    let (spotify, id, offset) = (&services.spotify, &key.id, key.offset);
    let ticket = services.cache.ticket(&owner.person);
    let kept = services.cache.playlists();
    // Two queries by turns that want different fields are not to drive out each other's pages.
    let already = key.snapshot.as_deref().and_then(|snapshot| {
        let page = kept.kept_page(&owner, id, snapshot, offset)?;
        Some(page.fields)
    });
    let fields = key.fields | already.unwrap_or_default();
    let answer = scope
        .ask(|call| async move {
            spotify
                .playlist_items(&call, id, offset, SIZE, fields)
                .await
        })
        .await;
    match answer {
        Ok(page) => {
            let page = EntryPage {
                page: Arc::new(page),
                fields,
            };
            if let Some(snapshot) = &key.snapshot {
                kept.keep_page(ticket, &owner, id, snapshot, &page);
            }
            Ok(page)
        }
        Err(error) => {
            if is_withheld(&error) {
                kept.forget(&owner, id);
            }
            Err(error)
        }
    }
}

impl Loaders {
    /// Entries of a playlist, with at least the fields that are wanted of each.
    ///
    /// # Errors
    /// Spotify's and the caller's.
    pub async fn playlist_items(
        &self,
        id: &PlaylistId,
        shown: &ShownPlaylist,
        wanted: WantedEntries,
    ) -> Result<Slice<PlaylistEntry>, Error> {
        let WantedEntries {
            start,
            first,
            fields,
        } = wanted;
        let total = shown.playlist.total;
        let snapshot: Option<Arc<str>> = shown.playlist.snapshot_id.as_deref().map(Into::into);
        // Asked for a playlist, Spotify tells the number of entries to those who may see them.
        let seen = if shown.listed {
            let reads = total.is_none_or(|total| total > 0 && first > 0);
            reads && self.confirms(id, snapshot.as_deref(), wanted).await
        } else {
            total.is_some()
        };
        let key = |offset| Key {
            id: id.clone(),
            offset,
            fields,
            snapshot: snapshot.clone(),
            seen,
        };
        let page = |offset| {
            let came_along = shown.first_page.clone();
            let came_along = came_along.filter(|page| offset == 0 && page.fields.contains(fields));
            async move {
                let page = match came_along {
                    Some(page) => page,
                    None => flight::outcome(self.items(), key(offset)).await?,
                };
                Ok(page.page)
            }
        };
        slice(total, start, first, page).await
    }

    /// The loader of pages.
    pub(super) fn items(&self) -> &FlightLoader<Key, Outcome, Batch> {
        let items = || flight::loader(Batch(self.scope.clone()));
        self.items.get_or_init(items)
    }

    /// Whether the caller may see the entries of that snapshot, as Spotify says when it is asked for
    /// the playlist. It is asked only where what is kept makes it worth a call.
    async fn confirms(
        &self,
        id: &PlaylistId,
        snapshot: Option<&str>,
        wanted: WantedEntries,
    ) -> bool {
        let (Some(snapshot), Ok(viewer)) = (snapshot, self.viewer().await) else {
            return false;
        };
        let kept = self.scope.services().cache.playlists();
        let offset = wanted.start / SIZE * SIZE;
        if !kept.has_page(&viewer.owner, id, snapshot, offset, wanted.fields) {
            return false;
        }
        let Ok(Some(asked)) = self.playlist(id.clone(), &[wanted]).await else {
            return false;
        };
        asked.playlist.total.is_some() && asked.playlist.snapshot_id.as_deref() == Some(snapshot)
    }
}
