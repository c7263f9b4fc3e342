//! In which of its shapes Spotify answers.

use crate::simulator::options::Mode;

/// What decides which fields an answer has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape<'a> {
    /// Where the simulator is, for `href` and pictures.
    pub(crate) url: &'a str,
    /// The kind of access the app has.
    pub(crate) mode: Mode,
    /// Whether the request named a market: then tracks say `is_playable` instead of listing their markets.
    pub(crate) market: bool,
    /// Whether the markets of tracks and albums are listed: they are most of an answer's bytes, and not even
    /// made for a request whose `fields` leave them out.
    pub(crate) markets: bool,
}

impl Shape<'_> {
    /// Whether the fields that development mode took away are there.
    pub(crate) fn full(&self) -> bool {
        self.mode != Mode::Development
    }

    /// The names under which a playlist has its entries.
    pub(crate) fn paging_keys(&self) -> &'static [&'static str] {
        match self.mode {
            Mode::Development => &["items"],
            Mode::Transitional => &["items", "tracks"],
            Mode::Legacy => &["tracks"],
        }
    }

    /// The names under which an entry has its track or episode.
    pub(crate) fn item_keys(&self) -> &'static [&'static str] {
        match self.mode {
            Mode::Development => &["item"],
            Mode::Transitional => &["item", "track"],
            Mode::Legacy => &["track"],
        }
    }
}
