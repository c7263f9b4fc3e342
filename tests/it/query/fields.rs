//! What is asked of Spotify of each entry: what the query selects, and what it takes to tell one entry
//! from another.

use lockstep_api::config::Cache;
use lockstep_api::simulator::data::{self, playlist_id};
use serde_json::{Value, json};

use super::oracle;
use crate::support::{Caller, TestApp};

const ITEMS: &str = "GET /v1/playlists/{id}/items";

/// The selections of `kind`, one for each leaf below it: `album { images { url } }`.
async fn leaves(caller: &Caller, kind: &str) -> Vec<Vec<String>> {
    let query = "query($kind: String!) { __type(name: $kind) { fields { name type {
        name kind ofType { name kind ofType { name kind ofType { name kind } } } } } } }";
    let answer = caller.graphql(query, json!({ "kind": kind })).await;
    let mut found = Vec::new();
    for field in answer.data()["__type"]["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        let mut inner = &field["type"];
        while !inner["ofType"].is_null() {
            inner = &inner["ofType"];
        }
        // Our own, and what differs from one request to the next.
        if ["metadata", "cursor", "node"].contains(&name) {
            continue;
        }
        if inner["kind"] == "OBJECT" {
            let below = Box::pin(leaves(caller, inner["name"].as_str().unwrap())).await;
            for leaf in below {
                found.push([vec![name.to_owned()], leaf].concat());
            }
        } else {
            found.push(vec![name.to_owned()]);
        }
    }
    found
}

fn selection(path: &[String]) -> String {
    let (name, below) = path.split_first().unwrap();
    if below.is_empty() {
        return name.clone();
    }
    format!("{name} {{ {} }}", selection(below))
}

/// What is left of an answer where nothing but `path` was selected.
fn only(answer: &Value, path: &[String]) -> Value {
    match (answer, path.split_first()) {
        (Value::Array(list), _) => list.iter().map(|value| only(value, path)).collect(),
        (Value::Object(object), Some((name, below))) => match object.get(name) {
            Some(value) => json!({ name: only(value, below) }),
            None => json!({}),
        },
        (value, _) => value.clone(),
    }
}

async fn edges(caller: &Caller, id: &str, selection: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ playlist(id: $id) {{ tracks(first: 100) {{ edges {{ {selection} }} }} }} }}"
    );
    let answer = caller.graphql(&query, json!({ "id": id })).await;
    answer.partial_data()["playlist"]["tracks"]["edges"].take()
}

#[tokio::test]
async fn each_field_alone_is_what_it_is_among_all_of_them() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let mut paths = Vec::new();
    for path in leaves(&ada, "PlaylistTrackEdge").await {
        paths.push((selection(&path), path));
    }
    for kind in ["Track", "Episode"] {
        for path in leaves(&ada, kind).await {
            let selection = format!("node {{ ... on {kind} {{ {} }} }}", selection(&path));
            paths.push((selection, [vec!["node".to_owned()], path].concat()));
        }
    }
    assert!(paths.len() > 40, "{paths:?}");
    for id in [data::ODD, &playlist_id(51)] {
        let all = edges(&ada, id, oracle::EDGE).await;
        assert!(all.as_array().unwrap().len() > 40, "{id}");
        for (selection, path) in &paths {
            let alone = edges(&ada, id, selection).await;
            for (alone, all) in alone
                .as_array()
                .unwrap()
                .iter()
                .zip(all.as_array().unwrap())
            {
                let expected = only(all, path);
                let same_kind = selection.strip_prefix("node { ... on ").is_none_or(|rest| {
                    rest.starts_with(all["node"]["__typename"].as_str().unwrap_or(""))
                });
                if same_kind {
                    assert_eq!(*alone, expected, "{selection}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_a_player_shows_costs_a_third_of_what_spotify_would_send_at_the_most() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(1000);
    let mut whole = 0;
    for offset in (0..1000).step_by(50) {
        let path = format!("/v1/playlists/{id}/items?limit=50&offset={offset}");
        whole += oracle::ask(&app, data::ADA, &path).await.to_string().len() as u64;
    }
    app.spotify.reset_counts();
    let query = "query($id: ID!) { playlist(id: $id) { name tracks(first: 1000) { nodes {
        uri name durationMs ... on Track { id artists { name } album { name } } } } } }";
    ada.graphql(query, json!({ "id": id })).await.data();
    let asked = app.spotify.bytes_sent();
    assert!(asked * 3 <= whole, "{asked} of {whole} bytes");
}

#[tokio::test]
async fn a_query_for_more_asks_again_and_then_both_ask_nothing() {
    let app = TestApp::with(|setup| setup.config.cache = Cache::default()).await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(101);
    let queries = [
        "uri",
        "uri name",
        "... on Track { album { images { url } } }",
        "uri name ... on Track { album { name } }",
    ];
    let mut costs = Vec::new();
    for nodes in queries.iter().chain(&queries) {
        let query = format!(
            "query($id: ID!) {{ playlist(id: $id) {{ tracks(first: 200) {{ nodes {{ {nodes} }} }} }} }}"
        );
        app.spotify.reset_counts();
        let answer = ada.graphql(&query, json!({ "id": id })).await;
        let nodes = answer.data()["playlist"]["tracks"]["nodes"].take();
        assert_eq!(nodes.as_array().unwrap().len(), 101);
        assert!(!nodes.to_string().contains("null"), "{nodes}");
        costs.push(app.spotify.counts().get(ITEMS).copied().unwrap_or(0));
    }
    // The first of the three comes with the playlist.
    assert_eq!(costs, [2, 2, 2, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn two_selections_of_one_playlist_get_what_each_of_them_asks_for() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let id = playlist_id(50);
    let query = "query($id: ID!) {
        one: playlist(id: $id) { tracks { nodes { name } } }
        other: playlist(id: $id) { tracks { nodes { durationMs } ...Added } tracks { edges { isLocal } } }
    }
    fragment Added on PlaylistTrackConnection { edges { addedAt node { ...Cover } } }
    fragment Cover on Track { album { images { url } } }";
    app.spotify.reset_counts();
    let mut data = ada.graphql(query, json!({ "id": id })).await.data();
    assert_eq!(app.spotify.counts().values().sum::<usize>(), 1);
    let expected = edges(&ada, &id, oracle::EDGE).await;
    let edges = expected.as_array().unwrap();
    let each = |of: fn(&Value) -> Value| edges.iter().map(of).collect::<Value>();
    assert_eq!(
        data["one"]["tracks"]["nodes"].take(),
        each(|edge| json!({ "name": edge["node"]["name"] }))
    );
    assert_eq!(
        data["other"]["tracks"]["nodes"].take(),
        each(|edge| json!({ "durationMs": edge["node"]["durationMs"] }))
    );
    let url = |edge: &Value| -> Value {
        let images = edge["node"]["album"]["images"].as_array().unwrap().iter();
        images.map(|image| json!({ "url": image["url"] })).collect()
    };
    let other: Value = edges
        .iter()
        .map(|edge| {
            json!({ "addedAt": edge["addedAt"], "isLocal": edge["isLocal"],
                "node": { "album": { "images": url(edge) } } })
        })
        .collect();
    assert_eq!(data["other"]["tracks"]["edges"].take(), other);
}
