//! The root of writing.

use async_graphql::{Context, Object};

use super::error::Result;
use super::loaders;
use super::types::{LogoutPayload, UploadMetadataInput, UploadMetadataPayload};

/// The root of writing.
pub struct Mutation;

/// Everything that can be changed.
#[Object]
impl Mutation {
    /// Keeps a metadata collection for a track. It is acknowledged only once it is safely stored.
    /// What was there before stays in the history. Sending the very same again makes no second
    /// record, so an upload can be repeated when its answer was lost.
    async fn upload_metadata(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The collection, and what it is of.")] input: UploadMetadataInput,
    ) -> Result<UploadMetadataPayload> {
        UploadMetadataPayload::upload(ctx, input).await
    }

    /// Ends the session that the request came with. The Spotify authorization stays; so do your
    /// uploads.
    async fn logout(&self, ctx: &Context<'_>) -> Result<LogoutPayload> {
        Ok(LogoutPayload {
            logged_out: loaders(ctx)?.scope().log_out().await?,
        })
    }
}
