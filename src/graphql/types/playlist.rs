//! Playlists.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SelectionField, Value};

use super::image::images;
use super::{Image, PlaylistOwner, PlaylistTrackConnection};
use crate::graphql::entry_fields;
use crate::graphql::error::Result;
use crate::graphql::loaders;
use crate::graphql::paging::Paging;
use crate::graphql::scalars::Url;
use crate::loaders::ShownPlaylist;
use crate::spotify::{self, EntryFields, PlaylistId};

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

    /// The title.
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

    /// How many entries it has, told without fetching any; null where Spotify keeps them from you.
    async fn track_count(&self) -> Option<i32> {
        self.shown
            .playlist
            .total
            .and_then(|total| i32::try_from(total).ok())
    }

    /// The entries, page by page: ask again with `after` set to `pageInfo.endCursor` while
    /// `pageInfo.hasNextPage`. Null, with an error of code `FORBIDDEN`, for a playlist that you
    /// neither own nor collaborate on: Spotify keeps its tracks from you.
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
        let id = PlaylistId::parse(&content.id).ok()?;
        let shown = ShownPlaylist::listed(content);
        Some(Self { id, shown })
    }

    /// Asks Spotify. `None`: there is none of that id.
    pub(crate) async fn fetch(ctx: &Context<'_>, id: PlaylistId) -> Result<Option<Self>> {
        let opened = wanted_of_first_entries(ctx);
        let shown = loaders(ctx)?.playlist(id.clone(), opened).await?;
        Ok(shown.map(|shown| Self { id, shown }))
    }

    async fn page(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<&str>,
    ) -> Result<PlaylistTrackConnection> {
        let paging = Paging::new(first, after, self.id.as_str())?;
        let fields = entry_fields::selected(&ctx.field());
        let slice = loaders(ctx)?
            .playlist_items(&self.id, &self.shown, paging.start, paging.first, fields)
            .await?;
        Ok(PlaylistTrackConnection::new(&self.id, paging.start, slice))
    }
}

/// What the field's selections want of the first entries; `None` where they do not begin with those.
fn wanted_of_first_entries(ctx: &Context<'_>) -> Option<EntryFields> {
    let argument = |field: &SelectionField<'_>, name: &str| {
        let arguments = field.arguments().unwrap_or_default();
        let given = arguments.into_iter().find(|(given, _)| given == name);
        given.map(|(_, value)| value)
    };
    let field = ctx.field();
    let tracks = field
        .selection_set()
        .filter(|field| field.name() == "tracks");
    let from_the_start = tracks.filter(|tracks| {
        let from_the_start = argument(tracks, "after").is_none_or(|after| after == Value::Null);
        let none = argument(tracks, "first") == Some(Value::from(0));
        from_the_start && !none
    });
    from_the_start
        .map(|tracks| entry_fields::selected(&tracks))
        .reduce(EntryFields::union)
}
