//! An HTTP/1.1 connection that costs next to nothing: requests are bytes made beforehand, and of
//! answers no more is read than is needed to know where they end.

use std::net::SocketAddr;

use bytes::Bytes;
use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(addr: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; 256 * 1024],
        })
    }

    /// Sends a request and reads its answer, which must be a 200. How long its body is.
    pub async fn exchange(&mut self, request: &[u8]) -> usize {
        self.send(request, |_| {}).await
    }

    /// Sends a request, and gives the body of its answer, which must be a 200.
    pub async fn body(&mut self, request: &[u8]) -> Bytes {
        let mut body = Vec::new();
        self.send(request, |part| body.extend_from_slice(part))
            .await;
        body.into()
    }

    /// What is below, between two answers.
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }

    async fn send(&mut self, request: &[u8], mut take: impl FnMut(&[u8])) -> usize {
        self.stream.write_all(request).await.unwrap();
        let mut read = 0;
        let (head, length) = loop {
            let more = self.stream.read(&mut self.buffer[read..]).await.unwrap();
            assert!(more > 0, "the connection was closed before an answer");
            read += more;
            if let Some(found) = head_of(&self.buffer[..read]) {
                break found;
            }
        };
        take(&self.buffer[head..read]);
        let mut missing = (head + length).checked_sub(read).unwrap();
        while missing > 0 {
            let more = self.stream.read(&mut self.buffer).await.unwrap();
            assert!(more > 0, "the answer ends half-way");
            take(&self.buffer[..more]);
            missing = missing.checked_sub(more).unwrap();
        }
        length
    }
}

/// How long the head is, and the body behind it. hyper, which all that is measured is served by, writes its
/// names in small letters.
fn head_of(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = memmem::find(bytes, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let name = "\r\ncontent-length: ";
    let length = memmem::find(head.as_bytes(), name.as_bytes());
    let length = &head[length.expect("an answer without a length") + name.len()..];
    let length = length.split('\r').next().unwrap().parse().unwrap();
    Some((end + 4, length))
}

/// A GraphQL request, ready to be sent, in the name that `credential`, a header line, gives.
pub fn request(credential: &str, body: &str) -> Bytes {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
         accept: application/graphql-response+json\r\n{credential}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into()
}
