//! A part of a long list that Spotify gives by pages.

use std::sync::Arc;

use crate::auth::Error;
use crate::spotify::{PAGE_SIZE, Page, pages_covering};

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

/// Up to `first` entries from position `start` on. `total` is what is known of the list's length
/// beforehand, so that all pages can be asked for at once; where nothing is, the first page tells.
///
/// Pages begin at multiples of [`PAGE_SIZE`], so that two selections of one list share what they
/// have in common.
pub(crate) async fn slice<T: Clone, F>(
    total: Option<u32>,
    start: u32,
    first: u32,
    page: impl Fn(u32) -> F,
) -> Result<Slice<T>, Error>
where
    F: Future<Output = Result<Arc<Page<T>>, Error>>,
{
    if first == 0 || total.is_some_and(|total| start >= total) {
        return Ok(Slice {
            entries: Vec::new(),
            total,
            has_next: total.is_some_and(|total| start < total),
        });
    }
    let end = start.saturating_add(first);
    let total = match total {
        Some(total) => total,
        None => page(start / PAGE_SIZE).await?.total.unwrap_or(end),
    };
    let pages = pages_covering(start, first, total).map(&page);
    let pages = futures_util::future::try_join_all(pages).await?;

    let mut slice = Slice {
        entries: Vec::new(),
        total: Some(total),
        has_next: false,
    };
    for page in pages {
        slice.total = page.total.or(slice.total);
        let behind = page.offset.saturating_add(u32::try_from(page.items.len()).unwrap_or(0));
        for (position, entry) in (page.offset..).zip(&page.items) {
            if (start..end).contains(&position) {
                slice.entries.push((position, entry.clone()));
            }
        }
        slice.has_next = !page.items.is_empty() && (page.has_next || end < behind);
        if page.items.is_empty() {
            // The list grew shorter under way, or its total lies: nothing comes behind.
            break;
        }
    }
    Ok(slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A list of `really` entries that claims to have `claimed`.
    async fn page_of(really: u32, claimed: u32, number: u32) -> Result<Arc<Page<u32>>, Error> {
        let offset = number * PAGE_SIZE;
        let end = (offset + PAGE_SIZE).min(really);
        Ok(Arc::new(Page {
            items: (offset..end.max(offset)).collect(),
            offset,
            total: Some(claimed),
            has_next: offset + PAGE_SIZE < claimed,
        }))
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        futures_util::FutureExt::now_or_never(future).expect("nothing here waits")
    }

    proptest! {
        #[test]
        fn a_slice_is_what_a_vector_would_give(
            really in 0..400u32, start in 0..500u32, first in 0..200u32, known: bool,
        ) {
            let total = known.then_some(really);
            let slice = run(slice(total, start, first, |n| page_of(really, really, n))).unwrap();
            let expected: Vec<u32> = (0..really).skip(start as usize).take(first as usize).collect();
            let entries: Vec<u32> = slice.entries.iter().map(|(_, entry)| *entry).collect();
            prop_assert_eq!(&entries, &expected);
            prop_assert!(slice.entries.iter().all(|(position, entry)| position == entry));
            if !expected.is_empty() {
                prop_assert_eq!(slice.has_next, start + first < really);
            }
        }

        #[test]
        fn a_list_that_lies_about_its_length_can_be_walked_to_an_end(
            really in 0..200u32, more in 0..300u32, first in 1..120u32,
        ) {
            let claimed = really + more;
            let (mut start, mut seen, mut steps) = (0, Vec::new(), 0);
            loop {
                let slice = run(slice(Some(claimed), start, first, |n| page_of(really, claimed, n))).unwrap();
                seen.extend(slice.entries.iter().map(|(_, entry)| *entry));
                steps += 1;
                prop_assert!(steps <= claimed + 2);
                match slice.entries.last() {
                    Some((position, _)) if slice.has_next => start = position + 1,
                    _ => break,
                }
            }
            prop_assert_eq!(seen, (0..really).collect::<Vec<_>>());
        }
    }
}
