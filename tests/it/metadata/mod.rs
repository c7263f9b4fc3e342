//! What players upload for a track, and read back.

mod damaged;
mod faithful;
mod refused;
mod uploads;

const TRACK: &str = "6rqhFgbbKwnb9MLmUQDhG6";
const READ: &str = "query($track: ID!, $type: String! = \"beats\") {
    metadata(trackId: $track, type: $type) { id version collection } }";
