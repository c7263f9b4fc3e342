//! What Spotify's answers hold, one file per noun.
//!
//! Spotify leaves fields out, sends null, and adds kinds of things; see each type for what stands in
//! their place. The types are plain data, read by `serde_json` from text in memory.

mod album;
mod artist;
mod episode;
mod heap;
mod image;
pub(super) mod lenient;
mod playable_item;
mod playlist;
mod playlist_entry;
mod show;
mod track;
mod user;

pub use album::Album;
pub use artist::Artist;
pub use episode::Episode;
pub use image::Image;
pub use playable_item::PlayableItem;
pub use playlist::Playlist;
pub use playlist_entry::PlaylistEntry;
pub use show::Show;
pub use track::Track;
pub use user::{PrivateUser, User};

#[cfg(test)]
mod fuzz;
