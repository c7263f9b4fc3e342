//! What `revokeSession` and `revokeOtherSessions` take and give.

use async_graphql::{Context, ID, InputObject, SimpleObject};

use crate::graphql::error::Result;
use crate::graphql::loaders;
use crate::graphql::record_id::RecordId;

/// Which session is to end.
#[derive(InputObject)]
pub(crate) struct RevokeSessionInput {
    /// The session's `id`.
    id: ID,
}

/// What `revokeSession` gives.
#[derive(SimpleObject)]
pub(crate) struct RevokeSessionPayload {
    /// Whether there was such a session of yours. False is no failure: it is over either way.
    revoked: bool,
}

/// What `revokeOtherSessions` gives.
#[derive(SimpleObject)]
pub(crate) struct RevokeOtherSessionsPayload {
    /// How many sessions ended.
    revoked_count: i32,
}

impl RevokeSessionPayload {
    /// Ends one of the caller's sessions.
    pub(crate) async fn revoke(ctx: &Context<'_>, input: RevokeSessionInput) -> Result<Self> {
        let id = RecordId::parse("input.id", &input.id, "me { sessions { id } }")?;
        let revoked = loaders(ctx)?.scope().revoke_session(id.as_str()).await?;
        Ok(Self { revoked })
    }
}

impl RevokeOtherSessionsPayload {
    /// Ends all of the caller's sessions but the one that the request came with.
    pub(crate) async fn revoke(ctx: &Context<'_>) -> Result<Self> {
        let count = loaders(ctx)?.scope().revoke_other_sessions().await?;
        Ok(Self {
            revoked_count: i32::try_from(count).unwrap_or(i32::MAX),
        })
    }
}
