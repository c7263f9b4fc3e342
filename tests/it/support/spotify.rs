//! What the server asked of Spotify.

use lockstep_api::simulator::Simulator;

/// How often the token endpoint was asked for a refresh since the start or the last reset.
pub fn refreshes(spotify: &Simulator) -> usize {
    let requests = spotify.requests();
    let refreshes = requests.iter().filter(|request| {
        request.endpoint == "POST /api/token"
            && request.parameter("grant_type") == Some("refresh_token")
    });
    refreshes.count()
}
