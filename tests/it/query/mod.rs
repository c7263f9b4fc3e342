//! What can be read of Spotify: the person, their playlists, and what is in those.

mod answered_before;
mod arguments;
mod changing;
mod cursors;
mod fields;
mod flights;
mod lazy;
mod me;
mod me_playlists;
mod odd;
mod oracle;
mod playlist;
mod playlist_id;
mod prefetch;
mod siblings;
mod totals;
mod tracks;
mod walk;
mod warm;

use std::collections::BTreeMap;

/// How often each endpoint was asked, as [`Simulator::counts`](lockstep_api::simulator::Simulator::counts) tells it.
fn calls<const N: usize>(calls: [(&str, usize); N]) -> BTreeMap<String, usize> {
    calls
        .map(|(endpoint, count)| (endpoint.to_owned(), count))
        .into()
}
