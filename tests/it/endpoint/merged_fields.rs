//! Fields of one name in the response are one field, executed once with all that is selected of it.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::{GRAPHQL_RESPONSE, assert_refused};
use crate::support::{Caller, NativeApp, TestApp};

const TRACK: &str = "4uLU6hMCjMI75M1A2tKUQC";

async fn upload(caller: &Caller, version: i64) -> Value {
    let answer = caller.upload(TRACK, "beats", version, "{}").await;
    answer.uploaded()["id"].clone()
}

#[tokio::test]
async fn a_mutation_that_is_written_twice_is_done_once() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let (older, newer) = (upload(&ada, 1).await, upload(&ada, 2).await);
    let query = "mutation($id: ID!) { deleteMetadata(input: {id: $id}) { deleted } ...F }
        fragment F on Mutation { deleteMetadata(input: {id: $id}) { newest { id } } }";
    let answer = ada.graphql(query, json!({ "id": newer })).await;
    let expected = json!({ "deleteMetadata": { "deleted": true, "newest": { "id": older } } });
    assert_eq!(answer.data(), expected);
}

#[tokio::test]
async fn a_code_that_is_redeemed_in_two_fragments_is_used_once() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let redeem = format!(
        "redeemLoginCode(input: {{code: \"{code}\", codeVerifier: \"{}\"}})",
        native.verifier
    );
    let query = format!(
        "mutation {{ ...A ...B }}
        fragment A on Mutation {{ {redeem} {{ token }} }}
        fragment B on Mutation {{ {redeem} {{ me {{ id }} }} }}"
    );
    let payload = app.anonymous().query(&query).await.data()["redeemLoginCode"].clone();
    assert_eq!(payload["me"]["id"], data::ADA);
    let ada = app
        .anonymous()
        .with_bearer(payload["token"].as_str().unwrap());
    assert_eq!(
        ada.query("{ me { id } }").await.data()["me"]["id"],
        data::ADA
    );
}

#[tokio::test]
async fn spotify_is_asked_once_for_all_that_is_selected() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    ada.query("{ me { id } }").await.data();
    let id = data::playlist_id(49);
    let tracks = "tracks(first: 2)";
    let query = format!(
        "{{ playlist(id: \"{id}\") {{ name {tracks} {{ nodes {{ ...on Track {{ name }} }} }} }} ...F }}
        fragment F on Query {{ playlist(id: \"{id}\") {{
            {tracks} {{ nodes {{ uri name ...on Track {{ artists {{ name }} }} }} }} trackCount }} }}"
    );
    app.spotify.reset_counts();
    let playlist = ada.query(&query).await.data()["playlist"].clone();
    assert_eq!(app.spotify.count("GET /v1/playlists/{id}"), 1);
    assert_eq!(app.spotify.count("GET /v1/playlists/{id}/items"), 0);
    let whole = playlist["name"].is_string() && playlist["trackCount"].is_number();
    assert!(whole, "{playlist}");
    let nodes = playlist["tracks"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 2);
    for node in nodes {
        let named = node["name"].is_string() && node["uri"].is_string();
        assert!(named && node["artists"].is_array(), "{node}");
    }
}

#[tokio::test]
async fn conditions_are_decided_anew_for_each_request() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = "query($more: Boolean!, $less: Boolean! = false) {
        me @skip(if: $less) { id } me @include(if: $more) { uri ... @include(if: $less) { id } } }";
    let me = async |variables: Value| ada.graphql(query, variables).await.data();
    let uri = format!("spotify:user:{}", data::ADA);
    for _ in 0..2 {
        assert_eq!(
            me(json!({ "more": false })).await,
            json!({ "me": { "id": data::ADA } })
        );
        let both = json!({ "me": { "id": data::ADA, "uri": uri } });
        assert_eq!(me(json!({ "more": true })).await, both);
        assert_eq!(me(json!({ "more": false, "less": true })).await, json!({}));
        let other = json!({ "me": { "uri": uri, "id": data::ADA } });
        assert_eq!(me(json!({ "more": true, "less": true })).await, other);
    }
}

#[tokio::test]
async fn fields_that_cannot_be_one_are_refused() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let (one, other) = (data::playlist_id(1), data::playlist_id(49));
    for query in [
        format!(
            "{{ playlist(id: \"{one}\") {{ name }} ...on Query {{ playlist(id: \"{other}\") {{ id }} }} }}"
        ),
        "{ me { id } ...F } fragment F on Query { me { id: displayName } }".to_owned(),
        "{ __schema { queryType { name queryType: name } queryType { name: kind } } }".to_owned(),
        "{ __type(name: \"Track\") { name } __type(name: \"Album\") { kind } }".to_owned(),
        format!(
            "{{ playlist(id: \"{one}\") {{ tracks(first: 1) {{ nodes {{ name }} }}
                ...on Playlist {{ tracks(first: 3) {{ nodes {{ uri }} }} }} }} }}"
        ),
        format!(
            "{{ playlist(id: \"{one}\") {{ tracks {{ nodes {{
                ...on Track {{ x: name }} ...on Episode {{ x: durationMs }} }} }} }} }}"
        ),
    ] {
        let body = json!({ "query": query }).to_string();
        let answer = ada.post(GRAPHQL_RESPONSE, body).await;
        let error = assert_refused(&answer, 400, "GRAPHQL_VALIDATION_FAILED");
        assert_eq!(error["locations"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn one_name_may_be_different_fields_of_objects_that_are_never_the_same() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let of_nodes = async |nodes: &str| {
        let id = data::ODD;
        let query = format!(
            "{{ playlist(id: \"{id}\") {{ tracks(first: 5) {{ nodes {{ {nodes} }} }} }} }}"
        );
        ada.query(&query).await.data()["playlist"]["tracks"]["nodes"].clone()
    };
    let plain = of_nodes("...on Track { x: isrc } ...on Episode { x: description }").await;
    assert!(
        plain
            .as_array()
            .unwrap()
            .iter()
            .any(|node| node["x"].is_string())
    );
    for wrapped in [
        "...on Track { ... { x: isrc } } ...on Episode { ... { x: description } }",
        "...on Track { ...@include(if: true) { x: isrc } } ...on Episode { ...@skip(if: false) { x: description } }",
        "... { ...on Track { ... { ... { x: isrc } } } ...on Episode { x: description } }",
    ] {
        assert_eq!(of_nodes(wrapped).await, plain, "{wrapped}");
    }
}

#[tokio::test]
async fn introspection_is_merged_and_completed_as_all_else() {
    let app = TestApp::start().await;
    for (query, expected) in [
        (
            "{ __schema { queryType { name @skip(if: true) } queryType { kind } } }",
            json!({ "__schema": { "queryType": { "kind": "OBJECT" } } }),
        ),
        (
            "{ __type(name: \"Track\") { name @skip(if: true) } }",
            json!({ "__type": {} }),
        ),
        (
            "{ a: __type(name: \"Image\") { fields { name @skip(if: true) } fields { name type { kind } } } }",
            json!({ "a": { "fields": [
                { "name": "url", "type": { "kind": "NON_NULL" } },
                { "name": "width", "type": { "kind": "SCALAR" } },
                { "name": "height", "type": { "kind": "SCALAR" } },
            ] } }),
        ),
        (
            "{ __type(name: \"Nothing\") { name } }",
            json!({ "__type": null }),
        ),
    ] {
        assert_eq!(
            app.anonymous().query(query).await.data(),
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn typename_takes_nothing_and_has_no_fields() {
    let app = TestApp::start().await;
    for query in [
        "{ __typename(x: 1) }",
        "{ __typename { a } }",
        "{ ...F } fragment F on Query { t: __typename(x: 1) }",
    ] {
        let body = json!({ "query": query }).to_string();
        let answer = app.anonymous().post(GRAPHQL_RESPONSE, body).await;
        assert_refused(&answer, 400, "GRAPHQL_VALIDATION_FAILED");
    }
}
