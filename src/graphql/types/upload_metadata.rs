//! What `uploadMetadata` takes and gives.

use async_graphql::{Context, ID, InputObject, SimpleObject};

use super::Metadata;
use crate::graphql::collection;
use crate::graphql::collection_type::CollectionType;
use crate::graphql::error::Result;
use crate::graphql::ids::track_key;
use crate::graphql::scalars::Json;
use crate::graphql::{loaders, told_limits};
use crate::store::{self, MetadataKey, NewMetadata};

/// A collection to keep for a track.
#[derive(InputObject)]
pub(crate) struct UploadMetadataInput {
    /// The track: its id, its `spotify:track:…` or `spotify:local:…` URI, or its open.spotify.com
    /// link; or an episode: its `spotify:episode:…` URI or link.
    track_id: ID,
    /// Which kind of collection, such as `beats`: 1 to 64 letters, digits, `.`, `_` or `-`, beginning
    /// with a letter or digit.
    #[graphql(name = "type")]
    kind: String,
    /// Any 32-bit integer of your own, such as that of the program or format that made the collection. The
    /// newest upload counts, whatever its version.
    version: i32,
    /// A JSON object, at most 100 levels deep, with no key twice in one object; else
    /// `BAD_USER_INPUT`. Send it as a variable: the request's body may then have
    /// `limits.uploadBytes` bytes. Its text is kept as it was sent, white space included.
    collection: Json,
}

/// What `uploadMetadata` gives.
#[derive(SimpleObject)]
pub(crate) struct UploadMetadataPayload {
    /// What is kept now. Uploading the very same once more gives the same record.
    metadata: Metadata,
}

impl UploadMetadataPayload {
    /// Judges the input and keeps it. Returns only once it is committed.
    pub(crate) async fn upload(ctx: &Context<'_>, input: UploadMetadataInput) -> Result<Self> {
        let track = track_key("input.trackId", &input.track_id)?;
        let kind = CollectionType::parse("input.type", &input.kind)?;
        let loaders = loaders(ctx)?;
        // Who is nobody has nothing judged.
        let viewer = loaders.viewer().await?;
        let content = collection::check(
            "input.collection",
            input.collection.text(),
            told_limits(ctx)?.upload_bytes,
        )
        .await?;
        let services = loaders.scope().services();
        let new = NewMetadata {
            key: MetadataKey {
                track_id: track.as_str().to_owned(),
                kind: kind.as_str().to_owned(),
            },
            version: input.version,
            content,
            created_at: services.clock.now(),
        };
        let person = &viewer.person.id;
        let kept = services.store.insert_metadata(person, new).await;
        if let Err(store::Error::NoPerson) = kept {
            // Whose bearer this is was remembered for longer than they were known.
            services.authenticator.forget_person(person).await;
        }
        let kept = kept?;
        Ok(Self {
            metadata: Metadata::new(kept, false),
        })
    }
}
