//! What is remembered from one request to the next.

use std::time::Duration;

use super::Problems;
use super::read::{number, seconds};

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

/// What is remembered from one request to the next.
#[derive(clap::Args, Clone, Default)]
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

/// A terabyte: more than any machine has for it.
const MOST_BYTES: u64 = 1 << 40;

pub(super) fn cache(args: &CacheArgs, problems: &mut Problems) -> Cache {
    let default = Cache::default();
    let bytes = number(
        "CACHE_BYTES",
        &args.cache_bytes,
        default.bytes,
        0..=MOST_BYTES,
        problems,
    );
    // Both are how long a permission that was taken back may still be used.
    let mut freshness = |variable, value: &Option<String>, default: Duration| {
        seconds(variable, value, default, 0..=300, problems)
    };
    Cache {
        bytes,
        playlist_freshness: freshness(
            "PLAYLIST_FRESHNESS_SECONDS",
            &args.playlist_freshness_seconds,
            default.playlist_freshness,
        ),
        session_freshness: freshness(
            "SESSION_FRESHNESS_SECONDS",
            &args.session_freshness_seconds,
            default.session_freshness,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::read::testing::judged;

    fn read(change: impl FnOnce(&mut CacheArgs)) -> Result<Cache, String> {
        let mut args = CacheArgs::default();
        change(&mut args);
        judged(|problems| cache(&args, problems))
    }

    #[test]
    fn all_of_it_can_be_turned_off() {
        let off = read(|args| {
            args.cache_bytes = Some("0".to_owned());
            args.playlist_freshness_seconds = Some("0".to_owned());
            args.session_freshness_seconds = Some(" 0 ".to_owned());
        });
        assert_eq!(off.unwrap(), Cache::OFF);
        assert_eq!(read(|_| {}).unwrap(), Cache::default());
    }

    #[test]
    fn what_was_taken_back_is_never_believed_for_long() {
        for text in ["301", "-1", "soon"] {
            let refused = read(|args| args.session_freshness_seconds = Some(text.to_owned()));
            assert!(
                refused.unwrap_err().contains("SESSION_FRESHNESS_SECONDS"),
                "{text}"
            );
            let refused = read(|args| args.playlist_freshness_seconds = Some(text.to_owned()));
            assert!(
                refused.unwrap_err().contains("PLAYLIST_FRESHNESS_SECONDS"),
                "{text}"
            );
        }
        assert!(read(|args| args.cache_bytes = Some("64M".to_owned())).is_err());
    }
}
