//! The caller's own list of playlists, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::flight::{self, Flight};
use super::slice::{Slice, slice};
use super::{Loaders, Scope};
use crate::auth::{Error, Viewer};
use crate::spotify::page::SIZE;
use crate::spotify::{Page, Playlist, PlaylistId};

/// The offset of a page, a multiple of [`SIZE`].
pub(crate) type Key = u32;
pub(crate) type Outcome = Arc<Page<Option<Arc<Playlist>>>>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<Key, Flight<Outcome>> for Batch {
    async fn load(&mut self, keys: &[Key]) -> HashMap<Key, Flight<Outcome>> {
        keys.iter()
            .map(|&offset| (offset, flight::start(page(self.0.clone(), offset))))
            .collect()
    }
}

async fn page(scope: Arc<Scope>, offset: Key) -> Result<Outcome, Error> {
    let owner = scope.viewer().await?.owner.clone();
    let flights = &scope.services().under_way.library;
    scope
        .share(flights, &(owner, offset), || ask(scope.clone(), offset))
        .await
}

async fn ask(scope: Arc<Scope>, offset: Key) -> Result<Outcome, Error> {
    let viewer = scope.viewer().await?;
    let services = scope.services();
    let ticket = services.cache.ticket(&viewer.person.id);
    let spotify = &services.spotify;
    let page = scope
        .ask(|call| async move { spotify.current_user_playlists(&call, offset, SIZE).await })
        .await?;
    let page = page.map(|playlist| playlist.map(Arc::new));
    for playlist in page.items.iter().flatten() {
        // The list tells the length of others' playlists too, whose entries Spotify does not show.
        if let (true, Some(id)) = (is_of(playlist, &viewer), PlaylistId::parse(&playlist.id)) {
            let kept = services.cache.playlists();
            kept.keep(ticket, &viewer.owner, &id, playlist.clone(), None);
        }
    }
    Ok(Arc::new(page))
}

/// Whether the playlist is the viewer's own.
fn is_of(playlist: &Playlist, viewer: &Viewer) -> bool {
    let owner = playlist.owner.as_ref().and_then(|owner| owner.id.as_ref());
    owner == Some(&viewer.person.spotify_user_id)
}

impl Loaders {
    /// Up to `first` of the playlists that the caller owns or follows, from position `start` on.
    ///
    /// # Errors
    /// Spotify's and the caller's.
    pub async fn library(
        &self,
        start: u32,
        first: u32,
    ) -> Result<Slice<Option<Arc<Playlist>>>, Error> {
        let library = || flight::loader(Batch(self.scope.clone()));
        let library = self.library.get_or_init(library);
        let page = |offset| flight::outcome(library, offset);
        slice(None, start, first, page).await
    }
}
