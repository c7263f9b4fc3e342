//! One request's window on Spotify and the store: each thing is asked for once, and things of a
//! kind together. Never shared between requests, for they carry one caller's authority; what is under
//! way for the same caller in another request is joined, and what was kept for them is used.

mod flight;
mod flights;
mod history;
mod history_length;
mod library;
mod metadata;
mod meter;
mod playlist;
mod playlist_items;
mod prefetch;
mod profile;
mod reach;
mod scope;
mod slice;
mod under_way;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use history::WantedHistory;
pub use metadata::WantedMetadata;
pub use meter::Meter;
pub use playlist::ShownPlaylist;
pub use prefetch::WantedEntries;
pub use scope::{Scope, Services};
pub use slice::Slice;
pub use under_way::UnderWay;

use self::flight::FlightLoader;
use crate::auth::{Error, Viewer};
use crate::spotify::{EntryFields, PlaylistId};
use crate::store::{self, MetadataKey, UploadPage};

/// How long an answer waits for a profile that could be newer.
const PROFILE_PATIENCE: Duration = Duration::from_secs(2);

/// A loader that does not know a key it was given is a bug of its batch.
const LEFT_OUT: Error = Error::Internal("a loader left a key out");

/// The loaders of one request. Each is made at its first use: most requests use one or two.
pub struct Loaders {
    scope: Arc<Scope>,
    profile: Lazy<(), profile::Outcome, profile::Batch>,
    playlists: Lazy<playlist::Key, playlist::Outcome, playlist::Batch>,
    items: Lazy<playlist_items::Key, playlist_items::Outcome, playlist_items::Batch>,
    library: Lazy<library::Key, library::Outcome, library::Batch>,
    metadata: Lazy<WantedMetadata, metadata::Outcome, metadata::Batch>,
    histories: Lazy<WantedHistory, history::Outcome, history::Batch>,
    history_lengths: Lazy<MetadataKey, history_length::Outcome, history_length::Batch>,
}

type Lazy<K, T, B> = OnceLock<FlightLoader<K, T, B>>;

impl Loaders {
    /// Empty loaders for a request of `scope`.
    #[must_use]
    pub fn new(scope: Arc<Scope>) -> Self {
        Self {
            scope,
            profile: OnceLock::new(),
            playlists: OnceLock::new(),
            items: OnceLock::new(),
            library: OnceLock::new(),
            metadata: OnceLock::new(),
            histories: OnceLock::new(),
            history_lengths: OnceLock::new(),
        }
    }

    /// The caller.
    ///
    /// # Errors
    /// Where there is none, or they cannot be known.
    pub async fn viewer(&self) -> Result<Arc<Viewer>, Error> {
        self.scope.viewer().await
    }

    /// What the request runs in.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The caller with a profile that is not older than a day, if Spotify can be asked for it; else
    /// with the one that is stored.
    ///
    /// # Errors
    /// As [`Loaders::viewer`].
    pub async fn me(&self) -> Result<Arc<Viewer>, Error> {
        let viewer = self.viewer().await?;
        if viewer.person.is_recent(self.scope.now()) {
            return Ok(viewer);
        }
        let profile = || flight::loader(profile::Batch(self.scope.clone()));
        let asked = flight::outcome(self.profile.get_or_init(profile), ());
        match tokio::time::timeout(PROFILE_PATIENCE, asked).await {
            Ok(Ok(viewer)) => Ok(viewer),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a stored profile could not be renewed");
                Ok(viewer)
            }
            Err(_) => Ok(viewer),
        }
    }

    /// A playlist. `wanted`: the entries that are going to be asked for next; what can be fetched of them
    /// together with the playlist is. `None`: there is none of that id.
    ///
    /// # Errors
    /// Spotify's and the caller's.
    pub async fn playlist(
        &self,
        id: PlaylistId,
        wanted: &[WantedEntries],
    ) -> Result<Option<ShownPlaylist>, Error> {
        let with_first_page = wanted.iter().filter(|entries| entries.has_first_page());
        let opened = with_first_page
            .map(|entries| entries.fields)
            .reduce(EntryFields::union);
        let missing = self.missing(&id, wanted).await;
        let reads = missing.as_ref().is_none_or(|missing| !missing.is_empty());
        let key = playlist::Key { id, opened, reads };
        // Selections of one playlist come right after another: one call is to serve them all.
        let playlists =
            || flight::loader(playlist::Batch::new(self.scope.clone())).with_yield_count(1);
        let playlist = flight::outcome(self.playlists.get_or_init(playlists), key);
        let prefetch = self.prefetch(missing.unwrap_or_default());
        let (playlist, ()) = tokio::join!(playlist, prefetch);
        playlist
    }

    /// The caller's newest metadata for one track and type.
    ///
    /// # Errors
    /// The store's and the caller's.
    pub async fn metadata(
        &self,
        wanted: WantedMetadata,
    ) -> Result<Option<Arc<store::Metadata>>, Error> {
        let key = wanted.key.clone();
        let metadata = || flight::gathering(metadata::Batch(self.scope.clone()));
        let found = flight::outcome(self.metadata.get_or_init(metadata), wanted).await?;
        Ok(found.get(&key).cloned())
    }

    /// A page of the caller's uploads for one track and type.
    ///
    /// # Errors
    /// The store's and the caller's.
    pub async fn history(&self, wanted: WantedHistory) -> Result<UploadPage, Error> {
        let key = wanted.key.clone();
        let histories = || flight::gathering(history::Batch(self.scope.clone()));
        let found = flight::outcome(self.histories.get_or_init(histories), wanted).await?;
        Ok(found.get(&key).cloned().unwrap_or_default())
    }

    /// How many uploads the caller has for one track and type.
    ///
    /// # Errors
    /// The store's and the caller's.
    pub async fn history_length(&self, key: &MetadataKey) -> Result<i64, Error> {
        let lengths = || flight::gathering(history_length::Batch(self.scope.clone()));
        let lengths = self.history_lengths.get_or_init(lengths);
        let counted = flight::outcome(lengths, key.clone()).await?;
        Ok(counted.get(key).copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::PersonId;

    /// In bytes. The future of each field of a type has room for that of its largest resolver, and a
    /// response has thousands of fields.
    const SMALL: usize = 768;

    fn size<F: Future>(_: impl Fn(&'static Loaders) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn what_resolvers_wait_for_takes_little_memory() {
        let wanted = || WantedMetadata {
            key: MetadataKey {
                track_id: String::new(),
                kind: String::new(),
            },
            content: false,
        };
        let person = || -> &PersonId { unreachable!("nothing is called") };
        let sizes = [
            ("viewer", size(Loaders::viewer)),
            ("me", size(Loaders::me)),
            ("metadata", size(|loaders| loaders.metadata(wanted()))),
            ("library", size(|loaders| loaders.library(0, 0))),
            (
                "the store's",
                size(|loaders| {
                    let scope = loaders.scope();
                    scope.services().store.upload(person(), "", scope.budget())
                }),
            ),
        ];
        for (name, size) in sizes {
            assert!(size <= SMALL, "{name}: {size}");
        }
    }
}
