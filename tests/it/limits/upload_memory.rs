//! How much the bodies of all uploads may take together.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use lockstep_api::simulator::{Body, Fault, Rule, data};
use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Answer, Caller, TestApp, post_unread};

const FREE: usize = 2000;
const LARGEST: usize = 1024 * 1024;
const UPLOAD: &str = "mutation($input: UploadMetadataInput!) {
    uploadMetadata(input: $input) { metadata { id sizeBytes } }
}";

fn upload(version: usize, bytes: usize) -> Value {
    json!({ "input": {
        "trackId": "4uLU6hMCjMI75M1A2tKUQC",
        "type": "beats",
        "version": version,
        "collection": { "beats": "x".repeat(bytes) },
    } })
}

/// A server with room for one upload of the largest.
async fn app() -> TestApp {
    app_for(LARGEST).await
}

async fn app_for(largest: usize) -> TestApp {
    TestApp::with(|setup| {
        setup.config.limits.body_bytes = FREE as u64;
        setup.config.http.max_upload_bytes = largest;
        setup.config.http.upload_memory_bytes = largest;
        // No test is to fail because the machine is busy.
        setup.config.connections.write_window = Duration::from_secs(600);
    })
    .await
}

/// An upload that takes nearly all of the memory, of which the last byte is not sent yet.
struct Unfinished(TcpStream);

impl Unfinished {
    async fn send(app: &TestApp, caller: &Caller) -> Self {
        let credential = format!("Cookie: {}", caller.cookies());
        let connection = Self::begin(app, &credential).await;
        until_spent(caller, true).await;
        connection
    }

    async fn begin(app: &TestApp, credential: &str) -> Self {
        let body = json!({ "query": UPLOAD, "variables": upload(1, LARGEST - 1000) }).to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             {credential}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut connection = TcpStream::connect(app.addr).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        let most = &body.as_bytes()[..body.len() - 1];
        connection.write_all(most).await.unwrap();
        Self(connection)
    }

    /// Sends the last byte, and reads the answer as far as its status.
    async fn finish(mut self) -> String {
        self.0.write_all(b"}").await.unwrap();
        let mut status = [0; 12];
        let read = self.0.read_exact(&mut status);
        timeout(Duration::from_secs(60), read)
            .await
            .expect("no answer")
            .unwrap();
        String::from_utf8(status.to_vec()).unwrap()
    }
}

/// What needs some of the memory to be told that it is too large.
async fn probe(caller: &Caller) -> Answer {
    caller
        .graphql("{ __typename }", json!({ "unused": "x".repeat(8 * FREE) }))
        .await
}

/// The server takes its time to read what was sent, and to see that somebody has gone.
async fn until_spent(caller: &Caller, spent: bool) {
    let wanted = if spent { 503 } else { 413 };
    let asks = async { while probe(caller).await.status != wanted {} };
    let in_time = timeout(Duration::from_secs(60), asks).await;
    in_time.unwrap_or_else(|_| panic!("the memory does not become spent: {spent}"));
}

fn assert_no_memory(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.header(RETRY_AFTER), "1");
    assert!(answer.json().get("data").is_none(), "{}", answer.text());
    let expected = json!({ "code": "SERVICE_UNAVAILABLE", "retryAfterSeconds": 1 });
    assert_eq!(answer.error()["extensions"], expected);
}

#[tokio::test]
async fn uploads_that_find_it_spent_are_refused_and_kept_when_they_come_again() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let first = Unfinished::send(&app, &ada).await;
    let uploads: Vec<Value> = (2..22).map(|version| upload(version, 100_000)).collect();
    let upload_one = |input: &Value| ada.graphql(UPLOAD, input.clone());
    let all = || join_all(uploads.iter().map(upload_one));
    for answer in all().await {
        assert_no_memory(&answer);
    }
    assert_eq!(app.count_rows("metadata"), 0);
    assert_eq!(first.finish().await, "HTTP/1.1 200");

    until_spent(&ada, false).await;

    // Ten of the twenty fit at a time.
    let mut kept = 0;
    for answer in all().await {
        if answer.status == 200 {
            answer.data();
            kept += 1;
        } else {
            assert_no_memory(&answer);
        }
    }
    assert!(kept > 0);
    assert_eq!(app.count_rows("metadata"), 1 + kept);
    until_spent(&ada, false).await;
    for input in &uploads {
        ada.graphql(UPLOAD, input.clone()).await.data();
    }
    let history = "{ metadata(trackId: \"4uLU6hMCjMI75M1A2tKUQC\") {
        history(first: 100) { nodes { version sizeBytes } } } }";
    let answer = ada.query(history).await.data();
    let nodes = answer["metadata"]["history"]["nodes"].as_array().unwrap();
    let mut versions = BTreeSet::from([1]);
    for node in nodes.iter().filter(|node| node["version"] != 1) {
        assert_eq!(node["sizeBytes"], 100_012);
        versions.insert(node["version"].as_u64().unwrap());
    }
    assert_eq!(versions.len(), 21);
}

#[tokio::test]
async fn what_is_no_larger_than_any_request_may_be_is_answered_all_the_while() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let _unfinished = Unfinished::send(&app, &ada).await;
    ada.query("{ me { id } }").await.data();
    ada.graphql(UPLOAD, upload(1, FREE - 400)).await.data();
    let unused = json!({ "unused": "x".repeat(FREE - 100) });
    app.anonymous()
        .graphql("{ __typename }", unused)
        .await
        .data();
    assert_no_memory(&probe(&ada).await);
}

#[tokio::test]
async fn it_comes_back_however_a_request_ends() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    for _ in 0..3 {
        // Kept.
        let done = Unfinished::send(&app, &ada).await.finish().await;
        assert_eq!(done, "HTTP/1.1 200");
        until_spent(&ada, false).await;
        // Its client goes away.
        drop(Unfinished::send(&app, &ada).await);
        until_spent(&ada, false).await;
        // Too large, malformed, or not an upload.
        let answer = ada.graphql(UPLOAD, upload(1, LARGEST)).await;
        assert_eq!(answer.status, 413, "{}", answer.text());
        let answer = ada.post_graphql("[".repeat(LARGEST)).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(probe(&ada).await.status, 413);
        // Refused for want of memory itself.
        let holder = Unfinished::send(&app, &ada).await;
        assert_no_memory(&ada.graphql(UPLOAD, upload(1, LARGEST / 2)).await);
        drop(holder);
        until_spent(&ada, false).await;
        // All of it is there again.
        let whole = ada.graphql(UPLOAD, upload(1, LARGEST - 1000)).await;
        whole.data();
        until_spent(&ada, false).await;
    }
}

#[tokio::test]
async fn an_answer_that_is_read_slowly_has_none_of_it() {
    // More than the system takes off the server's hands.
    let largest = 8 * LARGEST;
    let app = app_for(largest).await;
    let ada = app.logged_in(data::ADA).await;
    let query = UPLOAD.replace("sizeBytes", "collection");
    let body = json!({ "query": query, "variables": upload(1, largest - 1000) }).to_string();
    let mut slow = post_unread(app.addr, &ada, &body, 4096).await;
    let mut begun = [0; 12];
    slow.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200");
    until_spent(&ada, false).await;
    ada.graphql(UPLOAD, upload(2, largest - 1000)).await.data();
    // And all of it is there.
    let mut rest = Vec::new();
    let ends = b"xxx\"}}}}}";
    while !rest.ends_with(ends) {
        let mut buffer = [0; 64 * 1024];
        let count = timeout(Duration::from_secs(60), slow.read(&mut buffer)).await;
        let count = count.expect("no more of the answer").unwrap();
        assert_ne!(count, 0, "{} bytes", rest.len());
        rest.extend_from_slice(&buffer[..count]);
    }
    assert!(rest.len() > largest - 1000, "{}", rest.len());
}

#[tokio::test]
async fn who_is_not_known_has_none_of_it() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let forged = format!("{}x", ada.cookies());
    let mut strangers = Vec::new();
    app.spotify.reset_counts();
    for credential in [&format!("Cookie: {forged}"), "Authorization: Bearer wrong"] {
        strangers.push(Unfinished::begin(&app, credential).await);
    }
    // Whose the token is is asked while the body is still coming.
    app.spotify.wait_for("GET /v1/me", 1).await;
    // What they have sent is read, and nothing kept of it.
    ada.graphql(UPLOAD, upload(1, LARGEST - 1000)).await.data();
    for stranger in strangers {
        assert_eq!(stranger.finish().await, "HTTP/1.1 200");
    }
}

#[tokio::test]
async fn who_is_not_known_is_told_so_as_with_any_request() {
    let app = app().await;
    let stranger = app.anonymous().with_bearer("wrong");
    // The longer ones are not executed.
    for (bytes, status) in [(10, 200), (8 * FREE, 400), (LARGEST / 2, 400)] {
        let answer = stranger.graphql(UPLOAD, upload(1, bytes)).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{bytes}");
    }
    app.spotify.inject(Rule::on(
        "GET /v1/me",
        Fault::Status {
            status: 500,
            body: Body::Empty,
        },
    ));
    let answer = stranger.graphql(UPLOAD, upload(1, LARGEST / 2)).await;
    assert_eq!(answer.code(), "UPSTREAM_ERROR", "{}", answer.text());
}
