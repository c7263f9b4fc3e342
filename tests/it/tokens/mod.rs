//! Spotify's tokens: whose they are, and how they are kept fresh.

mod bearer;
mod cookie;
mod flights;
mod identity;
mod instances;
mod key_change;
mod opened;
mod outage;
mod refresh;
mod refusal;
mod resealing;

use std::time::Duration;

use chrono::TimeDelta;

use crate::support::{TestApp, refreshes};

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

/// Waits until Spotify was asked this for the first time, but not for ever.
async fn arrived(app: &TestApp, endpoint: &str) {
    let arrival = app.spotify.wait_for(endpoint, 1);
    let in_time = tokio::time::timeout(Duration::from_secs(30), arrival).await;
    in_time.unwrap_or_else(|_| panic!("{endpoint} was never asked"));
}
