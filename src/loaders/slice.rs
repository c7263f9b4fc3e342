//! A part of a long list that Spotify gives by pages.

use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::auth::Error;
use crate::spotify::page::{Page, SIZE, covering, window};

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
    let mut slice = Slice {
        entries: Vec::new(),
        total,
        has_next: total.is_some_and(|total| start < total),
    };
    if first == 0 || total.is_some_and(|total| start >= total) {
        return Ok(slice);
    }
    let total = match total {
        Some(total) => Some(total),
        None => load(start / SIZE * SIZE).await?.total,
    };
    let pages = try_join_all(covering(start, first, total).map(load)).await?;
    for (position, entry) in window(pages.iter().map(Arc::as_ref), start, first) {
        slice.entries.push((position, entry.clone()));
    }
    slice.total = pages.last().and_then(|page| page.total).or(total);
    let end = slice.entries.last().map(|(position, _)| position + 1);
    // Nothing is behind an empty slice: the list grew shorter under way, or its total lies.
    slice.has_next = end.is_some_and(|end| {
        pages.iter().any(|page| {
            let page_end = page.numbered().last().map(|(position, _)| position + 1);
            page_end > Some(end) || (page_end == Some(end) && !page.is_last())
        })
    });
    Ok(slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A list of `really` entries that claims to have `claimed`.
    async fn page_of(really: u32, claimed: u32, offset: u32) -> Result<Arc<Page<u32>>, Error> {
        let end = (offset + SIZE).min(really);
        Ok(Arc::new(Page {
            items: (offset..end.max(offset)).collect(),
            offset,
            total: Some(claimed),
            has_next: offset + SIZE < claimed,
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
            let slice = run(slice(total, start, first, |at| page_of(really, really, at))).unwrap();
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
                let slice = run(slice(Some(claimed), start, first, |at| page_of(really, claimed, at))).unwrap();
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
