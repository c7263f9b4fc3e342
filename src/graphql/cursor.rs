//! Opaque cursors: the position of an edge in one list, so that they survive a restart and another
//! instance. They are bound to their list and refused by any other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::{Error, Result};

/// Longer ones are not ours.
const MAX_CHARS: usize = 128;

/// The cursor of the edge at `position` in the list called `list`.
#[must_use]
pub(super) fn encode(list: &str, position: u32) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{position}"))
}

/// The position that `cursor`, given as the argument `after`, stands for in the list called `list`.
///
/// # Errors
/// [`Error::Input`] for anything that [`encode`] did not give for this list.
pub(super) fn decode(list: &str, cursor: &str) -> Result<u32> {
    let position = || {
        if cursor.len() > MAX_CHARS {
            return None;
        }
        let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (of, position) = decoded.rsplit_once(':')?;
        let position = (of == list).then_some(position)?.parse().ok()?;
        // Only the one spelling that `encode` writes.
        (encode(list, position) == cursor).then_some(position)
    };
    position().ok_or_else(|| {
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
            prop_assert_eq!(decode("playlist-a", &cursor).unwrap(), position);
            prop_assert!(decode("playlist-b", &cursor).is_err());
            prop_assert!(decode("playlist-a", &cursor[1..]).is_err());
        }

        #[test]
        fn anything_else_is_refused(text in ".*") {
            prop_assert!(decode("playlist-a", &text).is_err());
        }
    }
}
