//! Ten thousand tracks, walked by cursor.

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{Fault, Mode, Rule};
use serde_json::{Value, json};

use super::calls;
use crate::support::TestApp;

const QUERY: &str = "query($id: ID!, $after: String) { playlist(id: $id) {
    tracks(first: 1000, after: $after) { totalCount
        edges { position node { id } } pageInfo { hasNextPage endCursor } } } }";

/// Walks the longest playlist; every track must come once, in order. Returns what Spotify was asked.
async fn walk(mode: Mode, endpoint: &str) -> BTreeMap<String, usize> {
    let app = TestApp::with(|setup| setup.spotify.mode = mode).await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(10_000);
    let expected = app.spotify.playlist(&id).track_ids();
    app.spotify.reset_counts();
    // Long enough for calls to be under way together, however busy the machine is.
    let latency = Fault::Latency(Duration::from_millis(30));
    app.spotify.inject(Rule::on(endpoint, latency));
    let (mut seen, mut after, mut requests) = (0, Value::Null, 0);
    loop {
        let variables = json!({ "id": id, "after": after });
        let page = ada.graphql(QUERY, variables).await.data()["playlist"]["tracks"].take();
        requests += 1;
        assert_eq!(page["totalCount"], 10_000);
        for edge in page["edges"].as_array().unwrap() {
            assert_eq!(edge["position"], seen);
            assert_eq!(edge["node"]["id"].as_str(), expected[seen].as_deref());
            seen += 1;
        }
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!((seen, requests), (10_000, 10));
    let at_once = app.spotify.max_in_flight_of(endpoint);
    assert!((5..=24).contains(&at_once), "{at_once} calls at once");
    app.spotify.counts()
}

const PLAYLIST: &str = "GET /v1/playlists/{id}";
const ITEMS: &str = "GET /v1/playlists/{id}/items";
const TRACKS: &str = "GET /v1/playlists/{id}/tracks";

#[tokio::test]
async fn ten_thousand_tracks_come_once_each_in_order() {
    let counts = walk(Mode::Development, ITEMS).await;
    assert_eq!(counts, calls([(PLAYLIST, 10), (ITEMS, 199)]));
}

#[tokio::test]
async fn they_do_where_spotify_gives_both_shapes() {
    let counts = walk(Mode::Transitional, ITEMS).await;
    assert_eq!(counts, calls([(PLAYLIST, 10), (ITEMS, 199)]));
}

#[tokio::test]
async fn they_do_where_spotify_gives_the_older_shape_alone() {
    let counts = walk(Mode::Legacy, TRACKS).await;
    assert_eq!(counts, calls([(PLAYLIST, 10), (TRACKS, 199)]));
}
