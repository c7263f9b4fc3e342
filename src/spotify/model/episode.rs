//! An episode of a podcast.

use super::{Image, Show};

/// Something to listen to, of a show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Episode {
    /// Spotify's id.
    pub id: Option<String>,
    /// `spotify:episode:…`
    pub uri: String,
    /// The name, empty where Spotify gives none.
    pub name: String,
    /// Milliseconds, 0 where Spotify gives none.
    pub duration_ms: i32,
    /// Whether the content is; false where not known.
    pub explicit: bool,
    /// The episode at `open.spotify.com`.
    pub external_url: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// A year, a month or a day: `1981`, `1981-12`, `1981-12-15`.
    pub release_date: Option<String>,
    /// What it is an episode of.
    pub show: Option<Show>,
    /// The cover in various sizes, widest first.
    pub images: Vec<Image>,
}
