//! What `deleteMetadata` takes and gives.

use async_graphql::{Context, ID, InputObject, Object};

use super::Metadata;
use crate::graphql::error::Result;
use crate::graphql::loaders;
use crate::graphql::record_id::RecordId;
use crate::store::MetadataKey;

/// Which upload is to be deleted.
#[derive(InputObject)]
pub(crate) struct DeleteMetadataInput {
    /// The upload's `id`.
    id: ID,
}

pub(crate) struct DeleteMetadataPayload {
    /// What the deleted upload was of.
    deleted: Option<MetadataKey>,
}

/// What `deleteMetadata` gives.
#[Object]
impl DeleteMetadataPayload {
    /// Whether there was such an upload of yours. False is no failure: it is gone either way, such as
    /// by the same request, sent before.
    async fn deleted(&self) -> bool {
        self.deleted.is_some()
    }

    /// What is the newest upload of that track and type now; null where none is left, or where nothing
    /// was deleted.
    async fn newest(&self, ctx: &Context<'_>) -> Option<Result<Metadata>> {
        let key = self.deleted.as_ref()?;
        let load = async {
            let loaders = loaders(ctx)?;
            let viewer = loaders.viewer().await?;
            let content = ctx.look_ahead().field("collection").exists();
            let scope = loaders.scope();
            let (store, budget) = (&scope.services().store, scope.budget());
            let keys = std::slice::from_ref(key);
            let person = &viewer.person.id;
            let newest = if content {
                let unknown = store.newest_unknown_metadata(person, keys, Vec::new(), budget);
                scope.read(unknown).await
            } else {
                scope.read(store.newest_metadata(person, keys)).await
            };
            let mut newest = newest?;
            let newest = newest.remove(key);
            Ok(newest.map(|newest| Metadata::new(newest, content)))
        };
        load.await.transpose()
    }
}

impl DeleteMetadataPayload {
    /// Deletes one of the caller's uploads.
    pub(crate) async fn delete(ctx: &Context<'_>, input: DeleteMetadataInput) -> Result<Self> {
        let id = RecordId::parse("input.id", &input.id, "metadata { id }")?;
        let loaders = loaders(ctx)?;
        let person = &loaders.viewer().await?.person.id;
        let store = &loaders.scope().services().store;
        let deleted = store.delete_upload(person, id.as_str()).await?;
        Ok(Self { deleted })
    }
}
