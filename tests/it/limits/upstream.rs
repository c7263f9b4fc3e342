//! How often one request may ask Spotify.

use lockstep_api::simulator::data;
use serde_json::json;

use super::warn_only;
use crate::support::TestApp;

const ITEMS: &str = "GET /v1/playlists/{id}/items";

fn first(tracks: u32) -> String {
    format!(
        "{{ playlist(id: \"{}\") {{ name tracks(first: {tracks}) {{ nodes {{ uri }} }} }} }}",
        data::playlist_id(1000)
    )
}

#[tokio::test]
async fn a_request_asks_spotify_so_often_and_no_more() {
    let app = TestApp::with(|setup| setup.config.limits.upstream_calls = 5).await;
    let ada = app.logged_in(data::ADA).await;
    // The playlist, and four pages of 50.
    ada.query(&first(200)).await.data();
    app.spotify.reset_counts();
    let answer = ada.query(&first(1000)).await;
    assert_eq!(answer.status, 200);
    let data = answer.partial_data();
    assert!(data["playlist"]["name"].is_string(), "{data}");
    assert!(data["playlist"]["tracks"].is_null(), "{data}");
    assert_eq!(answer.code(), "QUERY_TOO_COMPLEX");
    let error = answer.error();
    assert_eq!(error["path"], json!(["playlist", "tracks"]));
    assert_eq!(error["extensions"]["limit"], "upstreamCalls");
    assert_eq!(error["extensions"]["max"], 5);
    assert!(app.spotify.count(ITEMS) <= 5);
}

#[tokio::test]
async fn each_request_has_its_own_count() {
    let app = TestApp::with(|setup| setup.config.limits.upstream_calls = 5).await;
    let ada = app.logged_in(data::ADA).await;
    for _ in 0..3 {
        ada.query(&first(200)).await.data();
    }
}

#[tokio::test]
async fn the_count_can_warn_only() {
    let app = TestApp::with(|setup| {
        setup.config.limits.upstream_calls = 1;
        warn_only(setup);
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    ada.query(&first(200)).await.data();
}
