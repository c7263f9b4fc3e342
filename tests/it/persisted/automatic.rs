//! Apollo's automatic persisted queries.

use lockstep_api::config::Exposure;
use reqwest::StatusCode;
use serde_json::json;

use super::{HASH, QUERY, assert_not_found, extensions, get, post};
use crate::support::TestApp;

const MEDIA_TYPES: [&str; 2] = ["application/graphql-response+json", "application/json"];

#[tokio::test]
async fn a_document_is_sent_once_and_named_from_then_on() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for accept in MEDIA_TYPES {
        let miss = post(&caller, accept, json!({ "extensions": extensions(HASH) })).await;
        if accept == MEDIA_TYPES[0] {
            assert_not_found(&miss);
        }
        let register = json!({ "query": QUERY, "extensions": extensions(HASH) });
        let answer = post(&caller, accept, register).await;
        assert_eq!(answer.data(), json!({ "__typename": "Query" }));
        for hash in [HASH, &HASH.to_uppercase()] {
            let named = json!({ "extensions": extensions(hash), "variables": {} });
            let answer = post(&caller, accept, named).await;
            assert_eq!(answer.data(), json!({ "__typename": "Query" }));
        }
    }
}

#[tokio::test]
async fn a_get_may_name_what_a_post_has_sent_and_the_other_way_round() {
    for production in [false, true] {
        let app = TestApp::with(|setup| setup.config.exposure = Exposure::new(!production)).await;
        let caller = app.anonymous();
        let named = extensions(HASH).to_string();
        assert_not_found(&get(&caller, &[("extensions", &named)]).await);
        let register = json!({ "query": QUERY, "extensions": extensions(HASH) });
        post(&caller, MEDIA_TYPES[0], register).await.data();
        let answer = get(&caller, &[("extensions", &named), ("variables", "{}")]).await;
        assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    }
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let named = extensions(HASH);
    let params = [("query", QUERY), ("extensions", &named.to_string())];
    get(&caller, &params).await.data();
    let answer = post(&caller, MEDIA_TYPES[0], json!({ "extensions": named })).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
}

#[tokio::test]
async fn operations_are_named_and_given_variables_as_ever() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = "query A($n: String!) { __type(name: $n) { name } } query B { __typename }";
    let hash = sha256(query);
    let register = json!({ "query": query, "operationName": "B", "extensions": extensions(&hash) });
    post(&caller, MEDIA_TYPES[0], register).await.data();
    let named = json!({
        "operationName": "A",
        "variables": { "n": "Track" },
        "extensions": extensions(&hash),
    });
    let answer = post(&caller, MEDIA_TYPES[0], named).await;
    assert_eq!(answer.data(), json!({ "__type": { "name": "Track" } }));
}

#[tokio::test]
async fn a_mutation_is_not_run_by_a_get_that_names_it() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let query = "mutation { logout { loggedOut } }";
    let named = extensions(&sha256(query));
    let register = json!({ "query": query, "extensions": named });
    post(&caller, MEDIA_TYPES[0], register).await.data();
    let answer = get(&caller, &[("extensions", &named.to_string())]).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_hash_that_is_not_the_documents_is_refused_and_registers_nothing() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let wrong = sha256("another");
    let register = json!({ "query": QUERY, "extensions": extensions(&wrong) });
    let answer = post(&caller, MEDIA_TYPES[0], register).await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.code()),
        (400, "BAD_REQUEST")
    );
    let named = json!({ "extensions": extensions(&wrong) });
    assert_not_found(&post(&caller, MEDIA_TYPES[0], named).await);
}

#[tokio::test]
async fn what_is_refused_is_not_registered() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let deep = format!("{}{}", "{a".repeat(11), "}".repeat(11));
    for query in ["{", "{ a }}", "{ nope }", &deep, &"#".repeat(20_000)] {
        let named = extensions(&sha256(query));
        let register = json!({ "query": query, "extensions": named });
        let answer = post(&caller, MEDIA_TYPES[0], register).await;
        assert_eq!(answer.status, 400, "{query}");
        let answer = post(&caller, MEDIA_TYPES[0], json!({ "extensions": named })).await;
        assert_not_found(&answer);
    }
}

#[tokio::test]
async fn what_is_no_name_is_refused() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for persisted in [
        json!({ "persistedQuery": "text" }),
        json!({ "persistedQuery": { "version": 1 } }),
        json!({ "persistedQuery": { "sha256Hash": HASH } }),
        json!({ "persistedQuery": { "version": 2, "sha256Hash": HASH } }),
        json!({ "persistedQuery": { "version": 1, "sha256Hash": 1 } }),
        json!({ "persistedQuery": { "version": 1, "sha256Hash": "" } }),
        json!({ "persistedQuery": { "version": 1, "sha256Hash": HASH[1..] } }),
        json!({ "persistedQuery": { "version": 1, "sha256Hash": "é".repeat(32) } }),
    ] {
        let answer = post(&caller, MEDIA_TYPES[0], json!({ "extensions": persisted })).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (400, "BAD_REQUEST"),
            "{persisted}"
        );
        let answer = get(&caller, &[("extensions", &persisted.to_string())]).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (400, "BAD_REQUEST"),
            "{persisted}"
        );
    }
    for body in [json!({ "documentId": 1 }), json!({ "documentId": {} })] {
        let answer = post(&caller, MEDIA_TYPES[0], body).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (400, "BAD_REQUEST")
        );
    }
    // As good as not there.
    for body in [
        json!({ "query": QUERY, "extensions": { "persistedQuery": null } }),
        json!({ "query": QUERY, "documentId": null }),
    ] {
        post(&caller, MEDIA_TYPES[0], body).await.data();
    }
}

#[tokio::test]
async fn a_document_id_may_be_the_hash_of_what_was_registered() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let register = json!({ "query": QUERY, "extensions": extensions(HASH) });
    post(&caller, MEDIA_TYPES[0], register).await.data();
    for id in [HASH.to_owned(), format!("sha256:{HASH}")] {
        post(&caller, MEDIA_TYPES[0], json!({ "documentId": id }))
            .await
            .data();
        get(&caller, &[("documentId", &id)]).await.data();
    }
    assert_not_found(&post(&caller, MEDIA_TYPES[0], json!({ "documentId": "unknown" })).await);
}

#[tokio::test]
async fn where_nothing_is_kept_clients_are_told_to_stop_asking() {
    let app = TestApp::with(|setup| setup.config.documents.registered_bytes = 0).await;
    let caller = app.anonymous();
    let register = json!({ "query": QUERY, "extensions": extensions(HASH) });
    post(&caller, MEDIA_TYPES[0], register).await.data();
    let answer = post(
        &caller,
        MEDIA_TYPES[0],
        json!({ "extensions": extensions(HASH) }),
    )
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.code(), "PERSISTED_QUERY_NOT_SUPPORTED");
    assert_eq!(answer.error()["message"], "PersistedQueryNotSupported");
}

fn sha256(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
