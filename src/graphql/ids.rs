//! Arguments that name something on Spotify.

use super::error::{Error, Result};
use crate::spotify::{PlaylistId, TrackKey};

/// A track or an episode, named by `argument`: an id, a URI or a link.
///
/// # Errors
/// [`Error::Input`] for anything else.
pub(super) fn track_key(argument: &'static str, text: &str) -> Result<TrackKey> {
    TrackKey::parse(text).ok_or_else(|| {
        Error::input(
            argument,
            "is no track: give its id (22 letters and digits), its spotify:track:… or \
             spotify:local:… URI, or its open.spotify.com link; or an episode's \
             spotify:episode:… URI or link",
        )
    })
}

/// A playlist, named by `argument`: an id, a URI or a link.
///
/// # Errors
/// [`Error::Input`] for anything else.
pub(super) fn playlist_id(argument: &'static str, text: &str) -> Result<PlaylistId> {
    PlaylistId::parse(text).ok_or_else(|| {
        Error::input(
            argument,
            "is no playlist: give its id (22 letters and digits), its spotify:playlist:… URI, or \
             its open.spotify.com link",
        )
    })
}
