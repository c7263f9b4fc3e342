//! How many connections there may be, and how patient the server is with each.

use std::time::Duration;

use lockstep_api::simulator::data;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::upload;
use crate::support::{Setup, TestApp, http2_client, post_unread};

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(300);
const REQUEST: &[u8] = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: x\r\n\r\n";

/// Reads until the server ends the connection; what came, and how long it took.
async fn until_closed(connection: &mut TcpStream) -> (String, Duration) {
    let start = Instant::now();
    let mut bytes = Vec::new();
    let read = timeout(LONG, connection.read_to_end(&mut bytes)).await;
    // A reset is an end as well.
    let _ = read.expect("the connection stays open");
    (
        String::from_utf8_lossy(&bytes).into_owned(),
        start.elapsed(),
    )
}

/// Reads one answer of the endpoint, which ends with its body's last bracket.
async fn answer(connection: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    while !read.ends_with(b"}}") && !read.ends_with(b"]}") {
        let count = timeout(LONG, connection.read(&mut buffer)).await;
        let count = count.expect("no answer").unwrap();
        assert_ne!(count, 0, "{}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(read).unwrap()
}

async fn impatient(change: impl FnOnce(&mut Setup)) -> TestApp {
    TestApp::with(|setup| {
        setup.config.connections.header_timeout = LONG;
        setup.config.connections.idle_timeout = LONG;
        change(setup);
    })
    .await
}

#[tokio::test]
async fn who_connects_and_says_nothing_is_sent_away() {
    let app = impatient(|setup| setup.config.connections.idle_timeout = SHORT).await;
    let mut silent = TcpStream::connect(app.addr).await.unwrap();
    let (answer, after) = until_closed(&mut silent).await;
    assert_eq!(answer, "");
    assert!(after < LONG, "{after:?}");
}

#[tokio::test]
async fn a_connection_is_kept_between_requests_for_the_idle_time_alone() {
    // Longer than a busy machine takes between two requests.
    let idle = Duration::from_secs(3);
    let app = impatient(|setup| setup.config.connections.idle_timeout = idle).await;
    let mut connection = TcpStream::connect(app.addr).await.unwrap();
    for _ in 0..3 {
        connection.write_all(REQUEST).await.unwrap();
        assert!(answer(&mut connection).await.starts_with("HTTP/1.1 200"));
    }
    let (more, after) = until_closed(&mut connection).await;
    assert_eq!(more, "");
    assert!(after < LONG, "{after:?}");
}

#[tokio::test]
async fn a_head_that_does_not_end_is_given_up() {
    let app = impatient(|setup| setup.config.connections.header_timeout = SHORT).await;
    for half in [
        "G",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: ",
    ] {
        let mut slow = TcpStream::connect(app.addr).await.unwrap();
        slow.write_all(half.as_bytes()).await.unwrap();
        let (_, after) = until_closed(&mut slow).await;
        assert!(after < LONG, "{half:?}: {after:?}");
    }
    // After an answered request as well.
    let mut slow = TcpStream::connect(app.addr).await.unwrap();
    slow.write_all(REQUEST).await.unwrap();
    answer(&mut slow).await;
    slow.write_all(b"GET / HT").await.unwrap();
    let (_, after) = until_closed(&mut slow).await;
    assert!(after < LONG, "{after:?}");
    app.anonymous().query("{ __typename }").await.data();
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let mut connection = TcpStream::connect(app.addr).await.unwrap();
    let head = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
        "a".repeat(100_000)
    );
    // It may be refused before it was read to its end.
    let _ = connection.write_all(head.as_bytes()).await;
    let (answer, _) = until_closed(&mut connection).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    app.anonymous().query("{ __typename }").await.data();
}

#[tokio::test]
async fn who_comes_when_there_are_as_many_as_may_be_waits_until_one_has_gone() {
    let app = TestApp::with(|setup| setup.config.connections.max = 3).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut connection = TcpStream::connect(app.addr).await.unwrap();
        connection.write_all(REQUEST).await.unwrap();
        answer(&mut connection).await;
        open.push(connection);
    }
    let mut late = TcpStream::connect(app.addr).await.unwrap();
    late.write_all(REQUEST).await.unwrap();
    let early = timeout(Duration::from_millis(200), late.read_u8()).await;
    assert!(early.is_err(), "a fourth was served beside the three");
    drop(open.pop());
    assert!(answer(&mut late).await.starts_with("HTTP/1.1 200"));
    // The others go on.
    for connection in &mut open {
        connection.write_all(REQUEST).await.unwrap();
        answer(connection).await;
    }
}

#[tokio::test]
async fn who_does_not_read_the_answer_is_given_up() {
    let app = TestApp::with(|setup| {
        setup.config.connections.write_window = SHORT;
        setup.config.http.max_upload_bytes = 4 * 1024 * 1024;
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    upload(&ada, 2_000_000).await;
    // More than the system takes off the server's hands.
    let fields: String = (0..8)
        .map(|n| format!("a{n}: metadata(trackId: \"6rqhFgbbKwnb9MLmUQDhG6\") {{ collection }} "))
        .collect();
    let body = json!({ "query": format!("{{ {fields} }}") }).to_string();
    let mut slow = post_unread(app.addr, &ada, &body, 128 * 1024).await;
    slow.readable().await.unwrap();
    // Long enough for the window to pass while nothing is read.
    tokio::time::sleep(SHORT * 5).await;
    let (answer, _) = until_closed(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:.100}");
    assert!(answer.len() < 16_000_000, "all of it came");

    // Who reads gets it all.
    let whole = ada.post_graphql(body).await;
    assert_eq!(whole.data().as_object().unwrap().len(), 8);
}

#[tokio::test]
async fn http2_is_spoken_where_the_client_begins_with_it() {
    let app = TestApp::start().await;
    let client = http2_client();
    let request = client
        .post(app.url("/graphql"))
        .json(&json!({ "query": "{ __typename }" }));
    let response = request.send().await.unwrap();
    assert_eq!(response.version(), reqwest::Version::HTTP_2);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer, json!({ "data": { "__typename": "Query" } }));
}
