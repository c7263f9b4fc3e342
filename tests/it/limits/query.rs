//! Clients can ask what is allowed, and what an operation costs.

use lockstep_api::simulator::data;
use serde_json::json;

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn anybody_can_ask_for_the_limits() {
    let app = TestApp::with(|setup| {
        setup.config.limits.depth = 9;
        setup.config.limits.warn_only = true;
        setup.config.http.request_timeout = std::time::Duration::from_secs(10);
    })
    .await;
    let query = "{ limits { bodyBytes uploadBytes documentCharacters documentTokens nameCharacters
        depth aliases rootFields directives selections cost pageSize upstreamCalls errors
        errorCharacters answerBytes requestSeconds } }";
    let answer = app.anonymous().query(query).await;
    let expected = json!({ "limits": {
        "bodyBytes": 262_144,
        "uploadBytes": 1_048_576,
        "documentCharacters": 15_000,
        "documentTokens": 1000,
        "nameCharacters": 128,
        "depth": 9,
        "aliases": 15,
        "rootFields": 10,
        "directives": 20,
        "selections": 2000,
        "cost": 100_000,
        "pageSize": 1000,
        "upstreamCalls": 250,
        "errors": 50,
        "errorCharacters": 400,
        "answerBytes": 67_108_864,
        "requestSeconds": 10,
    } });
    assert_eq!(answer.data(), expected);
}

async fn with_cost(caller: &crate::support::Caller, header: &str, query: &str) -> Answer {
    let request = caller
        .request("POST", "/graphql")
        .header("graphql-cost", header);
    Answer::of(request.json(&json!({ "query": query }))).await
}

#[tokio::test]
async fn an_answer_tells_its_cost_where_it_is_asked_to() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = format!(
        "{{ playlist(id: \"{}\") {{ tracks(first: 100) {{ nodes {{ uri }} }} }} }}",
        data::playlist_id(1000)
    );
    let answer = with_cost(&ada, "report", &query).await;
    answer.data();
    let cost = &answer.json()["extensions"]["cost"];
    assert_eq!(cost["estimated"], 2 + 100 * 2);
    assert_eq!(cost["max"], 100_000);
    assert_eq!(cost["maxUpstreamCalls"], 250);
    // The playlist with its first page, and the second.
    assert_eq!(cost["upstreamCalls"], 2);
    for answer in [
        ada.query(&query).await,
        with_cost(&ada, "something", &query).await,
    ] {
        assert!(answer.json().get("extensions").is_none());
    }
}

#[tokio::test]
async fn an_operation_that_fails_tells_its_cost_too() {
    let app = TestApp::start().await;
    let answer = with_cost(&app.anonymous(), "report", "{ me { id } }").await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    assert_eq!(answer.json()["extensions"]["cost"]["estimated"], 2);
    assert_eq!(answer.json()["extensions"]["cost"]["upstreamCalls"], 0);
}
