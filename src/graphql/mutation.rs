//! The root of writing.

use async_graphql::{Context, Object};

use super::error::Result;
use super::loaders;
use super::types::{
    DeleteMetadataInput, DeleteMetadataPayload, DisconnectInput, DisconnectPayload, LogoutPayload,
    RedeemLoginCodeInput, RedeemLoginCodePayload, RevokeOtherSessionsPayload, RevokeSessionInput,
    RevokeSessionPayload, UploadMetadataInput, UploadMetadataPayload,
};

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

    /// Deletes one of your uploads for good. If it was the newest, the one before it becomes the newest.
    async fn delete_metadata(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: DeleteMetadataInput,
    ) -> Result<DeleteMetadataPayload> {
        DeleteMetadataPayload::delete(ctx, input).await
    }

    /// Ends the session that the request came with. The Spotify authorization stays; so do your
    /// uploads.
    async fn logout(&self, ctx: &Context<'_>) -> Result<LogoutPayload> {
        Ok(LogoutPayload {
            logged_out: loaders(ctx)?.scope().log_out().await?,
        })
    }

    /// Gives an app its token, for the code that it was called back with. The app begins the login in
    /// the system's browser at `/login/spotify/?redirect_uri=…&code_challenge=…&code_challenge_method=S256&state=…`,
    /// where `code_challenge` is the SHA-256 of the verifier in base64url without padding. A code that
    /// is redeemed a second time gives nothing, and ends the session that it had given. The code of
    /// the error is `UNAUTHENTICATED` where the login code has expired, was used, or does not go with
    /// the verifier. Redeem it in a request of its own.
    async fn redeem_login_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code, and what proves that it is yours.")]
        input: RedeemLoginCodeInput,
    ) -> Result<RedeemLoginCodePayload> {
        RedeemLoginCodePayload::redeem(ctx, input).await
    }

    /// Ends one of your sessions, on another device or this one. Needs a session of this server
    /// (cookie or API token); with a Spotify access token the code is `FORBIDDEN`.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload> {
        RevokeSessionPayload::revoke(ctx, input).await
    }

    /// Ends all of your sessions but the one that the request came with, and codes of logins that
    /// were not finished. Needs a session of this server (cookie or API token); with a Spotify access
    /// token the code is `FORBIDDEN`.
    async fn revoke_other_sessions(&self, ctx: &Context<'_>) -> Result<RevokeOtherSessionsPayload> {
        RevokeOtherSessionsPayload::revoke(ctx).await
    }

    /// Leaves: ends all of your sessions, and deletes Spotify's tokens, your profile, and, if you say so,
    /// your uploads. Uploads that are to stay are kept with the id of your Spotify account and nothing
    /// else of you; whoever logs in to that account finds them again. Spotify keeps its own record of
    /// what you allowed: take that back at <https://www.spotify.com/account/apps/>. Needs a session of
    /// this server (cookie or API token); with a Spotify access token the code is `FORBIDDEN`.
    async fn disconnect(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to become of your uploads.")] input: DisconnectInput,
    ) -> Result<DisconnectPayload> {
        DisconnectPayload::disconnect(ctx, input).await
    }
}
