//! Documents that are not executed, and what is said of them.

use lockstep_api::simulator::data;
use serde_json::json;

use super::{GRAPHQL_RESPONSE, assert_refused};
use crate::support::{Answer, Caller, TestApp};

async fn ask(caller: &Caller, query: &str) -> Answer {
    caller
        .post(GRAPHQL_RESPONSE, json!({ "query": query }).to_string())
        .await
}

#[tokio::test]
async fn what_is_not_graphql_is_refused_with_its_place_and_without_being_quoted() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for (query, line, column) in [
        ("{", 1, 2),
        ("{ me { id ", 1, 11),
        ("{ me }\n\n  }", 3, 3),
        ("", 1, 1),
        ("# only a comment", 1, 17),
        ("type Query { a: Int }", 1, 1),
        ("{ a(b: \"unclosed) }", 1, 8),
        ("{ metadata(trackId: 01) { id } }", 1, 22),
    ] {
        let answer = ask(&caller, query).await;
        let error = assert_refused(&answer, 400, "GRAPHQL_PARSE_FAILED");
        let place = json!([{ "line": line, "column": column }]);
        assert_eq!(error["locations"], place, "{query:?}: {error}");
        assert!(!answer.text().contains("unclosed"), "{error}");
    }
    let answer = ask(&caller, "fragment F on Query { __typename }").await;
    assert_refused(&answer, 400, "GRAPHQL_PARSE_FAILED");
}

#[tokio::test]
async fn strings_are_read_however_their_characters_are_escaped() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for (written, key) in [
        (r"\uD83D\uDE00", "😀"),
        (r"\u{1F600}", "😀"),
        (r"\u00e9\u{22}", "é\""),
    ] {
        let query = format!(
            "mutation {{ uploadMetadata(input: {{trackId: \"4uLU6hMCjMI75M1A2tKUQC\", type: \"beats\",
                version: 1, collection: {{text: \"{written}\"}}}}) {{ metadata {{ collection }} }} }}"
        );
        let metadata = ask(&ada, &query).await.data()["uploadMetadata"]["metadata"].clone();
        assert_eq!(metadata["collection"]["text"], key);
    }
    let alone = "{ metadata(trackId: \"\\uD83D\") { id } }";
    assert_refused(&ask(&ada, alone).await, 400, "GRAPHQL_PARSE_FAILED");
}

#[tokio::test]
async fn a_huge_or_deep_mistake_gets_a_short_answer() {
    // As if no limit had kept it away.
    let app = TestApp::with(|setup| setup.config.limits.warn_only = true).await;
    let caller = app.anonymous();
    let long = "x".repeat(200_000);
    for query in [
        format!("{{ {long} !"),
        format!("{{ a(b: \"{long}"),
        format!("#{long}"),
        format!("{{ a(b: {}", "[".repeat(100_000)),
        format!("{{ a(b: {}", "{a:".repeat(60_000)),
        "{a".repeat(100_000),
        "{...".repeat(50_000),
        format!(
            "query($a: {}Int{}) {{ __typename }}",
            "[".repeat(90_000),
            "]".repeat(90_000)
        ),
        format!("query {long} {{ __typename }} query {long} {{ __typename }}"),
        format!("{{ {long} }}"),
        format!("{{ __typename @{long} }}"),
        format!("{{ me {{ id }} {long}: __typename ...{long} }}"),
        format!("{{ metadata(trackId: {{ {long}: 1 }}) {{ id }} }}"),
        format!("query($a: {long}) {{ __typename }}"),
    ] {
        let answer = ask(&caller, &query).await;
        let shown = &query[..40];
        assert_eq!(answer.status, 400, "{shown}");
        assert!(
            answer.text().len() < 4000,
            "{shown}: {}",
            answer.text().len()
        );
    }
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for query in [
        "{ nope }",
        "{ me }",
        "{ me { id { x } } }",
        "{ me(x: 1) { id } }",
        "{ playlist { id } }",
        "{ playlist(id: \"x\", id: \"y\") { id } }",
        "{ me { id @nope } }",
        "{ __typename @nope }",
        "{ __typename @include(if: $undeclared) }",
        "{ ...Missing }",
        "{ me { ...F } } fragment F on Me { id } fragment Unused on Me { id }",
        "{ me { ...F } } fragment F on Nope { id }",
        "{ me { ...F } } fragment F on Track { name }",
        "query($a: Int) { __typename }",
        "{ playlist(id: $undeclared) { id } }",
        "query($a: Me) { __typename }",
        "query($id: String) { playlist(id: $id) { id } }",
        "{ a: __typename a: me { id } }",
        "mutation { uploadMetadata(input: {version: 1, version: 2}) { metadata { id } } }",
        "subscription { nothing }",
        "mutation { __typename nope }",
        "{ me { ...A } } fragment A on Me { ...B } fragment B on Me { ...A }",
    ] {
        let answer = ask(&caller, query).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert!(answer.json().get("data").is_none(), "{query}");
        for error in answer.errors() {
            let code = &error["extensions"]["code"];
            assert_eq!(code, "GRAPHQL_VALIDATION_FAILED", "{query}: {error}");
        }
    }
    let error = assert_refused(
        &ask(&caller, "{\n  nope\n}").await,
        400,
        "GRAPHQL_VALIDATION_FAILED",
    );
    assert_eq!(error["locations"], json!([{ "line": 2, "column": 3 }]));
    assert!(error["message"].as_str().unwrap().contains("nope"));
}

#[tokio::test]
async fn one_of_several_operations_is_executed_by_its_name() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = "query A { a: __typename } query B { b: __typename }";
    for (name, expected) in [
        ("A", json!({ "a": "Query" })),
        ("B", json!({ "b": "Query" })),
    ] {
        let body = json!({ "query": query, "operationName": name });
        let answer = caller.post(GRAPHQL_RESPONSE, body.to_string()).await;
        assert_eq!(answer.data(), expected);
    }
    for (query, name) in [
        (query, json!(null)),
        (query, json!("C")),
        (query, json!("a")),
        ("{ __typename }", json!("A")),
        ("query A { __typename }", json!("B")),
    ] {
        let body = json!({ "query": query, "operationName": name });
        let answer = caller.post(GRAPHQL_RESPONSE, body.to_string()).await;
        let error = assert_refused(&answer, 400, "GRAPHQL_VALIDATION_FAILED");
        assert!(error["message"].as_str().unwrap().contains("operationName"));
    }
    let body = json!({ "query": "query A { __typename }" });
    let answer = caller.post(GRAPHQL_RESPONSE, body.to_string()).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
}
