//! How large a body may be: what uploads nothing needs little.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::warn_only;
use crate::support::{Answer, Caller, TestApp, UPLOAD};

fn upload(bytes: usize) -> Value {
    json!({ "input": {
        "trackId": "4uLU6hMCjMI75M1A2tKUQC",
        "type": "beats",
        "version": 1,
        "collection": { "beats": "x".repeat(bytes) },
    } })
}

/// A query that comes with so many bytes of variables.
async fn query(caller: &Caller, bytes: usize) -> Answer {
    caller
        .graphql("{ __typename }", json!({ "unused": "x".repeat(bytes) }))
        .await
}

fn assert_too_large(answer: &Answer, limit: usize) {
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert_eq!(answer.code(), "PAYLOAD_TOO_LARGE");
    let error = answer.error();
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(&limit.to_string()), "{message}");
}

#[tokio::test]
async fn only_an_upload_may_be_large() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let limit = 256 * 1024;
    query(&ada, limit - 200).await.data();
    assert_too_large(&query(&ada, limit).await, limit);
    let answer = ada.graphql(UPLOAD, upload(limit)).await;
    assert!(answer.uploaded()["sizeBytes"].as_u64() > Some(256 * 1024));
    // The tests' largest upload.
    assert_too_large(&ada.graphql(UPLOAD, upload(1024 * 1024)).await, 1024 * 1024);
    // A mutation that takes no collection is no upload, nor is a query that says it would.
    let logout = "mutation { logout { loggedOut } }";
    let answer = ada.graphql(logout, upload(limit)).await;
    assert_too_large(&answer, limit);
    let pretends = "query($input: UploadMetadataInput!) { __typename }";
    assert_too_large(&ada.graphql(pretends, upload(limit)).await, limit);
    let unparsable = "mutation($input: UploadMetadataInput!) {";
    let answer = ada.graphql(unparsable, upload(limit)).await;
    assert_eq!(answer.code(), "GRAPHQL_PARSE_FAILED");
}

#[tokio::test]
async fn nobody_in_particular_can_upload_so_their_bodies_are_small() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    query(&anonymous, 256 * 1024 - 200).await.data();
    assert_too_large(&query(&anonymous, 256 * 1024).await, 256 * 1024);
    let answer = anonymous.graphql(UPLOAD, upload(256 * 1024)).await;
    assert_too_large(&answer, 256 * 1024);
    assert!(answer.text().contains("log in"), "{}", answer.text());
}

#[tokio::test]
async fn the_bound_has_a_setting_of_its_own_and_can_warn_only() {
    let app = TestApp::with(|setup| setup.config.limits.body_bytes = 2000).await;
    let ada = app.logged_in(data::ADA).await;
    query(&ada, 1800).await.data();
    assert_too_large(&query(&ada, 2000).await, 2000);
    assert_too_large(&query(&app.anonymous(), 2000).await, 2000);
    let app = TestApp::with(|setup| {
        setup.config.limits.body_bytes = 2000;
        warn_only(setup);
    })
    .await;
    query(&app.anonymous(), 100_000).await.data();
    // What is not even read is refused in any case.
    assert_too_large(&query(&app.anonymous(), 1024 * 1024).await, 1024 * 1024);
}

#[tokio::test]
async fn uploads_may_be_smaller_than_other_bodies() {
    let app = TestApp::with(|setup| setup.config.http.max_upload_bytes = 2000).await;
    let ada = app.logged_in(data::ADA).await;
    query(&ada, 100_000).await.data();
    assert_too_large(&ada.graphql(UPLOAD, upload(2000)).await, 2000);
}
