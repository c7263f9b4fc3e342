//! `first`: how many at the most.

use lockstep_api::simulator::data::{self, playlist_id};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

const TRACKS: &str = "query($id: ID!, $first: Int) { playlist(id: $id) { name
    connection: tracks(first: $first) { nodes { id } pageInfo { hasNextPage } } } }";
const PLAYLISTS: &str = "query($first: Int) { me { id
    connection: playlists(first: $first) { nodes { id } pageInfo { hasNextPage } } } }";

/// Both connections, and what they hang on.
async fn both(ada: &Caller, first: Value) -> [(Answer, &'static str); 2] {
    let id = playlist_id(1000);
    let tracks = ada
        .graphql(TRACKS, json!({ "id": id, "first": first }))
        .await;
    let playlists = ada.graphql(PLAYLISTS, json!({ "first": first })).await;
    [(tracks, "playlist"), (playlists, "me")]
}

async fn ada() -> (TestApp, Caller) {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    (app, ada)
}

#[tokio::test]
async fn fifty_come_where_nothing_or_null_is_said() {
    let (_app, ada) = ada().await;
    for (answer, _) in [
        ada.graphql(TRACKS, json!({ "id": playlist_id(1000) })).await,
        ada.graphql(TRACKS, json!({ "id": playlist_id(1000), "first": null })).await,
        ada.query(&format!("{{ playlist(id: \"{}\") {{ connection: tracks {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }} }}", playlist_id(1000))).await,
        ada.query(&format!("{{ playlist(id: \"{}\") {{ connection: tracks(first: null, after: null) {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }} }}", playlist_id(1000))).await,
    ].map(|answer| (answer, ())) {
        let connection = answer.data()["playlist"]["connection"].take();
        assert_eq!(connection["nodes"].as_array().unwrap().len(), 50);
        assert_eq!(connection["pageInfo"]["hasNextPage"], true);
    }
}

#[tokio::test]
async fn none_to_a_thousand_may_be_wanted() {
    let (app, ada) = ada().await;
    let library = app.spotify.library(data::ADA).len();
    for first in [0, 1, 999, 1000] {
        for (answer, parent) in both(&ada, json!(first)).await {
            let connection = answer.data()[parent]["connection"].take();
            let there = if parent == "me" { library } else { 1000 };
            assert_eq!(
                connection["nodes"].as_array().unwrap().len(),
                first.min(there)
            );
            assert_eq!(connection["pageInfo"]["hasNextPage"], first < there);
        }
    }
}

#[tokio::test]
async fn more_or_less_is_refused_and_the_rest_of_the_answer_is_there() {
    let (app, ada) = ada().await;
    for first in [
        -1,
        1001,
        i64::from(i32::MAX),
        i64::from(i32::MAX) + 1,
        i64::MIN,
    ] {
        app.spotify.reset_counts();
        for (answer, parent) in both(&ada, json!(first)).await {
            refused(&answer, json!([parent, "connection"]));
            let message =
                format!("first: is {first}, and must be from 0 to 1000; page on with after");
            assert_eq!(answer.error()["message"], message);
            if parent == "me" {
                // Me.playlists is not nullable, and neither is me.
                assert!(answer.partial_data().is_null());
                continue;
            }
            let data = answer.partial_data()[parent].take();
            assert!(data["name"].is_string(), "{data}");
            assert!(data.as_object().unwrap()["connection"].is_null());
        }
        assert_eq!(app.spotify.count("GET /v1/playlists/{id}/items"), 0);
        assert_eq!(app.spotify.count("GET /v1/me/playlists"), 0);
    }
    for first in ["-1", "1001", "2147483647", "2147483648"] {
        let query = format!("{{ me {{ id playlists(first: {first}) {{ totalCount }} }} }}");
        let answer = ada.query(&query).await;
        refused(&answer, json!(["me", "playlists"]));
    }
}

fn refused(answer: &Answer, path: Value) {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.code(), "BAD_USER_INPUT");
    let error = answer.error();
    assert_eq!(error["extensions"]["argument"], "first");
    assert_eq!(error["path"], path);
}

#[tokio::test]
async fn what_is_no_whole_number_is_refused_before_anything_is_asked() {
    let (app, ada) = ada().await;
    app.spotify.reset_counts();
    for first in [
        json!(1e30),
        json!(1.5),
        json!("10"),
        json!(true),
        json!([]),
        json!({}),
    ] {
        for (answer, _) in both(&ada, first.clone()).await {
            assert_eq!(answer.code(), "BAD_USER_INPUT", "variable {first}");
            assert_eq!(answer.error()["extensions"]["argument"], "first");
        }
    }
    for first in [
        "1e30",
        "9223372036854775808",
        "1.5",
        "\"10\"",
        "true",
        "[]",
        "{}",
        "TEN",
    ] {
        let query = format!("{{ me {{ playlists(first: {first}) {{ totalCount }} }} }}");
        let answer = ada.query(&query).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "literal {first}");
        assert_eq!(answer.error()["extensions"]["argument"], "first");
    }
    assert!(app.spotify.counts().is_empty());
}
