//! The caller's newest metadata, for any number of tracks in one query.

use std::collections::HashMap;
use std::sync::Arc;

use dataloader::BatchFn;

use super::Scope;
use crate::auth::Error;
use crate::store::{Metadata, MetadataKey};

/// Metadata that is asked for, with or without its collection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WantedMetadata {
    /// Which track, which type.
    pub key: MetadataKey,
    /// Whether the collection is read too; it is most of the bytes.
    pub content: bool,
}

pub(crate) type Outcome = Result<Option<Arc<Metadata>>, Error>;

pub(crate) struct Batch(pub(crate) Arc<Scope>);

impl BatchFn<WantedMetadata, Outcome> for Batch {
    async fn load(&mut self, wanted: &[WantedMetadata]) -> HashMap<WantedMetadata, Outcome> {
        let found = newest(&self.0, wanted).await;
        wanted
            .iter()
            .map(|wanted| {
                let outcome = match &found {
                    Ok(found) => Ok(found.get(&wanted.key).cloned()),
                    Err(error) => Err(error.clone()),
                };
                (wanted.clone(), outcome)
            })
            .collect()
    }
}

async fn newest(
    scope: &Scope,
    wanted: &[WantedMetadata],
) -> Result<HashMap<MetadataKey, Arc<Metadata>>, Error> {
    let viewer = scope.viewer().await?;
    let keys: Vec<MetadataKey> = wanted.iter().map(|wanted| wanted.key.clone()).collect();
    let content = wanted.iter().any(|wanted| wanted.content);
    let found = scope
        .services()
        .store
        .newest_metadata(&viewer.person.id, &keys, content)
        .await?;
    Ok(found
        .into_iter()
        .map(|(key, metadata)| (key, Arc::new(metadata)))
        .collect())
}
