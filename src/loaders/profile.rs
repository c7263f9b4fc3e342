//! The caller's Spotify profile, asked for anew and stored.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::Scope;
use super::flight::{self, Flight};
use crate::auth::{Error, Viewer};
use crate::cache::KnownPerson;
use crate::store::Profile;

pub(crate) type Outcome = Arc<Viewer>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<(), Flight<Outcome>> for Batch {
    async fn load(&mut self, _: &[()]) -> HashMap<(), Flight<Outcome>> {
        HashMap::from([((), flight::start(profile(self.0.clone())))])
    }
}

async fn profile(scope: Arc<Scope>) -> Result<Outcome, Error> {
    let viewer = scope.viewer().await?;
    // A bearer's profile came with the answer to whose it is.
    if viewer.session().is_none() {
        return Ok(viewer);
    }
    let flights = &scope.services().under_way.profiles;
    let person = scope
        .share(flights, &viewer.owner, || ask(scope.clone()))
        .await?;
    Ok(Arc::new(viewer.known_as(person)))
}

async fn ask(scope: Arc<Scope>) -> Result<Arc<KnownPerson>, Error> {
    let viewer = scope.viewer().await?;
    let services = scope.services();
    let spotify = &services.spotify;
    let profile = scope
        .ask(|call| async move { spotify.current_user(&call).await })
        .await?;
    let now = services.clock.now();
    let person = services
        .store
        .identify(&Profile::from(&profile), now)
        .await?;
    if person.id != viewer.person.id {
        return Err(Error::Internal("a session's token is another person's"));
    }
    services.cache.forget_sessions(&person.id);
    Ok(Arc::new(KnownPerson::new(person)))
}
