//! HTTP/2, frame by frame: how long a connection is kept, and an answer that is not taken.

use std::time::Duration;

use lockstep_api::simulator::data;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::upload;
use crate::support::TestApp;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

/// On DATA and HEADERS: the last of the stream. On SETTINGS and PING: an acknowledgement.
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// A client that knows as much as these tests need.
struct Client(TcpStream);

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Client {
    async fn connect(app: &TestApp) -> Self {
        Self::connect_with(app, &[]).await
    }

    /// Takes nothing of an answer before it gives leave, stream by stream.
    async fn connect_taking_nothing(app: &TestApp) -> Self {
        // SETTINGS_INITIAL_WINDOW_SIZE
        Self::connect_with(app, &[0, 4, 0, 0, 0, 0]).await
    }

    async fn connect_with(app: &TestApp, settings: &[u8]) -> Self {
        let mut client = Self(TcpStream::connect(app.addr).await.unwrap());
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        client.0.write_all(preface).await.unwrap();
        client.send(SETTINGS, 0, 0, settings).await;
        client
    }

    /// Gives leave to send so many bytes of a stream.
    async fn take(&mut self, stream: u32, bytes: u32) {
        self.send(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes())
            .await;
    }

    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.0.write_all(&frame).await.unwrap();
    }

    /// A query by GET, with a cookie.
    async fn query(&mut self, stream: u32, query: &str, cookie: &str) {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        // `:method: GET` and `:scheme: http` are in the table that both sides know.
        let mut head = vec![0x82, 0x86];
        for (name, value) in [
            (":path", format!("/graphql?query={query}").as_str()),
            (":authority", "x"),
            ("cookie", cookie),
            ("apollo-require-preflight", "true"),
        ] {
            head.push(0);
            for text in [name, value] {
                hpack_length(text.len(), &mut head);
                head.extend(text.as_bytes());
            }
        }
        self.send(HEADERS, END_STREAM | END_HEADERS, stream, &head)
            .await;
    }

    /// The next frame that is no housekeeping, which is answered; nothing at the connection's end.
    async fn next(&mut self) -> Option<Frame> {
        loop {
            let mut head = [0; 9];
            // A reset is an end as well.
            self.0.read_exact(&mut head).await.ok()?;
            let length =
                usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            let mut payload = vec![0; length];
            self.0.read_exact(&mut payload).await.ok()?;
            let (kind, flags) = (head[3], head[4]);
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            match kind {
                SETTINGS | PING if flags & ACK == 0 => {
                    let same = if kind == PING {
                        payload.as_slice()
                    } else {
                        &[]
                    };
                    self.send(kind, ACK, 0, same).await;
                }
                SETTINGS | PING | WINDOW_UPDATE => {}
                _ => {
                    return Some(Frame {
                        kind,
                        flags,
                        stream,
                        payload,
                    });
                }
            }
        }
    }

    /// Reads an answer to its end; its body.
    async fn answer(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let frame = timeout(LONG, self.next()).await.expect("no answer");
            let frame = frame.expect("the connection ends before the answer does");
            assert!(matches!(frame.kind, DATA | HEADERS), "{}", frame.kind);
            if frame.kind == DATA {
                body.extend(frame.payload);
            }
            if frame.flags & END_STREAM != 0 {
                return body;
            }
        }
    }

    /// Reads until the server ends a stream before its answer is whole; which, and for what reason.
    async fn until_reset(&mut self) -> (u32, u32) {
        loop {
            let frame = timeout(LONG, self.next()).await.expect("nothing is ended");
            let frame = frame.expect("the whole connection ends");
            if frame.kind == RST_STREAM {
                let reason = frame.payload.try_into().unwrap();
                return (frame.stream, u32::from_be_bytes(reason));
            }
            assert_eq!(frame.kind, HEADERS);
        }
    }

    /// Waits until the server says that it takes no more, for no fault of the client's, and closes.
    async fn until_sent_away(&mut self) {
        let mut told = false;
        while let Some(frame) = timeout(LONG, self.next()).await.expect("it stays open") {
            assert_eq!(frame.kind, GOAWAY);
            assert_eq!(frame.payload[4..8], [0; 4], "an error");
            told = true;
        }
        assert!(told, "closed without a word");
    }
}

/// As RFC 7541 writes the length of a text that is not compressed.
fn hpack_length(length: usize, into: &mut Vec<u8>) {
    if length < 127 {
        into.push(length as u8);
        return;
    }
    into.push(127);
    let mut rest = length - 127;
    while rest >= 128 {
        into.push((rest % 128 + 128) as u8);
        rest /= 128;
    }
    into.push(rest as u8);
}

const COLLECTION: &str = "{ metadata(trackId: \"6rqhFgbbKwnb9MLmUQDhG6\") { collection } }";
const NO_ONE: &str = "none=1";

/// A server that waits no longer than this for somebody to take some of an answer.
async fn impatient(window: Duration) -> TestApp {
    TestApp::with(|setup| setup.config.connections.write_window = window).await
}

async fn app() -> TestApp {
    TestApp::with(|setup| {
        setup.config.connections.header_timeout = LONG;
        setup.config.connections.idle_timeout = SHORT;
    })
    .await
}

#[tokio::test]
async fn a_connection_without_a_request_is_sent_away_when_the_idle_time_is_over() {
    let app = app().await;
    let mut client = Client::connect(&app).await;
    client.query(1, "{ __typename }", "none=1").await;
    assert_eq!(client.answer().await, br#"{"data":{"__typename":"Query"}}"#);
    client.until_sent_away().await;
}

#[tokio::test]
async fn an_answer_that_is_not_read_yet_keeps_it_open() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    upload(&ada, 200_000).await;
    let mut client = Client::connect(&app).await;
    client.query(1, COLLECTION, &ada.cookies()).await;
    // As much as a stream begins with leave for, and then nothing.
    let mut read = 0;
    while read < 65_535 {
        let frame = timeout(LONG, client.next()).await.unwrap().unwrap();
        assert!(matches!(frame.kind, DATA | HEADERS), "{}", frame.kind);
        read += if frame.kind == DATA {
            frame.payload.len()
        } else {
            0
        };
    }
    let more = timeout(SHORT * 5, client.next()).await;
    assert!(more.is_err(), "sent away in the middle of an answer");
    for stream in [0, 1] {
        client.take(stream, 1_000_000).await;
    }
    assert!(read + client.answer().await.len() > 200_000);
    client.until_sent_away().await;
}

#[tokio::test]
async fn an_answer_that_is_not_taken_is_given_up_and_others_go_on() {
    let app = impatient(SHORT).await;
    let ada = app.logged_in(data::ADA).await;
    upload(&ada, 200_000).await;
    let mut client = Client::connect_taking_nothing(&app).await;
    client.query(1, COLLECTION, &ada.cookies()).await;
    client.query(3, COLLECTION, &ada.cookies()).await;
    client.query(5, "{ __typename }", NO_ONE).await;
    // A little of it, now and then, is too little.
    client.take(3, 20_000).await;
    let mut ended = Vec::new();
    while ended.len() < 3 {
        let frame = timeout(LONG, client.next()).await.expect("it hangs");
        let frame = frame.expect("the whole connection ends");
        match frame.kind {
            RST_STREAM => ended.push(frame.stream),
            DATA => assert_eq!(frame.stream, 3),
            kind => assert_eq!(kind, HEADERS),
        }
    }
    ended.sort_unstable();
    assert_eq!(ended, [1, 3, 5]);
    // Leave comes with the request: a busy machine may be slower than the window otherwise.
    client.query(7, "{ __typename }", NO_ONE).await;
    client.take(7, 1000).await;
    assert_eq!(client.answer().await, br#"{"data":{"__typename":"Query"}}"#);
}

#[tokio::test]
async fn a_large_answer_that_is_taken_steadily_arrives_whole() {
    let app = impatient(LONG).await;
    let ada = app.logged_in(data::ADA).await;
    upload(&ada, 200_000).await;
    let mut client = Client::connect_taking_nothing(&app).await;
    client.take(0, 1_000_000).await;
    client.query(1, COLLECTION, &ada.cookies()).await;
    let mut body = Vec::new();
    loop {
        client.take(1, 1000).await;
        let frame = timeout(LONG, client.next()).await.unwrap().unwrap();
        match frame.kind {
            DATA => body.extend(frame.payload),
            kind => assert_eq!(kind, HEADERS),
        }
        if frame.flags & END_STREAM != 0 {
            break;
        }
    }
    let answer: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let text = answer["data"]["metadata"]["collection"]["text"].as_str();
    assert_eq!(text.unwrap().len(), 200_000);
}

#[tokio::test]
async fn a_shutdown_waits_no_longer_for_what_is_not_taken() {
    let mut app = impatient(SHORT).await;
    // Nothing of an answer is taken, or all but its last byte.
    for leave in [0, 30] {
        let mut client = Client::connect_taking_nothing(&app).await;
        client.query(1, "{ __typename }", NO_ONE).await;
        if leave > 0 {
            client.take(1, leave).await;
        }
        let frame = timeout(LONG, client.next()).await.unwrap().unwrap();
        assert_eq!(frame.kind, HEADERS);
        let reads = tokio::spawn(async move { while client.next().await.is_some() {} });
        timeout(LONG, app.restart()).await.expect("it waits");
        reads.await.unwrap();
    }
}

#[tokio::test]
async fn so_many_requests_at_once_and_no_more() {
    let app = impatient(LONG).await;
    let mut client = Client::connect_taking_nothing(&app).await;
    for number in 0..=100 {
        client.query(2 * number + 1, "{ __typename }", NO_ONE).await;
    }
    let refused_stream = 7;
    assert_eq!(client.until_reset().await, (201, refused_stream));
}
