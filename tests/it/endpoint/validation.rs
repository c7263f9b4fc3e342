//! Whether a document is valid depends on the document alone: not on the variables that come with it, nor
//! on which came with it before.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::{GRAPHQL_RESPONSE, assert_refused};
use crate::support::{Answer, Caller, TestApp};

async fn run(caller: &Caller, query: &str, operation: Option<&str>, variables: Value) -> Answer {
    let body = json!({ "query": query, "operationName": operation, "variables": variables });
    caller.post(GRAPHQL_RESPONSE, body.to_string()).await
}

#[tokio::test]
async fn a_variable_that_one_operation_goes_without_stays_in_the_others() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let playlist = data::playlist_id(1);
    let apart = "query A($x: String) { me { playlists(after: $x) { totalCount } } }
        query B($x: ID!) { playlist(id: $x) { id } }";
    let shared = "query A($x: Int) { me { ...F } }
        query B($x: Int!, $y: ID!) { me { ...F } playlist(id: $y) { id } }
        fragment F on Me { playlists(first: $x) { nodes { id } } }";
    // Each is read for the first time, and then known.
    for _ in 0..2 {
        let answer = run(&ada, apart, Some("A"), json!({})).await;
        assert!(answer.data()["me"]["playlists"]["totalCount"].is_number());
        let answer = run(&ada, apart, Some("B"), json!({ "x": playlist })).await;
        assert_eq!(answer.data(), json!({ "playlist": { "id": playlist } }));
        let answer = run(&ada, apart, Some("B"), json!({})).await;
        assert_refused(&answer, 400, "BAD_USER_INPUT");

        let answer = run(&ada, shared, Some("A"), json!({})).await.data();
        assert!(answer["me"]["playlists"]["nodes"].as_array().unwrap().len() > 1);
        let answer = run(&ada, shared, Some("A"), json!({ "x": 1 })).await.data();
        assert_eq!(
            answer["me"]["playlists"]["nodes"].as_array().unwrap().len(),
            1
        );
        let variables = json!({ "x": 1, "y": playlist });
        let answer = run(&ada, shared, Some("B"), variables).await.data();
        assert_eq!(answer["playlist"]["id"], playlist);
    }
}

#[tokio::test]
async fn what_is_not_valid_is_refused_with_and_without_its_variables() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for (query, variables) in [
        (
            "query($x: Int) { me { id playlists(bogus: $x) { totalCount } } }",
            json!({ "x": 1 }),
        ),
        (
            "query($x: Int) { me { id playlists(first: $x, first: 1) { totalCount } } }",
            json!({ "x": 1 }),
        ),
        (
            "query($x: Int, $y: Int) { me { playlists(first: $x) { totalCount } } }",
            json!({ "x": 1, "y": 1 }),
        ),
        (
            "query($x: Int) { me { ...F } } fragment F on Me { id(bogus: $x) }",
            json!({ "x": 1 }),
        ),
        (
            "query($x: Int = 3000000000) { me { playlists(first: $x) { totalCount } } }",
            json!({ "x": 1 }),
        ),
    ] {
        for variables in [json!({}), variables.clone(), json!({}), variables] {
            let answer = run(&ada, query, None, variables).await;
            assert_refused(&answer, 400, "GRAPHQL_VALIDATION_FAILED");
        }
    }
}

#[tokio::test]
async fn what_stands_beside_a_variable_is_judged_whatever_is_given_for_it() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for (beside, argument) in [
        ("type: \"b\", version: 1", "input.collection"),
        ("type: 1, version: 1, collection: {}", "input.type"),
        (
            "type: \"b\", version: \"1\", collection: {}",
            "input.version",
        ),
        (
            "type: \"b\", version: 1, collection: null",
            "input.collection",
        ),
        (
            "type: \"b\", version: 1, collection: {}, more: 1",
            "input.more",
        ),
    ] {
        let query = format!(
            "mutation($t: ID!) {{ uploadMetadata(input: {{ trackId: $t, {beside} }}) {{
                metadata {{ id }} }} }}"
        );
        let answer = run(&caller, &query, None, json!({ "t": "x" })).await;
        let error = assert_refused(&answer, 400, "BAD_USER_INPUT");
        assert_eq!(error["extensions"]["argument"], argument, "{beside}");
    }
}
