//! `me.playlists`: the library.

use std::time::Duration;

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::oracle::{self, PLAYLIST};
use crate::support::{Caller, TestApp};

const LIBRARY: &str = "GET /v1/me/playlists";
const QUERY: &str =
    "query($first: Int, $after: String) { me { playlists(first: $first, after: $after) {
    edges { cursor node { id } } nodes { id } totalCount
    pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
} } }";

/// Every playlist's id, page after page, and how many pages there were.
async fn walk(caller: &Caller, first: Option<u32>) -> (Vec<String>, usize) {
    let (mut ids, mut after, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let variables = json!({ "first": first, "after": after });
        let page = caller.graphql(QUERY, variables).await.data()["me"]["playlists"].take();
        pages += 1;
        let edges = page["edges"].as_array().unwrap();
        let nodes: Vec<&Value> = edges.iter().map(|edge| &edge["node"]).collect();
        assert_eq!(json!(nodes), page["nodes"]);
        let info = &page["pageInfo"];
        assert_eq!(info["hasPreviousPage"], !after.is_null());
        assert_eq!(info["startCursor"], edges[0]["cursor"]);
        assert_eq!(info["endCursor"], edges[edges.len() - 1]["cursor"]);
        ids.extend(
            nodes
                .iter()
                .map(|node| node["id"].as_str().unwrap().to_owned()),
        );
        if info["hasNextPage"] == false {
            assert_eq!(page["totalCount"], ids.len());
            return (ids, pages);
        }
        after = info["endCursor"].clone();
    }
}

#[tokio::test]
async fn a_library_beyond_one_page_is_walked_in_order_at_any_page_size() {
    let app = TestApp::start().await;
    let minseo = app.logged_in(data::MINSEO).await;
    let library = app.spotify.library(data::MINSEO);
    assert_eq!(library.len(), 123);
    assert!(library.contains(&data::SHARED.to_owned()), "collaborative");
    for (first, pages, calls) in [
        (None, 3, 3),
        (Some(50), 3, 3),
        (Some(49), 3, 5),
        (Some(123), 1, 3),
        (Some(1000), 1, 3),
        // Each page of 7 is within one of Spotify's, but for the two across a border.
        (Some(7), 18, 20),
    ] {
        app.spotify.reset_counts();
        assert_eq!(walk(&minseo, first).await, (library.clone(), pages));
        assert_eq!(app.spotify.counts(), [(LIBRARY.to_owned(), calls)].into());
    }
}

#[tokio::test]
async fn pages_beyond_the_first_are_asked_for_at_once() {
    let app = TestApp::start().await;
    let minseo = app.bearer(data::MINSEO);
    let slow = lockstep_api::simulator::Fault::Hang;
    app.spotify
        .inject(lockstep_api::simulator::Rule::on(LIBRARY, slow).after(1));
    let query = minseo.query("{ me { playlists(first: 1000) { nodes { id } } } }");
    let both = async {
        app.spotify.wait_for(LIBRARY, 3).await;
        app.spotify.clear_faults();
    };
    let (answer, ()) = tokio::join!(query, both);
    let nodes = answer.data()["me"]["playlists"]["nodes"].take();
    assert_eq!(nodes.as_array().unwrap().len(), 123);
}

#[tokio::test]
async fn a_playlist_of_the_library_has_all_its_fields() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let said = oracle::ask(&app, data::ADA, "/v1/me/playlists?limit=50").await;
    app.spotify.reset_counts();
    let query = format!("{{ me {{ playlists {{ nodes {{ {PLAYLIST} }} }} }} }}");
    let nodes = ada.query(&query).await.data()["me"]["playlists"]["nodes"].take();
    let said = said["items"].as_array().unwrap();
    assert_eq!(said.len(), nodes.as_array().unwrap().len());
    for (said, node) in said.iter().zip(nodes.as_array().unwrap()) {
        if said["id"] == data::BARE {
            continue; // See playlist.rs.
        }
        let playlist = app.spotify.playlist(said["id"].as_str().unwrap());
        let text = playlist.description.filter(|text| !text.is_empty());
        let total = said["items"]["total"].clone();
        assert_eq!(*node, oracle::playlist(said, json!(text), total));
    }
    assert_eq!(app.spotify.counts(), [(LIBRARY.to_owned(), 1)].into());
}

#[tokio::test]
async fn tracks_of_the_librarys_playlists_cost_one_call_each_and_none_for_the_playlist() {
    let app = TestApp::start().await;
    let minseo = app.logged_in(data::MINSEO).await;
    app.spotify.reset_counts();
    let query = "{ me { playlists(first: 12) { nodes { id trackCount tracks(first: 3) { nodes { id } } } } } }";
    let nodes = minseo.query(query).await.data()["me"]["playlists"]["nodes"].take();
    for node in nodes.as_array().unwrap() {
        let held = app.spotify.playlist(node["id"].as_str().unwrap());
        assert_eq!(node["trackCount"], held.len());
        let ids: Vec<_> = held.track_ids().into_iter().take(3).collect();
        let nodes = node["tracks"]["nodes"].as_array().unwrap();
        let given: Vec<_> = nodes.iter().map(|node| node["id"].as_str()).collect();
        assert_eq!(given, ids.iter().map(Option::as_deref).collect::<Vec<_>>());
    }
    let items = "GET /v1/playlists/{id}/items".to_owned();
    // The first of the twelve is empty, which it tells by itself.
    let expected = [(LIBRARY.to_owned(), 1), (items, 11)];
    assert_eq!(app.spotify.counts(), expected.into());
}

#[tokio::test]
async fn somebody_elses_playlist_stands_in_the_library_with_its_length() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let query = "{ me { playlists { nodes { id name trackCount owner { displayName } } } } }";
    let nodes = ada.query(query).await.data()["me"]["playlists"]["nodes"].take();
    let nodes = nodes.as_array().unwrap();
    let followed = nodes
        .iter()
        .find(|node| node["id"] == data::FOLLOWED)
        .unwrap();
    assert_eq!(followed["owner"]["displayName"], "أمينة بن يوسف");
    assert_eq!(followed["trackCount"], 120);
}

#[tokio::test]
async fn whoever_did_not_grant_collaborative_playlists_gets_all_others() {
    let app = TestApp::start().await;
    let hour = Duration::from_secs(3600);
    let tokens = app
        .spotify
        .mint(data::MINSEO, &["playlist-read-private"], hour);
    let caller = app.anonymous().with_bearer(&tokens.access_token);
    let (ids, _) = walk(&caller, Some(50)).await;
    let mut library = app.spotify.library(data::MINSEO);
    library.retain(|id| id != data::SHARED);
    assert_eq!(ids, library);
}

#[tokio::test]
async fn an_empty_library_is_an_empty_page() {
    let app = TestApp::start().await;
    let olena = app.bearer(data::OLENA);
    let page = olena.query(QUERY).await.data()["me"]["playlists"].take();
    let info = json!({
        "hasPreviousPage": false, "hasNextPage": false, "startCursor": null, "endCursor": null,
    });
    let expected = json!({ "edges": [], "nodes": [], "totalCount": 0, "pageInfo": info });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn how_many_there_are_can_be_asked_for_alone() {
    let app = TestApp::start().await;
    let minseo = app.bearer(data::MINSEO);
    let query =
        "{ me { playlists(first: 0) { totalCount nodes { id } pageInfo { hasNextPage } } } }";
    let page = minseo.query(query).await.data()["me"]["playlists"].take();
    let expected = json!({ "totalCount": 123, "nodes": [], "pageInfo": { "hasNextPage": true } });
    assert_eq!(page, expected);
    assert_eq!(app.spotify.count(LIBRARY), 1);
}

#[tokio::test]
async fn a_playlist_added_or_left_between_two_pages_moves_the_others_and_nothing_breaks() {
    let app = TestApp::start().await;
    let minseo = app.bearer(data::MINSEO);
    let page = minseo.query(QUERY).await.data()["me"]["playlists"].take();
    let after = page["pageInfo"]["endCursor"].clone();
    let library = app.spotify.library(data::MINSEO);
    app.spotify.unfollow(data::MINSEO, &library[0]);
    app.spotify.unfollow(data::MINSEO, &library[1]);
    let variables = json!({ "first": 1000, "after": after });
    let page = minseo.graphql(QUERY, variables).await.data()["me"]["playlists"].take();
    assert_eq!(page["nodes"][0]["id"], library[52]);
    assert_eq!(page["totalCount"], 121);
    assert_eq!(page["nodes"].as_array().unwrap().len(), 71);
}
