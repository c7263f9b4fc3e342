//! Requests that are refused before their body is read: the answer arrives, and the connection is either
//! ready for the next request or said to close.

use std::num::NonZeroU32;
use std::time::Duration;

use lockstep_api::config::FairUse;
use reqwest::StatusCode;
use reqwest::header::{CONNECTION, CONTENT_TYPE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Answer, Setup, TestApp, http2_client};

const LONG: Duration = Duration::from_secs(60);

/// More than the server reads at once.
const LARGE: usize = 5_000_000;

struct Connection(TcpStream);

impl Connection {
    async fn open(app: &TestApp) -> Self {
        Self(TcpStream::connect(app.addr).await.unwrap())
    }

    /// Sends a request whole before it reads anything, as simple clients do.
    async fn exchange(&mut self, head: &str, body: &[u8]) -> String {
        let head = format!("{head}\r\nContent-Length: {}", body.len());
        self.send_head(&head).await;
        self.0.write_all(body).await.expect("all of it is taken");
        self.answer().await
    }

    async fn send_head(&mut self, head: &str) {
        let head = format!("{head}\r\nHost: x\r\n\r\n");
        self.0.write_all(head.as_bytes()).await.unwrap();
    }

    /// Reads one answer, head and body.
    async fn answer(&mut self) -> String {
        let mut read = String::new();
        loop {
            if let Some((head, body)) = read.split_once("\r\n\r\n") {
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "));
                let length: usize = length.map_or(0, |length| length.parse().unwrap());
                if body.len() >= length {
                    return read;
                }
            }
            let mut buffer = [0; 4096];
            let count = timeout(LONG, self.0.read(&mut buffer)).await;
            let count = count.expect("no answer").unwrap();
            assert_ne!(count, 0, "closed after {read:?}");
            read += std::str::from_utf8(&buffer[..count]).unwrap();
        }
    }

    /// Waits until the server has closed it.
    async fn until_closed(mut self) {
        let mut rest = Vec::new();
        // A reset is an end as well.
        let _ = timeout(LONG, self.0.read_to_end(&mut rest))
            .await
            .expect("it stays open");
        assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    }
}

fn assert_answered(answer: &str, status: u16) {
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status}")),
        "{answer}"
    );
}

fn says_close(answer: &str) -> bool {
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    head.contains("\r\nconnection: close")
}

fn large_uploads(setup: &mut Setup) {
    setup.config.http.max_upload_bytes = 2 * LARGE;
}

const GOOD: &str = "POST /graphql HTTP/1.1\r\nContent-Type: application/json";

async fn assert_usable(connection: &mut Connection) {
    let answer = connection
        .exchange(GOOD, br#"{"query":"{ __typename }"}"#)
        .await;
    assert_answered(&answer, 200);
    assert!(!says_close(&answer), "{answer}");
}

#[tokio::test]
async fn the_next_request_on_the_connection_is_answered() {
    let app = TestApp::with(large_uploads).await;
    for (status, head) in [
        (415, "POST /graphql HTTP/1.1\r\nContent-Type: text/plain"),
        (
            406,
            "POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nAccept: image/png",
        ),
        (
            405,
            "PUT /graphql HTTP/1.1\r\nContent-Type: application/json",
        ),
        // Without a credential nobody may send so much.
        (413, GOOD),
        (200, "GET /graphql?query=%7B__typename%7D HTTP/1.1"),
        (405, "POST /login/spotify/ HTTP/1.1"),
        (405, "POST / HTTP/1.1"),
        (404, "POST /nothing HTTP/1.1"),
        // Besides the one that every request has here.
        (400, "POST /graphql HTTP/1.1\r\nHost: another"),
    ] {
        let mut connection = Connection::open(&app).await;
        for bytes in [10, LARGE] {
            if status == 413 && bytes < LARGE {
                continue;
            }
            let answer = connection.exchange(head, &vec![b' '; bytes]).await;
            assert_answered(&answer, status);
            assert!(!says_close(&answer), "{answer}");
            assert_usable(&mut connection).await;
        }
    }
}

#[tokio::test]
async fn who_asks_for_too_much_is_told_so_though_the_body_is_large() {
    let app = TestApp::with(|setup| {
        large_uploads(setup);
        setup.config.fair_use = FairUse {
            points_per_minute: NonZeroU32::new(250),
            ..FairUse::OFF
        };
    })
    .await;
    let mut connection = Connection::open(&app).await;
    assert_usable(&mut connection).await;
    assert_usable(&mut connection).await;
    for _ in 0..2 {
        let answer = connection.exchange(GOOD, &vec![b' '; LARGE]).await;
        assert_answered(&answer, 429);
    }
}

#[tokio::test]
async fn what_is_too_large_to_be_thrown_away_ends_the_connection_and_is_said_to() {
    let app = TestApp::start().await;
    let refused = "POST /graphql HTTP/1.1\r\nContent-Type: text/plain";
    // Announced, and coming.
    let mut announced = Connection::open(&app).await;
    let head = format!("{refused}\r\nContent-Length: 999999999");
    announced.send_head(&head).await;
    // Not announced: what comes is counted.
    let mut endless = Connection::open(&app).await;
    let head = format!("{refused}\r\nTransfer-Encoding: chunked");
    endless.send_head(&head).await;
    let chunk = format!("40000\r\n{}\r\n", " ".repeat(0x40000));
    for _ in 0..5 {
        // The server need not take all of it.
        let _ = endless.0.write_all(chunk.as_bytes()).await;
    }
    for mut connection in [announced, endless] {
        let answer = connection.answer().await;
        assert_answered(&answer, 415);
        assert!(says_close(&answer), "{answer}");
        connection.until_closed().await;
    }
}

#[tokio::test]
async fn a_client_that_waits_with_the_body_is_answered_and_sent_away() {
    let app = TestApp::with(|setup| {
        setup.config.http.request_timeout = Duration::from_millis(300);
    })
    .await;
    let refused = "POST /graphql HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 1000";
    // By itself, or for leave, which a refusal is not.
    for head in [
        refused.to_owned(),
        format!("{refused}\r\nExpect: 100-continue"),
    ] {
        let mut connection = Connection::open(&app).await;
        connection.send_head(&head).await;
        let answer = connection.answer().await;
        assert_answered(&answer, 415);
        assert!(says_close(&answer), "{answer}");
        connection.until_closed().await;
    }
}

#[tokio::test]
async fn an_answer_of_http2_says_nothing_of_the_connection() {
    let app = TestApp::with(large_uploads).await;
    let client = http2_client();
    for (path, status) in [("/graphql", 415), ("/nothing", 404), ("/", 405)] {
        let request = client
            .post(app.url(path))
            .header(CONTENT_TYPE, "text/plain")
            .body(vec![b' '; LARGE]);
        let answer = Answer::of(request).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        assert_eq!(answer.headers.get(CONNECTION), None);
    }
    let good = client.get(app.url("/graphql?query=%7B__typename%7D"));
    assert_eq!(Answer::of(good).await.status, StatusCode::OK);
}
