//! Tracks.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{Album, Artist, Metadata};
use crate::graphql::boxed::Boxed;
use crate::graphql::collection_type::CollectionType;
use crate::graphql::error::Result;
use crate::graphql::scalars::Url;
use crate::spotify::{self, TrackKey};

pub(crate) struct Track(pub(crate) Arc<spotify::Track>);

/// A track: a song, or a local file that somebody put into a playlist.
#[Object]
impl Track {
    /// Spotify's id; null for a local file, which is told by its `uri`.
    pub async fn id(&self) -> Option<ID> {
        self.0.id.clone().map(ID)
    }

    /// `spotify:track:…`, or `spotify:local:…` for a local file.
    pub async fn uri(&self) -> &str {
        &self.0.uri
    }

    /// The title; may be empty.
    pub async fn name(&self) -> &str {
        &self.0.name
    }

    /// The length in milliseconds; 0 where Spotify does not say.
    pub async fn duration_ms(&self) -> i32 {
        self.0.duration_ms
    }

    /// Whether Spotify marks it as explicit.
    pub async fn explicit(&self) -> bool {
        self.0.explicit
    }

    /// The page on open.spotify.com; null for a local file.
    pub async fn external_url(&self) -> Option<Url> {
        self.0.external_url.clone().map(Url)
    }

    /// Who made it, the main artist first.
    async fn artists(&self) -> Vec<Artist<'_>> {
        self.0.artists.iter().map(Artist::from).collect()
    }

    /// What it was published on.
    async fn album(&self) -> Option<Album<'_>> {
        self.0.album.as_ref().map(Album::from)
    }

    /// Which disc of the album, from 1; null for a local file.
    async fn disc_number(&self) -> Option<i32> {
        self.0.disc_number
    }

    /// Which track of the disc, from 1; null for a local file.
    async fn track_number(&self) -> Option<i32> {
        self.0.track_number
    }

    /// The International Standard Recording Code; null where Spotify does not say.
    async fn isrc(&self) -> Option<&str> {
        self.0.isrc.as_deref()
    }

    /// Whether it can be played; hardly ever told, so do not rely on it. Spotify says so for one market,
    /// and might then give another track in this one's place, so this server names none. Null where
    /// Spotify does not say.
    async fn is_playable(&self) -> Option<bool> {
        self.0.is_playable
    }

    /// What you uploaded for this track, the newest of that type; null where there is none. For a
    /// whole page of tracks this costs one look-up.
    async fn metadata(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            name = "type",
            default = "beats",
            desc = "Which of the track's metadata collections: 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit."
        )]
        kind: String,
    ) -> Boxed<Option<Result<Metadata>>> {
        Boxed(Box::pin(self.newest(ctx, &kind)).await)
    }
}

impl Track {
    async fn newest(&self, ctx: &Context<'_>, kind: &str) -> Option<Result<Metadata>> {
        let kind = match CollectionType::parse("type", kind) {
            Ok(kind) => kind,
            Err(error) => return Some(Err(error)),
        };
        // What Spotify gave no usable name, nobody can have uploaded for.
        let track = TrackKey::parse(self.0.id.as_deref().unwrap_or(&self.0.uri))?;
        Metadata::newest(ctx, &track, &kind).await.transpose()
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::ContainerType;

    use super::*;

    /// In bytes. What async-graphql adds to it makes 1024; a little more would take the allocator's next size.
    const SMALL: usize = 512;

    fn size<F: Future>(_: impl Fn(&'static Track, &'static Context<'static>) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn what_a_field_waits_for_takes_little_memory() {
        let size = size(|track, ctx| track.resolve_field(ctx));
        assert!(size <= SMALL, "{size}");
    }
}
