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

/// How many calls came with a token that Spotify does not accept, since the start or the last reset.
pub fn refused(spotify: &Simulator) -> usize {
    let requests = spotify.requests();
    let refused = requests
        .iter()
        .filter(|request| request.status == Some(401));
    refused.count()
}
