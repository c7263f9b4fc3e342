//! Spotify's tokens: whose they are, and how they are kept fresh.

mod bearer;
mod cookie;
mod flights;
mod identity;
mod instances;
mod key_change;
mod outage;
mod refresh;
mod refusal;

use chrono::TimeDelta;

use crate::support::TestApp;

/// Asks Spotify in the caller's name, and no more.
const ASK: &str = "{ me { playlists(first: 1) { totalCount } } }";

/// The token endpoint.
const TOKEN: &str = "POST /api/token";

/// What [`ASK`] asks Spotify.
const LIBRARY: &str = "GET /v1/me/playlists";

/// What tells whose a bearer is.
const PROFILE: &str = "GET /v1/me";

fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

/// How often the token endpoint was asked for a refresh.
fn refreshes(app: &TestApp) -> usize {
    let requests = app.spotify.requests();
    let grant = ("grant_type".to_owned(), "refresh_token".to_owned());
    requests
        .iter()
        .filter(|request| request.endpoint == TOKEN && request.query.contains(&grant))
        .count()
}
