//! How large an answer may be.

use lockstep_api::config::Cache;
use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::warn_only;
use crate::support::{Caller, Setup, TestApp};

fn tracks(first: u32) -> String {
    format!(
        "{{ playlist(id: \"{}\") {{ tracks(first: {first}) {{ nodes {{ uri name }} }} }} }}",
        data::playlist_id(1000)
    )
}

#[tokio::test]
async fn an_answer_has_so_many_bytes_and_no_more() {
    let app = TestApp::with(|setup| setup.config.limits.answer_bytes = 10_000).await;
    let ada = app.logged_in(data::ADA).await;
    ada.query(&tracks(50)).await.data();
    let answer = ada.query(&tracks(1000)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json().get("data"), Some(&json!(null)));
    let error = answer.error();
    assert_eq!(error["extensions"]["code"], "QUERY_TOO_COMPLEX");
    assert_eq!(error["extensions"]["limit"], "answerBytes");
    assert_eq!(error["extensions"]["max"], 10_000);
    assert!(error["extensions"]["found"].as_u64().unwrap() > 10_000);
}

#[tokio::test]
async fn the_bound_can_warn_only() {
    let app = TestApp::with(|setup| {
        setup.config.limits.answer_bytes = 10_000;
        warn_only(setup);
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    let answer = ada.query(&tracks(1000)).await;
    assert!(answer.text().len() > 10_000);
    answer.data();
}

/// Each of ten uploads, with the history that it is in.
const HISTORIES: &str = "{ me { metadata { nodes { history { nodes { collection } } } } } }";

/// Somebody with ten uploads of a thousand bytes for one track, five of each type, on a server whose
/// answers have 12 000 at the most.
async fn with_ten_uploads(change: impl FnOnce(&mut Setup)) -> (TestApp, Caller) {
    let app = TestApp::with(|setup| {
        setup.config.limits.answer_bytes = 12_000;
        change(setup);
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    for number in 0..10 {
        let kind = ["a", "b"][number % 2];
        let text = "x".repeat(1000 - r#"{"number":0,"text":""}"#.len());
        let query = "mutation ($kind: String!, $collection: JSON!) { uploadMetadata(input: {
            trackId: \"4uLU6hMCjMI75M1A2tKUQC\", type: $kind, version: 1, collection: $collection
        }) { metadata { sizeBytes } } }";
        let collection = json!({ "number": number, "text": text });
        let variables = json!({ "kind": kind, "collection": collection });
        let stored = ada.graphql(query, variables).await.data();
        assert_eq!(stored["uploadMetadata"]["metadata"]["sizeBytes"], 1000);
    }
    (app, ada)
}

fn assert_too_much(error: &Value) {
    let extensions = &error["extensions"];
    assert_eq!(extensions["code"], "QUERY_TOO_COMPLEX", "{error}");
    assert_eq!(extensions["limit"], "answerBytes", "{error}");
    assert_eq!(extensions["max"], 12_000, "{error}");
    assert!(extensions["found"].as_u64().unwrap() > 12_000, "{error}");
}

#[tokio::test]
async fn a_request_unpacks_no_more_collections_than_an_answer_may_have() {
    let (_app, ada) = with_ten_uploads(|_| {}).await;
    let answer = ada.query(HISTORIES).await;
    let data = answer.partial_data();
    let nodes = data["me"]["metadata"]["nodes"].as_array().unwrap();
    let unpacked = nodes.iter().filter(|node| !node["history"].is_null());
    assert_eq!(unpacked.count(), 2, "5000 bytes each");
    assert_eq!(answer.errors().len(), 8);
    answer.errors().iter().for_each(assert_too_much);
}

#[tokio::test]
async fn collections_count_wherever_they_come_from() {
    for cache in [Cache::OFF, Cache::default()] {
        let (_app, ada) = with_ten_uploads(|setup| setup.config.cache = cache).await;
        let newest = "metadata(trackId: \"4uLU6hMCjMI75M1A2tKUQC\", type: \"a\")";
        let all = "me { metadata(first: 10) { nodes { collection } } }";
        ada.query(&format!("{{ {all} }}")).await.data();
        for _ in 0..2 {
            ada.query(&format!("{{ {newest} {{ collection }} }}"))
                .await
                .data();
            let thirteen = format!(
                "{{ {all} {newest} {{ collection
                    history(first: 2) {{ nodes {{ collection }} }} }} }}"
            );
            let answer = ada.query(&thirteen).await;
            // Not the whole answer that turned out to be too large.
            assert!(answer.json()["data"].is_object(), "{}", answer.text());
            assert_too_much(&answer.error());
        }
    }
}

#[tokio::test]
async fn collections_can_be_warned_of_only() {
    let (_app, ada) = with_ten_uploads(warn_only).await;
    let data = ada.query(HISTORIES).await.data();
    for node in data["me"]["metadata"]["nodes"].as_array().unwrap() {
        assert_eq!(node["history"]["nodes"].as_array().unwrap().len(), 5);
    }
}
