//! Asks for a playlist's entries together with the playlist, where it was seen before.
//!
//! What was seen tells the `snapshot_id` that the playlist had, and its length. As long as Spotify
//! answers with the same `snapshot_id`, the pages that were asked for meanwhile are those of that
//! snapshot, and one round trip was enough. If it answers with another, nobody asks for them.

use std::collections::HashSet;
use std::sync::Arc;

use super::flight;
use super::playlist_items::Key;
use super::{Loaders, ShownPlaylist};
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
    /// Whether the playlist's first page is among them.
    pub(super) fn has_first_page(&self) -> bool {
        self.start < SIZE && self.first > 0
    }
}

/// What was asked for.
pub(super) struct Prefetched {
    /// Of which snapshot they are to be.
    snapshot: Arc<str>,
    pages: u64,
}

impl Loaders {
    /// Begins to fetch the pages of these entries that are not kept, but for the first, which comes along
    /// with the playlist.
    pub(super) async fn prefetch(
        &self,
        id: &PlaylistId,
        wanted: &[WantedEntries],
    ) -> Option<Prefetched> {
        if wanted.is_empty() {
            return None;
        }
        let viewer = self.viewer().await.ok()?;
        let kept = self.scope.services().cache.playlists();
        let playlist = kept.last_seen(&viewer.owner, id)?;
        let (snapshot, total) = (playlist.snapshot_id.as_deref()?, playlist.total?);
        let snapshot: Arc<str> = snapshot.into();
        let pages = wanted.iter().flat_map(|entries| {
            let offsets = covering(entries.start, entries.first, Some(total));
            offsets.map(|offset| (offset, entries.fields))
        });
        let missing = |&(offset, fields): &(u32, EntryFields)| {
            let page = kept.kept_page(&viewer.owner, id, &snapshot, offset);
            offset > 0 && !page.is_some_and(|page| page.fields.contains(fields))
        };
        let missing: HashSet<(u32, EntryFields)> = pages.filter(missing).collect();
        for (offset, fields) in &missing {
            let key = Key::of_snapshot(id, &snapshot, *offset, *fields);
            // The loader keeps it; what comes of it is for who asks.
            let _flight = flight::begin(&self.items, key).await;
        }
        let pages = missing.len() as u64;
        Some(Prefetched { snapshot, pages })
    }

    /// Takes note of whether what was asked for is of use, now that the playlist is `shown`.
    pub(super) fn settle(&self, prefetched: &Prefetched, shown: Option<&ShownPlaylist>) {
        let snapshot = shown.and_then(|shown| shown.playlist.snapshot_id.as_deref());
        if snapshot != Some(&*prefetched.snapshot) {
            self.scope.forgive(prefetched.pages);
        }
    }
}
