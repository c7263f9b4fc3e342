//! A document that was executed before is answered as it was the first time, whoever sends it.

use lockstep_api::simulator::data::{self, playlist_id};
use serde_json::{Value, json};

use super::{GRAPHQL_RESPONSE, assert_refused};
use crate::support::{Answer, Caller, TestApp};

async fn ask(caller: &Caller, query: &str, variables: Option<Value>) -> Answer {
    let mut body = json!({ "query": query });
    if let Some(variables) = variables {
        body["variables"] = variables;
    }
    caller.post(GRAPHQL_RESPONSE, body.to_string()).await
}

#[tokio::test]
async fn what_takes_no_variables_is_answered_alike_each_time() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let (id, name) = (data::ADA, "Ada Lindqvist");
    let items = format!(
        "{{ playlist(id: \"{}\") {{ tracks(first: 2) {{ nodes {{ uri ... on Track {{ name }} \
         ...E }} }} }} }} fragment E on Episode {{ name uri }}",
        playlist_id(120)
    );
    for (query, expected) in [
        (
            "{ me { id displayName } }",
            json!({ "me": { "id": id, "displayName": name } }),
        ),
        (
            "{ me { displayName id } }",
            json!({ "me": { "displayName": name, "id": id } }),
        ),
        (
            "{ me { id } me { displayName } }",
            json!({ "me": { "id": id, "displayName": name } }),
        ),
        (
            "{ a: me { ...F ... on Me { id } } } fragment F on Me { displayName }",
            json!({ "a": { "displayName": name, "id": id } }),
        ),
        (
            "{ me { id @skip(if: true) displayName @include(if: true) } }",
            json!({ "me": { "displayName": name } }),
        ),
        ("{ me { id @skip(if: true) } }", json!({ "me": {} })),
        ("{ me @skip(if: true) { id } }", json!({})),
        (
            "query Q { __typename me { __typename } }",
            json!({ "__typename": "Query", "me": { "__typename": "Me" } }),
        ),
        (&items, Value::Null),
    ] {
        let first = ask(&ada, query, None).await;
        if !expected.is_null() {
            assert_eq!(first.data().to_string(), expected.to_string(), "{query}");
        }
        for variables in [
            None,
            Some(json!(null)),
            Some(json!({})),
            Some(json!({ "id": "x" })),
        ] {
            let again = ask(&ada, query, variables).await;
            assert_eq!(again.text(), first.text(), "{query}");
        }
    }
}

#[tokio::test]
async fn what_it_is_refused_for_and_what_it_costs_stay() {
    let app = TestApp::with(|setup| setup.config.limits.cost = 40).await;
    let ada = app.logged_in(data::ADA).await;
    let cheap = "{ me { id images { url } } }";
    let costs = async || {
        let request = ada
            .request("POST", "/graphql")
            .header("graphql-cost", "report");
        let answer = Answer::of(request.json(&json!({ "query": cheap }))).await;
        answer.json()["extensions"]["cost"].clone()
    };
    let first = costs().await;
    assert!(first["estimated"].as_u64().unwrap() > 2, "{first}");
    assert_eq!(costs().await, first);
    let dear = "{ me { metadata(first: 100) { nodes { id } } } }";
    for _ in 0..3 {
        assert_refused(&ask(&ada, dear, None).await, 400, "QUERY_TOO_COMPLEX");
    }
    // What one person was told is nobody else's, and a mistake of another operation's stays one.
    assert_eq!(
        ask(&app.anonymous(), cheap, None).await.code(),
        "UNAUTHENTICATED"
    );
    let two = "query A { me { id } } query B { me { displayName } }";
    for name in ["A", "B", "A", "C", "B"] {
        let body = json!({ "query": two, "operationName": name }).to_string();
        let answer = ada.post(GRAPHQL_RESPONSE, body).await;
        match name {
            "A" => assert_eq!(answer.data(), json!({ "me": { "id": data::ADA } })),
            "B" => assert_eq!(
                answer.data(),
                json!({ "me": { "displayName": "Ada Lindqvist" } })
            ),
            _ => drop(assert_refused(&answer, 400, "GRAPHQL_VALIDATION_FAILED")),
        }
    }
}

#[tokio::test]
async fn a_mutation_that_is_known_is_still_not_for_get() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let mutation = "mutation { logout { loggedOut } }";
    let posted = ask(&ada, mutation, None).await;
    assert_eq!(posted.status, 200, "{}", posted.text());
    let got = ada.request("GET", "/graphql").query(&[("query", mutation)]);
    assert_eq!(Answer::of(got).await.status, 405);
}
