//! One function per endpoint, as methods of the client.

mod items_place;
mod playlists;
mod users;

pub(super) use items_place::ItemsPlace;
pub use playlists::OpenedPlaylist;
