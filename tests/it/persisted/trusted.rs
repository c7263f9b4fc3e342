//! Documents that the operator has listed, and no others.

use std::path::PathBuf;

use lockstep_api::app::App;
use lockstep_api::clock::Clock;
use lockstep_api::config::Config;
use lockstep_api::spotify::RetryPolicy;
use serde_json::{Value, json};

use super::{HASH, QUERY, assert_not_found, extensions, get, post};
use crate::support::TestApp;

const ACCEPT: &str = "application/graphql-response+json";

/// A list of two documents, in the shape that Relay and graphql-codegen write.
fn flat() -> Value {
    json!({ "typename": QUERY, "me": "query Me { me { id } }" })
}

/// The same list, in Apollo's shape.
fn apollo() -> Value {
    json!({
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [
            { "id": "typename", "name": "", "type": "query", "body": QUERY },
            { "id": "me", "name": "Me", "type": "query", "body": "query Me { me { id } }" },
        ],
    })
}

async fn trusting(list: &Value) -> (TestApp, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("documents.json");
    std::fs::write(&path, list.to_string()).unwrap();
    let app = TestApp::with(|setup| setup.config.documents.trusted = Some(path)).await;
    (app, directory)
}

#[tokio::test]
async fn what_is_listed_is_executed_by_its_id_its_hash_or_its_text() {
    for list in [flat(), apollo()] {
        let (app, _directory) = trusting(&list).await;
        let caller = app.anonymous();
        for body in [
            json!({ "documentId": "typename" }),
            json!({ "documentId": "typename", "variables": {}, "operationName": null }),
            json!({ "documentId": HASH }),
            json!({ "documentId": format!("sha256:{HASH}") }),
            json!({ "extensions": extensions(HASH) }),
            json!({ "query": QUERY, "extensions": extensions(HASH) }),
            json!({ "query": QUERY }),
            // The id counts first.
            json!({ "documentId": "typename", "query": "{ me { id } }" }),
        ] {
            let answer = post(&caller, ACCEPT, body.clone()).await;
            assert_eq!(answer.data(), json!({ "__typename": "Query" }), "{body}");
        }
        let answer = get(&caller, &[("documentId", "typename")]).await;
        assert_eq!(answer.data(), json!({ "__typename": "Query" }));
        let named = extensions(HASH).to_string();
        get(&caller, &[("extensions", &named)]).await.data();
        let answer = post(&caller, ACCEPT, json!({ "documentId": "me" })).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn an_id_that_looks_like_a_hash_is_an_id_all_the_same() {
    let id = "0".repeat(64);
    let (app, _directory) = trusting(&json!({ &id: QUERY })).await;
    let caller = app.anonymous();
    for body in [
        json!({ "documentId": id }),
        json!({ "extensions": extensions(&id) }),
    ] {
        post(&caller, ACCEPT, body).await.data();
    }
}

#[tokio::test]
async fn nothing_else_is_executed() {
    let (app, _directory) = trusting(&flat()).await;
    let caller = app.anonymous();
    for body in [
        json!({ "query": "{ __typename }" }),
        json!({ "query": "{__typename} " }),
        json!({ "query": "{" }),
        json!({ "query": "{ __schema { queryType { name } } }" }),
    ] {
        let answer = post(&caller, ACCEPT, body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.code(), "DOCUMENT_NOT_TRUSTED", "{body}");
        assert!(answer.json().get("data").is_none());
    }
    let unknown = "1".repeat(64);
    assert_not_found(&post(&caller, ACCEPT, json!({ "documentId": "unknown" })).await);
    assert_not_found(
        &post(
            &caller,
            ACCEPT,
            json!({ "extensions": extensions(&unknown) }),
        )
        .await,
    );
    assert_not_found(&get(&caller, &[("documentId", "unknown")]).await);
    let answer = post(&caller, ACCEPT, json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.code()),
        (400, "BAD_REQUEST")
    );
    let answer = post(
        &caller,
        ACCEPT,
        json!({ "query": QUERY, "extensions": extensions(&unknown) }),
    );
    assert_eq!(answer.await.code(), "BAD_REQUEST");
}

#[tokio::test]
async fn nothing_can_be_registered() {
    let (app, _directory) = trusting(&flat()).await;
    let caller = app.anonymous();
    let query = "{ t: __typename }";
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, query.as_bytes());
    let hash: String = digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let register = json!({ "query": query, "extensions": extensions(&hash) });
    let answer = post(&caller, ACCEPT, register).await;
    assert_eq!(answer.code(), "DOCUMENT_NOT_TRUSTED");
    assert_not_found(&post(&caller, ACCEPT, json!({ "extensions": extensions(&hash) })).await);
}

#[tokio::test]
async fn a_trusted_document_may_be_as_long_as_it_is_but_costs_what_it_costs() {
    let aliases: String = (0..40).map(|n| format!("a{n}: __typename ")).collect();
    let long = format!("{{ {aliases} }} #{}", " ".repeat(20_000));
    let page = "query($n: Int) { me { playlists(first: $n) { nodes { tracks(first: 1000) { nodes { uri } } } } } }";
    let (app, _directory) = trusting(&json!({ "long": long, "page": page })).await;
    let caller = app.anonymous();
    let answer = post(&caller, ACCEPT, json!({ "documentId": "long" })).await;
    assert_eq!(answer.data().as_object().unwrap().len(), 40);
    let body = json!({ "documentId": "page", "variables": { "n": 1000 } });
    let answer = post(&caller, ACCEPT, body).await;
    assert_eq!(answer.error()["extensions"]["limit"], "cost");
}

#[tokio::test]
async fn a_list_that_cannot_be_used_stops_the_start() {
    let app = TestApp::start().await;
    let start = |path: PathBuf| {
        let mut config: Config = app.config.clone();
        config.documents.trusted = Some(path);
        App::start(config, Clock::system(), RetryPolicy::default())
    };
    let bad = app.directory().join("bad.json");
    std::fs::write(&bad, "{\"a\": \"{ not GraphQL\"}").unwrap();
    for (path, problem) in [
        (app.directory().join("nothing.json"), "cannot be read"),
        (app.directory().to_owned(), "cannot be read"),
        (bad, "lists \"a\", which is not GraphQL"),
    ] {
        let error = start(path.clone()).await.unwrap_err().to_string();
        assert!(error.contains("TRUSTED_DOCUMENTS"), "{error}");
        assert!(error.contains(path.to_str().unwrap()), "{error}");
        assert!(error.contains(problem), "{error}");
    }
}
