//! The caller's Spotify profile.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::Scope;
use super::flight::{self, Flight};
use crate::auth::{Error, Proof};
use crate::spotify::PrivateUser;

pub(crate) type Outcome = Arc<PrivateUser>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<(), Flight<Outcome>> for Batch {
    async fn load(&mut self, _: &[()]) -> HashMap<(), Flight<Outcome>> {
        HashMap::from([((), flight::start(profile(self.0.clone())))])
    }
}

async fn profile(scope: Arc<Scope>) -> Result<Outcome, Error> {
    // A bearer's profile came with the answer to whose it is.
    if let Proof::Bearer { profile, .. } = &scope.viewer().await?.proof {
        return Ok(Arc::new(profile.clone()));
    }
    let spotify = &scope.services().spotify;
    let profile = scope
        .ask(|call| async move { spotify.current_user(&call).await })
        .await?;
    Ok(Arc::new(profile))
}
