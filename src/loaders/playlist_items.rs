//! A playlist's entries, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::flight::{self, Flight};
use super::slice::{Slice, slice};
use super::{Loaders, Scope};
use crate::auth::Error;
use crate::spotify::page::SIZE;
use crate::spotify::{Page, PlaylistEntry, PlaylistId};

/// Which page of which playlist; pages begin at multiples of [`SIZE`].
pub(crate) type Key = (PlaylistId, u32);
pub(crate) type Outcome = Arc<Page<PlaylistEntry>>;

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

async fn page(scope: Arc<Scope>, (id, offset): Key) -> Result<Outcome, Error> {
    let (spotify, id) = (&scope.services().spotify, &id);
    let page = scope
        .ask(|call| async move { spotify.playlist_items(&call, id, offset, SIZE).await })
        .await?;
    Ok(Arc::new(page))
}

impl Loaders {
    /// Up to `first` entries of a playlist from position `start` on. `total` is what the playlist
    /// itself told of its length.
    ///
    /// # Errors
    /// Spotify's and the caller's.
    pub async fn playlist_items(
        &self,
        id: &PlaylistId,
        total: Option<u32>,
        start: u32,
        first: u32,
    ) -> Result<Slice<PlaylistEntry>, Error> {
        let page = |offset| flight::outcome(&self.items, (id.clone(), offset));
        slice(total, start, first, page).await
    }
}
