//! Lists that lie about their length. Walking them gives what is there, and ends.

use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{Fault, Rule};
use serde_json::{Value, json};

use crate::support::{Caller, TestApp};

const QUERY: &str = "query($id: ID!, $first: Int, $after: String) { playlist(id: $id) { trackCount
    tracks(first: $first, after: $after) { totalCount edges { position node { id } }
        pageInfo { hasNextPage endCursor } } } }";

/// Walks on as long as there is a next page, with at most so many requests. Every step that
/// announces another must give a cursor to go on from.
async fn walk(caller: &Caller, id: &str, first: usize, requests: usize) -> Vec<Option<String>> {
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    for _ in 0..requests {
        let variables = json!({ "id": id, "first": first, "after": after });
        let page = caller.graphql(QUERY, variables).await.data()["playlist"]["tracks"].take();
        for edge in page["edges"].as_array().unwrap() {
            assert_eq!(edge["position"], ids.len());
            ids.push(edge["node"]["id"].as_str().map(str::to_owned));
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return ids;
        }
        after = page["pageInfo"]["endCursor"].clone();
        assert!(after.is_string(), "nothing to go on from");
    }
    panic!("{id} does not end");
}

#[tokio::test]
async fn a_list_that_lies_is_walked_to_its_true_end() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for id in [
        data::TOTAL_TOO_LARGE,
        data::TOTAL_TOO_SMALL,
        data::NO_TOTAL,
        data::ENDLESS,
        data::BARE,
    ] {
        let expected = app.spotify.playlist(id).track_ids();
        assert_eq!(expected.len(), 70);
        for first in [1000, 100, 70, 50, 35, 20] {
            // A page more at the most: where what is announced turns out to be nothing.
            let requests = 70_usize.div_ceil(first) + 1;
            assert_eq!(
                walk(&ada, id, first, requests).await,
                expected,
                "{id} by {first}"
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_length_is_told_as_spotify_tells_it() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for (id, told) in [
        (data::TOTAL_TOO_LARGE, json!(130)),
        (data::TOTAL_TOO_SMALL, json!(10)),
        (data::NO_TOTAL, Value::Null),
        (data::ENDLESS, json!(70)),
    ] {
        let variables = json!({ "id": id, "first": 1 });
        let playlist = ada.graphql(QUERY, variables).await.data()["playlist"].take();
        assert_eq!(playlist["trackCount"], told);
        assert_eq!(playlist["tracks"]["totalCount"], told);
    }
}

#[tokio::test]
async fn a_lie_costs_a_few_calls_at_the_most() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for (id, calls) in [
        (data::TOTAL_TOO_LARGE, 2),
        (data::TOTAL_TOO_SMALL, 1),
        (data::NO_TOTAL, 1),
        (data::ENDLESS, 1),
    ] {
        app.spotify.reset_counts();
        ada.graphql(QUERY, json!({ "id": id, "first": 1000 }))
            .await
            .data();
        assert_eq!(
            app.spotify.count("GET /v1/playlists/{id}/items"),
            calls,
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_playlist_that_comes_with_fewer_entries_than_it_tells_of_is_asked_for_them() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let id = playlist_id(49);
    let expected = app.spotify.playlist(&id).track_ids();
    for entries in [
        json!({ "href": "https://x", "total": 49 }),
        json!({ "items": null, "total": 49, "next": null }),
        json!({ "items": [], "total": 49, "next": null }),
        json!({ "items": [{}, {}], "total": 49, "next": null }),
        json!({ "items": [{}, {}], "next": null }),
    ] {
        for name in ["items", "tracks"] {
            let playlist = json!({ "id": id, name: entries });
            let fault = Fault::json(&playlist.to_string());
            let rule = Rule::on("GET /v1/playlists/{id}", fault);
            app.spotify.inject(rule.times(1));
            let given = walk(&ada, &id, 50, 1).await;
            assert_eq!(given, expected, "{playlist}");
        }
    }
}
