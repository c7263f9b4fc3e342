//! What Spotify said of playlists. A page belongs to the snapshot that it was read of: while a
//! playlist's `snapshot_id` is the same, so are its pages.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;

use super::owner::Owner;
use super::tickets::Ticket;
use crate::clock::Clock;
use crate::config;
use crate::metrics::{Lookups, Metrics};
use crate::spotify::{EntryFields, Page, Playlist, PlaylistEntry, PlaylistId};
use crate::store::PersonId;

/// Spotify's content is kept no longer than this, changed or not.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(3600);

/// One part in so many of the memory is for the playlists themselves, the rest for their pages.
const PLAYLISTS_PART: u64 = 16;

/// A page of a playlist's entries, shared by whoever needs it.
#[derive(Clone, Debug)]
pub struct EntryPage {
    /// The entries.
    pub page: Arc<Page<PlaylistEntry>>,
    /// What of them was asked for.
    pub fields: EntryFields,
}

/// Playlists and their pages.
pub struct Playlists {
    kept: Option<Kept>,
    freshness: TimeDelta,
    clock: Clock,
    playlist_lookups: Lookups,
    page_lookups: Lookups,
}

struct Kept {
    seen: Cache<(Arc<Owner>, PlaylistId), SeenPlaylist>,
    pages: Cache<PageKey, EntryPage>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct PageKey {
    owner: Arc<Owner>,
    playlist: PlaylistId,
    snapshot: Arc<str>,
    offset: u32,
}

/// A playlist as it was seen last.
#[derive(Clone, Debug)]
struct SeenPlaylist {
    playlist: Arc<Playlist>,
    /// Before it was asked for. `None`: it only stood in a list.
    asked_at: Option<DateTime<Utc>>,
}

impl Playlists {
    pub(super) fn new(config: &config::Cache, clock: Clock, metrics: &Metrics) -> Self {
        let bytes = config.bytes / 2;
        let kept = (bytes > 0).then(|| Kept {
            seen: Cache::builder()
                .max_capacity(bytes / PLAYLISTS_PART)
                .weigher(|_, seen: &SeenPlaylist| weight(seen.playlist.bytes()))
                .time_to_live(LONGEST)
                .support_invalidation_closures()
                .build(),
            pages: Cache::builder()
                .max_capacity(bytes - bytes / PLAYLISTS_PART)
                .weigher(|_, page: &EntryPage| weight(page.page.bytes()))
                .time_to_live(LONGEST)
                .support_invalidation_closures()
                .build(),
        });
        let freshness = config.playlist_freshness;
        Self {
            kept,
            freshness: TimeDelta::from_std(freshness).unwrap_or(TimeDelta::zero()),
            clock,
            playlist_lookups: metrics.cache_lookups("playlists"),
            page_lookups: metrics.cache_lookups("pages"),
        }
    }

    /// The playlist, if it was asked for so lately that it need not be asked for again.
    #[must_use]
    pub fn fresh(&self, owner: &Arc<Owner>, id: &PlaylistId) -> Option<Arc<Playlist>> {
        if self.freshness.is_zero() {
            return None;
        }
        let seen = self.kept.as_ref()?.seen.get(&(owner.clone(), id.clone()));
        let fresh = seen.filter(|seen| self.is_fresh(seen));
        self.playlist_lookups.count(fresh.is_some());
        fresh.map(|seen| seen.playlist)
    }

    fn is_fresh(&self, seen: &SeenPlaylist) -> bool {
        // A clock that was set back knows nothing of how old it is.
        let now = self.clock.now();
        seen.asked_at
            .is_some_and(|asked_at| (asked_at..asked_at + self.freshness).contains(&now))
    }

    /// The playlist as it was seen last, in a list or by itself. It may have changed since, and whether
    /// the person may still see it is not said.
    #[must_use]
    pub fn last_seen(&self, owner: &Arc<Owner>, id: &PlaylistId) -> Option<Arc<Playlist>> {
        let seen = self.kept.as_ref()?.seen.get(&(owner.clone(), id.clone()))?;
        Some(seen.playlist)
    }

    /// Whether these fields of the playlist's first page are kept, of the snapshot that was seen last.
    #[must_use]
    pub fn has_first_page(&self, owner: &Arc<Owner>, id: &PlaylistId, wanted: EntryFields) -> bool {
        let seen = self.last_seen(owner, id);
        let snapshot = seen.as_ref().and_then(|seen| seen.snapshot_id.as_deref());
        snapshot.is_some_and(|snapshot| self.has_page(owner, id, snapshot, 0, wanted))
    }

    /// Whether these fields of a page of that snapshot are kept.
    #[must_use]
    pub fn has_page(
        &self,
        owner: &Arc<Owner>,
        id: &PlaylistId,
        snapshot: &str,
        offset: u32,
        wanted: EntryFields,
    ) -> bool {
        let page = self.kept_page(owner, id, snapshot, offset);
        page.is_some_and(|page| page.fields.contains(wanted))
    }

    /// A page of that snapshot, with the fields that were asked for when it was read.
    #[must_use]
    pub fn kept_page(
        &self,
        owner: &Arc<Owner>,
        id: &PlaylistId,
        snapshot: &str,
        offset: u32,
    ) -> Option<EntryPage> {
        let kept = self.kept.as_ref()?;
        kept.pages.get(&key(owner, id, snapshot, offset))
    }

    /// These fields of a page of that snapshot. Only for who is known to see the playlist's entries
    /// still.
    #[must_use]
    pub fn page(
        &self,
        owner: &Arc<Owner>,
        id: &PlaylistId,
        snapshot: &str,
        offset: u32,
        wanted: EntryFields,
    ) -> Option<EntryPage> {
        self.kept.as_ref()?;
        let page = self.kept_page(owner, id, snapshot, offset);
        let page = page.filter(|page| page.fields.contains(wanted));
        self.page_lookups.count(page.is_some());
        page
    }

    /// Keeps a playlist that was asked for after `asked_at`; one that only stood in a list (`None`), unless
    /// more is known of it.
    pub fn keep(
        &self,
        ticket: Ticket<'_>,
        owner: &Arc<Owner>,
        id: &PlaylistId,
        playlist: Arc<Playlist>,
        asked_at: Option<DateTime<Utc>>,
    ) {
        let Some(kept) = &self.kept else { return };
        let key = (owner.clone(), id.clone());
        let knows_more = |known: SeenPlaylist| {
            self.is_fresh(&known) || known.playlist.snapshot_id == playlist.snapshot_id
        };
        let known = kept.seen.get(&key);
        let is_older = match asked_at {
            // Two that were asked for at about the same time may be told in the other order.
            Some(asked_at) => {
                known.is_some_and(|known| known.asked_at > Some(asked_at) && self.is_fresh(&known))
            }
            None => known.is_some_and(knows_more),
        };
        if is_older {
            return;
        }
        let seen = SeenPlaylist { playlist, asked_at };
        ticket.keep(
            || kept.seen.insert(key.clone(), seen),
            || kept.seen.invalidate(&key),
        );
    }

    /// Keeps a page of a snapshot.
    pub fn keep_page(
        &self,
        ticket: Ticket<'_>,
        owner: &Arc<Owner>,
        id: &PlaylistId,
        snapshot: &str,
        page: &EntryPage,
    ) {
        let Some(kept) = &self.kept else { return };
        let key = key(owner, id, snapshot, page.page.offset);
        ticket.keep(
            || kept.pages.insert(key.clone(), page.clone()),
            || kept.pages.invalidate(&key),
        );
    }

    /// Forgets a playlist that Spotify does not show any more. Without it, its pages are given to
    /// nobody.
    pub fn forget(&self, owner: &Arc<Owner>, id: &PlaylistId) {
        if let Some(kept) = &self.kept {
            kept.seen.invalidate(&(owner.clone(), id.clone()));
        }
    }

    pub(super) fn forget_person(&self, person: &PersonId) {
        let Some(kept) = &self.kept else { return };
        // Entries that are to go are hidden at once, and removed in the background.
        let of = person.clone();
        let seen = kept
            .seen
            .invalidate_entries_if(move |(owner, _), _| owner.person == of);
        let of = person.clone();
        let pages = kept
            .pages
            .invalidate_entries_if(move |key, _| key.owner.person == of);
        debug_assert!(seen.is_ok() && pages.is_ok(), "the caches support it");
    }

    /// How many pages and bytes are kept.
    pub(super) fn size(&self) -> (u64, u64) {
        self.kept.as_ref().map_or((0, 0), |kept| {
            (
                kept.pages.entry_count(),
                kept.pages.weighted_size() + kept.seen.weighted_size(),
            )
        })
    }
}

fn key(owner: &Arc<Owner>, id: &PlaylistId, snapshot: &str, offset: u32) -> PageKey {
    PageKey {
        owner: owner.clone(),
        playlist: id.clone(),
        snapshot: snapshot.into(),
        offset,
    }
}

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::tickets::Tickets;

    #[test]
    fn what_was_asked_for_earlier_does_not_take_the_place_of_what_was_asked_for_later() {
        let clock = Clock::system();
        let kept = Playlists::new(&config::Cache::default(), clock.clone(), &Metrics::new());
        let (tickets, person) = (Tickets::default(), PersonId::new());
        let id = PlaylistId::parse("37i9dQZF1DXcBWIGoYBM5M").unwrap();
        let bearer = None;
        let owner = Arc::new(Owner { person, bearer });
        let keep = |snapshot: &str, asked_at: Option<DateTime<Utc>>| {
            let snapshot_id = Some(snapshot.to_owned());
            let playlist = Playlist {
                snapshot_id,
                ..Playlist::default()
            };
            let ticket = tickets.take(&owner.person);
            kept.keep(ticket, &owner, &id, playlist.into(), asked_at);
            kept.last_seen(&owner, &id).unwrap().snapshot_id.clone()
        };
        let now = clock.now();
        let earlier = now - TimeDelta::seconds(1);
        assert_eq!(keep("listed", None).as_deref(), Some("listed"));
        assert_eq!(keep("new", Some(now)).as_deref(), Some("new"));
        assert_eq!(keep("old", Some(earlier)).as_deref(), Some("new"));
        assert_eq!(keep("listed", None).as_deref(), Some("new"));
        assert_eq!(keep("newer", Some(now)).as_deref(), Some("newer"));
    }
}
