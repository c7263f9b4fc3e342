//! Opaque cursors: the place of an edge in one list, a position or a key, so that they survive a restart
//! and another instance. They are bound to their list and refused by any other.

use std::fmt::Display;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::{Error, Result};

/// Longer ones are not ours.
const MAX_CHARS: usize = 128;

/// A short name for the list that `parts` tell from others, whatever their length.
#[must_use]
pub(super) fn list_name(parts: &[&str]) -> String {
    // A NUL is in none of them, so no two lists are written alike.
    let hash = digest(&SHA256, parts.join("\0").as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..12])
}

/// The cursor of the edge at `place` in the list called `list`. A place has no colon.
#[must_use]
pub(super) fn encode(list: &str, place: impl Display) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{place}"))
}

/// The place that `cursor`, given as the argument `after`, stands for in the list called `list`.
///
/// # Errors
/// [`Error::Input`] for anything that [`encode`] did not give for this list.
pub(super) fn decode<P: FromStr + Display>(list: &str, cursor: &str) -> Result<P> {
    let place = || {
        if cursor.len() > MAX_CHARS {
            return None;
        }
        let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (of, place) = decoded.rsplit_once(':')?;
        let place: P = (of == list).then_some(place)?.parse().ok()?;
        // Only the one spelling that `encode` writes.
        (encode(list, &place) == cursor).then_some(place)
    };
    place().ok_or_else(|| {
        Error::input(
            "after",
            "is not a cursor of this list: pass pageInfo.endCursor of the page before, unchanged, \
             or nothing to begin at the start",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_leads_back_to_its_position_in_its_own_list_only(position: u32) {
            let cursor = encode("playlist-a", position);
            prop_assert_eq!(decode::<u32>("playlist-a", &cursor).unwrap(), position);
            prop_assert!(decode::<u32>("playlist-b", &cursor).is_err());
            prop_assert!(decode::<u32>("playlist-a", &cursor[1..]).is_err());
        }

        #[test]
        fn anything_else_is_refused(text in ".*") {
            prop_assert!(decode::<u32>("playlist-a", &text).is_err());
        }
    }
}
