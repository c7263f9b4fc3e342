//! GET: for queries, with the parameters in the query string.

use reqwest::header::{ACCEPT, ALLOW};
use serde_json::{Value, json};

use super::{GRAPHQL_RESPONSE, assert_refused};
use crate::support::{Answer, Caller, TestApp};

async fn get(caller: &Caller, params: &[(&str, &str)]) -> Answer {
    let request = caller
        .request("GET", "/graphql")
        .header("apollo-require-preflight", "true")
        .query(params);
    Answer::of(request.header(ACCEPT, GRAPHQL_RESPONSE)).await
}

#[tokio::test]
async fn a_query_is_answered_with_all_its_parameters() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = "query A { a: __typename } query B($n: String!) { __type(name: $n) { name } }";
    let answer = get(
        &caller,
        &[
            ("query", query),
            ("operationName", "B"),
            ("variables", r#"{"n":"Track"}"#),
            ("extensions", r#"{"some":"value"}"#),
        ],
    )
    .await;
    assert_eq!(answer.data(), json!({ "__type": { "name": "Track" } }));
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn empty_parameters_are_as_good_as_none() {
    let app = TestApp::start().await;
    let params = [("query", "{ __typename }"), ("operationName", "")];
    let answer = get(&app.anonymous(), &params).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    for nothing in ["null", "{}"] {
        let params = [("query", "{ __typename }"), ("variables", nothing)];
        let answer = get(&app.anonymous(), &params).await;
        assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    }
}

#[tokio::test]
async fn a_mutation_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.logged_in(lockstep_api::simulator::data::ADA).await;
    for (query, name) in [
        ("mutation { logout { loggedOut } }", ""),
        (
            "query A { __typename } mutation B { logout { loggedOut } }",
            "B",
        ),
        ("subscription { nothing }", ""),
    ] {
        let answer = get(&ada, &[("query", query), ("operationName", name)]).await;
        assert_refused(&answer, 405, "BAD_REQUEST");
        assert_eq!(answer.header(ALLOW), "POST");
    }
    let still = ada.query("{ me { id } }").await.data();
    assert_eq!(still["me"]["id"], lockstep_api::simulator::data::ADA);
    // The query beside a mutation is a query.
    let query = "query A { __typename } mutation B { logout { loggedOut } }";
    let answer = get(&ada, &[("query", query), ("operationName", "A")]).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
}

#[tokio::test]
async fn parameters_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for params in [
        vec![],
        vec![("variables", "{}")],
        vec![("query", "{ __typename }"), ("variables", "{")],
        vec![("query", "{ __typename }"), ("variables", "[]")],
        vec![("query", "{ __typename }"), ("variables", "\"text\"")],
        vec![("query", "{ __typename }"), ("variables", "{} {}")],
        vec![("query", "{ __typename }"), ("extensions", "1")],
        vec![("query", "{ __typename }"), ("query", "{ __typename }")],
    ] {
        let answer = get(&caller, &params).await;
        assert_refused(&answer, 400, "BAD_REQUEST");
    }
    let answer = get(&caller, &[("query", "")]).await;
    assert_refused(&answer, 400, "GRAPHQL_PARSE_FAILED");
    let answer = caller.get("/graphql?query=%ff%fe").await;
    assert!(answer.status.is_client_error() || answer.status == 200);
    assert!(answer.json()["errors"].is_array(), "{}", answer.text());
}

#[tokio::test]
async fn text_of_any_script_comes_through() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = "query($n: String!) { __type(name: $n) { name } }";
    let variables = json!({ "n": "拍子 🥁 & + % é" }).to_string();
    let answer = get(&caller, &[("query", query), ("variables", &variables)]).await;
    assert_eq!(answer.data(), json!({ "__type": Value::Null }));
}
