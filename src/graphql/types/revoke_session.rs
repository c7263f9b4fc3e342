//! What `revokeSession` and `revokeOtherSessions` take and give.

use async_graphql::{Context, ID, InputObject, SimpleObject};

use crate::graphql::error::{Error, Result};
use crate::graphql::loaders;

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
        let id = input.id.as_str();
        let right = id.len() == 32
            && id
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !right {
            let problem = "is no session's id: give it as me { sessions { id } } does";
            return Err(Error::input("input.id", problem));
        }
        let revoked = loaders(ctx)?.scope().revoke_session(id).await?;
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
