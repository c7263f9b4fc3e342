//! Uploads that are refused: each argument by its name, and nothing is kept.

use lockstep_api::simulator::data;
use serde_json::{Value, json};

use super::{READ, TRACK};
use crate::support::{Answer, Caller, TestApp, Then, UPLOAD, send_raw};

#[tokio::test]
async fn what_is_no_collection_is_refused_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let too_deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
    for text in [
        "[]",
        "[{}]",
        "\"text\"",
        "\"{}\"",
        "1",
        "true",
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"b":[{"a":1,"c":{},"a":1}]}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"a":"\udc00"}"#,
        r#"{"a":"\udc00\ud800"}"#,
        r#"{"a":"\ud83e x"}"#,
        r#"{"\ud83e":1}"#,
        r#"{"b":[["\ud83e\u0020"]]}"#,
        &deep,
        &deep_objects,
        &too_deep,
    ] {
        let answer = ada.upload(TRACK, "beats", 1, text).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{text:.40}");
        assert_eq!(answer.error()["extensions"]["argument"], "input.collection");
    }
    assert_eq!(
        ada.upload(TRACK, "beats", 1, "null").await.code(),
        "BAD_USER_INPUT"
    );
    assert_eq!(
        ada.upload(TRACK, "beats", 1, r#"{"a":NaN}"#).await.code(),
        "BAD_REQUEST"
    );
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(1024 * 1024));
    assert_eq!(
        ada.upload(TRACK, "beats", 1, &large).await.code(),
        "PAYLOAD_TOO_LARGE"
    );
    assert_eq!(app.count_rows("metadata"), 0);
}

#[tokio::test]
async fn what_it_is_of_is_judged_argument_by_argument() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let long = "x".repeat(10_000);
    for track in ["", "nonsense", "../x", &long] {
        let answer = ada.upload(track, "beats", 1, "{}").await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{track:.20}");
        assert_eq!(answer.error()["extensions"]["argument"], "input.trackId");
        let message = answer.error()["message"].as_str().unwrap().to_owned();
        for kind in ["track", "local", "episode"] {
            assert!(message.contains(&format!("spotify:{kind}:…")), "{message}");
        }
    }
    let long = "x".repeat(65);
    for kind in ["", "../beats", "two words", "béats", ".x", &long] {
        let answer = ada.upload(TRACK, kind, 1, "{}").await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{kind}");
        assert_eq!(answer.error()["extensions"]["argument"], "input.type");
    }
    for version in [i64::from(i32::MAX) + 1, i64::MIN] {
        let answer = ada.upload(TRACK, "beats", version, "{}").await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{version}");
        assert_eq!(answer.error()["extensions"]["argument"], "input.version");
    }
    assert_eq!(app.count_rows("metadata"), 0);
}

async fn with_input(caller: &Caller, input: Value) -> Answer {
    caller.graphql(UPLOAD, json!({ "input": input })).await
}

#[tokio::test]
async fn what_is_of_another_type_or_not_there_is_told_by_its_name() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let good = json!({ "trackId": TRACK, "type": "beats", "version": 1, "collection": {} });
    for (member, values) in [
        (
            "trackId",
            vec![
                json!(null),
                json!(true),
                json!([TRACK, TRACK]),
                json!({}),
                json!(1.5),
            ],
        ),
        (
            "type",
            vec![
                json!(null),
                json!(1),
                json!(true),
                json!(["a", "b"]),
                json!({}),
            ],
        ),
        (
            "version",
            vec![
                json!(null),
                json!("1"),
                json!(1.5),
                json!(1e10),
                json!(true),
                json!([1, 2]),
                json!({}),
                json!(2_147_483_648_i64),
                json!(-2_147_483_649_i64),
            ],
        ),
        ("collection", vec![json!(null)]),
    ] {
        let mut input = good.clone();
        input.as_object_mut().unwrap().remove(member);
        let mut inputs = vec![input];
        inputs.extend(values.into_iter().map(|value| {
            let mut input = good.clone();
            input[member] = value;
            input
        }));
        for input in inputs {
            let answer = with_input(&ada, input.clone()).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{input}");
            let error = answer.error();
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(member), "{input}: {message}");
        }
    }
    let mut more = good.clone();
    more["more"] = json!(1);
    let answer = with_input(&ada, more).await;
    assert_eq!(answer.code(), "BAD_USER_INPUT");
    assert!(answer.error()["message"].as_str().unwrap().contains("more"));
    assert_eq!(app.count_rows("metadata"), 0);
    with_input(&ada, good).await.data();
}

#[tokio::test]
async fn every_version_of_32_bits_is_taken() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for version in [i32::MIN, -1, 0, 1, i32::MAX] {
        ada.upload(TRACK, "beats", version.into(), "{}")
            .await
            .data();
        let read = ada.graphql(READ, json!({ "track": TRACK })).await.data();
        assert_eq!(read["metadata"]["version"], version);
    }
}

#[tokio::test]
async fn reading_judges_the_track_and_the_type_as_uploading_does() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let playlist = data::playlist_id(1);
    for track in [
        "",
        "nonsense",
        "../../etc/passwd",
        "spotify:local:a\u{0}b",
        &format!("spotify:playlist:{playlist}"),
        &format!("spotify:local:{}", "x".repeat(10_000)),
    ] {
        let read = ada.graphql(READ, json!({ "track": track })).await;
        assert_eq!(read.code(), "BAD_USER_INPUT", "{track:.40}");
        assert_eq!(read.error()["extensions"]["argument"], "trackId");
        assert_eq!(read.partial_data(), json!({ "metadata": null }));
        let message = read.error()["message"].as_str().unwrap().to_owned();
        assert!(message.len() < 300, "{message}");
        let uploaded = ada.upload(track, "beats", 1, "{}").await;
        assert_eq!(uploaded.error()["extensions"]["argument"], "input.trackId");
    }
    for kind in [
        "",
        "two words",
        "../beats",
        "beats\u{0}",
        &"x".repeat(10_000),
    ] {
        let read = ada
            .graphql(READ, json!({ "track": TRACK, "type": kind }))
            .await;
        assert_eq!(read.code(), "BAD_USER_INPUT", "{kind:.40}");
        assert_eq!(read.error()["extensions"]["argument"], "type");
        let uploaded = ada.upload(TRACK, kind, 1, "{}").await;
        assert_eq!(uploaded.error()["extensions"]["argument"], "input.type");
    }
    for kind in ["b", "1", "beats.v2", "a-b_c.9", &"x".repeat(64)] {
        ada.upload(TRACK, kind, 1, "{}").await.data();
        let read = ada
            .graphql(READ, json!({ "track": TRACK, "type": kind }))
            .await
            .data();
        assert!(read["metadata"].is_object(), "{kind}");
    }
    assert_eq!(app.count_rows("metadata"), 5);
}

#[tokio::test]
async fn an_upload_that_stops_half_way_keeps_nothing() {
    let app = TestApp::start().await;
    let hour = std::time::Duration::from_secs(3600);
    let token = app
        .spotify
        .mint(data::ADA, &["playlist-read-private"], hour);
    let input =
        json!({ "trackId": TRACK, "type": "beats", "version": 1, "collection": { "a": 1 } });
    let body = json!({ "query": UPLOAD, "variables": { "input": input } }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
        token.access_token,
        body.len()
    );
    for length in [body.len() / 2, body.len() - 1] {
        let request = format!("{head}{}", &body[..length]).into_bytes();
        let answer = send_raw(app.addr, request, Then::HalfClose).await;
        if let Some((status, body)) = answer {
            assert_eq!((status.as_u16(), body.get("data")), (400, None));
        }
    }
    assert_eq!(app.count_rows("metadata"), 0);
    let whole = format!("{head}{body}").into_bytes();
    let (status, _) = send_raw(app.addr, whole, Then::Wait).await.unwrap();
    assert_eq!((status.as_u16(), app.count_rows("metadata")), (200, 1));
}

#[tokio::test]
async fn nobody_uploads_or_reads_without_saying_who_they_are() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    // Their collections are not even looked at.
    for collection in ["{}", "[]", r#"{"a":1,"a":2}"#] {
        let answer = nobody.upload(TRACK, "beats", 1, collection).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{collection}");
    }
    let answer = nobody.graphql(READ, json!({ "track": TRACK })).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    assert_eq!(app.count_rows("metadata"), 0);
}
