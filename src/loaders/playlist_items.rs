//! A playlist's entries, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;
use futures_util::{StreamExt, stream};

use super::slice::{Slice, slice};
use super::{Loaders, PAGES_AT_ONCE, Scope, flatten};
use crate::auth::Error;
use crate::spotify::page::SIZE;
use crate::spotify::{Page, PlaylistEntry, PlaylistId};

/// Which page of which playlist; pages begin at multiples of [`SIZE`].
pub(crate) type Key = (PlaylistId, u32);
pub(crate) type Outcome = Result<Arc<Page<PlaylistEntry>>, Error>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<Key, Outcome> for Batch {
    async fn load(&mut self, keys: &[Key]) -> HashMap<Key, Outcome> {
        let scope = &self.0;
        stream::iter(keys.iter().cloned())
            .map(|key| async move {
                let page = page(scope, &key).await;
                (key, page)
            })
            .buffer_unordered(PAGES_AT_ONCE)
            .collect()
            .await
    }
}

async fn page(scope: &Scope, (id, offset): &Key) -> Outcome {
    let spotify = &scope.services().spotify;
    let page = scope
        .ask(|call| async move { spotify.playlist_items(&call, id, *offset, SIZE).await })
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
        let page = |offset| async move { flatten(self.items.try_load((id.clone(), offset)).await) };
        slice(total, start, first, page).await
    }
}
