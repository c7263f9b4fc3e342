//! Finding, going back to and removing what was uploaded.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use lockstep_api::simulator::data;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

const TRACK: &str = "4uLU6hMCjMI75M1A2tKUQC";
const OTHER: &str = "6rqhFgbbKwnb9MLmUQDhG6";

async fn upload(caller: &Caller, track: &str, kind: &str, version: i64) -> String {
    let collection = json!({ "of": version });
    let answer = caller.upload(track, kind, version, collection).await;
    answer.uploaded()["id"].as_str().unwrap().to_owned()
}

async fn delete(caller: &Caller, id: &str) -> Answer {
    let query = "mutation ($id: ID!) { deleteMetadata(input: {id: $id}) {
        deleted newest { version collection } } }";
    caller.graphql(query, json!({ "id": id })).await
}

/// A page of the history of the track's beats.
async fn history(caller: &Caller, first: i32, after: Option<&str>) -> Value {
    let query = "query ($track: ID!, $first: Int, $after: String) { metadata(trackId: $track) {
        history(first: $first, after: $after) { totalCount nodes { id version }
            edges { cursor node { version } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
    let variables = json!({ "track": TRACK, "first": first, "after": after });
    let data = caller.graphql(query, variables).await.data();
    data["metadata"]["history"].clone()
}

/// A page of all that the caller has uploaded.
async fn mine(caller: &Caller, first: i32, after: Option<&str>, kind: Option<&str>) -> Answer {
    let query = "query ($first: Int, $after: String, $kind: String) { me {
        metadata(first: $first, after: $after, type: $kind) { totalCount
            nodes { id trackId type version } pageInfo { hasNextPage endCursor } } } }";
    let variables = json!({ "first": first, "after": after, "kind": kind });
    caller.graphql(query, variables).await
}

fn versions(connection: &Value) -> Vec<i64> {
    let nodes = connection["nodes"].as_array().unwrap().iter();
    nodes
        .map(|node| node["version"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_history_goes_back_page_by_page_and_new_uploads_move_nothing() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for version in 1..=7 {
        upload(&ada, TRACK, "beats", version).await;
        upload(&ada, TRACK, "bars", 100 + version).await;
    }
    let first = history(&ada, 3, None).await;
    assert_eq!(versions(&first), [7, 6, 5]);
    assert_eq!(first["totalCount"], 7);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    assert_eq!(first["pageInfo"]["hasPreviousPage"], false);
    assert_eq!(
        first["edges"][0]["cursor"],
        first["pageInfo"]["startCursor"]
    );
    upload(&ada, TRACK, "beats", 8).await;
    let second = history(&ada, 3, first["pageInfo"]["endCursor"].as_str()).await;
    assert_eq!(versions(&second), [4, 3, 2]);
    assert_eq!(second["totalCount"], 8);
    // What the cursor stands on may go away.
    delete(&ada, second["nodes"][2]["id"].as_str().unwrap())
        .await
        .data();
    let third = history(&ada, 3, second["pageInfo"]["endCursor"].as_str()).await;
    assert_eq!(versions(&third), [1]);
    assert_eq!(third["pageInfo"]["hasNextPage"], false);
    assert_eq!(third["pageInfo"]["hasPreviousPage"], true);
    let end = history(&ada, 3, third["pageInfo"]["endCursor"].as_str()).await;
    assert_eq!(versions(&end), [0; 0]);
    assert_eq!(end["pageInfo"]["endCursor"], Value::Null);
    assert_eq!(versions(&history(&ada, 0, None).await), [0; 0]);
}

#[tokio::test]
async fn each_upload_of_a_history_has_its_own_collection() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for version in 1..=3 {
        upload(&ada, TRACK, "beats", version).await;
    }
    for (selection, path) in [
        ("nodes { version collection }", "/nodes"),
        (
            "nodes { ...C } } } } fragment C on Metadata { version collection } query Unused { me { metadata { totalCount",
            "/nodes",
        ),
        ("edges { node { version collection } }", "/edges"),
    ] {
        let query =
            format!("query Q {{ metadata(trackId: \"{TRACK}\") {{ history {{ {selection} }} }} }}");
        let body = json!({ "query": query, "operationName": "Q" }).to_string();
        let data = ada.post_graphql(body).await.data();
        let uploads = data["metadata"]["history"].pointer(path).unwrap().clone();
        for upload in uploads.as_array().unwrap() {
            let upload = upload.get("node").unwrap_or(upload);
            assert_eq!(upload["collection"]["of"], upload["version"]);
        }
    }
}

#[tokio::test]
async fn a_page_is_one_statement_and_reads_collections_only_when_asked() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for version in 1..=20 {
        upload(&ada, TRACK, "beats", version).await;
    }
    let statements = async |query: &str| {
        let before = app.store.statement_count();
        ada.query(query).await.data();
        app.store.statement_count() - before
    };
    // Session and person are two.
    assert_eq!(
        statements("{ me { metadata(first: 10) { nodes { version } } } }").await,
        3
    );
    let with_collections = "{ me { metadata(first: 10) { edges { node { collection } } } } }";
    assert_eq!(statements(with_collections).await, 3);
    let history =
        format!("{{ metadata(trackId: \"{TRACK}\") {{ history {{ nodes {{ collection }} }} }} }}");
    assert_eq!(statements(&history).await, 4);
}

#[tokio::test]
async fn the_histories_of_a_whole_page_of_tracks_are_one_statement() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let playlist = data::playlist_id(100);
    let tracks = app.spotify.playlist(&playlist).track_ids();
    let tracks: BTreeSet<String> = tracks.into_iter().flatten().take(30).collect();
    let uploads = tracks
        .iter()
        .flat_map(|track| (1..=3).map(move |version| (track, version)));
    for (track, version) in uploads {
        upload(&ada, track, "beats", version).await;
    }
    let query = format!(
        "{{ playlist(id: \"{playlist}\") {{ tracks(first: 100) {{ nodes {{ ... on Track {{ id metadata {{
            history(first: 2) {{ totalCount nodes {{ version collection }} pageInfo {{ hasNextPage }} }} }} }} }} }} }} }}"
    );
    let before = app.store.statement_count();
    let answer = ada.query(&query).await.data();
    // The newest of each, two of each, and how many there are.
    assert_eq!(app.store.statement_count() - before, 3);
    let nodes = answer["playlist"]["tracks"]["nodes"].as_array().unwrap();
    let with_history = nodes.iter().filter(|node| !node["metadata"].is_null());
    let mut seen = BTreeSet::new();
    for node in with_history {
        seen.insert(node["id"].as_str().unwrap().to_owned());
        let history = &node["metadata"]["history"];
        assert_eq!(versions(history), [3, 2]);
        assert_eq!(history["nodes"][1]["collection"]["of"], 2);
        assert_eq!(history["totalCount"], 3);
        assert_eq!(history["pageInfo"]["hasNextPage"], true);
    }
    assert_eq!(seen, tracks);
}

#[tokio::test]
async fn all_uploads_are_listed_the_latest_first_or_those_of_a_type() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let minseo = app.logged_in(data::MINSEO).await;
    upload(&minseo, TRACK, "beats", 99).await;
    for (track, kind, version) in [
        (TRACK, "beats", 1),
        (OTHER, "beats", 2),
        ("spotify:local:Artist:Album:Title:123", "bars", 3),
        (TRACK, "beats", 4),
    ] {
        upload(&ada, track, kind, version).await;
    }
    let page = mine(&ada, 3, None, None).await.data()["me"]["metadata"].clone();
    assert_eq!(versions(&page), [4, 3, 2]);
    assert_eq!(
        page["nodes"][1]["trackId"],
        "spotify:local:Artist:Album:Title:123"
    );
    assert_eq!(page["totalCount"], 4);
    let after = page["pageInfo"]["endCursor"].as_str();
    let rest = mine(&ada, 3, after, None).await.data()["me"]["metadata"].clone();
    assert_eq!(versions(&rest), [1]);
    let bars = mine(&ada, 3, None, Some("bars")).await.data()["me"]["metadata"].clone();
    assert_eq!((versions(&bars), &bars["totalCount"]), (vec![3], &json!(1)));
    let none = mine(&ada, 3, None, Some("none")).await.data()["me"]["metadata"].clone();
    assert_eq!(versions(&none), [0; 0]);
    // A cursor is good for its own list only.
    for kind in ["beats", "bars"] {
        assert_eq!(
            mine(&ada, 3, after, Some(kind)).await.code(),
            "BAD_USER_INPUT"
        );
    }
}

#[tokio::test]
async fn paging_while_others_upload_and_delete_sees_each_upload_once() {
    let app = TestApp::start().await;
    let other = app.instance().await;
    let ada = app.logged_in(data::ADA).await;
    let there = other.called_by(&ada);
    let uploads = (0..40).map(|version| upload(&ada, TRACK, "beats", version));
    let mut lasting: BTreeSet<String> = join_all(uploads).await.into_iter().collect();
    let mut doomed: Vec<String> = lasting.iter().step_by(4).cloned().collect();
    lasting.retain(|id| !doomed.contains(id));
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    for round in 0.. {
        let page = mine(&there, 7, after.as_deref(), None);
        let kind = format!("round-{round}");
        let meddle = async {
            upload(&ada, OTHER, &kind, round).await;
            if let Some(id) = doomed.pop() {
                delete(&ada, &id).await.data();
            }
        };
        let (page, ()) = tokio::join!(page, meddle);
        let page = page.data()["me"]["metadata"].clone();
        let nodes = page["nodes"].as_array().unwrap().iter();
        seen.extend(nodes.map(|node| node["id"].as_str().unwrap().to_owned()));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].as_str().map(str::to_owned);
    }
    let distinct: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(distinct.len(), seen.len(), "nothing is seen twice");
    assert!(
        distinct.is_superset(&lasting),
        "nothing that stayed is left out"
    );
}

#[tokio::test]
async fn deleting_the_newest_makes_the_one_before_it_the_newest_again() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let mut ids = Vec::new();
    for version in 1..=3 {
        ids.push(upload(&ada, TRACK, "beats", version).await);
    }
    let newest = format!("{{ metadata(trackId: \"{TRACK}\") {{ version }} }}");
    let deleted = delete(&ada, &ids[2]).await.data()["deleteMetadata"].clone();
    let expected =
        json!({ "deleted": true, "newest": { "version": 2, "collection": { "of": 2 } } });
    assert_eq!(deleted, expected);
    assert_eq!(ada.query(&newest).await.data()["metadata"]["version"], 2);
    // Sent again, because the answer was lost.
    let again = delete(&ada, &ids[2]).await.data()["deleteMetadata"].clone();
    assert_eq!(again, json!({ "deleted": false, "newest": null }));
    assert_eq!(ada.query(&newest).await.data()["metadata"]["version"], 2);
    // One that is not the newest leaves the newest alone.
    let older = delete(&ada, &ids[0]).await.data()["deleteMetadata"].clone();
    assert_eq!(older["newest"]["version"], 2);
    // An upload of the same as what was deleted is a new one.
    let back = upload(&ada, TRACK, "beats", 3).await;
    assert_ne!(back, ids[2]);
    for id in [&back, &ids[1]] {
        assert_eq!(
            delete(&ada, id).await.data()["deleteMetadata"]["deleted"],
            true
        );
    }
    assert_eq!(ada.query(&newest).await.data()["metadata"], Value::Null);
    assert_eq!(app.count_rows("metadata"), 0);
}

#[tokio::test]
async fn nobody_reads_or_deletes_what_is_somebody_elses() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let minseo = app.logged_in(data::MINSEO).await;
    let id = upload(&ada, TRACK, "beats", 1).await;
    let deleted = delete(&minseo, &id).await.data();
    assert_eq!(deleted["deleteMetadata"]["deleted"], false);
    assert_eq!(
        delete(&app.anonymous(), &id).await.code(),
        "UNAUTHENTICATED"
    );
    let page = mine(&minseo, 5, None, None).await.data();
    assert_eq!(page["me"]["metadata"]["totalCount"], 0);
    assert_eq!(app.count_rows("metadata"), 1);
    // A Spotify access token may upload, and delete what it uploaded.
    let deleted = delete(&app.bearer(data::ADA), &id).await.data();
    assert_eq!(deleted["deleteMetadata"]["deleted"], true);
}

#[tokio::test]
async fn the_types_of_a_track_are_listed() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for (track, kind) in [
        (TRACK, "beats"),
        (TRACK, "Bars"),
        (TRACK, "beats"),
        (OTHER, "keys"),
    ] {
        upload(&ada, track, kind, 1).await;
        upload(&ada, track, kind, 2).await;
    }
    let types = async |track: &str| {
        let query = "query ($track: ID!) { metadataTypes(trackId: $track) }";
        ada.graphql(query, json!({ "track": track })).await
    };
    for name in [TRACK, &format!("spotify:track:{TRACK}")] {
        assert_eq!(
            types(name).await.data()["metadataTypes"],
            json!(["Bars", "beats"])
        );
    }
    assert_eq!(
        types("11dFghVXANMlKmJXsNCbNl").await.data()["metadataTypes"],
        json!([])
    );
    let refused = types("x").await;
    assert_eq!(refused.code(), "BAD_USER_INPUT");
    assert_eq!(refused.error()["extensions"]["argument"], "trackId");
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_name() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let id = upload(&ada, TRACK, "beats", 1).await;
    for bad in ["", "x", "\0", &id.to_uppercase(), &id[1..], &"é".repeat(16)] {
        if bad == id {
            continue;
        }
        let refused = delete(&ada, bad).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "{bad:?}");
        assert_eq!(refused.error()["extensions"]["argument"], "input.id");
    }
    for (first, after, kind, argument) in [
        (101, None, None, "first"),
        (-1, None, None, "first"),
        (1, Some(""), None, "after"),
        (1, Some("bWUucGxheWxpc3RzOjA"), None, "after"),
        (1, Some("\0"), None, "after"),
        (1, None, Some("a b"), "type"),
        (1, None, Some(""), "type"),
    ] {
        let refused = mine(&ada, first, after, kind).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "{argument}");
        assert_eq!(refused.error()["extensions"]["argument"], argument);
        assert_eq!(refused.partial_data()["me"]["metadata"], Value::Null);
    }
}
