//! What stands in a playlist.

use async_graphql::{ID, Interface};

use super::{Episode, Track};
use crate::graphql::scalars::Url;
use crate::spotify::PlayableItem;

/// What stands in a playlist: a track or an episode.
#[allow(
    clippy::duplicated_attributes,
    reason = "two fields of one type are no slip"
)]
#[derive(Interface)]
#[allow(
    clippy::duplicated_attributes,
    reason = "two fields may have one type: the lint takes them for one attribute given twice"
)]
#[graphql(
    field(
        name = "id",
        ty = "Option<ID>",
        desc = "Spotify's id; null for a local file, which is told by its `uri`."
    ),
    field(
        name = "uri",
        ty = "&str",
        desc = "Spotify's URI, which is always there."
    ),
    field(name = "name", ty = "&str", desc = "The title; may be empty."),
    field(
        name = "duration_ms",
        ty = "i32",
        desc = "The length in milliseconds; 0 where Spotify does not say."
    ),
    field(
        name = "explicit",
        ty = "bool",
        desc = "Whether Spotify marks it as explicit."
    ),
    field(
        name = "external_url",
        ty = "Option<Url>",
        desc = "The page on open.spotify.com; null for a local file."
    )
)]
pub(crate) enum PlaylistItem {
    /// A track.
    Track(Track),
    /// An episode of a podcast.
    Episode(Episode),
}

impl From<PlayableItem> for PlaylistItem {
    fn from(item: PlayableItem) -> Self {
        match item {
            PlayableItem::Track(track) => Self::Track(Track(track)),
            PlayableItem::Episode(episode) => Self::Episode(Episode(episode)),
        }
    }
}
