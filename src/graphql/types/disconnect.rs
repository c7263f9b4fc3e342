//! What `disconnect` takes and gives.

use async_graphql::{Context, InputObject, SimpleObject};

use crate::graphql::error::Result;
use crate::graphql::loaders;

/// What is to become of your uploads.
#[derive(InputObject)]
pub(crate) struct DisconnectInput {
    /// True: they are deleted, and nothing of you is left. False: they stay, and with them the id of
    /// your Spotify account, by which you find them when you log in again.
    delete_uploads: bool,
}

/// What `disconnect` gives.
#[derive(SimpleObject)]
pub(crate) struct DisconnectPayload {
    /// How many uploads were deleted.
    deleted_uploads: i32,
    /// How many uploads are kept, under nothing but the id of your Spotify account.
    kept_uploads: i32,
}

impl DisconnectPayload {
    /// Forgets the caller.
    pub(crate) async fn disconnect(ctx: &Context<'_>, input: DisconnectInput) -> Result<Self> {
        let scope = loaders(ctx)?.scope();
        let uploads = scope.disconnect(input.delete_uploads).await?;
        let uploads = i32::try_from(uploads).unwrap_or(i32::MAX);
        let (deleted_uploads, kept_uploads) = match input.delete_uploads {
            true => (uploads, 0),
            false => (0, uploads),
        };
        Ok(Self {
            deleted_uploads,
            kept_uploads,
        })
    }
}
