//! What people upload for a track.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::MetadataConnection;
use super::metadata_connection::Uploads;
use crate::auth;
use crate::graphql::collection_type::CollectionType;
use crate::graphql::error::Result;
use crate::graphql::loaders;
use crate::graphql::scalars::{DateTime, Json};
use crate::loaders::WantedMetadata;
use crate::spotify::TrackKey;
use crate::store::{self, MetadataKey};

/// The store's log names the record.
const DAMAGED: auth::Error = auth::Error::Internal("a collection is damaged");

/// A metadata collection that you uploaded for a track.
pub(crate) struct Metadata {
    record: Arc<store::Metadata>,
    /// Whether its collection was read as well; where that is missing all the same, it is damaged.
    is_whole: bool,
}

/// A metadata collection that you uploaded for a track, such as its beats. Nobody else sees it.
#[Object]
impl Metadata {
    /// This upload's own id.
    async fn id(&self) -> ID {
        ID(self.record.id.clone())
    }

    /// The track: Spotify's id, or the URI of a local file or an episode.
    async fn track_id(&self) -> ID {
        ID(self.record.key.track_id.clone())
    }

    /// Which kind of collection, such as `beats`.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.record.key.kind
    }

    /// The number that it was uploaded with.
    async fn version(&self) -> i32 {
        self.record.version
    }

    /// The collection as it was uploaded: the same values, key order and number precision.
    async fn collection(&self, ctx: &Context<'_>) -> Result<Json> {
        if let Some(content) = &self.record.content {
            return Ok(Json::from(content.clone()));
        }
        if self.is_whole {
            return Err(DAMAGED.into());
        }
        // Reached only where the selection did not show that the collection was wanted. Mostly it is
        // the newest, and those are read together.
        let wanted = WantedMetadata {
            key: self.record.key.clone(),
            content: true,
        };
        let again = loaders(ctx)?.metadata(wanted).await?;
        if let Some(newest) = again.filter(|newest| newest.id == self.record.id) {
            let content = newest.content.clone().ok_or(DAMAGED)?;
            return Ok(Json::from(content));
        }
        let person = &loaders(ctx)?.viewer().await?.person.id;
        let scope = loaders(ctx)?.scope();
        let store = &scope.services().store;
        let upload = store.upload(person, &self.record.id, scope.budget());
        let upload = scope.read(upload).await?;
        upload
            .and_then(|upload| upload.content)
            .map(Json::from)
            .ok_or_else(|| auth::Error::Internal("metadata went away between two look-ups").into())
    }

    /// The length in bytes of the collection's JSON text as it was sent, white space included.
    async fn size_bytes(&self) -> i32 {
        i32::try_from(self.record.size_bytes).unwrap_or(i32::MAX)
    }

    /// The SHA-256 of that very text, in lowercase hexadecimal.
    async fn sha256(&self) -> &str {
        &self.record.sha256
    }

    /// When it was uploaded.
    async fn created_at(&self) -> DateTime {
        DateTime(self.record.created_at)
    }

    /// All that you uploaded for this track and type, this one included, the newest first: page by
    /// page, with `after` set to `pageInfo.endCursor` while `pageInfo.hasNextPage`.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at the most, from 0 to 100; 50 where it is not said.")]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list: the page begins behind it.")] after: Option<
            String,
        >,
    ) -> Option<Result<MetadataConnection>> {
        let uploads = Uploads::OfTrack(self.record.key.clone());
        Some(MetadataConnection::page(ctx, uploads, first, after.as_deref()).await)
    }
}

impl Metadata {
    /// The caller's newest for a track and type, together with all others that the request asks
    /// for. The collection itself is read only where it is selected.
    pub(crate) async fn newest(
        ctx: &Context<'_>,
        track: &TrackKey,
        kind: &CollectionType,
    ) -> Result<Option<Self>> {
        let wanted = WantedMetadata {
            key: MetadataKey {
                track_id: track.as_str().to_owned(),
                kind: kind.as_str().to_owned(),
            },
            content: ctx.look_ahead().field("collection").exists(),
        };
        let is_whole = wanted.content;
        let found = loaders(ctx)?.metadata(wanted).await?;
        Ok(found.map(|record| Self { record, is_whole }))
    }

    /// A record that was read with its collection, if it `is_whole`, or without.
    pub(crate) fn new(record: impl Into<Arc<store::Metadata>>, is_whole: bool) -> Self {
        Self {
            record: record.into(),
            is_whole,
        }
    }
}
