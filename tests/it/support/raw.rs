//! Requests that no HTTP client would send.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;

use super::Caller;

/// What becomes of a connection when the bytes are sent.
#[derive(Clone, Copy)]
pub enum Then {
    /// The client waits.
    Wait,
    /// The client says that nothing more is to come.
    HalfClose,
}

/// Sends bytes over a connection of its own, and reads until the server closes it or has answered.
/// The status and the body; `None` where the connection ended without an answer.
pub async fn send_raw(addr: SocketAddr, bytes: Vec<u8>, then: Then) -> Option<(StatusCode, Value)> {
    let exchange = move || {
        let mut connection = TcpStream::connect(addr).unwrap();
        connection
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        // The server may answer, and close, before it has read it all.
        let _ = connection.write_all(&bytes);
        if matches!(then, Then::HalfClose) {
            connection.shutdown(Shutdown::Write).unwrap();
        }
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while answer_of(&answer).is_none() {
            match connection.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => answer.extend_from_slice(&buffer[..read]),
                Err(error) => panic!("no answer: {error}"),
            }
        }
        answer_of(&answer)
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

/// POSTs a GraphQL request in the caller's name over a connection of its own, and reads nothing of the answer:
/// the system takes about `buffer` bytes of it off the server's hands.
pub async fn post_unread(
    addr: SocketAddr,
    caller: &Caller,
    body: &str,
    buffer: u32,
) -> tokio::net::TcpStream {
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nCookie: {}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        caller.cookies(),
        body.len()
    );
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(buffer).unwrap();
    let mut connection = socket.connect(addr).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    connection
}

/// The answer, once it is complete.
fn answer_of(bytes: &[u8]) -> Option<(StatusCode, Value)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let status = StatusCode::from_u16(status).unwrap();
    serde_json::from_str(body).ok().map(|body| (status, body))
}
