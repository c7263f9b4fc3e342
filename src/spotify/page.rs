//! Offset pages: which of them cover a stretch of a list, and what that stretch then holds.
//!
//! Pure. Pages start at multiples of [`SIZE`], so that two requests for overlapping stretches ask
//! for the same pages. `total` is a hint: lists change while they are read.

use serde::Deserialize;
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
    /// Whether the list goes no further. An empty page ends it whatever it announces: lists have
    /// been seen that announce a next page for ever.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.items.is_empty() || !self.has_next
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

/// Takes the positions from `offset` on, `first` of them, out of `pages` (in order of their
/// offsets), each with its position. Stops at the first hole: a page that is not there, shorter than
/// where the next one starts, or empty.
pub fn window<'a, T: 'a>(
    pages: impl IntoIterator<Item = &'a Page<T>>,
    offset: u32,
    first: u32,
) -> impl Iterator<Item = (u32, &'a T)> {
    let end = offset.saturating_add(first);
    let mut next = offset;
    pages
        .into_iter()
        .flat_map(Page::numbered)
        .skip_while(move |(position, _)| *position < offset)
        .take_while(move |(position, _)| {
            let there = *position == next && *position < end;
            next = next.saturating_add(1);
            there
        })
}

/// Reads a paging object. `None` if it is none.
///
/// Each entry is read on its own, so that one that cannot be read costs itself, not the page.
pub(super) fn read<T>(
    text: &str,
    offset: u32,
    limit: u32,
    entry: impl Fn(&RawValue) -> T,
) -> Option<Page<T>> {
    let wire: Wire<'_> = serde_json::from_str(text).ok()?;
    if wire.items.is_none() && wire.total.is_none() {
        return None;
    }
    let given = wire.items.unwrap_or_default();
    // More than was asked for would overlap the next page.
    let wanted = given.len().min(limit as usize);
    let items: Vec<T> = given[..wanted].iter().map(|raw| entry(raw)).collect();
    let seen = u64::from(offset) + items.len() as u64;
    let has_next = given.len() > wanted
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

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
    #[serde(default, deserialize_with = "lenient::count")]
    total: Option<u32>,
    /// Whether there is a link to the next page; `None` if the answer does not say.
    #[serde(default, deserialize_with = "lenient::presence")]
    next: Option<bool>,
}
