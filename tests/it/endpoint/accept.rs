//! Which media type an answer is of, and what its status then tells.

use reqwest::header::{ACCEPT, CONTENT_TYPE, VARY};
use serde_json::json;

use super::{BOTH, GRAPHQL_RESPONSE, JSON, assert_refused};
use crate::support::{Answer, Caller, TestApp};

async fn accepting(caller: &Caller, accept: &[&str]) -> Answer {
    let mut request = caller
        .request("POST", "/graphql")
        .header(CONTENT_TYPE, JSON)
        .body(json!({ "query": "{ __typename }" }).to_string());
    for accept in accept {
        request = request.header(ACCEPT, *accept);
    }
    Answer::of(request).await
}

#[tokio::test]
async fn the_media_type_is_the_one_that_the_client_likes_best_and_always_utf8() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let cases: [(&[&str], &str); 16] = [
        (&[GRAPHQL_RESPONSE], GRAPHQL_RESPONSE),
        (&[JSON], JSON),
        (&["*/*"], JSON),
        (&["application/*"], JSON),
        (&[], JSON),
        (
            &["application/json;q=0.9, application/graphql-response+json"],
            GRAPHQL_RESPONSE,
        ),
        (
            &["application/graphql-response+json;q=0.1, application/json;q=0.2"],
            JSON,
        ),
        (
            &["application/graphql-response+json, application/json"],
            GRAPHQL_RESPONSE,
        ),
        (
            &["application/json, application/graphql-response+json"],
            JSON,
        ),
        (&["text/html", GRAPHQL_RESPONSE], GRAPHQL_RESPONSE),
        (
            &["APPLICATION/GRAPHQL-RESPONSE+JSON; charset=UTF-8"],
            GRAPHQL_RESPONSE,
        ),
        (&["text/event-stream, multipart/mixed, */*;q=0.1"], JSON),
        // The most specific range that a type belongs to is the one that counts.
        (&["application/json;q=0, */*"], GRAPHQL_RESPONSE),
        (&["application/json;q=0.1, */*"], GRAPHQL_RESPONSE),
        (&["*/*", "application/json;q=0.1"], GRAPHQL_RESPONSE),
        (&["application/json, text/plain, */*"], JSON),
    ];
    for (accept, media_type) in cases {
        let answer = accepting(&caller, accept).await;
        assert_eq!(answer.status, 200, "{accept:?}");
        let expected = format!("{media_type}; charset=utf-8");
        assert_eq!(answer.header(CONTENT_TYPE), expected, "{accept:?}");
        assert_eq!(answer.data(), json!({ "__typename": "Query" }));
        assert!(answer.header(VARY).eq_ignore_ascii_case("accept"));
    }
}

#[tokio::test]
async fn who_accepts_neither_media_type_gets_a_406() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for accept in [
        "text/html",
        "image/*",
        "application/json;q=0",
        "application/*;q=0, */*",
        "application/json; charset=iso-8859-1",
        "application/graphql-response",
        "nonsense",
    ] {
        let answer = accepting(&caller, &[accept]).await;
        assert_refused(&answer, 406, "BAD_REQUEST");
        assert_eq!(
            answer.header(CONTENT_TYPE),
            "application/json; charset=utf-8"
        );
    }
}

#[tokio::test]
async fn what_is_executed_is_a_200_under_both_media_types_be_it_with_errors() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for accept in BOTH {
        let query = json!({ "query": "{ metadata(trackId: \"no track\") { id } __typename }" });
        let answer = caller.post(accept, query.to_string()).await;
        assert_eq!(answer.status, 200);
        let expected = json!({ "metadata": null, "__typename": "Query" });
        assert_eq!(answer.partial_data(), expected);
        assert_eq!(answer.code(), "BAD_USER_INPUT");

        let query = json!({ "query": "{ me { id } }" });
        let answer = caller.post(accept, query.to_string()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json().get("data"), Some(&json!(null)));
        assert_eq!(answer.code(), "UNAUTHENTICATED");
    }
}

/// Under `application/json` clients of old read the body of a 200 only.
#[tokio::test]
async fn a_document_that_is_not_executed_is_a_400_or_of_old_a_200_and_has_no_data() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for (query, variables, code) in [
        ("{", json!({}), "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        (
            "query A { __typename } query B { __typename }",
            json!({}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "query($id: ID!) { playlist(id: $id) { id } }",
            json!({ "id": null }),
            "BAD_USER_INPUT",
        ),
    ] {
        let body = json!({ "query": query, "variables": variables }).to_string();
        for (accept, status) in [(GRAPHQL_RESPONSE, 400), (JSON, 200)] {
            let answer = caller.post(accept, body.clone()).await;
            assert_refused(&answer, status, code);
            assert_eq!(
                answer.header(CONTENT_TYPE),
                format!("{accept}; charset=utf-8")
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_graphql_request_is_a_400_under_both_media_types() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for accept in BOTH {
        for body in [
            "",
            "{ \"not a JSON",
            "{\"qeury\": \"{ __typename }\"}",
            "[]",
            "null",
        ] {
            let answer = caller.post(accept, body).await;
            assert_refused(&answer, 400, "BAD_REQUEST");
            assert_eq!(
                answer.header(CONTENT_TYPE),
                format!("{accept}; charset=utf-8")
            );
        }
    }
}
