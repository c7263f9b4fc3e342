//! One function per endpoint, as methods of the client.

mod playlists;
mod users;
