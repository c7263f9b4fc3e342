//! A part of a long list that Spotify gives by pages.

use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::auth::Error;
use crate::spotify::page::{Page, SIZE, covering};

/// Entries in order, each with its position in the whole list, from 0.
#[derive(Debug)]
pub struct Slice<T> {
    /// Position and entry.
    pub entries: Vec<(u32, T)>,
    /// How many the whole list has, as Spotify last said.
    pub total: Option<u32>,
    /// Whether there are entries behind these.
    pub has_next: bool,
}

/// Up to `first` entries from position `start` on; fewer only where the list ends. `total` is what is
/// known of the list's length beforehand, so that all pages can be asked for at once; where nothing
/// is, the first page tells. It is a hint: how far the list really goes, its pages tell.
///
/// `load` gives the page at an offset, always a multiple of the page size, so that two selections of
/// one list share what they have in common.
pub(crate) async fn slice<T: Clone, F>(
    total: Option<u32>,
    start: u32,
    first: u32,
    load: impl Fn(u32) -> F,
) -> Result<Slice<T>, Error>
where
    F: Future<Output = Result<Arc<Page<T>>, Error>>,
{
    let wanted = first as usize;
    let mut slice = Slice {
        entries: Vec::new(),
        total,
        has_next: total.is_some_and(|total| start < total),
    };
    if total == Some(0) || (total.is_some() && wanted == 0) {
        return Ok(slice);
    }
    slice.has_next = false;
    let mut offset = start / SIZE * SIZE;
    let mut end = start.saturating_add(first);
    loop {
        // One page at least: that the list has more than it says shows only by asking.
        let beyond = offset.saturating_add(1);
        let known = slice.total.map_or(beyond, |total| total.max(beyond));
        let length = end.max(beyond) - offset;
        let pages = try_join_all(covering(offset, length, Some(known)).map(&load)).await?;
        for page in pages {
            slice.total = page.total.or(slice.total);
            for (position, entry) in page.numbered().skip_while(|(at, _)| *at < start) {
                if slice.entries.len() == wanted {
                    slice.has_next = true;
                    return Ok(slice);
                }
                slice.entries.push((position, entry.clone()));
            }
            if page.is_last() {
                return Ok(slice);
            }
            offset = page.offset.saturating_add(SIZE);
        }
        let missing = wanted - slice.entries.len();
        if missing == 0 {
            slice.has_next = true;
            return Ok(slice);
        }
        end = offset.saturating_add(u32::try_from(missing).unwrap_or(first));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures_util::FutureExt;
    use proptest::prelude::*;

    use super::*;

    /// A list whose pages hold so many entries each, which claims to be so long, and which may
    /// announce a next page for ever.
    struct List {
        pages: Vec<u32>,
        claimed: Option<u32>,
        endless: bool,
        calls: Cell<u32>,
    }

    impl List {
        fn of(pages: Vec<u32>, claimed: Option<u32>, endless: bool) -> Self {
            let calls = Cell::new(0);
            Self {
                pages,
                claimed,
                endless,
                calls,
            }
        }

        /// An honest one.
        fn long(length: u32) -> Self {
            let pages = (0..length).step_by(SIZE as usize);
            let pages = pages.map(|offset| SIZE.min(length - offset)).collect();
            Self::of(pages, Some(length), false)
        }

        fn positions(&self) -> Vec<u32> {
            let pages = (0..).step_by(SIZE as usize).zip(&self.pages);
            pages
                .flat_map(|(offset, length)| offset..offset + length)
                .collect()
        }

        fn slice(&self, total: Option<u32>, start: u32, first: u32) -> Slice<u32> {
            let load = |offset: u32| async move {
                self.calls.set(self.calls.get() + 1);
                assert_eq!(offset % SIZE, 0);
                let number = (offset / SIZE) as usize;
                let length = self.pages.get(number).copied().unwrap_or(0);
                Ok(Arc::new(Page {
                    items: (offset..offset + length).collect(),
                    offset,
                    total: self.claimed,
                    has_next: self.endless || number + 1 < self.pages.len(),
                }))
            };
            let slice = slice(total, start, first, load).now_or_never();
            let slice = slice.expect("nothing here waits").unwrap();
            assert!(slice.entries.iter().all(|(at, entry)| at == entry));
            slice
        }

        /// Every position, as a client finds them that goes on while there is a next page.
        fn walk(&self, first: u32) -> Vec<u32> {
            let (mut start, mut seen) = (0, Vec::new());
            for _ in 0..2000 {
                let slice = self.slice(self.claimed, start, first);
                seen.extend(slice.entries.iter().map(|(position, _)| *position));
                if !slice.has_next {
                    return seen;
                }
                let (last, _) = slice.entries.last().expect("no cursor to go on from");
                start = last + 1;
            }
            panic!("the walk has no end");
        }
    }

    #[test]
    fn what_is_known_beforehand_costs_nothing() {
        let list = List::long(120);
        let none = list.slice(Some(120), 0, 0);
        assert_eq!((none.total, none.has_next), (Some(120), true));
        assert!(!List::long(0).slice(Some(0), 0, 50).has_next);
        assert_eq!(list.calls.get(), 0);
        // What is not known is asked for.
        let none = list.slice(None, 0, 0);
        assert_eq!((none.total, none.has_next), (Some(120), true));
        assert_eq!(list.calls.get(), 1);
    }

    #[test]
    fn no_page_is_asked_for_that_is_not_needed() {
        for (total, start, first, calls) in [
            (Some(1000), 0, 1000, 20),
            (Some(1000), 0, 50, 1),
            (Some(1000), 49, 2, 2),
            (Some(1000), 990, 50, 1),
            (None, 0, 50, 1),
            (None, 0, 1000, 20),
            (Some(1000), 1000, 50, 1),
        ] {
            let list = List::long(1000);
            let slice = list.slice(total, start, first);
            assert_eq!(list.calls.get(), calls, "{total:?} {start} {first}");
            assert_eq!(slice.has_next, start + first < 1000);
        }
    }

    #[test]
    fn no_extreme_overflows() {
        let list = List::long(70);
        for (start, first) in [(u32::MAX, u32::MAX), (u32::MAX, 1), (0, u32::MAX), (69, 1)] {
            for total in [None, Some(0), Some(70), Some(u32::MAX)] {
                let claimed = List::of(vec![50, 20], total, false);
                assert!(claimed.slice(Some(70), start, first).entries.len() <= 70);
            }
            assert!(!list.slice(Some(70), start, first).has_next);
        }
    }

    proptest! {
        #[test]
        fn a_slice_is_what_a_vector_would_give(
            length in 0..400u32, start in 0..500u32, first in 0..200u32, known: bool,
        ) {
            let list = List::long(length);
            let slice = list.slice(known.then_some(length), start, first);
            let expected: Vec<u32> = (start..length).take(first as usize).collect();
            let entries: Vec<u32> = slice.entries.iter().map(|(_, entry)| *entry).collect();
            prop_assert_eq!(entries, expected);
            prop_assert_eq!(slice.has_next, start.saturating_add(first) < length);
        }

        #[test]
        fn a_list_that_lies_or_has_holes_can_be_walked_to_its_end(
            mut pages in proptest::collection::vec(1..=SIZE, 1..8),
            claimed in proptest::option::of(1..500u32),
            endless: bool,
            first in 1..120u32,
        ) {
            if claimed.is_some_and(|claimed| (claimed as usize) < pages.len() * SIZE as usize) {
                // With a total that is too small, a page that is not full is the last.
                let last = pages.len() - 1;
                pages[..last].fill(SIZE);
            }
            let list = List::of(pages, claimed, endless);
            prop_assert_eq!(list.walk(first), list.positions());
        }
    }
}
