//! Asks for a playlist's entries together with the playlist, where it was seen before.
//!
//! What was seen tells the `snapshot_id` that the playlist had, and its length. As long as Spotify
//! answers with the same `snapshot_id`, the pages that were asked for meanwhile are those of that
//! snapshot, and one round trip was enough. If it answers with another, nobody asks for them.

use std::sync::Arc;

use super::Loaders;
use super::flight;
use super::playlist_items::Key;
use crate::spotify::page::{SIZE, covering};
use crate::spotify::{EntryFields, PlaylistId};

/// Entries of a playlist that a query selects.
#[derive(Clone, Copy, Debug)]
pub struct WantedEntries {
    /// The position of the first, from 0.
    pub start: u32,
    /// How many at the most.
    pub first: u32,
    /// What of each.
    pub fields: EntryFields,
}

impl WantedEntries {
    /// Where the pages begin that are read for them, in a playlist that is told to be so long. It is one at
    /// least, unless there is nothing to read: that the playlist is longer shows only by asking.
    fn offsets(&self, total: u32) -> impl Iterator<Item = u32> + use<> {
        let first_page = self.start / SIZE * SIZE;
        let beyond = first_page.saturating_add(1);
        let length = match (self.first, total) {
            (0, _) | (_, 0) => 0,
            (first, _) => self.start.saturating_add(first).max(beyond) - first_page,
        };
        covering(first_page, length, Some(total.max(beyond)))
    }

    /// Whether the playlist's first page is among them.
    pub(super) fn has_first_page(&self) -> bool {
        self.start < SIZE && self.first > 0
    }
}

impl Loaders {
    /// Whether all pages of these entries are kept, of the snapshot that the playlist was last seen with.
    pub(super) async fn are_kept(&self, id: &PlaylistId, wanted: &[WantedEntries]) -> bool {
        if wanted.is_empty() {
            return true;
        }
        let Ok(viewer) = self.viewer().await else {
            return false;
        };
        let kept = self.scope.services().cache.playlists();
        let Some(playlist) = kept.last_seen(&viewer.owner, id) else {
            return false;
        };
        let (Some(snapshot), Some(total)) = (&playlist.snapshot_id, playlist.total) else {
            return false;
        };
        wanted.iter().all(|entries| {
            let mut offsets = entries.offsets(total);
            offsets.all(|offset| kept.has_page(&viewer.owner, id, snapshot, offset, entries.fields))
        })
    }

    /// Begins to fetch the pages of these entries, but for the first, which comes along with the
    /// playlist.
    pub(super) async fn prefetch(&self, id: &PlaylistId, wanted: &[WantedEntries]) {
        if wanted.is_empty() {
            return;
        }
        let Ok(viewer) = self.viewer().await else {
            return;
        };
        let kept = self.scope.services().cache.playlists();
        let Some(playlist) = kept.last_seen(&viewer.owner, id) else {
            return;
        };
        let (Some(snapshot), Some(total)) = (&playlist.snapshot_id, playlist.total) else {
            return;
        };
        let snapshot: Arc<str> = snapshot.as_str().into();
        for entries in wanted {
            for offset in entries.offsets(total).filter(|offset| *offset > 0) {
                let key = Key::of_snapshot(id, &snapshot, offset, entries.fields);
                // The loader keeps it; what comes of it is for who asks.
                let _flight = flight::begin(&self.items, key).await;
            }
        }
    }
}
