//! Where a page stands in its list.

use async_graphql::SimpleObject;

/// Where a page stands in its list, as the Relay cursor connections specification has it.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct PageInfo {
    /// Whether there is anything before this page.
    has_previous_page: bool,
    /// Whether there is anything behind this page.
    has_next_page: bool,
    /// The cursor of the page's first edge; null where the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the page's last edge, to be given as `after` for the next page; null where the
    /// page is empty.
    end_cursor: Option<String>,
}

impl PageInfo {
    /// Of a page that begins at position `start` and holds the edges with these cursors.
    pub(crate) fn new<'a>(
        start: u32,
        has_next_page: bool,
        mut cursors: impl DoubleEndedIterator<Item = &'a String>,
    ) -> Self {
        let start_cursor = cursors.next().cloned();
        Self {
            has_previous_page: start > 0,
            has_next_page,
            end_cursor: cursors
                .next_back()
                .cloned()
                .or_else(|| start_cursor.clone()),
            start_cursor,
        }
    }
}
