//! The caller.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::image::images;
use super::metadata_connection::Uploads;
use super::{Authorization, Image, MetadataConnection, PlaylistConnection, Session};
use crate::auth::Viewer;
use crate::graphql::collection_type::CollectionType;
use crate::graphql::error::Result;
use crate::graphql::loaders;
use crate::graphql::paging::Paging;
use crate::graphql::scalars::{DateTime, Url};
use crate::loaders::Services;
use crate::spotify;

/// You: the person who is logged in.
pub(crate) struct Me(Arc<Viewer>);

/// You: the person who is logged in, or whose access token the request carries.
#[Object]
impl Me {
    /// Your Spotify user id. It may change; `accountId` does not.
    async fn id(&self) -> ID {
        ID(self.0.person.spotify_user_id.clone())
    }

    /// Spotify's unchanging public id of your account; null where Spotify has not told it yet.
    async fn account_id(&self) -> Option<ID> {
        self.0.person.account_id.clone().map(ID)
    }

    /// The name that you show on Spotify.
    async fn display_name(&self) -> Option<&str> {
        self.0.person.display_name.as_deref()
    }

    /// `spotify:user:…`
    async fn uri(&self) -> Option<&str> {
        self.0.person.uri.as_deref()
    }

    /// Your page on open.spotify.com.
    async fn external_url(&self) -> Option<Url> {
        self.0.person.external_url.clone().map(Url)
    }

    /// Your pictures, the largest first; may be empty.
    async fn images(&self) -> Vec<Image> {
        let stored = self.0.person.images.as_deref();
        let stored = stored.and_then(|text| serde_json::from_str::<Vec<spotify::Image>>(text).ok());
        images(&stored.unwrap_or_default())
    }

    /// When the Spotify access token that this server keeps for you expires; it is refreshed well
    /// before. Null where the server keeps none.
    async fn token_expires_at(&self, ctx: &Context<'_>) -> Option<Result<DateTime>> {
        let load = async {
            let scope = loaders(ctx)?.scope();
            let record = scope.services().store.token(&self.0.person.id);
            let record = scope.read(record).await?;
            Ok(record.map(|record| DateTime(record.expires_at)))
        };
        load.await.transpose()
    }

    /// All that you uploaded, for whichever track, the latest first: page by page, with `after` set to
    /// `pageInfo.endCursor` while `pageInfo.hasNextPage`.
    async fn metadata(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at the most, from 0 to 100; 50 where it is not said.")]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: the page begins behind it.")] after: Option<
            String,
        >,
        #[graphql(
            name = "type",
            desc = "Only uploads of this type, such as `beats`; of every type where it is not said."
        )]
        kind: Option<String>,
    ) -> Option<Result<MetadataConnection>> {
        let page = async {
            if let Some(kind) = &kind {
                CollectionType::parse("type", kind)?;
            }
            let uploads = Uploads::Mine(kind);
            MetadataConnection::page(ctx, uploads, first, after.as_deref()).await
        };
        // As large as the others together.
        Some(Box::pin(page).await)
    }

    /// What you allowed this server at Spotify, and until when. Null where the server keeps no tokens
    /// of yours.
    async fn authorization(&self, ctx: &Context<'_>) -> Option<Result<Authorization>> {
        let load = async {
            let scope = loaders(ctx)?.scope();
            let record = scope.services().store.token(&self.0.person.id);
            let record = scope.read(record).await?;
            Ok(record.map(Authorization::from))
        };
        load.await.transpose()
    }

    /// The browsers and apps that you are logged in with, the most recently used first.
    async fn sessions(&self, ctx: &Context<'_>) -> Option<Result<Vec<Session>>> {
        let load = async {
            let scope = loaders(ctx)?.scope();
            let Services { store, clock, .. } = scope.services();
            let sessions = store.sessions(&self.0.person.id, clock.now());
            let sessions = scope.read(sessions).await?;
            let current = self.0.session().map(|session| session.id.as_str());
            let sessions = sessions.into_iter();
            Ok(sessions
                .map(|session| Session::new(session, current))
                .collect())
        };
        Some(load.await)
    }

    /// The playlists that you own or follow, page by page: ask again with `after` set to
    /// `pageInfo.endCursor` while `pageInfo.hasNextPage`. Never null: where Spotify fails, all of
    /// `data` is null, so do not ask for it beside what is not to be lost.
    async fn playlists(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at the most, from 0 to 1000; 50 where it is not said.")]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: the page begins behind it.")] after: Option<
            String,
        >,
    ) -> Result<PlaylistConnection> {
        let list = PlaylistConnection::LIST;
        let paging = Paging::new(first, after.as_deref(), list)?;
        let slice = loaders(ctx)?.library(paging.start, paging.first).await?;
        Ok(PlaylistConnection::new(paging.start, slice))
    }
}

impl From<Arc<Viewer>> for Me {
    fn from(viewer: Arc<Viewer>) -> Self {
        Self(viewer)
    }
}
