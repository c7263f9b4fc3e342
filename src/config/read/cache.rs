//! The rules of [`Cache`].

use std::time::Duration;

use super::{number, seconds};
use crate::config::args::CacheArgs;
use crate::config::{Cache, Problems};

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
    use super::super::testing::judged;
    use super::*;

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
