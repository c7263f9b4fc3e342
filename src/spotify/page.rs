//! Offset pages: how they are read, and which of them cover a stretch of a list.
//!
//! Pure. Pages start at multiples of [`SIZE`], so that two requests for overlapping stretches ask
//! for the same pages. `total` is a hint: lists change while they are read.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::model::lenient;

/// The most entries that Spotify gives at once.
pub const SIZE: u32 = 50;

/// A part of a list. `items[i]` stands at position `offset + i` of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, in order, none left out.
    pub items: Vec<T>,
    /// The position of the first entry, as it was asked for.
    pub offset: u32,
    /// How long the whole list is, where Spotify says so.
    pub total: Option<u32>,
    /// Whether Spotify announces entries beyond this page.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// Whether the list goes no further. Lists have been seen that announce a next page for ever:
    /// whatever it announces, an empty page is the last, and so is one that is not full and reaches
    /// the length that the list says it has.
    #[must_use]
    pub fn is_last(&self) -> bool {
        let end = self.offset as usize + self.items.len();
        let complete = self.total.is_some_and(|total| end >= total as usize);
        let full = self.items.len() >= SIZE as usize;
        self.items.is_empty() || !self.has_next || (complete && !full)
    }

    /// The same page with its entries made into something else.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            offset: self.offset,
            total: self.total,
            has_next: self.has_next,
        }
    }

    /// The entries, each with its position in the whole list.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &T)> {
        let positions = (0..).map(|index| self.offset.saturating_add(index));
        positions.zip(&self.items)
    }
}

/// The offsets of the pages, at multiples of [`SIZE`], that cover the positions from `offset` on,
/// `first` of them, as far as the list is known to go.
pub fn covering(
    offset: u32,
    first: u32,
    total: Option<u32>,
) -> impl ExactSizeIterator<Item = u32> + Clone {
    let end = offset.saturating_add(first).min(total.unwrap_or(u32::MAX));
    let pages = if end > offset {
        offset / SIZE..end.div_ceil(SIZE)
    } else {
        0..0
    };
    pages.map(|page| page * SIZE)
}

/// Reads a paging object. `None` if it is none.
///
/// An entry that is null or cannot be read is `None`: it costs itself, not the page.
pub(super) fn read<T: DeserializeOwned>(
    text: &str,
    offset: u32,
    limit: u32,
) -> Option<Page<Option<T>>> {
    // Nearly always all of them can be read, in one go.
    let wire = serde_json::from_str(text).or_else(|_| one_by_one(text));
    let wire: Wire<Option<T>> = wire.ok()?;
    let mut items = match wire.items {
        Some(given) => given,
        // There is nothing to leave out.
        None if wire.total? <= offset => Vec::new(),
        None => return None,
    };
    // More than was asked for would overlap the next page.
    let given = items.len();
    items.truncate(limit as usize);
    let seen = u64::from(offset) + items.len() as u64;
    let has_next = given > items.len()
        || wire
            .next
            .unwrap_or_else(|| wire.total.is_some_and(|total| u64::from(total) > seen));
    Some(Page {
        items,
        offset,
        total: wire.total,
        has_next,
    })
}

/// Reads each entry on its own.
fn one_by_one<T: DeserializeOwned>(text: &str) -> serde_json::Result<Wire<Option<T>>> {
    let wire: Wire<&RawValue> = serde_json::from_str(text)?;
    let entry = |raw: &RawValue| {
        serde_json::from_str(raw.get()).unwrap_or_else(|error| {
            tracing::debug!(%error, "an entry of a list could not be read");
            None
        })
    };
    let items = wire.items.map(|raw| raw.into_iter().map(entry).collect());
    Ok(Wire {
        items,
        total: wire.total,
        next: wire.next,
    })
}

#[derive(Deserialize)]
struct Wire<E> {
    items: Option<Vec<E>>,
    #[serde(default, deserialize_with = "lenient::count")]
    total: Option<u32>,
    /// Whether there is a link to the next page; `None` if the answer does not say.
    #[serde(default, deserialize_with = "lenient::presence")]
    next: Option<bool>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn offsets(offset: u32, first: u32, total: Option<u32>) -> Vec<u32> {
        covering(offset, first, total).collect()
    }

    #[test]
    fn pages_cover_what_is_asked_for_and_no_more() {
        assert_eq!(offsets(0, 50, None), [0]);
        assert_eq!(offsets(0, 51, None), [0, 50]);
        assert_eq!(offsets(49, 2, None), [0, 50]);
        assert_eq!(offsets(50, 50, None), [50]);
        assert_eq!(offsets(0, 1000, Some(101)), [0, 50, 100]);
        assert_eq!(offsets(0, 1000, Some(100)), [0, 50]);
        assert_eq!(offsets(0, 1000, None).len(), 20);
        for nothing in [
            offsets(7, 0, None),
            offsets(0, 10, Some(0)),
            offsets(100, 10, Some(100)),
            offsets(u32::MAX, u32::MAX, Some(5)),
        ] {
            assert!(nothing.is_empty(), "{nothing:?}");
        }
        assert_eq!(
            covering(u32::MAX - 1, u32::MAX, None).collect::<Vec<_>>(),
            [(u32::MAX - 1) / SIZE * SIZE]
        );
    }

    fn page(offset: u32, length: u32, has_next: bool) -> Page<u32> {
        Page {
            items: (offset..offset + length).collect(),
            offset,
            total: None,
            has_next,
        }
    }

    #[test]
    fn a_page_is_the_last_where_nothing_can_follow_it_whatever_it_says() {
        assert!(page(0, 0, true).is_last());
        assert!(page(0, 50, false).is_last());
        assert!(!page(0, 50, true).is_last());
        let of = |total, page| Page { total, ..page };
        assert!(of(Some(70), page(50, 20, true)).is_last());
        assert!(!of(Some(71), page(50, 20, true)).is_last());
        assert!(!of(None, page(50, 20, true)).is_last());
        // A total that is too small: the page is full, and there may be more.
        assert!(!of(Some(10), page(0, 50, true)).is_last());
    }

    fn read_texts(text: &str) -> Option<Page<Option<Value>>> {
        read(text, 100, 3)
    }

    #[test]
    fn entries_keep_their_positions_whatever_they_are() {
        let page = read_texts(r#"{"items":[{"a":1},null,"x"],"total":1e2,"next":null}"#).unwrap();
        assert_eq!(page.items, [Some(json!({"a":1})), None, Some(json!("x"))]);
        assert_eq!((page.offset, page.total), (100, Some(100)));
        assert!(!page.has_next);
    }

    #[test]
    fn an_entry_that_cannot_be_read_costs_itself() {
        let text = r#"{"items":[1,"x",null,[3],4294967296,2],"total":6}"#;
        let page: Page<Option<u32>> = read(text, 0, 50).unwrap();
        assert_eq!(page.items, [Some(1), None, None, None, None, Some(2)]);
        assert_eq!((page.total, page.has_next), (Some(6), false));
    }

    #[test]
    fn whether_there_is_more_is_told_by_the_link_else_by_the_total() {
        let has_next = |text| read_texts(text).unwrap().has_next;
        assert!(has_next(r#"{"items":[1],"next":"https://x","total":0}"#));
        assert!(!has_next(r#"{"items":[1],"next":null,"total":500}"#));
        assert!(has_next(r#"{"items":[1],"total":102}"#));
        assert!(!has_next(r#"{"items":[1],"total":101}"#));
        assert!(!has_next(r#"{"items":[1]}"#));
        // Four where three were asked for.
        let page = read_texts(r#"{"items":[1,2,3,4],"next":null}"#).unwrap();
        assert_eq!((page.items.len(), page.has_next), (3, true));
    }

    #[test]
    fn a_page_without_entries_is_empty_and_what_is_no_page_is_none() {
        for text in [
            r#"{"items":null,"total":7}"#,
            r#"{"total":100}"#,
            r#"{"items":[],"total":101,"next":null}"#,
        ] {
            assert!(read_texts(text).unwrap().items.is_empty(), "{text}");
        }
        assert!(
            read_texts(r#"{"items":[],"total":"many"}"#)
                .unwrap()
                .total
                .is_none()
        );
        for text in [
            "",
            "{}",
            "[]",
            "null",
            "1",
            r#"{"items":{}}"#,
            r#"{"total":101}"#,
            r#"{"items":null,"total":101}"#,
            r#"{"items":null,"next":null}"#,
            r#"{"items":[1"#,
        ] {
            assert!(read_texts(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_position_is_covered_once(offset in 0..20_000_u32, first in 0..2000_u32, total in proptest::option::of(0..20_000_u32)) {
            let pages = offsets(offset, first, total);
            prop_assert!(pages.iter().all(|page| page % SIZE == 0));
            prop_assert!(pages.windows(2).all(|pair| pair[0] + SIZE == pair[1]));
            let end = (offset + first).min(total.unwrap_or(u32::MAX));
            if offset < end {
                prop_assert_eq!(pages[0], offset / SIZE * SIZE);
                prop_assert_eq!(pages[pages.len() - 1], (end - 1) / SIZE * SIZE);
            } else {
                prop_assert!(pages.is_empty());
            }
        }

        #[test]
        fn no_extreme_overflows(offset: u32, first: u32, total: Option<u32>) {
            let mut pages = covering(offset, first, total);
            let count = pages.len();
            prop_assert!(count as u64 * u64::from(SIZE) <= u64::from(first) + 2 * u64::from(SIZE));
            if let Some(page) = pages.next() {
                prop_assert!(page <= offset);
            }
        }

        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,80}", cut in 0..60_usize) {
            let _ = read_texts(&text);
            let whole = r#"{"items":[{"added_at":null}],"total":3,"next":"https://x"}"#;
            let _ = read_texts(&whole[..cut.min(whole.len())]);
        }
    }
}
