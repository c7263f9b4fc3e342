//! The caller's newest metadata, for any number of tracks in one query.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::flight::{self, Flight};
use super::{Scope, Services};
use crate::auth::Error;
use crate::cache::KeptCollection;
use crate::store::{Metadata, MetadataKey};

/// Metadata that is asked for, with or without its collection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WantedMetadata {
    /// Which track, which type.
    pub key: MetadataKey,
    /// Whether the collection is read too; it is most of the bytes.
    pub content: bool,
}

/// What one query found.
pub(crate) type Outcome = Arc<HashMap<MetadataKey, Arc<Metadata>>>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<WantedMetadata, Flight<Outcome>> for Batch {
    async fn load(
        &mut self,
        wanted: &[WantedMetadata],
    ) -> HashMap<WantedMetadata, Flight<Outcome>> {
        let flight = flight::start(newest(self.0.clone(), wanted.to_vec()));
        let wanted = wanted.iter().cloned();
        wanted.map(|wanted| (wanted, flight.clone())).collect()
    }
}

async fn newest(scope: Arc<Scope>, wanted: Vec<WantedMetadata>) -> Result<Outcome, Error> {
    let viewer = scope.viewer().await?;
    let person = &viewer.person.id;
    let content = wanted.iter().any(|wanted| wanted.content);
    let keys: Vec<MetadataKey> = wanted.into_iter().map(|wanted| wanted.key).collect();
    let Services { store, cache, .. } = scope.services();
    let collections = cache.collections();
    let mut kept = HashMap::new();
    if content {
        let found = |key: &MetadataKey| Some((key.clone(), collections.find(person, key)?));
        kept.extend(keys.iter().filter_map(found));
    }
    let known = kept.values().map(|kept| kept.id.clone()).collect();
    let ticket = cache.ticket(person);
    let mut found = if content {
        let budget = scope.budget();
        store
            .newest_unknown_metadata(person, &keys, known, budget)
            .await?
    } else {
        store.newest_metadata(person, &keys).await?
    };
    for (key, metadata) in found.iter_mut().filter(|_| content) {
        collections.count(metadata.content.is_none());
        match &metadata.content {
            // It was known, and still is the newest.
            None => {
                // An answer is not to depend on what is kept.
                let size = u64::try_from(metadata.size_bytes).unwrap_or(0);
                scope.budget().take(person, size)?;
                let kept = kept.remove(key).filter(|kept| kept.id == metadata.id);
                metadata.content = kept.map(|kept| kept.content);
            }
            Some(content) => {
                let kept = KeptCollection {
                    id: metadata.id.clone(),
                    content: content.clone(),
                };
                collections.keep(ticket, person, key, kept);
            }
        }
    }
    let found = found.into_iter();
    let found = found.map(|(key, metadata)| (key, Arc::new(metadata)));
    Ok(Arc::new(found.collect()))
}
