//! What a body must say it is. A page of another origin can send the other types along with a
//! person's cookie, without asking first.

use lockstep_api::simulator::data;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::json;

use super::assert_refused;
use crate::support::{Answer, TestApp};

#[tokio::test]
async fn json_is_taken_in_utf8() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "Application/JSON",
        "application/json; boundary=x",
    ] {
        let request = caller
            .request("POST", "/graphql")
            .header(CONTENT_TYPE, content_type)
            .body(json!({ "query": "{ __typename }" }).to_string());
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 200, "{content_type}");
        assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    }
}

#[tokio::test]
async fn nothing_else_is_and_nothing_is_done() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let body = json!({ "query": "mutation { logout { loggedOut } }" }).to_string();
    for content_type in [
        "",
        "text/plain",
        "text/plain; charset=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/graphql+json",
        "application/graphql-response+json",
        "text/json",
        "application/jsonp",
        "application/json, text/plain",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "*/*",
        "json",
    ] {
        let request = ada.request("POST", "/graphql");
        let request = request
            .header(CONTENT_TYPE, content_type)
            .body(body.clone());
        let answer = Answer::of(request).await;
        assert_refused(&answer, 415, "BAD_REQUEST");
    }
    let none = ada.request("POST", "/graphql").body(body.clone());
    assert_refused(&Answer::of(none).await, 415, "BAD_REQUEST");
    let two = ada
        .request("POST", "/graphql")
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_TYPE, "text/plain");
    assert_refused(&Answer::of(two.body(body)).await, 415, "BAD_REQUEST");
    assert_eq!(
        ada.query("{ me { id } }").await.data()["me"]["id"],
        data::ADA
    );
}

#[tokio::test]
async fn a_compressed_body_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for (encoding, status) in [
        ("gzip", 415),
        ("br", 415),
        ("zstd", 415),
        ("identity", 200),
        ("Identity", 200),
    ] {
        let request = caller
            .request("POST", "/graphql")
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, encoding)
            .body(json!({ "query": "{ __typename }" }).to_string());
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status, "{encoding}: {}", answer.text());
    }
}
