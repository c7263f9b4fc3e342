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
    /// The pages of these entries that are not kept, of the snapshot that the playlist was last seen with.
    /// `None`: which those are is not known.
    pub(super) async fn missing(
        &self,
        id: &PlaylistId,
        wanted: &[WantedEntries],
    ) -> Option<Vec<Key>> {
        if wanted.is_empty() {
            return Some(Vec::new());
        }
        let owner = &self.viewer().await.ok()?.owner;
        let kept = self.scope.services().cache.playlists();
        let playlist = kept.last_seen(owner, id)?;
        let (snapshot, total) = (playlist.snapshot_id.as_deref()?, playlist.total?);
        let shared: Arc<str> = snapshot.into();
        let mut missing = Vec::new();
        for entries in wanted {
            let fields = entries.fields;
            let offsets = entries
                .offsets(total)
                .filter(|offset| !kept.has_page(owner, id, snapshot, *offset, fields));
            missing.extend(offsets.map(|offset| Key::of_snapshot(id, &shared, offset, fields)));
        }
        Some(missing)
    }

    /// Begins to fetch these pages, but for the first, which comes along with the playlist.
    pub(super) async fn prefetch(&self, missing: Vec<Key>) {
        for key in missing.into_iter().filter(|key| !key.is_first()) {
            // The loader keeps it; what comes of it is for who asks.
            let _flight = flight::begin(self.items(), key).await;
        }
    }
}
