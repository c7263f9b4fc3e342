//! Bodies that stop, crawl, or do not end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{BOTH, JSON, assert_refused};
use crate::support::{Setup, TestApp, Then, send_raw};

fn head(extra: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\nAccept: {JSON}\r\n{extra}\r\n"
    )
}

fn code(body: &Value) -> &str {
    assert!(body.get("data").is_none(), "{body}");
    body["errors"][0]["extensions"]["code"].as_str().unwrap()
}

/// A body of exactly `length` bytes that asks for something.
fn body_of(length: usize) -> String {
    let body = json!({ "query": "{ __typename }" }).to_string();
    format!("{body}{}", " ".repeat(length - body.len()))
}

fn limit(bytes: usize) -> impl FnOnce(&mut Setup) {
    move |setup: &mut Setup| setup.config.limits.body_bytes = bytes as u64
}

#[tokio::test]
async fn a_body_of_the_very_limit_is_taken_and_one_byte_more_is_not() {
    let app = TestApp::with(limit(10_000)).await;
    let caller = app.anonymous();
    let answer = caller.post(BOTH[0], body_of(10_000)).await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    for length in [10_001, 15_000, 20_001, 1_000_000] {
        let answer = caller.post(BOTH[0], body_of(length)).await;
        let error = assert_refused(&answer, 413, "PAYLOAD_TOO_LARGE");
        assert!(error["message"].as_str().unwrap().contains("10000"));
    }
}

#[tokio::test]
async fn a_chunked_body_is_counted_as_it_comes() {
    let app = TestApp::with(limit(10_000)).await;
    let chunked = |length: usize| {
        let mut request = head("Transfer-Encoding: chunked\r\n");
        for chunk in body_of(length).as_bytes().chunks(999) {
            let chunk = std::str::from_utf8(chunk).unwrap();
            request += &format!("{:x}\r\n{chunk}\r\n", chunk.len());
        }
        (request + "0\r\n\r\n").into_bytes()
    };
    let answer = send_raw(app.addr, chunked(10_000), Then::Wait).await;
    let (status, body) = answer.unwrap();
    assert_eq!(status, 200);
    assert_eq!(body["data"], json!({ "__typename": "Query" }));
    let answer = send_raw(app.addr, chunked(10_001), Then::Wait).await;
    let (status, body) = answer.unwrap();
    assert_eq!((status.as_u16(), code(&body)), (413, "PAYLOAD_TOO_LARGE"));
}

#[tokio::test]
async fn a_body_without_end_is_refused_while_it_is_still_coming() {
    let app = TestApp::with(limit(10_000)).await;
    // More than a server would ever have to read to know.
    let mut endless = head("Transfer-Encoding: chunked\r\n").into_bytes();
    for _ in 0..2000 {
        endless.extend_from_slice(b"400\r\n");
        endless.extend_from_slice(&[b' '; 0x400]);
        endless.extend_from_slice(b"\r\n");
    }
    let (status, body) = send_raw(app.addr, endless, Then::Wait).await.unwrap();
    assert_eq!((status.as_u16(), code(&body)), (413, "PAYLOAD_TOO_LARGE"));
}

#[tokio::test]
async fn a_body_that_stops_half_way_is_refused() {
    let app = TestApp::start().await;
    let half = r#"{"query":"{ __ty"#;
    let counted = head("Content-Length: 1000\r\n") + half;
    let chunked = head("Transfer-Encoding: chunked\r\n") + &format!("{:x}\r\n{half}", 100);
    let malformed = head("Transfer-Encoding: chunked\r\n") + "not a length\r\n";
    for request in [counted, chunked, malformed] {
        // Who has hung up may not be there to be told.
        let answer = send_raw(app.addr, request.into_bytes(), Then::HalfClose).await;
        if let Some((status, body)) = answer {
            assert_eq!((status.as_u16(), code(&body)), (400, "BAD_REQUEST"));
        }
    }
    let after = app.anonymous().query("{ __typename }").await;
    assert_eq!(after.data(), json!({ "__typename": "Query" }));
}

#[tokio::test]
async fn a_body_slower_than_the_deadline_is_given_up() {
    let app = TestApp::with(|setup| {
        setup.config.http.request_timeout = Duration::from_millis(200);
    })
    .await;
    for headers in ["Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n"] {
        let request = head(headers).into_bytes();
        let (status, body) = send_raw(app.addr, request, Then::Wait).await.unwrap();
        assert_eq!((status.as_u16(), code(&body)), (408, "TIMEOUT"));
    }
}

#[tokio::test]
async fn a_body_that_is_expected_to_be_too_large_need_not_be_sent() {
    let app = TestApp::with(limit(10_000)).await;
    let request = head("Content-Length: 999999999\r\nExpect: 100-continue\r\n").into_bytes();
    let (status, body) = send_raw(app.addr, request, Then::Wait).await.unwrap();
    assert_eq!((status.as_u16(), code(&body)), (413, "PAYLOAD_TOO_LARGE"));
}
