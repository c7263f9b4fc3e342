//! Who has an account, and which playlists there are. The same in every run; nothing is made before it is
//! asked for, so ten thousand entries cost neither memory nor time at the start.

mod catalogue;
mod entries;
mod episode;
pub(crate) mod id;
pub(crate) mod images;
mod markets;
mod names;
mod odd;
mod people;
mod playlist;
pub(crate) mod shape;
mod track;

pub(crate) use catalogue::Catalogue;
pub use odd::{odd_names, odd_position};
pub use people::{ADA, AMINA, JOERG, MINSEO, OLENA, PEOPLE, Person};
pub use playlist::{Playlist, Quirk};
pub use track::track_id;

/// The sizes of which [`ADA`] owns a playlist each, see [`playlist_id`].
pub const SIZES: [u32; 9] = [0, 1, 49, 50, 51, 100, 101, 1000, 10_000];

/// Owned by [`ADA`], shared with [`MINSEO`] and [`JOERG`]; 73 entries.
pub const COLLABORATIVE: &str = "1Collaborative00000001";
/// Owned by [`MINSEO`], shared with [`ADA`]; 64 entries.
pub const SHARED: &str = "1Collaborative00000002";
/// Owned by [`AMINA`], followed by [`ADA`], to whom Spotify refuses its items; 120 entries.
pub const FOLLOWED: &str = "4Followed0000000000001";
/// Owned by [`ADA`]; starts with the odd entries of [`odd_names`], then five plain ones.
pub const ODD: &str = "3OddEntries00000000001";
/// Owned by [`ADA`]; 70 entries, `total` says 130.
pub const TOTAL_TOO_LARGE: &str = "5Liar00000000000000001";
/// Owned by [`ADA`]; 70 entries, `total` says 10.
pub const TOTAL_TOO_SMALL: &str = "5Liar00000000000000002";
/// Owned by [`ADA`]; 70 entries, then empty pages with a `next` for ever.
pub const ENDLESS: &str = "5Liar00000000000000003";
/// Owned by [`ADA`]; 70 entries, but the playlist object has nulls and gaps wherever it may.
pub const BARE: &str = "5Liar00000000000000004";
/// Owned by [`ADA`]; 70 entries, `total` is null.
pub const NO_TOTAL: &str = "5Liar00000000000000005";
/// A well-formed id that no playlist has.
pub const UNKNOWN: &str = "0000000000000000000000";
/// How many playlists [`MINSEO`] owns, besides the shared one.
pub const MINSEO_PLAYLISTS: u32 = 122;

/// The playlist of [`ADA`] with that many entries, one of [`SIZES`].
#[must_use]
pub fn playlist_id(size: u32) -> String {
    format!("0Playlist{size:0>13}")
}
