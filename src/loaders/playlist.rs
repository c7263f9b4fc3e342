//! Playlists, without their entries.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;
use futures_util::{StreamExt, stream};

use super::{PAGES_AT_ONCE, Scope};
use crate::auth::Error;
use crate::spotify::{self, Playlist, PlaylistId};

pub(crate) type Outcome = Result<Option<Arc<Playlist>>, Error>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<PlaylistId, Outcome> for Batch {
    async fn load(&mut self, ids: &[PlaylistId]) -> HashMap<PlaylistId, Outcome> {
        let scope = &self.0;
        stream::iter(ids.iter().cloned())
            .map(|id| async move { (id.clone(), playlist(scope, &id).await) })
            .buffer_unordered(PAGES_AT_ONCE)
            .collect()
            .await
    }
}

async fn playlist(scope: &Scope, id: &PlaylistId) -> Outcome {
    let spotify = &scope.services().spotify;
    let answer = scope
        .ask(|call| async move { spotify.playlist(&call, id).await })
        .await;
    match answer {
        Ok(playlist) => Ok(Some(Arc::new(playlist))),
        Err(Error::Spotify(spotify::Error::NotFound { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}
