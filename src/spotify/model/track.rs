//! A track, Spotify's or a file on somebody's device.

use super::{Album, Artist};

/// Something to listen to, with artists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// None for a local file, which has only its URI.
    pub id: Option<String>,
    /// `spotify:track:…` or `spotify:local:…`
    pub uri: String,
    /// The name, empty where Spotify gives none.
    pub name: String,
    /// Milliseconds, 0 where Spotify gives none.
    pub duration_ms: i32,
    /// Whether the lyrics are; false where not known.
    pub explicit: bool,
    /// The track at `open.spotify.com`.
    pub external_url: Option<String>,
    /// Who performs it.
    pub artists: Vec<Artist>,
    /// What it is on.
    pub album: Option<Album>,
    /// Usually 1.
    pub disc_number: Option<i32>,
    /// The number on its disc.
    pub track_number: Option<i32>,
    /// The International Standard Recording Code, where Spotify still gives it.
    pub isrc: Option<String>,
    /// Whether it can be played where the person is; None where Spotify does not say.
    pub is_playable: Option<bool>,
    /// Whether it is a file on somebody's device.
    pub is_local: bool,
}
