//! A playlist's entries, page by page.

use async_graphql::{Object, SimpleObject};

use super::{PageInfo, PlaylistItem, SpotifyUser};
use crate::graphql::cursor;
use crate::graphql::scalars::DateTime;
use crate::loaders::Slice;
use crate::spotify::{PlaylistEntry, PlaylistId};

/// A page of a playlist's entries, in the playlist's order.
pub(crate) struct PlaylistTrackConnection {
    edges: Vec<PlaylistTrackEdge>,
    page_info_start: u32,
    has_next_page: bool,
    total: Option<u32>,
}

/// An entry of a playlist: what stands there, and how it came there.
#[derive(SimpleObject)]
pub(super) struct PlaylistTrackEdge {
    /// Give it as `after` to go on behind this entry.
    cursor: String,
    /// The place in the playlist, from 0.
    position: i32,
    /// When it was added; null in old playlists.
    added_at: Option<DateTime>,
    /// Who added it; null in old playlists.
    added_by: Option<SpotifyUser>,
    /// Whether it is a local file of the person who added it.
    is_local: bool,
    /// The track or episode; null where Spotify has removed it.
    node: Option<PlaylistItem>,
}

/// A page of a playlist's entries, in the playlist's order.
#[Object]
impl PlaylistTrackConnection {
    /// The page's entries, each with its cursor and place.
    async fn edges(&self) -> &[PlaylistTrackEdge] {
        &self.edges
    }

    /// The page's tracks and episodes alone; null in place of what Spotify has removed.
    async fn nodes(&self) -> Vec<Option<&PlaylistItem>> {
        self.edges.iter().map(|edge| edge.node.as_ref()).collect()
    }

    /// Where this page stands in the playlist.
    async fn page_info(&self) -> PageInfo {
        let cursors = self.edges.iter().map(|edge| &edge.cursor);
        PageInfo::new(self.page_info_start, self.has_next_page, cursors)
    }

    /// How many entries the playlist has.
    async fn total_count(&self) -> Option<i32> {
        self.total.and_then(|total| i32::try_from(total).ok())
    }
}

impl PlaylistTrackConnection {
    /// The page that begins at position `start` of the playlist `id`.
    pub(crate) fn new(id: &PlaylistId, start: u32, slice: Slice<PlaylistEntry>) -> Self {
        let edge = |(position, entry): (u32, PlaylistEntry)| PlaylistTrackEdge {
            cursor: cursor::encode(id.as_str(), position),
            position: i32::try_from(position).unwrap_or(i32::MAX),
            added_at: entry.added_at.map(DateTime),
            added_by: entry.added_by.as_deref().map(SpotifyUser::from),
            is_local: entry.is_local,
            node: entry.item.map(PlaylistItem::from),
        };
        Self {
            edges: slice.entries.into_iter().map(edge).collect(),
            page_info_start: start,
            has_next_page: slice.has_next,
            total: slice.total,
        }
    }
}
