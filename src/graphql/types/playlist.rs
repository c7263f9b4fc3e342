//! Playlists.

use std::sync::Arc;

use async_graphql::{Context, ID, InputType, Object, SelectionField, Value};

use super::image::images;
use super::{Image, PlaylistOwner, PlaylistTrackConnection};
use crate::graphql::entry_fields;
use crate::graphql::error::Result;
use crate::graphql::loaders;
use crate::graphql::paging::Paging;
use crate::graphql::scalars::Url;
use crate::loaders::{ShownPlaylist, WantedEntries};
use crate::spotify::{self, PlaylistId};

/// A playlist on Spotify.
pub(crate) struct Playlist {
    id: PlaylistId,
    shown: ShownPlaylist,
}

/// A playlist on Spotify. Its name, owner and pictures are given for any playlist that you may see;
/// its tracks only for those that you own or collaborate on.
#[Object]
impl Playlist {
    /// Spotify's id.
    async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// `spotify:playlist:…`
    async fn uri(&self) -> &str {
        &self.shown.playlist.uri
    }

    /// The title; may be empty.
    async fn name(&self) -> &str {
        &self.shown.playlist.name
    }

    /// What its owner says of it, as plain text; null where they say nothing.
    async fn description(&self) -> Option<&str> {
        self.shown.playlist.description.as_deref()
    }

    /// Whether it shows on its owner's profile; null where Spotify does not say.
    async fn public(&self) -> Option<bool> {
        self.shown.playlist.public
    }

    /// Whether others than its owner may change it.
    async fn collaborative(&self) -> bool {
        self.shown.playlist.collaborative
    }

    /// Changes whenever the playlist's content does.
    async fn snapshot_id(&self) -> Option<&str> {
        self.shown.playlist.snapshot_id.as_deref()
    }

    /// The page on open.spotify.com.
    async fn external_url(&self) -> Option<Url> {
        self.shown.playlist.external_url.clone().map(Url)
    }

    /// The pictures, the largest first; may be empty. Their addresses expire within a day.
    async fn images(&self) -> Vec<Image> {
        images(&self.shown.playlist.images)
    }

    /// Whose it is.
    async fn owner(&self) -> Option<PlaylistOwner> {
        self.shown.playlist.owner.as_ref().map(PlaylistOwner::from)
    }

    /// How many entries it has, told without fetching any. Of a playlist that you neither own nor
    /// collaborate on, Spotify tells it in `Me.playlists` alone: in `Query.playlist` it is null.
    async fn track_count(&self) -> Option<i32> {
        self.shown
            .playlist
            .total
            .and_then(|total| i32::try_from(total).ok())
    }

    /// The entries, page by page: ask again with `after` set to `pageInfo.endCursor` while
    /// `pageInfo.hasNextPage`. A cursor is a place, and places shift when the playlist is edited
    /// between two pages: select `snapshotId` with each page, and begin anew when it changes. Null,
    /// with an error of code `FORBIDDEN`, for a playlist that you neither own nor collaborate on:
    /// Spotify keeps its tracks from you.
    async fn tracks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at the most, from 0 to 1000; 50 where it is not said.")]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this playlist: the page begins behind it.")] after: Option<
            String,
        >,
    ) -> Option<Result<PlaylistTrackConnection>> {
        Some(self.page(ctx, first, after.as_deref()).await)
    }
}

impl Playlist {
    /// One of a list of Spotify's; `None` where it bears no playlist's id. Costs nothing.
    pub(crate) fn listed(content: Arc<spotify::Playlist>) -> Option<Self> {
        let id = PlaylistId::parse(&content.id)?;
        let shown = ShownPlaylist::listed(content);
        Some(Self { id, shown })
    }

    /// Asks Spotify. `None`: there is none of that id.
    pub(crate) async fn fetch(ctx: &Context<'_>, id: PlaylistId) -> Result<Option<Self>> {
        let wanted = wanted_entries(ctx, &id);
        let shown = loaders(ctx)?.playlist(id.clone(), &wanted).await?;
        Ok(shown.map(|shown| Self { id, shown }))
    }

    async fn page(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<&str>,
    ) -> Result<PlaylistTrackConnection> {
        let wanted = wanted(&ctx.field(), &self.id, first, after)?;
        let slice = loaders(ctx)?
            .playlist_items(&self.id, &self.shown, wanted)
            .await?;
        Ok(PlaylistTrackConnection::new(&self.id, wanted.start, slice))
    }
}

/// The entries that a selection of `tracks` asks for.
fn wanted(
    tracks: &SelectionField<'_>,
    id: &PlaylistId,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<WantedEntries> {
    let Paging { start, first } = Paging::new(first, after, id.as_str())?;
    let fields = entry_fields::selected(tracks);
    Ok(WantedEntries {
        start,
        first,
        fields,
    })
}

/// The entries that the selections of the playlist are going to ask for. Those whose arguments are
/// wrong say so when it is their turn.
fn wanted_entries(ctx: &Context<'_>, id: &PlaylistId) -> Vec<WantedEntries> {
    let field = ctx.field();
    let selections = field.selection_set();
    let tracks = selections.filter(|selection| selection.name() == "tracks");
    tracks
        .filter_map(|tracks| {
            let arguments = tracks.arguments().ok()?;
            let argument = |name| {
                let mut arguments = arguments.iter();
                let given = arguments.find(|(given, _)| given == name);
                given.map_or(Value::Null, |(_, value)| value.clone())
            };
            let first = Option::<i32>::parse(Some(argument("first"))).ok()?;
            let after = Option::<String>::parse(Some(argument("after"))).ok()?;
            wanted(&tracks, id, first, after.as_deref()).ok()
        })
        .collect()
}
