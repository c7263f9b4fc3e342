//! The caller's Spotify profile.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::Scope;
use crate::auth::{Error, Proof};
use crate::spotify::PrivateUser;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<(), Result<Arc<PrivateUser>, Error>> for Batch {
    async fn load(&mut self, _: &[()]) -> HashMap<(), Result<Arc<PrivateUser>, Error>> {
        HashMap::from([((), profile(&self.0).await)])
    }
}

async fn profile(scope: &Scope) -> Result<Arc<PrivateUser>, Error> {
    // A bearer's profile came with the answer to whose it is.
    if let Proof::Bearer { profile, .. } = &scope.viewer().await?.proof {
        return Ok(Arc::clone(profile));
    }
    let spotify = &scope.services().spotify;
    let profile = scope
        .ask(|call| async move { spotify.current_user(&call).await })
        .await?;
    Ok(Arc::new(profile))
}
