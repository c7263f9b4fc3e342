//! The caller's newest metadata, for any number of tracks in one query; in two where the collections of some of
//! them are wanted.

use std::collections::{HashMap, HashSet};
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
        let with_content = wanted.iter().filter(|wanted| wanted.content);
        let whole: HashSet<_> = with_content.map(|wanted| wanted.key.clone()).collect();
        let keys = wanted.iter().map(|wanted| &wanted.key);
        let bare: Vec<_> = keys.filter(|key| !whole.contains(key)).cloned().collect();
        // Two queries where both kinds are wanted: a collection that nobody wants is most of the bytes, and is
        // not to be charged, or to be too much for one that is wanted.
        let bare = (!bare.is_empty()).then(|| flight::start(newest(self.0.clone(), bare)));
        let with_content = (!whole.is_empty()).then(|| {
            let keys = whole.iter().cloned().collect();
            flight::start(newest_with_content(self.0.clone(), keys))
        });
        let flight = |wanted: &WantedMetadata| {
            let is_whole = whole.contains(&wanted.key);
            let flight = if is_whole { &with_content } else { &bare };
            Some((wanted.clone(), flight.clone()?))
        };
        wanted.iter().filter_map(flight).collect()
    }
}

async fn newest(scope: Arc<Scope>, keys: Vec<MetadataKey>) -> Result<Outcome, Error> {
    let viewer = scope.viewer().await?;
    let store = &scope.services().store;
    let found = scope.read(store.newest_metadata(&viewer.person.id, &keys));
    let found = found.await?;
    Ok(outcome(found))
}

async fn newest_with_content(scope: Arc<Scope>, keys: Vec<MetadataKey>) -> Result<Outcome, Error> {
    let viewer = scope.viewer().await?;
    let person = &viewer.person.id;
    let Services { store, cache, .. } = scope.services();
    let collections = cache.collections();
    let find = |key: &MetadataKey| Some((key.clone(), collections.find(person, key)?));
    let mut kept: HashMap<_, _> = keys.iter().filter_map(find).collect();
    let known = kept.values().map(|kept| kept.id.clone()).collect();
    let ticket = cache.ticket(person);
    let found = store.newest_unknown_metadata(person, &keys, known, scope.budget());
    let mut found = scope.read(found).await?;
    for (key, metadata) in &mut found {
        let still_newest = kept.remove(key).filter(|kept| kept.id == metadata.id);
        collections.count(still_newest.is_some());
        match (still_newest, &metadata.content) {
            (Some(kept), _) => {
                // An answer is not to depend on what is kept.
                let size = u64::try_from(metadata.size_bytes).unwrap_or(0);
                scope.budget().take(person, size)?;
                metadata.content = Some(kept.content);
            }
            // It is damaged, and was charged when it was read.
            (None, None) => {}
            (None, Some(content)) => {
                let kept = KeptCollection {
                    id: metadata.id.clone(),
                    content: content.clone(),
                };
                collections.keep(ticket, person, key, kept);
            }
        }
    }
    Ok(outcome(found))
}

fn outcome(found: HashMap<MetadataKey, Metadata>) -> Outcome {
    let found = found.into_iter();
    let found = found.map(|(key, metadata)| (key, Arc::new(metadata)));
    Arc::new(found.collect())
}
