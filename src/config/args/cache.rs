//! The options of [`Cache`](crate::config::Cache).

use clap::Args;

/// What is remembered from one request to the next.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Caches")]
pub struct CacheArgs {
    /// Memory for playlists' pages and collections, in bytes; 0: none is kept [default: 67108864]
    #[arg(long, env = "CACHE_BYTES", value_name = "BYTES")]
    pub cache_bytes: Option<String>,

    /// Seconds for which a playlist is not asked for again; after them, what somebody may not see any
    /// more is gone [default: 5]
    #[arg(long, env = "PLAYLIST_FRESHNESS_SECONDS", value_name = "SECONDS")]
    pub playlist_freshness_seconds: Option<String>,

    /// Seconds for which a session is not looked up again; after them, one that was ended at another
    /// instance is over here [default: 5]
    #[arg(long, env = "SESSION_FRESHNESS_SECONDS", value_name = "SECONDS")]
    pub session_freshness_seconds: Option<String>,
}
