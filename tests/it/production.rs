//! What a server in production keeps to itself: none of graphql-cop's twelve checks finds anything
//! (<https://github.com/dolevf/graphql-cop>). What each check sends is sent, and the answer held
//! against what it looks for.

use lockstep_api::config::Exposure;
use lockstep_api::simulator::data;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

async fn in_production() -> TestApp {
    TestApp::with(|setup| setup.config.exposure = Exposure::new(false)).await
}

/// As the checks send their queries.
async fn check(caller: &Caller, query: &str) -> Answer {
    let request = caller.request("POST", "/graphql");
    let body = json!({ "operationName": "cop", "query": query, "variables": {} });
    Answer::of(request.json(&body)).await
}

async fn check_by_get(caller: &Caller, query: &str) -> Answer {
    let request = caller.request("GET", "/graphql");
    Answer::of(request.query(&[("query", query)])).await
}

fn has_no_data(answer: &Answer) -> bool {
    answer.json().get("data").is_none_or(Value::is_null)
}

#[tokio::test]
async fn field_suggestions_are_not_given() {
    let open = TestApp::start().await;
    let query = "query cop { __schema { directive } }";
    let answer = check(&open.anonymous(), query).await;
    assert!(answer.text().contains("Did you mean"), "{}", answer.text());
    let app = in_production().await;
    let caller = app.anonymous();
    for query in [
        query,
        "{ playlistt { id } }",
        "{ me { idd } }",
        "{ metadata(trackid: 1) { id } }",
    ] {
        let answer = check(&caller, query).await;
        assert!(!answer.errors().is_empty());
        assert!(!answer.text().contains("Did you mean"), "{}", answer.text());
    }
}

#[tokio::test]
async fn introspection_is_off() {
    let query = "query cop { __schema { types { name fields { name } } } }";
    let open = TestApp::start().await;
    let answer = check(&open.anonymous(), query).await;
    assert!(answer.data()["__schema"]["types"].is_array());
    let app = in_production().await;
    for query in [query, "query cop { __type(name: \"Me\") { name } }"] {
        let answer = check(&app.anonymous(), query).await;
        assert!(has_no_data(&answer), "{}", answer.text());
        assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED");
    }
    // Clients' caches live by it.
    let answer = check(&app.anonymous(), "query cop { __typename }").await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
}

#[tokio::test]
async fn there_is_no_graphiql() {
    let heuristics = [
        "graphiql.min.css",
        "GraphQL Playground",
        "GraphiQL",
        "graphql-playground",
    ];
    let app = in_production().await;
    let caller = app.anonymous();
    for path in [
        "/",
        "/graphql",
        "/graphiql",
        "/playground",
        "/console",
        "/licenses.md",
    ] {
        let answer = Answer::of(caller.request("GET", path).header(ACCEPT, "text/html")).await;
        let found = heuristics
            .iter()
            .find(|word| answer.text().contains(**word));
        assert_eq!(found, None, "{path}");
    }
    assert!(!caller.get("/").await.text().contains("playground"));
    assert_eq!(caller.get("/licenses.md").await.status, 404);
}

#[tokio::test]
async fn a_get_carries_no_document() {
    let open = TestApp::start().await;
    let query = "query cop {__typename}";
    let answer = check_by_get(&open.anonymous(), query).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    let app = in_production().await;
    let answer = check_by_get(&app.anonymous(), query).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header(reqwest::header::ALLOW), "POST");
    assert!(has_no_data(&answer));
}

#[tokio::test]
async fn the_other_checks_find_nothing_either() {
    let app = in_production().await;
    let ada = app.logged_in(data::ADA).await;
    let has_data: fn(&Answer) -> bool = |answer| !has_no_data(answer);
    let is_traced: fn(&Answer) -> bool = |answer| answer.text().contains("tracing");
    let aliases: String = (0..101)
        .map(|n| format!("alias{n}:__typename \n"))
        .collect();
    let aliases = format!("query cop {{ {aliases} }}");
    let directives = "query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }";
    let circles = "query cop { __schema { types { fields { type { fields { type { fields { type {
        fields { type { name } } } } } } } } } } }";
    for (query, finds) in [
        (&*aliases, has_data),
        ("query cop { __typename }", is_traced),
        ("query cop { nope }", is_traced),
        (directives, has_data),
        (directives, |answer| answer.errors().len() == 10),
        (circles, has_data),
        ("qwerty cop { abc }", |answer| {
            answer.text().contains("exception")
        }),
    ] {
        let answer = check(&ada, query).await;
        assert!(!finds(&answer), "{query}: {}", answer.text());
    }
    let query = "query cop { __typename }";
    let post = ada.request("POST", "/graphql");
    let form = Answer::of(post.form(&[("query", query)])).await;
    let post = ada.request("POST", "/graphql");
    let batch = vec![json!({ "operationName": "cop", "query": query }); 10];
    let batch = Answer::of(post.json(&batch)).await;
    let mutation = check_by_get(&ada, "mutation cop {__typename}").await;
    for answer in [form, batch, mutation] {
        assert!(answer.json().is_object(), "{}", answer.text());
        assert!(has_no_data(&answer), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_browser_that_has_logged_in_lands_on_a_page_all_the_same() {
    let app = in_production().await;
    let ada = app.logged_in(data::ADA).await;
    let page = Answer::of(ada.request("GET", "/").header(ACCEPT, "text/html")).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("go back to the player"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn each_can_be_turned_off_alone() {
    let suggestion = "{ playlistt { id } }";
    let schema = "{ __schema { queryType { name } } }";
    let without =
        |change: fn(&mut Exposure)| TestApp::with(move |setup| change(&mut setup.config.exposure));
    let app = without(|exposure| exposure.introspection = false).await;
    let caller = app.anonymous();
    assert!(has_no_data(&caller.query(schema).await));
    assert!(
        caller
            .query(suggestion)
            .await
            .text()
            .contains("Did you mean")
    );
    assert!(caller.get("/").await.text().contains("playground"));
    let app = without(|exposure| exposure.suggestions = false).await;
    let caller = app.anonymous();
    caller.query(schema).await.data();
    assert!(
        !caller
            .query(suggestion)
            .await
            .text()
            .contains("Did you mean")
    );
    let app = without(|exposure| exposure.playground = false).await;
    let caller = app.anonymous();
    caller.query(schema).await.data();
    assert!(!caller.get("/").await.text().contains("playground"));
    let app = without(|exposure| exposure.get_documents = false).await;
    let caller = app.anonymous();
    assert_eq!(caller.get("/graphql?query={__typename}").await.status, 405);
    caller.query(schema).await.data();
}
