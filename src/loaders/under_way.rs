//! All flights of the process.

use std::sync::Arc;

use super::flights::Flights;
use super::{library, playlist, playlist_items};
use crate::cache::{KnownPerson, Owner};

/// What is asked of Spotify at this moment, for whom: who asks for the same joins in.
#[derive(Default)]
pub struct UnderWay {
    pub(crate) playlists: Flights<(Arc<Owner>, playlist::Key), playlist::Outcome>,
    pub(crate) pages: Flights<(Arc<Owner>, playlist_items::Key), playlist_items::Outcome>,
    pub(crate) library: Flights<(Arc<Owner>, library::Key), library::Outcome>,
    pub(crate) profiles: Flights<Arc<Owner>, Arc<KnownPerson>>,
}
