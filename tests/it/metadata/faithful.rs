//! What is read back is what was uploaded: the same values, key order and text.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::{READ, TRACK};
use crate::support::{Answer, TestApp, UPLOAD};

#[tokio::test]
async fn the_text_comes_back_as_it_was_sent() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for text in [
        r#"{ "z": 1.10, "a": [1e400, -0, 123456789012345678901234567890.5] , "": {} }"#,
        r#"{"emoji":"🥁 \ud83e\udd41","escapes":"\u0000\t\"\\\/","拍":["späť",null,true]}"#,
        "{}",
    ] {
        let uploaded = ada.upload(TRACK, "beats", 1, text).await.uploaded();
        assert_eq!(uploaded["sizeBytes"], text.len());
        let answer = ada.graphql(READ, json!({ "track": TRACK })).await;
        assert!(answer.text().contains(text), "{}", answer.text());
    }
}

/// Numbers that a reader without arbitrary precision would change.
const NUMBERS: [&str; 16] = [
    "0",
    "-0",
    "-0.0",
    "0.1000",
    "1.10",
    "1e400",
    "1E+2",
    "-1e-400",
    "1e0",
    "5e-324",
    "9007199254740993",
    "18446744073709551616",
    "123456789012345678901234567890",
    "-123456789012345678901234567890.123456789012345678901234567890",
    "0.30000000000000004",
    "3.141592653589793238462643383279502884197",
];

#[tokio::test]
async fn numbers_of_any_size_and_precision_come_back_as_they_were_written() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let collection = format!(r#"{{"numbers":[{}]}}"#, NUMBERS.join(","));
    ada.upload(TRACK, "beats", 1, &collection).await.data();
    let answer = ada.graphql(READ, json!({ "track": TRACK })).await;
    assert!(answer.text().contains(&collection), "{}", answer.text());
}

#[tokio::test]
async fn they_are_as_exact_when_they_stand_in_the_document_itself() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for number in NUMBERS {
        let query = format!(
            "mutation {{ uploadMetadata(input: {{ trackId: \"{TRACK}\", type: \"beats\", version: 1,
                collection: {{ n: {number} }} }}) {{ metadata {{ collection }} }} }}"
        );
        // A literal of GraphQL's is no JSON text; its digits are all there.
        let expected = format!(r#"{{"n":{}}}"#, number.to_lowercase());
        let written = |answer: &Answer| answer.text().to_lowercase().replace("e+", "e");
        let expected = expected.replace("e+", "e");
        let answer = ada.query(&query).await;
        assert!(written(&answer).contains(&expected), "{}", answer.text());
        let read = ada.graphql(READ, json!({ "track": TRACK })).await;
        assert!(written(&read).contains(&expected), "{}", read.text());
    }
}

#[tokio::test]
async fn keys_and_texts_of_any_script_keep_their_order_and_their_escapes() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let collection = r#"{"ż":1,"拍子":2,"a":3,"":4,"שיר":5,"🥁":6,"\ud83e\udd41x":7,"\u0000":8,
        "A":9,"a\u0301":10,"á":11,"__proto__":12,"$ref":"\u2028\u2029\ufeff",
        "<script>":"</script>","quote\"":"\\\/\b\f\n\r\t"}"#;
    let uploaded = ada.upload(TRACK, "beats", 1, collection).await.uploaded();
    assert_eq!(uploaded["sizeBytes"], collection.len());
    let answer = ada.graphql(READ, json!({ "track": TRACK })).await;
    assert!(answer.text().contains(collection), "{}", answer.text());
}

#[tokio::test]
async fn a_collection_as_deep_as_may_be_comes_back() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let deep = format!("{{\"a\":{}7{}}}", "[".repeat(99), "]".repeat(99));
    ada.upload(TRACK, "beats", 1, &deep).await.data();
    let answer = ada.graphql(READ, json!({ "track": TRACK })).await;
    assert!(answer.text().contains(&deep));
}

#[tokio::test]
async fn what_a_body_of_the_very_limit_holds_is_kept_whole() {
    let limit = 300_000;
    let app = TestApp::with(|setup| setup.config.http.max_upload_bytes = limit).await;
    let ada = app.bearer(data::ADA);
    let body = |filler: usize| {
        let input = json!({ "trackId": TRACK, "type": "beats", "version": 1,
            "collection": { "filler": "x".repeat(filler) } });
        json!({ "query": UPLOAD, "variables": { "input": input } }).to_string()
    };
    let filler = limit - body(0).len();
    assert_eq!(body(filler + 1).len(), limit + 1);
    let answer = ada.post_graphql(body(filler + 1)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (413, "PAYLOAD_TOO_LARGE")
    );
    assert_eq!(app.count_rows("metadata"), 0);
    ada.post_graphql(body(filler)).await.data();
    let answer = ada.graphql(READ, json!({ "track": TRACK })).await.data();
    let given = answer["metadata"]["collection"]["filler"]
        .as_str()
        .map(str::len);
    assert_eq!(given, Some(filler));
}

#[tokio::test]
async fn the_hash_and_the_size_are_those_of_the_text() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let query = "query($track: ID!) { metadata(trackId: $track) { sha256 sizeBytes } }";
    let empty = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let uploaded = ada.upload(TRACK, "beats", 1, "{}").await.uploaded();
    assert_eq!(uploaded["sha256"], empty);
    let read = ada.graphql(query, json!({ "track": TRACK })).await.data();
    assert_eq!(read["metadata"], json!({ "sha256": empty, "sizeBytes": 2 }));
    let spaced = ada.upload(TRACK, "beats", 1, "{ }").await.uploaded();
    assert_ne!(spaced["sha256"], Value::from(empty));
}
