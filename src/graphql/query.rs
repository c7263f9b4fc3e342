//! The root of reading.

use async_graphql::{Context, ID, Object};

use super::collection_type::CollectionType;
use super::error::Result;
use super::ids::{playlist_id, track_key};
use super::types::{Me, Metadata, Playlist, ServerLimits, SpotifyAccessToken};
use super::{loaders, told_limits};

/// The root of reading.
pub struct Query;

/// Everything that can be read.
#[Object]
impl Query {
    /// You: the person who is logged in, or whose access token the request carries. Asks Spotify
    /// only for what the session cannot answer.
    async fn me(&self, ctx: &Context<'_>) -> Result<Me> {
        Ok(loaders(ctx)?.me().await?.into())
    }

    /// A Spotify access token of yours that is good now, for Spotify's player on this device. Only for
    /// apps that send an API token, and for pages of origins that the server's operator has named; null,
    /// with an error of code `FORBIDDEN`, for others. No refresh token is ever given.
    async fn spotify_access_token(&self, ctx: &Context<'_>) -> Option<Result<SpotifyAccessToken>> {
        Some(SpotifyAccessToken::fetch(ctx).await)
    }

    /// A playlist; null where Spotify has none of that id, or none that you may see.
    async fn playlist(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Spotify's id of the playlist, its `spotify:playlist:…` URI or its open.spotify.com link."
        )]
        id: ID,
    ) -> Option<Result<Playlist>> {
        let fetch = async { Playlist::fetch(ctx, playlist_id("id", &id)?).await };
        // The future of every field has room for the largest.
        Box::pin(fetch).await.transpose()
    }

    /// What one request may ask for. Needs no login.
    async fn limits(&self, ctx: &Context<'_>) -> Result<ServerLimits> {
        told_limits(ctx).cloned()
    }

    /// What you uploaded for a track, the newest of that type; null where there is none. Nobody sees
    /// what others uploaded.
    async fn metadata(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The track: its id, its `spotify:track:…` or `spotify:local:…` URI, or its open.spotify.com link; or an episode: its `spotify:episode:…` URI or link."
        )]
        track_id: ID,
        #[graphql(
            name = "type",
            default = "beats",
            desc = "Which of the track's metadata collections: 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit."
        )]
        kind: String,
    ) -> Option<Result<Metadata>> {
        let fetch = async {
            let track = track_key("trackId", &track_id)?;
            let kind = CollectionType::parse("type", &kind)?;
            Metadata::newest(ctx, &track, &kind).await
        };
        Box::pin(fetch).await.transpose()
    }

    /// The types of what you uploaded for a track, such as `beats`, in alphabetical order; empty where
    /// you uploaded nothing.
    async fn metadata_types(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The track: its id, its `spotify:track:…` or `spotify:local:…` URI, or its open.spotify.com link; or an episode: its `spotify:episode:…` URI or link."
        )]
        track_id: ID,
    ) -> Option<Result<Vec<String>>> {
        let load = async {
            let track = track_key("trackId", &track_id)?;
            let scope = loaders(ctx)?.scope();
            let person = &scope.viewer().await?.person.id;
            let types = scope.services().store.upload_types(person, track.as_str());
            Ok(scope.read(types).await?)
        };
        Some(load.await)
    }
}
