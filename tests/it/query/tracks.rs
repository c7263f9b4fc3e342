//! `Playlist.tracks`: what is in a playlist, entry for entry.

use lockstep_api::simulator::Mode;
use lockstep_api::simulator::data::{self, SIZES, playlist_id};
use serde_json::{Value, json};

use super::oracle::{self, EDGE};
use crate::support::{Caller, TestApp};

/// The whole connection of a playlist of at most 1000 entries.
async fn tracks(caller: &Caller, id: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ playlist(id: $id) {{ trackCount tracks(first: 1000) {{
            totalCount edges {{ {EDGE} }} nodes {{ uri }}
            pageInfo {{ hasPreviousPage hasNextPage startCursor endCursor }} }} }} }}"
    );
    let mut answer = caller.graphql(&query, json!({ "id": id })).await.data();
    let connection = answer["playlist"]["tracks"].take();
    let count = connection["edges"].as_array().unwrap().len();
    assert_eq!(answer["playlist"]["trackCount"], count);
    assert_eq!(connection["totalCount"], count);
    connection
}

/// Takes the cursors out of the edges.
fn cursors(edges: &mut Value) -> Vec<Value> {
    let edges = edges.as_array_mut().unwrap();
    let cursors = edges
        .iter_mut()
        .map(|edge| edge.as_object_mut().unwrap().remove("cursor"));
    cursors.map(Option::unwrap).collect()
}

async fn equals_what_spotify_says(mode: Mode, ids: impl IntoIterator<Item = String>) {
    let app = TestApp::with(|setup| setup.spotify.mode = mode).await;
    let ada = app.bearer(data::ADA);
    for id in ids {
        let expected = oracle::edges(&app, data::ADA, &id, mode).await;
        assert_eq!(expected.len(), app.spotify.playlist(&id).len() as usize);
        let mut connection = tracks(&ada, &id).await;
        let cursors = cursors(&mut connection["edges"]);
        for (given, expected) in connection["edges"]
            .as_array()
            .unwrap()
            .iter()
            .zip(&expected)
        {
            assert_eq!(given, expected);
        }
        assert_eq!(cursors.len(), expected.len());
        let uris: Vec<Value> = expected
            .iter()
            .map(|edge| json!({ "uri": edge["node"]["uri"] }))
            .collect();
        assert_eq!(connection["nodes"], json!(uris));
        let info = json!({
            "hasPreviousPage": false, "hasNextPage": false,
            "startCursor": cursors.first(), "endCursor": cursors.last(),
        });
        assert_eq!(connection["pageInfo"], info);
    }
}

#[tokio::test]
async fn playlists_of_every_size_are_whole_and_in_order() {
    let sizes = SIZES
        .into_iter()
        .filter(|size| *size <= 1000)
        .map(playlist_id);
    equals_what_spotify_says(Mode::Development, sizes).await;
}

#[tokio::test]
async fn they_are_where_spotify_gives_both_shapes() {
    equals_what_spotify_says(Mode::Transitional, [0, 1, 51, 101].map(playlist_id)).await;
}

#[tokio::test]
async fn they_are_where_spotify_gives_the_older_shape_alone() {
    equals_what_spotify_says(Mode::Legacy, [0, 1, 51, 101].map(playlist_id)).await;
}

#[tokio::test]
async fn who_added_an_entry_is_told_where_several_people_add() {
    let app = TestApp::start().await;
    let expected = oracle::edges(&app, data::ADA, data::COLLABORATIVE, Mode::Development).await;
    let ada = app.bearer(data::ADA);
    let mut connection = tracks(&ada, data::COLLABORATIVE).await;
    cursors(&mut connection["edges"]);
    assert_eq!(connection["edges"], json!(expected));
    for person in [data::ADA, data::MINSEO, data::JOERG] {
        let added = expected
            .iter()
            .filter(|edge| edge["addedBy"]["id"] == person);
        assert!(added.count() > 20, "{person}");
    }
}

#[tokio::test]
async fn a_page_that_is_no_multiple_of_spotifys_is_cut_out_of_the_right_ones() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let id = playlist_id(101);
    let ids = app.spotify.playlist(&id).track_ids();
    let query = "query($id: ID!, $first: Int!, $after: String) { playlist(id: $id) {
        tracks(first: $first, after: $after) { edges { position cursor node { id } }
            pageInfo { hasNextPage hasPreviousPage endCursor } } } }";
    for first in [1_usize, 7, 33, 49, 50, 51, 99, 100, 101, 102] {
        let (mut after, mut at) = (Value::Null, 0);
        // One entry at a time from 45 on is enough to see both borders.
        if first == 1 {
            let variables = json!({ "id": id, "first": 45 });
            let page = ada.graphql(query, variables).await.data();
            after = page["playlist"]["tracks"]["pageInfo"]["endCursor"].clone();
            at = 45;
        }
        loop {
            let variables = json!({ "id": id, "first": first, "after": after });
            let page = ada.graphql(query, variables).await.data()["playlist"]["tracks"].take();
            let edges = page["edges"].as_array().unwrap();
            assert_eq!(edges.len(), first.min(101 - at));
            for edge in edges {
                assert_eq!(edge["position"], at);
                assert_eq!(edge["node"]["id"].as_str(), ids[at].as_deref());
                at += 1;
            }
            assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_null());
            assert_eq!(page["pageInfo"]["hasNextPage"], at < 101);
            if at == 101 || (first == 1 && at == 55) {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
}
