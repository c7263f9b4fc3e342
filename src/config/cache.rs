//! What is remembered from one request to the next.

use std::time::Duration;

/// How much is remembered, and for how long it is believed without being asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// `CACHE_BYTES`: of playlists' pages and collections together; 0: none is kept.
    pub bytes: u64,
    /// `PLAYLIST_FRESHNESS_SECONDS`: a playlist that was asked for not longer ago is not asked for
    /// again. What a person may not see any more is gone after this time.
    pub playlist_freshness: Duration,
    /// `SESSION_FRESHNESS_SECONDS`: a session that was looked up not longer ago is not looked up
    /// again. One that is ended at another instance is over here after this time.
    pub session_freshness: Duration,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024 * 1024,
            playlist_freshness: Duration::from_secs(5),
            session_freshness: Duration::from_secs(5),
        }
    }
}

impl Cache {
    /// Nothing is remembered: every request is like the first.
    pub const OFF: Self = Self {
        bytes: 0,
        playlist_freshness: Duration::ZERO,
        session_freshness: Duration::ZERO,
    };
}
