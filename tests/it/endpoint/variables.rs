//! Variables and literals that do not fit their types never reach a resolver.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::{GRAPHQL_RESPONSE, JSON, assert_refused};
use crate::support::TestApp;

const UPLOAD: &str = "mutation($input: UploadMetadataInput!) {
    uploadMetadata(input: $input) { metadata { id } }
}";

fn input(change: impl FnOnce(&mut Value)) -> Value {
    let mut input = json!({
        "trackId": "4uLU6hMCjMI75M1A2tKUQC",
        "type": "beats",
        "version": 1,
        "collection": {},
    });
    change(&mut input);
    json!({ "input": input })
}

fn without(field: &str) -> Value {
    input(|input| {
        input.as_object_mut().unwrap().remove(field);
    })
}

#[tokio::test]
async fn a_variable_that_does_not_fit_is_told_by_the_argument_that_it_is_given_as() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let big: Value = serde_json::from_str("2147483648").unwrap();
    let huge: Value = serde_json::from_str("123456789012345678901234567890").unwrap();
    let playlists = "query($n: Int) { me { playlists(first: $n) { totalCount } } }";
    let playlist = "query($id: ID!) { playlist(id: $id) { id } }";
    let skip = "query($s: Boolean!) { me @skip(if: $s) { id } }";
    for (query, variables, argument) in [
        (UPLOAD, json!({}), "input"),
        (UPLOAD, json!({ "input": null }), "input"),
        (UPLOAD, json!({ "input": "text" }), "input"),
        (UPLOAD, json!({ "input": [] }), "input"),
        (UPLOAD, without("trackId"), "input.trackId"),
        (UPLOAD, without("type"), "input.type"),
        (UPLOAD, without("version"), "input.version"),
        (UPLOAD, without("collection"), "input.collection"),
        (
            UPLOAD,
            input(|i| i["version"] = big.clone()),
            "input.version",
        ),
        (UPLOAD, input(|i| i["version"] = huge), "input.version"),
        (
            UPLOAD,
            input(|i| i["version"] = json!(-2_147_483_649_i64)),
            "input.version",
        ),
        (
            UPLOAD,
            input(|i| i["version"] = json!(1.5)),
            "input.version",
        ),
        (
            UPLOAD,
            input(|i| i["version"] = json!("1")),
            "input.version",
        ),
        (
            UPLOAD,
            input(|i| i["version"] = json!(null)),
            "input.version",
        ),
        (UPLOAD, input(|i| i["trackId"] = json!({})), "input.trackId"),
        (UPLOAD, input(|i| i["type"] = json!(1)), "input.type"),
        (
            UPLOAD,
            input(|i| i["collection"] = json!(null)),
            "input.collection",
        ),
        (UPLOAD, input(|i| i["unknown"] = json!(1)), "input.unknown"),
        (playlists, json!({ "n": big }), "first"),
        (playlists, json!({ "n": "50" }), "first"),
        (playlist, json!({}), "id"),
        (playlist, json!({ "id": true }), "id"),
        (skip, json!({ "s": 1 }), "if"),
        (skip, json!({ "s": null }), "if"),
    ] {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = caller.post(GRAPHQL_RESPONSE, body).await;
        let error = assert_refused(&answer, 400, "BAD_USER_INPUT");
        assert_eq!(error["extensions"]["argument"], argument, "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("{argument}: ")), "{message}");
        assert!(error["locations"][0]["line"].is_number(), "{error}");
    }
}

#[tokio::test]
async fn a_literal_that_does_not_fit_is_told_alike() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let upload = |input: &str| {
        format!("mutation {{ uploadMetadata(input: {input}) {{ metadata {{ id }} }} }}")
    };
    let whole = |version: &str, collection: &str| {
        upload(&format!(
            "{{trackId: \"x\", type: \"beats\", version: {version}, collection: {collection}}}"
        ))
    };
    for (query, argument) in [
        (whole("2147483648", "{}"), "input.version"),
        (whole("99999999999999999999", "{}"), "input.version"),
        (whole("1.0", "{}"), "input.version"),
        (whole("\"1\"", "{}"), "input.version"),
        (whole("1", "null"), "input.collection"),
        (upload("3"), "input"),
        (upload("{trackId: \"x\"}"), "input.type"),
        (
            "{ me { playlists(first: 2147483648) { totalCount } } }".to_owned(),
            "first",
        ),
        ("{ playlist(id: true) { id } }".to_owned(), "id"),
        ("{ me @skip(if: 1) { id } }".to_owned(), "if"),
        ("{ me @include { id } }".to_owned(), "if"),
    ] {
        let body = json!({ "query": query }).to_string();
        let answer = caller.post(GRAPHQL_RESPONSE, body).await;
        let error = assert_refused(&answer, 400, "BAD_USER_INPUT");
        assert_eq!(
            error["extensions"]["argument"], argument,
            "{query}: {error}"
        );
    }
}

#[tokio::test]
async fn defaults_stand_in_for_variables_that_are_not_given() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = "query($yes: Boolean! = true, $no: Boolean = false, $name: String! = \"Track\") {
        __type(name: $name) @include(if: $yes) { name }
        no: __typename @include(if: $no)
    }";
    let answer = caller.query(query).await;
    assert_eq!(answer.data(), json!({ "__type": { "name": "Track" } }));
    let answer = caller
        .graphql(query, json!({ "yes": false, "no": true }))
        .await;
    assert_eq!(answer.data(), json!({ "no": "Query" }));
}

#[tokio::test]
async fn variables_that_are_no_text_are_refused() {
    let app = TestApp::start().await;
    let query = "query($name: String!) { __type(name: $name) { name } }";
    let body = format!(
        r#"{{"query":{},"variables":{{"name":"\ud800"}}}}"#,
        json!(query)
    );
    let answer = app.anonymous().post(JSON, body).await;
    let error = assert_refused(&answer, 200, "BAD_USER_INPUT");
    assert!(error["message"].as_str().unwrap().contains("surrogate"));
    assert_eq!(error["extensions"]["argument"], "name");
}

#[tokio::test]
async fn the_default_of_an_argument_holds_where_its_variable_is_not_given() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let track = "4uLU6hMCjMI75M1A2tKUQC";
    for kind in ["beats", "bars"] {
        let input = json!({ "trackId": track, "type": kind, "version": 1, "collection": {} });
        ada.graphql(UPLOAD, json!({ "input": input })).await.data();
    }
    let read = "query($type: String, $first: Int) {
        metadata(trackId: \"4uLU6hMCjMI75M1A2tKUQC\", type: $type) { type }
        ...F
    }
    fragment F on Query { me { playlists(first: $first) { nodes { id } } } }";
    for (variables, kind) in [
        (json!({}), "beats"),
        (json!({ "type": "bars" }), "bars"),
        (json!({ "type": "bars", "first": 1 }), "bars"),
    ] {
        let data = ada.graphql(read, variables).await.data();
        assert_eq!(data["metadata"]["type"], kind);
    }
    // Null is given, and may not stand there, whether or not the document was executed before.
    for read in [
        read.to_owned(),
        read.replace("first: $first", "first:$first"),
    ] {
        for _ in 0..2 {
            let body = json!({ "query": read, "variables": { "type": null } }).to_string();
            let answer = ada.post(GRAPHQL_RESPONSE, body).await;
            let error = assert_refused(&answer, 400, "BAD_USER_INPUT");
            assert_eq!(error["extensions"]["argument"], "type", "{error}");
            let problem = "type: must not be null (variable \"$type\")";
            assert_eq!(error["message"], problem);
        }
    }
    // So is the default of a variable.
    let own = read.replace("$type: String", "$type: String = \"bars\"");
    let data = ada.graphql(&own, json!({})).await.data();
    assert_eq!(data["metadata"]["type"], "bars");
    // One that is used nowhere is refused as ever, and so is one for what must be given.
    for query in [
        "query($type: String) { __typename }",
        "query($id: ID) { playlist(id: $id) { id } }",
        "query($yes: Boolean) { __typename @include(if: $yes) }",
        "query($input: UploadMetadataInput) { __typename }",
    ] {
        let answer = ada.graphql(query, json!({})).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED", "{query}");
    }
}
