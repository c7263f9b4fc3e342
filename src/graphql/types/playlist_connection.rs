//! The caller's playlists, page by page.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};

use super::{PageInfo, Playlist};
use crate::graphql::cursor;
use crate::loaders::Slice;
use crate::spotify;

pub(crate) struct PlaylistConnection {
    edges: Vec<PlaylistEdge>,
    page_info_start: u32,
    has_next_page: bool,
    total: Option<u32>,
}

/// One of your playlists, and its place among them.
#[derive(SimpleObject)]
pub(super) struct PlaylistEdge {
    /// Pass it as `after` to continue after this playlist.
    cursor: String,
    /// The playlist; null where Spotify gives none.
    node: Option<Playlist>,
}

/// A page of your playlists, in the order of your Spotify library.
#[Object]
impl PlaylistConnection {
    /// The page's playlists, each with its cursor.
    async fn edges(&self) -> &[PlaylistEdge] {
        &self.edges
    }

    /// The page's playlists alone.
    async fn nodes(&self) -> Vec<Option<&Playlist>> {
        self.edges.iter().map(|edge| edge.node.as_ref()).collect()
    }

    /// Where this page stands among your playlists.
    async fn page_info(&self) -> PageInfo {
        let cursors = self.edges.iter().map(|edge| &edge.cursor);
        PageInfo::new(self.page_info_start, self.has_next_page, cursors)
    }

    /// How many playlists you have; null where Spotify does not say.
    async fn total_count(&self) -> Option<i32> {
        self.total.and_then(|total| i32::try_from(total).ok())
    }
}

impl PlaylistConnection {
    /// What its cursors are bound to.
    pub(crate) const LIST: &str = "me.playlists";

    /// The page that begins at position `start`.
    pub(crate) fn new(start: u32, slice: Slice<Option<Arc<spotify::Playlist>>>) -> Self {
        let edge = |(position, playlist): (u32, Option<Arc<spotify::Playlist>>)| PlaylistEdge {
            cursor: cursor::encode(Self::LIST, position),
            node: playlist.and_then(Playlist::listed),
        };
        Self {
            edges: slice.entries.into_iter().map(edge).collect(),
            page_info_start: start,
            has_next_page: slice.has_next,
            total: slice.total,
        }
    }
}
