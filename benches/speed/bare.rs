//! What an answer costs at least: an axum handler that returns the same bytes.

use std::net::SocketAddr;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::child::Child;

/// The role's name on the command line.
pub const ROLE: &str = "bare";

/// A process with such a handler, and where it serves.
pub struct Bare {
    pub child: Child,
    pub addr: SocketAddr,
}

impl Bare {
    /// Starts one that answers `body` to everything.
    pub fn start(body: &[u8]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("body");
        std::fs::write(&file, body).unwrap();
        let (child, addr) = Child::role(ROLE, &[file.to_str().unwrap()]);
        Self {
            child,
            addr: addr.parse().unwrap(),
        }
    }
}

/// Serves what is in the file.
pub async fn serve(file: &str) {
    let body = Bytes::from(std::fs::read(file).unwrap());
    let handler = move |_request: Bytes| {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/json; charset=utf-8")], body) }
    };
    let router = Router::new().route("/graphql", post(handler));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}
