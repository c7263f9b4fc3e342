//! One connection, from its first byte to its last.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::Watcher;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::patient::Patient;
use crate::config::Connections;

/// The largest head of a request: a GET with the longest document there may be, encoded.
const HEAD_BYTES: u32 = 64 * 1024;

/// How often a connection of HTTP/2, which may be silent for long, is asked whether it still is there,
/// and how long it may take to answer.
const PING: Duration = Duration::from_secs(20);

/// Serves what comes over `stream`, until either side ends it.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    connections: Connections,
    watcher: Watcher,
) {
    // An answer is written at once: there is nothing to wait for.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection ended before it was served");
        return;
    }
    let (stream, phase) = Patient::new(stream, connections);
    let answered = phase.clone();
    let service = router
        .map_request(move |request: Request<Incoming>| {
            phase.request_begins(request.version());
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        })
        .map_response(move |response| {
            answered.answer_begins();
            response
        });
    let mut builder = Builder::new(TokioExecutor::new());
    // Without a timer of its own: the stream has them, from the first byte on.
    builder.http1().max_buf_size(HEAD_BYTES as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_header_list_size(HEAD_BYTES);
    let service = TowerToHyperService::new(service);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    // Clients go away in the middle of everything.
    if let Err(error) = watcher.watch(connection.into_owned()).await {
        tracing::debug!(error = %error, "a connection failed");
    }
}
