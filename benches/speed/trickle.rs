//! Connections that are in no hurry. None of them has a task or a buffer of its own, so that a crowd of
//! them costs the load next to nothing.

use std::io::ErrorKind;
use std::net::SocketAddr;

use bytes::{Buf, Bytes};
use socket2::{Domain, Socket, Type};
use tokio::net::{TcpSocket, TcpStream};

use crate::connection::{Connection, request};

/// As on a network: with loopback's segments of 64 kB the system takes a whole answer off the server's
/// hands.
const SEGMENT: u32 = 1448;
const RECEIVE_BUFFER: usize = 4096;

/// One that asked once, and says nothing since.
pub struct Silent(TcpStream);

impl Silent {
    /// Connects, and asks.
    pub async fn open(addr: SocketAddr) -> Self {
        let mut connection = Connection::open(addr).await.unwrap();
        let probe = request("x-probe: 1", r#"{"query":"{ __typename }"}"#);
        connection.exchange(&probe).await;
        Self(connection.into_stream())
    }

    /// Whether the server kept it.
    pub fn is_there(&self) -> bool {
        is_waiting(&self.0)
    }
}

/// One that reads an answer slowly.
pub struct Reader {
    stream: TcpStream,
    over: bool,
}

impl Reader {
    /// Connects, asks, and waits for the first bytes of the answer.
    pub async fn open(addr: SocketAddr, request: &[u8]) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_tcp_mss(SEGMENT).unwrap();
        socket.set_recv_buffer_size(RECEIVE_BUFFER).unwrap();
        socket.set_nonblocking(true).unwrap();
        let socket = TcpSocket::from_std_stream(socket.into());
        let stream = socket.connect(addr).await.unwrap();
        write(&stream, request);
        stream.readable().await.unwrap();
        Self {
            stream,
            over: false,
        }
    }

    /// Reads so many bytes, if they are there.
    pub fn read(&mut self, bytes: usize) {
        let mut buffer = [0; 16 * 1024];
        match self.stream.try_read(&mut buffer[..bytes]) {
            Ok(0) => self.over = true,
            Ok(_) => {}
            Err(error) => self.over |= error.kind() != ErrorKind::WouldBlock,
        }
    }

    /// Whether there is more to read.
    pub fn is_there(&self) -> bool {
        !self.over
    }
}

/// One that sends a request slowly.
pub struct Writer {
    stream: TcpStream,
    rest: Bytes,
}

impl Writer {
    /// Connects, and sends the head and a little of the body.
    pub async fn open(addr: SocketAddr, request: Bytes) -> Self {
        let stream = TcpStream::connect(addr).await.unwrap();
        stream.writable().await.unwrap();
        let mut writer = Self {
            stream,
            rest: request,
        };
        writer.write(2000);
        writer
    }

    /// Sends so many bytes.
    pub fn write(&mut self, bytes: usize) {
        write(&self.stream, &self.rest[..bytes]);
        self.rest.advance(bytes);
    }

    /// Whether the server still waits for more.
    pub fn is_there(&self) -> bool {
        !self.rest.is_empty() && is_waiting(&self.stream)
    }
}

/// So little that the system takes it at once.
fn write(stream: &TcpStream, bytes: &[u8]) {
    assert_eq!(stream.try_write(bytes).unwrap(), bytes.len());
}

/// Nothing came, neither an answer nor an end.
fn is_waiting(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0]);
    read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}
