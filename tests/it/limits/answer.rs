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
    let four =
        "{ me { metadata(first: 4) { nodes { collection history { nodes { collection } } } } } }";
    let answer = ada.query(four).await;
    let data = answer.partial_data();
    for node in data["me"]["metadata"]["nodes"].as_array().unwrap() {
        assert!(node["collection"].is_object());
        assert!(node["history"].is_null(), "10 000 bytes more");
    }
    assert_eq!(answer.errors().len(), 4);
    answer.errors().iter().for_each(assert_too_much);
    // Two histories are read, but each is told five times.
    let answer = ada.query(HISTORIES).await;
    assert_eq!(answer.partial_data(), Value::Null);
    assert_too_much(&answer.error());
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

#[tokio::test]
async fn a_collection_that_is_not_read_costs_nothing_beside_one_that_is() {
    for cache in [Cache::OFF, Cache::default()] {
        let app = TestApp::with(|setup| {
            setup.config.limits.answer_bytes = 12_000;
            setup.config.cache = cache;
        })
        .await;
        let ada = app.bearer(data::ADA);
        let segments = json!({ "text": "x".repeat(5000) });
        for number in 0..5 {
            let track = format!("{number:022}");
            ada.upload(&track, "segments", 1, &segments).await.data();
        }
        let first = format!("{:022}", 0);
        let beats = json!({ "beats": [1] });
        ada.upload(&first, "beats", 1, &beats).await.data();
        let versions = (0..5).map(|number| {
            format!(
                "s{number}: metadata(trackId: \"{number:022}\", type: \"segments\") {{ version }}"
            )
        });
        let versions = versions.collect::<Vec<_>>().join(" ");
        let mixed =
            format!("{{ {versions} beats: metadata(trackId: \"{first}\") {{ collection }} }}");
        for _ in 0..2 {
            let before = app.store.statement_count();
            let data = ada.query(&mixed).await.data();
            assert_eq!(app.store.statement_count() - before, 2);
            for number in 0..5 {
                assert_eq!(data[format!("s{number}")], json!({ "version": 1 }));
            }
            assert_eq!(data["beats"]["collection"], beats);
        }
        // What is wanted both ways is read once.
        let one = format!("metadata(trackId: \"{first}\", type: \"segments\")");
        let both = format!("{{ bare: {one} {{ version }} whole: {one} {{ collection }} }}");
        let before = app.store.statement_count();
        let data = ada.query(&both).await.data();
        assert_eq!(app.store.statement_count() - before, 1);
        assert_eq!(data["bare"]["version"], 1);
        assert_eq!(data["whole"]["collection"], segments);
    }
}
