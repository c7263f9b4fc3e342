//! How many uploads the caller has for one track and type, for any number of those in one query.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::Scope;
use super::flight::{self, Flight};
use crate::auth::Error;
use crate::store::MetadataKey;

/// What one query counted.
pub(crate) type Outcome = Arc<HashMap<MetadataKey, i64>>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<MetadataKey, Flight<Outcome>> for Batch {
    async fn load(&mut self, keys: &[MetadataKey]) -> HashMap<MetadataKey, Flight<Outcome>> {
        let counted = flight::start(count(self.0.clone(), keys.to_vec()));
        let flight = |key: &MetadataKey| (key.clone(), counted.clone());
        keys.iter().map(flight).collect()
    }
}

async fn count(scope: Arc<Scope>, keys: Vec<MetadataKey>) -> Result<Outcome, Error> {
    let viewer = scope.viewer().await?;
    let store = &scope.services().store;
    let counted = scope.read(store.count_histories(&viewer.person.id, &keys));
    Ok(Arc::new(counted.await?))
}
