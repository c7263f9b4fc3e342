//! The caller's own list of playlists, page by page.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;
use futures_util::{StreamExt, stream};

use super::slice::{Slice, slice};
use super::{Loaders, PAGES_AT_ONCE, Scope, flatten};
use crate::auth::Error;
use crate::spotify::page::SIZE;
use crate::spotify::{Page, Playlist};

/// The offset of a page, a multiple of [`SIZE`].
pub(crate) type Key = u32;
pub(crate) type Outcome = Result<Arc<Page<Option<Playlist>>>, Error>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<Key, Outcome> for Batch {
    async fn load(&mut self, keys: &[Key]) -> HashMap<Key, Outcome> {
        let scope = &self.0;
        stream::iter(keys.iter().copied())
            .map(|offset| async move { (offset, page(scope, offset).await) })
            .buffer_unordered(PAGES_AT_ONCE)
            .collect()
            .await
    }
}

async fn page(scope: &Scope, offset: u32) -> Outcome {
    let spotify = &scope.services().spotify;
    let page = scope
        .ask(|call| async move { spotify.current_user_playlists(&call, offset, SIZE).await })
        .await?;
    Ok(Arc::new(page))
}

impl Loaders {
    /// Up to `first` of the playlists that the caller owns or follows, from position `start` on.
    ///
    /// # Errors
    /// Spotify's and the caller's.
    pub async fn library(&self, start: u32, first: u32) -> Result<Slice<Option<Playlist>>, Error> {
        let page = |offset| async move { flatten(self.library.try_load(offset).await) };
        slice(None, start, first, page).await
    }
}
