//! Playlists, without their entries.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::Scope;
use super::flight::{self, Flight};
use crate::auth::Error;
use crate::spotify::{self, Playlist, PlaylistId};

pub(crate) type Outcome = Option<Arc<Playlist>>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<PlaylistId, Flight<Outcome>> for Batch {
    async fn load(&mut self, ids: &[PlaylistId]) -> HashMap<PlaylistId, Flight<Outcome>> {
        ids.iter()
            .map(|id| {
                let playlist = playlist(self.0.clone(), id.clone());
                (id.clone(), flight::start(playlist))
            })
            .collect()
    }
}

async fn playlist(scope: Arc<Scope>, id: PlaylistId) -> Result<Outcome, Error> {
    let (spotify, id) = (&scope.services().spotify, &id);
    let answer = scope
        .ask(|call| async move { spotify.playlist(&call, id).await })
        .await;
    match answer {
        Ok(playlist) => Ok(Some(Arc::new(playlist))),
        Err(Error::Spotify(spotify::Error::NotFound { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}
