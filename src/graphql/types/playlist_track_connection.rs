//! A playlist's entries, page by page.

use async_graphql::{Context, Object, SelectionField};

use super::{PageInfo, PlaylistItem, SpotifyUser};
use crate::graphql::cursor;
use crate::graphql::execution::Execution;
use crate::graphql::scalars::DateTime;
use crate::loaders::Slice;
use crate::spotify::{PlaylistEntry, PlaylistId};

pub(crate) struct PlaylistTrackConnection {
    playlist: PlaylistId,
    entries: Vec<(u32, PlaylistEntry)>,
    page_info_start: u32,
    has_next_page: bool,
    total: Option<u32>,
}

pub(super) struct PlaylistTrackEdge<'c> {
    playlist: &'c PlaylistId,
    position: u32,
    entry: &'c PlaylistEntry,
    /// How many look-ups its nodes are selected with.
    look_ups: usize,
}

/// A page of a playlist's entries, in the playlist's order.
#[Object]
impl PlaylistTrackConnection {
    /// The page's entries, each with its cursor and place.
    async fn edges(&self, ctx: &Context<'_>) -> Vec<PlaylistTrackEdge<'_>> {
        let selected = ctx.field();
        let nodes = selected.selection_set();
        let nodes = nodes.filter(|field| field.name() == "node");
        let look_ups = nodes.map(|node| look_ups(&node)).sum();
        let edge = |(position, entry)| PlaylistTrackEdge {
            playlist: &self.playlist,
            position,
            entry,
            look_ups,
        };
        let entries = self.entries.iter();
        entries
            .map(|(position, entry)| edge((*position, entry)))
            .collect()
    }

    /// The page's tracks and episodes alone; null in place of what Spotify has removed, of what is
    /// neither, and of what cannot be read.
    async fn nodes(&self, ctx: &Context<'_>) -> Vec<Option<Execution<PlaylistItem>>> {
        let look_ups = look_ups(&ctx.field());
        let entries = self.entries.iter();
        entries.map(|(_, entry)| node(entry, look_ups)).collect()
    }

    /// Where this page stands in the playlist.
    async fn page_info(&self) -> PageInfo {
        let cursor = |(position, _): &(u32, _)| cursor::encode(self.playlist.as_str(), *position);
        let ends = [self.entries.first(), self.entries.last()].map(|end| end.map(cursor));
        PageInfo::new(
            self.page_info_start,
            self.has_next_page,
            ends.iter().flatten(),
        )
    }

    /// How many entries the playlist has; null where Spotify does not say.
    async fn total_count(&self) -> Option<i32> {
        self.total.and_then(|total| i32::try_from(total).ok())
    }
}

/// An entry of a playlist: what stands there, and how it came there.
#[Object]
impl PlaylistTrackEdge<'_> {
    /// Pass it as `after` to continue after this entry.
    async fn cursor(&self) -> String {
        cursor::encode(self.playlist.as_str(), self.position)
    }

    /// The place in the playlist, from 0.
    async fn position(&self) -> i32 {
        i32::try_from(self.position).unwrap_or(i32::MAX)
    }

    /// When it was added; null where Spotify does not know, as in old playlists.
    async fn added_at(&self) -> Option<DateTime> {
        self.entry.added_at.map(DateTime)
    }

    /// Who added it; null where Spotify does not know, as in old playlists.
    async fn added_by(&self) -> Option<SpotifyUser<'_>> {
        self.entry.added_by.as_deref().map(SpotifyUser::from)
    }

    /// Whether it is a local file of the person who added it.
    async fn is_local(&self) -> bool {
        self.entry.is_local
    }

    /// The track or episode; null where Spotify has removed it, where it is neither, or where it cannot
    /// be read.
    async fn node(&self) -> Option<Execution<PlaylistItem>> {
        node(self.entry, self.look_ups)
    }
}

fn node(entry: &PlaylistEntry, look_ups: usize) -> Option<Execution<PlaylistItem>> {
    let item = entry.item.clone().map(PlaylistItem::from);
    item.map(|item| Execution::of(item, look_ups))
}

/// How many fields of an item are selected that wait for something.
fn look_ups(item: &SelectionField<'_>) -> usize {
    let fields = item.selection_set();
    fields.filter(|field| field.name() == "metadata").count()
}

impl PlaylistTrackConnection {
    /// The page that begins at position `start` of the playlist `id`.
    pub(crate) fn new(id: &PlaylistId, start: u32, slice: Slice<PlaylistEntry>) -> Self {
        Self {
            playlist: id.clone(),
            entries: slice.entries,
            page_info_start: start,
            has_next_page: slice.has_next,
            total: slice.total,
        }
    }
}
