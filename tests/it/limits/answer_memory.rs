//! How much the collections of all answers may take together.

use std::time::Duration;

use lockstep_api::config::Cache;
use lockstep_api::simulator::data;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::warn_only;
use crate::support::{Answer, Caller, Setup, TestApp, http2_client, post_unread};

/// More than the system takes off the server's hands.
const LARGEST: usize = 8 * 1024 * 1024;
const UPLOAD: &str = "mutation($collection: JSON!) { uploadMetadata(input: { version: 1,
    trackId: \"4uLU6hMCjMI75M1A2tKUQC\", type: \"beats\", collection: $collection }) {
    metadata { version } } }";
const READ: &str = "{ me { id } metadata(trackId: \"4uLU6hMCjMI75M1A2tKUQC\") { collection } }";

/// A server with memory for so many answers of the largest.
async fn app(answers: u64, change: impl FnOnce(&mut Setup)) -> TestApp {
    TestApp::with(|setup| {
        let largest = LARGEST as u64;
        setup.config.http.max_upload_bytes = LARGEST;
        setup.config.limits.answer_bytes = largest;
        setup.config.http.answer_memory_bytes = answers * largest;
        // No test is to fail because the machine is busy.
        setup.config.connections.write_window = Duration::from_secs(600);
        change(setup);
    })
    .await
}

/// Somebody with a collection that an answer of the largest is needed for.
async fn with_collection(app: &TestApp, person: &str) -> Caller {
    with_text(app, person, "x".repeat(LARGEST - 1000)).await
}

async fn with_text(app: &TestApp, person: &str, text: String) -> Caller {
    let caller = app.logged_in(person).await;
    let collection = json!({ "x": text });
    let upload = caller.graphql(UPLOAD, json!({ "collection": collection }));
    upload.await.data();
    caller
}

/// An answer with that collection, of which no more is read than its status.
struct Unread(TcpStream);

impl Unread {
    async fn of(app: &TestApp, caller: &Caller) -> Self {
        let body = json!({ "query": READ }).to_string();
        let mut connection = post_unread(app.addr, caller, &body, 4096).await;
        let mut status = [0; 12];
        connection.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 200");
        Self(connection)
    }

    /// Reads the rest, and leaves the connection open.
    async fn read(&mut self) {
        let ends = b"xxx\"}}}}";
        let mut rest = Vec::new();
        while !rest.ends_with(ends) {
            let mut buffer = [0; 64 * 1024];
            let count = timeout(Duration::from_secs(60), self.0.read(&mut buffer)).await;
            let count = count.expect("no more of the answer").unwrap();
            assert_ne!(count, 0, "{} bytes", rest.len());
            rest.extend_from_slice(&buffer[..count]);
        }
        assert!(rest.len() > LARGEST - 1000, "{}", rest.len());
    }
}

fn assert_no_memory(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    // The rest of it is there.
    let data = answer.partial_data();
    assert!(data["metadata"].is_null(), "{} bytes", answer.text().len());
    assert!(data["me"]["id"].is_string());
    assert_eq!(answer.errors().len(), 1);
    let expected = json!({ "code": "SERVICE_UNAVAILABLE", "retryAfterSeconds": 1 });
    assert_eq!(answer.error()["extensions"], expected);
}

/// The server takes its time to see that somebody has gone, or that all was read.
async fn until_answered(caller: &Caller) {
    let asks = async {
        loop {
            let answer = caller.graphql(READ, json!({})).await;
            if answer.json().get("errors").is_none() {
                return;
            }
            assert_no_memory(&answer);
        }
    };
    let in_time = timeout(Duration::from_secs(60), asks).await;
    in_time.expect("the memory does not come back");
}

#[tokio::test]
async fn one_person_has_a_part_of_it_until_they_have_read_or_gone() {
    for cache in [Cache::OFF, Cache::default()] {
        let app = app(4, |setup| setup.config.cache = cache).await;
        let ada = with_collection(&app, data::ADA).await;
        let minseo = with_collection(&app, data::MINSEO).await;
        let mut unread = Unread::of(&app, &ada).await;
        for _ in 0..3 {
            assert_no_memory(&ada.graphql(READ, json!({})).await);
        }
        // Nor are others kept from theirs, nor they from what reads no collection.
        minseo.graphql(READ, json!({})).await.data();
        let version = READ.replace("collection", "version");
        ada.graphql(&version, json!({})).await.data();

        unread.read().await;
        until_answered(&ada).await;

        let unread = Unread::of(&app, &ada).await;
        assert_no_memory(&ada.graphql(READ, json!({})).await);
        drop(unread);
        until_answered(&ada).await;
    }
}

#[tokio::test]
async fn all_have_no_more_than_there_is_even_where_limits_only_warn() {
    let app = app(1, warn_only).await;
    let ada = with_collection(&app, data::ADA).await;
    let minseo = with_collection(&app, data::MINSEO).await;
    let unread = Unread::of(&app, &ada).await;
    assert_no_memory(&minseo.graphql(READ, json!({})).await);
    drop(unread);
    until_answered(&minseo).await;
}

#[tokio::test]
async fn what_an_upload_answers_with_counts_and_is_kept_all_the_same() {
    let app = app(4, |_| {}).await;
    let ada = with_collection(&app, data::ADA).await;
    let unread = Unread::of(&app, &ada).await;
    let upload = UPLOAD.replace("metadata { version }", "metadata { collection }");
    let collection = json!({ "x": "y".repeat(1000) });
    let answer = ada
        .graphql(&upload, json!({ "collection": collection }))
        .await;
    assert_eq!(answer.code(), "SERVICE_UNAVAILABLE", "{}", answer.text());
    assert_eq!(app.count_rows("metadata"), 2);
    drop(unread);
    until_answered(&ada).await;
}

#[tokio::test]
async fn streams_of_one_connection_hold_their_shares_compressed_or_not() {
    let app = app(4, |_| {}).await;
    // Half of it remains when it is compressed.
    let digits = (0_u64..).flat_map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let digits = digits.map(|byte| format!("{byte:02x}"));
    let text: String = digits.take(LARGEST / 2 - 500).collect();
    let ada = with_text(&app, data::ADA, text).await;
    let client = http2_client();
    for encoding in ["identity", "gzip"] {
        let request = client
            .post(app.url("/graphql"))
            .header(COOKIE, ada.cookies())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_ENCODING, encoding)
            .body(json!({ "query": READ }).to_string());
        let unread = request.send().await.unwrap();
        assert_eq!(unread.status(), 200);
        let plain = unread.headers().contains_key(CONTENT_LENGTH);
        assert_eq!(plain, encoding == "identity");
        assert_no_memory(&ada.graphql(READ, json!({})).await);
        drop(unread);
        until_answered(&ada).await;
    }
}
